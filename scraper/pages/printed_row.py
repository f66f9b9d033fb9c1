"""What a page prints, as one row in the page's order, of which each element prints a part.

For page objects that know their pages by the lines they print, and so ask again and again what an element prints:
each link, each element around a link, the body without those. The page is walked once, while lxml tells what it
parses. What an element prints is then read from its part of the row, by the rules of :mod:`scraper.pages.blocks`: a
test holds both to be equal.

An element is its number in the page's order. 0 is the page itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from bs4 import Tag
from bs4.builder import HTMLTreeBuilder
from bs4.element import NavigableString, PreformattedString

from scraper.items import Block, Paragraph
from scraper.pages.blocks import (
    BLOCK,
    DEEPEST,
    EMPHATIC,
    FRAMES,
    SILENT,
    admitted,
    alignment,
    attribute,
    emphasis,
    framed,
    hides,
    picture,
)
from scraper.pages.images import address_beside, address_in, emoji
from scraper.pages.tree import KeptParser, tree_of
from scraper.text import squeeze

PAGE = 0
"""The number of the page itself."""

_NOTHING = -1  # in the row: a comment, or what was removed
_KINDS = frozenset(HTMLTreeBuilder.DEFAULT_STRING_CONTAINERS)  # elements whose strings are of a kind of their own
_TELLING = SILENT | FRAMES | EMPHATIC | {"br", "img", "body", "center"}
_RARELY_TELLING = frozenset({"hidden", "style", "align"})
_SHORT = 200  # characters of classes
_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


class _Style(NamedTuple):
    """How the words of the body are printed; outside any body, those of the page."""

    align: str | None
    bold: bool
    italic: bool


_PLAIN = _Style(None, False, False)


class _Told(NamedTuple):
    """What the name and the attributes of an element say of how it is printed."""

    is_hidden: bool
    align: str | None
    bold: bool
    italic: bool


_NOTHING_TOLD = _Told(False, None, False, False)


class _OfKind(str):
    """A string in an element whose strings are of a kind of their own."""

    __slots__ = ("kind",)
    kind: str


_Token = str | int | _Style | None
"""Words; an element that must be looked at, or nothing; how what follows is printed; the end of a line."""


class Row:
    """A page's elements and what they print."""

    def __init__(self) -> None:
        self.names: list[str] = ["[document]"]
        self.attributes: list[Mapping[str, str]] = [_NO_ATTRIBUTES]
        self.parents: list[int] = [_NOTHING]
        self.after: list[int] = [0]  # the first element after those in it
        self.removed: set[int] = set()
        self.row: list[_Token] = []
        self.starts: list[int] = [0]  # where its part of the row begins
        self.ends: list[int] = [0]
        self.unseen: set[int] = set()  # elements that print nothing in those around them
        self.letters: dict[int, str] = {}  # of pictures that stand for them
        self.plain_pictures: set[int] = set()  # those that end a line and have no more to them
        self.depths: dict[int, int] = {}  # of the elements that are in more than DEEPEST others

    def named(self, name: str) -> list[int]:
        """The elements of this name that were not removed."""
        elements = self._by_name.get(name, [])
        return [element for element in elements if element not in self.removed] if self.removed else elements

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        by_name: dict[str, list[int]] = defaultdict(list)
        for element, name in enumerate(self.names):
            by_name[name].append(element)
        return by_name

    def attribute(self, element: int, name: str) -> str:
        """The attribute ``name``; empty if the element does not have it."""
        return self.attributes[element].get(name) or ""

    def upwards(self, element: int) -> Iterator[int]:
        """The elements around this one, the nearest first; the last is the page."""
        while (element := self.parents[element]) >= PAGE:
            yield element

    def body(self) -> int:
        """The page's body, or the page if it has none."""
        return next(iter(self.named("body")), PAGE)

    def remove(self, element: int) -> None:
        """Takes the element out, with all that is in it."""
        self.removed.update(range(element, self.after[element]))
        start, end = self.starts[element], self.ends[element]
        self.row[start:end] = [_NOTHING] * (end - start)

    def text(self, element: int) -> str:
        """All strings in the element, joined, without those of scripts and the like."""
        start, end = self.starts[element], self.ends[element]
        if end - start == 1 and type(words := self.row[start]) is str:
            return words
        return "".join([token for token in self.row[start:end] if type(token) is str])

    def lines(self, element: int) -> list[str]:
        """The lines that the element prints."""
        start, end = self.starts[element], self.ends[element]
        if end - start == 1 and type(words := self.row[start]) is str:
            return [text] if (text := squeeze(words)) else []
        if (plain := self._plain_lines(element, start, end)) is not None:
            return plain
        texts: list[str] = []
        _Reading(self, element, keeps=texts.append).read()  # which keeps none of them
        return texts

    def _plain_lines(self, element: int, start: int, end: int) -> list[str] | None:
        """The lines of an element in which nothing must be looked at but pictures; None where something must."""
        texts: list[str] = []
        line: list[str] = []
        for token in self.row[start:end]:
            if isinstance(token, str):
                if line or not token.isspace():
                    line.append(token)
                continue
            if token is not None:
                if isinstance(token, _Style) or token in {_NOTHING, element}:
                    continue
                if token not in self.plain_pictures:
                    return None
            if line:
                if text := squeeze("".join(line)):
                    texts.append(text)
                line = []
        if line and (text := squeeze("".join(line))):
            texts.append(text)
        return texts

    def words(self, element: int) -> str:
        """All that the element prints, on one line."""
        return squeeze(" ".join(self.lines(element)))

    def blocks(self, url: str, keeps: Callable[[str], bool]) -> list[Block]:
        """What the body prints: its pictures, and of its lines those that ``keeps`` wants."""
        blocks: list[Block] = []
        for printed in _Reading(self, self.body(), keeps).read():
            if isinstance(printed, Paragraph):
                blocks.append(printed)
                continue
            image, caption = printed
            if (shown := picture(self.attributes[image], self.picture_address(image), caption, url)) is not None:
                blocks.append(shown)
        return blocks

    def picture_address(self, image: int) -> str | None:
        """The address of the picture itself, as scraper.pages.images.picture_address finds it."""
        if (own := address_in(self.attributes[image])) is not None:
            return own
        frame = next((around for around in self.upwards(image) if self.names[around] == "picture"), None)
        sources = [self.attributes[source] for source in self.inside(frame, "source")] if frame is not None else []
        beside = self.beside(image)
        real = self.inside(beside, "img") if beside is not None and self.names[beside] == "noscript" else []
        return address_beside(sources, self.attributes[real[0]] if real else _NO_ATTRIBUTES)

    def beside(self, element: int) -> int | None:
        """The element that comes next in the same one around both."""
        beside = self.after[element]
        while beside in self.removed:
            beside = self.after[beside]
        is_there = beside < len(self.names) and self.parents[beside] == self.parents[element]
        return beside if is_there else None

    def name_of(self, element: int) -> str:
        """See Markup."""
        return self.names[element]

    def inside(self, element: int, *names: str) -> list[int]:
        """See Markup."""
        among = range(element + 1, self.after[element])
        return [n for n in among if self.names[n] in names and n not in self.removed]

    def is_in(self, element: int, name: str) -> bool:
        """See Markup."""
        return any(self.names[around] == name for around in self.upwards(element))

    def strings(self, element: int) -> Iterator[str]:
        """See Markup."""
        return (string for _, string in self._strings(element, SILENT))

    def speaks_before(self, element: int, image: int) -> bool:
        """See Markup."""
        before = self.row[self.starts[element] : self.starts[image]]
        return any(isinstance(token, str) and squeeze(token) for token in before)

    def depth(self, element: int) -> int:
        """How many elements are around this one."""
        known = self.depths.get(element)
        return known if known is not None else sum(1 for _ in self.upwards(element))

    def all_words(self, element: int) -> str:
        """The strings in the element that are of its own kind."""
        own = self.names[element] if self.names[element] in _KINDS else ""
        return " ".join([string for kind, string in self._strings(element, ()) if kind == own])

    def _strings(self, element: int, passed: Container[str]) -> Iterator[tuple[str, str]]:
        """The strings in the element, each up to the next tag or comment, with its kind.

        Elements whose name is in ``passed`` are passed over.
        """
        edges = {*self.starts[element : self.after[element]], *self.ends[element : self.after[element]]}
        place, parts = self.starts[element], list[str]()
        while place < self.ends[element]:
            token = self.row[place]
            if parts and (place in edges or not isinstance(token, str)):
                yield getattr(parts[0], "kind", ""), "".join(parts)
                parts = []
            place += 1
            if isinstance(token, str):
                parts.append(token)
            elif isinstance(token, int) and token not in {element, _NOTHING} and self.names[token] in passed:
                place = self.ends[token]
        if parts:
            yield getattr(parts[0], "kind", ""), "".join(parts)


_Printed = Paragraph | tuple[int, str | None]  # a line, or a picture with its caption


class _Reading:
    """Reads what one element prints: its pictures, and of its lines those that ``keeps`` wants."""

    def __init__(self, page: Row, element: int, keeps: Callable[[str], object]) -> None:
        self.page, self.element, self.keeps = page, element, keeps
        self.printed: list[_Printed] = []
        self.is_begun = False  # whether anything of the line was read, if only a blank
        self.runs: list[tuple[str, _Style]] = []  # what was read of the line, without blanks at its beginning
        self.align: str | None = None
        self.style = _PLAIN

    def read(self) -> list[_Printed]:
        row, place, end = self.page.row, self.page.starts[self.element], self.page.ends[self.element]
        runs = self.runs
        while place < end:
            token = row[place]
            place += 1
            if token is None:
                if self.is_begun:
                    self.flush()
            elif isinstance(token, str):
                if not self.is_begun:
                    self.align = self.style.align
                    if place < end and row[place] is None:  # as most lines are: of one string
                        place += 1
                        if not token.isspace() and (text := squeeze(token)) and self.keeps(text):
                            self.keep(text, self.style.bold, self.style.italic)
                        continue
                    self.is_begun = True
                if runs or not token.isspace():
                    runs.append((token, self.style))
            elif isinstance(token, _Style):
                self.style = token
            else:
                place = place if token == _NOTHING else self.look_at(token, place)
        self.flush()
        return self.printed

    def flush(self) -> None:
        """The line ends."""
        self.is_begun, runs = False, self.runs
        if not runs:
            return
        text = squeeze("".join([words for words, _ in runs]))
        if text and self.keeps(text):
            spoken = [style for words, style in runs if len(runs) == 1 or squeeze(words)]
            self.keep(text, all(style.bold for style in spoken), all(style.italic for style in spoken))
        runs.clear()

    def speak(self, words: str, style: _Style) -> None:
        """Words that are no string of the row. As in scraper.pages.blocks, they do not align their line."""
        self.is_begun = True
        self.runs.append((words, style))

    def keep(self, text: str, bold: bool, italic: bool) -> None:
        """Keeps a line."""
        self.printed.append(Paragraph(text=text, align=self.align, bold=bold, italic=italic))

    def look_at(self, element: int, place: int) -> int:
        """Reads an element that is no plain one, and returns the place from which the row goes on."""
        if element == self.element:
            return place
        page = self.page
        name, end = page.names[element], page.ends[element]
        if element in page.unseen:
            return end
        if element in page.letters:
            self.speak(page.letters[element], self.style)
            return end
        if name == "img":
            self.flush()
            self.printed.append((element, None))
            return end
        if name in FRAMES and (pictures := framed(page, element)):
            self.flush()
            self.printed += pictures
            return end
        if element in page.depths and page.depths[element] - page.depth(self.element) > DEEPEST:
            self.read_as_words(element)
            return end
        return place

    def read_as_words(self, element: int) -> None:
        """Reads an element that is nested too deep."""
        name = self.page.names[element]
        if name in BLOCK:
            self.flush()
        style = _styled(self.style, name, _told(name, self.page.attributes[element]))
        self.speak(self.page.all_words(element), style)
        if name in BLOCK:
            self.flush()


def _told(name: str, attributes: Mapping[str, str]) -> _Told:
    """What an element's markup tells of how it is printed."""
    if name not in EMPHATIC and name != "center" and not (attributes and _tells(attributes)):
        return _NOTHING_TOLD
    return _Told(hides(attributes), alignment(name, attributes), *emphasis(name, attributes))


def _tells(attributes: Mapping[str, str]) -> bool:
    """Whether attributes may tell how their element is printed."""
    if "class" in attributes:
        classes = attributes["class"]
        if len(classes) > _SHORT or _class_tells(classes):
            return True
    return not _RARELY_TELLING.isdisjoint(attributes)


@lru_cache(maxsize=4096)  # most classes return on every page of a site
def _class_tells(classes: str) -> bool:
    attributes = {"class": classes}
    return hides(attributes) or alignment("", attributes) is not None


def _styled(around: _Style, name: str, told: _Told) -> _Style:
    """How an element's words are printed, in one whose words are printed so. A body begins anew."""
    if name == "body":
        return _Style(told.align, False, False)
    return _Style(told.align or around.align, around.bold or told.bold, around.italic or told.italic)


def row_of(html: str) -> Row:
    """The page as a row. Raises NotAnArticle as scraper.pages.blocks.parse does."""
    markup = admitted(html)
    row = _PARSER.parsed(markup)
    return row if isinstance(row, Row) and not _is_unusual(row) else _row_of_tree(tree_of(markup))


def _is_unusual(row: Row) -> bool:
    """Whether the page holds attributes that Beautiful Soup takes for another namespace's."""
    return any(name.startswith("{") for name in set().union(*filter(None, row.attributes)))


def _row_of_tree(page: Tag) -> Row:
    writer = _Writer()
    writer.begin()
    opened: list[Tag] = [page]
    for node in page.descendants:
        while opened[-1] is not node.parent:
            writer.end(opened.pop().name)
        if isinstance(node, Tag):
            writer.start(node.name, {str(name): attribute(node, name) for name in node.attrs if name[0] != "{"})
            opened.append(node)
        elif isinstance(node, PreformattedString):
            writer.comment("")
        elif isinstance(node, NavigableString):
            writer.data(str(node))
    return writer.close()


class _Writer:
    """Takes lxml's events. The names of its methods are lxml's."""

    def __init__(self) -> None:
        self.row: list[_Token] = []
        self.data = self.row.append

    def begin(self) -> None:
        """A page begins."""
        self.page = page = Row()
        self.names, self.attributes, self.parents = page.names, page.attributes, page.parents
        self.starts, self.ends, self.after = page.starts, page.ends, page.after
        self.row.clear()
        self.opened = [PAGE]
        self.style = _PLAIN
        self.styles: dict[int, _Style] = {}  # how what is around is printed, by elements that change it

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        names, row, opened = self.names, self.row, self.opened
        element = len(names)
        names.append(name)
        self.attributes.append(attributes)
        self.parents.append(opened[-1])
        self.starts.append(len(row))
        self.ends.append(0)
        self.after.append(0)
        if name in _TELLING or len(opened) > DEEPEST or (attributes and _tells(attributes)):
            self.begin_telling(element, name, attributes)
        elif name in BLOCK:
            row.append(None)
        opened.append(element)

    def begin_telling(self, element: int, name: str, attributes: Mapping[str, str]) -> None:
        """What an element that is no plain one writes first. If it must be looked at, that is its number."""
        page, depth, told = self.page, len(self.opened), _told(name, attributes)
        if depth > DEEPEST:
            page.depths[element] = depth
        if name in SILENT or told.is_hidden:
            page.unseen.add(element)
        elif name == "br":
            self.row.append(None)
            return
        elif name == "img" and (letter := emoji(attributes)):
            page.letters[element] = letter
        if element in page.unseen or element in page.depths or name == "img" or name in FRAMES:
            self.row.append(element)
            if name == "img" and not (element in page.unseen or element in page.letters):
                page.plain_pictures.add(element)
        if name in BLOCK:
            self.row.append(None)
        if not any(told) and name != "body":
            return
        style = _styled(self.style, name, told)
        if style != self.style:
            self.styles[element], self.style = self.style, style
            self.row.append(style)

    def end(self, name: str) -> None:
        """An element ends, and with it any that are still open inside it. One that is not open does not end."""
        names, row, opened = self.names, self.row, self.opened
        if names[opened[-1]] != name:
            if name not in [names[element] for element in opened]:
                return
            while (inside := names[opened[-1]]) != name:
                self.end(inside)
        element = opened.pop()
        if name in BLOCK:
            row.append(None)
        elif name in _KINDS:
            self.end_kind(element)
        if element in self.styles:
            self.style = self.styles.pop(element)
            row.append(self.style)
        self.ends[element] = len(row)
        self.after[element] = len(names)

    def end_kind(self, element: int) -> None:
        """An element ends whose strings are of a kind of their own."""
        row = self.row
        for place in range(self.starts[element], len(row)):
            token = row[place]
            if type(token) is str:
                row[place] = string = _OfKind(token)
                string.kind = self.names[element]

    def comment(self, _: str) -> None:
        """A comment, which parts the strings around it."""
        self.row.append(_NOTHING)

    def pi(self, target: str, text: str | None) -> None:
        """A processing instruction."""
        self.comment(target)

    def close(self) -> Row:
        """The page has ended."""
        page = self.page
        for element in self.opened:
            if page.names[element] in _KINDS:
                self.end_kind(element)
            page.ends[element], page.after[element] = len(self.row), len(page.names)
        page.row = self.row.copy()
        self.begin()  # lxml keeps this object, which then keeps nothing of the page
        return page


_PARSER = KeptParser(_Writer)
