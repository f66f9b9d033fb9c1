"""Turns the bytes of one article page into an article, in two pure steps: what it prints, then what that means.

What reads pages and dates is loaded with the first page: it takes as long as all other work of a night without news.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from scraper.items import Article, NotAnArticle, PrintedArticle, Problem, Reject, Witness
from scraper.pages import pages_of
from scraper.reading.parts import with_parts
from scraper.sites import Site
from scraper.text import decode
from scraper.text.sentence import Sentence

__all__ = ["read_article", "read_printed", "understand"]


def read_article(
    body: bytes,
    url: str,
    site: Site,
    *,
    captured_at: datetime,
    content_type: str | None = None,
    urls: Sequence[str] = (),
    witnesses: Sequence[Witness] = (),
    parts: Mapping[str, PrintedArticle] = MappingProxyType({}),
) -> Article | Reject:
    """The article on the page ``body``, which ``site`` served at ``url``, or why the page is no article.

    ``content_type`` is the server's own statement, and ``urls`` are further addresses that led here. ``witnesses``
    are what list pages, feeds and sitemaps said about the date of publication, ``parts`` the further pages of a
    divided article, as with_parts wants them.
    """
    printed = read_printed(body, url, site, content_type=content_type, captured_at=captured_at)
    if isinstance(printed, Reject):
        return printed
    printed = with_parts(printed, parts)
    return understand(printed, site, captured_at=captured_at, urls=urls, witnesses=witnesses)


def read_printed(
    body: bytes, url: str, site: Site, *, content_type: str | None = None, captured_at: datetime | None = None
) -> PrintedArticle | Reject:
    """What the page ``body``, which ``site`` served at ``url``, prints, or why it is no article."""
    from scraper.pages.tree import released
    from scraper.pages.wholeness import refuse_cut
    from scraper.reading.saved_pictures import with_named_pictures

    decoded = decode(body, content_type, site.fetch.encoding)
    if decoded.problem is not None:
        return Reject(reason="encoding", detail=decoded.problem, url=url)
    try:
        with released():
            refuse_cut(decoded.text)
            return pages_of(site).article_at(with_named_pictures(decoded.text), url, captured_at)
    except NotAnArticle as refusal:
        return Reject(reason=refusal.reason, detail=refusal.detail, url=url)


def understand(
    printed: PrintedArticle,
    site: Site,
    *,
    captured_at: datetime,
    urls: Sequence[str] = (),
    witnesses: Sequence[Witness] = (),
) -> Article | Reject:
    """The article in ``printed``, from a page of ``site``, or why it is none. For the rest see read_article."""
    from scraper.cleaning import refine
    from scraper.topics import tag

    pages = pages_of(site)
    reader = pages.reader(printed.parser)
    printed, doubt = _with_believed_address(printed, pages.key)
    address = printed.canonical_url or printed.url
    key = pages.key(address) or pages.key(printed.url) or printed.native_id or address
    understood = refine(
        printed,
        site=site.id,
        key=key,
        trust=reader.trust,
        captured_at=captured_at,
        month=reader.month(address),
        other_witnesses=witnesses,
        urls=urls,
        order=site.date_order,
        topics=tag,
    )
    if isinstance(understood, Article):
        doubts = tuple(filter(None, (doubt, _missing_parts(printed))))
        return replace(understood, problems=understood.problems + doubts) if doubts else understood
    return understood


def _missing_parts(printed: PrintedArticle) -> Problem | None:
    if not printed.further_pages:
        return None
    return Problem(
        kind="parts",
        detail=Sentence("goes on at {addresses}, which was not read", addresses=", ".join(printed.further_pages)),
    )


def _with_believed_address(
    printed: PrintedArticle, key_of: Callable[[str], str | None]
) -> tuple[PrintedArticle, Problem | None]:
    """The page without a canonical address that is not its own, and the problem that it is.

    Templates were seen that name the home page, a section or the newest article as canonical on every page: believed,
    they would make one article of many. Where the address itself says which article it is, it holds.
    """
    stated, own = printed.canonical_url, key_of(printed.url)
    if stated is None or own is None or key_of(stated) == own:
        return printed, None
    problem = Problem(kind="canonical", detail=Sentence("the page names {stated} as its address", stated=stated))
    return replace(printed, canonical_url=None), problem
