"""Records as other programs write them, line by line."""

from __future__ import annotations

PAGE = "<!DOCTYPE html><html><head><title>Đảng uỷ Khối</title></head><body><p>một</p></body></html>".encode()
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def warc(
    block: bytes = HTTP + PAGE,
    *,
    kind: str = "response",
    url: str = "http://a.vn/1.html",
    date: str | None = "2013-06-01T01:01:01Z",
    content_type: str = "application/http; msgtype=response",
    line_end: bytes = b"\r\n",
    more: str = "",
) -> bytes:
    """One record. ``more`` is further fields, each with its line end."""
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
    head += f"WARC-Date: {date}\r\n" if date is not None else ""
    head += (
        f"WARC-Record-ID: <urn:uuid:{abs(hash((url, date, kind))):032x}>\r\nContent-Type: {content_type}\r\n{more}"
    )
    head += f"Content-Length: {len(block)}\r\n\r\n"
    return head.encode().replace(b"\r\n", line_end) + block + line_end * 2
