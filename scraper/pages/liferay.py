"""The ``liferay`` family: portals on Liferay (Báo Bắc Ninh until its merger, dukccq.danang.gov.vn).

What is known: addresses (``/web/bbn/…?p_p_id=…``, pages ``…_cur=3``), a date line (``Đăng ngày 15-05-2022 10:48``)
and the masthead of Báo Bắc Ninh, ``(BBNĐT)``, were seen on live pages. The markup is that of Liferay's own asset
publisher and web content (6 and 7), known from public scrapers' code and as background; a portal's own templates may
override any of it. The fixtures are rebuilt.

Oddities of the source: an article's address carries the state of the whole page (``p_p_id``, ``p_p_state``,
``redirect``), so one article has many; the key is its title in the address (``…/content/<alias>``, ``/-/<alias>``,
``/w/<alias>``, ``…_urlTitle=<alias>``) or its number. Lists count in ``…_cur``, named after their portlet.
"""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urlunsplit

from scraper.pages.addresses import split_address
from scraper.pages.selected import SelectorFamily

_NEVER = re.compile(r"[?&](?:p_p_state=(?:pop_up|exclusive)|p_p_lifecycle=[12]\b|\w*viewMode=print)")


class Liferay(SelectorFamily):
    """Page objects of Liferay's asset publisher and web content."""

    name = "liferay"
    fields: ClassVar = {
        "title": (
            ".asset-full-content .header-title", ".asset-full-content .asset-title", ".header-title", ".asset-title",
            "h1.title",
        ),
        "lead": (".asset-full-content .asset-summary",),
        "body": (".journal-content-article", ".asset-full-content .asset-content", ".asset-content"),
        "date": (".asset-full-content .metadata-publish-date", ".metadata-publish-date"),
        "section": (".breadcrumb a", ".breadcrumbs a"),
        "tags": (".taglib-asset-tags-summary a",),
    }  # fmt: skip
    beside = ".asset-links, .taglib-asset-links, .asset-abstract.related, .portlet-asset-publisher .asset-abstract"
    not_body = ".asset-metadata, .taglib-social-bookmarks, .asset-user-actions"
    address = re.compile(
        r"/-/(?:asset_publisher/\w+/content|details|journal_content)/(?:[^?]*/)?(?P<id>[^/?]+)"
        r"|/(?:-|w)/(?P<alias>[^/?]+)(?:\?|$)"
        r"|[?&]\w*(?:urlTitle|articleId|newsId|assetEntryId)=(?P<asked>[^&]+)"
    )
    pager = re.compile(r"[?&]\w*_cur=(\d+)")
    lead_opens_body = True

    def key(self, url: str) -> str | None:
        """The article's title as the address writes it, else its number there."""
        found = self._match(url)
        return next((name.lower() for name in found.groups() if name), None) if found else None

    def fetch_url(self, url: str) -> str | None:
        """The address; an article's own address without the state of the page. None for print, dialogs, actions."""
        parts = split_address(url)
        if parts is None or _NEVER.search(url):
            return None
        bare = urlunsplit(parts._replace(query="", fragment=""))
        return bare if self.key(bare) else super().fetch_url(url)
