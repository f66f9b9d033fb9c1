"""Selects elements by CSS. An index of names, classes and ids proposes elements, and soupsieve decides among them.

soupsieve alone asks every element of the page about every selector. Most selectors of a family name a class or an id
that the page does not have, so most are answered by the index alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import soupsieve
from bs4 import Tag

from scraper.pages.selector_tests import ValueTest, attribute_test, inner_tests, tag_name, value_test

_OPENING, _CLOSING, _QUOTES = "([", ")]", "\"'"


class Index:
    """The elements of ``root``, in their order, by what selectors name.

    ``elements`` and ``names`` are those of the page, where they are known; some may have been removed.
    """

    def __init__(
        self, root: Tag, elements: Sequence[Tag] | None = None, names: Mapping[str, Sequence[Tag]] | None = None
    ) -> None:
        self.root = root
        self.all: Sequence[Tag] = (
            [node for node in root.descendants if isinstance(node, Tag)] if elements is None else elements
        )
        self._order: dict[int, int] = {}
        by_name: dict[str, list[Tag]] = {}
        classes: dict[str, list[Tag]] = {}
        ids: dict[str, list[Tag]] = {}
        for tag in self.all:
            attributes = vars(tag).get("attrs")  # none, once it was removed
            if names is None:
                by_name.setdefault(tag.name, []).append(tag)
            if not attributes:
                continue
            value = attributes.get("class")
            if value:
                several = value.split() if isinstance(value, str) else value
                for each in several if len(several) == 1 else dict.fromkeys(several):
                    if each in classes:
                        classes[each].append(tag)
                    else:
                        classes[each] = [tag]
            if "id" in attributes:
                ids.setdefault(str(attributes["id"]), []).append(tag)
        self.names: Mapping[str, Sequence[Tag]] = by_name if names is None else names
        self._having: dict[str, list[Tag]] | None = None  # by attribute; made when one is first asked for
        self._tables: Mapping[str, Mapping[str, Sequence[Tag]]] = {"": self.names, ".": classes, "#": ids}
        self._matching: dict[Simple, Sequence[Tag]] = {}
        self._matching_ids: dict[Simple, set[int]] = {}

    def order(self, tag: Tag) -> int:
        """The element's place among all."""
        if not self._order:
            self._order = {id(each): place for place, each in enumerate(self.all)}
        return self._order[id(tag)]

    def matching(self, one: Simple) -> Sequence[Tag]:
        """The elements, in their order, that have the names of ``one`` and pass its tests."""
        found = self._matching.get(one)
        if found is None:
            found = self._matching[one] = self._search(one)
        return found

    def ids(self, one: Simple) -> set[int]:
        """The same by ``id()``."""
        ids = self._matching_ids.get(one)
        if ids is None:
            ids = self._matching_ids[one] = {id(tag) for tag in self.matching(one)}
        return ids

    def naming(self, pattern: re.Pattern[str]) -> list[Tag]:
        """The elements in which the pattern occurs in a class, the id, the item type or the label, in their order.

        It must not span a blank, which parts classes. Each class and id is looked at once, on however many elements.
        """
        found = [tag for each, tags in self._tables["."].items() if pattern.search(each) for tag in tags]
        found += [tag for each, tags in self._tables["#"].items() if pattern.search(each) for tag in tags]
        for name in ("itemtype", "aria-label"):
            found += [tag for tag in self._with_attribute(name) if pattern.search(_value(tag, name) or "")]
        return sorted({id(tag): tag for tag in found}.values(), key=self.order)

    def _search(self, one: Simple) -> Sequence[Tag]:
        lists: list[Sequence[Tag]] = []
        having: list[str] = []
        for kind, key in one.keys:
            if kind == "[":
                having.append(key)
                continue
            few = self._tables[kind].get(key)
            if not few:
                return ()
            lists.append(few)
        found = min(lists, key=len) if lists else self._with_attribute(having.pop()) if having else self.all
        if len(lists) > 1:
            others = [{id(tag) for tag in each} for each in lists if each is not found]
            found = [tag for tag in found if all(id(tag) in other for other in others)]
        for name in having:
            found = [tag for tag in found if _value(tag, name) is not None]
        for name, test in one.tests:
            found = [tag for tag in found if test(_value(tag, name) or "")]
        return found

    def _with_attribute(self, name: str) -> Sequence[Tag]:
        having = self._having
        if having is None:
            having = self._having = {}
            for tag in self.all:
                for key in vars(tag).get("attrs") or ():
                    if key in having:
                        having[key].append(tag)
                    else:
                        having[key] = [tag]
        return having.get(name, ())


def _value(tag: Tag, name: str) -> str | None:
    """The attribute's value as selectors see it; None for an element that does not have it, or was removed."""
    attributes = vars(tag).get("attrs")
    value = attributes.get(name) if attributes else None
    return value if value is None or isinstance(value, str) else " ".join(value)


@dataclass(frozen=True, slots=True, eq=False)
class Simple:
    """What a selector says of one element by itself."""

    keys: tuple[tuple[str, str], ...]  # the index has the element under all of them: its kind of name, and the name
    tests: tuple[tuple[str, ValueTest], ...]  # of attributes' values
    is_all: bool  # whether nothing else is said


@dataclass(frozen=True, slots=True)
class Piece:
    """One of the selectors between commas."""

    simple: Simple
    around: tuple[tuple[Simple, bool], ...]  # of those around it, nearest first; whether right around
    further: (
        Callable[[list[Tag]], list[Tag]] | None
    )  # those for which the rest holds too; None if nothing else is said
    asks_soupsieve: bool = False


def selected(
    root: Tag, selector: str, index: Index, limit: int = 0, *, within: Callable[[Tag], bool] | None = None
) -> list[Tag]:
    """The elements of ``root`` that the selector finds, in the page's order, at most ``limit`` (0: all of them).

    ``index`` is that of the page around ``root``; what was removed since it was made does not count. ``within`` tells
    of its elements whether they are in ``root``, where the caller knows it at once. Raises
    soupsieve.SelectorSyntaxError.
    """
    pieces = pieces_of(selector)
    if pieces is None or "template" in index.names:  # what a template holds is not found
        return soupsieve.select(selector, root, limit=limit)
    found: dict[int, Tag] = {}
    for piece in pieces:
        proposed = index.matching(piece.simple)
        if not proposed:
            continue
        holders = [(index.ids(one), is_right) for one, is_right in piece.around]
        if all(ids for ids, _ in holders):
            few = [tag for tag in proposed if (within(tag) if within else is_within(tag, root))]
            if holders:
                few = [tag for tag in few if _stands(tag, holders)]
            for tag in few if piece.further is None or not few else piece.further(few):
                found[id(tag)] = tag
    tags = list(found.values()) if len(pieces) == 1 else sorted(found.values(), key=index.order)
    return tags[:limit] if limit else tags


def _stands(tag: Tag, holders: Sequence[tuple[set[int], bool]]) -> bool:
    """Whether the element stands in one of the first ``holders``, that in one of the second, and so on."""
    (ids, is_right_around), *further = holders
    around = tag.parent
    while around is not None:
        if id(around) in ids and (not further or _stands(around, further)):
            return True
        if is_right_around:
            return False
        around = around.parent
    return False


def is_within(tag: Tag, root: Tag) -> bool:
    """Whether the element is still somewhere in ``root``. One that was decomposed has nothing around it."""
    around = vars(tag).get("parent")
    while around is not None:
        if around is root:
            return True
        around = around.parent
    return False


@lru_cache(maxsize=2000)
def pieces_of(selector: str) -> tuple[Piece, ...] | None:
    """The selectors between the commas of ``selector``; None for one that depends on where it is asked."""
    if ":scope" in selector or "&" in selector or "|" in selector or "\\" in selector or ":root" in selector:
        soupsieve.compile(selector)
        return None
    return tuple(map(_piece, _parts(selector)))


def _parts(selector: str) -> Iterator[str]:
    """The selector, cut at its outer commas."""
    depth, quote, start = 0, "", 0
    for place, letter in enumerate(selector):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in _QUOTES:
            quote = letter
        elif letter in _OPENING:
            depth += 1
        elif letter in _CLOSING:
            depth -= 1
        elif letter == "," and depth == 0:
            yield selector[start:place]
            start = place + 1
    yield selector[start:]


def _piece(part: str) -> Piece:
    compiled = soupsieve.compile(part)
    rule: Any = compiled.selectors[0]
    if len(compiled.selectors) != 1 or not hasattr(rule, "tag"):
        return Piece(Simple((), (), is_all=False), (), compiled.filter, asks_soupsieve=True)
    simple = _simple(rule)
    around: list[tuple[Simple, bool]] = []
    relation = rule.relation
    while len(relation) == 1 and hasattr(relation[0], "tag") and relation[0].rel_type in {" ", ">"}:
        around.append((_simple(relation[0]), relation[0].rel_type == ">"))
        relation = relation[0].relation
    if relation or not all(one.is_all for one, _ in around):
        return Piece(simple, tuple(around), compiled.filter, asks_soupsieve=True)
    if simple.is_all:
        return Piece(simple, tuple(around), None)
    inner = inner_tests(rule)
    if inner is None or any(attribute_test(each) is None for each in rule.attributes):
        return Piece(simple, tuple(around), compiled.filter, asks_soupsieve=True)
    return Piece(simple, tuple(around), lambda few: [tag for tag in few if all(test(tag) for test in inner)])


def _simple(rule: Any) -> Simple:
    name = tag_name(rule)
    asked = [each for each in rule.attributes if not each.inverse]
    tests = [value_test(each) for each in asked]
    return Simple(
        keys=(
            *([("", name)] if name else []),
            *(("#", each) for each in rule.ids),
            *((".", each) for each in rule.classes),
            *(("[", each.attribute.lower()) for each in asked),
        ),
        tests=tuple(
            (each.attribute.lower(), test)
            for each, test in zip(asked, tests, strict=True)
            if test is not None and each.pattern is not None
        ),
        is_all=len(rule.attributes) == len(asked)
        and all(test is not None for test in tests)
        and not any((rule.nth, rule.selectors, rule.contains, rule.lang, rule.flags)),
    )
