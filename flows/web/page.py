"""How a page is answered: a question to the archive, in a thread, and a template."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from datasette import Response

from flows.web.time_budget import within
from scraper.store import Archive, open_reader

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

DATABASE = "tinkhoi"
WATCHWORDS = "/theo-doi"
"""The address of the only page with a form that writes."""

SECONDS = 20.0
"""How long a page may ask the archive."""

Route = tuple[str, Callable[..., Awaitable[Response]]]
"""An address as a regular expression, in Datasette's form, and the function that answers it."""

Found = TypeVar("Found")


def query_of(request: Request) -> dict[str, str]:
    """The parameters of an address, the first of each name."""
    return {name: request.args[name] for name in request.args}


async def ask(datasette: Datasette, build: Callable[[Archive], Found]) -> Found:
    """What ``build`` makes of the archive, opened for reading beside any writer."""
    path = Path(datasette.get_database(DATABASE).path)

    def read() -> Found:
        with open_reader(path) as archive, within(archive, SECONDS):
            return build(archive)

    return await asyncio.to_thread(read)


async def page(
    datasette: Datasette, request: Request, template: str, build: Callable[[Archive], dict[str, Any] | None]
) -> Response:
    """``template`` filled with what ``build`` makes of the archive; a page of its own where it is None."""
    context = await ask(datasette, build)
    if context is None:  # answered here: Datasette would first try the address again in its own encoding
        context = {"status": 404, "said": ""}
        return Response.html(await datasette.render_template("error.html", context, request=request), status=404)
    return Response.html(await datasette.render_template(template, context, request=request))
