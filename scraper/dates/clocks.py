"""Times of day: clocks of 24 and of 12 hours, parts of the day, noon and midnight.

The meaning of each part of the day follows what libraries print: CLDR counts the night (``đêm``) from 21:00 to 4:00
and the evening (``tối``) from 18:00, date-fns the evening from 17:00. Up to Node 20, half past noon is ``0:30 CH``.
An hour with two possible meanings is no time of day: ``12 giờ đêm`` ends a day in speech but begins it in software.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scraper.text.sentence import Sentence

Clock = tuple[int, int, int]
"""Hour, minute, second."""

_PARTS = {
    "sa": "am", "am": "am", "a.m.": "am", "a.m": "am", "ch": "pm", "pm": "pm", "p.m.": "pm", "p.m": "pm",
    "sáng": "morning", "sáng sớm": "morning", "rạng sáng": "morning", "trưa": "noon", "tr": "noon",
    "chiều": "afternoon", "chiều tối": "afternoon", "tối": "evening", "đêm": "night", "khuya": "night",
    "nửa đêm": "midnight", "giữa trưa": "noon", "noon": "noon", "midnight": "midnight", "in the morning": "am",
    "in the afternoon": "pm", "in the evening": "evening", "at night": "night",
}  # fmt: skip
_PART = (
    r"(?:(?:vào\s)?(?:buổi|ban|lúc)\s)?(?:"
    + "|".join(re.escape(part) for part in sorted(_PARTS, key=len, reverse=True))
    + ")"
)
_CLOCK = re.compile(
    rf"(?:(?<!\w)(?P<before>{_PART})\s(?:lúc\s)?)?(?<![\d:./])(?P<hour>\d{{1,2}})"
    r"(?:\s?(?::|[hg]:)\s?(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,]\d{1,9})?)?(?![\d/])(?::(?!\d))?"
    r"|\s?(?P<unit>giờ|h|g)(?![^\W\d_])(?:\s(?P<half>rưỡi)|(?:(?P<minute2>(?<!\s)\d{1,2}(?!\d|/\d)"
    r"|\s\d{1,2}(?!\d|\s?[/.-]\s?\d|\s*(?:tháng|thg|th)\b))"
    r"(?:\s?(?:phút|ph|p)(?![\w.]))?(?:\s?(?P<second2>\d{1,2})\s?(?:giây|s)(?!\w))?)?)?"
    r"|(?=\s?(?:sa|ch|[ap]m|[ap]\.m\.?)(?!\w)))"
    rf"(?:\s?['’′])?(?P<empty>\s+,)?(?:\s?(?P<after>{_PART})(?!\w))?",
    re.I,
)
_NAMED = re.compile(r"(?<!\w)(?P<name>nửa đêm|midnight|(?:buổi|giữa) trưa|noon)(?!\w)", re.I)


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A printed time of day. If it has two possible meanings, ``clock`` is None and ``either`` names both."""

    clock: Clock | None
    either: str | None = None


def take_clocks(text: str, mark: str) -> tuple[list[TimeOfDay], str]:
    """The times of day printed in ``text``, and ``text`` with each of them replaced by ``mark``."""
    times: list[TimeOfDay] = []

    def take(found: re.Match[str]) -> str:
        times.append(_read(found))
        return mark

    rest = _CLOCK.sub(take, text)
    if not times:
        rest = _NAMED.sub(lambda found: _named(found, times, mark), rest)
    return times, rest


def _named(found: re.Match[str], times: list[TimeOfDay], mark: str) -> str:
    midnight = found["name"].lower() in {"nửa đêm", "midnight"}
    times.append(TimeOfDay((0, 0, 0) if midnight else (12, 0, 0)))
    return mark


def _read(found: re.Match[str]) -> TimeOfDay:
    hour = int(found["hour"])
    minute = 30 if found["half"] else int(found["minute"] or found["minute2"] or 0)
    second = int(found["second"] or found["second2"] or 0)
    if hour > 24 or minute > 59 or second > 59:
        return TimeOfDay(None)
    printed = found["after"] or found["before"]
    if printed is None:
        if found["empty"] and 1 <= hour <= 12:
            return TimeOfDay(None, "a clock of twelve hours whose half of the day is missing")
        return TimeOfDay((hour, minute, second))
    words = re.sub(r"^(?:vào )?(?:buổi |ban |lúc )?", "", " ".join(printed.lower().split()))
    spoken = bool(found["unit"])
    hours = _hour(hour, _PARTS.get(words) or _PARTS[printed.lower()], spoken)
    if hours == -1:
        return TimeOfDay(None)
    if hours is None:
        return TimeOfDay(None, Sentence("“{words}” could be either of two times of day", words=found.group().strip()))
    return TimeOfDay((hours, minute, second))


def _hour(hour: int, part: str, spoken: bool) -> int | None:
    """The hour from 0 to 24 that ``hour`` means in ``part`` of the day; None if it could be two, -1 if it is none.

    ``spoken`` tells whether it is printed as people say it ("12 giờ đêm").
    """
    if hour == 24:
        return 24
    known = _HOURS[part](hour)
    if spoken and hour in {0, 12} and part in {"night", "midnight", "evening"}:
        return None
    return known


def _morning(hour: int) -> int | None:
    return hour % 12 if hour <= 12 else -1


def _afternoon(hour: int) -> int | None:
    return 12 if hour == 0 else hour + 12 if hour < 12 else hour


def _noon(hour: int) -> int | None:
    if hour in {0, 12}:
        return 12
    if hour in {1, 2, 3}:
        return hour + 12
    return hour if hour in {10, 11, 13, 14} else -1


def _evening(hour: int) -> int | None:
    if 5 <= hour <= 11:
        return hour + 12
    return hour if hour >= 17 else None if hour in {0, 12, 1, 2, 3, 4} else -1


def _night(hour: int) -> int | None:
    if hour in {0, 12}:
        return 0
    if 9 <= hour <= 11:
        return hour + 12
    return hour if hour <= 4 or hour >= 18 else None if hour < 9 else -1


def _midnight(hour: int) -> int | None:
    return 0 if hour in {0, 12} else _night(hour)


_HOURS = {
    "am": _morning, "pm": _afternoon, "morning": _morning, "noon": _noon, "afternoon": _afternoon,
    "evening": _evening, "night": _night, "midnight": _midnight,
}  # fmt: skip
