"""The ``anumber`` family: papers whose articles live at ``/<slug>-a<number>.html``.

What is known: addresses and the opening text of live pages were seen (Báo Long An, Báo An Giang, Báo Đồng Khởi: the
date ``16/10/2015 - 16:39`` stands above the title, the lead below it); the ids and classes come from public
scrapers' code for Báo Đồng Khởi, Báo Cần Thơ, Báo Đồng Tháp, Báo Bình Dương and Báo Tây Ninh; the markup of a
picture (its caption an ``em`` in the same paragraph) from bodies of Báo Long An quoted in public code. The classes
of title and date line were not known: the title is the page's ``h1``, the date is found by its shape. Whole pages
of Báo An Giang and Báo Cần Thơ of autumn 2026 were seen since (``.pubdate``, ``.titlecate``). The fixtures are
rebuilt.

Oddities of the source: every address works a second time behind ``/index.php/``; Báo Đồng Khởi answers at its old
host with a ``base`` that points to its new one; a video's page (``/video/xem-video/…``) has no ``a`` and is not
read. On Báo Cần Thơ the first ``h1`` is the section's path. Báo An Giang appends five tags of its own to every
article's.
"""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urlunsplit

from bs4 import Tag

from scraper.pages.addresses import split_address
from scraper.pages.blocks import attribute, words
from scraper.pages.captions import bind_captions, picture_with_caption
from scraper.pages.selected import SelectorFamily
from scraper.text import squeeze


class ANumber(SelectorFamily):
    """Page objects of the ``-a<number>.html`` papers."""

    name = "anumber"
    fields: ClassVar = {
        "title": ("h1.title", ".detail-title h1", "h1:not(.titlecate h1)"),
        "lead": (".detail-desc p", ".detail-desc", "h4.sapo", "p.sapo"),
        "body": (
            "#newscontents .content-fck", ".content-fck", "#newscontents", "#contentNews .singular-content",
            "#contentNews",
        ),
        "date": (".pubdate",),
        "author": ("#newscontents p.author",),
        "section": (".breadcrumb-news-detail a", "h2.catename-h1 a", ".titlecate a"),
        "tags": (".tags a", ".tag-list a", ".detail-tag a.tag_item:not(:nth-last-of-type(-n+5))"),
    }  # fmt: skip
    beside = "#newscontents .related"
    not_body = ".tags, .tag-list, .share, .i-con-gg-news"
    address = re.compile(r"-a(?P<id>\d+)\.html?(?:\?|$)")
    pager = re.compile(r"[?&]p=(\d+)")
    lead_opens_body = True

    def fetch_url(self, url: str) -> str | None:
        """The address without the ``/index.php`` that doubles every one; an article's without query."""
        parts = split_address(url)
        if parts is None:
            return None
        path = re.sub(r"^/index\.php(?=/)", "", parts.path)
        query = "" if self.key(url) else parts.query
        return super().fetch_url(urlunsplit(parts._replace(path=path, query=query)))

    def tidy(self, body: Tag) -> None:
        """Binds a caption in ``em`` or in a ``p.note`` to its picture, and makes a signature of two lines one."""
        bind_captions(body, "p.note")
        signatures = [p for p in body.find_all("p") if words(p)][-1:]
        for signature in signatures:
            if attribute(signature, "align") == "right":
                for end in signature.find_all("br"):
                    end.replace_with(" ")
        for paragraph in body.find_all(["p", "div"]):
            pictures = paragraph.find_all("img")
            if len(pictures) != 1:
                continue
            caption = next((tag for tag in paragraph.find_all("em") if words(tag)), None)
            if caption is not None and squeeze(paragraph.get_text()) == squeeze(caption.get_text()):
                _drop_address_as_alt(pictures[0])
                picture_with_caption(paragraph, caption)


def _drop_address_as_alt(image: Tag) -> None:
    if attribute(image, "alt").strip().lower().endswith((".jpg", ".jpeg", ".png", ".webp")):
        del image["alt"]
