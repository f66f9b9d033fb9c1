"""Báo Ấp Bắc and its sisters: Đồng Nai, Đà Nẵng, Quảng Ngãi, Hà Giang, Nam Định, Bà Rịa-Vũng Tàu, Khánh Hòa,
Vĩnh Long, Quảng Bình in the years before most of them changed their software.

What is known. The addresses ``/<cat>/<yyyymm>/<slug>-<id>/`` (desktop) and the same with ``index.htm`` (mobile), the
order in which a page prints its parts, the forms of its date line, and the table that holds a picture, its words in a
second cell (``table.image``, ``td.desc``; in 2013 ``td.image_desc``), were seen in stored texts of live pages.

What is not known. Any other class name, the markup of the header, how a long list is divided into pages, whether
pages carry meta dates. Nothing here therefore uses a class or an id. The order and shape of the printed lines decide:

- date, kicker, title, lead, body, byline: the desktop page of Báo Ấp Bắc;
- kicker, title, date, lead, body, byline: its mobile page, Đồng Nai, Bà Rịa-Vũng Tàu.

A line that holds only ``.``, ``,`` or ``;`` is an empty zone of the template. Such zones are in the header and end
the article. The words in the address, and the title that the page may state, tell which line is the title. A page
whose address says other words is read by its shape alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import ClassVar
from urllib.parse import urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag

from scraper.items import (
    Block,
    ListEntry,
    ListPage,
    NotAnArticle,
    Picture,
    PrintedArticle,
    Witness,
    WitnessSource,
)
from scraper.pages.addresses import absolute, path_of, same_host
from scraper.pages.apbac.header import announced_titles, date_text, find_header
from scraper.pages.apbac.lines import CHROME, LinkedWords, list_items, printed_lines, words_of
from scraper.pages.apbac.lists import entry_of, merged, next_page
from scraper.pages.apbac.text import read_text
from scraper.pages.blocks import attribute, blocks, parse, words
from scraper.pages.family import Family
from scraper.pages.wholeness import refuse_cut
from scraper.text import squeeze

_ADDRESS = re.compile(
    r"(?P<section>/.*)?/(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])/(?P<slug>[^/]*?)-+(?P<id>\d{4,9})"
    r"(?:/(?:index\.html?)?)?"
)
_FILE = re.compile(r"\.(?!html?$|rss$)\w{2,5}$")
_NUMBER = re.compile(r"-\d{4,9}(?:$|[/?#])")

_Link = tuple[Tag, str, str | None]  # where it leads, and what identifies that article


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
        match = _ADDRESS.fullmatch(path_of(url))
        return match["id"] if match else None

    def fetch_url(self, url: str) -> str | None:
        """The desktop address of an article. Any other address is returned unchanged."""
        parts = urlsplit(url)
        if not _ADDRESS.fullmatch(parts.path):
            return url
        path = re.sub(r"/(?:index\.html?)?$", "", parts.path) + "/"
        return urlunsplit((parts.scheme, parts.netloc, path, "", ""))

    def month(self, url: str) -> tuple[int, int] | None:
        """The month of publication, which the address states."""
        match = _ADDRESS.fullmatch(path_of(url))
        return (int(match["year"]), int(match["month"])) if match else None

    def list_page(self, html: str, url: str) -> ListPage:
        """Every article to which the page links, in its order, with the title and date printed beside the link.

        Nothing is left out: links in a sidebar count too, and so do list items that lead to another host. The next
        page is the link that says so (``rel=next``), has the next number as its label, or has one of the usual words.
        """
        soup = parse(html)
        links = []
        for link in soup.find_all("a", href=True):
            address, key = self._target(link, url)
            if key or (address.startswith("http") and not same_host(address, url)):
                links.append((link, address, key))
        shown_in = list_items([(link, key or address) for link, address, key in links])
        articles = {id(link): key for link, _, key in links if key}
        in_list = Counter(id(shown_in[place].parent) for place in articles)
        found: dict[str, ListEntry] = {}
        for link, address, key in links:
            item = shown_in[id(link)]
            if key or in_list[id(item.parent)] > 1:
                entry = entry_of(link, item, address)
                found[key or address] = merged(found.get(key or address), entry)
        return ListPage(
            entries=tuple(entry for entry in found.values() if entry.title), next_url=next_page(soup, url)
        )

    def article(self, html: str, url: str) -> PrintedArticle:
        """What an article page prints. Raises NotAnArticle if the lines do not have an article's order."""
        address = _ADDRESS.fullmatch(path_of(url))
        if address is None:
            raise NotAnArticle("not-an-article", "the address is not one of an article")
        refuse_cut(html)
        soup = parse(html)
        links = [(link, *self._target(link, url)) for link in soup.find_all("a", href=True)]
        lines = self._lines(soup, url, links)
        header = find_header(lines, address["slug"], announced_titles(soup), f"{address['month']}/{address['year']}")
        updated, lead, body, byline = read_text(lines, header)
        return PrintedArticle(
            url=url,
            canonical_url=self.fetch_url(url),
            native_id=address["id"],
            other_urls=self._alternates(soup, url),
            title=words_of(lines[header.title]),
            kicker=words_of(lines[header.kicker]) if header.kicker is not None else None,
            lead=lead,
            body=body,
            byline=byline,
            section=_section(links, url, address["section"] or ""),
            published_text=date_text(lines[header.date]),
            updated_text=updated,
            witnesses=tuple(_meta_dates(soup)),
            parser=self.parser,
        )

    def _target(self, link: Tag, url: str) -> tuple[str, str | None]:
        """Where a link leads, and what identifies that article. A number is unique only on its own host."""
        address = absolute(url, attribute(link, "href"))
        key = self.key(address) if address and _NUMBER.search(address) else None
        return address, key if key is None or same_host(address, url) else f"{urlsplit(address).netloc}/{key}"

    def _alternates(self, soup: BeautifulSoup, url: str) -> tuple[str, ...]:
        """The article's other addresses in the page's head: a desktop page names the mobile page."""
        targets = [self._target(link, url) for link in soup.find_all("link", rel="alternate", href=True)]
        return tuple(address for address, key in targets if key is not None and key == self.key(url))

    def _lines(self, soup: BeautifulSoup, url: str, links: Sequence[_Link]) -> list[Block]:
        """The page's lines without menus, paths, buttons and links to other articles, which are removed from it."""
        own = self.key(url)
        linked = LinkedWords(
            text
            for link, address, key in links
            if key != own and (key or _leads_away(address, url))
            for text in printed_lines(link)
        )
        others = [(link, key) for link, _, key in links if key and key != own]
        shown_in = list_items(others)
        for link, _ in others:
            item = shown_in[id(link)]
            if item is not link or not printed_lines(link):
                item.decompose()
        return [
            line
            for line in blocks(soup.body or soup, url)
            if isinstance(line, Picture) or not (linked.fill(line.text) or CHROME.fullmatch(line.text))
        ]


def _leads_away(address: str, url: str) -> bool:
    """Whether a link leads to another page of the site. A file does not, because it may be part of an article."""
    return same_host(address, url) and not _FILE.search(path_of(address))


def _section(links: Sequence[_Link], url: str, path: str) -> str | None:
    """The page's name for the section of its address: the words of a link to that section."""
    names = [
        name
        for link, address, _ in (links if path else ())
        if path in address
        and path_of(address).rstrip("/") == path
        and not link.decomposed
        and same_host(address, url)
        and (name := words(link))
    ]
    return next((name for name in names if name != name.upper()), names[0] if names else None)


def _meta_dates(soup: BeautifulSoup) -> Iterator[Witness]:
    meta = soup.find("meta", property="article:published_time")
    text = squeeze(attribute(meta, "content")) if meta else ""
    if text:
        yield Witness(WitnessSource.META, text)
