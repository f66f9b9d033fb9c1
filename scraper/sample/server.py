"""A web server for the sample newspaper: standard library, loopback alone, conditional requests, a log."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import ClassVar, NamedTuple, Self


@dataclass(frozen=True, slots=True)
class SampleAnswer:
    """What the newspaper says to one request. An empty ``etag`` means that it cannot be asked conditionally."""

    status: int
    body: bytes
    content_type: str
    location: str | None = None
    etag: str = ""
    last_modified: datetime | None = None


class LoggedRequest(NamedTuple):
    """One line of the server's log."""

    time: float  # seconds since the epoch
    method: str
    path: str  # with its query
    status: int


class SampleServer:
    """A server on 127.0.0.1, running between ``__enter__`` and ``__exit__``.

    ``answer(path, base)`` says what to answer; ``log`` holds every request in the order of its answer.
    """

    def __init__(self, answer: Callable[[str, str], SampleAnswer], port: int = 0) -> None:
        self.log: list[LoggedRequest] = []
        self._lock = Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), self._handler(answer))
        self._http.daemon_threads = True
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def wait(self) -> None:
        """Returns when the server ends, that is, never by itself."""
        self._thread.join()

    def _write(self, asked: LoggedRequest) -> None:
        with self._lock:
            self.log.append(asked)

    def _handler(self, answer: Callable[[str, str], SampleAnswer]) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            server_version = "BaoMau"
            sys_version = ""
            timeout: ClassVar[float] = 30
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                said = answer(self.path, server.url)
                status = 304 if _is_known(said, self.headers.get("If-None-Match"), self._since()) else said.status
                server._write(LoggedRequest(time.time(), self.command, self.path, status))
                self.send_response(status)
                if said.etag and said.last_modified:
                    self.send_header("ETag", said.etag)
                    self.send_header("Last-Modified", _http_date(said.last_modified))
                if said.location:
                    self.send_header("Location", said.location)
                if status != 304:
                    self.send_header("Content-Type", said.content_type)
                    self.send_header("Content-Length", str(len(said.body)))
                self.end_headers()
                if status != 304 and self.command == "GET":
                    self.wfile.write(said.body)

            do_HEAD = do_GET  # noqa: N815 - the standard library's spelling

            def _since(self) -> datetime | None:
                try:
                    return parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
                except ValueError:
                    return None

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


def _is_known(said: SampleAnswer, tags: str | None, since: datetime | None) -> bool:
    """Whether the asker has this already: by tag where it names one, else by time (RFC 9110, 13.2.2)."""
    if said.status != 200 or not said.etag or said.last_modified is None:
        return False
    if tags is not None:
        return said.etag.removeprefix("W/") in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    return since is not None and said.last_modified <= since.replace(tzinfo=since.tzinfo or UTC)


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
