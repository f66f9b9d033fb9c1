"""The result of reading a printed date: a Reading, or a Refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Literal

from scraper.clock import VIETNAM, utc_now
from scraper.items import Precision
from scraper.text.sentence import Sentence

EARLIEST = date(1990, 1, 1)  # no Vietnamese newspaper was on the web before
AHEAD = timedelta(days=2)  # a clock may be wrong or a zone unknown; a later date is no publication

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Order = Literal["dmy", "mdy"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A printed date as we understand it.

    A relative time ("3 giờ trước") is an interval: ``earliest`` and ``latest`` bound what it can mean, and ``moment``
    is what it says literally.
    """

    moment: datetime | None  # with offset +07:00, to the second as printed; None if no time of day is known
    day: date | None  # in Vietnam; None if an interval spans a midnight
    precision: Precision
    text: str  # as given
    how: str  # plain English: which parts were printed, who read them
    weekday: int | None = None  # the weekday printed beside the date, Monday as 0
    earliest: datetime | None = None  # both ends included; None if a day or a moment is printed
    latest: datetime | None = None
    zone: str | None = None  # as printed beside the time
    ambiguous: str | None = None  # plain English: what else the text could mean
    turned: bool = False  # the month was read first, because the printed weekday contradicts Vietnam's order

    @property
    def relative(self) -> bool:
        """Whether it is a relative time, counted back from the base."""
        return self.earliest is not None

    @property
    def first_day(self) -> date:
        """The day in Vietnam, or the first of an interval's days."""
        if self.day is not None:
            return self.day
        assert self.earliest is not None  # noqa: S101
        return self.earliest.date()

    @property
    def weekday_agrees(self) -> bool | None:
        """Whether the printed weekday is that of the printed date; None if none is printed."""
        return None if self.weekday is None or self.day is None else self.weekday == self.day.weekday()

    @property
    def iso(self) -> str:
        """The moment, or the day if no time of day is known, or an interval across a midnight (ISO 8601)."""
        if self.day is None and self.earliest is not None and self.latest is not None:
            return f"{self.earliest.isoformat(timespec='minutes')}/{self.latest.isoformat(timespec='minutes')}"
        said = self.moment or self.day
        assert said is not None  # noqa: S101
        return said.isoformat()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text was not read as a date."""

    kind: Literal[
        "empty", "too-long", "no-date", "no-year", "no-day", "nonsense", "future", "too-old", "two-dates",
        "page-clock", "no-base", "not-publication", "unknown-zone", "ambiguous",
    ]  # fmt: skip
    reason: str  # plain English
    text: str  # as given


def latest(base: datetime | None) -> datetime:
    """The last moment that is accepted: two days after ``base``, or after now if there is no base."""
    return _ahead_of(base) if base is not None else utc_now().astimezone(VIETNAM) + AHEAD


@lru_cache(maxsize=4)
def _ahead_of(base: datetime) -> datetime:
    return base.astimezone(VIETNAM) + AHEAD


def settle(
    text: str,
    day: tuple[int, int, int],
    clock: tuple[int, int, int] | None,
    how: str,
    *,
    base: datetime | None,
    zone: tzinfo = VIETNAM,
    printed_zone: str | None = None,
    weekday: int | None = None,
    ambiguous: str | None = None,
) -> Reading | Refusal:
    """The Reading of ``day`` (year, month, day) at ``clock`` (hour, minute, second), or why there is no such moment.

    ``zone`` and ``weekday`` (Monday as 0) are the printed ones; the weekday is that of the day in the printed zone.
    Two kinds of hour are no time of day: hour 24, which ends a day (ISO 8601) or begins it (Java's ``kk``), and an
    hour that clocks repeat when summer time ends.
    """
    try:
        printed = date(*day)
        if clock is not None and clock[0] == 24 and zone is VIETNAM:
            clock, ambiguous = None, "hour 24 ends the day or begins it"
        moment = None if clock is None else datetime(*day, *clock, tzinfo=zone)
    except ValueError as error:
        return Refusal("nonsense", Sentence("there is no such date or time: {error}", error=error), text)
    if moment is not None and zone is not VIETNAM:
        said = moments(moment)
        if not said:
            return Refusal("nonsense", Sentence("clocks were set forward over this time of day"), text)
        here = said[0].date()
        if weekday is not None:
            weekday = (weekday + (here - printed).days) % 7
        printed, moment = here, said[0]
        if len(said) > 1:
            moment, ambiguous = None, "clocks were set back: the zone had this time of day twice"
    elif zone is not VIETNAM:
        ambiguous = ambiguous or "the day of another zone: it begins and ends at other hours in Vietnam"
    if printed < EARLIEST:
        return Refusal(
            "too-old",
            Sentence(
                "{printed} is before {year}: no web page was published then", printed=printed, year=EARLIEST.year
            ),
            text,
        )
    last = latest(base)
    if moment > last if moment is not None else printed > last.date():
        why = Sentence(
            "{printed} lies more than {days} days ahead of {date}",
            printed=printed,
            days=AHEAD.days,
            date=(last - AHEAD).date(),
        )
        return Refusal("future", Sentence.row([why, ambiguous]) if ambiguous else why, text)
    precision = Precision.DAY if moment is None else Precision.MINUTE
    return Reading(
        moment, printed, precision, text, how, weekday, zone=printed_zone if moment else None, ambiguous=ambiguous
    )


def moments(shown: datetime) -> list[datetime]:
    """The moments, in Vietnam's time, at which a zone shows ``shown``.

    There are two in an hour that clocks repeat when they are set back, and none in an hour that they skip.
    """
    both = sorted({shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1)})
    return [
        moment.astimezone(VIETNAM)
        for moment in both
        if moment.astimezone(shown.tzinfo).replace(tzinfo=None, fold=0) == shown.replace(tzinfo=None, fold=0)
    ]


def only_month_first(first: int, second: int, year: int, weekday: int) -> bool:
    """Whether two figures fall on ``weekday`` (Monday as 0) with the month first, and not with the day first."""
    return falls_on(weekday, year, first, second) and not falls_on(weekday, year, second, first)


def falls_on(weekday: int, year: int, month: int, day: int) -> bool:
    """Whether there is such a date, and it falls on ``weekday`` (Monday as 0)."""
    try:
        return date(year, month, day).weekday() == weekday
    except ValueError:
        return False


def either_order(first: int, second: int, year: int, weekday: int | None) -> str | None:
    """What a day and a month in figures could also mean; None if only one order fits or the weekday proves one."""
    if first > 12 or second > 12 or first == second:
        return None
    if weekday is not None and date(year, second, first).weekday() == weekday != date(year, first, second).weekday():
        return None
    return Sentence("day and month could change places: Vietnam's order is assumed")
