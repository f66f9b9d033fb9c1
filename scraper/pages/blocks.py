"""Turns a piece of HTML into the blocks that it prints: paragraphs and pictures, in the page's order."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Any, Protocol, TypeVar
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

DEEPEST = 200
"""How many elements are read one inside another. What a hostile page nests deeper is read as plain words."""

_TAG = re.compile(r"<[^<>]*")
_LONG_TAG = 10_000  # characters

_AMP_IMAGE = re.compile(r"<(/?)amp-img\b", re.I)

SILENT = {
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
BLOCK = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre",
    "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_ALIGN = re.compile(r"text-align\s*:\s*(center|right|left|justify)", re.I)
_CAPTION_LENGTH = 300  # characters; the longest caption on the pages read by eye has 170
_HIDING_CLASSES = frozenset({"hidden", "d-none"})  # Bootstrap's, in themes of several CMSs
_BOLD, _ITALIC = frozenset({"b", "strong"}), frozenset({"i", "em"})
EMPHATIC = _BOLD | _ITALIC
FRAMES = frozenset({"figure", "table"})
_SIDES = ("center", "right", "left")
_ALIGNING = {f"{name}-{side}": side for side in _SIDES for name in ("text", "has-text-align")}
_Element = TypeVar("_Element")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def parse(html: str, *, whole: bool = True) -> Page:
    """The page as a tree. We use lxml because html.parser hung on small malformed pages (measured).

    Of a page that is not wanted as a ``whole`` only what is asked for is made (see ``on_demand``).

    Raises NotAnArticle for more tags than MAX_TAGS, or more attributes of one tag than MAX_ATTRIBUTES, because a tree
    of 8 MB of them takes gigabytes.
    """
    html = admitted(html)
    return tree_of(html) if whole else part_tree_of(html)


def admitted(html: str) -> str:
    """The page as it is parsed. Raises NotAnArticle as ``parse`` does."""
    if _holds_more(html, "<", MAX_TAGS):
        raise NotAnArticle("not-an-article", "more than {most} tags: no page of a newspaper", most=MAX_TAGS)
    for tag in _long_tags(html):  # a picture pasted as data is long too, but is one attribute
        if max(tag.count("="), len(tag.split())) > MAX_ATTRIBUTES:
            raise NotAnArticle("not-an-article", "a tag of more than {most} attributes", most=MAX_ATTRIBUTES)
    has_amp_images = html.rfind("<amp-img") >= 0  # which passes over a page in a third of the time of "in"
    return _AMP_IMAGE.sub(r"<\1img", html) if has_amp_images else html


def _holds_more(html: str, mark: str, most: int) -> bool:
    """Whether ``mark`` stands in ``html`` more than ``most`` times."""
    some = max(2 * (len(html) - most), 0)  # the others cannot be too many, unless most of these are marks
    if some < len(html) and html.count(mark, 0, some) + len(html) - some <= most:
        return False
    return html.count(mark) > most


def _long_tags(html: str) -> Iterator[str]:
    """The tags of more than _LONG_TAG characters."""
    step = _LONG_TAG // 2  # such a tag fills one of the steps in which the page is looked through
    was_filled = False
    for start in range(0, len(html), step):
        is_filled = html.find("<", start, start + step) < 0 and html.find(">", start, start + step) < 0
        if is_filled and not was_filled:
            opened = html.rfind("<", 0, start)
            found = _TAG.match(html, opened) if opened > html.rfind(">", 0, start) else None
            if found is not None and len(found.group()) > _LONG_TAG:
                yield found.group()
        was_filled = is_filled


def attribute(tag: Tag, name: str) -> str:
    """The attribute ``name`` as one string; empty if the tag does not have it."""
    value = tag.attrs.get(name)
    return value or "" if isinstance(value, str) else " ".join(value) if value else ""


def joined(value: Any) -> str:
    """An attribute's value as one string; empty if there is none."""
    return value or "" if isinstance(value, str) else " ".join(value) if value else ""


def words(tag: Tag) -> str:
    """All visible words of ``tag`` on one line."""
    if len(tag.contents) == 1 and type(tag.contents[0]) is NavigableString:
        return squeeze(squeeze(tag.contents[0]))
    return squeeze(" ".join(block.text for block in blocks(tag, "") if isinstance(block, Paragraph)))


def words_up_to(tag: Tag, most: int) -> str | None:
    """All visible words of ``tag`` on one line; None where they have more than ``most`` characters.

    No more is read than tells that: beside a line, an element may hold a whole article.
    """
    reader = _Short(most)
    try:
        reader.read(tag)
        reader.flush()
    except _Found:
        return None
    return squeeze(" ".join(reader.texts))


def wrapped(tag: Tag) -> Tag:
    """A copy of ``tag`` in an element of its own, so that its blocks are read with what frames them."""
    frame = Tag(name="div")
    frame.append(copy.copy(tag))
    return frame


def is_hidden(tag: Tag) -> bool:
    """Whether the tag's own markup keeps it from being shown."""
    return bool(tag.attrs) and hides(tag.attrs)


def hides(attributes: Mapping[str, Any]) -> bool:
    """Whether these attributes keep their element from being shown."""
    if "hidden" in attributes or ("class" in attributes and not _HIDING_CLASSES.isdisjoint(_names(attributes))):
        return True
    return "style" in attributes and bool(_HIDDEN.search(joined(attributes["style"])))


def names(tag: Tag) -> list[str]:
    """The tag's classes."""
    return _names(tag.attrs)


def _names(attributes: Mapping[str, Any]) -> list[str]:
    value = attributes.get("class")
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
        if depth > DEEPEST:
            self.runs.append((tag.get_text(" "), bold, italic))
            return
        align = (alignment(tag.name, tag.attrs) if tag.attrs or tag.name == "center" else None) or align
        for child in tag.contents:
            if type(child) is not NavigableString and isinstance(child, Tag):
                if child.name not in SILENT and not (child.attrs and hides(child.attrs)):
                    self.element(child, bold, italic, align, depth)
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                if not self.runs:
                    self.align = align
                self.runs.append((child, bold, italic))

    def element(self, child: Tag, bold: bool, italic: bool, align: str | None, depth: int) -> None:
        name = child.name
        if name == "br":
            self.flush()
        elif name == "img" and (letter := emoji(child.attrs)):
            self.runs.append((letter, bold, italic))
        elif name == "img":
            self.flush()
            self.picture(child, None)
        elif name in FRAMES and (pictures := framed(_SOUP, child)):
            self.flush()
            for image, caption in pictures:
                self.picture(image, caption)
        else:
            is_block = name in BLOCK
            if is_block:
                self.flush()
            if child.attrs or name in EMPHATIC:
                is_bold, is_italic = emphasis(name, child.attrs)
                bold, italic = bold or is_bold, italic or is_italic
            self.read(child, bold, italic, align, depth + 1)
            if is_block:
                self.flush()

    def picture(self, image: Tag, caption: str | None) -> None:
        if (shown := picture(image.attrs, picture_address(image), caption, self.url)) is not None:
            self.keep(shown)


class _Found(Exception):
    """What was looked for was found."""


class _First(_Reader):
    """Stops at the first block."""

    def keep(self, block: Block) -> None:
        raise _Found


class _Short(_Reader):
    """Stops where its paragraphs, with a blank between them, have more than ``most`` characters."""

    def __init__(self, most: int) -> None:
        super().__init__("")
        self.texts: list[str] = []
        self.left = most + 1  # no blank stands before the first

    def keep(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            self.texts.append(block.text)
            self.left -= len(block.text) + 1
            if self.left < 0:
                raise _Found


def alignment(name: str, attributes: Mapping[str, Any]) -> str | None:
    """How the words of an element are aligned by its own markup."""
    found = _ALIGN.search(joined(attributes["style"])) if "style" in attributes else None
    if found:
        return found.group(1).lower()
    value = joined(attributes["align"]).lower() if "align" in attributes else ""
    if value in {"center", "right", "left", "justify"}:
        return value
    if "class" in attributes:
        given = [_ALIGNING[each] for each in _names(attributes) if each in _ALIGNING]
        if given:
            return min(given, key=_SIDES.index)
    return "center" if name == "center" else None


def emphasis(name: str, attributes: Mapping[str, Any]) -> tuple[bool, bool]:
    """Whether an element's own markup makes its words bold, and whether it makes them italic."""
    style = joined(attributes["style"]).replace(" ", "").lower() if "style" in attributes else ""
    return (
        name in _BOLD or "font-weight:bold" in style or "font-weight:700" in style,
        name in _ITALIC or "font-style:italic" in style,
    )


def picture(attributes: Mapping[str, Any], source: str | None, caption: str | None, url: str) -> Picture | None:
    """The picture at ``source`` as an ``img`` on the page at ``url`` shows it; None without one and for a counter."""
    if source is None or "1" in (joined(attributes.get("width")), joined(attributes.get("height"))):
        return None
    alt = squeeze(joined(attributes.get("alt")))
    return Picture(src=urljoin(url, source), alt=alt or None, caption=caption)


class Markup(Protocol[_Element]):
    """What the rules for captions ask about elements, however the page is kept."""

    def name_of(self, element: _Element) -> str:
        """The element's name."""

    def inside(self, element: _Element, *names: str) -> list[_Element]:
        """The elements of these names in it."""

    def is_in(self, element: _Element, name: str) -> bool:
        """Whether an element of this name is around it."""

    def strings(self, element: _Element) -> Iterable[str]:
        """What it prints. What is around it does not count: pages of ASP.NET stand in one form as a whole."""

    def speaks_before(self, element: _Element, image: _Element) -> bool:
        """Whether the element holds words before ``image``."""


def framed(page: Markup[_Element], element: _Element) -> list[tuple[_Element, str | None]]:
    """The pictures that an element frames, each with its caption; empty if it holds anything else."""
    images = page.inside(element, "img")
    if len(images) > 1:  # a lazy picture is repeated for readers without scripts
        images = [image for image in images if not page.is_in(image, "noscript")] or images
    is_table = page.name_of(element) == "table"
    if len(images) > 1:
        return _in_columns(page, element) if is_table else []
    if not images:
        return []
    image = images[0]
    caption = _caption(page, next(iter(page.inside(element, "figcaption")), element))
    if len(caption) > _CAPTION_LENGTH or (is_table and page.speaks_before(element, image)):
        return []
    return [(image, caption or None)]


def _in_columns(page: Markup[_Element], table: _Element) -> list[tuple[_Element, str | None]]:
    """Pictures side by side with their captions in the row below; empty if the table does not have that shape."""
    rows = [page.inside(row, "td", "th") for row in page.inside(table, "tr")]
    found: list[tuple[_Element, str | None]] = []
    for above, below in zip(rows[::2], rows[1::2], strict=False):
        images = [page.inside(cell, "img") for cell in above]
        if any(len(each) != 1 for each in images) or any(_caption(page, cell) for cell in above):
            return []
        captions = [_caption(page, cell) for cell in below]
        if len(above) != len(below) or max(map(len, captions), default=0) > _CAPTION_LENGTH:
            return []
        found += [(each[0], caption or None) for each, caption in zip(images, captions, strict=True)]
    return found if len(rows) % 2 == 0 and len(found) == len(page.inside(table, "img")) else []


def _caption(page: Markup[_Element], element: _Element) -> str:
    return squeeze(" ".join(page.strings(element)))


class _Soup:
    """A page as Beautiful Soup keeps it."""

    def name_of(self, element: Tag) -> str:
        return element.name

    def inside(self, element: Tag, *names: str) -> list[Tag]:
        return list(element.find_all(names[0] if len(names) == 1 else list(names)))

    def is_in(self, element: Tag, name: str) -> bool:
        return element.find_parent(name) is not None

    def strings(self, element: Tag) -> Iterator[str]:
        for string in element.find_all(string=True):
            within = takewhile(lambda parent: parent is not element, string.parents)
            if not isinstance(string, PreformattedString) and not any(parent.name in SILENT for parent in within):
                yield str(string)

    def speaks_before(self, element: Tag, image: Tag) -> bool:
        before = takewhile(lambda node: node is not image, element.descendants)
        strings = (node for node in before if isinstance(node, NavigableString))
        return any(squeeze(string) for string in strings if not isinstance(string, PreformattedString))


_SOUP = _Soup()
