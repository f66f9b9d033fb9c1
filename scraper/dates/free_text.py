"""Dates among words: what surrounds the date is told apart, and dateparser reads what is left.

dateparser 1.5 answers None where a label stands before a date, takes ``14 giờ 30 11/07/2024`` for a time long ago,
and does not know ``th7`` and ``hôm kia``; so it is given one date in words it knows. The time of day is digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import dateparser

from scraper.clock import VIETNAM
from scraper.dates.readings import Order, Reading, Refusal, latest, settle
from scraper.dates.shapes import LABEL, WEEKDAYS

Clock = tuple[int, int, int]

# NukeViet's language pack abbreviates "Mười một" and "Mười hai" to "M. một" and "M. hai"; dateparser takes the "năm"
# of "tháng năm" (May) for the word "year".
_MONTH_WORDS = {"m. một": "mười một", "m. hai": "mười hai", "bốn": "tư", "bẩy": "bảy", "năm": "5"}
_NAMES = "mười một|mười hai|m\\. ?một|m\\. ?hai|mười|một|hai|ba|tư|bốn|năm|sáu|bảy|bẩy|tám|chín"
_MONTH = rf"(?<![^\W\d_])(?:tháng|thg|th)\.?\s?(?:1[0-2]|0?[1-9](?!\d)|(?:{_NAMES})(?!\w))"
_ENGLISH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)

_ZONE = re.compile(
    r"[(\[]?\s*\b(?:(?:gmt|utc)(?:\s?([+-])\s?(\d{1,2})(?::?(\d{2}))?|\s?0?7(?![\d/:.-])|(?!\s?\d))"
    r"|(ict|giờ (?:việt nam|vn|hà nội)))(?!\w)\s*[)\]]?"
    r"|(?:(?<=:\d\d)\s*|[(\[]\s*)([+-])(\d{2}):?(\d{2})\s*(?:[)\]]|$)"
)
_COUNT = re.compile(
    r"(?:(?:số )?lượt (?:người )?(?:xem|đọc|truy cập|tải)|(?:đã |lần |số )?(?:xem|đọc)|(?:số )?bình luận|phản hồi"
    r"|views?|hits|comments?)\s*[:(]?\s*\d[\d.,]*(?![/:-])\)?"
    r"|(?<![\d/:.])\d[\d.,]*\s*(?:lượt(?: (?:xem|đọc|truy cập))?|lần xem|bình luận|phản hồi|views?|hits|comments?)\b"
)
_CONTACT = re.compile(r"@\w|hotline|đường dây nóng|điện thoại|\bđt\s?:|\btel\b|\bfax\b|e-?mail|bây giờ là")
_CLOCK = re.compile(
    r"(?<![\d:./])(\d{1,2})"
    r"(?:\s?(?::|[hg]:)\s?(\d{1,2})(?::(\d{1,2})(?:[.,]\d{1,9})?)?(?![\d/])(?::(?!\d))?"
    r"|\s?(?:giờ|h|g)(?![^\W\d_])(?:((?<!\s)\d{1,2}(?!\d|/\d)|\s\d{1,2}(?!\d|\s?[/.-]\s?\d|\s*(?:tháng|thg|th)\b))"
    r"(?:\s?(?:phút|ph|p)(?!\w))?(?:\s?(\d{1,2})\s?(?:giây|s)(?!\w))?)?)"
    r"\s?['’′]?(?:\s?(sa|ch|am|pm|a\.m\.?|p\.m\.?|sáng|trưa|chiều|tối)(?!\w))?"
)
_GLUED = re.compile(r"\d\d/\d\d/\d{4}(?=\d\d:\d\d)|\d\d:\d\d(?=\d\d/\d\d/\d{4})")
_DATE = re.compile(
    r"(?<![\d/.])(?<!\d-)(?:"
    r"\d{1,2}(?:\s?/\s?\d{1,2}\s?/|\s?-\s?\d{1,2}\s?-)\s?(?:\d{4}|\d{2})"
    r"|\d{1,2}\s?\.\s?\d{1,2}\s?\.\s?\d{4}"
    r"|\d{4}([-/.])\d{1,2}\1\d{1,2}"
    rf"|\d{{1,2}}\s?[,/.-]?\s?{_MONTH}\s?[,/.-]?\s?(?:năm\s?)?\d{{4}}"
    rf"|{_MONTH}\s?(?:ngày)?\s?[,-]?\s?\d{{1,2}}\s?,?\s?(?:năm\s?)?\d{{4}}"
    rf"|\d{{1,2}}[\s-]{_ENGLISH}\.?,?[\s-]\d{{4}}|\b{_ENGLISH}\.?\s\d{{1,2}},?\s\d{{4}}"
    r")(?!\d|\s?[/.-]\s?\d)"
)
_NO_YEAR = re.compile(
    rf"(?<![\d/.])(?<!\d-)\d{{1,2}}(?:\s?[/.-]\s?\d{{1,2}}(?!\d|\s?[/.-]\s?\d)|\s?,?\s?{_MONTH}(?!\s?[/-]?\s?\d))"
)
_DAY_WORD = re.compile(r"\b(?:sáng|trưa|chiều|tối|đêm|ngày|hôm|lúc)\b")
_MONTH_ALONE = re.compile(rf"(?<!\d ){_MONTH}|(?<![\d/.-])(?:0?[1-9]|1[0-2])/(?:19|20)\d\d(?!\d)")
_AGO = re.compile(
    r"(?<![\d/.:-])(?:(?:\d{1,2}|một)\s?(?:giờ|tiếng),?\s)?(?:\d{1,4}|một)\s?"
    r"(?:giây|phút|giờ|tiếng|ngày|tuần|tháng|năm)\s(?:trước|về trước)(?: đây)?(?!\w)"
    r"|cách đây\s(?:\d{1,4}|một)\s?(?:giây|phút|giờ|tiếng|ngày|tuần|tháng|năm)(?!\w)"
    r"|(?<!\w)(hôm nay|hôm qua|hôm kia|vừa xong|vừa đăng|mới đăng)(?!\w)"
)
_KNOWN_PHRASES = {"hôm kia": "2 ngày trước", "vừa xong": "hôm nay", "vừa đăng": "hôm nay", "mới đăng": "hôm nay"}
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}")
_DAYS = re.compile(r"(\d{1,4}) ngày")
_DIGIT_WEEKDAY = "|".join(name for name in WEEKDAYS if name[-1].isdigit())
_WORD_WEEKDAY = "|".join(name for name in WEEKDAYS if not name[-1].isdigit())
_WEEKDAY = re.compile(rf"(?<!\w)(?<!lần )(?:(?:{_WORD_WEEKDAY})(?![^\W\d_])|(?:{_DIGIT_WEEKDAY})(?!\w))")
_LABELS = re.compile(rf"(?<!\w)(?:{LABEL})\s*:")
_OF_PUBLICATION = re.compile(r"đăng|gửi|phát hành|post|publish|xuất bản|tạo|viết|ban hành|đưa tin|created")
_LEAD = re.compile(
    r"(\d{1,2}([/.-])\d{1,2}\2\d{4}(?:[\s,|–-]*\d{1,2}:\d{2})?)"
    r"(?:(?=[^\W\d_])(?!(?:lúc|vào|hồi|GMT|UTC|ICT|SA|CH|AM|PM|sa|ch|am|pm|giờ|h|T)\b|T\d)|[\s,.|–-]+(?=(?:Ngày|Sáng|Trưa|Chiều|Tối|Đêm)\s\d{1,2}[/.-]\d))"
)


def cut_lead(line: str) -> str:
    """``line`` up to the end of a date that an article's lead follows, as in ``14/12/2021Ngày 13/12, Tỉnh ủy…``.

    Some list pages print no blank between an article's date and its lead; a date in the lead is the event's.
    """
    found = _LEAD.search(line, 0, 150)
    return line[: found.end(1)] if found else line


def read_free_text(line: str, base: datetime | None, order: Order) -> Reading | Refusal:
    """``line`` (squeezed, not empty, of a date line's length) read with dateparser."""
    parts = _tell_apart(line, base, order)
    low = parts.low
    if found := _CONTACT.search(low):
        return Refusal("page-clock", f"“{found.group()}” stands beside it: a page's head or foot, no date line", line)
    times = {_clock(found) for found in parts.clocks}
    if parts.offset is None or None in times:
        return Refusal("nonsense", "there is no such time of day, or no such zone", line)
    if len({_plain(found.group()) for found in parts.dates}) > 1 or len(times) > 1:
        return _published(line, low, base, order)
    clock = next(iter(times), None)
    if parts.dates and parts.ago:
        return Refusal("page-clock", f"“{parts.ago[0].group()}” beside a date: the page's clock", line)
    if parts.ago:
        return _relative(line, parts.ago[0], clock, parts.rest, base)
    if parts.dates:
        return _read_day(parts, clock, _plain(parts.dates[0].group()), parts.rest)
    if found := _DAYS.fullmatch(low):
        return _relative(line, found, None, "", base)
    return _without_year(parts, clock)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What stands in a line, told apart by shape."""

    line: str
    low: str  # in lower case
    base: datetime | None
    order: Order
    zone: re.Match[str] | None
    offset: timezone | None  # None where the zone is none
    weekday: int | None
    ago: list[re.Match[str]]
    clocks: list[re.Match[str]]
    dates: list[re.Match[str]]  # day, month and year
    rest: str  # in lower case, without all these and without counts of views


def _tell_apart(line: str, base: datetime | None, order: Order) -> _Parts:
    low = _GLUED.sub(r"\g<0> ", line.lower())
    zones, rest = _take(_ZONE, low)
    _, rest = _take(_COUNT, rest)
    weekdays, rest = _take(_WEEKDAY, rest)
    ago, rest = _take(_AGO, rest)
    clocks, rest = _take(_CLOCK, rest)
    dates, rest = _take(_DATE, rest)
    zone = zones[0] if zones else None
    offset = _offset(zone) if zone else VIETNAM
    weekday = WEEKDAYS[weekdays[0].group()] if weekdays else None
    return _Parts(line, low, base, order, zone, offset, weekday, ago, clocks, dates, rest)


def _without_year(parts: _Parts, clock: Clock | None) -> Reading | Refusal:
    partial, rest = _take(_NO_YEAR, parts.rest)
    low = parts.low
    accompanied = clock or parts.weekday is not None or _LABELS.search(low) or _DAY_WORD.search(low)
    if len(partial) != 1 or not (accompanied or _alone(low, rest)):
        return _nothing(parts.line, low, bool(clock))
    return _read_day(parts, clock, _with_year(_plain(partial[0].group()), parts.base, parts.order), rest)


def _read_day(parts: _Parts, clock: Clock | None, piece: str, rest: str) -> Reading | Refusal:
    if re.search(r"\d", rest):
        return Refusal("no-date", f"numbers beside it that are no part of a date: “{rest.strip()}”", parts.line)
    day = _dateparser(piece, parts.order)
    if day is None:
        return Refusal("nonsense", f"there is no such date: “{piece}”", parts.line)
    if not parts.dates and parts.base is None:
        return Refusal("no-year", "it prints no year: give the moment from which it is to be counted", parts.line)
    said = "day, month and year printed" if parts.dates else "no year printed: the last before the base"
    said += ", with a time" if clock else ", no time of day"
    if clock:
        said += ", zone printed" if parts.zone else ", no zone printed: Vietnam time"
    return settle(
        parts.line,
        (day.year, day.month, day.day),
        clock,
        f"dateparser: “{piece}”; {said}",
        base=parts.base,
        offset=parts.offset or VIETNAM,
        weekday=parts.weekday,
    )


def _alone(low: str, rest: str) -> bool:
    """Whether ``low`` is a day and a month and nothing else, and neither a decimal (3.5) nor a range (10-15)."""
    return not re.search(r"[^\W_]", rest) and not re.search(r"\d\s?[.-]\s?\d", low)


def _take(pattern: re.Pattern[str], text: str) -> tuple[list[re.Match[str]], str]:
    """All of ``pattern`` in ``text``, and ``text`` with each as one blank."""
    found = list(pattern.finditer(text))
    return found, pattern.sub(" ", text) if found else text


def _offset(found: re.Match[str]) -> timezone | None:
    sign, hours, minutes, named, sign_alone, hours_alone, minutes_alone = found.groups()
    if named:
        return VIETNAM
    if not (sign or sign_alone):
        return VIETNAM if "7" in found.group() else UTC
    ahead = timedelta(hours=int(hours or hours_alone), minutes=int(minutes or minutes_alone or 0))
    if ahead > timedelta(hours=14):
        return None
    offset = timezone(-ahead if (sign or sign_alone) == "-" else ahead)
    return VIETNAM if offset == VIETNAM else offset


def _clock(found: re.Match[str]) -> Clock | None:
    hour = int(found.group(1))
    minute, second = int(found.group(2) or found.group(4) or 0), int(found.group(3) or found.group(5) or 0)
    part = (found.group(6) or "").replace(".", "")
    if part in {"sa", "am", "sáng"}:
        if hour > 12:
            return None
        hour %= 12
    elif part in {"ch", "pm", "chiều", "tối", "trưa"}:
        if hour == 0 or (part == "tối" and hour == 12):
            return None
        if hour < (10 if part == "trưa" else 12):
            hour += 12
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _plain(piece: str) -> str:
    """A printed date in the words that dateparser knows: ``15 th7, 2024`` as ``15 tháng 7 2024``."""
    month = re.search(_MONTH, piece)
    if month is None:
        return re.sub(r"(?<=\d)\s?([/.-])\s?(?=\d)", r"\1", piece)
    name = re.sub(r"^(?:tháng|thg|th)\.?\s?", "", month.group()).replace("m.m", "m. m").replace("m.h", "m. h")
    numbers = re.findall(r"\d+", piece[: month.start()] + " " + piece[month.end() :])
    return " ".join((numbers[0], "tháng", _MONTH_WORDS.get(name, name), *numbers[1:]))


def _dateparser(piece: str, order: Order) -> date | None:
    language = "en" if re.search(_ENGLISH, piece) else "vi"
    settings: dict[str, Any] = {
        "DATE_ORDER": order.upper(),
        "PREFER_LOCALE_DATE_ORDER": False,
        "STRICT_PARSING": True,
        "PARSERS": ["absolute-time"],
    }
    found: datetime | None = dateparser.parse(piece, languages=[language], settings=settings)
    if found is None:
        return None
    if printed := _NUMERIC.fullmatch(piece):  # dateparser swaps day and month where the order asked for has no date
        day, month = (int(part) for part in (printed.groups() if order == "dmy" else reversed(printed.groups())))
        return found.date() if (found.day, found.month) == (day, month) else None
    return found.date()


def _dated(piece: str, year: int) -> str:
    joint = re.search(r"[/.-]", piece)
    return f"{piece}{joint.group() if joint else ' '}{year}"


def _with_year(piece: str, base: datetime | None, order: Order) -> str:
    """``piece`` with the last year in which it exists and does not lie ahead of ``base``."""
    last = latest(base).date()
    pieces = [_dated(piece, last.year - back) for back in range(9)]
    return next((p for p in pieces if (day := _dateparser(p, order)) and day <= last), pieces[0])


def _relative(
    line: str, found: re.Match[str], clock: Clock | None, rest: str, base: datetime | None
) -> Reading | Refusal:
    if base is None:
        return Refusal("no-base", f"“{found.group()}” needs the moment from which it is counted", line)
    if re.search(r"\d", rest):
        return Refusal("no-date", f"numbers beside it that are no part of a date: “{rest.strip()}”", line)
    now = base.astimezone(VIETNAM)
    phrase = re.sub(r"cách đây| đây|về |,", "", found.group()).strip().replace("tiếng", "giờ").replace("một", "1")
    phrase = _KNOWN_PHRASES.get(phrase, phrase)
    if re.search(r"\d (?:tháng|năm|tuần)", phrase):
        return Refusal("no-day", f"“{found.group()}” is coarser than a day", line)
    phrase = phrase if re.search(r"trước|hôm", phrase) else f"{phrase} trước"
    settings: dict[str, Any] = {"RELATIVE_BASE": now.replace(tzinfo=None), "PARSERS": ["relative-time"]}
    moment = dateparser.parse(phrase, languages=["vi"], settings=settings)
    if moment is None:
        return Refusal("nonsense", f"“{phrase}” leads to no date", line)
    if re.search(r"giây|phút|giờ", phrase):
        if clock:
            return Refusal("two-dates", "a time of day beside a time that is counted back", line)
        clock = (moment.hour, moment.minute, 0)
    how = f"dateparser: “{phrase}” counted from {now:%Y-%m-%d %H:%M}"
    answer = settle(line, (moment.year, moment.month, moment.day), clock, how, base=base)
    return replace(answer, relative=True) if isinstance(answer, Reading) else answer


def _published(line: str, low: str, base: datetime | None, order: Order) -> Reading | Refusal:
    """Of several labelled dates the one whose label says publication."""
    starts = [found.start() for found in _LABELS.finditer(low)]
    ends = [*starts, len(low)][1:]
    parts = [low[start:end] for start, end in zip(starts, ends, strict=True)]
    published = [part for part in parts if _OF_PUBLICATION.search(part.partition(":")[0])]
    if len(published) == 1 and len(parts) > 1:
        answer = read_free_text(published[0].strip(" |,;-"), base, order)
        return replace(answer, text=line)
    return Refusal("two-dates", "it prints two moments and does not say which is that of publication", line)


def _nothing(line: str, low: str, has_clock: bool) -> Refusal:
    if found := _MONTH_ALONE.search(low):
        number = re.search(r"\d+", found.group())
        name = _plain(f"1 {found.group()}").removeprefix("1 tháng ") if "/" not in found.group() else ""
        known = _dateparser(f"1 tháng {name} 2000", "dmy") if name else None
        month = known.month if known else int(number.group()) if number else None
        return Refusal("no-day", f"it prints month {month} and no day", line)
    if re.fullmatch(r"[\d\s.,]+", low):
        return Refusal("no-date", "a number alone is no date", line)
    return Refusal("no-date", "it prints a time of day and no date" if has_clock else "it prints no date", line)
