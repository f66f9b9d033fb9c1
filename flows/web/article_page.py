"""The reading page of one article: its words, its evidence, its revisions, and where else it appeared."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from datasette import Response

from flows.outcome.messages import Lang
from flows.web.citation_file import TYPES, citation_of, linked_data, metadata
from flows.web.language import language
from flows.web.marked_words import marked_parts
from flows.web.page import Route, page, query_of
from flows.web.search_request import SearchRequest
from scraper.store import Archive
from scraper.store.articles import find_article, load_article
from scraper.store.revisions import Change, Revision, history, word_diff
from scraper.store.search_query import MAX_CHARACTERS

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

CONTEXT = 90
"""How many characters of unchanged words are shown on either side of a change."""

_CITATION: dict[Lang, str] = {"vi": "citation_vi", "en": "citation"}
"""The column of the view ``citations`` for a reader of each language."""


def article_address(site: str, key: str) -> str:
    """The address of the reading page."""
    return f"/bai/{quote(site, safe='')}/{quote(key, safe='')}"


def province_of(archive: Archive, site: str) -> tuple[str, str] | None:
    """The province of a site, by its names before July 2025 and now; None for a site of no province."""
    row = archive.row(
        "SELECT name_before, name_now FROM provinces WHERE name_before = (SELECT province FROM sites WHERE id = ?)",
        (site,),
    )
    return (row["name_before"], row["name_now"]) if row else None


def article(archive: Archive, name: str, asked: str = "", *, exact: bool = False) -> dict[str, Any] | None:
    """What the template ``article.html`` shows of ``site/key`` (or an address of it), or None for no such article.

    The places of the words ``asked`` for are marked.
    """
    id_ = find_article(archive, name)
    if id_ is None:
        return None
    stored = load_article(archive, id_)
    return {
        "query": SearchRequest(),
        "stored": stored,
        "article": stored.article,
        "asked": asked,
        "marked": marked_parts(stored.article, asked, exact=exact),
        "source": archive.value("SELECT name FROM sites WHERE id = ?", (stored.article.site,)),
        "province": province_of(archive, stored.article.site),
        "citation": archive.value(f"SELECT {_CITATION[language.get()]} FROM citations WHERE id = ?", (id_,)),  # noqa: S608
        "metadata": metadata(cited) if (cited := citation_of(archive, id_)) else [],
        "linked_data": linked_data(cited) if cited else None,
        "citation_forms": list(TYPES),
        "links": [figure.src if _is_link(figure.src) else None for figure in stored.article.figures],
        "original": stored.article.url if _is_link(stored.article.url) else None,
        "revisions": _revisions(history(archive, id_)),
        "story": archive.rows(
            "SELECT * FROM stories WHERE story = (SELECT story FROM articles WHERE id = ?) ORDER BY place",
            (id_,),
        ),
    }


def citation_address(form: str, site: str, key: str) -> str:
    """The address of an article's citation as a file."""
    return f"/trich-dan/{form}/{quote(site, safe='')}/{quote(key, safe='')}"


def _is_link(address: str) -> bool:
    """A page may print ``javascript:`` in place of an address: that is shown and never linked."""
    return address.startswith(("http://", "https://"))


def _revisions(revisions: list[Revision]) -> list[tuple[Revision, list[Change]]]:
    """Each revision with what changed in it, newest first."""
    changes = [[], *(list(shortened(word_diff(old.words, new.words))) for old, new in pairwise(revisions))]
    return list(zip(revisions, changes, strict=True))[::-1]


def shortened(changes: list[Change]) -> Iterable[Change]:
    """The changes with long runs of words that stayed cut to what stands beside a change; none where all stayed."""
    if all(change.kind == "kept" for change in changes):
        return
    for number, change in enumerate(changes):
        text = change.text
        if change.kind == "kept" and len(text) > 3 * CONTEXT:
            before = text[:CONTEXT].rpartition(" ")[0] if number > 0 else ""
            after = text[-CONTEXT:].partition(" ")[2] if number < len(changes) - 1 else ""
            text = f"{before} … {after}"
        yield Change(change.kind, text)


async def article_page(datasette: Datasette, request: Request) -> Response:
    """``/bai/SITE/KEY``."""
    name = unquote(request.url_vars["name"])
    query = query_of(request)
    asked, exact = query.get("tim", "")[:MAX_CHARACTERS], query.get("exact") == "1"
    return await page(datasette, request, "article.html", lambda archive: article(archive, name, asked, exact=exact))


ROUTES: tuple[Route, ...] = ((r"/bai/(?P<name>.+)$", article_page),)
"""What answers each address of this page."""
