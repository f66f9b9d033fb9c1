"""What a WordPress post says outside of any theme: section, tags, author, number, heading, and where it goes on.

Themes name these links as they like, but WordPress itself makes the addresses: ``/category/…``, ``/tag/…``,
``/author/…``, and ``…/2/`` for the second page of a post (``<!--nextpage-->``). It also makes the post's classes:
``tag-dai-hoi`` for the tag “đại hội”.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag

from scraper.pages.addresses import absolute, same_host, split_address
from scraper.pages.blocks import attribute, names, words
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
    links = [a for a in root.select("a[href]") if address.search(_path(attribute(a, "href").strip()))]
    return [link for link in links if words(link)]


def section_of(links: Sequence[Tag], menu: Sequence[str], url: str) -> str | None:
    """The category that stands for a post with several, to which ``links`` lead; None if there is no link.

    WordPress prints them by the alphabet and puts the oldest into the address, so neither is the editors' word. They
    put their menu into order themselves (``menu``: the last folders of its addresses). The category in the address
    counts, unless the one printed first also stands before it in the menu.
    """
    if not links:
        return None
    first, folders = links[0], unquote(urlsplit(url).path).lower().strip("/").split("/")[:-1]
    addressed = next((link for link in links if last_folder(link) in folders), None)
    if addressed is None or addressed is first:
        return words(first)
    order = [last_folder(first), last_folder(addressed)]
    is_before = next((name for name in menu if name in order), None) == order[0]
    return words(first if is_before else addressed)


def last_folder(link: Tag) -> str:
    """The last folder of the address of ``link``, decoded and in lower case: the short name of a category."""
    return unquote(_path(attribute(link, "href"))).lower().strip("/").rpartition("/")[2]


def _path(href: str) -> str:
    """The path of a link's address; empty for a malformed one."""
    parts = split_address(href)
    return parts.path if parts else ""


def tags_of_classes(post: Tag, texts: Sequence[str]) -> tuple[str, ...]:
    """The tags that only the post's classes tell, spelled as ``texts``, the post's own words, spell them.

    A class keeps neither marks nor capitals. There are none unless all are spelled, each of several syllables and
    with the same marks wherever its words stand. A capital may be the text's and not the tag's.
    """
    short = [name.removeprefix("tag-") for name in names(post) if name.startswith("tag-")]
    spelled = [_spelled(name, texts) for name in short]
    return tuple(dict.fromkeys(tag for tag in spelled if tag)) if all(spelled) else ()


def _spelled(short: str, texts: Sequence[str]) -> str | None:
    """The words of which ``short`` (``so-ket-6-thang``) is made, if the texts write them in one way."""
    syllables = short.split("-")
    pattern = re.compile(rf"(?<!\w){' '.join(map(re.escape, syllables))}(?!\w)")
    found: Counter[str] = Counter()
    for text in texts if len(syllables) > 1 else ():
        if len(folded := fold(text)) == len(text):  # letter for letter
            found.update(text[each.start() : each.end()] for each in pattern.finditer(folded))
    return found.most_common(1)[0][0] if len({text.lower() for text in found}) == 1 else None


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
        address = absolute(url, attribute(link, "href"))
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
