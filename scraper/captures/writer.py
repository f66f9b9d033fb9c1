"""Writes captures to WARC files, one gzip member for each record."""

from __future__ import annotations

import gzip
import struct
import uuid
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders

from scraper.captures.format import NOT_MODIFIED_PROFILE, VALIDATOR_FIELDS, warcinfo
from scraper.captures.members import Tally, read_member, record_blocks
from scraper.captures.packing import warc_record
from scraper.captures.reader import capture_in, payload_digest
from scraper.clock import utc_now
from scraper.fetch.exchange import Exchange, NoAnswer
from scraper.text.sentence import Sentence

_NOTHING = payload_digest(b"")
_STORED = 65_535
"""The most bytes of one block of DEFLATE that is stored as it is (RFC 1951, 3.2.4)."""

_SHORT = 4096
"""Up to so many bytes are packed with a window of this size: to make ready a large one takes longer than to pack."""


class CaptureWriter:
    """Writes records to an open binary file. After a failed write it refuses all others, because the tail is torn."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._failed: OSError | None = None
        self._written = 0

    def begin(self, info: Mapping[str, str], filename: str | None = None) -> None:
        """Writes the ``warcinfo`` record, which says who crawled, with which program and for which run."""
        said = {"WARC-Filename": filename} if filename else {}
        block = "".join(f"{name}: {value}\r\n" for name, value in info.items() if value).encode()
        self._put(_member("warcinfo", said | {"WARC-Date": _warc_date(utc_now())}, block))

    def write(self, item: Exchange | NoAnswer) -> None:
        """Writes one exchange or outcome and flushes it. Raises OSError if it cannot be stored."""
        self._put(_outcome(item) if isinstance(item, NoAnswer) else _exchange(item))

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
                "WARC-Date": _warc_date(found.fetched_at.replace(microsecond=0)),
                "WARC-Source-URI": source,
                "WARC-Creation-Date": _warc_date(utc_now().replace(microsecond=0)),
                "WARC-Record-ID": _record_id(),
            }
            self._put(_response(found, named))

    def copy(self, record: bytes) -> tuple[int, int]:
        """Writes one whole record, unchanged, as a gzip member of its own. Returns the member's offset and length."""
        member = gzip.compress(record, mtime=0)
        self._put(member)
        return self._written - len(member), len(member)

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


def gzip_member(content: bytes, stored_from: int) -> bytes:
    """``content`` as one gzip member (RFC 1952). What begins at ``stored_from`` is stored as it is.

    Both parts are whole DEFLATE blocks (RFC 1951, 3.2.4), so any reader of gzip unpacks them as one stream.
    """
    is_stored = stored_from < len(content)
    window, memory = (12, 5) if stored_from <= _SHORT else (zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL)
    packing = zlib.compressobj(9, zlib.DEFLATED, -window, memory)
    return b"".join(
        (
            b"\x1f\x8b\x08\0\0\0\0\0\x02\xff",
            packing.compress(content[:stored_from]),
            packing.flush(zlib.Z_SYNC_FLUSH if is_stored else zlib.Z_FINISH),
            *(_stored(content[stored_from:]) if is_stored else ()),
            struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF),
        )
    )


def _stored(content: bytes) -> list[bytes]:
    """``content`` as stored blocks that end a DEFLATE stream."""
    parts = []
    for start in range(0, len(content), _STORED):
        piece = content[start : start + _STORED]
        is_last = start + _STORED >= len(content)
        parts += [struct.pack("<BHH", is_last, len(piece), len(piece) ^ 0xFFFF), piece]
    return parts


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


def _exchange(exchange: Exchange) -> bytes:
    """The members of an exchange: the response, or the revisit that a 304 is, and the request."""
    at, answer_id = _warc_date(exchange.fetched_at), _record_id()
    named = {"WARC-Date": at}
    if exchange.ip_address:
        named["WARC-IP-Address"] = exchange.ip_address
    answer = _revisit if exchange.status == HTTPStatus.NOT_MODIFIED else _response
    request = {"WARC-Target-URI": exchange.url, "WARC-Date": at, "WARC-Concurrent-To": answer_id}
    line = f"{exchange.method} {_path(exchange.url)} {exchange.protocol}"
    asked = _http_head(line, [("Host", urlsplit(exchange.url).netloc), *exchange.request_headers])
    return answer(exchange, named | {"WARC-Record-ID": answer_id}) + _member("request", request, asked, payload=b"")


def _revisit(exchange: Exchange, named: Mapping[str, str]) -> bytes:
    said = {name.lower(): value for name, value in exchange.headers}
    fields = {**named, "WARC-Profile": NOT_MODIFIED_PROFILE, "WARC-Refers-To-Target-URI": exchange.url}
    if exchange.repeats is not None:
        fields["WARC-Refers-To-Date"] = _warc_date(exchange.repeats)
    fields |= {field: said[name.lower()] for field, name in VALIDATOR_FIELDS.items() if name.lower() in said}
    return _member("revisit", fields | {"WARC-Target-URI": exchange.url}, b"")


def _response(exchange: Exchange, named: Mapping[str, str]) -> bytes:
    """The member of a response. A body that its server has packed is not packed again.

    Packing such a body anew takes most of the time of a write and makes the file no smaller.
    """
    head = _http_head(f"{exchange.protocol} {_status_line(exchange.status)}", exchange.headers)
    is_packed = next((bool(value) for name, value in exchange.headers if name.lower() == "content-encoding"), False)
    return _member(
        "response", {**named, "WARC-Target-URI": exchange.url}, head, payload=exchange.body, is_packed=is_packed
    )


def _outcome(outcome: NoAnswer) -> bytes:
    detail = " ".join(outcome.detail.split())
    block = f"outcome: {outcome.outcome}\r\ndetail: {detail}\r\n".encode()
    said = {"WARC-Date": _warc_date(outcome.decided_at), "WARC-Target-URI": outcome.url}
    return _member("metadata", said, b"", payload=block)


def _member(
    kind: str, said: Mapping[str, str], head: bytes, *, payload: bytes | None = None, is_packed: bool = False
) -> bytes:
    """One record as a gzip member. Its block is ``head``, which is no part of the payload, and ``payload``.

    Without a payload (None) none is digested: WARC 1.1 knows none of a ``warcinfo`` and a ``revisit``.
    """
    block = head + payload if payload else head
    fields = {"WARC-Type": kind, "WARC-Record-ID": _record_id(), **said}
    if payload is not None:
        fields["WARC-Payload-Digest"] = payload_digest(payload) if payload else _NOTHING
    fields["WARC-Block-Digest"] = payload_digest(block)
    record = warc_record([*fields.items(), ("Content-Type", _CONTENT_TYPES[kind])], block)
    end = len(record) - len(payload or b"") - len(_RECORD_END)
    return gzip_member(record, end if is_packed else len(record))


_RECORD_END = b"\r\n\r\n"
_CONTENT_TYPES = {
    "warcinfo": "application/warc-fields",
    "metadata": "application/warc-fields",
    "request": "application/http; msgtype=request",
    "response": "application/http; msgtype=response",
    "revisit": "application/http; msgtype=response",
}


def _record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _http_head(line: str, headers: Sequence[tuple[str, str]]) -> bytes:
    """The first line and the header block of an HTTP message. What is no ASCII is percent-encoded."""
    block = "".join(f"{name}: {value}\r\n" for name, value in headers)
    whole = f"{line}\r\n{block}\r\n"
    if whole.isascii():
        return whole.encode("ascii")
    ascii_names = [(name.encode("ascii", "replace").decode(), value) for name, value in headers]
    return bytes(StatusAndHeaders(line, ascii_names, is_http_request=True).to_ascii_bytes())


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} "


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _warc_date(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
