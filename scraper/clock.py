"""The time by the machine's clock, and in Vietnam. No other module reads the time of day from the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

ZONE = "Asia/Ho_Chi_Minh"
"""Vietnam's time zone, by the name that schedulers accept."""

VIETNAM = timezone(timedelta(hours=7))
"""Vietnam's time. It has kept +07:00, without summer time, since 13 June 1975 (IANA time zone database)."""


_ahead = timedelta()


def utc_now() -> datetime:
    """This moment, in UTC: the machine's, or by a clock that was set with :func:`set_clock`."""
    return datetime.now(UTC) + _ahead


def set_clock(now: datetime) -> None:
    """Makes it ``now`` for this process from here on: a demo or a test plays other nights."""
    global _ahead
    _ahead = now - datetime.now(UTC)


def vietnam_today() -> date:
    """Today's date in Vietnam."""
    return utc_now().astimezone(VIETNAM).date()
