"""What reading a printed date gives: a Reading, or a Refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Literal

from scraper.clock import VIETNAM, utc_now
from scraper.items import Precision

EARLIEST = date(1990, 1, 1)  # no newspaper of Vietnam was on the web before
AHEAD = timedelta(days=2)  # a clock may be wrong, a zone unknown; what lies further ahead is not publication

Order = Literal["dmy", "mdy"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A printed date as understood."""

    moment: datetime | None  # with offset +07:00, to the second as printed; None where no time of day is printed
    day: date  # in Vietnam
    precision: Precision  # MINUTE or DAY
    text: str  # as given
    how: str  # plain English: which parts were printed, who read them
    weekday: int | None = None  # the weekday printed beside the date, Monday as 0
    relative: bool = False  # counted from the base ("3 giờ trước")

    @property
    def weekday_agrees(self) -> bool | None:
        """Whether the printed weekday is that of the printed date; None where none is printed."""
        return None if self.weekday is None else self.weekday == self.day.weekday()

    @property
    def iso(self) -> str:
        """The moment, or the day where no time of day is printed."""
        return (self.moment or self.day).isoformat()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text was not read as a date."""

    kind: Literal[
        "empty", "too-long", "no-date", "no-year", "no-day", "nonsense", "future", "too-old", "two-dates",
        "page-clock", "no-base",
    ]  # fmt: skip
    reason: str  # plain English
    text: str  # as given


def latest(base: datetime | None) -> datetime:
    """The last moment that is accepted: two days after ``base``, or after now where there is none."""
    return (base or utc_now()).astimezone(VIETNAM) + AHEAD


def settle(
    text: str,
    day: tuple[int, int, int],
    clock: tuple[int, int, int] | None,
    how: str,
    *,
    base: datetime | None,
    offset: timezone = VIETNAM,
    weekday: int | None = None,
) -> Reading | Refusal:
    """The Reading of ``day`` (year, month, day) at ``clock`` (hour, minute, second), or why there is no such moment.

    ``offset`` and ``weekday`` (Monday as 0) are the printed ones: the weekday is that of the printed zone's day.
    """
    try:
        printed = date(*day)
        moment = None if clock is None else datetime.combine(printed, time(*clock, tzinfo=offset))
    except ValueError as error:
        return Refusal("nonsense", f"there is no such date or time: {error}", text)
    if moment is not None and offset is not VIETNAM:
        moment = moment.astimezone(VIETNAM)
        if weekday is not None:
            weekday = (weekday + (moment.date() - printed).days) % 7
        printed = moment.date()
    if printed < EARLIEST:
        return Refusal("too-old", f"{printed} is before {EARLIEST.year}: no web page was published then", text)
    last = latest(base)
    if moment > last if moment is not None else printed > last.date():
        return Refusal("future", f"{printed} lies more than {AHEAD.days} days ahead of {(last - AHEAD).date()}", text)
    return Reading(moment, printed, Precision.DAY if moment is None else Precision.MINUTE, text, how, weekday)
