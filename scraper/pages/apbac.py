"""Báo Ấp Bắc and its sisters: Đồng Nai, Đà Nẵng, Quảng Ngãi, Hà Giang, Nam Định, Bà Rịa-Vũng Tàu, Khánh Hòa,
Vĩnh Long, Quảng Bình in the years before most of them changed their software.

What is known. The addresses ``/<cat>/<yyyymm>/<slug>-<id>/`` (desktop) and the same with ``index.htm`` (mobile), the
order in which a page prints its parts, the forms of its date line, and the table that holds a picture, its words in a
second cell (``table.image``, ``td.desc``; in 2013 ``td.image_desc``), were seen in stored texts of live pages.

What is not known. Any other class name, the markup of the header, how a long list is divided into pages, whether
pages carry meta dates. So nothing here goes by a class or an id; the order and the shape of the printed lines decide:

- date, kicker, title, lead, body, byline: the desktop page of Báo Ấp Bắc;
- kicker, title, date, lead, body, byline: its mobile page, Đồng Nai, Bà Rịa-Vũng Tàu.

A line of nothing but ``.``, ``,`` or ``;`` is an empty zone of the template. Such zones stand in the header and end
the article. The words in the address, and the page's own title where it states one, tell which line is the title;
a page whose address says other words is read by its shape alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag

from scraper.dates.shapes import CLOCK, FULL_WEEKDAY, SLASHED_DAY, VIETNAM_ZONE
from scraper.items import (
    Block,
    ListEntry,
    ListPage,
    NotAnArticle,
    Paragraph,
    Picture,
    PrintedArticle,
    Witness,
    WitnessSource,
)
from scraper.pages.blocks import attribute, blocks, parse, words
from scraper.pages.family import Family
from scraper.text import fold, squeeze

_ADDRESS = re.compile(
    r"(?P<section>/.*)?/(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])/(?P<slug>[^/]*?)-+(?P<id>\d{4,9})"
    r"(?:/(?:index\.html?)?)?"
)

_TIME = rf"{CLOCK}(?!\d)"
# A page clock prints its weekday as a figure ("Thứ 5") and its minute unpadded: neither fits.
_DATE_LINE = re.compile(
    rf"(?P<label>Cập nhật(?: lúc)? ?:? ?)?"
    rf"(?:(?:{FULL_WEEKDAY}), ?{SLASHED_DAY}, ?{_TIME}|{_TIME} ?[,|] ?(?:(?:{FULL_WEEKDAY}), ?)?{SLASHED_DAY})"
    rf"(?: ?{VIETNAM_ZONE})?",
    re.I,
)
_ONLY_DATE = re.compile(
    rf"[\s(\-–|]*(?P<date>{_DATE_LINE.pattern}|(?:{_TIME}[ ,|\-–]*)?{SLASHED_DAY}(?:[ ,|\-–]*{_TIME})?)[\s)|]*", re.I
)

_EMPTY_ZONE = re.compile(r"[.,;|\s]+")
_CHROME = re.compile(r"(?:in|gửi|lưu) bài(?: (?:này|viết))?|bản in|chia sẻ|cỡ chữ|nghe đọc bài", re.I)
_MASTHEAD = re.compile(r"\([^)]{2,20}\)|[A-ZĐ]{2,6} ?[-–]")
_BESIDE = re.compile(
    r"(?:các )?(?:tin|bài)(?: bài| viết)? (?:liên quan|khác|cùng chuyên mục|mới hơn|cũ hơn|đã đưa)\W*", re.I
)
_AFTER = re.compile(
    r"(?:(?:gửi )?ý kiến(?: (?:của )?bạn đọc)?|(?:gửi )?bình luận)[\W\d]*$"
    r"|(?:từ khóa|tags?|cơ quan (?:chủ quản|ngôn luận)|tòa soạn|giấy phép|tổng biên tập)\s*:|©",
    re.I,
)
_NOTE = re.compile(r"\(?\*")

_NEXT = re.compile(r"trang (?:sau|tiếp|kế)(?: *[»›>]+)?|tiếp|sau|next|[»›>]+", re.I)
_PAGE = re.compile(r"(?:[?&](?:page|trang|p)=|/(?:page|trang)[-/])(\d+)", re.I)

_WHY = (
    ("soft-404", re.compile(r"không (?:còn )?tồn tại|không tìm thấy|đã bị (?:xóa|gỡ)|\b404\b", re.I)),
    ("maintenance", re.compile(r"(?:đang|tạm) (?:được )?(?:bảo trì|nâng cấp)|bảo trì hệ thống", re.I)),
    ("blocked", re.compile(r"captcha|access denied|bị chặn|too many requests", re.I)),
    ("login", re.compile(r"vui lòng đăng nhập|bạn (?:cần|phải) đăng nhập", re.I)),
)

_TITLE_LENGTH = 250  # characters; the longest title seen has 140
_KICKER_LENGTH = 150
_BYLINE_LENGTH = 60
_SHORT_PAGE = 1500


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the parts above the lead stand among the lines of the page."""

    date: int
    title: int
    kicker: int | None

    @property
    def end(self) -> int:
        return max(self.date, self.title) + 1


class Apbac(Family):
    """Báo Ấp Bắc's family, desktop and mobile."""

    name: ClassVar[str] = "apbac"
    trust: ClassVar[tuple[WitnessSource, ...]] = (
        WitnessSource.VISIBLE,
        WitnessSource.FEED,
        WitnessSource.LIST,
        WitnessSource.SITEMAP,
        WitnessSource.META,
    )

    def key(self, url: str) -> str | None:
        """The number at the end of the address."""
        match = _ADDRESS.fullmatch(urlsplit(url).path)
        return match["id"] if match else None

    def fetch_url(self, url: str) -> str | None:
        """The desktop address of an article; any other address as it is."""
        parts = urlsplit(url)
        if not _ADDRESS.fullmatch(parts.path):
            return url
        path = re.sub(r"/(?:index\.html?)?$", "", parts.path) + "/"
        return urlunsplit((parts.scheme, parts.netloc, path, "", ""))

    def month(self, url: str) -> tuple[int, int] | None:
        """The month of publication, which the address states."""
        match = _ADDRESS.fullmatch(urlsplit(url).path)
        return (int(match["year"]), int(match["month"])) if match else None

    def list_page(self, html: str, url: str) -> ListPage:
        """Every article the page links to, in its order, with the title and date printed beside the link.

        Nothing shown is passed over: links of a sidebar count too, and so do items of the list that lead to another
        host. The next page is the link that says so (``rel=next``), or is labelled with the next number, or with one
        of the usual words.
        """
        soup = parse(html)
        links = []
        for link in soup.find_all("a", href=True):
            address, key = self._target(link, url)
            if key or (address.startswith("http") and not _same_host(address, url)):
                links.append((link, address, key))
        items = _items([(link, key or address) for link, address, key in links])
        articles = {id(link): key for link, _, key in links if key}
        in_list = Counter(id(items[place].parent) for place in articles)
        found: dict[str, ListEntry] = {}
        for link, address, key in links:
            item = items[id(link)]
            if key or in_list[id(item.parent)] > 1:
                entry = _entry(link, item, address)
                found[key or address] = _merged(found.get(key or address), entry)
        return ListPage(
            entries=tuple(entry for entry in found.values() if entry.title), next_url=_next_page(soup, url)
        )

    def article(self, html: str, url: str) -> PrintedArticle:
        """What an article page prints. Raises NotAnArticle where the lines do not have an article's order."""
        address = _ADDRESS.fullmatch(urlsplit(url).path)
        if address is None:
            raise NotAnArticle("not-an-article", "the address is not one of an article")
        _refuse_cut(html)
        soup = parse(html)
        lines = self._lines(soup, url)
        header = _header(lines, address["slug"], _announced(soup), f"{address['month']}/{address['year']}")
        updated, lead, body, byline = _text(lines, header)
        return PrintedArticle(
            url=url,
            canonical_url=self.fetch_url(url),
            native_id=address["id"],
            other_urls=self._alternates(soup, url),
            title=_words(lines[header.title]),
            kicker=_words(lines[header.kicker]) if header.kicker is not None else None,
            lead=lead,
            body=body,
            byline=byline,
            section=_section(soup, url, address["section"] or ""),
            published_text=_date_text(lines[header.date]),
            updated_text=updated,
            witnesses=tuple(_meta_dates(soup)),
            parser=self.parser,
        )

    def _target(self, link: Tag, url: str) -> tuple[str, str | None]:
        """Where a link leads, and what tells that article from others: a number is only its own host's."""
        address = _absolute(url, attribute(link, "href"))
        key = self.key(address) if address else None
        return address, key if key is None or _same_host(address, url) else f"{urlsplit(address).netloc}/{key}"

    def _alternates(self, soup: BeautifulSoup, url: str) -> tuple[str, ...]:
        """The article's other addresses that the page's head names: of the mobile page, on the desktop one."""
        targets = [self._target(link, url) for link in soup.find_all("link", rel="alternate", href=True)]
        return tuple(address for address, key in targets if key is not None and key == self.key(url))

    def _lines(self, soup: BeautifulSoup, url: str) -> list[Block]:
        """The page's lines without menus, paths, buttons and what shows other articles."""
        own = self.key(url)
        links = [(link, *self._target(link, url)) for link in soup.find_all("a", href=True)]
        linked = _longest_first(
            text
            for link, address, key in links
            if key != own and (key or _leads_away(address, url))
            for text in _printed(link)
        )
        others = [(link, key) for link, _, key in links if key and key != own]
        items = _items(others)
        for link, _ in others:
            item = items[id(link)]
            if item is not link or not _printed(link):
                item.decompose()
        return [
            line
            for line in blocks(soup.body or soup, url)
            if isinstance(line, Picture) or not (_is_linked(line.text, linked) or _CHROME.fullmatch(line.text))
        ]


def _absolute(url: str, href: str) -> str:
    try:
        return urljoin(url, href.strip())
    except ValueError:  # "http://[" and its like
        return ""


def _same_host(one: str, other: str) -> bool:
    a, b = (urlsplit(address).netloc.lower().removeprefix("www.") for address in (one, other))
    return a == b


def _words(line: Block) -> str:
    return line.text if isinstance(line, Paragraph) else ""


def _leads_away(address: str, url: str) -> bool:
    """Whether a link leads to another page of the site; a file may well be part of an article."""
    return _same_host(address, url) and not re.search(r"\.(?!html?$|rss$)\w{2,5}$", urlsplit(address).path)


def _printed(link: Tag) -> list[str]:
    """The lines that a link prints, one where it holds nothing but words."""
    if link.find(True) is None:
        return [text] if (text := squeeze(link.get_text())) else []
    return [line.text for line in blocks(link, "") if isinstance(line, Paragraph)]


def _longest_first(texts: Iterable[str]) -> list[str]:
    return sorted(set(texts), key=len, reverse=True)


def _is_linked(text: str, linked: Sequence[str]) -> bool:
    """Whether a line is nothing but the words of links, and perhaps a date beside them. A linked kicker is not.

    ``linked`` has the words of the links, the longest first: a title may be the beginning of another.
    """
    if text.endswith(":"):
        return False
    rest = text
    for title in linked:
        rest = rest.replace(title, " ")
    return rest != text and (_ONLY_DATE.fullmatch(rest) is not None or re.search(r"\w", rest) is None)


def _items(links: Sequence[tuple[Tag, str]]) -> dict[int, Tag]:
    """For each link, by its ``id()``: the largest element that shows that one article and reads as an item of a list.

    The link itself where nothing around it does, as with a link in running text.
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
    texts = [text for text in texts if not _EMPTY_ZONE.fullmatch(text) and not _ONLY_DATE.fullmatch(text)]
    linked = _longest_first(text for link in tag.find_all("a", href=True) for text in _printed(link))
    titles = [_is_linked(text, linked) for text in texts]
    return not texts or (titles.count(False) <= 1 and (titles[0] or (texts[0].endswith(":") and any(titles))))


def _entry(link: Tag, item: Tag, address: str) -> ListEntry:
    title = next(iter(_printed(link)), "") or squeeze(attribute(link, "title"))
    texts = [line.text.removeprefix(title).strip() for line in blocks(item, "") if isinstance(line, Paragraph)]
    dates = [match["date"] for text in texts if (match := _ONLY_DATE.fullmatch(text))]
    rest = [
        text
        for text in texts
        if text and not _ONLY_DATE.fullmatch(text) and not _EMPTY_ZONE.fullmatch(text) and not text.endswith(":")
    ]
    return ListEntry(
        url=address,
        title=title or None,
        date_text=dates[0] if dates else None,
        lead=rest[0] if title and rest else None,
    )


def _merged(known: ListEntry | None, entry: ListEntry) -> ListEntry:
    """Two links to one article as one entry: a thumbnail's link has no words, a headline's has."""
    if known is None:
        return entry
    return ListEntry(
        url=known.url,
        title=known.title or entry.title,
        date_text=known.date_text or entry.date_text,
        lead=known.lead or entry.lead,
    )


def _next_page(soup: BeautifulSoup, url: str) -> str | None:
    number = _PAGE.search(url)
    follower = str(int(number[1]) + 1 if number else 2)
    links = [
        link for link in soup.find_all(["a", "link"], href=True) if attribute(link, "href").strip() not in {"", "#"}
    ]
    tests = (
        lambda link: "next" in attribute(link, "rel").split(),
        lambda link: link.name == "a" and words(link) == follower,
        lambda link: link.name == "a" and _NEXT.fullmatch(words(link)),
    )
    for test in tests:
        for link in links:
            address = _absolute(url, attribute(link, "href"))
            if test(link) and address.startswith("http") and _same_host(address, url) and address != url:
                return address
    return None


def _refuse_cut(html: str) -> None:
    lowered = html.lower()
    if "<body" in lowered and "</body" not in lowered and "</html" not in lowered:
        raise NotAnArticle("truncated", "the page has no end")


def _announced(soup: BeautifulSoup) -> list[str]:
    """The page's own statements of its title, folded: ``og:title`` and ``<title>``."""
    meta = soup.find("meta", property="og:title")
    stated = [attribute(meta, "content") if meta else "", soup.title.get_text() if soup.title else ""]
    return [folded for text in stated if (folded := fold(text))]


def _is_announced(text: str, announced: Sequence[str]) -> bool:
    """Whether a stated title is mostly ``text``: the paper's own name or a kicker may stand beside it."""
    folded = fold(text)
    return any(folded in stated and 2 * len(folded) >= len(stated) for stated in announced)


def _likeness(text: str, slug: str) -> float:
    """How far the words of ``text`` are those of the address, 0 to 1."""
    one, other = Counter(re.findall(r"[a-z0-9]+", fold(text))), Counter(slug.lower().split("-"))
    return 2 * (one & other).total() / ((one + other).total() or 1)


def _date_text(line: Block) -> str | None:
    """The date line that ``line`` prints, alone or with a section's name before or a print button after it."""
    text = _words(line)
    match = _DATE_LINE.search(text) if len(text) < 120 else None
    if match is None:
        return None
    before, after = text[: match.start()].strip(" .,;|»>-–"), text[match.end() :].strip(" .,;|")
    if re.search(r"\d|(?:^|\s)(?:lúc|ngày|Thứ)$", before, re.I) or (after and not _CHROME.fullmatch(after)):
        return None
    return match[0].strip()


def _is_content(line: Block) -> bool:
    return isinstance(line, Paragraph) and not _EMPTY_ZONE.fullmatch(line.text)


def _reads_as_title(text: str) -> bool:
    return (
        len(text) <= _TITLE_LENGTH
        and " " in text
        and not text.endswith((".", ":"))
        and not _MASTHEAD.match(text)
        and not re.search(SLASHED_DAY, text)
        and _BESIDE.fullmatch(text) is None
    )


def _header(lines: Sequence[Block], slug: str, announced: Sequence[str], month: str) -> _Header:
    """Where date, title and kicker stand. Raises NotAnArticle where they do not stand together."""
    dates = {i: text for i, line in enumerate(lines) if (text := _date_text(line))}
    if not dates:
        raise _refusal(lines, "no-date", "no date line of this family was found")
    found = []
    for place, text in dates.items():
        for title, between in _around(lines, place, dates):
            said = _words(lines[title])
            likeness = max(_likeness(said, slug), 0.9 * _is_announced(said, announced))
            if likeness >= 0.6 and not said.endswith(":"):
                found.append((month not in text, between, -likeness, place, title))
    if found:
        _, _, _, date, title = min(found)
        return _Header(date, title, _kicker(lines, date, title))
    for date in sorted(dates, key=lambda i: (month not in dates[i], i)):
        shaped = _title_by_shape(lines, date, dates[date])
        if shaped is not None:
            return _Header(date, shaped, _kicker(lines, date, shaped))
    raise _refusal(lines, "no-title", "no title was found beside the date line")


def _around(lines: Sequence[Block], date: int, dates: dict[int, str]) -> Iterator[tuple[int, int]]:
    """Up to three lines after the date and up to three before it, each with the number of lines between."""
    for way in (range(date + 1, len(lines)), range(date - 1, -1, -1)):
        between = 0
        for place in way:
            if place in dates:
                break
            if _is_content(lines[place]):
                yield place, between
                between += not _words(lines[place]).endswith(":")
            if between > 2:
                break


def _title_by_shape(lines: Sequence[Block], date: int, text: str) -> int | None:
    """The title of a page whose address and head do not tell it: below a date that opens with its weekday, above one
    that opens with its time or with a label."""
    below = bool(re.match(FULL_WEEKDAY, text, re.I)) and not text.endswith("]")
    way = range(date + 1, len(lines)) if below else range(date - 1, -1, -1)
    content = [place for place in way if _is_content(lines[place])][:2]
    if below and content and _words(lines[content[0]]).endswith(":"):
        content = content[1:]
    return next((place for place in content[:1] if _reads_as_title(_words(lines[place]))), None)


def _kicker(lines: Sequence[Block], date: int, title: int) -> int | None:
    """The line above the title, if it ends in a colon."""
    before = [place for place in range(title) if _is_content(lines[place]) and place != date]
    if not before or not (date < before[-1] or title < date):
        return None
    text = _words(lines[before[-1]])
    return before[-1] if text.endswith(":") and len(text) <= _KICKER_LENGTH else None


def _text(lines: Sequence[Block], header: _Header) -> tuple[str | None, str | None, tuple[Block, ...], str | None]:
    """What stands below the header: a second date line, the lead, the body and the byline."""
    updated = lead = None
    body: list[Block] = []
    spoken = 0
    for place in range(header.end, len(lines)):
        line = lines[place]
        if isinstance(line, Picture):
            body.append(line)
        elif _EMPTY_ZONE.fullmatch(line.text):
            if spoken:
                break
        elif lead is None:
            if _BESIDE.fullmatch(line.text) or _AFTER.match(line.text):
                break
            if (date := _date_text(line)) is not None:
                updated = date
            else:
                lead = line.text
        elif spoken and _AFTER.match(line.text):
            break
        elif _BESIDE.fullmatch(line.text):
            if not any(_EMPTY_ZONE.fullmatch(_words(later)) for later in lines[place:] if _words(later)):
                break
        else:
            body.append(line)
            spoken += 1
    if lead is None:
        raise _refusal(lines, "no-body", "nothing is printed below the title")
    signed = _byline(body)
    if signed is None:
        return updated, lead, tuple(body), None
    return updated, lead, tuple(body[:signed] + body[signed + 1 :]), _words(body[signed])


def _byline(body: Sequence[Block]) -> int | None:
    """The last short line, in capitals; a note of the editors may follow it."""
    places = [place for place, line in enumerate(body) if isinstance(line, Paragraph) and not _NOTE.match(line.text)]
    if not places:
        return None
    text = _words(body[places[-1]])
    fits = len(text) <= _BYLINE_LENGTH and text.upper() == text and not re.search(r"\d|[!?…:]$", text)
    return places[-1] if fits and len(re.findall(r"[^\W\d_]", text)) > 1 else None


def _section(soup: BeautifulSoup, url: str, path: str) -> str | None:
    """What the page calls the section its address lies in: the words of a link to it."""
    names = [
        name
        for link in soup.find_all("a", href=True)
        if path
        and urlsplit(address := _absolute(url, attribute(link, "href"))).path.rstrip("/") == path
        and _same_host(address, url)
        and (name := words(link))
    ]
    return next((name for name in names if name != name.upper()), names[0] if names else None)


def _meta_dates(soup: BeautifulSoup) -> Iterator[Witness]:
    meta = soup.find("meta", property="article:published_time")
    text = squeeze(attribute(meta, "content")) if meta else ""
    if text:
        yield Witness(WitnessSource.META, text)


def _refusal(lines: Sequence[Block], reason: str, detail: str) -> NotAnArticle:
    """Why a page without an article's order is none: what it says itself, else what was not found.

    A long page with a login box is no login page; only a missing article is announced on full pages too.
    """
    said = [line.text for line in lines if isinstance(line, Paragraph) and len(line.text) <= 300]
    short = sum(map(len, said)) < _SHORT_PAGE
    for stated, pattern in _WHY:
        for text in said:
            if (short or stated == "soft-404") and pattern.search(text):
                return NotAnArticle(stated, f"the page says: {text}")
    return NotAnArticle(reason, detail)
