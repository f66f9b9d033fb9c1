"""Turns a saved page into a WARC record."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from scraper.captures import payload_digest
from scraper.captures.packing import stable_id, warc_record
from scraper.items import filed_without_time
from scraper.saved.page import SavedPage


def record_of(page: SavedPage, made_at: datetime) -> bytes:
    """The record of ``page``, made at ``made_at`` from a file that was imported.

    Its id depends on what it holds, so the same page saved twice is one record. A page without a time of capture is
    filed on 1 January 1970.
    """
    captured_at = page.captured_at or filed_without_time(page.body)
    date = captured_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    block, content_type = page.body, page.content_type or "application/octet-stream"
    if page.kind == "response":
        block, content_type = _http(page), "application/http; msgtype=response"
    fields = [
        ("WARC-Type", page.kind),
        ("WARC-Record-ID", stable_id(page.url, date, block)),
        ("WARC-Target-URI", page.url),
        ("WARC-Date", date),
        ("WARC-Payload-Digest", payload_digest(page.body)),
        ("WARC-Creation-Date", made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
        ("Content-Type", content_type),
    ]
    return warc_record([(name, " ".join(value.split())) for name, value in fields], block)


def _http(page: SavedPage) -> bytes:
    status = page.status or HTTPStatus.OK
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = ""
    lines = [
        f"HTTP/1.1 {int(status)} {reason}",
        *(f"{name}: {' '.join(value.split())}" for name, value in page.headers),
    ]
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + page.body
