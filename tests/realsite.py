"""The pages that real servers sent, served again at their addresses with their status and headers, on loopback.

``shared/realpages`` lies beside the repository and is no part of it: :func:`needs_realpages` skips a test without it.
The pages' links name the port they were served from, so the copy listens there.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.places import SHARED

REALPAGES = SHARED / "realpages"
HOMES = {"nukeviet": "http://127.0.0.1:18081/", "wordpress": "http://127.0.0.1:18082/"}

needs_realpages = pytest.mark.skipif(not REALPAGES.is_dir(), reason="shared/realpages is not beside the repository")

_OURS = {"content-length", "content-encoding", "transfer-encoding", "connection", "date", "server", "keep-alive"}


def manifest() -> dict[str, Any]:
    """The truth: pages and articles."""
    loaded: dict[str, Any] = json.loads((REALPAGES / "MANIFEST.json").read_text(encoding="utf-8"))
    return loaded


@dataclass
class RealSite:
    """A running copy. ``asked`` holds (status, path and query) of every request, in order."""

    home: str
    articles: list[dict[str, Any]]
    pages: list[dict[str, Any]]
    asked: list[tuple[int, str]] = field(default_factory=list)


@contextmanager
def serve_manifest(
    site: str, *, variant: str | None = None, further: Mapping[str, str] | None = None
) -> Iterator[RealSite]:
    """Serves the pages of ``site`` ("nukeviet" or "wordpress"); skips the test where its port is taken.

    Where several files have one address, the plain one is served, or those under ``variants/`` whose name begins with
    ``variant``. ``further`` holds HTML pages of the test's own, by path. An address that has no file answers with the
    site's own 404 page.
    """
    known = manifest()
    home = HOMES[site]
    pages = [p for p in known["pages"] if p["file"].startswith(f"{site}/")]
    plain = [p for p in pages if "/variants/" not in p["file"]]
    chosen = {_path(p["url"]): p for p in reversed(plain)}
    if variant is not None:
        chosen |= {_path(p["url"]): p for p in pages if p["file"].startswith(f"{site}/variants/{variant}")}
    copy = RealSite(home, [a for a in known["articles"] if a["site"] == site], pages)
    missing = next(p for p in plain if p["status"] == 404 and p["bytes"])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            own = (further or {}).get(self.path)
            if own is not None:
                copy.asked.append((200, self.path))
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=UTF-8")
                self.send_header("Content-Length", str(len(own.encode())))
                self.end_headers()
                self.wfile.write(own.encode())
                return
            page = chosen.get(self.path, missing)
            body = (REALPAGES / page["file"]).read_bytes()
            copy.asked.append((page["status"], self.path))
            self.send_response(page["status"])
            for name, value in served_headers(page["file"]):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        allow_reuse_address = True

    port = urlsplit(home).port or 0
    try:
        server = Server(("127.0.0.1", port), Handler)
    except OSError as error:
        pytest.skip(f"port {port} of the real pages' links is taken: {error}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield copy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def served_headers(file: str) -> list[tuple[str, str]]:
    """The headers as served, but for those that belong to the exchange itself."""
    lines = (REALPAGES / f"{file}.headers").read_text(encoding="utf-8").splitlines()[2:]
    pairs = [line.partition(": ")[::2] for line in lines if ": " in line]
    return [(name, value) for name, value in pairs if name.lower() not in _OURS]
