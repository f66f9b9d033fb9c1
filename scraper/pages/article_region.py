"""The part of a page that holds an article: where its elements are, and which of its lines prints a date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from scraper.dates.shapes import LOOSE_LABEL, LOOSE_MOMENT, LOOSE_WEEKDAY
from scraper.pages.blocks import attribute, words
from scraper.pages.tree import places
from scraper.text import squeeze

DATE_LINE = re.compile(rf"[^\d]{{0,60}}{LOOSE_MOMENT}", re.I)
"""A line that prints only a day with a time, perhaps with words before it and a zone after it."""

_LABELLED = re.compile(
    rf"(?:{LOOSE_LABEL}\s*)?"
    rf"(?:(?:{LOOSE_WEEKDAY})\s*[,|–-]?\s*(?:ngày\s+)?)?{LOOSE_MOMENT}",
    re.I,
)
LONGEST_DATE_LINE = 100  # characters


class ArticleRegion:
    """The part of a page that holds both title and body, and where its elements are."""

    def __init__(self, page: BeautifulSoup, title: Tag, body: Tag) -> None:
        self.title, self.body = title, body
        self.place = places(page)
        above_title = {id(tag) for tag in (title, *title.parents)}
        self.root = next((tag for tag in (body, *body.parents) if id(tag) in above_title), page)

    def is_after_title(self, tag: Tag) -> bool:
        """Whether ``tag`` comes after the start of the title."""
        return self.place(tag) > self.place(self.title)

    def is_in_body(self, tag: Tag) -> bool:
        """Whether ``tag`` is inside the body's element."""
        return any(parent is self.body for parent in tag.parents)

    def holds(self, tag: Tag) -> bool:
        """Whether ``tag`` is in the part that holds both title and body."""
        return any(parent is self.root for parent in tag.parents)

    def opens(self, tag: Tag) -> bool:
        """Whether ``tag`` is near the title and above the body's end, so not in a side column or a list below."""
        return self.holds(tag) and (self.is_in_body(tag) or self.place(tag) < self.place(self.body))

    def lines(self, shape: re.Pattern[str]) -> Iterator[Tag]:
        """The elements near the title and outside the body whose words match ``shape``, which includes a year.

        Each is the smallest such element, extended by a label, weekday and zone if these are in elements around it.
        """
        too_large = {id(self.root), id(self.body), id(self.title), *(id(tag) for tag in self.title.parents)}
        for string in self.root.find_all(string=re.compile(r"\d{4}")):
            line: Tag | None = None
            for parent in string.parents:
                if id(parent) in too_large or parent.name in {"script", "style"}:
                    break
                if len(parent.get_text()) > LONGEST_DATE_LINE:
                    too_large.add(id(parent))
                    break
                text = words(parent)
                if shape.fullmatch(text) and (line is None or _LABELLED.fullmatch(text)):
                    line = parent
            if line is not None and not self.is_in_body(line) and self.opens(line):
                yield line


def printed(tag: Tag) -> str:
    """The words that ``tag`` prints. A ``meta`` has its content instead, a ``time`` without words its moment."""
    if tag.name == "meta":
        return squeeze(attribute(tag, "content"))
    return words(tag) or (squeeze(attribute(tag, "datetime")) if tag.name == "time" else "")
