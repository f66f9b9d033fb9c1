"""The door of the Prefect server that we start: other hosts, other origins and their websockets stay outside."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from flows.prefect_app import behind_door

OWN = "127.0.0.1:4277"


async def inside(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers everything."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"inside"})


def answer(kind: str, host: str = OWN, origin: str | None = None) -> dict[str, Any]:
    """The first message with which a request, ``http`` or ``websocket``, is answered."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect" if kind == "websocket" else "http.request"}

    headers = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin is not None else [])
    scope = {"type": kind, "method": "POST", "path": "/api/events/in", "headers": headers, "query_string": b""}
    asyncio.run(behind_door(inside, 4277)(scope, receive, send))  # type: ignore[arg-type]
    return sent[0]


PASSES = [(OWN, None), ("localhost:4277", None), (OWN, f"http://{OWN}"), (OWN, "http://localhost:4277")]
REFUSED = [
    ("paper.example", None, 400),
    ("127.0.0.1.paper.example:4277", None, 400),
    (OWN, "https://paper.example", 403),
    (OWN, "http://127.0.0.1:8765", 403),
    (OWN, "null", 403),
]


@pytest.mark.parametrize(("host", "origin"), PASSES)
def test_programs_and_the_own_ui_are_answered(host: str, origin: str | None) -> None:
    assert answer("http", host, origin)["status"] == 200
    assert answer("websocket", host, origin)["type"] == "websocket.accept"


@pytest.mark.parametrize(("host", "origin", "status"), REFUSED)
def test_a_page_of_another_site_is_not(host: str, origin: str | None, status: int) -> None:
    assert answer("http", host, origin)["status"] == status
    assert answer("websocket", host, origin)["type"] != "websocket.accept"


def test_pages_of_the_ui_may_ask_nobody_else() -> None:
    headers = dict(answer("http")["headers"])
    assert b"connect-src 'self'" in headers[b"content-security-policy"]
