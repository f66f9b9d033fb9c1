"""Vietnam's time is one definition, and agrees with the time zone database."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from scraper.clock import VIETNAM, ZONE, utc_now, vietnam_today
from tests.places import REPOSITORY


def test_vietnams_time_is_that_of_the_time_zone_database() -> None:
    zone = ZoneInfo(ZONE)
    moments = [datetime(1975, 6, 13, tzinfo=UTC) + timedelta(days=7 * week) for week in range(60 * 52)]
    assert {moment.astimezone(zone).utcoffset() for moment in moments} == {VIETNAM.utcoffset(None)}
    assert datetime(1975, 6, 1, tzinfo=zone).utcoffset() != VIETNAM.utcoffset(None)


def test_now_is_in_utc_and_today_is_vietnams() -> None:
    before = utc_now()
    assert before.utcoffset() == timedelta(0)
    assert vietnam_today() in {moment.astimezone(VIETNAM).date() for moment in (before, utc_now())}


def test_no_other_module_asks_the_clock_or_defines_vietnams_time() -> None:
    asks = re.compile(
        r"datetime\.(?:now|utcnow|today)\((?!\)\.astimezone)|date\.today\(|hours=7\b|ZoneInfo\(.Asia/Ho_Chi_Minh"
    )
    modules = [path for room in ("scraper", "flows") for path in Path(REPOSITORY / room).rglob("*.py")]
    assert len(modules) > 100
    found = {path.relative_to(REPOSITORY).as_posix() for path in modules if asks.search(path.read_text("utf-8"))}
    assert found == {"scraper/clock.py"}
