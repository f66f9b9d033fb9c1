"""What a list page shows for one article: the title and the date beside its links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlsplit

from bs4 import Tag

from scraper.dates.shapes import LOOSE_DAY
from scraper.items import ListEntry, Picture
from scraper.pages.addresses import host, web_address
from scraper.pages.article_region import DATE_LINE, LONGEST_DATE_LINE
from scraper.pages.blocks import attribute, blocks, words
from scraper.text import squeeze

_LIST_DATE = re.compile(rf"(?:{DATE_LINE.pattern})|[^\d]{{0,40}}{LOOSE_DAY}[)\]]?", re.I)


def list_of(pager: re.Pattern[str], url: str) -> set[tuple[str, str]]:
    """What identifies the list that a list page belongs to: host, path and parameters, without the page number."""
    parts = urlsplit(url)
    path = pager.sub("", parts.path)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if not pager.search(f"?{name}={value}")]
    return {("", host(url)), ("/", path.rstrip("/")), *kept}


def shared_places(articles: Iterable[Iterable[Tag]]) -> set[int]:
    """The elements, by ``id()``, that hold links to more than one of ``articles``, each given by its links."""
    holders: dict[int, int] = {}
    shared: set[int] = set()
    for number, links in enumerate(articles):
        for around in {id(parent): parent for link in links for parent in link.parents}:
            if holders.setdefault(around, number) != number:
                shared.add(around)
    return shared


def list_entry(links: Sequence[Tag], crowds: set[int], base: str) -> ListEntry:
    """What a list page shows for the one article to which all ``links`` lead.

    ``crowds`` are the elements, by ``id()``, that show more than one article.
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
    """The line of ``item`` that prints only a date."""
    for block in blocks(item, ""):
        text = "" if isinstance(block, Picture) else block.text.replace(title, "", 1).strip(" |-–")
        if text and len(text) <= LONGEST_DATE_LINE and _LIST_DATE.fullmatch(text):
            return text
    return None
