"""Downloads: all hits of a search as one file, whole and newest first."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from datasette import Response
from datasette.utils.asgi import AsgiFileDownload

from flows.outcome.exit_codes import RunError
from flows.share.downloads import KINDS, DownloadForm, write_articles, write_dictionary
from flows.share.wacz import write_wacz
from flows.web.language import language, say
from flows.web.page import DATABASE, Route, query_of
from flows.web.search_request import SearchRequest
from flows.web.time_budget import OutOfTime, within
from scraper.clock import utc_now
from scraper.store import Archive, open_reader
from scraper.store.search import search_ids
from scraper.text import fold

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

DOWNLOADED = 20_000
"""How many articles one download holds at most; the command has no such limit."""

CAPTURED = 2_000
"""How many articles a download of captures holds at most."""

SECONDS = 120.0
"""How long the archive may be read for one download."""


class _Download(AsgiFileDownload):  # type: ignore[misc]  # Datasette has no types
    """A file that is sent in blocks, and deleted with its folder once it is sent."""

    def __init__(self, folder: tempfile.TemporaryDirectory[str], path: Path, media_type: str) -> None:
        super().__init__(str(path), filename=path.name, content_type=media_type)
        self.folder = folder

    async def asgi_send(self, send: Any) -> None:
        """Sends the file. It is deleted also where the reader went away."""
        with self.folder:
            await super().asgi_send(send)


class TooMany(Exception):
    """A search finds more articles than one download holds."""


class Misread(Exception):
    """A search asks for something that the archive cannot know, such as a site that there is not."""


def most(form: DownloadForm) -> int:
    """How many articles a download of this form holds at most."""
    return CAPTURED if form == "wacz" else DOWNLOADED


def download_addresses(query: SearchRequest) -> list[tuple[str, str]]:
    """The name and the address of each form in which the hits of ``query`` may be taken."""
    return [(kind.name, replace(query, order=None).address(f"/tai-ve/{form}")) for form, kind in KINDS.items()]


def write_download(archive: Archive, query: SearchRequest, form: DownloadForm, output: Path, captures: Path) -> None:
    """Writes all hits of ``query`` to ``output``.

    Raises TooMany, Misread for a filter of an unknown value, and RunError where the file cannot be written or nothing
    was captured of the hits.
    """
    limit = most(form)
    ids = search_ids(archive, query.q, query, exact=query.exact, limit=limit + 1)
    if not ids and (unknown := query.unknown(archive)):
        raise Misread(say(f"unknown_{unknown[0]}", value=str(getattr(query, unknown[0]))))
    if len(ids) > limit:
        raise TooMany(say("too_many", most=limit))
    if form == "wacz":
        title = f"Tin Khối: {query.q or say('all')}"
        write_wacz(archive, captures, query, output, title=title, now=utc_now(), ids=ids)
    else:
        write_articles(archive, ids, form, output)


async def download(datasette: Datasette, request: Request) -> Any:
    """``/tai-ve/FORM?q=…``: the hits of a search, with the parameters of ``/tim``."""
    form = cast(DownloadForm, request.url_vars["form"])
    query = SearchRequest.read(query_of(request))
    if query.misread:  # an unreadable filter is not left out in silence
        return await _refusal(datasette, request, 400, say("misread", text=query.misread[0]))
    database = Path(datasette.get_database(DATABASE).path)

    def write(output: Path) -> None:
        with open_reader(database) as archive, within(archive, SECONDS):
            write_download(archive, query, form, output, database.parent / "captures")

    name = re.sub(r"[^a-z0-9]+", "-", fold(query.q).lower()).strip("-")[:60] or "tin-khoi"
    try:
        return await _file(write, f"{name}.{KINDS[form].ending}", KINDS[form].media_type)
    except Misread as error:
        return await _refusal(datasette, request, 400, str(error))
    except TooMany as error:
        return await _refusal(datasette, request, 413, str(error))
    except OutOfTime:
        return await _refusal(datasette, request, 503, say("too_many", most=most(form)))
    except RunError as error:
        return await _refusal(datasette, request, 404, str(error))


async def fields(request: Request) -> Any:
    """``/tai-ve/fields.csv``: what the fields of a download mean."""
    return await _file(write_dictionary, "tin-khoi.fields.csv", KINDS["csv"].media_type)


async def _file(write: Callable[[Path], None], name: str, media_type: str) -> _Download:
    """An answer that sends the file that ``write`` writes. Nothing of it stays behind."""
    folder = tempfile.TemporaryDirectory(prefix="tinkhoi-", ignore_cleanup_errors=True)
    path = Path(folder.name) / name
    spoken = language.get()

    def in_thread() -> None:
        language.set(spoken)
        write(path)

    try:
        await asyncio.to_thread(in_thread)
    except BaseException:
        folder.cleanup()
        raise

    return _Download(folder, path, media_type)


async def _refusal(datasette: Datasette, request: Request, status: int, said: str) -> Response:
    context = {"status": status, "said": said, "said_in": language.get()}
    return Response.html(await datasette.render_template("error.html", context, request=request), status=status)


ROUTES: tuple[Route, ...] = (
    (r"/tai-ve/fields\.csv$", fields),
    (rf"/tai-ve/(?P<form>{'|'.join(KINDS)})$", download),
)
"""What answers each address of this page."""
