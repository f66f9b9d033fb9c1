"""The base of the declarative families: CSS selectors find fields, a pattern finds addresses, and those find lists.

A family built on this is a table. It says where each field is printed, what is printed beside an article but is no
part of it, and what an article's address looks like. A site file's ``[select]`` replaces single rows of that table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar
from urllib.parse import urlunsplit

from bs4 import BeautifulSoup, Tag

from scraper.items import Block, ListPage, NotAnArticle, Picture, PrintedArticle, Witness, WitnessSource
from scraper.pages import load_family
from scraper.pages.addresses import base_address, host, split_address, web_address
from scraper.pages.article_region import DATE_LINE, ArticleRegion, printed
from scraper.pages.blocks import attribute, blocks, parse, prints, words, wrapped
from scraper.pages.family import Family
from scraper.pages.furniture import remove_furniture, without_furniture
from scraper.pages.leads import split_lead
from scraper.pages.list_entries import list_entry, list_of
from scraper.pages.metadata import LinkedArticle, canonical, linked_article, meta, person, stated_moment
from scraper.pages.wholeness import refuse_cut
from scraper.text import fold
from scraper.text.sentence import Sentence

_HOME = {"", "trang chu", "home"}
_NOT_IN_LISTS = "nav, aside, body > header, body > footer"
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|zarsrc|zalo\w*)$")


class SelectorFamily(Family):
    """A family whose pages are read by CSS selectors."""

    fields: ClassVar[Mapping[str, Sequence[str]]]
    """Field to selectors, the most certain first. The first selector that prints something wins."""

    beside: ClassVar[str] = ""
    """What pages print beside the article: page clocks, related lists. It is removed before anything is read."""

    not_body: ClassVar[str] = ""
    """What the body's element holds besides the body."""

    address: ClassVar[re.Pattern[str]]
    """An article's path and query. Its group ``id`` is the key; ``year`` and ``month`` may be named too."""

    pager: ClassVar[re.Pattern[str] | None] = None
    """The number (page or offset) in a list page's address, as its only group."""

    list_links: ClassVar[str] = "a[href]"
    """Which links of a list page may lead to its articles."""

    date_line: ClassVar[re.Pattern[str] | None] = DATE_LINE
    """The shape of the date line, for pages on which no selector of ``date`` prints anything."""

    former: ClassVar[str | None] = None
    """The family to which these sites belonged before. Its page objects read the captures of that time."""

    signs: ClassVar[re.Pattern[str] | None] = None
    """What pages of today's layout hold, but pages of the former family do not."""

    pictures: ClassVar[str] = ""
    """Pictures that the article prints outside of its body, with their captions."""

    linked_author: ClassVar[bool] = True
    """Whether the author in the page's JSON-LD is a person, not an account."""

    adds_to_page: ClassVar[bool] = False
    """Whether prepare puts something into the page, which is then made as a whole."""

    lead_opens_body: ClassVar[bool] = False
    """Whether the lead may be the first paragraph of the body instead of an element of its own."""

    # Addresses.

    def key(self, url: str) -> str | None:
        """The id in the address; None if the address is not an article's."""
        found = self._match(url)
        return found["id"].lower() if found else None

    def fetch_url(self, url: str) -> str | None:
        """The address without fragment and without parameters that only count visitors; None if it is no address."""
        parts = split_address(url)
        if parts is None:
            return None
        kept = [p for p in parts.query.split("&") if p and not _TRACKING.match(p.partition("=")[0])]
        return urlunsplit(parts._replace(query="&".join(kept), fragment=""))

    def month(self, url: str) -> tuple[int, int] | None:
        """Year and month, if the address states them."""
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
        """Every article to which the page links outside its menus and side columns, once, in the page's order.

        An article is recognised by its address, so the list's markup may change. The title is that of the link in a
        heading, else of the first link that has words. The date is the line that prints one in the largest element
        around the link that shows no other article.
        """
        page = parse(html)
        base = base_address(page, url)
        next_url = self._next_page(page, url, base)
        for other in page.select(_NOT_IN_LISTS):
            other.decompose()
        shown: dict[tuple[str, str], dict[int, Tag]] = {}
        shared: dict[int, set[tuple[str, str]]] = {}
        for link in (link for region in self.list_regions(page) for link in region.select(self.list_links)):
            address = web_address(base, attribute(link, "href"))
            if address and (key := self.key(address)):
                article = host(address), key
                shown.setdefault(article, {})[id(link)] = link
                for around in link.parents:
                    articles = shared.setdefault(id(around), set())
                    if len(articles) < 2:
                        articles.add(article)
        crowds = {place for place, articles in shared.items() if len(articles) > 1}
        entries = tuple(list_entry(list(links.values()), crowds, base) for links in shown.values())
        return ListPage(entries=entries, next_url=next_url)

    def _next_page(self, page: BeautifulSoup, url: str, base: str) -> str | None:
        for link in page.select("link[rel~=next][href], a[rel~=next][href]"):
            address = web_address(base, attribute(link, "href"))
            if address and address != url:
                return address
        if self.pager is None:
            return None
        here, this_list = self._page_number(url, 1), list_of(self.pager, url)
        later: dict[int, str] = {}
        for link in page.select("a[href]"):
            address = web_address(base, attribute(link, "href"))
            number = self._page_number(address, 0) if address else 0
            if address and number > here and list_of(self.pager, address) >= this_list:
                later.setdefault(number, address)
        return later[min(later)] if later else None

    def _page_number(self, url: str, otherwise: int) -> int:
        found = self.pager.search(url) if self.pager else None
        return int(found[1]) if found else otherwise

    # Article pages.

    def article(self, html: str, url: str) -> PrintedArticle:
        """What an article page prints. Raises NotAnArticle if title, body or date are not where they should be."""
        refuse_cut(html)
        if self.former and self.signs and not self.signs.search(html):
            former = load_family(self.former)
            if former.key(url) is not None:
                return former.article(html, url)
        page = parse(html, whole=self.adds_to_page)
        self.prepare(page)
        base = base_address(page, url)
        for other in page.select(self.beside) if self.beside else ():
            other.decompose()

        found = self._find(page, base)
        linked = linked_article(page, printed(found.region.title))
        region, title, body = found.region, found.region.title, found.region.body
        lead = " ".join(dict.fromkeys(printed(tag) for tag in found.leads)) or None
        section = _section(found.crumbs, region)
        # What the tags print is read before the tags are removed from the body.
        address = self._canonical(page, url)
        with_text = partial(
            PrintedArticle,
            url=url,
            canonical_url=address,
            title=printed(title),
            kicker=next((printed(tag) for tag in found.kickers), None),
            byline=next((name for tag in found.authors if (name := person(printed(tag)))), None)
            or person(linked.author if linked and self.linked_author else None),
            section=section or (linked.section if linked else None),
            tags=_named(found.tags),
            published_text=printed(found.date),
            updated_text=found.updated
            or meta(page, "article:modified_time")
            or (linked.modified if linked else None),
            witnesses=_witnesses(page, found.date, linked),
            parser=self.parser,
        )
        for tag in found.beside_the_text():
            if region.is_in_body(tag):
                tag.extract()
        for other in body.select(self.not_body) if self.not_body else ():
            other.decompose()
        remove_furniture(body, url, self.key)
        self.tidy(body)
        text: tuple[Block, ...] = (*self._pictures(region, base), *without_furniture(blocks(body, base)))
        if lead is None and self.lead_opens_body:
            lead, text = self.open_lead(text)
        if not text and lead is None:
            raise self._missing("body")
        return with_text(native_id=self.key(address or url), lead=lead, body=text)

    def _find(self, page: BeautifulSoup, base: str) -> _FoundTags:
        title = next(self._printed(page, "title"), None)
        if title is None:
            raise self._missing("title")
        body = next((tag for tag in self._found(page, "body") if prints(tag)), None)
        if body is None:
            raise self._missing("body")
        region = ArticleRegion(page, title, body)
        date = self._date(page, region)
        if date is None:
            raise self._missing("date")
        return _FoundTags(
            region=region,
            date=date,
            kickers=[tag for tag in self._printed(page, "kicker") if region.opens(tag)],
            leads=[tag for tag in self._printed(page, "lead") if region.opens(tag)],
            authors=[tag for tag in self._printed(page, "author") if region.holds(tag)],
            crumbs=list(self._printed(page, "section")),
            tags=list(self._printed(page, "tags")),
            updated=next((printed(tag) for tag in self._printed(page, "updated") if region.holds(tag)), None),
        )

    def _pictures(self, region: ArticleRegion, base: str) -> list[Block]:
        found = region.root.select(self.pictures) if self.pictures else []
        shown = (block for tag in found if not region.is_in_body(tag) for block in blocks(wrapped(tag), base))
        return [block for block in shown if isinstance(block, Picture)]

    def _canonical(self, page: BeautifulSoup, url: str) -> str | None:
        address = canonical(page, url)
        if address is None or (self.key(url) and self.key(address) != self.key(url)):
            return self.fetch_url(url)
        return address

    def prepare(self, page: BeautifulSoup) -> None:
        """Inserts what a page prints only by script. For families that need it."""

    def tidy(self, body: Tag) -> None:
        """Marks captions that the family binds to their pictures in its own way. For families that need it."""

    def open_lead(self, body: tuple[Block, ...]) -> tuple[str | None, tuple[Block, ...]]:
        """The lead, if it opens the body, and the rest."""
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

    def _date(self, page: Tag, region: ArticleRegion) -> Tag | None:
        """Finds the date by its selectors, else by the shape of its line.

        What the family's own selectors find must be near the title. By its shape, the date is the first such line
        below the title and above the body, else the last one above the title.
        """
        is_own = "date" not in self.select
        for tag in self._printed(page, "date"):
            if region.opens(tag) or not is_own:
                return tag
        lines = list(region.lines(self.date_line)) if is_own and self.date_line is not None else []
        below = [tag for tag in lines if region.is_after_title(tag)]
        return next(iter([*below, *reversed(lines)]), None)

    def _missing(self, field: str) -> NotAnArticle:
        wanted = " | ".join(self._selectors(field)) or Sentence("the family's date line")
        return NotAnArticle(
            f"no-{field}", "{parser}: nothing is printed at {wanted}", parser=self.parser, wanted=wanted
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _FoundTags:
    """Where the fields of one article are printed."""

    region: ArticleRegion
    date: Tag
    kickers: list[Tag]
    leads: list[Tag]
    authors: list[Tag]
    crumbs: list[Tag]
    tags: list[Tag]
    updated: str | None

    def beside_the_text(self) -> tuple[Tag, ...]:
        """What is no part of the text, even if it is inside the body."""
        heading = (self.region.title, self.date, *self.kickers, *self.leads)
        return (*heading, *self.authors[:1], *self.crumbs, *self.tags)


def _named(tags: Sequence[Tag]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for tag in tags if (name := printed(tag).removeprefix("#").strip())))


def _witnesses(page: BeautifulSoup, date: Tag, linked: LinkedArticle | None) -> tuple[Witness, ...]:
    moment = attribute(date, "datetime") if words(date) else None
    stated = (
        Witness(WitnessSource.MICRODATA, moment) if moment else None,
        stated_moment(meta(page, "article:published_time")),
        Witness(WitnessSource.JSONLD, linked.published) if linked and linked.published else None,
    )
    return tuple(witness for witness in stated if witness)


def _section(crumbs: Sequence[Tag], region: ArticleRegion) -> str | None:
    """The last crumb above the title that is neither the home page nor the article; else the first such crumb."""
    not_sections = {*_HOME, fold(printed(region.title))}
    named = [tag for tag in crumbs if fold(printed(tag)).strip(" >»/") not in not_sections]
    above = [tag for tag in named if not region.is_after_title(tag)]
    chosen = above[-1:] or named[:1]
    return printed(chosen[0]).strip(" >»/") if chosen else None
