"""What each address answers: a question to the archive, in a thread, and a template."""

from __future__ import annotations

import asyncio
import csv as comma_separated
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from datasette import NotFound, Response

from flows.share.exports import harmless
from flows.share.served_page import SANDBOX
from flows.web.article_page import article
from flows.web.atom_feed import atom
from flows.web.captured_page import captured, served
from flows.web.citation_file import citation_file
from flows.web.coverage_page import coverage
from flows.web.home_page import home
from flows.web.language import COOKIE
from flows.web.search_page import newest, results
from flows.web.search_request import SearchRequest
from flows.web.time_budget import within
from scraper.captures import is_html
from scraper.store import Archive, open_reader

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

DATABASE = "tinkhoi"
SECONDS = 20.0
"""How long a page may ask."""

_YEAR = 365 * 24 * 3600
Answer = TypeVar("Answer")


async def first_page(datasette: Datasette, request: Request) -> Response:
    """``/``."""
    return await _page(datasette, request, "home.html", home)


async def results_page(datasette: Datasette, request: Request) -> Response:
    """``/tim``: any search; without words, all articles."""
    query = SearchRequest.read(_query(request))
    return await _page(datasette, request, "results.html", lambda archive: results(archive, query))


async def results_feed(datasette: Datasette, request: Request) -> Response:
    """``/tim.atom``: the newest of any search."""
    query = SearchRequest.read(_query(request))
    host = f"{request.scheme}://{request.host}"
    body = await _ask(datasette, lambda archive: atom(archive, query, newest(archive, query), host))
    return Response(body, content_type="application/atom+xml; charset=utf-8")


async def article_page(datasette: Datasette, request: Request) -> Response:
    """``/bai/SITE/KEY``."""
    name = unquote(request.url_vars["name"])
    return await _page(datasette, request, "article.html", lambda archive: article(archive, name))


async def citation(datasette: Datasette, request: Request) -> Response:
    """``/trich-dan/FORM/SITE/KEY``: the citation of an article as a file for reference managers."""
    name, form = unquote(request.url_vars["name"]), request.url_vars["form"]
    found = await _ask(datasette, lambda archive: citation_file(archive, name, form))
    if found is None:
        raise NotFound("no such article")
    return Response(
        found.text,
        headers={"Content-Disposition": f'attachment; filename="{found.filename}"'},
        content_type=f"{found.content_type}; charset=utf-8",
    )


async def captured_page(datasette: Datasette, request: Request) -> Response:
    """``/ban-chup/SITE/KEY``: what was served as this article's page."""
    name, folder = unquote(request.url_vars["name"]), _captures(datasette)
    return await _page(datasette, request, "captured.html", lambda archive: captured(archive, name, folder))


async def captured_bytes(datasette: Datasette, request: Request) -> Response:
    """``/ban-chup-goc/SITE/KEY``: the page itself, of which nothing runs."""
    name, folder = unquote(request.url_vars["name"]), _captures(datasette)
    found = await _ask(datasette, lambda archive: served(archive, name, folder))
    if found is None:
        raise NotFound("no such capture")
    content_type = found.capture.header("Content-Type") or "text/html"
    return Response(
        found.capture.body,
        headers={"Content-Security-Policy": SANDBOX, "X-DNS-Prefetch-Control": "off"},
        content_type=content_type if is_html(found.capture) else "text/plain; charset=utf-8",
    )


def _captures(datasette: Datasette) -> Path:
    return Path(datasette.get_database(DATABASE).path).parent / "captures"


async def coverage_page(datasette: Datasette, request: Request) -> Response:
    """``/lich``: the calendar of coverage, of one site or of all."""
    query = SearchRequest.read(_query(request))
    return await _page(datasette, request, "coverage.html", lambda archive: coverage(archive, query))


async def choose_language(request: Request) -> Response:
    """``/ngon-ngu/en?ve=/…``: remembers the language and goes back to where the reader was."""
    back = request.args.get("ve") or "/"
    if not back.startswith("/") or back[1:2] in {"/", "\\"} or not back.isprintable():
        back = "/"
    response = Response.redirect(back.encode("ascii", "ignore").decode())
    response.set_cookie(COOKIE, request.url_vars["lang"], max_age=_YEAR, httponly=True, samesite="strict")
    return response


async def csv(datasette: Datasette, request: Request) -> Response:
    """What Datasette gives as JSON, as CSV that Excel reads rightly and in which no cell is a formula."""
    path = f"{request.path.removesuffix('.csv')}.json?{request.query_string}&_shape=arrays&_size=max"
    answer = await datasette.client.get(path)
    if answer.status_code != 200:
        raise NotFound("this cannot be given as CSV")
    found = answer.json()
    sheet = io.StringIO()
    writer = comma_separated.writer(sheet)
    for row in (found["columns"], *found["rows"]):
        writer.writerow(harmless(value) if isinstance(value, str) else value for value in row)
    name = Path(request.path).name
    return Response(
        "\ufeff" + sheet.getvalue(),
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
        content_type="text/csv; charset=utf-8",
    )


def _query(request: Request) -> dict[str, str]:
    return {name: request.args[name] for name in request.args}


async def _ask(datasette: Datasette, build: Callable[[Archive], Answer]) -> Answer:
    """What ``build`` makes of the archive, opened for reading beside any writer."""
    path = Path(datasette.get_database(DATABASE).path)

    def read() -> Answer:
        with open_reader(path) as archive, within(archive, SECONDS):
            return build(archive)

    return await asyncio.to_thread(read)


async def _page(
    datasette: Datasette, request: Request, template: str, build: Callable[[Archive], dict[str, Any] | None]
) -> Response:
    context = await _ask(datasette, build)
    if context is None:  # answered here: Datasette would first try the address again in its own encoding
        context = {"status": 404, "said": ""}
        return Response.html(await datasette.render_template("error.html", context, request=request), status=404)
    return Response.html(await datasette.render_template(template, context, request=request))


ROUTES: tuple[tuple[str, Callable[..., Any]], ...] = (
    (r"/$", first_page),
    (r"/tim$", results_page),
    (r"/tim\.atom$", results_feed),
    (r"/trich-dan/(?P<form>ris|bibtex|csl-json)/(?P<name>.+)$", citation),
    (r"/bai/(?P<name>.+)$", article_page),
    (r"/ban-chup/(?P<name>.+)$", captured_page),
    (r"/ban-chup-goc/(?P<name>.+)$", captured_bytes),
    (r"/lich$", coverage_page),
    (r"/ngon-ngu/(?P<lang>vi|en)$", choose_language),
    (r"/tinkhoi(/[^/.]+)?\.csv$", csv),
)
"""Each address, as Datasette takes it, with what answers it."""
