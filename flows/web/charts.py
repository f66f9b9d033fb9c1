"""Computes the places of a chart's bars and a calendar's squares. Templates draw them as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

MONTHS = 24
"""How many months the charts of the first page go back."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of a chart. Lengths are in the units of its ``viewBox``."""

    month: str
    count: int
    x: float
    y: float
    width: float
    height: float


def bars(counts: Mapping[str, int], months: Sequence[str], *, width: float, height: float) -> list[Bar]:
    """One bar for each month. The highest fills ``height``; even one article is visible."""
    most = max((counts.get(month, 0) for month in months), default=0)
    step = width / max(1, len(months))
    drawn = []
    for number, month in enumerate(months):
        count = counts.get(month, 0)
        tall = max(height * count / most, 1.5) if count else 0.0
        left = round(number * step, 2)
        drawn.append(Bar(month, count, left, round(height - tall, 2), round(step * 0.78, 2), round(tall, 2)))
    return drawn


def months_between(first: str, last: str) -> list[str]:
    """Every month from ``2023-11`` to ``2024-02``, both included."""
    year, month = map(int, first.split("-"))
    found = []
    while (name := f"{year:04}-{month:02}") <= last:
        found.append(name)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def months_up_to(last: date, count: int = MONTHS) -> list[str]:
    """``count`` months, the last that of ``last``."""
    months = last.year * 12 + last.month - count
    return months_between(f"{months // 12:04}-{months % 12 + 1:02}", f"{last:%Y-%m}")


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What became of the links that sources first showed on a day: a row of the view ``coverage``."""

    listed: int
    collected: int
    waiting: int
    failed: int

    @property
    def open(self) -> int:
        """Links that are pending."""
        return self.waiting + self.failed


@dataclass(frozen=True, slots=True)
class Square:
    """One day of the calendar, at a column (week) and a row (Monday is 0)."""

    day: date
    column: int
    row: int
    state: Literal["settled", "open", "quiet", "unseen"]
    counts: DayCounts | None


def squares(counts: Mapping[date, DayCounts], looked: set[date], *, last: date, weeks: int) -> list[Square]:
    """The days of ``weeks`` weeks up to ``last``. A day with no run in ``looked`` and no links is "unseen".

    Days before the first look, and before the first link, are left out: nobody watched then.
    """
    watched = min((*looked, *counts), default=last)
    first = last - timedelta(days=last.weekday(), weeks=weeks - 1)
    drawn = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        found = counts.get(day)
        if day < watched:
            continue
        if found is None:
            drawn.append(Square(day, number // 7, number % 7, "quiet" if day in looked else "unseen", None))
        else:
            drawn.append(Square(day, number // 7, number % 7, "open" if found.open else "settled", found))
    return drawn
