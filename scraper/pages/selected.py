"""What the declarative families share: fields by CSS selectors, addresses by a pattern, lists by those addresses.

A family that builds on this is a table: where each field is printed, what is printed beside an article and is none of
it, what an article's address looks like. A site file's ``[select]`` replaces single rows of that table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit, urlunsplit

import soupsieve
from bs4 import BeautifulSoup, Tag

from scraper.dates.shapes import LOOSE_DAY, LOOSE_LABEL, LOOSE_MOMENT, LOOSE_WEEKDAY
from scraper.items import Block, ListEntry, ListPage, NotAnArticle, Picture, PrintedArticle, Witness, WitnessSource
from scraper.pages import load_family
from scraper.pages.blocks import attribute, blocks, parse, words
from scraper.pages.family import Family
from scraper.pages.leads import split_lead
from scraper.pages.metadata import canonical, linked_article, meta, person
from scraper.text import fold, squeeze

FIELDS = ("title", "kicker", "lead", "body", "date", "updated", "author", "section", "tags", "list")
"""The fields a site file's ``[select]`` may name."""

DATE_LINE = re.compile(rf"[^\d]{{0,60}}{LOOSE_MOMENT}", re.I)
"""A line that prints nothing but a day with a time, perhaps after some words and before a zone."""

_LABELLED = re.compile(
    rf"(?:{LOOSE_LABEL}\s*)?"
    rf"(?:(?:{LOOSE_WEEKDAY})\s*[,|–-]?\s*(?:ngày\s+)?)?{LOOSE_MOMENT}",
    re.I,
)
_LIST_DATE = re.compile(rf"(?:{DATE_LINE.pattern})|[^\d]{{0,40}}{LOOSE_DAY}\)?", re.I)
_LONGEST_DATE_LINE = 100  # characters
_HOME = {"", "trang chu", "home"}
_NOT_IN_LISTS = "nav, aside, body > header, body > footer"
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|zarsrc|zalo\w*)$")


class SelectorFamily(Family):
    """A family whose pages are read by CSS selectors.

    Raises ValueError when it is made with a field that is not in FIELDS or with a selector that is no CSS.
    """

    fields: ClassVar[Mapping[str, Sequence[str]]]
    """Field to selectors, the most certain first: the first that prints something counts."""

    beside: ClassVar[str] = ""
    """What pages print beside the article: page clocks, related lists. Taken off before anything is read."""

    not_body: ClassVar[str] = ""
    """What the body's element holds beside the body."""

    address: ClassVar[re.Pattern[str]]
    """An article's path and query. Its group ``id`` is the key; ``year`` and ``month`` may be named too."""

    pager: ClassVar[re.Pattern[str] | None] = None
    """The number (page or offset) in a list page's address, as its only group."""

    list_links: ClassVar[str] = "a[href]"
    """Which links of a list page may lead to its articles."""

    date_line: ClassVar[re.Pattern[str] | None] = DATE_LINE
    """The shape of the line that prints the date, for pages where no selector of ``date`` prints anything."""

    former: ClassVar[str | None] = None
    """The family that these sites belonged to before: captures of those days are read by its page objects."""

    signs: ClassVar[re.Pattern[str] | None] = None
    """What pages of today's layout hold, and pages of the former family do not."""

    lead_opens_body: ClassVar[bool] = False
    """Whether the lead may be no element of its own but the paragraph that opens the body."""

    def __init__(self, select: Mapping[str, str] | None = None) -> None:
        super().__init__(select)
        for field, selector in self.select.items():
            if field not in FIELDS:
                raise ValueError(f"select: no field {field!r}; the fields are {', '.join(FIELDS)}")
            try:
                soupsieve.compile(selector)
            except soupsieve.SelectorSyntaxError as error:
                raise ValueError(f"select.{field}: {selector!r} is not a CSS selector") from error

    # Addresses.

    def key(self, url: str) -> str | None:
        """The id in the address; None where the address is not an article's."""
        found = self._match(url)
        return found["id"].lower() if found else None

    def fetch_url(self, url: str) -> str | None:
        """The address without fragment and without the parameters that only count visitors; None for none at all."""
        parts = split_address(url)
        if parts is None:
            return None
        kept = [p for p in parts.query.split("&") if p and not _TRACKING.match(p.partition("=")[0])]
        return urlunsplit(parts._replace(query="&".join(kept), fragment=""))

    def month(self, url: str) -> tuple[int, int] | None:
        """Year and month, where the address states them."""
        found = self._match(url)
        if found is None or "year" not in found.groupdict() or not found["year"]:
            return None
        year, month = int(found["year"]), int(found["month"])
        return (year, month) if 1 <= month <= 12 else None

    def _match(self, url: str) -> re.Match[str] | None:
        parts = split_address(url)
        return self.address.search(parts.path + (f"?{parts.query}" if parts.query else "")) if parts else None

    # List pages.

    def list_page(self, html: str, url: str) -> ListPage:
        """Every article the page links to outside its menus and side columns, once, in the page's order.

        An article is known by its address, so the list's own markup may change. The title is that of the link that
        stands in a heading, else of the first link that has words; the date is the line that prints one in the
        largest element around the link that shows no other article.
        """
        page = parse(html)
        base = base_address(page, url)
        next_url = self._next_page(page, url, base)
        for other in page.select(_NOT_IN_LISTS):
            other.decompose()
        regions = page.select(self.select["list"]) if "list" in self.select else [page]
        shown: dict[tuple[str, str], dict[int, Tag]] = {}
        shared: dict[int, set[tuple[str, str]]] = {}
        for link in (link for region in regions for link in region.select(self.list_links)):
            address = web_address(base, attribute(link, "href"))
            if address and (key := self.key(address)):
                article = host(address), key
                shown.setdefault(article, {})[id(link)] = link
                for around in link.parents:
                    articles = shared.setdefault(id(around), set())
                    if len(articles) < 2:
                        articles.add(article)
        crowds = {place for place, articles in shared.items() if len(articles) > 1}
        entries = tuple(_entry(list(links.values()), crowds, base) for links in shown.values())
        return ListPage(entries=entries, next_url=next_url)

    def _next_page(self, page: BeautifulSoup, url: str, base: str) -> str | None:
        for link in page.select("link[rel~=next][href], a[rel~=next][href]"):
            address = web_address(base, attribute(link, "href"))
            if address and address != url:
                return address
        if self.pager is None:
            return None
        here, this_list = self._page_number(url, 1), _list_of(self.pager, url)
        later: dict[int, str] = {}
        for link in page.select("a[href]"):
            address = web_address(base, attribute(link, "href"))
            number = self._page_number(address, 0) if address else 0
            if address and number > here and _list_of(self.pager, address) >= this_list:
                later.setdefault(number, address)
        return later[min(later)] if later else None

    def _page_number(self, url: str, otherwise: int) -> int:
        found = self.pager.search(url) if self.pager else None
        return int(found[1]) if found else otherwise

    # Article pages.

    def article(self, html: str, url: str) -> PrintedArticle:
        """What an article page prints. Raises NotAnArticle where title, body or date are not where they should be."""
        if "<body" in html and not re.search(r"</(?:body|html)\b", html, re.I):
            raise NotAnArticle("truncated", "the page has no end")
        if self.former and self.signs and not self.signs.search(html):
            former = load_family(self.former)
            if former.key(url) is not None:
                return former.article(html, url)
        page = parse(html)
        self.prepare(page)
        base = base_address(page, url)
        linked = linked_article(page)
        for other in page.select(self.beside) if self.beside else ():
            other.decompose()

        title = next(self._printed(page, "title"), None)
        if title is None:
            raise self._missing("title")
        body = next((tag for tag in self._found(page, "body") if blocks(tag, base)), None)
        if body is None:
            raise self._missing("body")
        around = _Surroundings(page, title, body)
        date = self._date(page, around)
        if date is None:
            raise self._missing("date")
        kickers = [tag for tag in self._printed(page, "kicker") if around.opens(tag)]
        leads = [tag for tag in self._printed(page, "lead") if around.opens(tag)]
        authors = [tag for tag in self._printed(page, "author") if around.holds(tag)]
        crumbs, tags = list(self._printed(page, "section")), list(self._printed(page, "tags"))
        updated = next((printed(tag) for tag in self._printed(page, "updated") if around.holds(tag)), None)

        kicker = next((printed(tag) for tag in kickers), None)
        lead = " ".join(dict.fromkeys(printed(tag) for tag in leads)) or None
        byline = next((name for tag in authors if (name := person(printed(tag)))), None)
        section = _section(crumbs, around)
        named = dict.fromkeys(word for tag in tags if (word := printed(tag).removeprefix("#").strip()))
        title_text, date_text = printed(title), printed(date)
        witnesses = (
            (WitnessSource.MICRODATA, attribute(date, "datetime") if words(date) else None),
            (WitnessSource.META, meta(page, "article:published_time")),
            (WitnessSource.JSONLD, linked.published if linked else None),
        )

        for tag in (title, date, *kickers, *leads, *authors[:1], *crumbs, *tags):
            if around.is_in_body(tag):
                tag.extract()
        for other in body.select(self.not_body) if self.not_body else ():
            other.decompose()
        self.tidy(body)
        text: tuple[Block, ...] = tuple(blocks(body, base))
        if lead is None and self.lead_opens_body:
            lead, text = self.open_lead(text)
        if not text:
            raise self._missing("body")

        address = canonical(page, url)
        if address is None or (self.key(url) and self.key(address) != self.key(url)):
            address = self.fetch_url(url)
        return PrintedArticle(
            url=url,
            canonical_url=address,
            native_id=self.key(address or url),
            title=title_text,
            kicker=kicker,
            lead=lead,
            body=text,
            byline=byline or person(linked.author if linked else None),
            section=section or (linked.section if linked else None),
            tags=tuple(named),
            published_text=date_text,
            updated_text=updated or meta(page, "article:modified_time") or (linked.modified if linked else None),
            witnesses=tuple(Witness(source, stated) for source, stated in witnesses if stated),
            parser=self.parser,
        )

    def prepare(self, page: BeautifulSoup) -> None:
        """Puts in its place what a page prints only by script. For families that need it."""

    def tidy(self, body: Tag) -> None:
        """Marks captions that the family binds to their pictures in its own way. For families that need it."""

    def open_lead(self, body: tuple[Block, ...]) -> tuple[str | None, tuple[Block, ...]]:
        """The lead that opens the body, where it does, and the rest."""
        return split_lead(body)

    def _selectors(self, field: str) -> Sequence[str]:
        return (self.select[field],) if field in self.select else self.fields.get(field, ())

    def _found(self, page: Tag, field: str) -> Iterator[Tag]:
        """The elements of the field's selectors, those of the first selector first."""
        for selector in self._selectors(field):
            yield from page.select(selector)

    def _printed(self, page: Tag, field: str) -> Iterator[Tag]:
        """The elements of the first selector of the field that prints any words."""
        for selector in self._selectors(field):
            if found := [tag for tag in page.select(selector) if printed(tag)]:
                yield from found
                return

    def _date(self, page: Tag, around: _Surroundings) -> Tag | None:
        """The date by its selectors, which for the family's own must stand by the title; else by the line's shape.

        By its shape it is the first such line below the title and above the body, else the last one above the title.
        """
        is_own = "date" not in self.select
        for tag in self._printed(page, "date"):
            if around.opens(tag) or not is_own:
                return tag
        lines = list(around.lines(self.date_line)) if is_own and self.date_line is not None else []
        below = [tag for tag in lines if around.is_after_title(tag)]
        return next(iter([*below, *reversed(lines)]), None)

    def _missing(self, field: str) -> NotAnArticle:
        wanted = " | ".join(self._selectors(field)) or "the family's date line"
        return NotAnArticle(f"no-{field}", f"{self.parser}: nothing is printed at {wanted}")


class _Surroundings:
    """The part of a page that holds both title and body, and what stands where in it."""

    def __init__(self, page: BeautifulSoup, title: Tag, body: Tag) -> None:
        self.title, self.body = title, body
        self.place = {id(tag): n for n, tag in enumerate(page.find_all(True))}
        above_title = [title, *title.parents]
        self.root = next((tag for tag in (body, *body.parents) if any(tag is other for other in above_title)), page)

    def is_after_title(self, tag: Tag) -> bool:
        return self.place[id(tag)] > self.place[id(self.title)]

    def is_in_body(self, tag: Tag) -> bool:
        return any(parent is self.body for parent in tag.parents)

    def holds(self, tag: Tag) -> bool:
        return any(parent is self.root for parent in tag.parents)

    def opens(self, tag: Tag) -> bool:
        """Whether ``tag`` stands by the title, above the body's end: not in a side column or a list below."""
        return self.holds(tag) and (self.is_in_body(tag) or self.place[id(tag)] < self.place[id(self.body)])

    def lines(self, shape: re.Pattern[str]) -> Iterator[Tag]:
        """The elements by the title and outside the body whose words have a shape that holds a year.

        Each is the smallest such element, with the label, weekday and zone around it where they stand in others.
        """
        too_large = {id(self.root), id(self.body), id(self.title), *(id(tag) for tag in self.title.parents)}
        for string in self.root.find_all(string=re.compile(r"\d{4}")):
            line: Tag | None = None
            for parent in string.parents:
                if id(parent) in too_large or parent.name in {"script", "style"}:
                    break
                if len(parent.get_text()) > _LONGEST_DATE_LINE:
                    too_large.add(id(parent))
                    break
                text = words(parent)
                if shape.fullmatch(text) and (line is None or _LABELLED.fullmatch(text)):
                    line = parent
            if line is not None and not self.is_in_body(line) and self.opens(line):
                yield line


def printed(tag: Tag) -> str:
    """The words that ``tag`` prints; a ``meta`` prints its content, a ``time`` without words its moment."""
    if tag.name == "meta":
        return squeeze(attribute(tag, "content"))
    return words(tag) or (squeeze(attribute(tag, "datetime")) if tag.name == "time" else "")


def base_address(page: Tag, url: str) -> str:
    """The address that the page's links are relative to: that of its ``base``, else its own."""
    base = page.find("base", href=True)
    return (web_address(url, attribute(base, "href")) or url) if isinstance(base, Tag) else url


def split_address(url: str) -> SplitResult | None:
    """The parts of an address, or None for what is none (``http://[``)."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def web_address(base: str, href: str) -> str | None:
    """``href`` as an absolute http(s) address without fragment, or None."""
    try:
        address = urljoin(base, href.strip())
        parts = urlsplit(address)
    except ValueError:
        return None
    return urlunsplit(parts._replace(fragment="")) if parts.scheme in {"http", "https"} and parts.netloc else None


def host(url: str) -> str:
    """The host of ``url`` as a newspaper has one: without ``www.`` and ``m.``."""
    return re.sub(r"^(?:www\.|m\.)+", "", urlsplit(url).netloc.lower())


def picture_with_caption(paragraph: Tag, caption: Tag) -> None:
    """Makes ``paragraph``, which prints one picture and its ``caption``, the figure that it is."""
    paragraph.name, caption.name = "figure", "figcaption"


def _list_of(pager: re.Pattern[str], url: str) -> set[tuple[str, str]]:
    """What makes a list page one of its list: host, path and parameters, its number aside."""
    parts = urlsplit(url)
    path = pager.sub("", parts.path)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if not pager.search(f"?{name}={value}")]
    return {("", host(url)), ("/", path.rstrip("/")), *kept}


def _entry(links: Sequence[Tag], crowds: set[int], base: str) -> ListEntry:
    """What a list page shows of the one article that all ``links`` lead to.

    ``crowds`` are the elements, by ``id()``, that show more articles than one.
    """
    speaking = [link for link in links if words(link)]
    heading = next((link for link in speaking if _is_heading(link)), None)
    best = heading or next(iter(speaking), links[0])
    item = best
    for around in best.parents:
        if id(around) in crowds or around.name in {"body", "html", "[document]"}:
            break
        item = around
    title = words(best) or squeeze(attribute(best, "title"))
    address = web_address(base, attribute(best, "href"))
    return ListEntry(url=address or "", title=title or None, date_text=_list_date(item, title))


def _is_heading(link: Tag) -> bool:
    headings = ["h1", "h2", "h3", "h4", "h5", "h6"]
    return any(parent.name in headings for parent in list(link.parents)[:3]) or link.find(headings) is not None


def _list_date(item: Tag, title: str) -> str | None:
    """The line of ``item`` that prints a date and nothing else."""
    for block in blocks(item, ""):
        text = "" if isinstance(block, Picture) else block.text.replace(title, "", 1).strip(" |-–")
        if text and len(text) <= _LONGEST_DATE_LINE and _LIST_DATE.fullmatch(text):
            return text
    return None


def _section(crumbs: Sequence[Tag], around: _Surroundings) -> str | None:
    """The last crumb above the title that is neither the home page nor the article; else the first such crumb."""
    not_sections = {*_HOME, fold(printed(around.title))}
    named = [tag for tag in crumbs if fold(printed(tag)).strip(" >»/") not in not_sections]
    above = [tag for tag in named if not around.is_after_title(tag)]
    chosen = above[-1:] or named[:1]
    return printed(chosen[0]).strip(" >»/") if chosen else None
