"""One saved page, and what every form shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scraper.fetch.exchange import Headers

MAX_FILE = 256 * 1024 * 1024
"""Bytes of one file that is read into memory: a HAR of a long session has some dozen megabytes."""

MAX_PAGE = 16 * 1024 * 1024
"""Bytes of one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """A page as it was saved.

    ``kind`` is ``response`` where status and headers were kept, ``resource`` where the file is what the server sent,
    ``conversion`` where a browser wrote it anew from what it showed.
    """

    kind: Literal["response", "resource", "conversion"]
    url: str
    body: bytes
    place: str  # where in the source it stands
    captured_at: datetime | None  # aware; None where the form does not tell
    status: int | None = None
    headers: Headers = ()
    content_type: str | None = None


def is_web(url: str) -> bool:
    """Whether ``url`` is an address of the web."""
    return url.lower().startswith(("http://", "https://"))


def names_text(content_type: str) -> bool:
    """Whether a Content-Type is one of pages, feeds or sitemaps."""
    return any(word in content_type.lower() for word in ("html", "xml", "text/plain"))
