"""The ``newscontent`` family: Báo Bạc Liêu, Báo Sóc Trăng, Báo Hậu Giang, and Báo Cà Mau and Báo Đắk Nông of 2019.

What is known: public crawlers' selectors of 2019 and 2020 for these five papers (the body ``.newscontent``, the
date ``.date``, ``.date-time`` or the second entry of ``ul.list-unstyled``, the lead ``.title-italic``, ``p.text-
intro``, ``article > p`` or the body's first paragraph, the title ``h1.view-page-Tit``), and addresses of the years
after. No page is at hand: the fixtures are rebuilt. Captions are an ``em`` in the picture's paragraph or in the
next one.
"""

from __future__ import annotations

import re
from typing import ClassVar

from bs4 import Tag

from scraper.pages.blocks import words
from scraper.pages.captions import bind_captions, picture_with_caption
from scraper.pages.selected import SelectorFamily
from scraper.text import squeeze


class NewsContent(SelectorFamily):
    """Page objects of the ``newscontent`` papers."""

    name = "newscontent"
    fields: ClassVar = {
        "title": ("h1.view-page-Tit", "article h1", "h1"),
        "lead": (".title-italic", "p.text-intro", "article > p"),
        "body": ("div.newscontent", ".newscontent", ".divDetail"),
        "date": ("div.date", ".date-time", "ul.list-unstyled > li:nth-of-type(2)"),
        "section": (".breadcrumb a", ".breadcrumbs a"),
        "tags": (".tags a",),
    }
    not_body = ".related, .tags, .share, .social"
    address = re.compile(r"/[^/?]+-(?P<id>\d{3,9})\.html?(?:\?|$)")
    pager = re.compile(r"[?&](?:page|p)=(\d+)")
    lead_opens_body = True

    def tidy(self, body: Tag) -> None:
        """Binds a caption that an ``em`` prints below the picture of its paragraph, or in the next paragraph."""
        for paragraph in body.find_all(["p", "div"]):
            if len(paragraph.find_all("img")) != 1:
                continue
            caption = next((tag for tag in paragraph.find_all("em") if words(tag)), None)
            if caption is not None and squeeze(paragraph.get_text()) == squeeze(caption.get_text()):
                picture_with_caption(paragraph, caption)
        for image in body.select("p:has(> img), div:has(> img)"):
            below = image.find_next_sibling()
            if below is not None and not words(image) and below.name in {"p", "div"} and below.find("img") is None:
                caption = below.find("em")
                if caption is not None and squeeze(below.get_text()) == squeeze(caption.get_text()):
                    below["class"] = "caption-of-picture"
        bind_captions(body, ".caption-of-picture")
