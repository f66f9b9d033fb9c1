"""CSS selectors that may select an element on every page of a site. They are judged by counts, not by their form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scraper.learning.tree import Element, Page, ancestors

_DIGIT = re.compile(r"\d")
_SPEAKING_TAGS = frozenset({"h1", "h2", "h3", "h4", "article", "main", "time", "figcaption", "blockquote"})
_MOST_STEPS = 5
_MOST_ANCHORS = 6


@dataclass(frozen=True, slots=True)
class Selector:
    """One CSS selector. ``steps`` are positions below the element that ``name`` names: tag and number of its kind."""

    name: str
    anchor: str | None = None  # the name of an element around it
    steps: tuple[tuple[str, int], ...] = ()

    @property
    def css(self) -> str:
        """The selector as a site file holds it."""
        path = "".join(f" > {tag}:nth-of-type({number})" for tag, number in self.steps)
        return (f"{self.anchor} {self.name}" if self.anchor else self.name) + path

    @property
    def cost(self) -> float:
        """How little the selector says about its element: a plain tag says less than a class, a position least."""
        plain = 0.0 if is_telling(self.name) else 0.02
        return plain + (0.015 if self.anchor else 0.0) + (0.06 + 0.02 * len(self.steps) if self.steps else 0.0)

    @property
    def has_position(self) -> bool:
        """Whether it counts elements. A kicker that only some articles have would shift the count."""
        return bool(self.steps)

    def matches(self, page: Page) -> list[Element]:
        """The elements of ``page`` that it selects, in order."""
        found = page.index.get(self.name, [])
        if self.anchor is not None:
            found = [e for e in found if any(self.anchor in page.names[a] for a in ancestors(e))]
        for tag, number in self.steps:
            found = [child for e in found for child in _nth(e, tag, number)]
        return found

    def first(self, page: Page) -> Element | None:
        """The first element of ``page`` that it selects and that prints anything."""
        return next((e for e in self.matches(page) if prints(page, e)), None)


def prints(page: Page, element: Element) -> bool:
    """Whether ``element`` prints a word or a picture."""
    start, end = page.span.get(element, (0, 0))
    return end > start or bool(page.texts.get(element))


def stable_names(pages: Sequence[Page]) -> frozenset[str]:
    """The names on a quarter of the pages. A name with a digit must be on three at least, as it may be a number."""
    counted = Counter(name for page in pages for name in page.index)
    fewest = max(2, len(pages) / 4)
    return frozenset(
        name for name, count in counted.items() if count >= (max(3, fewest) if _DIGIT.search(name) else fewest)
    )


def candidates(page: Page, element: Element, stable: frozenset[str]) -> Iterator[Selector]:
    """The selectors that may select ``element``: by its own names, those around it, and its place below them."""
    own = [name for name in page.names[element] if name in stable]
    telling = [name for name in own if is_telling(name)]
    yield from (Selector(name) for name in telling)
    if element.tag in _SPEAKING_TAGS:
        yield Selector(element.tag)
    anchors = list(_anchors(page, element, stable))
    for anchor in anchors:
        for name in telling or [element.tag]:
            yield Selector(name, anchor)
    if not telling:
        yield from _by_position(page, element, stable)


def counted(found: Iterable[Iterable[Selector]], fewest: int) -> list[Selector]:
    """The selectors that at least ``fewest`` of the pages propose."""
    counts = Counter(selector for of_page in found for selector in set(of_page))
    return [selector for selector, count in counts.items() if count >= fewest]


def _anchors(page: Page, element: Element, stable: frozenset[str]) -> Iterator[str]:
    given = 0
    for around in ancestors(element):
        for name in page.names[around]:
            if name in stable and (is_telling(name) or name in _SPEAKING_TAGS):
                yield name
                given += 1
        if given >= _MOST_ANCHORS:
            return


def _by_position(page: Page, element: Element, stable: frozenset[str]) -> Iterator[Selector]:
    steps: list[tuple[str, int]] = []
    here = element
    for around in ancestors(element):
        steps.insert(0, (here.tag, _number(here)))
        if len(steps) > _MOST_STEPS:
            return
        names = [name for name in page.names[around] if name in stable and is_telling(name)]
        if around.tag == "body" and not names:
            names = ["body"]
        if names:
            yield from (Selector(name, steps=tuple(steps)) for name in names[:2])
            return
        here = around


def is_telling(name: str) -> bool:
    """Whether a name is more than a tag's."""
    return "." in name or "[" in name or name.startswith("#")


def _number(element: Element) -> int:
    return 1 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))


def _nth(element: Element, tag: str, number: int) -> list[Element]:
    of_kind = [child for child in element if child.tag == tag]
    return of_kind[number - 1 : number]
