"""The ``sc`` family: papers whose pages ask ``/service/api/article/list`` for their lists, once on ``apbac``'s CMS.

What is known: addresses and date lines of live pages were seen (Báo Hà Giang, Báo Đồng Nai, Báo Khánh Hòa,
tuyenquangtv.vn); ids, classes, the JSONP call and the page clock come from the sites' own scripts and from public
scrapers' code. No page could be captured whole: the fixtures are rebuilt. Where the date is printed is not known,
so it is found by its shape, ``18:13, 27/05/2023``, by the title; Báo Đắk Lắk of 2019 is known to print it in
``div.date``, and a whole page of its Phú Yên edition of autumn 2026 in ``.group-time``.

Oddities of the source: migrated articles keep ``-<old number>`` where new ones have ``-<7 hex digits>``; the lead
is often no element of its own but the first paragraph, in bold or behind the paper's masthead; Báo Quảng Ngãi
leaves ``#content`` empty and writes the body there by script; a script prints the time of the visit into ``.now``.
Captures from before a paper changed its CMS show ``apbac``'s pages, without any of today's marks. The Phú Yên
edition keeps old addresses, ``/95/64112/<slug>/``; an ``h1.title`` with the paper's own name stands before the
title, a clock frozen in 2024 above it, and the byline's place holds the placeholder "Bút danh".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag

from scraper.dates.shapes import CLOCK, SLASHED_DAY
from scraper.items import Block, ListEntry, ListPage, Paragraph
from scraper.pages.addresses import web_address
from scraper.pages.blocks import blocks, parse, words
from scraper.pages.leads import split_lead
from scraper.pages.selected import SelectorFamily
from scraper.text import squeeze

_JSON_LIST = re.compile(r"\s*(?:/\*.*?\*/\s*)?(?:[\w$.]+\s*\()?\s*(?=[{\[])", re.S)
_SERVICE = re.compile(r"/(?:sc_)?service/api/article/")
_MASTHEAD = re.compile(r"\([^\W\d_][^()]{0,24}\)\s*[-–—]?\s*\S|[A-ZĐ]{2,6}\s?[-–—]\s")
_SCRIPTED = re.compile(
    r"""(?:\boutputData\s*=|\$\(\s*['"]\#content['"]\s*\)\s*\.\s*html\s*\()\s*(?P<string>
        "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | `(?:[^`\\]|\\.)*`)""",
    re.X | re.S,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.S)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "v": "", "0": "", "\n": "", "\r\n": ""}
PAGE_SIZE = 20
"""How many articles beyond the known ones are requested from the list service. The sites' own scripts request 8 to
20."""


class Sc(SelectorFamily):
    """Page objects of the ``sc`` papers."""

    name = "sc"
    fields: ClassVar = {
        "title": (
            "h1.head_title", ".head_title", "h1.media-heading", "h2#title", ".detail-main-title h1.title",
            ".title-background h1.title",
        ),
        "lead": ("div.desc", "p.sapo", ".content-reply p.reply", "p.reply"),
        "body": (
            "#content.content-detail .td-post-content", "#content .td-post-content", "#content.content-detail",
            "div.article_content #content", "#content:not(:has(h1))",
        ),
        "date": ("div.article_content div.date", ".group-time time.time"),
        "section": (
            ".breadcrumb a.title", ".bread-crumb a.title", "a.title.color1", "a.title.fleft",
            ".group-category a.link",
        ),
        "tags": (".tag_list a",),
    }  # fmt: skip
    beside = ".now, .today-date, .content-detail .related, #content .related, .td-post-content .related"
    not_body = "img.logo, .tag_list, ul.social, .bd02, .related"
    address = re.compile(
        r"/(?P<year>(?:19|20)\d\d)(?P<month>\d\d)/[^/?]+-(?P<id>[0-9a-f]{7}|\d{5,8})(?:/(?:index\.html?)?)?(?:\?|$)"
        r"|^/\d{1,4}/(?P<old>\d{3,8})/[^/?]+/?(?:\?|$)"
    )
    date_line = re.compile(rf"(?:Cập nhật(?:\s+lúc)?\s*:?\s*)?{CLOCK}\s*[,|–-]?\s*{SLASHED_DAY}")
    former = "apbac"
    signs = re.compile(
        r"detail-main-title|head_title|media-heading|td-post-content|content-detail|article_content|site_id|service/api/article"
    )
    lead_opens_body = True

    def key(self, url: str) -> str | None:
        """The id in the address; ``old-<number>`` for an address that a paper brought from its former CMS."""
        found = self._match(url)
        return (found["id"] or f"old-{found['old']}").lower() if found else None

    def fetch_url(self, url: str) -> str | None:
        """The address; an article's without query and mobile copy's ``index.htm``. None for a print copy."""
        if "/trang-in-" in url:
            return None
        if self.key(url) is None:
            return super().fetch_url(url)
        parts = urlsplit(url)
        return urlunsplit(parts._replace(path=re.sub(r"index\.html?$", "", parts.path), query="", fragment=""))

    def list_page(self, html: str, url: str) -> ListPage:
        """What a section's page or an answer of the list service (JSONP or JSON) shows.

        A section's page shows its newest articles and names its ids (``#site_id``, ``#cate_id``). Its next page is a
        request to the list service like that of the page's own script. The request starts at the first article,
        because what the page shows may be in any of its boxes, and asks for more articles than the page shows.
        """
        if _JSON_LIST.match(html) and _SERVICE.search(urlsplit(url).path):
            return _answer(html, url)
        shown = super().list_page(html, url)
        if shown.next_url:
            return shown
        size = PAGE_SIZE + len(shown.entries)
        return ListPage(entries=shown.entries, next_url=_service_url(parse(html), html, url, size))

    def prepare(self, page: BeautifulSoup) -> None:
        """Moves the date beside the title, and inserts the body that Báo Quảng Ngãi writes by script."""
        title, dates = page.select_one(".detail-main-title h1.title"), page.select(".group-time:has(time)")
        if title is not None and len(dates) == 1:
            title.insert_before(dates[0].extract())
        content = page.select_one("#content")
        if content is None or blocks(content, ""):
            return
        for script in page.find_all("script"):
            if found := _SCRIPTED.search(script.get_text()):
                fragment = parse(javascript_string(found["string"]))
                for child in list((fragment.body or fragment).children):
                    content.append(child.extract())
                return

    def open_lead(self, body: tuple[Block, ...]) -> tuple[str | None, tuple[Block, ...]]:
        """Takes the first paragraph as the lead if it is bold or begins with the paper's masthead."""
        lead, rest = split_lead(body)
        if lead is None:
            prose = [block for block in body if isinstance(block, Paragraph)]
            if len(prose) > 1 and _MASTHEAD.match(prose[0].text):
                return prose[0].text, tuple(block for block in body if block is not prose[0])
        return lead, rest


def javascript_string(literal: str) -> str:
    """The text of a JavaScript string or template literal, which is given with its quotes."""

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code:
            return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "\ufffd"
        return _CONTROL.get(match[4], match[4])

    text = _ESCAPE.sub(character, literal[1:-1])
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _service_url(page: Tag, html: str, url: str, size: int) -> str | None:
    site, section = (page.select_one(selector) for selector in ("#site_id", "#cate_id"))
    if site is None or section is None or not (words(site) and words(section)):
        return None
    service = "/sc_service" if "/sc_service/" in html else "/service"
    asked = {"scUnitMapId": words(site), "saArticleCateId": words(section), "first": "0", "pageSize": str(size)}
    return urljoin(url, f"{service}/api/article/list?{urlencode(asked)}")


def _answer(text: str, url: str) -> ListPage:
    """What an answer of the list service lists. An answer that was cut off lists nothing and is not whole.

    The list ends with an empty answer, or when the ``total`` in the answer is reached. A short answer proves nothing,
    because it may be due to the service's own limit.
    """
    opened = _JSON_LIST.match(text)
    try:
        answer, _ = json.JSONDecoder(strict=False).raw_decode(text[opened.end() if opened else 0 :])
    except (ValueError, RecursionError):
        return ListPage(entries=(), whole=False)
    rows = answer.get("response") if isinstance(answer, dict) else answer
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    entries = tuple(entry for row in rows if (entry := _row(row, url)))
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    first = int(asked["first"]) if asked.get("first", "").isdecimal() else 0
    size = int(asked["pageSize"]) if asked.get("pageSize", "").isdecimal() else PAGE_SIZE
    total = answer.get("total") if isinstance(answer, dict) else None
    is_last = not rows or (isinstance(total, int) and first + len(rows) >= total)
    following = {**asked, "first": str(first + len(rows)), "pageSize": str(size)}
    next_url = None if is_last else urlunsplit(parts._replace(query=urlencode(following)))
    return ListPage(entries=entries, next_url=next_url)


def _row(row: Mapping[str, Any], url: str) -> ListEntry | None:
    address = web_address(url, str(row.get("pageUrl") or ""))
    if not row.get("pageUrl") or address is None:
        return None
    return ListEntry(
        url=address,
        title=_plain(row.get("title")),
        date_text=_plain(row.get("publishDate")),
        lead=_plain(row.get("lead")),
    )


def _plain(value: Any) -> str | None:
    """The words of a JSON field, which may hold markup. Half of a surrogate pair is no character."""
    if not isinstance(value, str):
        return None
    text = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return squeeze(words(parse(text)) if re.search(r"[<&]", text) else text) or None
