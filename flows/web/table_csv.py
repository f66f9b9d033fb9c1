"""Datasette's tables as CSV."""

from __future__ import annotations

import csv as comma_separated
import io
from pathlib import Path
from typing import TYPE_CHECKING

from datasette import NotFound, Response

from flows.share.exports import harmless
from flows.web.page import Route

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request


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


ROUTES: tuple[Route, ...] = ((r"/tinkhoi(/[^/.]+)?\.csv$", csv),)
"""What answers each address of this page."""
