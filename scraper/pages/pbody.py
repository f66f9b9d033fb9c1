"""The ``pbody`` family: Báo Thanh Hóa, and Báo Hà Tĩnh until about 2022: paragraphs of the class ``pBody``.

What is known: public crawlers' selectors of 2019 for both papers (the date ``.date_news``, the lead
``.sapo_detail``, the text ``#main-detail`` with ``p.pBody``, the signature ``p.pAuthor``, captions ``p.pCaption``,
``.iCaption`` or the ``i`` of a ``p.pBody.pCenter``, the related list ``.drelated``, the title as ``p.pHead`` too),
and addresses of 2021 to 2026. No page is at hand: the fixtures are rebuilt.

Oddity of the source: addresses of both kinds, ``/<section>/<slug>/<number>.htm`` and ``/<slug>-<number>.htm``,
count on.
"""

from __future__ import annotations

import re
from typing import ClassVar

from bs4 import Tag

from scraper.pages.blocks import words
from scraper.pages.captions import bind_captions
from scraper.pages.selected import SelectorFamily


class PBody(SelectorFamily):
    """Page objects of the ``pBody`` papers."""

    name = "pbody"
    fields: ClassVar = {
        "title": ("h1.title_detail", "h1.title-detail", "h1.pTitle", "h1"),
        "lead": (".sapo_detail",),
        "body": ("#main-detail",),
        "date": (".date_news",),
        "author": ("#main-detail .pAuthor",),
        "section": (".breadcrumb a", ".breadcrumbs a"),
        "tags": (".tags a", ".tag_detail a"),
    }
    not_body = ".pHead, .drelated, .tags"
    address = re.compile(r"/[^/?]*?(?:-|/)(?P<id>\d{4,9})\.html?(?:\?|$)")

    def tidy(self, body: Tag) -> None:
        """Binds captions: of a class of their own, or the ``i`` below a centred picture."""
        for caption in body.select("p.pCenter i"):
            if words(caption) and caption.find_parent(class_="iCaption") is None:
                caption["class"] = "iCaption"
        bind_captions(body, ".pCaption, .iCaption")
