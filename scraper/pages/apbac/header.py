"""Finds date, title and kicker among the lines of an article page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scraper.dates.shapes import FULL_WEEKDAY, SLASHED_DAY
from scraper.items import Block, NotAnArticle, Paragraph
from scraper.pages.apbac.lines import BESIDE, CHROME, DATE_LINE, is_empty_zone, words_of
from scraper.pages.printed_row import Row
from scraper.text import fold
from scraper.text.sentence import Sentence

_MASTHEAD = re.compile(r"\([^)]{2,20}\)|[A-ZĐ]{2,6} ?[-–]")

_WHY = (
    ("soft-404", re.compile(r"không (?:còn )?tồn tại|không tìm thấy|đã bị (?:xóa|gỡ)|\b404\b", re.I)),
    ("maintenance", re.compile(r"(?:đang|tạm) (?:được )?(?:bảo trì|nâng cấp)|bảo trì hệ thống", re.I)),
    ("blocked", re.compile(r"captcha|access denied|bị chặn|too many requests", re.I)),
    ("login", re.compile(r"vui lòng đăng nhập|bạn (?:cần|phải) đăng nhập", re.I)),
)

_BARE_WORD = re.compile(r"[a-z0-9]+")
_TITLE_LENGTH = 250  # characters; the longest title seen has 140
_KICKER_LENGTH = 150
_SHORT_PAGE = 1500


@dataclass(frozen=True, slots=True)
class Header:
    """Where the parts above the lead are among the lines of the page."""

    date: int
    title: int
    kicker: int | None

    @property
    def end(self) -> int:
        """The number of the first line below the header."""
        return max(self.date, self.title) + 1


def announced_titles(page: Row) -> list[str]:
    """The page's own statements of its title, folded: ``og:title`` and ``<title>``."""
    title = next(iter(page.named("title")), None)
    stated = [meta_content(page, "og:title"), page.text(title) if title is not None else ""]
    return [folded for text in stated if (folded := fold(text))]


def meta_content(page: Row, name: str) -> str:
    """What the page's first ``meta`` of this property states; empty if there is none."""
    found = (meta for meta in page.named("meta") if page.attributes[meta].get("property") == name)
    return next((page.attribute(meta, "content") for meta in found), "")


def _is_announced(text: str, announced: Sequence[str]) -> bool:
    """Whether a stated title is mostly ``text``. The paper's own name or a kicker may be added to it."""
    folded = fold(text)
    return any(folded in stated and 2 * len(folded) >= len(stated) for stated in announced)


def _likeness(text: str, slug: Counter[str]) -> float:
    """The likeness of the words of ``text`` to those of the address, from 0 to 1."""
    words = Counter(_BARE_WORD.findall(fold(text)))
    common = sum(min(times, words.get(word, 0)) for word, times in slug.items())
    return 2 * common / ((words.total() + slug.total()) or 1)


def date_text(line: Block) -> str | None:
    """The date line in ``line``: alone, after a section's name, or before a print button."""
    text = words_of(line)
    match = DATE_LINE.search(text) if "/" in text and len(text) < 120 else None
    if match is None:
        return None
    before, after = text[: match.start()].strip(" .,;|»>-–"), text[match.end() :].strip(" .,;|")
    if re.search(r"\d|(?:^|\s)(?:lúc|ngày|Thứ)$", before, re.I) or (after and not CHROME.fullmatch(after)):
        return None
    return match[0].strip()


def _is_content(line: Block) -> bool:
    return isinstance(line, Paragraph) and not is_empty_zone(line.text)


def _reads_as_title(text: str) -> bool:
    return (
        len(text) <= _TITLE_LENGTH
        and " " in text
        and not text.endswith((".", ":"))
        and not _MASTHEAD.match(text)
        and not re.search(SLASHED_DAY, text)
        and BESIDE.fullmatch(text) is None
    )


def find_header(lines: Sequence[Block], slug: str, announced: Sequence[str], month: str) -> Header:
    """Where date, title and kicker are. Raises NotAnArticle if they are not together."""
    dates = {i: text for i, line in enumerate(lines) if (text := date_text(line))}
    if not dates:
        raise refusal(lines, "no-date", Sentence("no date line of this family was found"))
    found = []
    in_address = Counter(slug.lower().split("-"))
    for place, text in dates.items():
        for title, between in _around(lines, place, dates):
            said = words_of(lines[title])
            likeness = max(_likeness(said, in_address), 0.9 * _is_announced(said, announced))
            if likeness >= 0.6 and not said.endswith(":"):
                found.append((month not in text, between, -likeness, place, title))
    if found:
        _, _, _, date, title = min(found)
        return Header(date, title, _kicker(lines, date, title))
    for date in sorted(dates, key=lambda i: (month not in dates[i], i)):
        shaped = _title_by_shape(lines, date, dates[date])
        if shaped is not None:
            return Header(date, shaped, _kicker(lines, date, shaped))
    raise refusal(lines, "no-title", Sentence("no title was found beside the date line"))


def _around(lines: Sequence[Block], date: int, dates: dict[int, str]) -> Iterator[tuple[int, int]]:
    """Up to three lines after the date and up to three before it, each with the number of lines between."""
    for way in (range(date + 1, len(lines)), range(date - 1, -1, -1)):
        between = 0
        for place in way:
            if place in dates:
                break
            if _is_content(lines[place]):
                yield place, between
                between += not words_of(lines[place]).endswith(":")
            if between > 2:
                break


def _title_by_shape(lines: Sequence[Block], date: int, text: str) -> int | None:
    """The title of a page whose address and head do not tell it.

    It is below a date that begins with its weekday, and above a date that begins with its time or a label.
    """
    below = bool(re.match(FULL_WEEKDAY, text, re.I)) and not text.endswith("]")
    way = range(date + 1, len(lines)) if below else range(date - 1, -1, -1)
    content = [place for place in way if _is_content(lines[place])][:2]
    if below and content and words_of(lines[content[0]]).endswith(":"):
        content = content[1:]
    return next((place for place in content[:1] if _reads_as_title(words_of(lines[place]))), None)


def _kicker(lines: Sequence[Block], date: int, title: int) -> int | None:
    """The line above the title, if it ends in a colon."""
    before = [place for place in range(title) if _is_content(lines[place]) and place != date]
    if not before or not (date < before[-1] or title < date):
        return None
    text = words_of(lines[before[-1]])
    return before[-1] if text.endswith(":") and len(text) <= _KICKER_LENGTH else None


def refusal(lines: Sequence[Block], reason: str, detail: str) -> NotAnArticle:
    """Why a page whose lines are not in order is no article: what it says itself, else what was not found.

    A long page with a login box is no login page. Only a missing article is announced on full pages too.
    """
    said = [line.text for line in lines if isinstance(line, Paragraph) and len(line.text) <= 300]
    short = sum(map(len, said)) < _SHORT_PAGE
    for stated, pattern in _WHY:
        for text in said:
            if (short or stated == "soft-404") and pattern.search(text):
                return NotAnArticle(stated, "the page says: {text}", text=text)
    return NotAnArticle(reason, detail)
