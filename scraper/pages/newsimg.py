"""The ``newsimg`` family: Báo Hòa Bình and Báo Yên Bái, whose pictures stand under ``ims.<host>/NewsImg/``.

What is known: public crawlers' selectors of 2019 for both papers, their addresses (``/11/158663/Ten-bai.htm``), and
their pictures' addresses of 2014 to 2024. Báo Hòa Bình prints its date in the first ``span.meta``, its lead in
``.summary`` and its text in ``div.post.clearfix``; Báo Yên Bái its date in a list of ``.grid-header`` and its text
in ``.singlepage``, whose first paragraph's bold words are the lead. Both write paragraphs as ``div``. No page is at
hand: the fixtures are rebuilt.

Oddity of the source: English pages, ``/en/2/6817/…``, count for themselves, so their keys are marked.
"""

from __future__ import annotations

import re
from typing import ClassVar

from bs4 import Tag

from scraper.pages.blocks import words
from scraper.pages.captions import bind_captions
from scraper.pages.selected import SelectorFamily


class NewsImg(SelectorFamily):
    """Page objects of the ``NewsImg`` papers."""

    name = "newsimg"
    fields: ClassVar = {
        "title": ("h1.title", ".singlepage h1", ".post h1", "h1"),
        "lead": (".summary",),
        "body": ("div.post.clearfix:not(.margin-top-20)", ".singlepage"),
        "date": ("span.meta", ".grid-header ul span"),
        "section": (".breadcrumb a", ".breadcrumbs a"),
        "tags": (".tags a",),
    }
    beside = ".related-post, .post.margin-top-20"
    not_body = "h1, .summary, .meta, .tags, .share"
    address = re.compile(r"/(?:(?P<language>en)/)?\d+/(?P<id>\d{3,9})/[^/?]*\.(?:htm|html|aspx)(?:\?|$)")
    lead_opens_body = True

    def key(self, url: str) -> str | None:
        """The number in the address; ``en-<number>`` for a page in English."""
        found = self._match(url)
        return (f"{found['language']}-" if found["language"] else "") + found["id"] if found else None

    def tidy(self, body: Tag) -> None:
        """Binds the centred line, or the table's second row in italics, below a picture."""
        for below in body.select("div[style*='center'], p[style*='center']"):
            before = below.find_previous_sibling()
            if before is not None and before.find("img") is not None and not words(before) and words(below):
                below["class"] = "caption-of-picture"
        bind_captions(body, ".caption-of-picture")
