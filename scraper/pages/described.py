"""The ``described`` family: papers on a CMS of their own, whose site files say where each field is printed.

We know only their addresses, and what public crawlers of 2013 to 2025 selected on their pages. A site file must
therefore name at least ``body`` in its ``[select]``. If it names nothing else, the title is the ``h1``, and the date
is found by its shape. The site file holds the evidence, and the fixtures are rebuilt from it.
"""

from __future__ import annotations

import re
from typing import ClassVar

from bs4 import Tag

from scraper.pages.blocks import words
from scraper.pages.captions import bind_captions
from scraper.pages.selected import SelectorFamily


class Described(SelectorFamily):
    """Page objects of papers that their site files describe."""

    name = "described"
    fields: ClassVar = {"title": ("h1",), "section": (".breadcrumb a", ".breadcrumbs a"), "tags": (".tags a",)}
    not_body = "h1, .related, .tags, .share, .social"
    address = re.compile(
        r"-postid(?P<post>\d+)\.\w+(?:\?|$)"
        r"|/(?P<number>\d{4,9})/[^/?]+/?(?:\?|$)"
        r"|/[^?]*(?:-|/)(?P<id>\d{4,15})(?:-\d{1,3})?(?:\.\w{3,5}|/)?(?:\?|$)"
        r"|/d(?P<moment>20\d{12,15})\.html?(?:\?|$)"
        r"|[?&](?:mabb|id|newsid)=(?P<asked>\d+)(?:&|$)"
        r"|/tin-bai/[^/?]+/(?P<slug>[^/?]+)/?(?:\?|$)",
        re.I,
    )
    pager = re.compile(r"[?&](?:page|p|trang)=(\d+)")
    lead_opens_body = True

    def key(self, url: str) -> str | None:
        """The number in the address, or the article's name if there is none."""
        found = self._match(url)
        return next((part.lower() for part in found.groups() if part), None) if found else None

    def tidy(self, body: Tag) -> None:
        """Binds captions: second rows of tables, italic or centred lines, and elements with a class for captions."""
        for below in body.select("p:has(> em), p[style*=center], div[style*=center], p[align=center]"):
            before = below.find_previous_sibling()
            is_picture = before is not None and before.find("img") is not None and not words(before)
            if is_picture and words(below) and below.find("img") is None:
                below["class"] = "caption-of-picture"
        bind_captions(body, ".caption-of-picture, .caption, .articleimg_caption")
