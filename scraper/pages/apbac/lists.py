"""What a list page of the family shows: its entries and its next page."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

from scraper.items import ListEntry, Paragraph
from scraper.pages.addresses import absolute, same_host
from scraper.pages.apbac.lines import EMPTY_ZONE, ONLY_DATE, printed_lines
from scraper.pages.blocks import attribute, blocks, words
from scraper.text import squeeze

_NEXT = re.compile(r"trang (?:sau|tiếp|kế)(?: *[»›>]+)?|tiếp|sau|next|[»›>]+", re.I)
_PAGE = re.compile(r"(?:[?&](?:page|trang|p)=|/(?:page|trang)[-/])(\d+)", re.I)


def entry_of(link: Tag, item: Tag, address: str) -> ListEntry:
    """What a list page shows for the article to which ``link`` leads. ``item`` is the element around the link."""
    title = next(iter(printed_lines(link)), "") or squeeze(attribute(link, "title"))
    texts = [line.text.removeprefix(title).strip() for line in blocks(item, "") if isinstance(line, Paragraph)]
    dates = [match["date"] for text in texts if (match := ONLY_DATE.fullmatch(text))]
    rest = [
        text
        for text in texts
        if text and not ONLY_DATE.fullmatch(text) and not EMPTY_ZONE.fullmatch(text) and not text.endswith(":")
    ]
    return ListEntry(
        url=address,
        title=title or None,
        date_text=dates[0] if dates else None,
        lead=rest[0] if title and rest else None,
    )


def merged(known: ListEntry | None, entry: ListEntry) -> ListEntry:
    """Merges two links to one article into one entry. A thumbnail's link has no words; a headline's link has them."""
    if known is None:
        return entry
    return ListEntry(
        url=known.url,
        title=known.title or entry.title,
        date_text=known.date_text or entry.date_text,
        lead=known.lead or entry.lead,
    )


def next_page(soup: BeautifulSoup, url: str) -> str | None:
    """The next page of the list: the link that says so, by its ``rel``, its number or its words."""
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
            address = absolute(url, attribute(link, "href"))
            if test(link) and address.startswith("http") and same_host(address, url) and address != url:
                return address
    return None
