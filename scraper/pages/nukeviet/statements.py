"""Reads what a page states besides its text: metas, author, tags and section, or why it is no article."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from scraper.items import NotAnArticle, Paragraph
from scraper.pages.addresses import absolute
from scraper.pages.blocks import attribute, blocks, words
from scraper.pages.nukeviet.addresses import steps_of
from scraper.pages.nukeviet.nodes import shown_strings
from scraper.pages.tree import nodes_after
from scraper.text import fold, squeeze, unescape

_AUTHOR = re.compile(r"tác giả(?: bài viết)?\s*:\s*", re.I)
_TAGS = re.compile(r"(?:tags?|từ kh(?:óa|oá))\s*:?", re.I)
_END = re.compile(r"(?:những tin (?:mới|cũ) hơn|ý kiến bạn đọc|các tin khác|tin (?:bài )?liên quan)\b", re.I)

_WHAT_PAGES_SAY = (
    ("blocked", re.compile(r"he thong dang tu choi truy cap|khong phai la robot")),
    ("maintenance", re.compile(r"website tam ngung hoat dong|dang (?:duoc )?bao tri")),
    ("soft-404", re.compile(r"loi (?:truy cap )?404|khong ton tai tren may chu")),
    ("login", re.compile(r"ban can dang nhap (?:de xem|moi)|khong co quyen (?:truy cap|xem)")),
)
"""Words of NukeViet's language files on the pages that it sends instead of an article (folded)."""


def metas_of(tree: BeautifulSoup) -> dict[str, list[str]]:
    """The page's ``meta`` statements, by name in lower case."""
    metas: dict[str, list[str]] = {}
    for tag in tree.find_all("meta", content=True):
        name = attribute(tag, "property") or attribute(tag, "name")
        value = unescape(squeeze(attribute(tag, "content")))
        if name and value:
            metas.setdefault(name.lower(), []).append(value)
    return metas


def first_of(metas: dict[str, list[str]], name: str) -> str | None:
    """The first statement of that name, or None."""
    return metas.get(name, [None])[0]


def refusal(tree: BeautifulSoup) -> NotAnArticle:
    """Why a page without a body is no article: what it says itself, else what is missing."""
    said = fold(words(tree))[:2000] + " " + fold(tree.title.get_text() if tree.title else "")
    for reason, pattern in _WHAT_PAGES_SAY:
        found = pattern.search(said)
        if found is not None:
            return NotAnArticle(reason, "the page says: {text}", text=found.group())
    if tree.select_one("h1[itemprop=headline]") is not None:
        return NotAnArticle("no-body", "an article's title, but none of the names of a body")
    return NotAnArticle("not-an-article", "none of the names of a body")


def below(body: Tag) -> list[PageElement]:
    """The nodes below the body, without what is in forms, up to the heading of another list."""
    found: list[PageElement] = []
    if any(isinstance(element, NavigableString) and _END.match(squeeze(element)) for element in body.descendants):
        return found
    inside: set[int] = set()
    for element in nodes_after(body):
        if isinstance(element, NavigableString) and _END.match(squeeze(element)):
            break
        if isinstance(element, Tag) and element.name == "form":
            inside.update(id(part) for part in element.descendants)
        elif id(element) not in inside:
            found.append(element)
    return found


def find_author(below_body: list[PageElement]) -> str | None:
    """The name after ``Tác giả:`` below the body."""
    for text, parent in shown_strings(below_body):
        label = _AUTHOR.match(text)
        if label is None:
            continue
        block = parent if parent.name in {"p", "div", "li", "td"} else parent.find_parent(["p", "div", "li", "td"])
        for line in blocks(block, "") if block is not None else []:
            named = _AUTHOR.match(line.text) if isinstance(line, Paragraph) else None
            if isinstance(line, Paragraph) and named is not None:
                return unescape(line.text[named.end() :]) or None
    return None


def find_tags(below_body: list[PageElement], metas: dict[str, list[str]]) -> tuple[str, ...]:
    """The links after ``Tags:`` or ``Từ khóa:`` below the body, else the head's ``article:tag``."""
    for element in below_body:
        if isinstance(element, NavigableString) and _TAGS.fullmatch(squeeze(element)):
            names = [unescape(words(link)) for link in _links_after(element)]
            if names:
                return tuple(dict.fromkeys(name for name in names if name))
    return tuple(dict.fromkeys(metas.get("article:tag", [])))


def _links_after(label: PageElement) -> list[Tag]:
    """The links that follow a label: beside it, beside the element that it fills, or in the next element."""
    for _ in range(3):
        links: list[Tag] = []
        for beside in label.next_siblings:
            if isinstance(beside, Tag):
                own = [beside] if beside.name == "a" else beside.find_all("a")
                if links and beside.name in {"div", "p", "ul", "hr", "form", "h3"}:
                    break
                links += own
        if links or label.parent is None:
            return links
        label = label.parent
    return []


def find_section(tree: BeautifulSoup, metas: dict[str, list[str]], heading: Tag, address: str) -> str | None:
    """The section: what the head states, else the name of the link to the category in the address."""
    stated = first_of(metas, "article:section")
    if stated is not None:
        return stated
    steps = steps_of(address)[0]
    if len(steps) > 1:
        for link in heading.find_all_previous("a", href=True):
            if steps_of(absolute(address, attribute(link, "href")))[0][-1:] == steps[-2:-1]:
                return unescape(squeeze(link.get_text(" "))) or None
    return None


def canonical_address(tree: BeautifulSoup, metas: dict[str, list[str]], url: str) -> str:
    """The canonical address that the page states, if it is on the page's host; else the page's own address."""
    link = tree.find("link", rel="canonical", href=True)
    stated = attribute(link, "href") if isinstance(link, Tag) else first_of(metas, "og:url")
    try:
        address = urljoin(url, stated or url)
    except ValueError:  # "http://[" is no address
        return url
    return address if urlsplit(address).netloc == urlsplit(url).netloc else url
