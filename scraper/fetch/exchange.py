"""What a crawl hands to the capture file: an exchange with a server, or an outcome without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

CLOCK = "clock/"
"""Beginning of a host's statistic: by how many seconds its ``Date`` headers are ahead of this machine's clock."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer as they were sent, except for chunking and the order and case of headers."""

    url: str
    method: str
    request_headers: Headers
    status: int
    headers: Headers
    body: bytes  # as the server encoded it (Content-Encoding)
    protocol: str  # "HTTP/1.1"
    fetched_at: datetime  # aware; when the answer ended
    ip_address: str | None = None
    repeats: datetime | None = None  # of a 304: when the page that still stands was captured


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """The outcome of an address that was to be requested but gave no answer of its own."""

    url: str
    outcome: str  # a key of scraper.fetch.outcomes.OUTCOMES
    detail: str
    decided_at: datetime  # aware
