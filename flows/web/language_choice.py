"""The link at the top of each page that chooses its language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette import Response

from flows.web.language import COOKIE
from flows.web.page import Route

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

_YEAR = 365 * 24 * 3600


async def choose_language(request: Request) -> Response:
    """``/ngon-ngu/en?ve=/…``: remembers the language and goes back to where the reader was."""
    back = request.args.get("ve") or "/"
    if not back.startswith("/") or back[1:2] in {"/", "\\"} or not back.isprintable():
        back = "/"
    response = Response.redirect(back.encode("ascii", "ignore").decode())
    response.set_cookie(COOKIE, request.url_vars["lang"], max_age=_YEAR, httponly=True, samesite="strict")
    return response


ROUTES: tuple[Route, ...] = ((r"/ngon-ngu/(?P<lang>vi|en)$", choose_language),)
"""What answers each address of this page."""
