"""Small stand-ins of other web archives on loopback, over capture files of ours."""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from scraper.captures import Capture, read_captures


@dataclass(frozen=True)
class Row:
    """One line of an index."""

    timestamp: str
    capture: Capture

    @property
    def digest(self) -> str:
        return base64.b32encode(sha1(self.capture.body).digest()).decode()

    @property
    def place(self) -> str:
        """What the index is sorted by: host and path without scheme."""
        parts = urlsplit(self.capture.url)
        return f"{parts.netloc}{parts.path}?{parts.query}" if parts.query else f"{parts.netloc}{parts.path}"


class ArchiveStandIn:
    """Answers as Wayback (CDX search with resume keys, raw captures) and as Common Crawl's files (ranges).

    The CDX answers ``rows`` rows at most; ``slow`` seconds pass before each capture; ``busy`` answers of 503 come
    first.
    """

    def __init__(self, files: Sequence[Path], *, rows: int = 1000, slow: float = 0.0, busy: int = 0) -> None:
        self.files = {file.name: file for file in files}
        captures = [c for file in files for c in read_captures(file) if c.kind == "response"]
        found = [Row(f"{c.fetched_at:%Y%m%d%H%M%S}", c) for c in captures]
        self.index = sorted(found, key=lambda row: (row.place, row.timestamp))
        self.rows = rows
        self.slow = slow
        self.busy = busy
        self.indexes: list[dict[str, str]] = []
        self.asked: list[str] = []
        self.agents: set[str] = set()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                stand_in.asked.append(self.path)
                stand_in.agents.add(self.headers["User-Agent"])
                status, headers, body = stand_in.answer(self.path, self.headers.get("Range"))
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def fetched(self) -> list[str]:
        """The captures that were asked for."""
        return [path for path in self.asked if path.startswith(("/web/", "/crawl-data/"))]

    def answer(self, path: str, span: str | None) -> tuple[int, dict[str, str], bytes]:
        if self.busy:
            self.busy -= 1
            return 503, {"Retry-After": "1"}, b"busy"
        parts = urlsplit(path)
        if parts.path == "/cdx/search/cdx":
            return 200, {"Content-Type": "application/json"}, self.cdx(parse_qs(parts.query))
        if parts.path == "/collinfo.json":
            return 200, {"Content-Type": "application/json"}, json.dumps(self.indexes).encode()
        time.sleep(self.slow)
        if parts.path.startswith("/crawl-data/") and span:
            first, last = (int(number) for number in span.removeprefix("bytes=").split("-"))
            whole = self.files[parts.path.rpartition("/")[2]].read_bytes()
            return 206, {"Content-Range": f"bytes {first}-{last}/{len(whole)}"}, whole[first : last + 1]
        return self.raw(path)

    def cdx(self, asked: dict[str, list[str]]) -> bytes:
        assert asked["output"] == ["json"] and asked["matchType"] == ["prefix"]
        filters = [each.split(":", 1) for each in asked.get("filter", ())]
        rows = [row for row in self.index if row.place.startswith(asked["url"][0])]
        rows = [row for row in rows if all(re.fullmatch(wanted, self.value(row, name)) for name, wanted in filters)]
        begins, ends = asked.get("from", ["0"])[0], asked.get("to", ["9"])[0]
        rows = [row for row in rows if begins <= row.timestamp and row.timestamp[: len(ends)] <= ends]
        if asked.get("collapse") == ["digest"]:
            rows = [
                row
                for row, before in zip(rows, [None, *rows], strict=False)
                if not before or row.digest != before.digest
            ]
        if "resumeKey" in asked:
            rows = [row for row in rows if f"{row.place} {row.timestamp}" > asked["resumeKey"][0]]
        page, fields = rows[: self.rows], asked["fl"][0].split(",")
        said: list[list[str]] = [[self.value(row, name) for name in fields] for row in page]
        if len(rows) > len(page) and asked.get("showResumeKey") == ["true"]:
            said += [[], [f"{page[-1].place} {page[-1].timestamp}"]]
        return json.dumps([fields, *said] if said else []).encode()

    def value(self, row: Row, name: str) -> str:
        known: dict[str, Any] = {
            "timestamp": row.timestamp,
            "original": row.capture.url,
            "digest": row.digest,
            "statuscode": row.capture.status,
            "mimetype": (row.capture.header("Content-Type") or "").partition(";")[0],
        }
        return str(known[name])

    def raw(self, path: str) -> tuple[int, dict[str, str], bytes]:
        match = re.fullmatch(r"/web/(\d{14})id_/(.+)", unquote(path))
        found = [r for r in self.index if match and (r.timestamp, r.capture.url) == (match[1], match[2])]
        if not found:
            return 404, {}, b"not archived"
        capture = found[0].capture
        headers = {f"X-Archive-Orig-{name}": value for name, value in capture.headers}
        return 200, {**headers, "Content-Type": capture.header("Content-Type") or ""}, capture.body
