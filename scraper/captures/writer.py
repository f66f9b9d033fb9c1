"""Writes captures to WARC files, one gzip member for each record."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import urlsplit

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.timeutils import datetime_to_iso_date
from warcio.warcwriter import WARCWriter

from scraper.captures.format import NOT_MODIFIED_PROFILE, VALIDATOR_FIELDS, warcinfo
from scraper.captures.members import Tally, read_member, record_blocks
from scraper.captures.reader import capture_in
from scraper.clock import utc_now
from scraper.fetch.exchange import Exchange, Headers, NoAnswer
from scraper.text.sentence import Sentence


class CaptureWriter:
    """Writes records to an open binary file. After a failed write it refuses all others, because the tail is torn."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._failed: OSError | None = None
        self._written = 0

    def begin(self, info: Mapping[str, str], filename: str | None = None) -> None:
        """Writes the ``warcinfo`` record, which says who crawled, with which program and for which run."""
        self._write(lambda warc: warc.write_record(warc.create_warcinfo_record(filename, dict(info))))

    def write(self, item: Exchange | NoAnswer) -> None:
        """Writes one exchange or outcome and flushes it. Raises OSError if it cannot be stored."""
        if isinstance(item, NoAnswer):
            self._write(lambda warc: warc.write_record(_metadata(warc, item)))
        else:
            self._write(lambda warc: _write_exchange(warc, item))

    def keep(self, found: Exchange | bytes, source: str) -> None:
        """Writes and flushes a capture that another archive serves at ``source``.

        An exchange becomes a response record with the time of its capture there. A whole record from the archive is
        copied unchanged. Raises ValueError for bytes that are not one whole record of a page, and OSError if it
        cannot be stored.
        """
        if isinstance(found, bytes):
            member, tally = read_member(BytesIO(found), 0), Tally()
            is_whole = member is not None and member[1] == len(found)
            blocks = record_blocks(BytesIO(member[0]), tally, "") if member and is_whole else ()
            captures = [capture_in(raw, source, 0, tally) for _, raw in blocks]
            if [capture.kind for capture in captures if capture] != ["response"]:
                raise ValueError(Sentence("{source}: not one whole record of a page", source=source))
            self._put(found)
        else:
            named = {
                "WARC-Date": datetime_to_iso_date(found.fetched_at.astimezone(UTC).replace(tzinfo=None)),
                "WARC-Source-URI": source,
                "WARC-Creation-Date": datetime_to_iso_date(utc_now().replace(tzinfo=None)),
            }
            self._write(lambda warc: warc.write_record(_response(warc, found, named)))

    def copy(self, record: bytes) -> tuple[int, int]:
        """Writes one whole record, unchanged, as a gzip member of its own. Returns the member's offset and length."""
        member = gzip.compress(record, mtime=0)
        self._put(member)
        return self._written - len(member), len(member)

    def _write(self, make: Callable[[WARCWriter], None]) -> None:
        buffer = BytesIO()
        make(_MemberWriter(buffer, gzip=False, warc_version="1.1"))
        self._put(buffer.getvalue())

    def _put(self, record: bytes) -> None:
        if self._failed is not None:
            raise self._failed
        try:
            self._file.write(record)
            self._file.flush()
            self._written += len(record)
        except OSError as error:
            self._failed = error
            raise


class _MemberWriter(WARCWriter):  # type: ignore[misc]
    """Writes each record as a gzip member. A body that its server has packed is not packed again.

    Packing such a body anew takes most of the time of a write and makes the file no smaller.
    """

    def _write_warc_record(self, out: IO[bytes], record: ArcWarcRecord, *arguments: Any) -> None:
        plain = BytesIO()
        super()._write_warc_record(plain, record, *arguments)
        content = plain.getvalue()
        is_packed = record.http_headers is not None and record.http_headers.get_header("Content-Encoding")
        out.write(gzip_member(content, _body_of(content) if is_packed else len(content)))


def gzip_member(content: bytes, stored_from: int) -> bytes:
    """``content`` as one gzip member (RFC 1952). What begins at ``stored_from`` is stored as it is.

    Both parts are whole DEFLATE blocks (RFC 1951, 3.2.4), so any reader of gzip unpacks them as one stream.
    """
    head = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = zlib.compressobj(0, zlib.DEFLATED, -zlib.MAX_WBITS)
    return b"".join(
        (
            b"\x1f\x8b\x08\0\0\0\0\0\x02\xff",
            head.compress(content[:stored_from]),
            head.flush(zlib.Z_SYNC_FLUSH),
            body.compress(content[stored_from:]),
            body.flush(),
            struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF),
        )
    )


def _body_of(record: bytes) -> int:
    """Where the body begins in a record of an exchange: after the WARC fields and the HTTP fields."""
    end = b"\r\n\r\n"
    return record.index(end, record.index(end) + len(end)) + len(end)


class WarcExporter:
    """The feed format ``warc`` for FEED_EXPORTERS, so that any of Scrapy's feed storages can hold captures."""

    def __init__(self, file: IO[bytes], info: Mapping[str, str]) -> None:
        self._file = file
        self._info = info
        self._writer = CaptureWriter(file)

    @classmethod
    def from_crawler(cls, crawler: Any, file: IO[bytes], **_: Any) -> Self:
        """The exporter of a crawl. The options of item feeds (fields, indent) have no meaning here."""
        settings = crawler.settings
        info = warcinfo(settings["USER_AGENT"], settings["TINKHOI_CONTACT"], settings["TINKHOI_RUN"])
        return cls(file, {**info, "robots": "obey"})

    def start_exporting(self) -> None:
        """Writes the first record of the file."""
        name = getattr(self._file, "name", None)
        self._writer.begin(self._info, Path(name).name if isinstance(name, str) else None)

    def export_item(self, item: Exchange | NoAnswer) -> None:
        """Writes one exchange or outcome. Raises OSError if it cannot be stored."""
        self._writer.write(item)

    def finish_exporting(self) -> None:
        """Does nothing, because every record is whole already."""


def _write_exchange(warc: WARCWriter, exchange: Exchange) -> None:
    named = {"WARC-Date": _warc_date(exchange.fetched_at)}
    if exchange.ip_address:
        named["WARC-IP-Address"] = exchange.ip_address
    if exchange.status == HTTPStatus.NOT_MODIFIED:
        said = {name.lower(): value for name, value in exchange.headers}
        named |= {"WARC-Profile": NOT_MODIFIED_PROFILE, "WARC-Refers-To-Target-URI": exchange.url}
        if exchange.repeats is not None:
            named["WARC-Refers-To-Date"] = _warc_date(exchange.repeats)
        named |= {field: said[name.lower()] for field, name in VALIDATOR_FIELDS.items() if name.lower() in said}
        response = warc.create_warc_record(exchange.url, "revisit", warc_headers_dict=named)
    else:
        response = _response(warc, exchange, named)
    asked = StatusAndHeaders(
        f"{exchange.method} {_path(exchange.url)} {exchange.protocol}",
        [("Host", urlsplit(exchange.url).netloc), *_ascii(exchange.request_headers)],
        is_http_request=True,
    )
    request = warc.create_warc_record(exchange.url, "request", http_headers=asked)
    warc.write_request_response_pair(request, response)


def _response(warc: WARCWriter, exchange: Exchange, named: Mapping[str, str]) -> ArcWarcRecord:
    answer = StatusAndHeaders(_status_line(exchange.status), _ascii(exchange.headers), protocol=exchange.protocol)
    return warc.create_warc_record(
        exchange.url,
        "response",
        payload=BytesIO(exchange.body),
        length=len(exchange.body),
        http_headers=answer,
        warc_headers_dict=dict(named),
    )


def _ascii(headers: Headers) -> Headers:
    """``headers`` with names that can be written. warcio itself percent-encodes the values."""
    return tuple((name.encode("ascii", "replace").decode(), value) for name, value in headers)


def _metadata(warc: WARCWriter, outcome: NoAnswer) -> ArcWarcRecord:
    detail = " ".join(outcome.detail.split())
    fields = f"outcome: {outcome.outcome}\r\ndetail: {detail}\r\n".encode()
    return warc.create_warc_record(
        outcome.url,
        "metadata",
        payload=BytesIO(fields),
        length=len(fields),
        warc_content_type="application/warc-fields",
        warc_headers_dict={"WARC-Date": _warc_date(outcome.decided_at)},
    )


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} "


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _warc_date(moment: datetime) -> str:
    return str(datetime_to_iso_date(moment.astimezone(UTC).replace(tzinfo=None), use_micros=True))
