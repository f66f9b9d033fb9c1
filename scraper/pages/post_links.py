"""What a WordPress post says outside of any theme: section, tags, author, number, heading, and where it goes on.

Themes name these links as they like, but WordPress itself makes the addresses: ``/category/…``, ``/tag/…``,
``/author/…``, and ``…/2/`` for the second page of a post (``<!--nextpage-->``).
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag

from scraper.pages.addresses import same_host
from scraper.pages.blocks import attribute, words
from scraper.pages.metadata import meta
from scraper.text import fold

SECTION = re.compile(r"/(?:category|chuyen-muc|danh-muc)/[^/]")
TAG = re.compile(r"/(?:tag|the|tu-khoa)/[^/]")
AUTHOR = re.compile(r"/(?:author|tac-gia)/[^/]")

_PART = re.compile(r"(?P<whole>/.*[^/])/(?:[2-9]|[1-9]\d)/?")
_DIVIDED = re.compile(r"post-page-numbers|page-links|post-nav-links|wp-link-pages")
_FURTHER = "a.post-page-numbers, .page-links a, .post-nav-links a, .wp-link-pages a"


def links_to(address: re.Pattern[str], root: Tag) -> list[Tag]:
    """The links of a post with words that lead to such an address.

    There are none if ``root`` is the whole page: such a page links to every section in its menus.
    """
    if isinstance(root, BeautifulSoup):
        return []
    links = [a for a in root.select("a[href]") if address.search(urlsplit(attribute(a, "href").strip()).path)]
    return [link for link in links if words(link)]


def whole_address(url: str) -> str | None:
    """The address of the post whose second or later page is at ``url``; None if ``url`` ends in no such number."""
    parts = urlsplit(url)
    found = _PART.fullmatch(parts.path)
    return urlunsplit(parts._replace(path=found["whole"])) if found else None


def further_pages(root: Tag, url: str) -> tuple[str, ...]:
    """The addresses at which the post at ``url`` goes on, in order."""
    here = urlsplit(url).path.rstrip("/")
    numbered: dict[int, str] = {}
    for link in root.select(_FURTHER):
        address = urljoin(url, attribute(link, "href").strip())
        base, _, number = urlsplit(address).path.rstrip("/").rpartition("/")
        if number.isdecimal() and base == here and same_host(address, url):
            numbered[int(number)] = address
    return tuple(numbered[number] for number in sorted(numbered))


def may_go_on(html: str) -> bool:
    """Whether the page has links to further pages of a post. It need not be parsed if it has none."""
    return _DIVIDED.search(html) is not None


def only_heading(page: BeautifulSoup) -> str | None:
    """The words of the page's only ``h1``, if its head says the same."""
    headings = page.find_all("h1")
    text = words(headings[0]) if len(headings) == 1 else ""
    head = fold(f"{page.title.get_text() if page.title is not None else ''} {meta(page, 'og:title') or ''}")
    return text if text and fold(text) in head else None


def post_number(page: BeautifulSoup) -> str | None:
    """The number of the post that the page shows."""
    classes = attribute(page.body, "class") if page.body is not None else ""
    post = page.select_one("article[id^=post-]")
    link = page.find("link", rel="shortlink")
    stated = (
        re.search(r"\bpostid-(\d+)\b", classes),
        re.fullmatch(r"post-(\d+)", attribute(post, "id")) if post is not None else None,
        re.search(r"[?&]p=(\d+)", attribute(link, "href")) if isinstance(link, Tag) else None,
    )
    return next((found.group(1) for found in stated if found), None)
