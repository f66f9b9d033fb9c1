"""How far back a list is followed. The days that it shows are read roughly, and nothing of them is kept.

Articles are dated from their own pages, by scraper.dates. Here an unreadable day is ignored.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from scraper.dates.shapes import DAY_FIRST, YEAR_FIRST
from scraper.items import ListEntry
from scraper.pages.family import Family


def is_past(entries: Iterable[ListEntry], day: date, family: Family, order: str = "dmy") -> bool:
    """Whether all dated ``entries`` are older than ``day``. False if none of them has a date.

    One newer entry is enough to go on, because lists pin old articles to their top.
    """
    days = [latest for entry in entries if (latest := latest_day(entry, family, order)) is not None]
    return bool(days) and max(days) < day


def latest_day(entry: ListEntry, family: Family, order: str = "dmy") -> date | None:
    """The latest day on which the entry can have been published, by its printed date or the month in its address."""
    text = entry.date_text or ""
    if match := YEAR_FIRST.search(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := DAY_FIRST.search(text):
        day, month = (int(match[2]), int(match[1])) if order == "mdy" else (int(match[1]), int(match[2]))
        return _date(int(match[3]), month, day)
    month_of = family.month(entry.url)
    if month_of is None:
        return None
    year, month = month_of
    return _date(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
