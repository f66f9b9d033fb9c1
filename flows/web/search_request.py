"""Reads the address of a search, whatever was typed into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal, Self
from urllib.parse import urlencode

from scraper.store.filters import Filters

SEARCH = "/tim"
FEED = "/tim.atom"
LAST_PAGE = 200
TEXTS = ("site", "province", "section", "topic", "author")
DAYS = ("since", "until")

Order = Literal["newest", "relevance"]
ORDERS: dict[str, Order] = {"newest": "newest", "relevance": "relevance"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest(Filters):
    """A search: filters, its words, and the page of it."""

    q: str = ""
    order: Order | None = None  # None: see ``in_order``
    exact: bool = False
    all: bool = False  # count all that is found
    page: int = 1
    misread: tuple[str, ...] = ()  # text in place of a day that is not a day

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """The search that the parameters ``query`` of an address ask for. An unreadable day is reported."""
        misread: list[str] = []
        read: dict[str, Any] = {name: query.get(name, "").strip() or None for name in TEXTS}
        for name in DAYS:
            text = query.get(name, "").strip()
            read[name] = _day(text)
            if text and read[name] is None:
                misread.append(text[:40])
        page = query.get("page", "1")
        return cls(
            q=query.get("q", ""),
            **read,
            order=ORDERS.get(query.get("order", "")),
            exact=query.get("exact") == "1",
            all=query.get("all") == "1",
            page=min(max(int(page), 1), LAST_PAGE) if page.isdecimal() and len(page) < 9 else 1,
            misread=tuple(misread),
        )

    @property
    def in_order(self) -> Order:
        """The order of the hits: as asked for, else by relevance where there are words, else the newest first."""
        return self.order or ("relevance" if self.q.strip() else "newest")

    def address(self, path: str = SEARCH, /, **changes: Any) -> str:
        """The address of this search with ``changes``; on its first page unless ``page`` is one of them."""
        other = replace(self, **{"page": 1, **changes})
        values = {
            field.name: _written(getattr(other, field.name))
            for field in sorted(fields(other), key=lambda field: field.name != "q")
            if field.name != "misread" and getattr(other, field.name) not in (field.default, None)
        }
        return f"{path}?{urlencode(values, errors='replace')}" if values else path


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "1"
    return value.isoformat() if isinstance(value, date) else str(value)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a printed day has no zone
    except ValueError:
        return None
