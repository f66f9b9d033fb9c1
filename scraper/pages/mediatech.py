"""The ``mediatech`` family: Báo Tây Ninh (since 2026), Báo Cao Bằng, and by their addresses Báo Quảng Ninh, Báo Hưng
Yên.

What is known: whole pages of Báo Tây Ninh of autumn 2026 were seen, and a public scraper's selectors for Báo Cao
Bằng of 2025. The fixture is rebuilt after them.

Oddities of the source: a stray ``</html>`` stands before ``<head>``, and a whole ``<html>`` of its own inside the
body; the lead stands twice, in a ``div.sapo`` cut after 300 characters that takes in the text, and whole in a
``p.sapo``; the date line is followed by the buttons that change the letters' size; ``.title-time`` is a clock; the
author of the JSON-LD is an account, and its ``dateModified`` is in UTC where ``datePublished`` is local.
"""

from __future__ import annotations

import re
from typing import ClassVar

from bs4 import BeautifulSoup, Tag

from scraper.pages.captions import bind_captions
from scraper.pages.selected import SelectorFamily


class Mediatech(SelectorFamily):
    """Page objects of the ``mediatech`` papers."""

    name = "mediatech"
    fields: ClassVar = {
        "title": (".content-article h1.name", "h1.name"),
        "lead": ("#content-detail p.sapo", ".content-article p.sapo"),
        "body": ("#content-detail", ".content-article .detail"),
        "date": (".content-article .date", ".content-article div.date"),
        "author": (".content-article .author strong", ".content-article .author", ".content-article .pseudonym"),
        "section": (".breadcrumbs .breadcrumb a",),
        "tags": (".content-article .tags a", ".tags-box a"),
    }
    beside = ".title-time, #content-detail div.sapo, .content-article .date span"
    not_body = ".author, .pseudonym, .related, .ads-zone, .ads-zone-group, .tags"
    address = re.compile(r"/[^/?]+-(?P<id>\d{4,9})\.html?(?:\?|$)")
    pager = re.compile(r"[?&]page=(\d+)")
    linked_author = False

    def tidy(self, body: Tag) -> None:
        """Binds the captions that came with an import from WordPress."""
        bind_captions(body, ".wp-caption-text, .caption")

    def prepare(self, page: BeautifulSoup) -> None:
        """Takes off what is hidden for the page's own scripts."""
        for hidden in page.select("section.page-info"):
            hidden.decompose()
