"""Every form in which a moment is printed is read back as exactly as the form declares.

The forms that newspapers and machines print are read back for 10,000 drawn moments of 1990 to 2030, and for every
midnight, noon and month's end; the forms that dateparser reads (1.5 ms a day) for 500, which TINKHOI_DRAWN raises.
The draw is the same in each run.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scraper.clock import VIETNAM
from scraper.dates.date_line import read_date
from scraper.dates.free_text import read_free_text
from scraper.dates.known_forms import read_known_form
from scraper.dates.readings import Reading
from scraper.dates.timestamps import read_timestamp

BASE = datetime(2031, 1, 1, tzinfo=VIETNAM)
DRAWN = int(os.environ.get("TINKHOI_DRAWN", "10000"))
DRAWN_AMONG_WORDS = int(os.environ.get("TINKHOI_DRAWN", "500"))
ZONES = ("Europe/Paris", "America/New_York", "Australia/Sydney", "Europe/London", "America/Santiago")
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
SHORT = ("T2", "Th 3", "Thứ 4", "T5", "Th 6", "T7", "CN")
MONTHS = ("Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai")


@dataclass(frozen=True)
class Form:
    """A form, and how exactly it tells the moment."""

    name: str
    prints: Callable[[datetime], str]
    exact: str = "minute"  # minute, day
    order_open: bool = True  # where day and month could change places, the reading says so


def half(moment: datetime, marks: tuple[str, str]) -> str:
    return f"{moment.hour % 12 or 12}:{moment:%M} {marks[moment.hour >= 12]}"


KNOWN = [
    Form("weekday, day, time, zone", lambda m: f"{WEEKDAYS[m.weekday()]}, {m:%d/%m/%Y, %H:%M} (GMT+7)"),
    Form("label, time, day, zone", lambda m: f"Cập nhật: {m:%H:%M, %d/%m/%Y} (GMT+7)"),
    Form("time | day", lambda m: f"{m:%H:%M} | {m:%d/%m/%Y}"),
    Form("day - time", lambda m: f"{m:%d-%m-%Y} - {m:%H:%M}"),
    Form("unpadded", lambda m: f"{m.day}/{m.month}/{m.year} {m.hour}:{m.minute:02}"),
    Form("short weekday", lambda m: f"{('T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'CN')[m.weekday()]}, {m:%d.%m.%Y %H:%M}"),
    Form("day alone", lambda m: f"Ngày đăng: {m:%d/%m/%Y}", exact="day"),
]
STAMPS = [
    Form("ISO 8601", lambda m: m.isoformat(), order_open=False),
    Form("ISO 8601 in UTC", lambda m: f"{m.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", order_open=False),
    Form("RFC 5322", lambda m: f"{m:%a, %d %b %Y %H:%M:%S %z}", order_open=False),
    Form("epoch", lambda m: str(int(m.timestamp())), order_open=False),
]
FREE_TEXT = [
    Form(
        "weekday, month in figures", lambda m: f"{WEEKDAYS[m.weekday()]}, {m.day} tháng {m.month}, {m.year} {m:%H:%M}"
    ),
    Form("time first, lúc", lambda m: f"lúc {m:%H:%M} {WEEKDAYS[m.weekday()]}, {m.day} tháng {m.month}, {m.year}"),
    Form("month in words", lambda m: f"{m.day} Tháng {MONTHS[m.month - 1]}, {m.year} {m:%H:%M}"),
    Form("month first", lambda m: f"Tháng {MONTHS[m.month - 1]} {m.day}, {m.year} {half(m, ('sáng', 'chiều'))}"),
    Form("abbreviated", lambda m: f"{SHORT[m.weekday()]}, {m.day} Thg {m:%m} {m.year} {m:%H:%M}"),
    Form("T month", lambda m: f"{m:%d} T{m.month} {m.year}", exact="day"),
    Form("SA and CH", lambda m: f"{half(m, ('SA', 'CH'))} {m.day}/{m.month}/{m.year}"),
    Form("a.m. and p.m.", lambda m: f"{m:%d/%m/%Y} {half(m, ('a.m.', 'p.m.'))}"),
    Form("hour with giờ", lambda m: f"{m.hour} giờ {m.minute:02} phút, ngày {m:%d/%m/%Y}"),
    Form("h", lambda m: f"{m.hour}h{m:%M} ngày {m:%d-%m-%Y}"),
    Form("Java's Date", lambda m: f"{SHORT[m.weekday()]} thg {m.month} {m:%d} {m:%H:%M:%S} ICT {m.year}"),
    Form("Indochina in words", lambda m: f"{m:%H:%M:%S} Giờ Đông Dương {m:%d/%m/%Y}"),
    Form("narrow, proved by its weekday", lambda m: f"{SHORT[m.weekday()]} {m.day} {m.month} {m.year}", exact="day"),
    Form("UTC in words", lambda m: f"{m.astimezone(UTC):%H:%M:%S} Giờ Phối hợp Quốc tế {m.astimezone(UTC):%d/%m/%Y}"),
    Form("offset before the day", lambda m: f"{m.astimezone(UTC):%H:%M} +0000 {m.astimezone(UTC):%d/%m/%Y}"),
]
LESS_EXACT = {
    # Both orders of the three numbers fall on the weekday: the first is taken.
    "narrow, proved by its weekday",
}


def drawn(count: int) -> Iterator[datetime]:
    """Moments of 1990 to 2030, of them a quarter at midnight, noon and a month's end."""
    draw = random.Random(20240711)
    first = datetime(1990, 1, 2, tzinfo=VIETNAM)
    days = [first + timedelta(days=draw.randrange(14_970)) for _ in range(max(count // 10, 200))]
    for number in range(count):
        day = draw.choice(days)
        minutes = (0, 720, 1439, 750)[number % 4] if number % 4 == number % 16 else draw.randrange(1440)
        yield day + timedelta(minutes=minutes)


def month_ends() -> Iterator[datetime]:
    for year in range(1990, 2031):
        for month in range(1, 13):
            after = date(year + month // 12, month % 12 + 1, 1)
            last = datetime(after.year, after.month, after.day, tzinfo=VIETNAM) - timedelta(minutes=1)
            yield from (last.replace(hour=0, minute=0), last)


def midnights_and_noons() -> Iterator[datetime]:
    at = datetime(1990, 1, 2, tzinfo=VIETNAM)
    while at.year < 2031:
        yield at
        at += timedelta(hours=12)


def misread(form: Form, moments: Iterator[datetime]) -> dict[str, str]:
    wrong = {}
    for moment in moments:
        text = form.prints(moment)
        answer = read_date(text, base=BASE)
        if not isinstance(answer, Reading):
            wrong[text] = answer.reason
        elif form.exact == "day":
            if (answer.day, answer.moment) != (moment.date(), None) and not (
                form.name in LESS_EXACT and answer.ambiguous
            ):
                wrong[text] = answer.iso
        elif answer.moment != moment or answer.earliest is not None:
            wrong[text] = answer.iso
    return wrong


@pytest.mark.parametrize("form", [*KNOWN, *STAMPS], ids=lambda form: form.name)
def test_forms_that_are_read_exactly(form: Form) -> None:
    assert misread(form, drawn(DRAWN)) == {}
    assert misread(form, month_ends()) == {}
    assert misread(form, midnights_and_noons()) == {}


@pytest.mark.parametrize("form", FREE_TEXT, ids=lambda form: form.name)
def test_forms_among_words(form: Form) -> None:
    assert misread(form, drawn(DRAWN_AMONG_WORDS)) == {}


@pytest.mark.parametrize("form", KNOWN, ids=lambda form: form.name)
def test_the_ways_of_reading_agree(form: Form) -> None:
    for moment in drawn(150):
        text = form.prints(moment)
        known, free = read_known_form(text, BASE, "dmy"), read_free_text(text, BASE, "dmy")
        assert read_timestamp(text, BASE) is None
        assert isinstance(known, Reading)
        assert isinstance(free, Reading)
        assert replace(known, how="") == replace(free, how="")


def changes(name: str) -> Iterator[datetime]:
    """The moments, of 1990 to 2030, at which the clocks of a zone are changed."""
    zone = ZoneInfo(name)
    at = datetime(1990, 1, 2, tzinfo=UTC)
    while at.year < 2031:
        after = at + timedelta(hours=1)
        if at.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            yield after
        at = after


@pytest.mark.parametrize("name", ZONES)
def test_zones_are_read_around_every_change_of_their_clocks(name: str) -> None:
    zone = ZoneInfo(name)
    twice = 0
    for change in changes(name):
        for minutes in (-90, -30, 30, 90):
            moment = (change + timedelta(minutes=minutes)).astimezone(zone)
            with_offset = read_date(f"{moment:%d/%m/%Y %H:%M %z}", base=BASE)
            assert isinstance(with_offset, Reading)
            assert with_offset.iso == moment.astimezone(VIETNAM).isoformat()
            named = read_date(f"{moment:%d/%m/%Y %H:%M} {name}", base=BASE)
            assert isinstance(named, Reading)
            if named.moment is None:  # the hour that the clocks show twice is no time of day
                assert named.ambiguous
                twice += 1
            else:
                assert named.iso == moment.astimezone(VIETNAM).isoformat()
    assert 0 < twice <= 2 * 41
