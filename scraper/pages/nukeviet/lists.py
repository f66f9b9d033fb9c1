"""What a list page shows: its links, their titles and dates, and the next page."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from scraper.dates.shapes import CLOCK_WITH_SECONDS, SLASHED_OR_DASHED_DAY
from scraper.pages.addresses import absolute
from scraper.pages.blocks import attribute, words
from scraper.pages.family import Family
from scraper.pages.nukeviet.nodes import shown_strings, with_parents
from scraper.text import squeeze, unescape

_LIST_DATE = re.compile(rf"\(?(?P<date>{SLASHED_OR_DASHED_DAY}(?: {CLOCK_WITH_SECONDS}(?: (?:[AP]M|SA|CH))?)?) ?\)?")
_DATE_AT_END = re.compile(rf"\s*\({SLASHED_OR_DASHED_DAY}\)$")
_SIDE_BLOCK = re.compile(r"(?:block[_-]|sidebar|footer|menu|metismenu|breadcrumb|other-news).*")
_SIDE_TAGS = frozenset({"nav", "footer", "header", "aside"})


class LinkKeys:
    """Keys of the links of one list page; None for a link that leads to no article of the page's own host."""

    def __init__(self, family: Family, url: str) -> None:
        self.family = family
        self.url = url
        self.known: dict[str, str | None] = {}

    def of(self, link: Tag) -> str | None:
        """The key of the article that ``link`` leads to."""
        href = attribute(link, "href").strip()
        if href not in self.known:
            address = absolute(self.url, href)
            same = urlsplit(address).netloc == urlsplit(self.url).netloc
            self.known[href] = self.family.key(address) if same and self.family.fetch_url(address) else None
        return self.known[href]


def is_beside(link: Tag) -> bool:
    """Whether a link is in a side block, a menu or the foot of the page."""
    if attribute(link, "data-rel").startswith("block"):
        return True
    return any(
        parent.name in _SIDE_TAGS
        or any(_SIDE_BLOCK.fullmatch(name) for name in (*attribute(parent, "class").split(), attribute(parent, "id")))
        for parent in with_parents(link)
    )


def link_title(link: Tag) -> str | None:
    """The link's words, without the date or the running number that some lists print inside it."""
    printed, stated = _DATE_AT_END.sub("", unescape(words(link))), unescape(squeeze(attribute(link, "title")))
    return stated if stated and (stated in printed or not printed) else printed or None


def list_date(link: Tag, key: str, keys: LinkKeys) -> str | None:
    """The date in the smallest element around ``link`` that shows one but no other article."""
    for around in islice(with_parents(link), 8):
        if any(keys.of(other) not in (None, key) for other in around.find_all("a", href=True, limit=50)):
            return None
        for text, _ in shown_strings(list(around.descendants)):
            found = _LIST_DATE.fullmatch(text)
            if found is not None:
                return found["date"]
    return None


def _list_and_number(url: str) -> tuple[str, int]:
    """The list that ``url`` is a page of, and the number of that page."""
    parts = urlsplit(url)
    path, query = parts.path, parts.query
    found = re.search(r"/page-(\d+)/?$", path) or re.search(r"(?:^|&)page=(\d+)", query)
    path = re.sub(r"/page-\d+/?$", "/", path)
    query = re.sub(r"(?:^|&)page=\d+", "", query)
    return f"{path.rstrip('/')}/?{query}", int(found[1]) if found else 1


def next_page(tree: BeautifulSoup, url: str) -> str | None:
    """The page of the same list with the next higher number."""
    own, number = _list_and_number(url)
    pages: dict[int, str] = {}
    for link in (*tree.find_all("link", rel="next", href=True), *tree.find_all("a", href=True)):
        address = absolute(url, attribute(link, "href"))
        if urlsplit(address).netloc == urlsplit(url).netloc:
            other, other_number = _list_and_number(address)
            if other == own and other_number > number:
                pages.setdefault(other_number, address)
    return pages[min(pages)] if pages else None
