"""Builds the tree of a page: Beautiful Soup's own objects, made directly as lxml tells what it parses.

Beautiful Soup asks lxml to parse a page too, but spends ten times lxml's own time on each element and string that it
is told of. Here the same events make the same tree in about a third of that time; a test holds the two to be equal,
link by link. What Beautiful Soup would set on each element is taken once from one that it made itself. The elements
also answer the questions that page objects ask most (by name, by selector, for their words) without its general
rules for matching, which take most of the time otherwise.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, Doctype, NavigableString, PageElement, ProcessingInstruction, ResultSet
from lxml import etree

from scraper.pages.selecting import Index, is_within, selected

_PARSER = "lxml"
_BLANKS = BeautifulSoup.ASCII_SPACES
_PATTERNS: dict[str, dict[str, Any]] = {}  # an element's name to what Beautiful Soup sets on every such element
_MOST_PATTERNS = 500
_FEW = 50  # elements whose place is looked up one by one


class Element(Tag):
    """An element of a page's tree."""

    _decomposed = False  # where Tag has no answer, it searches itself for an element of that name

    def find_all(self, name: Any = None, attrs: Any = None, recursive: bool = True, string: Any = None,
                 limit: int | None = None, **kwargs: Any) -> Any:  # fmt: skip
        """See Tag. Answers by itself where names are asked for, and attributes that are there or have one value."""
        asked = None if string is not None or not recursive else _asked(name, attrs, kwargs)
        if asked is None:
            return super().find_all(name, attrs, recursive, string=string, limit=limit, **kwargs)
        found = asked.among(_proposed(self, asked))
        return ResultSet(None, found if limit is None else islice(found, limit or None))

    def find(self, name: Any = None, attrs: Any = None, recursive: bool = True, string: Any = None,
             **kwargs: Any) -> Any:  # fmt: skip
        """See Tag."""
        asked = None if string is not None or not recursive else _asked(name, attrs, kwargs)
        if asked is None:
            return super().find(name, attrs, recursive, string=string, **kwargs)
        return next(asked.among(_proposed(self, asked)), None)

    def find_all_next(self, name: Any = None, attrs: Any = None, string: Any = None, limit: int | None = None,
                      **kwargs: Any) -> Any:  # fmt: skip
        """See Tag."""
        asked = None if string is not None else _asked(name, attrs, _without_depth(kwargs))
        if asked is None:
            return super().find_all_next(name, attrs, string, limit, **kwargs)
        return ResultSet(None, islice(asked.among(self.next_elements), limit or None))

    def find_all_previous(self, name: Any = None, attrs: Any = None, string: Any = None, limit: int | None = None,
                          **kwargs: Any) -> Any:  # fmt: skip
        """See Tag."""
        asked = None if string is not None else _asked(name, attrs, _without_depth(kwargs))
        if asked is None:
            return super().find_all_previous(name, attrs, string, limit, **kwargs)
        return ResultSet(None, islice(asked.among(self.previous_elements), limit or None))

    def find_parents(self, name: Any = None, attrs: Any = None, limit: int | None = None, **kwargs: Any) -> Any:
        """See Tag."""
        asked = _asked(name, attrs, _without_depth(kwargs))
        if asked is None:
            return super().find_parents(name, attrs, limit, **kwargs)
        return ResultSet(None, islice(asked.among(self.parents), limit or None))

    def select(self, selector: str, namespaces: Any = None, limit: int = 0, **kwargs: Any) -> Any:
        """See Tag."""
        page = _page_around(self)
        if page is None or namespaces is not None or kwargs:
            return super().select(selector, namespaces, limit, **kwargs)
        if page.lookup is None:
            page.lookup = Index(page)
        return ResultSet(None, selected(self, selector, page.lookup, limit))

    def select_one(self, selector: str, namespaces: Any = None, **kwargs: Any) -> Tag | None:
        """See Tag."""
        return next(iter(self.select(selector, namespaces, 1, **kwargs)), None)

    def get_text(self, separator: str = "", strip: bool = False, types: Any = PageElement.default) -> str:
        """See Tag."""
        kinds = self.interesting_string_types
        if strip or types is not PageElement.default or kinds is None:
            return super().get_text(separator, strip, types)
        strings: list[Any] = [string for string in self.descendants if type(string) in kinds]
        return separator.join(strings)

    def insert(self, position: int, *new_children: Any) -> list[PageElement]:
        """See Tag."""
        _forget_index(self)
        return super().insert(position, *new_children)

    def __setitem__(self, key: str, value: Any) -> None:
        _forget_index(self)
        super().__setitem__(key, value)

    # As for every Tag: an element is told from another by what it holds.
    __eq__ = Tag.__eq__
    __hash__ = Tag.__hash__


class Page(Element, BeautifulSoup):
    """A whole page."""

    lookup: Index | None = None  # made when a selector is first asked for, and dropped when elements are added


def rename(tag: Tag, name: str) -> None:
    """Gives the element another name."""
    tag.name = name
    _forget_index(tag)


class _Asked:
    """A question for elements of some names (any, where there is none) with some attributes."""

    __slots__ = ("attributes", "names")

    def __init__(self, names: tuple[str, ...], attributes: Mapping[str, Any]) -> None:
        self.names, self.attributes = names, attributes

    def among(self, nodes: Iterable[Any]) -> Iterator[Tag]:
        """Those of ``nodes`` that are asked for. A string has no name."""
        names, attributes = self.names, self.attributes
        for node in nodes:
            if (node.name in names if names else node.name is not None) and (
                not attributes or all(_has(node, key, value) for key, value in attributes.items())
            ):
                yield node


def _asked(name: Any, attrs: Any, kwargs: Mapping[str, Any]) -> _Asked | None:
    """The question; None for one that only Beautiful Soup's own rules can answer."""
    attributes = {**attrs, **kwargs} if isinstance(attrs, dict) else kwargs
    if attrs and attributes is kwargs:
        return None
    for key, value in attributes.items():
        if not (value is True or (isinstance(value, str) and value)) or key.endswith("_"):
            return None
    if isinstance(name, str):
        names: tuple[str, ...] = (name,)
    elif name is True or (name is None and attributes):
        names = ()
    elif isinstance(name, list) and name and all(isinstance(each, str) for each in name):
        names = tuple(name)
    else:
        return None
    return None if any(":" in each for each in names) else _Asked(names, attributes)


def _without_depth(kwargs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without what Beautiful Soup's own functions add, for their warnings."""
    return {key: value for key, value in kwargs.items() if key != "_stacklevel"} if kwargs else kwargs


def _has(tag: Any, key: str, wanted: Any) -> bool:
    value = tag.attrs.get(key)
    if wanted is True:
        return value is not None
    return (wanted in value or " ".join(value) == wanted) if isinstance(value, list) else value == wanted


def _proposed(root: Tag, asked: _Asked) -> Iterable[PageElement]:
    """Where to look: at the few elements of the name, where the page has been indexed already."""
    if isinstance(root, Page) and root.lookup is not None and len(asked.names) == 1:
        named = root.lookup.names.get(asked.names[0], ())
        if len(named) < _FEW:
            return [tag for tag in named if is_within(tag, root)]
    return root.descendants


def _page_around(tag: Tag) -> Page | None:
    top = tag
    while (parent := top.parent) is not None:
        top = parent
    return top if isinstance(top, Page) else None


def _forget_index(tag: Tag) -> None:
    page = _page_around(tag)
    if page is not None:
        page.lookup = None


class _Unusual(Exception):
    """The page holds what only Beautiful Soup itself can place."""


def tree_of(html: str) -> Page:
    """The tree of ``html``, as ``BeautifulSoup(html, "lxml")`` makes it."""
    builder: Any = _Builder()
    parser: Any = etree.HTMLParser(target=builder, recover=True)
    collects = gc.isenabled()
    gc.disable()  # nothing of a growing tree can be freed, and looking for it would take as long as building it
    try:
        parser.feed(html.removeprefix("\N{BYTE ORDER MARK}"))
        page: Page = parser.close()
    except (_Unusual, UnicodeError, LookupError, etree.LxmlError):
        return Page(html, _PARSER, element_classes={Tag: Element})
    finally:
        if collects:
            gc.enable()
    return page


class _Builder:
    """Takes lxml's events. The names of its methods are lxml's."""

    def __init__(self) -> None:
        self.page = Page("", _PARSER, element_classes={Tag: Element})
        self.kinds = self.page.builder.string_containers
        self.preserving = self.page.builder.preserve_whitespace_tags
        self.lists = self.page.builder.cdata_list_attributes or {}
        self.telling = {"meta", *self.kinds, *self.preserving}
        self.everywhere = self.lists.get("*", set())
        self.as_list = self.page.builder.attribute_value_list_class
        self.as_attributes = self.page.builder.attribute_dict_class
        self.current: Tag = self.page
        self.last: Tag | NavigableString | None = None
        self.waiting: list[str] = []
        self.preserved = 0  # open elements that keep their white space
        self.holders: list[Tag] = []  # open elements whose strings are of a kind of their own

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if self.waiting:
            self.flush()
        values = (_PATTERNS.get(name) or self.pattern(name)).copy()
        parent, last = self.current, self.last
        tag = Element.__new__(Element)
        values["attrs"] = self.attributes(name, attributes) if attributes else self.as_attributes()
        values["contents"] = []
        values["parent"] = parent
        values["previous_element"] = last
        siblings = parent.contents
        if siblings:
            values["previous_sibling"] = siblings[-1]
            siblings[-1].next_sibling = tag
        tag.__dict__ = values
        if last is not None:
            last.next_element = tag
        siblings.append(tag)
        self.current = self.last = tag
        if name in self.telling:
            self.begin_special(tag)

    def attributes(self, name: str, given: Mapping[str, str]) -> Any:
        """The attributes as Beautiful Soup keeps them: those that hold several names, such as ``class``, as lists."""
        values = self.as_attributes(given)
        own = self.lists.get(name)
        for key in given:
            if key in self.everywhere or (own is not None and key in own):
                values[key] = self.as_list(values[key].split())
            elif key[0] == "{":
                raise _Unusual
        return values

    def pattern(self, name: str) -> dict[str, Any]:
        """What Beautiful Soup sets on an element of that name."""
        if name[0] == "{":
            raise _Unusual
        builder: Any = self.page.builder
        made = vars(Tag(self.page, builder, name, attrs={}, namespaces=builder.active_namespace_prefixes[-1]))
        if len(_PATTERNS) < _MOST_PATTERNS:
            _PATTERNS[name] = made
        return made

    def end(self, name: str) -> None:
        """An element ends, and with it any that are still open inside it. One that is not open does not end."""
        if self.waiting:
            self.flush()
        tag = self.current
        if tag.name != name and all(around.name != name for around in tag.parents):
            return
        while tag.parent is not None:
            if tag.name in self.telling:
                self.end_special(tag)
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

    def data(self, text: str) -> None:
        """Text, perhaps a part of a longer one."""
        self.waiting.append(text)

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
        if not self.preserved and not text.strip(_BLANKS):
            text = "\n" if "\n" in text else " "
        if self.holders and kind is NavigableString:
            kind = self.kinds[self.holders[-1].name]
        string = str.__new__(kind, text)
        parent, last = self.current, self.last
        siblings = parent.contents
        before = siblings[-1] if siblings else None
        string.__dict__ = {
            "hidden": False,
            "parent": parent,
            "previous_element": last,
            "next_element": None,
            "next_sibling": None,
            "previous_sibling": before,
        }
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
        return self.page
