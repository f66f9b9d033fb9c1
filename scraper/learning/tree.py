"""A page prepared for learning: its elements with their names, and the lines that it prints, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html

from scraper.sites.learned import shape
from scraper.text import fold, squeeze

Element = Any
"""An element of lxml, which has no types of its own."""

_SILENT = ("script", "style", "noscript", "template", "svg", "iframe", "select", "button", "textarea", "object")
_BLOCK = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol",
    "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_LABELS = frozenset({"span", "font"})  # inline, and yet what ASP.NET's labels and old pages hold whole texts in
_BOLD, _ITALIC = frozenset({"b", "strong"}), frozenset({"i", "em"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_ALIGN = re.compile(r"text-align\s*:\s*(center|right|left|justify)", re.I)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|700)", re.I)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic", re.I)
_NAME = re.compile(r"-?[A-Za-z_][\w-]*")
_DEPTH = 200  # nested elements, as in scraper.pages.blocks
_LONGEST_TEXT = 400  # characters; no title, date line or name is longer


@dataclass(slots=True, eq=False)
class Line:
    """One printed line: the words between two ends of blocks, or a picture (``image`` is its address)."""

    text: str
    node: Element  # the innermost element that holds all of it
    fills_node: bool = True  # whether ``node`` prints nothing else
    linked: int = 0  # characters of it that are link text
    hrefs: tuple[str, ...] = ()
    bold: bool = False
    italic: bool = False
    align: str | None = None
    image: str | None = None
    alt: str = ""
    folded: str = ""
    shape: str = ""  # see scraper.sites.learned.shape: what recurs with another count or day

    @property
    def is_link(self) -> bool:
        """Whether nearly all of it is link text."""
        return self.linked >= 0.8 * len(self.text)


@dataclass(slots=True, eq=False)
class Page:
    """A parsed page."""

    url: str
    root: Element
    head: str = ""  # the source, for what its head states in scripts
    lines: list[Line] = field(default_factory=list)
    span: dict[Element, tuple[int, int]] = field(default_factory=dict)  # element to its lines: from, up to
    index: dict[str, list[Element]] = field(default_factory=dict)  # name to elements, in order
    names: dict[Element, tuple[str, ...]] = field(default_factory=dict)
    order: dict[Element, int] = field(default_factory=dict)
    texts: dict[Element, str] = field(default_factory=dict)  # printed words of small elements

    def inside(self, element: Element) -> list[Line]:
        """The lines that ``element`` prints."""
        start, end = self.span.get(element, (0, 0))
        return self.lines[start:end]

    def is_in(self, line: int, element: Element) -> bool:
        """Whether the line of this number is in ``element``."""
        start, end = self.span.get(element, (0, 0))
        return start <= line < end


def read_page(source: str, url: str) -> Page | None:
    """The page ``source``, served at ``url``, or None if it holds no page."""
    try:
        parser = html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    page = Page(url=url, root=root)
    page.head = source
    body = root.find("body")
    _leave_out(root)
    _Cutter(page).cut(body if body is not None else root)
    for number, element in enumerate(root.iter(etree.Element)):
        page.order[element] = number
        page.names[element] = found = tuple(_names(element))
        for name in found:
            page.index.setdefault(name, []).append(element)
    _small_texts(page)
    return page


def ancestors(element: Element) -> Iterator[Element]:
    """The elements around ``element``, the nearest first."""
    around = element.getparent()
    while around is not None:
        yield around
        around = around.getparent()


def _leave_out(root: Element) -> None:
    """Removes what prints nothing: scripts, and what the markup itself hides."""
    etree.strip_elements(root, *_SILENT, with_tail=False)
    hidden = [e for e in root.iter(etree.Element) if _is_hidden(e)]
    for element in hidden:
        if element.getparent() is not None and element.tag not in {"body", "html", "head"}:
            element.drop_tree()


def _is_hidden(element: Element) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or bool(style and _HIDDEN.search(style))


def _names(element: Element) -> Iterator[str]:
    """The names by which a selector may select ``element``: its id, its classes, its property, its tag."""
    tag = element.tag
    if (own := element.get("id")) and _NAME.fullmatch(own):
        yield f"#{own}"
    for name in dict.fromkeys((element.get("class") or "").split()):
        if _NAME.fullmatch(name):
            yield f"{tag}.{name}"
    if (prop := element.get("itemprop")) and _NAME.fullmatch(prop):
        yield f'{tag}[itemprop="{prop}"]'
    yield tag


def _small_texts(page: Page) -> None:
    for element, (start, end) in page.span.items():
        lines = [line.text for line in page.lines[start:end] if line.image is None]
        if lines and sum(map(len, lines)) <= _LONGEST_TEXT:
            page.texts[element] = " ".join(lines)
    for line in page.lines:  # an inline element that fills its line has no lines of its own
        if line.image is None and line.fills_node:
            page.texts.setdefault(line.node, line.text)
    for element in page.root.iter("a", "b", "strong", "em", "i", "span", "time", "font", "label", "small", "u"):
        text = squeeze("".join(element.itertext()))
        if text and len(text) <= _LONGEST_TEXT:
            page.texts[element] = text


class _Cutter:
    """Cuts a tree into its lines."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.runs: list[tuple[str, Element, bool, bool, str | None]] = []
        self.align: str | None = None

    def cut(self, root: Element) -> None:
        self.read(root, bold=False, italic=False, align=None, link=None, depth=0)
        self.flush()

    def flush(self) -> None:
        text = squeeze("".join(run[0] for run in self.runs))
        if text:
            self.page.lines.append(self.line(text))
        self.runs = []

    def line(self, text: str) -> Line:
        spoken = [run for run in self.runs if squeeze(run[0])]
        node = _common([run[1] for run in spoken])
        whole = squeeze("".join(node.itertext()))
        return Line(
            text=text,
            node=node,
            fills_node=len(whole) <= len(text),
            linked=sum(len(squeeze(run[0])) for run in spoken if run[4] is not None),
            hrefs=tuple(dict.fromkeys(run[4] for run in spoken if run[4])),
            bold=all(run[2] for run in spoken),
            italic=all(run[3] for run in spoken),
            align=self.align,
            folded=fold(text),
            shape=shape(text),
        )

    def add(self, text: str | None, element: Element, bold: bool, italic: bool, link: str | None) -> None:
        if text:
            self.runs.append((text, element, bold, italic, link))

    def read(
        self, element: Element, *, bold: bool, italic: bool, align: str | None, link: str | None, depth: int
    ) -> None:
        style = element.get("style") or ""
        bold = bold or element.tag in _BOLD or bool(_BOLD_STYLE.search(style))
        italic = italic or element.tag in _ITALIC or bool(_ITALIC_STYLE.search(style))
        align = _align(element) or align
        link = element.get("href") or link if element.tag == "a" else link
        is_block = element.tag in _BLOCK or (element.tag in _LABELS and self.holds_blocks(element))
        if is_block:
            self.flush()
        start = len(self.page.lines)
        if not self.runs:
            self.align = align
        self.add(element.text, element, bold, italic, link)
        for child in element if depth < _DEPTH else ():
            if child.tag in {"br", "hr"}:
                self.flush()
                self.align = align
            elif child.tag == "img":
                self.flush()
                self.picture(child, link)
                self.align = align
            else:
                self.read(child, bold=bold, italic=italic, align=align, link=link, depth=depth + 1)
            self.add(child.tail, element, bold, italic, link)
        if is_block:
            self.flush()
            self.page.span[element] = (start, len(self.page.lines))

    def holds_blocks(self, element: Element) -> bool:
        """Whether an inline element is a container: it holds blocks, or begins a line and goes on over its end."""
        begins = all(run[0].isspace() for run in self.runs)
        return any(child.tag in _BLOCK or (begins and child.tag == "br") for child in element)

    def picture(self, image: Element, link: str | None) -> None:
        source = next((image.get(name) for name in ("data-src", "src") if image.get(name)), None)
        if source:
            alt = squeeze(image.get("alt") or "")
            hrefs = (link,) if link else ()
            self.page.lines.append(Line(text="", node=image, image=source, alt=alt, hrefs=hrefs))


def _align(element: Element) -> str | None:
    found = _ALIGN.search(element.get("style") or "")
    if found:
        return found[1].lower()
    value = (element.get("align") or "").lower()
    if value in {"center", "right", "left", "justify"}:
        return value
    return "center" if element.tag == "center" else None


def _common(elements: Sequence[Element]) -> Element:
    """The innermost element that contains, or is, each of ``elements``."""
    first = elements[0]
    if all(each is first for each in elements):
        return first
    paths = [[each, *ancestors(each)][::-1] for each in elements]
    common = paths[0][0]
    for level in zip(*paths, strict=False):
        if any(each is not level[0] for each in level):
            break
        common = level[0]
    return common
