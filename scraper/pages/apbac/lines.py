"""The lines that a page of the family prints, and which of them belong to other articles."""

from __future__ import annotations

import re
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
    if link.find(True) is None:
        return [text] if (text := squeeze(link.get_text())) else []
    return [line.text for line in blocks(link, "") if isinstance(line, Paragraph)]


def longest_first(texts: Iterable[str]) -> list[str]:
    """Each text once, the longest first."""
    return sorted(set(texts), key=len, reverse=True)


def is_linked(text: str, linked: Sequence[str]) -> bool:
    """Whether a line holds only the words of links, perhaps with a date or "Xem thêm:". A kicker does not count.

    ``linked`` has the words of the links, the longest first, because a title may be the beginning of another.
    """
    if text.endswith(":"):
        return False
    text = _MORE.sub("", text, count=1)
    rest = text
    for title in linked:
        rest = rest.replace(title, " ")
    return rest != text and (ONLY_DATE.fullmatch(rest) is not None or re.search(r"\w", rest) is None)


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
    linked = longest_first(text for link in tag.find_all("a", href=True) for text in printed_lines(link))
    titles = [is_linked(text, linked) for text in texts]
    return not texts or (titles.count(False) <= 1 and (titles[0] or (texts[0].endswith(":") and any(titles))))
