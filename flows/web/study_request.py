"""Reads the address of a page for research: its words, its articles, and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal, Self
from urllib.parse import urlencode

from flows.web.search_request import SearchRequest
from scraper.clock import vietnam_today
from scraper.store.filters import Filters
from scraper.study.concordance import Order
from scraper.study.periods import Period, Unit

MONTHS = 24
"""How many whole months a page looks back unless it is told from which day."""

CHOICES: dict[str, tuple[str, ...]] = {
    "by": ("month", "week"),
    "measure": ("share", "count"),
    "shown": ("whole", "unfinished", "proven"),
    "order": ("newest", "left", "right", "hit"),
    "position": ("1", "2", "3", "4"),
    "map": ("34", "63"),
    "tiles": ("articles", "share", "coverage"),
    "all": ("", "1"),
}
"""The values that a parameter may have, the first by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRequest:
    """A study: words, the articles that are asked (as a search has them), and what is shown of the answer."""

    search: SearchRequest = field(default_factory=SearchRequest)
    by: Unit = "month"
    measure: Literal["share", "count"] = "share"
    shown: Literal["whole", "unfinished", "proven"] = "whole"
    order: Order = "newest"
    position: str = "1"
    map: Literal["34", "63"] = "34"
    tiles: Literal["articles", "share", "coverage"] = "articles"
    all: str = ""
    against: str = ""  # the province that a comparison is with, if not with all the rest

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """The study that the parameters ``query`` of an address ask for. An unknown choice is the first."""
        chosen: dict[str, Any] = {
            name: query.get(name, "") if query.get(name) in values else values[0] for name, values in CHOICES.items()
        }
        return cls(
            search=SearchRequest.read({**query, "order": "", "page": "", "all": ""}),
            against=query.get("against", ""),
            **chosen,
        )

    @property
    def q(self) -> str:
        """What was typed."""
        return self.search.q

    @property
    def place(self) -> Filters:
        """The filters by site, province and topic."""
        return Filters(site=self.search.site, province=self.search.province, topic=self.search.topic)

    def chooses(self, *names: str) -> bool:
        """Whether a filter is set, or one of the choices ``names`` is not the first."""
        searched = self.search.exact or self.search.misread or any(self.search.chosen.values())
        return bool(searched) or any(getattr(self, name) != CHOICES[name][0] for name in names)

    @property
    def until(self) -> date:
        """The last day: yesterday, unless another is named."""
        return self.search.until or vietnam_today() - timedelta(days=1)

    def since(self, first: date | None) -> date:
        """The first day: that named, else that of :data:`MONTHS` whole months, but no earlier than ``first``."""
        if self.search.since:
            return self.search.since
        months = self.until.year * 12 + self.until.month - 1 - MONTHS
        begin = date(max(1, months // 12), months % 12 + 1, 1)
        return max(begin, first.replace(day=1)) if first else begin

    def address(self, path: str, /, **changes: Any) -> str:
        """The address of this study at ``path`` with ``changes``, which may be those of its search."""
        of_search = {name: value for name, value in changes.items() if name not in CHOICES}
        other = replace(self, **{name: value for name, value in changes.items() if name in CHOICES})
        values = {name: getattr(other, name) for name, of in CHOICES.items() if getattr(other, name) != of[0]}
        base = self.search.address(path, **of_search)
        if not values:
            return base
        return f"{base}{'&' if '?' in base else '?'}{urlencode(values)}"

    def hits_of(self, words: str, spans: Sequence[Period], **changes: Any) -> list[str]:
        """The addresses of the searches for ``words`` in the same articles, one for each period."""
        base = self.hits(words, since=None, until=None, **changes)
        joint = "&" if "?" in base else "?"
        return [f"{base}{joint}since={span.first}&until={span.last}" for span in spans]

    def hits(self, words: str, **changes: Any) -> str:
        """The address of the search for ``words`` in the same articles."""
        return SearchRequest(**{**self.search.chosen, "q": words, **changes}).address()
