"""What was learned about a site, as data that a person can correct. Each part names the pages that agree with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FEWEST_PAGES = 5
"""With fewer article pages than this, nothing is learned."""


class TooFewPages(ValueError):
    """There are too few article pages to learn from. The message says how many there are."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where one field is printed."""

    css: str
    right: int  # pages that agree
    of: int  # pages that could tell
    by: str  # what they agree with
    samples: tuple[str, ...] = ()  # what it prints on three pages
    runner_up: str | None = None  # the second-best selector and its score

    @property
    def evidence(self) -> str:
        """In words, for the line of a site file."""
        return f"agrees on {self.right} of {self.of} pages {self.by}"


@dataclass(frozen=True, slots=True)
class Furniture:
    """What pages print beside an article but is no part of it: a selector, or a line in its own words."""

    text: str
    on: int  # pages that show it as furniture
    of: int  # pages that have it
    sample: str = ""

    @property
    def evidence(self) -> str:
        """In words, for the line of a site file."""
        return f"agrees on {self.on} of {self.of} pages" + (f": {self.sample}" if self.sample else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Where a site's pages print each field. ``fields`` are the names that a site file's ``[select]`` knows."""

    pages: int
    fields: Mapping[str, Found]
    furniture: tuple[Furniture, ...] = ()  # selectors
    lines: tuple[Furniture, ...] = ()  # single lines in the body, with numbers ignored
    captions: tuple[Furniture, ...] = ()  # selectors of captions
    lead_opens: str | None = None  # "bold" or "first": the lead is no element of its own but opens the body
    date_on_every_page: bool = False
    title_in_head: bool = False  # the page's head repeats the title on every page
    not_titles: tuple[str, ...] = ()  # what list pages print where articles print their title
    unsure: tuple[str, ...] = field(default=())  # what a person should decide
