"""What a list page of the family shows: its entries and its next page."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from scraper.items import ListEntry
from scraper.pages.addresses import absolute, same_host
from scraper.pages.apbac.lines import is_empty_zone, only_date, printed_lines
from scraper.pages.printed_row import Row
from scraper.text import squeeze

_NEXT = re.compile(r"trang (?:sau|tiếp|kế)(?: *[»›>]+)?|tiếp|sau|next|[»›>]+", re.I)
_PAGE = re.compile(r"(?:[?&](?:page|trang|p)=|/(?:page|trang)[-/])(\d+)", re.I)


def entry_of(page: Row, link: int, item: int, address: str) -> ListEntry:
    """What a list page shows for the article to which ``link`` leads. ``item`` is the element around the link."""
    title = next(iter(printed_lines(page, link)), "") or squeeze(page.attribute(link, "title"))
    texts = [text.removeprefix(title).strip() for text in page.lines(item)]
    dates = [date for text in texts if (date := only_date(text)) is not None]
    rest = [
        text
        for text in texts
        if text and only_date(text) is None and not is_empty_zone(text) and not text.endswith(":")
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


def next_page(page: Row, url: str) -> str | None:
    """The next page of the list: the link that says so, by its ``rel``, its number or its words."""
    number = _PAGE.search(url)
    follower = str(int(number[1]) + 1 if number else 2)
    links = sorted((*page.named("a"), *page.named("link")))
    links = [link for link in links if page.attribute(link, "href").strip() not in {"", "#"}]
    words = cache(page.words)
    tests: tuple[Callable[[int], object], ...] = (
        lambda link: "next" in page.attribute(link, "rel").split(),
        lambda link: page.names[link] == "a" and words(link) == follower,
        lambda link: page.names[link] == "a" and _NEXT.fullmatch(words(link)),
    )
    for test in tests:
        for link in links:
            if not test(link):
                continue
            address = absolute(url, page.attribute(link, "href"))
            if address.startswith("http") and same_host(address, url) and address != url:
                return address
    return None
