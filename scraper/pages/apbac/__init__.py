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

from scraper.items import (
    Block,
    ListEntry,
    ListPage,
    NotAnArticle,
    PrintedArticle,
    Witness,
    WitnessSource,
)
from scraper.pages.addresses import path_of
from scraper.pages.apbac.header import announced_titles, date_text, find_header, meta_content
from scraper.pages.apbac.lines import CHROME, LinkedWords, links_of, list_items, printed_lines, words_of
from scraper.pages.apbac.lists import entry_of, merged, next_page
from scraper.pages.apbac.targets import ADDRESS, Target, key_of, targets_of
from scraper.pages.apbac.text import read_text
from scraper.pages.family import Family
from scraper.pages.printed_row import Row, row_of
from scraper.pages.wholeness import refuse_cut
from scraper.text import squeeze

_Link = tuple[int, Target]


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
        return key_of(url)

    def fetch_url(self, url: str) -> str | None:
        """The desktop address of an article. Any other address is returned unchanged."""
        parts = urlsplit(url)
        if not ADDRESS.fullmatch(parts.path):
            return url
        path = re.sub(r"/(?:index\.html?)?$", "", parts.path) + "/"
        return urlunsplit((parts.scheme, parts.netloc, path, "", ""))

    def month(self, url: str) -> tuple[int, int] | None:
        """The month of publication, which the address states."""
        match = ADDRESS.fullmatch(path_of(url))
        return (int(match["year"]), int(match["month"])) if match else None

    def list_page(self, html: str, url: str) -> ListPage:
        """Every article to which the page links, in its order, with the title and date printed beside the link.

        Nothing is left out: links in a sidebar count too, and so do list items that lead to another host. The next
        page is the link that says so (``rel=next``), has the next number as its label, or has one of the usual words.
        """
        page = row_of(html)
        links = [
            (link, to)
            for link, to in _targets(page, url)
            if to.key or (to.path is None and to.address.startswith("http"))
        ]
        shown_in = list_items(page, [(link, to.key or to.address) for link, to in links])
        in_list = Counter(page.parents[shown_in[link]] for link, to in links if to.key)
        found: dict[str, ListEntry] = {}
        for link, to in links:
            item = shown_in[link]
            if to.key or in_list[page.parents[item]] > 1:
                entry = entry_of(page, link, item, to.address)
                found[to.key or to.address] = merged(found.get(to.key or to.address), entry)
        return ListPage(
            entries=tuple(entry for entry in found.values() if entry.title), next_url=next_page(page, url)
        )

    def article(self, html: str, url: str) -> PrintedArticle:
        """What an article page prints. Raises NotAnArticle if the lines do not have an article's order."""
        address = ADDRESS.fullmatch(path_of(url))
        if address is None:
            raise NotAnArticle("not-an-article", "the address is not one of an article")
        refuse_cut(html)
        page = row_of(html)
        links = _targets(page, url)
        lines = _lines(page, url, links)
        header = find_header(lines, address["slug"], announced_titles(page), f"{address['month']}/{address['year']}")
        updated, lead, body, byline = read_text(lines, header)
        return PrintedArticle(
            url=url,
            canonical_url=self.fetch_url(url),
            native_id=address["id"],
            other_urls=_alternates(page, url),
            title=words_of(lines[header.title]),
            kicker=words_of(lines[header.kicker]) if header.kicker is not None else None,
            lead=lead,
            body=body,
            byline=byline,
            section=_section(page, links, address["section"] or ""),
            published_text=date_text(lines[header.date]),
            updated_text=updated,
            witnesses=tuple(_meta_dates(page)),
            parser=self.parser,
        )


def _targets(page: Row, url: str) -> list[_Link]:
    """The links of the page, each with where it leads."""
    links = links_of(page)
    return list(zip(links, targets_of((page.attributes[link]["href"] for link in links), url), strict=True))


def _alternates(page: Row, url: str) -> tuple[str, ...]:
    """The article's other addresses in the page's head: a desktop page names the mobile page."""
    links = [page.attributes[link] for link in page.named("link")]
    stated = [link["href"] for link in links if "href" in link and "alternate" in link.get("rel", "").split()]
    own = key_of(url)
    return tuple(to.address for to in targets_of(stated, url) if to.key is not None and to.key == own)


def _lines(page: Row, url: str, links: Sequence[_Link]) -> list[Block]:
    """The page's lines without menus, paths, buttons and links to other articles, which are removed from it."""
    own = key_of(url)
    texts: list[str] = []
    for link, to in links:
        if to.key != own and (to.key or to.leads_away):
            texts += printed_lines(page, link)
    fill = LinkedWords(texts).fill
    others = [(link, to.key) for link, to in links if to.key and to.key != own]
    shown_in = list_items(page, others)
    for link, _ in others:
        item = shown_in[link]
        if item != link or not printed_lines(page, link):
            page.remove(item)
    return page.blocks(url, lambda text: not (fill(text) or CHROME.fullmatch(text)))


def _section(page: Row, links: Sequence[_Link], path: str) -> str | None:
    """The page's name for the section of its address: the words of a link to that section."""
    first = None
    for link, to in links if path else ():
        if to.path == path and path in to.address and link not in page.removed and (name := page.words(link)):
            if name != name.upper():
                return name
            first = first or name
    return first


def _meta_dates(page: Row) -> Iterator[Witness]:
    if text := squeeze(meta_content(page, "article:published_time")):
        yield Witness(WitnessSource.META, text)
