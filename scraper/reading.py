"""From the bytes of one article page to the article: page object, dates, cleaning, topics in one pure step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from scraper.cleaning import refine
from scraper.items import Article, NotAnArticle, Reject, Witness
from scraper.pages import load_family
from scraper.sites import Site
from scraper.text import decode
from scraper.topics import tag

_BODY = re.compile(r"<body\b", re.I)
_END = re.compile(r"</(?:body|html)\b", re.I)


def read_article(
    body: bytes,
    url: str,
    site: Site,
    *,
    captured_at: datetime,
    content_type: str | None = None,
    urls: Sequence[str] = (),
    witnesses: Sequence[Witness] = (),
) -> Article | Reject:
    """The article that ``body``, served at ``url`` by ``site``, is; or why it is none.

    ``content_type`` is the server's own statement, ``urls`` further addresses that led here, ``witnesses`` what
    list pages, feeds and sitemaps said about the date of publication.
    """
    decoded = decode(body, content_type, site.fetch.encoding)
    if decoded.problem is not None:
        return Reject(reason="encoding", detail=decoded.problem, url=url)
    if _BODY.search(decoded.text) and not _END.search(decoded.text):
        return Reject(reason="truncated", detail="the page opens its body and has no end", url=url)
    family = load_family(site.family, site.select)
    try:
        printed = family.article(decoded.text, url)
    except NotAnArticle as refusal:
        return Reject(reason=refusal.reason, detail=refusal.detail, url=url)
    address = printed.canonical_url or url
    key = family.key(address) or family.key(url) or printed.native_id or address
    return refine(
        printed,
        site=site.id,
        key=key,
        trust=family.trust,
        captured_at=captured_at,
        month=family.month(address),
        other_witnesses=witnesses,
        urls=urls,
        order=site.date_order,
        topics=tag,
    )
