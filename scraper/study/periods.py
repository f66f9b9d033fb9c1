"""Days, weeks and months of a study, and the day of publication that an article's id tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from scraper.store.article_ids import SLOTS

Unit = Literal["day", "week", "month"]

_EPOCH = date(1970, 1, 1)
_VIETNAM_MINUTES = 7 * 60
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a week from Monday, or a month; both ends are included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def each_day(self) -> list[date]:
        """Its days."""
        return [self.first + timedelta(days=number) for number in range(self.days)]


def periods(first: date, last: date, unit: Unit, *, unfinished: bool = False) -> list[Period]:
    """The whole periods from ``first`` to ``last``. With ``unfinished``, those of which a part lies there too."""
    found = []
    at = _begin(first, unit)
    while at <= last:
        period = Period(at, _following(at, unit) - timedelta(days=1))
        if unfinished:
            found.append(Period(max(period.first, first), min(period.last, last)))
        elif period.first >= first and period.last <= last:
            found.append(period)
        at = _following(at, unit)
    return found


def _begin(day: date, unit: Unit) -> date:
    if unit == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if unit == "week" else day


def _following(begin: date, unit: Unit) -> date:
    if unit == "month":
        return (begin.replace(day=1) + timedelta(days=32)).replace(day=1)
    return begin + timedelta(days=7 if unit == "week" else 1)


def lowest_id(day: date) -> int:
    """The lowest id that an article of ``day`` can have: ids hold the minute of publication."""
    return max(0, (day - _EPOCH).days * _DAY_MINUTES - _VIETNAM_MINUTES) << SLOTS


def sums(counts: Mapping[date, int], of: Iterable[Period]) -> list[int]:
    """What the days of each period sum up to."""
    return [sum(counts.get(day, 0) for day in period.each_day) for period in of]
