"""A page's elements as the page keeps them, for questions that need not make them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from bs4 import Tag
from bs4.element import NavigableString


class Nodes(Protocol):
    """What can be asked of a page's elements, each an opaque node that is told from others by its identity."""

    def named(self, *names: str) -> Iterable[Any]:
        """The page's elements of these names, in their order."""

    def within(self, node: Any, *names: str) -> Iterator[Any]:
        """The elements of these names in an element, in their order."""

    def upwards(self, node: Any) -> Iterator[Any]:
        """The elements around an element, the innermost first."""

    def name_of(self, node: Any) -> str:
        """The element's name."""

    def value_of(self, node: Any, key: str) -> str | None:
        """The value of an attribute, of several names as one string; None where there is none."""

    def only_string(self, node: Any) -> str | None:
        """The string that is all that an element holds, where that can be told at once."""

    def of(self, node: Any) -> Tag:
        """The element itself."""

    def node_of(self, tag: Tag) -> Any:
        """The node of an element."""


class Tags:
    """Elements that are all made."""

    def __init__(self, page: Tag) -> None:
        self.page = page

    def named(self, *names: str) -> Iterable[Any]:
        """See Nodes."""
        return self.within(self.page, *names)

    def within(self, node: Any, *names: str) -> Iterator[Any]:
        """See Nodes."""
        return iter(node.find_all(names[0] if len(names) == 1 else list(names)))

    def upwards(self, node: Any) -> Iterator[Any]:
        """See Nodes."""
        return iter(node.parents)

    def name_of(self, node: Any) -> str:
        """See Nodes."""
        return str(node.name)

    def value_of(self, node: Any, key: str) -> str | None:
        """See Nodes."""
        value = node.attrs.get(key)
        return value if value is None or isinstance(value, str) else " ".join(value)

    def only_string(self, node: Any) -> str | None:
        """See Nodes."""
        contents = node.contents
        return contents[0] if len(contents) == 1 and type(contents[0]) is NavigableString else None

    def of(self, node: Any) -> Tag:
        """See Nodes."""
        return node  # type: ignore[no-any-return]

    def node_of(self, tag: Tag) -> Any:
        """See Nodes."""
        return tag
