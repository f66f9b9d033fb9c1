"""Reads relative times, which are counted back from the moment of reading. Each is an interval.

``N ngày trước`` is printed from N - ½ to N + 1 days after the moment that it means: some libraries cut off (luxon,
timeago.js, arrow, humanize), others round (moment, dayjs, date-fns, Babel). The same is true of hours and minutes. If
two units are printed, it is true of the smaller one. Luxon's ``toRelativeCalendar`` counts the midnights or full
hours in between, so the interval also includes the whole named day or hour. A unit longer than a day gives no day.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from scraper.clock import VIETNAM
from scraper.dates.readings import Reading, Refusal, settle
from scraper.items import Precision
from scraper.text.sentence import Sentence

_UNITS = {
    "giây": timedelta(seconds=1), "second": timedelta(seconds=1), "sec": timedelta(seconds=1),
    "phút": timedelta(minutes=1), "minute": timedelta(minutes=1), "min": timedelta(minutes=1),
    "ph": timedelta(minutes=1),
    "giờ": timedelta(hours=1), "tiếng": timedelta(hours=1), "hour": timedelta(hours=1), "h": timedelta(hours=1),
    "ngày": timedelta(days=1), "hôm": timedelta(days=1), "day": timedelta(days=1),
}  # fmt: skip
_COARSE = "tuần|tháng|quý|năm|week|month|year"
_UNIT = rf"(?:giây|phút|giờ|tiếng|ngày|(?:second|sec|minute|min|hour|day)s?|ph|h|{_COARSE}s?|(?:week|month|year)s)"
_NUMBER = r"(?:\d{1,4}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|an?|one|vài|a few|mấy)"
_SPAN = rf"{_NUMBER}\s?{_UNIT}(?:(?:,|\svà|\sand)?\s{_NUMBER}\s?{_UNIT})?"
_ABOUT = r"(?:(?:khoảng|gần|hơn|chưa tới|chưa đến|chưa đầy|dưới|ít hơn|about|over|almost|less than)\s)"
_AGO = re.compile(
    rf"(?<![\w/.:-])(?:{_ABOUT}?{_SPAN}\s(?:về\s)?(?:trước|ago)(?:\sđây)?"
    rf"|cách đây\s{_ABOUT}?{_SPAN}(?:\s(?:về\s)?trước)?"
    r"|(?:chưa tới|chưa đến|chưa đầy|dưới|ít hơn|less than)\s(?:1|một|a)\s(?:phút|minute)"
    r"|(?:ngày\s)?hôm (?:nay|qua|kia)|vừa xong|vừa mới đăng|vừa đăng|mới đăng|vừa mới|vài giây|ngay bây giờ"
    r"|bây giờ|hiện tại"
    r"|just now|today|yesterday)(?!\w)(?!\s*là\b)",
    re.I,
)
_LAST_WEEK = re.compile(
    r"(?<!\w)(?:(?:thứ|th|t)\s?(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ nhật|cn)"
    r"\s(?:tuần|vừa|hôm)?\s?(?:trước|qua|rồi)(?!\w)"
    r"|(?<!\w)last\s(?:thứ|chủ|\w+day)|(?:^|[^\w\s]\s*)(?:tuần|tháng|năm|quý) (?:trước|qua|rồi|ngoái)(?!\w)"
    r"|(?<!\w)last (?:week|month|year)",
    re.I,
)
_DAYS_BACK = {"hôm nay": 0, "today": 0, "hôm qua": 1, "yesterday": 1, "hôm kia": 2}
_JUST_NOW = {
    "vừa xong": timedelta(hours=1), "vừa mới đăng": timedelta(hours=1), "vừa đăng": timedelta(hours=1),
    "mới đăng": timedelta(hours=1), "vừa mới": timedelta(hours=1), "vài giây": timedelta(minutes=1),
    "ngay bây giờ": timedelta(minutes=1), "bây giờ": timedelta(minutes=1), "hiện tại": timedelta(minutes=1),
    "just now": timedelta(hours=1),
}  # fmt: skip
_WORDS = {
    "một": 1, "a": 1, "an": 1, "one": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8,
    "chín": 9, "mười": 10,
}  # fmt: skip
_PART = re.compile(rf"({_NUMBER})\s?({_UNIT})", re.I)
_BARE = re.compile(rf"(?:(?:khoảng|gần|hơn|about|over|almost)\s)?{_SPAN}", re.I)


def last_week(text: str) -> str | None:
    """The part of ``text`` that names last week or a day in it ("thứ ba tuần trước"). The day is unknown."""
    found = _LAST_WEEK.search(text)
    return found.group() if found else None


def is_duration(text: str) -> bool:
    """Whether ``text`` is only a span of time: "3 giờ", "400 ngày"."""
    return _BARE.fullmatch(text) is not None


def take_relative(text: str, mark: str) -> tuple[list[str], str]:
    """The relative times in ``text``, and ``text`` with each of them replaced by ``mark``."""
    found = [match.group() for match in _AGO.finditer(text)]
    return found, _AGO.sub(mark, text) if found else text


def read_relative(
    line: str, phrase: str, clock: tuple[int, int, int] | None, base: datetime | None
) -> Reading | Refusal:
    """Reads ``phrase``, with the ``clock`` beside it, counted back from ``base``."""
    if base is None:
        return Refusal(
            "no-base", Sentence("“{phrase}” needs the moment from which it is counted", phrase=phrase), line
        )
    now = base.astimezone(VIETNAM)
    words = " ".join(phrase.lower().split()).removeprefix("ngày ")
    if words in _DAYS_BACK:
        day = (now - timedelta(days=_DAYS_BACK[words])).date()
        counted = Sentence("“{phrase}” counted from {now:%Y-%m-%d %H:%M}", phrase=phrase, now=now)
        how = Sentence.row([counted, Sentence("with a time")], ", ") if clock else counted
        return settle(line, (day.year, day.month, day.day), clock, how, base=base)
    if clock is not None:
        return Refusal("two-dates", Sentence("a time of day beside a time that is counted back"), line)
    if words in _JUST_NOW:
        return _interval(line, phrase, now, now - _JUST_NOW[words], now, now)
    if re.search(rf"(?<!\w)(?:{_COARSE})s?(?!\w)", words):
        return Refusal("no-day", Sentence("“{phrase}” is coarser than a day", phrase=phrase), line)
    return _counted(line, phrase, words, now)


def _counted(line: str, phrase: str, words: str, now: datetime) -> Reading | Refusal:
    parts = [(number, unit) for number, unit in _PART.findall(words)]
    if re.search(r"(?<!\w)(?:chưa|dưới|ít hơn|less)", words):
        number, unit = parts[0]
        return _interval(line, phrase, now, now - _span(number, unit), now, now)
    if parts[0][0] in {"vài", "mấy", "a few"}:
        unit = _UNITS[parts[0][1].removesuffix("s")]
        most = 60 if unit == timedelta(seconds=1) else 10
        return _interval(line, phrase, now, now - most * unit, now, now - unit if most == 10 else now)
    ago = sum((_span(number, unit) for number, unit in parts), timedelta())
    unit = _UNITS[parts[-1][1].removesuffix("s")]
    if unit < timedelta(minutes=1):
        return _interval(line, phrase, now, now - timedelta(minutes=1) - ago, now, now - ago)
    shortest = ago - (unit if words.startswith(("gần", "almost")) else unit / 2)
    latest = max(now - shortest, _end(now - ago, unit))
    return _interval(line, phrase, now, now - ago - unit, min(latest, now), now - ago)


def _end(moment: datetime, unit: timedelta) -> datetime:
    """The last minute of the day, hour or minute that contains ``moment``."""
    if unit == timedelta(days=1):
        return moment.replace(hour=23, minute=59)
    return moment.replace(minute=59) if unit == timedelta(hours=1) else moment


def _span(number: str, unit: str) -> timedelta:
    return (_WORDS.get(number) or int(number)) * _UNITS[unit.removesuffix("s")]


def _interval(
    line: str, phrase: str, now: datetime, earliest: datetime, latest: datetime, nominal: datetime
) -> Reading | Refusal:
    """The Reading between ``earliest`` and ``latest``, which are both kept to the minute."""
    earliest, latest = earliest.replace(second=0, microsecond=0), latest.replace(second=0, microsecond=0)
    day = (nominal.year, nominal.month, nominal.day)
    checked = settle(line, day, None, "", base=now)
    if isinstance(checked, Refusal):
        return checked
    shared = earliest.date() if earliest.date() == latest.date() else None
    wide = latest - earliest
    if wide <= timedelta(minutes=2):
        precision = Precision.MINUTE
    elif wide <= timedelta(hours=2):
        precision = Precision.HOUR
    else:
        precision = Precision.DAY if shared else Precision.NONE
    moment = nominal.replace(second=0, microsecond=0) if precision in {Precision.MINUTE, Precision.HOUR} else None
    how = Sentence(
        "“{phrase}” counted from {now:%Y-%m-%d %H:%M}: between {earliest:%Y-%m-%d %H:%M} and"
        " {latest:%Y-%m-%d %H:%M}, by whichever library printed it",
        phrase=phrase,
        now=now,
        earliest=earliest,
        latest=latest,
    )
    return Reading(moment, shared, precision, line, how, earliest=earliest, latest=latest)
