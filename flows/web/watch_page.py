"""The watchwords: what is followed, each with its articles and its Atom feed, and a form that adds or removes one.

It is the only page that writes. :func:`flows.web.datasette_plugin.refusal` lets only its own form through.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette import Response

from flows.web.page import DATABASE, WATCHWORDS, Route, ask, query_of
from flows.web.search_request import FEED, SearchRequest
from scraper.clock import utc_now
from scraper.store import Archive, open_archive
from scraper.store.watches import Watch, unwatch, watch, watches, watchword

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

LONGEST = 100
"""How many characters a watchword has at most."""

WAIT = 2.0
"""How many seconds the form waits for a run that writes; then it says that the archive is in use."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A watchword with the addresses of its articles and of its feed."""

    watch: Watch
    articles: str
    feed: str


def followed(archive: Archive) -> list[Followed]:
    """All watchwords in alphabetical order."""
    asked = ((each, SearchRequest(topic=each.words)) for each in watches(archive))
    return [Followed(each, search.address(), search.address(FEED)) for each, search in asked]


def change(path: Path, act: str, words: str) -> bool:
    """Adds or removes a watchword; False where nothing can be read from ``words``, or they were not followed.

    Raises ArchiveLocked while a run writes, and ArchiveError for an archive that cannot be used.
    """
    if not words.strip() or len(words) > LONGEST:
        return False
    with open_archive(path, wait=WAIT) as archive:
        if act == "remove":
            return unwatch(archive, words)
        return act == "add" and watch(archive, words, utc_now())


async def watch_page(datasette: Datasette, request: Request) -> Response:
    """``/theo-doi``: the watchwords; a POST of its form changes them and leads back."""
    if request.method != "POST":
        return await _page(datasette, request, words=watchword(query_of(request).get("words", ""))[:LONGEST])
    sent = await request.post_vars()
    words = sent.get("words", "")
    path = Path(datasette.get_database(DATABASE).path)
    if await asyncio.to_thread(change, path, sent.get("act", ""), words):
        return Response.redirect(WATCHWORDS, status=303)
    return await _page(datasette, request, words=words[:LONGEST], refused=True)


async def _page(datasette: Datasette, request: Request, *, words: str, refused: bool = False) -> Response:
    context: dict[str, Any] = {
        "followed": await ask(datasette, followed),
        "words": words,
        "refused": refused,
        "longest": LONGEST,
    }
    text = await datasette.render_template("watchwords.html", context, request=request)
    return Response.html(text, status=400 if refused else 200)


ROUTES: tuple[Route, ...] = ((rf"{WATCHWORDS}$", watch_page),)
"""What answers each address of this page."""
