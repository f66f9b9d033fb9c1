"""What a crawl hands to the capture file: an exchange with a server, or an outcome without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer, as they went over the wire but for chunking, header order and case."""

    url: str
    method: str
    request_headers: Headers
    status: int
    headers: Headers
    body: bytes  # as the server encoded it (Content-Encoding)
    protocol: str  # "HTTP/1.1"
    fetched_at: datetime  # aware; the end of the answer
    ip_address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """What became of an address that was decided on and gave no answer of its own."""

    url: str
    outcome: str  # a key of scraper.fetch.outcomes.OUTCOMES
    detail: str
    decided_at: datetime  # aware
