"""The lines that a page of the family prints, and which of them belong to other articles."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

from scraper.dates.shapes import CLOCK, FULL_WEEKDAY, SLASHED_DAY, VIETNAM_ZONE
from scraper.items import Block, Paragraph
from scraper.pages.printed_row import Row
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
_OPENINGS_OF_DATES = frozenset({"cập", "thứ", "chủ"})

_STOPS = frozenset(".,;|")
EMPTY_ZONE = re.compile(r"[.,;|\s]+")
CHROME = re.compile(r"(?:in|gửi|lưu) bài(?: (?:này|viết))?|bản in|chia sẻ|cỡ chữ|nghe đọc bài", re.I)
BESIDE = re.compile(
    r"(?:các )?(?:tin|bài)(?: bài| viết)? (?:liên quan|khác|cùng chuyên mục|mới hơn|cũ hơn|đã đưa)\W*", re.I
)

_MORE = re.compile(r"(?:xem|đọc|tham khảo|tìm hiểu) (?:thêm|tiếp)\s*[:>»-]\s*", re.I)


def only_date(text: str) -> str | None:
    """The date that is all of a line; None for any other line."""
    found = ONLY_DATE.fullmatch(text) if "/" in text else None  # which every such date has between its figures
    return found["date"] if found is not None else None


def is_empty_zone(text: str) -> bool:
    """Whether a line, which begins with no white space, holds nothing but the stops of an empty zone."""
    return text[:1] in _STOPS and EMPTY_ZONE.fullmatch(text) is not None


def words_of(line: Block) -> str:
    """The words of a line. A picture has none."""
    return line.text if isinstance(line, Paragraph) else ""


def links_of(page: Row) -> list[int]:
    """The links of the page."""
    return [link for link in page.named("a") if "href" in page.attributes[link]]


def printed_lines(page: Row, link: int) -> list[str]:
    """The lines that a link prints. A link that holds only words prints one line."""
    if page.after[link] == link + 1:
        return [text] if (text := squeeze(page.text(link))) else []
    return page.lines(link)


def _from_first_letter(text: str) -> str:
    if text[:1].isalnum():
        return text
    found = _LETTER.search(text)
    return text[found.start() :] if found is not None else ""


@lru_cache(maxsize=4096)  # the words of menus return on every page of a site
def _opening(text: str) -> tuple[str, str]:
    """What is before the first blank of the text from its first letter on, and all of that text."""
    words = _from_first_letter(text)
    return words.partition(" ")[0], words


class LinkedWords:
    """The words of links, to tell the lines that hold nothing else."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._whole = dict.fromkeys(texts)  # in the page's order: of two equally long, the first is tried first

    @cached_property
    def _texts(self) -> list[str]:
        return sorted(self._whole, key=len, reverse=True)  # a title may be the beginning of another

    @cached_property
    def _beginnings(self) -> dict[str, list[str]]:
        """What the words of links are from their first letter on, by what is before the first blank of that."""
        beginnings: dict[str, list[str]] = defaultdict(list)
        for text in self._whole:
            opening, words = _opening(text)
            beginnings[opening].append(words)
        return beginnings

    @cached_property
    def _longest_beginning(self) -> int:
        return max(map(len, self._beginnings), default=0)

    @cached_property
    def _first(self) -> set[str]:
        return {text[:1] for text in self._whole}

    def fill(self, text: str) -> bool:
        """Whether a line holds only words of links, perhaps with a date or "Xem thêm:". A kicker does not count."""
        if ":" in text or ">" in text or "»" in text or "-" in text:
            if text.endswith(":"):
                return False
            text = _MORE.sub("", text, count=1)
        if text in self._whole:
            return True
        if not self._may_open(text):
            return False
        rest = text
        for title in self._texts[bisect_left(self._texts, -len(text), key=lambda title: -len(title)) :]:
            if title in rest:
                rest = rest.replace(title, " ")
        return rest != text and (ONLY_DATE.fullmatch(rest) is not None or _LETTER.search(rest) is None)

    def _may_open(self, text: str) -> bool:
        """Whether the words of a link, or a date, may cover the line's first letter. If not, it is left in any case.

        The words of another link may part them: when those are gone, a blank stands in their place.
        """
        text = _from_first_letter(text)
        if not text:
            return True
        if text[0].isdecimal() or text[:3].lower() in _OPENINGS_OF_DATES:
            return True
        blank = text.find(" ")
        for end in range(1, min(self._longest_beginning, blank if blank > 0 else len(text)) + 1):
            for words in self._beginnings.get(text[:end], ()):
                if text.startswith(words) or self._may_be_parted(words, text, end):
                    return True
        return False

    def _may_be_parted(self, words: str, text: str, blank: int) -> bool:
        """Whether ``words`` may go on in ``text`` only behind the words of another link, which stand for a blank.

        Up to the first ``blank`` of the words both are the same.
        """
        while text[blank : blank + 1] == " ":
            blank = words.find(" ", blank + 1)
            if blank < 0 or not text.startswith(words[:blank]):
                return False
        return text[blank : blank + 1] in self._first


def list_items(page: Row, links: Sequence[tuple[int, str]]) -> dict[int, int]:
    """For each link: the largest element that shows that one article and reads as an item of a list.

    If no element around the link does, as in running text, it is the link itself.
    """
    shown = _shown_in(page, links)
    is_item = _Items(page)
    items = {}
    for link, _ in links:
        items[link] = link
        for around in page.upwards(link):
            name = page.names[around]
            if name in {"body", "html", "[document]"} or shown[around] is None:
                break
            if name != "a" and not is_item(around):
                break
            items[link] = around
    return items


def _shown_in(page: Row, links: Sequence[tuple[int, str]]) -> dict[int, str | None]:
    """The article that each element around links shows; None for one that shows several."""
    shown: dict[int, str | None] = {}
    for link, key in links:
        for around in page.upwards(link):
            if around not in shown:
                shown[around] = key
            elif shown[around] in {key, None}:  # what is further up is known
                break
            else:
                shown[around] = None
    return shown


class _Items:
    """Tells which elements print the words of a link first, then at most a date and one paragraph."""

    def __init__(self, page: Row) -> None:
        self._page = page
        self._lines: dict[int, list[str]] = {}  # of links
        self._known: dict[int, bool] = {}

    def __call__(self, element: int) -> bool:
        if element not in self._known:
            self._known[element] = self._is_item(element)
        return self._known[element]

    def _is_item(self, element: int) -> bool:
        texts = [text for text in self._page.lines(element) if not is_empty_zone(text) and only_date(text) is None]
        if not texts:
            return True
        fill = LinkedWords([text for link in self._links_in(element) for text in self._printed_by(link)]).fill
        if fill(texts[0]):
            return len([text for text in texts[1:] if not fill(text)]) <= 1
        return len(texts) > 1 and texts[0].endswith(":") and all(fill(text) for text in texts[1:])

    @cached_property
    def _links(self) -> list[int]:
        return links_of(self._page)

    def _links_in(self, element: int) -> list[int]:
        first = bisect_right(self._links, element)
        return self._links[first : bisect_left(self._links, self._page.after[element])]

    def _printed_by(self, link: int) -> list[str]:
        if link not in self._lines:
            self._lines[link] = printed_lines(self._page, link)
        return self._lines[link]
