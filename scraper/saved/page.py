"""One saved page, and what every form shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scraper.fetch.exchange import Headers

MAX_FILE = 40 * 1024 * 1024
"""The most bytes of one page's file, with its pictures. All of it is held in memory, several times over."""

MAX_PAGE = 16 * 1024 * 1024
"""The most bytes of one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """A page as it was saved.

    ``kind`` is ``response`` if status and headers were kept, ``resource`` if the file is what the server sent, and
    ``conversion`` if a browser wrote it anew from what it showed.
    """

    kind: Literal["response", "resource", "conversion"]
    url: str
    body: bytes
    place: str  # its place in the source
    captured_at: datetime | None  # aware; None if the form does not tell
    status: int | None = None
    headers: Headers = ()
    content_type: str | None = None


def is_web(url: str) -> bool:
    """Whether ``url`` is a web address."""
    return url.lower().startswith(("http://", "https://"))


def names_text(content_type: str) -> bool:
    """Whether a Content-Type is that of a page, a feed or a sitemap."""
    return any(word in content_type.lower() for word in ("html", "xml", "text/plain"))
