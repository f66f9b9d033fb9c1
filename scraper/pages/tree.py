"""Builds the tree of a page: Beautiful Soup's own objects, made directly as lxml tells what it parses.

Beautiful Soup asks lxml to parse a page too, but spends ten times lxml's own time on each element and string that it
is told of. Here the same events make the same tree in about a third of that time; a test holds the two to be equal,
link by link. What Beautiful Soup would set on each element is set once, on their class. The elements also
answer the questions that page objects ask most (by name, by selector, for their words) from lists in the page's
order, without its general rules for matching, which take most of the time otherwise.
"""

from __future__ import annotations

import gc
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import islice
from typing import Any, cast

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, Doctype, NavigableString, PageElement, ProcessingInstruction, ResultSet
from lxml import etree

from scraper.pages.nodes import Nodes, Tags
from scraper.pages.outline import Outline, Said
from scraper.pages.selecting import Index, is_within, selected

_PARSER = "lxml"
BLANKS = BeautifulSoup.ASCII_SPACES
_OWN: dict[str, Mapping[str, Any]] = {}  # by the elements' name
_MOST_NAMES = 500
_MOST_TIMES = 20  # that one page's elements are numbered again
_BY_NAME = ("can_be_empty_element", "interesting_string_types")
_SINGLE = (
    "parser_class", "namespace", "_namespaces", "prefix", "sourceline", "sourcepos", "attribute_value_list_class",
    "known_xml", "hidden", "cdata_list_attributes", "preserve_whitespace_tags", *_BY_NAME,
)  # fmt: skip


def _on_all() -> dict[str, Any]:
    """What Beautiful Soup sets on an element, and usually the same on each."""
    page = BeautifulSoup("<p></p>", _PARSER)
    return {key: vars(page.p)[key] for key in _SINGLE}


_ON_ALL = _on_all()


class Element(Tag):
    """An element of a page's tree."""

    # Where Tag has no answer, it searches itself for an element of that name.
    _decomposed = False
    _page: Page | None = None  # the page that it was parsed in; None for an element of our own and one removed since
    _place = 0  # its number among the page's elements
    _end = 0  # the number of the first element after those in it

    def find_all(self, name: Any = None, attrs: Any = None, recursive: bool = True, string: Any = None,
                 limit: int | None = None, **kwargs: Any) -> Any:  # fmt: skip
        """See Tag. Answers by itself for names, attributes that are there or have one value, and for all strings."""
        if type(name) is str and not (attrs or kwargs) and string is None and limit is None and recursive:
            few = _named_inside(self, name)
            if few is not None:
                return few
        asked = None if string is not None or not recursive else asked_for(name, attrs, kwargs)
        if asked is None:
            if string is True and name is None and recursive and not (attrs or limit or kwargs):
                strings = (node for node in self.descendants if isinstance(node, NavigableString))
                return ResultSet(None, strings)
            return super().find_all(name, attrs, recursive, string=string, limit=limit, **kwargs)
        found = _inside(self, asked)
        return ResultSet(None, found if limit is None else islice(found, limit or None))

    def find(self, name: Any = None, attrs: Any = None, recursive: bool = True, string: Any = None,
             **kwargs: Any) -> Any:  # fmt: skip
        """See Tag."""
        if type(name) is str and string is None and recursive and _is_nowhere(self, name):
            return None
        asked = None if string is not None or not recursive else asked_for(name, attrs, kwargs)
        if asked is None:
            return super().find(name, attrs, recursive, string=string, **kwargs)
        return next(_inside(self, asked), None)

    def find_all_next(self, name: Any = None, attrs: Any = None, string: Any = None, limit: int | None = None,
                      **kwargs: Any) -> Any:  # fmt: skip
        """See Tag."""
        asked = None if string is not None else asked_for(name, attrs, without_depth(kwargs))
        if asked is None:
            return super().find_all_next(name, attrs, string, limit, **kwargs)
        page = _ordered(self)
        if page is None:
            found = asked.among(self.next_elements)
        else:
            found = _still_there(page, asked, islice(page.elements, self._place + 1, None))
        return ResultSet(None, islice(found, limit or None))

    def elements_after(self, names: tuple[str, ...]) -> Iterator[Tag]:
        """See the function of this name."""
        asked, page = Asked(names, {}), _ordered(self)
        if page is None:
            return asked.among(self.next_elements)
        return _still_there(page, asked, islice(page.elements, self._place + 1, None))

    def find_all_previous(self, name: Any = None, attrs: Any = None, string: Any = None, limit: int | None = None,
                          **kwargs: Any) -> Any:  # fmt: skip
        """See Tag."""
        asked = None if string is not None else asked_for(name, attrs, without_depth(kwargs))
        if asked is None:
            return super().find_all_previous(name, attrs, string, limit, **kwargs)
        page = _ordered(self)
        if page is None:
            found = asked.among(self.previous_elements)
        else:
            found = _still_there(page, asked, reversed(page.elements[: self._place]))
        return ResultSet(None, islice(found, limit or None))

    def find_parents(self, name: Any = None, attrs: Any = None, limit: int | None = None, **kwargs: Any) -> Any:
        """See Tag."""
        asked = asked_for(name, attrs, without_depth(kwargs))
        if asked is None:
            return super().find_parents(name, attrs, limit, **kwargs)
        return ResultSet(None, islice(asked.among(self.parents), limit or None))

    def find_next_sibling(self, name: Any = None, attrs: Any = None, string: Any = None, **kwargs: Any) -> Any:
        """See PageElement."""
        if (name is not None and name is not True) or attrs or string is not None or kwargs:
            return super().find_next_sibling(name, attrs, string, **kwargs)
        return next((node for node in self.next_siblings if isinstance(node, Tag)), None)

    def find_previous_sibling(self, name: Any = None, attrs: Any = None, string: Any = None, **kwargs: Any) -> Any:
        """See PageElement."""
        if (name is not None and name is not True) or attrs or string is not None or kwargs:
            return super().find_previous_sibling(name, attrs, string, **kwargs)
        return next((node for node in self.previous_siblings if isinstance(node, Tag)), None)

    def select(self, selector: str, namespaces: Any = None, limit: int = 0, **kwargs: Any) -> Any:
        """See Tag."""
        page = _ordered(self) or _page_around(self)
        if page is None or namespaces is not None or kwargs:
            return super().select(selector, namespaces, limit, **kwargs)
        return ResultSet(None, selected(self, selector, page.indexed(), limit, within=_within(self, page)))

    def select_one(self, selector: str, namespaces: Any = None, **kwargs: Any) -> Tag | None:
        """See Tag."""
        return next(iter(self.select(selector, namespaces, 1, **kwargs)), None)

    def get_text(self, separator: str = "", strip: bool = False, types: Any = PageElement.default) -> str:
        """See Tag."""
        kinds = self.interesting_string_types
        if strip or types is not PageElement.default or kinds is None:
            return super().get_text(separator, strip, types)
        contents: list[Any] = self.contents
        if len(contents) == 1 and type(contents[0]) is NavigableString:
            return str(contents[0]) if NavigableString in kinds else ""
        strings: list[Any] = [string for string in self.descendants if type(string) in kinds]
        return separator.join(strings)

    def extract(self, _self_index: int | None = None) -> Element:
        """See PageElement."""
        page = self._page
        if page is not None:
            page.is_whole = False
            for tag in page.elements[self._place : self._end]:
                tag._page = None
        return super().extract(_self_index)

    def insert(self, position: int, *new_children: Any) -> list[PageElement]:
        """See Tag."""
        _forget_order(self)
        return super().insert(position, *new_children)

    def new_element(self, name: str) -> Tag:
        """An element without content, to be put into the page."""
        return Tag(name=name)

    def renamed(self, name: str) -> None:
        """Gives the element another name."""
        self.name = name
        _forget_order(self)

    def __setitem__(self, key: str, value: Any) -> None:
        page = _page_around(self)
        if page is not None:
            page.lookup = None
        super().__setitem__(key, value)

    # What Beautiful Soup sets on each element stands here, for all of them.
    vars().update(_ON_ALL)

    # As for every Tag: an element is told from another by what it holds.
    __eq__ = Tag.__eq__
    __hash__ = Tag.__hash__


class Page(Element, BeautifulSoup):
    """A whole page."""

    lookup: Index | None = None  # made when a selector is first asked for, and dropped when elements are added
    elements: list[Element] = []  # noqa: RUF012 - all of them as they were parsed, in their order
    named: dict[str, list[Element]] = {}  # noqa: RUF012 - the same by name
    is_ordered = False  # whether these hold every element that was not removed since
    is_whole = True  # whether nothing was removed since
    times_ordered = 0

    def numbers(self) -> bool:
        """Whether its elements have numbers in their order, if need be new ones."""
        return self.is_ordered or _order_again(self)

    def indexed(self) -> Index:
        """The index of its elements. What was removed since it was made is still in it."""
        if self.lookup is None:
            is_ordered = self.is_ordered or _order_again(self)
            self.lookup = Index(self, self.elements, self.named) if is_ordered else Index(self)
        return self.lookup

    def nodes(self) -> Nodes:
        """Its elements as it keeps them."""
        return Tags(self)

    def outline(self) -> Outline:
        """Its strings, each with the number of what holds it."""
        elements: list[Any] = [self]
        around, begun, strings = [-1], list[int](), list[Said]()
        numbers = {id(self): 0}
        node: Any = self.contents[0] if self.contents else None
        while node is not None:  # half the time of ``descendants``
            if type(node) is NavigableString:
                if not node.isspace():
                    strings.append((node, numbers[id(node.parent)]))
                    begun.append(len(elements) - 1)
            elif isinstance(node, Tag):
                around.append(numbers[id(node.parent)])
                numbers[id(node)] = len(elements)
                elements.append(node)
            node = node.next_element
        return Outline(
            names=[tag.name for tag in elements],
            around=around,
            strings=strings,
            begun=begun,
            tag=elements.__getitem__,
            attributes=lambda number: elements[number].attrs,
            number=lambda tag: numbers[id(tag)],
            is_removed=lambda number: elements[number].decomposed,
        )

    def naming(self, pattern: re.Pattern[str]) -> list[Tag]:
        """Its elements that ``Index.naming`` finds."""
        return [tag for tag in self.indexed().naming(pattern) if is_within(tag, self)]

    def marked(self, names: Iterable[str], classes: Iterable[str], ids: Iterable[str]) -> list[Tag]:
        """Its elements with one of the names, classes or ids, in their order."""
        names, classes, ids = set(names), set(classes), set(ids)
        return [
            tag
            for tag in self.find_all(True)
            if tag.name in names
            or tag.get("id") in ids
            or ("class" in tag.attrs and not classes.isdisjoint(" ".join(tag.get_attribute_list("class")).split()))
        ]


_EMPTY = vars(Page("", _PARSER, element_classes={Tag: Element}))


def empty_page(kind: type[Page]) -> Any:
    """A page without content, as Beautiful Soup makes one; its builder, which keeps nothing, is that of all pages.

    It does not hold itself as the element being parsed: then only the garbage collector could free it.
    """
    page = kind.__new__(kind)
    own: dict[str, Any] = {"attrs": {}, "contents": [], "open_tag_counter": Counter(), "currentTag": None}
    own |= {
        name: [] for name in ("current_data", "tagStack", "preserve_whitespace_tag_stack", "string_container_stack")
    }
    vars(page).update(_EMPTY, **own)
    return page


def rename(tag: Tag, name: str) -> None:
    """Gives the element another name."""
    if isinstance(tag, Element):
        tag.renamed(name)
    else:
        tag.name = name
        _forget_order(tag)


def new_element(near: Tag, name: str) -> Tag:
    """An element without content, to be put into the page of ``near``."""
    return near.new_element(name) if isinstance(near, Element) else Tag(name=name)


class _Trees(threading.local):
    """How to take apart the trees made while a page is read; None while no page is."""

    made: list[Callable[[], None]] | None = None


_TREES = _Trees()


def _take_apart(page: Any, elements: list[Any]) -> None:
    """Leaves of the links between nodes only those that lead up and back."""
    for tag in (page, *elements):
        for node in tag.contents:
            node.next_element = node.next_sibling = None
        tag.contents = []
        tag.next_element = tag.next_sibling = None
    page.elements, page.named, page.lookup, page.is_ordered = [], {}, None, False


def hold(take_apart: Callable[[], None]) -> None:
    """``take_apart`` is called when the page is read, if ``released`` was asked for that."""
    if _TREES.made is not None:
        _TREES.made.append(take_apart)


def _take_all_apart() -> None:
    trees, _TREES.made = _TREES.made or [], None
    for take_apart in trees:
        take_apart()


@contextmanager
def released() -> Iterator[None]:
    """Takes apart, at its end, every tree that is made in the block.

    The nodes of a tree hold one another, so that otherwise the garbage collector must find it again and again until
    it may go, beside all that the process holds: half as much work as reading the page. It rests during the block.
    Nothing that the block returns may be a node. A time limit belongs in the block: around it, it could end the work
    that is done here at its end.
    """
    if _TREES.made is not None:
        yield
        return
    collects = gc.isenabled()
    gc.disable()
    _TREES.made = []
    try:
        yield
    finally:
        try:
            _take_all_apart()  # so that nothing holds the nodes any more when the collector goes on
        finally:
            if collects:
                gc.enable()


class Asked:
    """A question for elements of some names (any, where there is none) with some attributes."""

    __slots__ = ("attributes", "names")

    def __init__(self, names: tuple[str, ...], attributes: Mapping[str, Any]) -> None:
        self.names, self.attributes = names, attributes

    def among(self, nodes: Iterable[Any]) -> Iterator[Tag]:
        """Those of ``nodes`` that are asked for. A string has no name."""
        names, wanted = self.names, tuple(self.attributes.items())
        for node in nodes:
            if node.name in names if names else node.name is not None:
                for key, value in wanted:  # a generator for all() would take longer than the answer
                    if not _has(node, key, value):
                        break
                else:
                    yield node


def asked_for(name: Any, attrs: Any, kwargs: Mapping[str, Any]) -> Asked | None:
    """The question; None for one that only Beautiful Soup's own rules can answer."""
    if type(name) is str and not attrs and not kwargs:  # as most do
        return None if ":" in name else Asked((name,), kwargs)
    if type(name) is list and not attrs and not kwargs:
        return _asked_for_any(tuple(name))
    attributes = {**attrs, **kwargs} if isinstance(attrs, dict) else kwargs
    if attrs and attributes is kwargs:
        return None
    if "class_" in attributes:
        attributes = {"class" if key == "class_" else key: value for key, value in attributes.items()}
    for key, value in attributes.items():
        if not (value is True or (isinstance(value, str) and value)) or key.endswith("_"):
            return None
    if isinstance(name, str):
        names: tuple[str, ...] = (name,)
    elif name is True or (name is None and attributes):
        names = ()
    elif isinstance(name, list) and (asked := _asked_for_any(tuple(name))) is not None:
        names = asked.names
    else:
        return None
    return None if any(":" in each for each in names) else Asked(names, attributes)


@lru_cache(maxsize=200)
def _asked_for_any(names: tuple[Any, ...]) -> Asked | None:
    """The question for elements of any of these names."""
    is_known = bool(names) and all(isinstance(each, str) and ":" not in each for each in names)
    return Asked(names, {}) if is_known else None


def without_depth(kwargs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without what Beautiful Soup's own functions add, for their warnings."""
    return {key: value for key, value in kwargs.items() if key != "_stacklevel"} if kwargs else kwargs


def _has(tag: Any, key: str, wanted: Any) -> bool:
    value = tag.attrs.get(key)
    if wanted is True:
        return value is not None
    return (wanted in value or " ".join(value) == wanted) if isinstance(value, list) else value == wanted


def _is_nowhere(root: Element, name: str) -> bool:
    """Whether the page of ``root`` is known to have no element of that name, as of most that are asked for."""
    page = root if isinstance(root, Page) else root._page
    return page is not None and page.is_ordered and name not in page.named and ":" not in name


def _named_inside(root: Element, name: str) -> list[Any] | None:
    """The elements of ``root`` of that name; None where the page has no order.

    They are looked for among all of that name, or among all in ``root`` where these are fewer.
    """
    page = root if isinstance(root, Page) else root._page
    if page is None or not page.is_ordered or ":" in name:
        return None
    named = page.named.get(name)
    if not named:
        return []
    if root is page:
        return named[:] if page.is_whole else [tag for tag in named if tag._page is page]
    start, end = root._place, root._end
    if end - start > len(named):
        return [tag for tag in named if tag._page is page and start < tag._place < end]
    return [tag for tag in page.elements[start + 1 : end] if tag._page is page and tag.name == name]


def _inside(root: Element, asked: Asked) -> Iterator[Tag]:
    """The elements of ``root`` that are asked for."""
    if not isinstance(root, Page):
        page = _ordered(root)
        if page is None:
            return asked.among(root.descendants)
        among = page.elements[root._place + 1 : root._end]
    elif not (root.is_ordered or _order_again(root)):
        return asked.among(root.descendants)
    else:
        page = root
        among = page.elements if len(asked.names) != 1 else page.named.get(asked.names[0], [])
        if len(asked.names) == 1 and page.is_whole and not asked.attributes:
            return iter(among)  # all of them
    return _still_there(page, asked, among)


def _order_again(page: Page) -> bool:
    """Numbers the page's elements as they stand now, after some were added. False where this was done often."""
    page.times_ordered += 1
    if page.times_ordered > _MOST_TIMES:
        return False
    order(page)
    return True


def order(page: Page) -> None:
    """Numbers the page's elements as they stand now."""
    for tag in page.elements:
        tag._page = None
    elements: list[Any] = []
    named: dict[str, list[Any]] = {}
    around: list[Any] = []
    for node in page.descendants:
        if not isinstance(node, Tag):
            continue
        tag = cast(Any, node)
        while around and around[-1] is not tag.parent:
            around.pop()._end = len(elements)
        tag._page, tag._place = page, len(elements)
        elements.append(tag)
        named.setdefault(tag.name, []).append(tag)
        around.append(tag)
    for tag in around:
        tag._end = len(elements)
    page.elements, page.named, page.is_ordered, page.is_whole = elements, named, True, True


def next_node(node: Any) -> Any:
    """The node after ``node``, which may be in it; None at the end."""
    inside = node.contents if isinstance(node, Tag) else None
    return inside[0] if inside else node_after(node)


def node_after(node: Any) -> Any:
    """The node after all that is in ``node``; None at the end."""
    while node is not None:
        beside = node.next_sibling
        if beside is not None:
            return beside
        node = node.parent
    return None


def node_before(node: Any) -> Any:
    """The node before ``node``, which may be around it; None at the beginning."""
    before = node.previous_sibling
    if before is None:
        around = node.parent
        return None if isinstance(around, Page) else around
    while isinstance(before, Tag) and before.contents:
        before = before.contents[-1]
    return before


def walk(node: Any, step: Callable[[Any], Any]) -> Iterator[Any]:
    """The nodes that step by step follow ``node``, which may be removed meanwhile."""
    node = step(node)
    while node is not None:
        further = step(node)
        yield node
        node = further


def nodes_after(tag: Tag) -> Iterator[PageElement]:
    """The nodes after all that is in the element, in their order."""
    node = node_after(tag)
    while node is not None:
        further = next_node(node)
        yield node
        node = further


def elements_after(tag: Tag, *names: str) -> Iterator[Tag]:
    """The elements of these names (any, where there is none) behind the tag's beginning, found one by one."""
    return tag.elements_after(names) if isinstance(tag, Element) else Asked(names, {}).among(tag.next_elements)


def places(page: BeautifulSoup) -> Callable[[Tag], int]:
    """Tells where an element of the page stands among all of them."""
    if isinstance(page, Page) and page.numbers():
        return lambda tag: cast(Element, tag)._place
    numbers = {id(tag): number for number, tag in enumerate(page.find_all(True))}
    return lambda tag: numbers[id(tag)]


def _still_there(page: Page, asked: Asked, among: Iterable[Any]) -> Iterator[Tag]:
    """Those asked for that were not removed since the page was ordered."""
    return asked.among(among if page.is_whole else (tag for tag in among if tag._page is page))


def _within(root: Element, page: Page) -> Callable[[Any], bool] | None:
    """Tells of the page's elements whether they are in ``root``, by their numbers; None where these do not hold."""
    if not page.is_ordered:
        return None
    if root is page:
        return lambda tag: tag._page is page
    if root._page is not page:
        return None
    return lambda tag: tag._page is page and root._place < tag._place < root._end


def _ordered(tag: Element) -> Page | None:
    """The page in whose order the element still stands; None once it was removed or others were added."""
    page = tag._page
    return page if page is not None and page.is_ordered else None


def _page_around(tag: Tag) -> Page | None:
    top = tag
    while (parent := top.parent) is not None:
        top = parent
    return top if isinstance(top, Page) else None


def _forget_order(tag: Tag) -> None:
    for page in (_page_around(tag), tag._page if isinstance(tag, Element) else None):
        if page is not None:
            page.lookup, page.is_ordered = None, False


class Unusual(Exception):
    """The page holds what only Beautiful Soup itself can place."""


class KeptParser(threading.local):
    """lxml's parser and what takes its events, in each thread: making them takes longer than parsing a small page.

    ``begin`` of what takes the events is told of each page, and ``close`` returns what was made of it.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make
        self.target: Any = None
        self.parser: Any = None

    def parsed(self, html: str) -> Any:
        """What is made of the page; None for a page that only Beautiful Soup itself can place."""
        parser, self.parser = self.parser, None  # one that breaks off in the midst of a page is not kept
        if parser is None:
            self.target = self.make()
            parser = etree.HTMLParser(target=self.target, recover=True)
        self.target.begin()
        try:
            parser.feed(html.removeprefix("\N{BYTE ORDER MARK}"))
            made = parser.close()
        except (Unusual, UnicodeError, LookupError, etree.LxmlError):
            return None
        self.parser = parser
        return made


def tree_of(html: str) -> Page:
    """The tree of ``html``, as ``BeautifulSoup(html, "lxml")`` makes it."""
    collects = gc.isenabled()
    gc.disable()  # nothing of a growing tree can be freed, and looking for it would take as long as building it
    try:
        page = _PARSER_OF_TREES.parsed(html)
    finally:
        if collects:
            gc.enable()
    return page if isinstance(page, Page) else Page(html, _PARSER, element_classes={Tag: Element})


def own_of(name: str, page: Page) -> Mapping[str, Any]:
    """What Beautiful Soup sets on the elements of that name, and not on all elements."""
    own = _OWN.get(name)
    if own is None:
        if name[0] == "{":
            raise Unusual
        builder: Any = page.builder
        made = vars(Tag(page, builder, name, attrs={}, namespaces=builder.active_namespace_prefixes[-1]))
        own = {key: value for key, value in made.items() if key in _BY_NAME and value != _ON_ALL[key]}
        if len(_OWN) < _MOST_NAMES:
            _OWN[name] = own
    return own


class _Builder:
    """Takes lxml's events. The names of its methods are lxml's."""

    def __init__(self) -> None:
        builder: Any = _EMPTY["builder"]
        self.kinds = builder.string_containers
        self.preserving = builder.preserve_whitespace_tags
        self.lists = builder.cdata_list_attributes or {}
        self.telling = {"meta", *self.kinds, *self.preserving}
        self.everywhere = self.lists.get("*", set())
        self.as_list = builder.attribute_value_list_class
        self.as_attributes = builder.attribute_dict_class
        self.waiting: list[str] = []
        self.data = self.waiting.append  # text, perhaps a part of a longer one

    def begin(self) -> None:
        """A page begins."""
        self.page: Page = empty_page(Page)
        self.elements: list[Element] = []
        self.named: dict[str, list[Element]] = {}
        self.current: Tag = self.page
        self.last: Tag | NavigableString | None = None
        self.waiting.clear()
        self.preserved = 0  # open elements that keep their white space
        self.holders: list[Tag] = []  # open elements whose strings are of a kind of their own

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if self.waiting:
            self.flush()
        parent, last, elements = self.current, self.last, self.elements
        tag = Element.__new__(Element)
        # Set one by one: a dictionary would take more memory.
        tag.name = name
        tag.attrs = self.attributes(name, attributes) if attributes else self.as_attributes()
        siblings = parent.contents
        before = siblings[-1] if siblings else None
        tag.contents = []
        tag.parent = parent
        tag.previous_element = last
        tag.next_element = tag.next_sibling = None
        tag.previous_sibling = before
        tag._page = self.page
        tag._place = len(elements)
        if before is not None:
            before.next_sibling = tag
        if last is not None:
            last.next_element = tag
        siblings.append(tag)
        elements.append(tag)
        if name in self.named:
            self.named[name].append(tag)
        else:
            self.named[name] = [tag]
        self.current = self.last = tag
        own = _OWN.get(name)
        if own is None:
            own = own_of(name, self.page)
        if own:
            for key, value in own.items():
                setattr(tag, key, value)
        if name in self.telling:
            self.begin_special(tag)

    def attributes(self, name: str, given: Mapping[str, str]) -> Any:
        """The attributes as Beautiful Soup keeps them: those that hold several names, such as ``class``, as lists."""
        values = self.as_attributes(given)
        own = self.lists.get(name)
        for key in given:
            if key in self.everywhere or (own is not None and key in own):
                dict.__setitem__(values, key, self.as_list(values[key].split()))
            elif key[0] == "{":
                raise Unusual
        return values

    def end(self, name: str) -> None:
        """An element ends, and with it any that are still open inside it. One that is not open does not end."""
        if self.waiting:
            self.flush()
        tag: Any = self.current
        if tag.name == name and name not in self.telling:
            tag._end = len(self.elements)
            self.current = tag.parent
            return
        if tag.name != name and all(around.name != name for around in tag.parents):
            return
        while tag.parent is not None:
            if tag.name in self.telling:
                self.end_special(tag)
            tag._end = len(self.elements)
            self.current = tag.parent
            if tag.name == name:
                return
            tag = self.current

    def begin_special(self, tag: Tag) -> None:
        """An element begins that says how others, or strings, are kept."""
        if tag.name == "meta":
            self.page.builder.set_up_substitutions(tag)
        if tag.name in self.kinds:
            self.holders.append(tag)
        self.preserved += tag.name in self.preserving

    def end_special(self, tag: Tag) -> None:
        """Such an element ends."""
        if self.holders and self.holders[-1] is tag:
            self.holders.pop()
        self.preserved -= tag.name in self.preserving

    def comment(self, text: str) -> None:
        """A comment."""
        self.special(text, Comment)

    def pi(self, target: str, text: str | None) -> None:
        """A processing instruction."""
        self.special(f"{target} {text}", ProcessingInstruction)

    def doctype(self, name: str, public: str, system: str) -> None:
        """The document's type."""
        self.special(Doctype.for_name_and_ids(name, public, system), Doctype)

    def special(self, text: str, kind: type[NavigableString]) -> None:
        """A string that is no text."""
        if self.waiting:
            self.flush()
        self.waiting.append(text)
        self.flush(kind)

    def flush(self, kind: type[NavigableString] = NavigableString) -> None:
        """Adds the waiting text to the tree. White space alone becomes one blank or line end."""
        text = self.waiting[0] if len(self.waiting) == 1 else "".join(self.waiting)
        self.waiting.clear()
        if not self.preserved and not text.strip(BLANKS):
            text = "\n" if "\n" in text else " "
        if self.holders and kind is NavigableString:
            kind = self.kinds[self.holders[-1].name]
        string: Any = str.__new__(kind, text)
        parent, last = self.current, self.last
        siblings = parent.contents
        before = siblings[-1] if siblings else None
        string.hidden = False
        string.parent = parent
        string.previous_element = last
        string.next_element = string.next_sibling = None
        string.previous_sibling = before
        if before is not None:
            before.next_sibling = string
        if last is not None:
            last.next_element = string
        siblings.append(string)
        self.last = string

    def close(self) -> Page:
        """The page has ended."""
        if self.waiting:
            self.flush()
        tag: Any = self.current
        while tag is not self.page:
            tag._end = len(self.elements)
            tag = tag.parent
        page: Page = self.page
        page.elements, page.named, page.is_ordered = self.elements, self.named, True
        hold(partial(_take_apart, page, self.elements))
        self.page = self.current = self.last = self.elements = self.named = None  # type: ignore[assignment]
        self.holders = []
        return page


_PARSER_OF_TREES = KeptParser(_Builder)
