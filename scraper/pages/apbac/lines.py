"""The lines that a page of the family prints, and which of them belong to other articles."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from bs4 import Tag

from scraper.dates.shapes import CLOCK, FULL_WEEKDAY, SLASHED_DAY, VIETNAM_ZONE
from scraper.items import Block, Paragraph
from scraper.pages.blocks import blocks
from scraper.text import squeeze

_TIME = rf"{CLOCK}(?!\d)"
# A page clock prints its weekday as a figure ("Thứ 5") and its minute unpadded: neither fits.
DATE_LINE = re.compile(
    rf"(?P<label>Cập nhật(?: lúc)? ?:? ?)?"
    rf"(?:(?:{FULL_WEEKDAY}), ?{SLASHED_DAY}, ?{_TIME}|{_TIME} ?[,|] ?(?:(?:{FULL_WEEKDAY}), ?)?{SLASHED_DAY})"
    rf"(?: ?{VIETNAM_ZONE})?",
    re.I,
)
ONLY_DATE = re.compile(
    rf"[\s(\-–|]*(?P<date>{DATE_LINE.pattern}|(?:{_TIME}[ ,|\-–]*)?{SLASHED_DAY}(?:[ ,|\-–]*{_TIME})?)[\s)|]*", re.I
)

_LETTER = re.compile(r"\w")
_OPENINGS_OF_DATES = frozenset("cCtT")  # Cập nhật, Thứ, Chủ nhật

EMPTY_ZONE = re.compile(r"[.,;|\s]+")
CHROME = re.compile(r"(?:in|gửi|lưu) bài(?: (?:này|viết))?|bản in|chia sẻ|cỡ chữ|nghe đọc bài", re.I)
BESIDE = re.compile(
    r"(?:các )?(?:tin|bài)(?: bài| viết)? (?:liên quan|khác|cùng chuyên mục|mới hơn|cũ hơn|đã đưa)\W*", re.I
)

_MORE = re.compile(r"(?:xem|đọc|tham khảo|tìm hiểu) (?:thêm|tiếp)\s*[:>»-]\s*", re.I)


def words_of(line: Block) -> str:
    """The words of a line. A picture has none."""
    return line.text if isinstance(line, Paragraph) else ""


def printed_lines(link: Tag) -> list[str]:
    """The lines that a link prints. A link that holds only words prints one line."""
    if not any(isinstance(child, Tag) for child in link.contents):
        return [text] if (text := squeeze(link.get_text())) else []
    return [line.text for line in blocks(link, "") if isinstance(line, Paragraph)]


def longest_first(texts: Iterable[str]) -> list[str]:
    """Each text once, the longest first."""
    return sorted(set(texts), key=len, reverse=True)


class LinkedWords:
    """The words of links, to tell the lines that hold nothing else."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = longest_first(texts)  # a title may be the beginning of another
        self._whole = frozenset(self._texts)
        self._lengths = [-len(text) for text in self._texts]
        self._openings = {text[start.start() :][:3] for text in self._texts if (start := _LETTER.search(text))}
        self._beginnings = {text[:length] for text in self._texts for length in (1, 2)}

    def fill(self, text: str) -> bool:
        """Whether a line holds only words of links, perhaps with a date or "Xem thêm:". A kicker does not count."""
        if text.endswith(":"):
            return False
        text = _MORE.sub("", text, count=1)
        if text in self._whole:
            return True
        if not self._may_open(text):
            return False
        rest = text
        for title in self._texts[bisect_left(self._lengths, -len(text)) :]:
            if title in rest:
                rest = rest.replace(title, " ")
        return rest != text and (ONLY_DATE.fullmatch(rest) is not None or _LETTER.search(rest) is None)

    def _may_open(self, text: str) -> bool:
        """Whether the words of a link, or a date, may cover the line's first letter. If not, it is left in any case.

        They may begin after it too: what is left when they are gone may be the words of another link.
        """
        found = _LETTER.search(text)
        if found is None:
            return True
        first, second, third = (text[found.start() + place :] for place in range(3))
        return (
            first[0].isdecimal()
            or first[0] in _OPENINGS_OF_DATES
            or any(first[:length] in self._openings for length in (1, 2, 3))
            or any(second[:length] in self._beginnings for length in (1, 2) if len(second) >= length)
            or third[:1] in self._beginnings
        )


def list_items(links: Sequence[tuple[Tag, str]]) -> dict[int, Tag]:
    """For each link, by its ``id()``: the largest element that shows that one article and reads as an item of a list.

    If no element around the link does, as in running text, it is the link itself.
    """
    shown: dict[int, set[str]] = {}
    for link, key in links:
        for around in link.parents:
            shown.setdefault(id(around), set()).add(key)
    items = {}
    for link, _ in links:
        items[id(link)] = link
        for around in link.parents:
            if around.name in {"body", "html", "[document]"} or len(shown[id(around)]) > 1:
                break
            if around.name != "a" and not _is_item(around):
                break
            items[id(link)] = around
    return items


def _is_item(tag: Tag) -> bool:
    """Whether ``tag`` prints the words of a link first, then at most a date and one paragraph."""
    texts = [line.text for line in blocks(tag, "") if isinstance(line, Paragraph)]
    texts = [text for text in texts if not EMPTY_ZONE.fullmatch(text) and not ONLY_DATE.fullmatch(text)]
    linked = LinkedWords(text for link in tag.find_all("a", href=True) for text in printed_lines(link))
    titles = [linked.fill(text) for text in texts]
    return not texts or (titles.count(False) <= 1 and (titles[0] or (texts[0].endswith(":") and any(titles))))
