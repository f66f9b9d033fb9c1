"""Defines a capture, and the parts of WARC 1.1 (ISO 28500) that the writer and the reader share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from scraper.fetch.exchange import Headers
from scraper.fetch.identity import vantage

NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
"""WARC 1.1, 6.7.3: the server said with a 304 that the page is unchanged.

We write such a record without HTTP headers: replay tools would show them, and a browser shows a 304 as a blank page.
Its validators are kept as WARC fields, as Heritrix does."""

VALIDATOR_FIELDS: Mapping[str, str] = {"WARC-Etag": "ETag", "WARC-Last-Modified": "Last-Modified"}
"""The WARC fields of a 304, and the HTTP headers that they hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One record of a capture file: a response, a "not modified", a page alone, or an outcome."""

    kind: Literal["response", "revisit", "resource", "outcome"]  # resource: a page kept without its response
    url: str
    fetched_at: datetime  # aware, UTC; scraper.items.time_is_known tells whether it is a real time
    status: int | None  # None for an outcome, a resource, and another program's revisit without one
    headers: Headers
    body: bytes  # its Content-Encoding undone; empty for a revisit and an outcome
    file: str  # the file's name
    offset: int  # where the record's gzip member (or the record, in a plain file) begins
    record_id: str
    payload_digest: str | None
    outcome: str | None = None  # set if there is no body to trust: see scraper.fetch.outcomes.OUTCOMES
    detail: str | None = None
    dropped: int = 0  # bytes of a body that was let go: see without_body

    @property
    def size(self) -> int:
        """The bytes of the body, also of one that was let go."""
        return len(self.body) + self.dropped

    def without_body(self) -> Capture:
        """The same record for one who has read its body: a night's pages would else wait in memory to be stored."""
        return replace(self, body=b"", dropped=self.size)

    def header(self, name: str) -> str | None:
        """The first header ``name``, whatever its case, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


def is_good(capture: Capture) -> bool:
    """Whether the capture is a page that its server sent without an error."""
    return capture.kind == "resource" or (
        capture.kind == "response" and capture.outcome is None and capture.status in {200, 203}
    )


def is_html(capture: Capture) -> bool:
    """Whether the page is HTML, as its server says or, if that is silent, as its content shows."""
    said = (capture.header("Content-Type") or "").lower()
    return "html" in said or (not said and b"<" in capture.body[:1024])


def warcinfo(user_agent: str, operator: str, run: str) -> dict[str, str]:
    """The fields of the record that opens each file (WARC 1.1, 6.2).

    They say which program wrote it, who is responsible, from where and for which run. The field ``vantage`` is our
    own: the time zone of the machine that saw the pages.
    """
    return {
        "software": user_agent.partition(" ")[0],
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "operator": operator,
        "http-header-user-agent": user_agent,
        "isPartOf": run,
        "vantage": vantage(),
    }
