"""The visible elements of a page, and the words between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from bs4 import Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from scraper.pages.blocks import attribute, is_hidden
from scraper.text import squeeze

DEPTH = 60  # elements around a link or a picture; more are not looked at


def is_shown(tag: Tag) -> bool:
    """Whether neither the element nor any element around it is hidden."""
    return not any(is_hidden(parent) or "modal" in attribute(parent, "class").split() for parent in with_parents(tag))


def with_parents(tag: Tag) -> Iterator[Tag]:
    """``tag`` and the elements around it, at most DEPTH of them."""
    yield tag
    yield from (p for p in islice(tag.parents, DEPTH) if p.name not in {"body", "html", "[document]"})


def nodes_between(heading: Tag, body: Tag) -> Iterator[PageElement]:
    """The nodes after ``heading`` and before ``body``."""
    inside = {id(element) for element in heading.descendants}
    for element in heading.next_elements:
        if element is body:
            return
        if id(element) not in inside:
            yield element


def shown_strings(elements: list[PageElement]) -> Iterator[tuple[str, Tag]]:
    """The visible words among ``elements``, each with its element."""
    for element in elements:
        if isinstance(element, NavigableString) and not isinstance(element, PreformattedString):
            text = squeeze(element)
            parent = element.parent
            if (
                text
                and parent is not None
                and parent.name not in {"script", "style", "noscript"}
                and is_shown(parent)
            ):
                yield text, parent
