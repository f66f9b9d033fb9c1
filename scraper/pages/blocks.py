"""Turns a piece of HTML into the blocks that it prints: paragraphs and pictures, in the page's order."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from itertools import takewhile
from urllib.parse import urljoin

from bs4 import Tag
from bs4.element import NavigableString, PreformattedString

from scraper.items import Block, NotAnArticle, Paragraph, Picture
from scraper.pages.images import emoji, picture_address
from scraper.pages.on_demand import part_tree_of
from scraper.pages.tree import Page, tree_of
from scraper.text import squeeze

MAX_TAGS = 100_000
"""The most tags of one page. Pages of newspapers have some thousands."""

MAX_ATTRIBUTES = 5_000
"""The most attributes of one tag."""

_LONG = 10_000  # characters of a tag
_LONG_TAG = re.compile(rf"<[^<>]{{{_LONG},}}")

_AMP_IMAGE = re.compile(r"<(/?)amp-img\b", re.I)

_SILENT = {
    "script",
    "style",
    "noscript",
    "template",
    "form",
    "button",
    "select",
    "iframe",
    "nav",
    "svg",
    "head",
}
_BLOCK = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre",
    "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_ALIGN = re.compile(r"text-align\s*:\s*(center|right|left|justify)", re.I)
_CAPTION_LENGTH = 300  # characters; the longest caption on the pages read by eye has 170
_DEPTH = 200  # nested elements; what a hostile page nests deeper is read as plain words
_HIDING_CLASSES = frozenset({"hidden", "d-none"})  # Bootstrap's, in themes of several CMSs
_BOLD, _ITALIC = frozenset({"b", "strong"}), frozenset({"i", "em"})
_FRAMES = frozenset({"figure", "table"})
_SIDES = ("center", "right", "left")
_ALIGNING = {f"{name}-{side}": side for side in _SIDES for name in ("text", "has-text-align")}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def parse(html: str, *, whole: bool = True) -> Page:
    """The page as a tree. We use lxml because html.parser hung on small malformed pages (measured).

    Of a page that is not wanted as a ``whole`` only what is asked for is made (see ``on_demand``).

    Raises NotAnArticle for more tags than MAX_TAGS, or more attributes of one tag than MAX_ATTRIBUTES, because a tree
    of 8 MB of them takes gigabytes.
    """
    if html.count("<") > MAX_TAGS:
        raise NotAnArticle("not-an-article", "more than {most} tags: no page of a newspaper", most=MAX_TAGS)
    for tag in (
        _LONG_TAG.finditer(html) if _may_hold_a_long_tag(html) else ()
    ):  # a picture pasted as data is long too, but is one attribute
        if max(tag.group().count("="), len(tag.group().split())) > MAX_ATTRIBUTES:
            raise NotAnArticle("not-an-article", "a tag of more than {most} attributes", most=MAX_ATTRIBUTES)
    html = _AMP_IMAGE.sub(r"<\1img", html) if "<amp-img" in html else html
    return tree_of(html) if whole else part_tree_of(html)


def _may_hold_a_long_tag(html: str) -> bool:
    """Whether two ``<`` are so far from each other. If so, there is a multiple of that length between them."""
    for place in range(_LONG, len(html), _LONG):
        behind = html.find("<", place)
        if (behind if behind >= 0 else len(html)) - html.rfind("<", 0, place) > _LONG:
            return True
    return False


def attribute(tag: Tag, name: str) -> str:
    """The attribute ``name`` as one string; empty if the tag does not have it."""
    value = tag.attrs.get(name)
    return value or "" if isinstance(value, str) else " ".join(value) if value else ""


def words(tag: Tag) -> str:
    """All visible words of ``tag`` on one line."""
    if len(tag.contents) == 1 and type(tag.contents[0]) is NavigableString:
        return squeeze(squeeze(tag.contents[0]))
    return squeeze(" ".join(block.text for block in blocks(tag, "") if isinstance(block, Paragraph)))


def wrapped(tag: Tag) -> Tag:
    """A copy of ``tag`` in an element of its own, so that its blocks are read with what frames them."""
    frame = Tag(name="div")
    frame.append(copy.copy(tag))
    return frame


def is_hidden(tag: Tag) -> bool:
    """Whether the tag's own markup keeps it from being shown."""
    attributes = tag.attrs
    if not attributes:
        return False
    if "hidden" in attributes or ("class" in attributes and not _HIDING_CLASSES.isdisjoint(names(tag))):
        return True
    return "style" in attributes and bool(_HIDDEN.search(attribute(tag, "style")))


def names(tag: Tag) -> list[str]:
    """The tag's classes."""
    value = tag.attrs.get("class")
    return value if isinstance(value, list) else value.split() if value else []


def blocks(root: Tag, url: str) -> list[Block]:
    """What ``root`` prints, in order. ``<br>`` ends a paragraph, because several CMSs write no ``<p>`` at all.

    A picture's caption is taken here only if the markup binds it to the picture: as its ``figcaption``, as the words
    below the picture in a table that holds nothing else, or as the cell below in a table of pictures.
    """
    reader = _Reader(url)
    reader.read(root)
    reader.flush()
    return reader.out


def prints(root: Tag) -> bool:
    """Whether ``root`` prints any block."""
    reader = _First("")
    try:
        reader.read(root)
        reader.flush()
    except _Found:
        return True
    return False


class _Reader:
    def __init__(self, url: str) -> None:
        self.url = url
        self.out: list[Block] = []
        self.runs: list[tuple[str, bool, bool]] = []
        self.align: str | None = None

    def keep(self, block: Block) -> None:
        self.out.append(block)

    def flush(self) -> None:
        if not self.runs:
            return
        runs, self.runs = self.runs, []
        if len(runs) == 1:
            run, bold, italic = runs[0]
            if not run.isspace() and (text := squeeze(run)):
                self.keep(Paragraph(text=text, align=self.align, bold=bold, italic=italic))
        elif text := squeeze("".join([run for run, _, _ in runs])):
            spoken = [(bold, italic) for run, bold, italic in runs if squeeze(run)]
            self.keep(
                Paragraph(
                    text=text,
                    align=self.align,
                    bold=all(bold for bold, _ in spoken),
                    italic=all(italic for _, italic in spoken),
                )
            )

    def read(
        self, tag: Tag, bold: bool = False, italic: bool = False, align: str | None = None, depth: int = 0
    ) -> None:
        if depth > _DEPTH:
            self.runs.append((tag.get_text(" "), bold, italic))
            return
        align = (_align(tag) if tag.attrs or tag.name == "center" else None) or align
        for child in tag.contents:
            if type(child) is not NavigableString and isinstance(child, Tag):
                if child.name not in _SILENT and not (child.attrs and is_hidden(child)):
                    self.element(child, bold, italic, align, depth)
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                if not self.runs:
                    self.align = align
                self.runs.append((child, bold, italic))

    def element(self, child: Tag, bold: bool, italic: bool, align: str | None, depth: int) -> None:
        name = child.name
        if name == "br":
            self.flush()
        elif name == "img" and (letter := emoji(child)):
            self.runs.append((letter, bold, italic))
        elif name == "img":
            self.flush()
            self.picture(child, None)
        elif name in _FRAMES and (framed := _framed(child)):
            self.flush()
            for image, caption in framed:
                self.picture(image, caption)
        else:
            is_block = name in _BLOCK
            if is_block:
                self.flush()
            style = attribute(child, "style").replace(" ", "").lower() if child.attrs else ""
            bold = bold or name in _BOLD or "font-weight:bold" in style or "font-weight:700" in style
            italic = italic or name in _ITALIC or "font-style:italic" in style
            self.read(child, bold, italic, align, depth + 1)
            if is_block:
                self.flush()

    def picture(self, image: Tag, caption: str | None) -> None:
        source = picture_address(image)
        if source is not None and "1" not in (attribute(image, "width"), attribute(image, "height")):
            alt = squeeze(attribute(image, "alt"))
            self.keep(Picture(src=urljoin(self.url, source), alt=alt or None, caption=caption))


class _Found(Exception):
    """A block was found."""


class _First(_Reader):
    """Stops at the first block."""

    def keep(self, block: Block) -> None:
        raise _Found


def _align(tag: Tag) -> str | None:
    found = _ALIGN.search(attribute(tag, "style")) if "style" in tag.attrs else None
    if found:
        return found.group(1).lower()
    value = attribute(tag, "align").lower() if "align" in tag.attrs else ""
    if value in {"center", "right", "left", "justify"}:
        return value
    for name in names(tag):
        if name in _ALIGNING:
            return min((_ALIGNING[each] for each in names(tag) if each in _ALIGNING), key=_SIDES.index)
    return "center" if tag.name == "center" else None


def _framed(tag: Tag) -> list[tuple[Tag, str | None]]:
    """The pictures that ``tag`` frames, each with its caption; empty if it holds anything else."""
    images = list(tag.find_all("img"))
    if len(images) > 1:  # a lazy picture is repeated for readers without scripts
        images = [image for image in images if image.find_parent("noscript") is None] or images
    if len(images) > 1:
        return _in_columns(tag) if tag.name == "table" else []
    if not images:
        return []
    image = images[0]
    caption = squeeze(" ".join(_strings(tag.find("figcaption") or tag)))
    if len(caption) > _CAPTION_LENGTH or (tag.name == "table" and _words_before(image, tag)):
        return []
    return [(image, caption or None)]


def _words_before(image: Tag, tag: Tag) -> bool:
    for element in tag.descendants:
        if element is image:
            return False
        if isinstance(element, NavigableString) and not isinstance(element, PreformattedString) and squeeze(element):
            return True
    return False


def _in_columns(table: Tag) -> list[tuple[Tag, str | None]]:
    """Pictures side by side with their captions in the row below; empty if the table does not have that shape."""
    rows = [row.find_all(["td", "th"]) for row in table.find_all("tr")]
    framed: list[tuple[Tag, str | None]] = []
    for above, below in zip(rows[::2], rows[1::2], strict=False):
        images = [cell.find_all("img") for cell in above]
        captions = [squeeze(" ".join(_strings(cell))) for cell in below]
        wrong = any(len(found) != 1 for found in images) or any(squeeze(" ".join(_strings(c))) for c in above)
        if wrong or len(above) != len(below) or max(map(len, captions)) > _CAPTION_LENGTH:
            return []
        framed += [(found[0], caption or None) for found, caption in zip(images, captions, strict=True)]
    return framed if len(rows) % 2 == 0 and len(framed) == len(table.find_all("img")) else []


def _strings(tag: Tag) -> Iterator[str]:
    """What ``tag`` prints. What is around it does not count: pages of ASP.NET stand in one form as a whole."""
    for string in tag.find_all(string=True):
        within = takewhile(lambda parent: parent is not tag, string.parents)
        if not isinstance(string, PreformattedString) and not any(parent.name in _SILENT for parent in within):
            yield str(string)
