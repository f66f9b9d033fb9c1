"""The strings that a page prints, in their order, each with the number of the element that holds it.

Most questions about a page's text need no more of an element than its name and what is around it. Asked by number,
they are answered without making the element.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bs4 import Tag

Said = tuple[str, int]
"""A string, and the number of the element right around it."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A page's elements, by their number in its order, and its strings. The page itself has the number 0.

    It shows the page as it was when the outline was made; elements may have been removed since.
    """

    names: Sequence[str]
    around: Sequence[int]
    """The number of what is right around each element; -1 around the page."""
    strings: Sequence[Said]
    """What it prints, without scripts and the like, and without the blanks between elements."""
    begun: Sequence[int]
    """The number of the last element that begins before each string."""
    tag: Callable[[int], Tag]
    """Gives the element. It must not have been removed."""
    attributes: Callable[[int], Mapping[str, Any]]
    number: Callable[[Tag], int]
    is_removed: Callable[[int], bool]

    def upwards(self, number: int) -> Iterator[int]:
        """The element, and those around it up to the page, the innermost first."""
        around = self.around
        while number >= 0:
            yield number
            number = around[number]

    def inside(self, number: int) -> range:
        """The element and all in it."""
        around = self.around
        behind = (other for other in range(number + 1, len(around)) if around[other] < number)
        return range(number, next(behind, len(around)))

    def placed_after(self, number: int) -> Iterator[tuple[Said, int]]:
        """The strings behind an element's beginning, each with the last element that begins before it.

        Those removed since are left out.
        """
        first = bisect_left(self.begun, number)
        later = zip(islice(self.strings, first, None), islice(self.begun, first, None), strict=True)
        return (each for each in later if not self.is_removed(each[0][1]))

    def strings_after(self, number: int) -> Iterator[Said]:
        """The strings behind an element's beginning, without those removed since."""
        return (said for said, _ in self.placed_after(number))

    def strings_before(self, number: int) -> Iterator[Said]:
        """The strings before an element, the nearest first, without those removed since."""
        earlier = reversed(self.strings[: bisect_left(self.begun, number)])
        return (said for said in earlier if not self.is_removed(said[1]))

    def matching(self, pattern: re.Pattern[str]) -> Iterator[str]:
        """The strings that the pattern matches, without those removed since."""
        return (said for said, number in self.strings if pattern.match(said) and not self.is_removed(number))
