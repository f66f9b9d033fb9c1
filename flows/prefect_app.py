"""The Prefect server that we start, behind a door: it answers its own address alone.

A page of the web can make a browser ask addresses of this machine. Such a request carries the page's origin, or,
where the page's own name was made to lead here, that name as its host. Both are refused, of websockets too, which
Prefect's own settings (CORS, its auth string) leave open. The pages of the UI may in turn ask nobody else: Prefect's
newer UI reports to a service on the web although analytics are off. It is an ASGI application for uvicorn.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from flows.forked import end_after_parent
from flows.prefect_settings import heed_environment
from scraper.garbage import uncollected

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PORT = "TINKHOI_PREFECT_PORT"
"""The variable that names the port of the server, from which its own addresses follow."""

HOSTS = ("127.0.0.1", "localhost")

POLICY = b"connect-src 'self'; frame-ancestors 'none'"


class OwnOriginOnly:
    """ASGI middleware: a request from a page of another origin gets 403, and its websocket is closed."""

    def __init__(self, app: ASGIApp, origins: frozenset[str]) -> None:
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on requests that come from no page at all, or from one of our pages."""
        from starlette.responses import PlainTextResponse
        from starlette.websockets import WebSocketClose

        named = {value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"origin"}
        if named <= self.origins:
            await self.app(scope, receive, _with_policy(send))
        elif scope["type"] == "websocket":
            await WebSocketClose(1008, "origin")(scope, receive, send)
        else:
            await PlainTextResponse("Not from another origin\n", 403)(scope, receive, send)


def _with_policy(send: Send) -> Send:
    async def with_policy(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), (b"content-security-policy", POLICY)]}
        await send(message)

    return with_policy


def behind_door(app: ASGIApp, port: int) -> ASGIApp:
    """``app`` as the server at ``port`` of this machine."""
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    origins = frozenset(f"http://{host}:{port}" for host in HOSTS)
    return TrustedHostMiddleware(OwnOriginOnly(app, origins), allowed_hosts=list(HOSTS), www_redirect=False)


def resident() -> ASGIApp:
    """The server of ``tinkhoi serve``, with UI and scheduler. It ends with ``serve``, which holds its input open."""
    end_after_parent(sys.stdin.fileno())
    with uncollected():
        from prefect.server.api.server import create_app

        return behind_door(create_app(final=True), int(os.environ[PORT]))


def serve_short(port: int) -> None:
    """Serves :func:`short` at ``port`` until a signal ends it, in a fork of a process that had imported Prefect."""
    import uvicorn

    heed_environment()
    uvicorn.run(
        short,
        factory=True,
        host="127.0.0.1",
        port=port,
        log_level="warning",
        timeout_graceful_shutdown=2,
    )


def short() -> ASGIApp:
    """The server of one ``tinkhoi nightly``: no UI, and only the services that a run needs."""
    with uncollected():
        from prefect.server.api.server import create_app

        return behind_door(create_app(final=True, ephemeral=True), int(os.environ[PORT]))
