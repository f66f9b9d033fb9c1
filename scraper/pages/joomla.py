"""The ``joomla`` family: sites of party committees on Joomla (tuyengiaoangiang.vn).

What is known: one live page's date line, ``Được đăng: Thứ ba, 13 Tháng 10 2015 09:10``, was seen. The markup is
that of Joomla's own article, blog and category views (2.5 to 5: ``dd.published``, ``dd.createdby``, ``itemprop``),
known from Joomla's templates; a site's template may override any of it. The fixtures are rebuilt.

Oddities of the source: an article is reached behind any menu item, with and without ``/index.php``, as
``<number>-<alias>``, since Joomla 4 as the ``<alias>`` alone, or as
``?option=com_content&view=article&id=<number>:<alias>``: the number is the key. The address of a category looks the
same, so lists give only what stands in a heading or in a row of the category's table. ``?tmpl=component&print=1``
is a print copy. Lists count by article (``?start=20``).
"""

from __future__ import annotations

import re
from typing import ClassVar

from scraper.pages.selected import SelectorFamily

_PRINT = re.compile(r"[?&](?:print=1|tmpl=component|format=(?:pdf|feed)|task=mailto)")


class Joomla(SelectorFamily):
    """Page objects of Joomla's article and category views."""

    name = "joomla"
    fields: ClassVar = {
        "title": (
            ".item-page :is(h1, h2)[itemprop=headline]", ".item-page :is(h1, h2)[itemprop=name]",
            ".item-page > .page-header :is(h1, h2)", ".item-page > :is(h1, h2)", ".contentheading",
        ),
        "lead": (".item-page .article-intro", ".item-page .introtext"),
        "body": (".item-page [itemprop=articleBody]", ".com-content-article__body", ".article-content", ".item-page"),
        "date": ("dd.published time", "dd.published", ".published", "dd.create time", "dd.create", ".createdate"),
        "updated": ("dd.modified time", "dd.modified", ".modified"),
        "author": ("dd.createdby [itemprop=name]", "dd.createdby"),
        "section": ("dd.category-name a", "dd.category-name"),
        "tags": (".item-page .tags a", "ul.tags a"),
    }  # fmt: skip
    pictures = "figure.item-image"
    not_body = (
        ".page-header, .article-info, dl.article-info, .icons, .pager, .pagenavigation, .pagination, .tags,"
        " .content_rating, #jc, .moduletable"
    )
    address = re.compile(
        r"/(?P<id>\d+)-[^/?]+?(?:\.html)?/?(?:\?|$)"
        r"|[?&]view=article\b.*?&id=(?P<asked>\d+)|[?&]id=(?P<first>\d+).*&view=article\b"
        r"|^/(?:index\.php/)?(?:[^/?]+/)+(?P<alias>(?!\d+-)[^\W_]+(?:-[^\W_]+){3,})(?:\.html)?/?(?:\?|$)"
    )
    pager = re.compile(r"[?&](?:start|limitstart)=(\d+)")
    list_links = (
        ".item-title a[href], .page-header a[href], .list-title a[href], .contentheading a[href],"
        " h2 a[href], h3 a[href], a.list-group-item[href]"
    )
    date_line = None  # "Cập nhật: …" has the same shape
    lead_opens_body = True

    def key(self, url: str) -> str | None:
        """The article's number in the address; where there is none, its alias of four words and more."""
        found = self._match(url)
        return next((number for number in found.groups() if number), None) if found else None

    def fetch_url(self, url: str) -> str | None:
        """The address; None for a copy to print, to mail, or as PDF."""
        return None if _PRINT.search(url) else super().fetch_url(url)
