"""Reads dates among words: separates the date from what surrounds it, and gives dateparser the rest.

dateparser 1.5 returns None if a label precedes a date, takes ``14 giờ 30 11/07/2024`` for a time long ago, and does
not know ``th7``. It therefore gets one date in words that it knows. Zones, times of day, relative times and the words
beside them have modules of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from dateparser.date import DateDataParser

from scraper.clock import VIETNAM
from scraper.dates import company
from scraper.dates.clocks import Clock, TimeOfDay, take_clocks
from scraper.dates.readings import Order, Reading, Refusal, either_order, falls_on, latest, only_month_first, settle
from scraper.dates.relative import is_duration, last_week, read_relative, take_relative
from scraper.dates.shapes import LABEL, WEEKDAYS
from scraper.dates.zones import Zone, take_zones
from scraper.text.sentence import Sentence

# NukeViet's language pack abbreviates "Mười một" and "Mười hai" to "M. một" and "M. hai"; dateparser takes the "năm"
# of "tháng năm" (May) for the word "year".
_MONTH_WORDS = {"m. một": "mười một", "m. hai": "mười hai", "bốn": "tư", "bẩy": "bảy", "năm": "5"}
_NAMES = "mười một|mười hai|m\\. ?một|m\\. ?hai|mười|một|hai|ba|tư|bốn|năm|sáu|bảy|bẩy|tám|chín"
_MONTH = rf"(?<![^\W\d_])(?:tháng|thg|th)\.?\s?(?:1[0-2]|0?[1-9](?!\d)|(?:{_NAMES})(?!\w))\.?"
_SHORT_MONTH = r"(?<![^\W\d_])t(?:1[0-2]|0?[1-9])(?!\w)"
"""``T7`` is a month only between a day and a year; elsewhere it is a weekday."""
_ENGLISH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_COUNT = re.compile(
    r"(?:(?:số )?lượt (?:người )?(?:xem|đọc|truy cập|tải)|(?:đã |lần |số )?(?:xem|đọc)|(?:số )?bình luận|phản hồi"
    r"|views?|hits|comments?)\s*[:(]?\s*\d[\d.,]*(?![\d/:-]|[.,]\d|\s?(?:h|g|giờ|tháng|thg|th)(?![^\W\d_]))\)?"
    r"|(?<![\d/:.-])\d[\d.,]*\s*(?:lượt(?: (?:xem|đọc|truy cập))?|lần xem|bình luận|phản hồi|views?|hits"
    r"|comments?|(?:min|mins|minutes?) read|phút đọc)\b"
    r"|(?<!\w)(?:nghe(?: đọc)?(?: bài)?|video|audio|podcast|clip|thời lượng)\s?:?\s?\d{1,3}:\d\d(?![\d:])",
    re.I,
)
_PERHAPS = re.compile(
    r"\d\s?[/.-]\s?\d{1,2}(?!\d)|\d/(?:19|20)\d\d|\d[ .]\d{1,2}[ .]\d|\d[\s/.-]t\d"
    r"|\d[\s-]?(?:[:hgnqwypsm]|ti)|\d[\s-](?:jan|feb|apr|jul|aug|oct|dec)"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s\d"
    r"|th[gu]?\.?[ \d]|tháng|trước|hôm|vừa|mới|giây|phút|giờ|ngày|tuần|hiện tại|ago\b|now\b|day\b|last\b"
    r"|@|hotline|đường dây|điện thoại|đt|tel|fax|mail"
)
"""What every line (in lower case) with a date, a time of day, a relative time or a contact contains."""
_NUMBER_ALONE = re.compile(r"[\d\s.,]+")
_DIGIT = re.compile(r"\d")
_CONTACT = re.compile(r"@\w|hotline|đường dây nóng|điện thoại|\bđt\s?:|\btel\b|\bfax\b|e-?mail|bây giờ là", re.I)
_GLUED = re.compile(r"\d\d/\d\d/\d{4}(?=\d\d:\d\d)|\d\d:\d\d(?=\d\d/\d\d/\d{4})")
_ORDINAL = re.compile(rf"(?<=\d)(?:st|nd|rd|th)(?=(?: of)?[\s,]+(?:tháng|{_ENGLISH}|\d{{4}})(?!\w))", re.I)
_GAP = rf"[\s,{company.CLOCK}{company.ZONE}]"
"""A time between day and year, where the default formats of Java and JavaScript print it."""
_DATE = re.compile(
    r"(?<![\d/.])(?<!\d-)(?:"
    r"\d{1,2}(?:\s?/\s?\d{1,2}\s?/|\s?-\s?\d{1,2}\s?-)\s?(?:\d{4}|\d{2})"
    r"|\d{1,2}\s?\.\s?\d{1,2}\s?\.\s?\d{4}"
    r"|\d{4}([-/.])\d{1,2}\1\d{1,2}"
    rf"|\d{{1,2}}\s?[,/.-]?\s?{_MONTH}\s?[,/.-]?\s?(?:năm\s?)?\d{{4}}"
    rf"|\d{{1,2}}[\s/.-]{_SHORT_MONTH}[\s/.,-]\s?\d{{4}}"
    rf"|(?:{_MONTH}|{_SHORT_MONTH})\s?(?:ngày)?\s?[,-]?\s?\d{{1,2}}{_GAP}{{1,6}}(?:năm\s?)?\d{{4}}"
    rf"|\d{{1,2}}[\s-]{_ENGLISH}\.?,?[\s-]\d{{4}}|\b{_ENGLISH}\.?\s\d{{1,2}}{_GAP}{{1,6}}\d{{4}}"
    r")(?!\d|\s?[/.-]\s?\d)",
    re.I,
)
_NO_YEAR = re.compile(
    rf"(?<![\d/.])(?<!\d-)\d{{1,2}}(?:\s?[/.-]\s?\d{{1,2}}(?!\d|\s?[/.-]\s?\d)|\s?,?\s?{_MONTH}(?!\s?[/-]?\s?\d))",
    re.I,
)
_MONTHS_OF_A_YEAR = re.compile(r"(?<!\w)(?:[3689]|10|11) tháng năm \d{4}(?!\d)")
"""In lower case, “9 tháng năm 2023” is 9 May, as Java prints it, or nine months of 2023."""
_DAY_WORD = re.compile(r"\b(?:sáng|trưa|chiều|tối|đêm|ngày|hôm|lúc)\b", re.I)
_MONTH_ALONE = re.compile(rf"(?<!\d ){_MONTH}|(?<![\d/.-])(?:0?[1-9]|1[0-2])/(?:19|20)\d\d(?!\d)", re.I)
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2,4})")
_FIGURES = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})")
_ENGLISH_WEEKDAYS = {
    name[:length]: number
    for number, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
    for length in (3, 4, len(name))
}
_NAMED_WEEKDAYS = WEEKDAYS | _ENGLISH_WEEKDAYS
_WORD_WEEKDAY = "|".join(sorted((n for n in _NAMED_WEEKDAYS if not n[-1].isdigit()), key=len, reverse=True))
_WEEKDAY = re.compile(rf"(?<!\w)(?<!lần )(?:(?:{_WORD_WEEKDAY})(?![^\W\d_])|(?:thứ|th|t)[ .]?([2-7])(?!\w))\.?", re.I)
_BEFORE_SLASHES = re.compile(rf"\b({'|'.join(_ENGLISH_WEEKDAYS)})\b[.,\s]{{1,3}}\d{{1,2}}/", re.I)
_SUBMITTED = re.compile(r"\W*(?:submitted by|(?:được )?(?:gửi|đăng|viết) bởi)\b", re.I)
"""How Drupal's line of author and date begins, in English and in its Vietnamese translations."""
_NARROW = re.compile(r"(?<![\d/.:-])(\d{1,2})[ .](\d{1,2})[ .](\d{4})(?![\d/.:-])")
"""Three bare numbers, with CLDR's narrow month. They are a date only if the weekday beside them proves it."""
_LABELS = re.compile(rf"(?<!\w)(?:{LABEL})\s*:", re.I)
_OF_PUBLICATION = re.compile(r"đăng|gửi|phát hành|post|publish|xuất bản|tạo|viết|ban hành|đưa tin|created", re.I)
_LEAD = re.compile(
    r"(\d{1,2}([/.-])\d{1,2}\2\d{4}(?:[\s,|–-]*\d{1,2}:\d{2})?)"
    r"(?:(?=[^\W\d_])(?!(?:lúc|vào|hồi|GMT|UTC|ICT|SA|CH|AM|PM|sa|ch|am|pm|giờ|h|T)\b|T\d)|[\s,.|–-]+(?=(?:Ngày|Sáng|Trưa|Chiều|Tối|Đêm)\s\d{1,2}[/.-]\d))"
)


def cut_lead(line: str) -> str:
    """``line`` up to the end of a date that an article's lead follows, as in ``14/12/2021Ngày 13/12, Tỉnh ủy…``.

    Some list pages print no blank between an article's date and its lead. A date in the lead is that of the event.
    """
    found = _LEAD.search(line, 0, 150)
    return line[: found.end(1)] if found else line


def read_free_text(line: str, base: datetime | None, order: Order) -> Reading | Refusal:
    """Reads ``line`` (squeezed, not empty, not longer than a date line) with dateparser."""
    if refusal := _no_date(line, base):
        return refusal
    text = _ORDINAL.sub("", _GLUED.sub(r"\g<0> ", line))
    parts = _tell_apart(line, text, base, order)
    if refusal := _no_time_or_zone(parts):
        return refusal
    if len({_plain(piece) for piece in parts.dates}) > 1 or len(set(parts.times)) > 1:
        return _published(parts, text)
    if parts.dates and parts.ago:
        return Refusal("page-clock", Sentence("“{ago}” beside a date: the page's clock", ago=parts.ago[0]), line)
    if parts.ago:
        return _numbers_beside(line, parts.rest) or _sentence(parts, parts.rest) or _counted_back(parts)
    if parts.dates:
        return _read_day(parts, parts.dates[0], parts.rest)
    return _narrow(parts) or _without_year(parts)


def _no_date(line: str, base: datetime | None) -> Refusal | None:
    """Why ``line`` can hold no date; None if it may hold one."""
    if not _PERHAPS.search(line.lower()):
        alone = _NUMBER_ALONE.fullmatch(line)
        return Refusal(
            "no-date", Sentence("a number alone is no date") if alone else Sentence("it prints no date"), line
        )
    if (found := _CONTACT.search(line)) and _DIGIT.search(line):
        return Refusal(
            "page-clock",
            Sentence("“{words}” stands beside it: a page's head or foot, no date line", words=found.group()),
            line,
        )
    if phrase := last_week(line):
        return Refusal(
            "ambiguous", Sentence("“{phrase}” is a day of last week, or a week: no one day", phrase=phrase), line
        )
    if is_duration(line):
        why = Sentence("a span of time, which does not say from when it is counted")
        return Refusal("no-base" if base is None else "no-date", why, line)
    return None


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of a line, separated by their shape."""

    line: str
    base: datetime | None
    order: Order
    zones: list[Zone]
    weekdays: list[int]
    ago: list[str]
    times: list[TimeOfDay]
    dates: list[str]  # day, month and year
    rest: str  # each part is replaced by a mark of scraper.dates.company

    @property
    def time(self) -> TimeOfDay | None:
        return self.times[0] if self.times else None

    @property
    def weekday(self) -> int | None:
        return self.weekdays[0] if self.weekdays else None


def _tell_apart(line: str, text: str, base: datetime | None, order: Order) -> _Parts:
    zones, rest = take_zones(company.without_lunar_day(text), company.ZONE)
    rest = _without_counts(rest)
    ago, rest = take_relative(rest, company.AGO)
    times, rest = take_clocks(rest, company.CLOCK)
    dates = [found.group() for found in _DATE.finditer(rest)]
    rest = _DATE.sub(company.DATE, rest)
    weekdays = [_weekday(found) for found in _WEEKDAY.finditer(rest)]
    rest = _WEEKDAY.sub(company.WEEKDAY, rest)
    return _Parts(line, base, order, zones, weekdays, ago, times, dates, company.without_trailing_counts(rest))


def _without_counts(text: str) -> str:
    """``text`` with a mark in the place of each count; “2024 bình luận” behind a day and a month is none."""
    if not _COUNT.search(text):
        return text
    dates = [found.span() for found in _DATE.finditer(text)]

    def take(found: re.Match[str]) -> str:
        inside = any(found.start() < end and start < found.end() for start, end in dates)
        return found.group() if inside else company.COUNT

    return _COUNT.sub(take, text)


def _weekday(found: re.Match[str]) -> int:
    return int(found[1]) - 2 if found[1] else _NAMED_WEEKDAYS[found.group().lower().rstrip(".")]


def _no_time_or_zone(parts: _Parts) -> Refusal | None:
    if any(time.clock is None and time.either is None for time in parts.times):
        return Refusal("nonsense", Sentence("there is no such time of day"), parts.line)
    for zone in parts.zones:
        if zone.is_a is None:
            why = Sentence("“{printed}” is no known zone, or several have this name", printed=zone.printed)
            return Refusal("unknown-zone", why, parts.line)
    return None


def _sentence(parts: _Parts, rest: str) -> Refusal | None:
    if not (parts.times or parts.weekdays) and (found := _MONTHS_OF_A_YEAR.search(parts.line)):
        return Refusal(
            "ambiguous",
            Sentence("“{words}” is a day of May, or so many months of a year", words=found.group()),
            parts.line,
        )
    why = company.not_publication(rest, whole=bool(parts.dates or parts.ago))
    return Refusal("not-publication", why, parts.line) if why else None


def _numbers_beside(line: str, rest: str) -> Refusal | None:
    if re.search(r"\d", rest):
        shown = re.sub("[\ue000-\ue005]", "…", rest).strip()
        return Refusal(
            "no-date", Sentence("numbers beside it that are no part of a date: “{shown}”", shown=shown), line
        )
    return None


def _counted_back(parts: _Parts) -> Reading | Refusal:
    clock = parts.time.clock if parts.time else None
    answer = read_relative(parts.line, parts.ago[0], clock, parts.base)
    if isinstance(answer, Reading) and parts.time and parts.time.either:
        return replace(answer, ambiguous=parts.time.either)
    return answer


def _without_year(parts: _Parts) -> Reading | Refusal:
    partial = [found.group() for found in _NO_YEAR.finditer(parts.rest)]
    rest = _NO_YEAR.sub(company.DATE, parts.rest)
    accompanied = parts.time or parts.weekdays or _LABELS.search(rest) or _DAY_WORD.search(rest)
    if len(partial) != 1 or not (accompanied or _alone(parts.rest, rest)):
        return _nothing(parts)
    return _read_day(parts, partial[0], rest, has_year=False)


def _narrow(parts: _Parts) -> Reading | Refusal | None:
    """Three bare numbers in the order that the weekday beside them proves; None if there are none."""
    found = list(_NARROW.finditer(parts.rest))
    if len(found) != 1 or parts.weekday is None:
        return None
    first, second, year = (int(number) for number in found[0].groups())
    orders = ((first, second), (second, first)) if parts.order == "dmy" else ((second, first), (first, second))
    days = [(day, month) for day, month in orders if falls_on(parts.weekday, year, month, day)]
    if not days:
        return Refusal(
            "no-date", Sentence("three numbers, and no order of them falls on the weekday beside them"), parts.line
        )
    day, month = days[0]
    return _read_day(parts, f"{day}/{month}/{year}", _NARROW.sub(company.DATE, parts.rest), order="dmy")


def _read_day(
    parts: _Parts, printed: str, rest: str, *, has_year: bool = True, order: Order | None = None
) -> Reading | Refusal:
    if refusal := _numbers_beside(parts.line, rest) or _sentence(parts, rest):
        return refusal
    order = order or parts.order
    piece = _plain(printed)
    proved = _proved_order(parts.line, piece, parts.weekday) if order == "dmy" else order
    if proved is None:
        why = Sentence("“{piece}” fits the weekday beside it in both orders of day and month", piece=piece)
        return Refusal("ambiguous", why, parts.line)
    turned = proved != order and _is_turned(parts.line, piece)
    order = proved
    if not has_year:
        piece = _with_year(piece, parts.base, order)
    day = _day(piece, order)
    if day is None:
        return Refusal("nonsense", Sentence("there is no such date: “{piece}”", piece=piece), parts.line)
    if not has_year and (parts.base is None or parts.weekday not in {None, day.weekday()}):
        why = (
            Sentence("give the moment from which it is to be counted")
            if parts.base is None
            else Sentence("the weekday is another year's")
        )
        return Refusal("no-year", Sentence("it prints no year: {why}", why=why), parts.line)
    time = parts.time or TimeOfDay(None)
    said = [
        Sentence("day, month and year printed")
        if has_year
        else Sentence("no year printed: the last before the base"),
        Sentence("with a time") if time.clock else Sentence("no time of day"),
    ]
    if time.clock:
        zone = parts.zones[0].printed if parts.zones else None
        said.append(Sentence("zone {zone} printed", zone=zone) if zone else Sentence("no zone printed: Vietnam time"))
    ambiguous = time.either or _either_order(piece, order, parts.weekday)
    pattern = "figures: “{piece}”; {said}" if _FIGURES.fullmatch(piece) else "dateparser: “{piece}”; {said}"
    read = _settled(parts, day, time.clock, Sentence(pattern, piece=piece, said=Sentence.row(said, ", ")), ambiguous)
    return replace(read, turned=True) if turned and isinstance(read, Reading) else read


def _proved_order(line: str, piece: str, weekday: int | None) -> Order | None:
    """The order of figures that the weekday proves: the month first where only so it fits, else Vietnam's order.

    None if it fits both where Drupal may have printed them, which puts the month first as installed; a whole English
    name leaves Vietnam's order there.
    """
    figures = _FIGURES.fullmatch(piece)
    if weekday is None or figures is None:
        return "dmy"
    first, second, year = int(figures[1]), int(figures[3]), int(figures[4])
    if only_month_first(first, second, year, weekday):
        return "mdy"
    fits_both = first != second and all(
        falls_on(weekday, year, *order) for order in ((first, second), (second, first))
    )
    named = _BEFORE_SLASHES.search(line)
    return None if fits_both and _is_of_drupal(line) and not (named and len(named[1]) > 3) else "dmy"


def _is_of_drupal(line: str) -> bool:
    """Whether it is a line as Drupal prints them: with an English weekday, or with who submitted the page.

    For example ``Thu, 07/11/2024`` or ``Được gửi bởi … vào Thứ 5, 07/11/2024``.
    """
    return bool(_BEFORE_SLASHES.search(line) or _SUBMITTED.match(line))


def _is_turned(line: str, piece: str) -> bool:
    """Whether ``piece``, read with the month first, is a date in Vietnam's order too, denied by a weekday alone."""
    figures = _FIGURES.fullmatch(piece)
    return figures is not None and int(figures[3]) <= 12 and not _is_of_drupal(line)


def _settled(parts: _Parts, day: date, clock: Clock | None, how: str, ambiguous: str | None) -> Reading | Refusal:
    zones: list[Zone | None] = [*parts.zones] or [None]
    answers = [
        settle(
            parts.line,
            (day.year, day.month, day.day),
            clock,
            how,
            base=parts.base,
            zone=zone.is_a if zone and zone.is_a else VIETNAM,
            printed_zone=zone.printed if zone else None,
            weekday=parts.weekday,
            ambiguous=ambiguous,
        )
        for zone in zones
    ]
    if len({answer.moment for answer in answers if isinstance(answer, Reading)}) > 1:
        return Refusal("nonsense", Sentence("it prints two zones that differ"), parts.line)
    return answers[0]


def _either_order(piece: str, order: Order, weekday: int | None) -> str | None:
    printed = _NUMERIC.fullmatch(piece)
    if printed is None or order == "mdy":
        return None
    year = int(printed[3])
    return either_order(int(printed[1]), int(printed[2]), year if year > 99 else 2000 + year, weekday)


def _alone(before: str, after: str) -> bool:
    """Whether ``before`` is a day and a month and nothing else, and neither a decimal (3.5) nor a range (10-15)."""
    return not re.search(r"[^\W_]", after) and not re.search(r"\d\s?[.-]\s?\d", before)


def _plain(piece: str) -> str:
    """A printed date in words that dateparser knows: ``15 th7, 2024`` becomes ``15 tháng 7 2024``."""
    piece = re.sub(f"[{company.CLOCK}{company.ZONE}]", " ", piece.lower())
    month = re.search(rf"{_MONTH}|{_SHORT_MONTH}", piece)
    if month is None:
        return " ".join(re.sub(r"(?<=\d)\s?([/.-])\s?(?=\d)", r"\1", piece).split())
    name = re.sub(r"^(?:tháng|thg|th|t)\.?\s?", "", month.group()).rstrip(".")
    name = name.replace("m.m", "m. m").replace("m.h", "m. h")
    numbers = re.findall(r"\d+", piece[: month.start()] + " " + piece[month.end() :])
    return " ".join((numbers[0], "tháng", _MONTH_WORDS.get(name, name), *numbers[1:]))


def _day(piece: str, order: Order) -> date | None:
    """The day that ``piece`` prints, None if there is no such day. Figures leave dateparser nothing to read."""
    figures = _FIGURES.fullmatch(piece)
    if figures is None:
        return _dateparser(piece, order)
    first, second, year = int(figures[1]), int(figures[3]), int(figures[4])
    try:
        return date(year, second, first) if order == "dmy" else date(year, first, second)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _dateparser(piece: str, order: Order) -> date | None:
    """The day that ``piece`` prints. Cached: dateparser takes 0.5 ms, and a night's articles share few days."""
    language = "en" if re.search(_ENGLISH, piece) else "vi"
    found: datetime | None = _parser(language, order).get_date_data(piece).date_obj
    if found is None:
        return None
    if printed := _NUMERIC.fullmatch(piece):  # dateparser swaps day and month if the given order makes no date
        first, second = int(printed[1]), int(printed[2])
        asked = (first, second) if order == "dmy" else (second, first)
        return found.date() if (found.day, found.month) == asked else None
    return found.date()


@cache
def _parser(language: str, order: Order) -> DateDataParser:
    """dateparser for one language and order. Its function ``parse`` makes a new one for each date."""
    settings: dict[str, Any] = {
        "DATE_ORDER": order.upper(),
        "PREFER_LOCALE_DATE_ORDER": False,
        "STRICT_PARSING": True,
        "PARSERS": ["absolute-time"],
    }
    return DateDataParser(languages=[language], settings=settings)


def _dated(piece: str, year: int) -> str:
    joint = re.search(r"[/.-]", piece)
    return f"{piece}{joint.group() if joint else ' '}{year}"


def _with_year(piece: str, base: datetime | None, order: Order) -> str:
    """``piece`` with the latest year in which the date exists and is not after ``base``."""
    last = latest(base).date()
    pieces = [_dated(piece, last.year - back) for back in range(9)]
    return next((p for p in pieces if (day := _day(p, order)) and day <= last), pieces[0])


def _published(parts: _Parts, text: str) -> Reading | Refusal:
    """Picks from several labelled dates the one whose label says publication."""
    starts = [found.start() for found in _LABELS.finditer(text)]
    pieces = [text[start:end] for start, end in zip(starts, [*starts, len(text)][1:], strict=True)]
    published = [piece for piece in pieces if _OF_PUBLICATION.search(piece.partition(":")[0])]
    if len(published) == 1 and len(pieces) > 1:
        answer = read_free_text(published[0].strip(" |,;-"), parts.base, parts.order)
        return replace(answer, text=parts.line)
    return Refusal(
        "two-dates", Sentence("it prints two moments and does not say which is that of publication"), parts.line
    )


def _nothing(parts: _Parts) -> Refusal:
    line = parts.line
    if found := _MONTH_ALONE.search(parts.rest):
        number = re.search(r"\d+", found.group())
        name = _plain(f"1 {found.group()}").removeprefix("1 tháng ") if "/" not in found.group() else ""
        known = _dateparser(f"1 tháng {name} 2000", "dmy") if name else None
        month = known.month if known else int(number.group()) if number else None
        return Refusal("no-day", Sentence("it prints month {month} and no day", month=month), line)
    if _NUMBER_ALONE.fullmatch(line):
        return Refusal("no-date", Sentence("a number alone is no date"), line)
    return Refusal(
        "no-date",
        Sentence("it prints a time of day and no date") if parts.times else Sentence("it prints no date"),
        line,
    )
