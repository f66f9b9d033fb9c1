"""The seam between fetching and understanding: exchanges as WARC records (ISO 28500), written and read.

One file a run, one gzip member a record, flushed one by one: a crawl that is killed leaves whole records and at
most one torn tail, which reading drops. Files that other programs wrote (wget, Browsertrix, ArchiveBox) are read by
the same functions.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Literal, Self
from urllib.parse import urlsplit

from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders
from warcio.timeutils import datetime_to_iso_date, iso_date_to_datetime
from warcio.warcwriter import WARCWriter

from scraper.fetch.exchange import Exchange, Headers, Outcome
from scraper.fetch.identity import vantage

MAX_RECORD = 64 * 1024 * 1024
"""Bytes of one record that are read; a larger one (a film in a file from elsewhere) is passed over and reported."""

MAX_BODY = 16 * 1024 * 1024
"""Bytes of one body after its Content-Encoding is undone; twice what a crawl accepts."""

NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
"""WARC 1.1, 6.7.3: the server said with 304 that the page is as it was.

Such a record has no HTTP headers here: replay tools would show them, and a browser shows a 304 as a blank page. Its
validators are kept as WARC fields, as Heritrix does."""

_VALIDATOR_FIELDS = {"WARC-Etag": "ETag", "WARC-Last-Modified": "Last-Modified"}

_CHUNK = 64 * 1024
_GZIP = b"\x1f\x8b\x08"
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d+)[ \t]*\r?$", re.I | re.M)
_FIELD = re.compile(r"^(outcome|detail):[ \t]*(.*?)\r?$", re.M)
_logger = logging.getLogger(__name__)

Report = Callable[[str], None]
"""Told, in a sentence, of each part of a file that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One record of a capture file: an answer, a "not modified", or an outcome without an answer."""

    kind: Literal["response", "revisit", "outcome"]
    url: str
    fetched_at: datetime  # aware, UTC
    status: int | None  # None for an outcome, and for a revisit from elsewhere that does not tell
    headers: Headers
    body: bytes  # its Content-Encoding undone; empty for a revisit and an outcome
    file: str  # the file's name
    offset: int  # where the record's gzip member (or the record, in a plain file) begins
    record_id: str
    payload_digest: str | None
    outcome: str | None = None  # set where there is no body to trust: see scraper.fetch.outcomes.OUTCOMES
    detail: str | None = None

    def header(self, name: str) -> str | None:
        """The first header ``name``, whatever its case, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


def warcinfo(user_agent: str, operator: str, run: str) -> dict[str, str]:
    """The fields of the record that opens each file: what wrote it, who answers for it, from where and for which run
    (WARC 1.1, 6.2). ``vantage`` is ours: the time zone of the machine that saw the pages."""
    return {
        "software": user_agent.partition(" ")[0],
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "operator": operator,
        "http-header-user-agent": user_agent,
        "isPartOf": run,
        "vantage": vantage(),
    }


class CaptureWriter:
    """Writes records to an open binary file. After a failed write it refuses all others: the tail is torn."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._failed: OSError | None = None

    def begin(self, info: Mapping[str, str], filename: str | None = None) -> None:
        """Writes the ``warcinfo`` record: who crawled, with what, for which run."""
        self._write(lambda warc: warc.write_record(warc.create_warcinfo_record(filename, dict(info))))

    def write(self, item: Exchange | Outcome) -> None:
        """Writes one exchange or outcome and flushes it. Raises OSError where the storage refuses."""
        if isinstance(item, Outcome):
            self._write(lambda warc: warc.write_record(_metadata(warc, item)))
        else:
            self._write(lambda warc: _write_exchange(warc, item))

    def keep(self, found: Exchange | bytes, source: str) -> None:
        """Writes and flushes what another archive holds and serves at ``source``.

        An exchange becomes a response record with the time of its capture there; a record that the archive gave whole
        is copied as it is. Raises ValueError for bytes that are not one whole record of a page, OSError where the
        storage refuses.
        """
        if isinstance(found, bytes):
            member = _read_member(BytesIO(found), 0)
            blocks = [] if member is None or member[1] != len(found) else _blocks(BytesIO(member[0]), _logger.debug)
            captures = [_capture(raw, source, 0, _logger.debug) for _, raw in blocks]
            if [capture.kind for capture in captures if capture] != ["response"]:
                raise ValueError(f"{source}: not one whole record of a page")
            self._put(found)
        else:
            named = {
                "WARC-Date": datetime_to_iso_date(found.fetched_at.astimezone(UTC).replace(tzinfo=None)),
                "WARC-Source-URI": source,
                "WARC-Creation-Date": datetime_to_iso_date(datetime.now(UTC).replace(tzinfo=None)),
            }
            self._write(lambda warc: warc.write_record(_response(warc, found, named)))

    def _write(self, make: Callable[[WARCWriter], None]) -> None:
        buffer = BytesIO()
        make(WARCWriter(buffer, gzip=True, warc_version="1.1"))
        self._put(buffer.getvalue())

    def _put(self, record: bytes) -> None:
        if self._failed is not None:
            raise self._failed
        try:
            self._file.write(record)
            self._file.flush()
        except OSError as error:
            self._failed = error
            raise


class WarcExporter:
    """The feed format ``warc``, for FEED_EXPORTERS: any feed storage of Scrapy's can hold captures."""

    def __init__(self, file: IO[bytes], info: Mapping[str, str]) -> None:
        self._file = file
        self._info = info
        self._writer = CaptureWriter(file)

    @classmethod
    def from_crawler(cls, crawler: Any, file: IO[bytes], **_: Any) -> Self:
        """The exporter of a crawl; the options of item feeds (fields, indent) have no meaning here."""
        settings = crawler.settings
        info = warcinfo(settings["USER_AGENT"], settings["TINKHOI_CONTACT"], settings["TINKHOI_RUN"])
        return cls(file, {**info, "robots": "obey"})

    def start_exporting(self) -> None:
        """Writes the first record of the file."""
        name = getattr(self._file, "name", None)
        self._writer.begin(self._info, Path(name).name if isinstance(name, str) else None)

    def export_item(self, item: Exchange | Outcome) -> None:
        """Writes one exchange or outcome. Raises OSError where the storage refuses."""
        self._writer.write(item)

    def finish_exporting(self) -> None:
        """Every record is whole already."""


def _write_exchange(warc: WARCWriter, exchange: Exchange) -> None:
    named = {"WARC-Date": _warc_date(exchange.fetched_at)}
    if exchange.ip_address:
        named["WARC-IP-Address"] = exchange.ip_address
    if exchange.status == HTTPStatus.NOT_MODIFIED:
        said = {name.lower(): value for name, value in exchange.headers}
        named |= {"WARC-Profile": NOT_MODIFIED_PROFILE, "WARC-Refers-To-Target-URI": exchange.url}
        named |= {field: said[name.lower()] for field, name in _VALIDATOR_FIELDS.items() if name.lower() in said}
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
    """``headers`` with names that can be written; warcio itself percent-encodes the values."""
    return tuple((name.encode("ascii", "replace").decode(), value) for name, value in headers)


def _metadata(warc: WARCWriter, outcome: Outcome) -> ArcWarcRecord:
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


def read_captures(path: Path, report: Report = _logger.warning) -> Iterator[Capture]:
    """The captures of a WARC file, gzipped or plain, in the file's order.

    Only whole records are given: a record counts when its gzip member (or, in a plain file, its block) is all
    there. What is passed over is told to ``report``. Raises OSError for a file that cannot be opened.
    """
    with path.open("rb") as file:
        for offset, raw in _whole_records(file, path.name, report):
            capture = _capture(raw, path.name, offset, report)
            if capture is not None:
                yield capture


def follow_captures(path: Path, ended: Callable[[], bool]) -> Iterator[Capture]:
    """The captures of a gzipped file that another process is writing, in its order, each once it is whole.

    ``ended`` is called whenever there is no further one: it waits a little and tells whether the writer has ended.
    The file need not be there yet. It ends at the first record that is not whole when the writer has ended.
    """
    over = False
    while not path.exists():
        if over:
            return
        over = ended()
    with path.open("rb") as file:
        offset = 0
        while True:
            member = _read_member(file, offset)
            if member is None:
                if over:
                    return
                over = ended()  # what was written until then is looked at once more
                continue
            content, end = member
            for _, raw in _blocks(BytesIO(content), _ignore):
                capture = _capture(raw, path.name, offset, _ignore)
                if capture is not None:
                    yield capture
            offset = end


def _ignore(_: str) -> None:
    """Problems are told by the one who reads the whole file."""


def is_good(capture: Capture) -> bool:
    """Whether the capture is a page as its server meant it."""
    return capture.kind == "response" and capture.outcome is None and capture.status in {200, 203}


def is_html(capture: Capture) -> bool:
    """Whether the page is HTML by its server's word, or, where that says nothing, by its look."""
    said = (capture.header("Content-Type") or "").lower()
    return "html" in said or (not said and b"<" in capture.body[:1024])


def read_capture_at(path: Path, offset: int, record_id: str | None = None) -> Capture:
    """The capture whose record begins at ``offset``; ``record_id`` tells it from others in the same gzip member.

    Raises LookupError where no whole record is there, OSError for a file that cannot be opened.
    """
    problems: list[str] = []
    with path.open("rb") as file:
        file.seek(offset)
        head = file.read(len(_GZIP))
        file.seek(offset)
        if head == _GZIP:
            found = _read_member(file, offset)
            records = [] if found is None else [raw for _, raw in _blocks(BytesIO(found[0]), problems.append)]
        else:
            first = next(_blocks(file, problems.append), None)
            records = [] if first is None else [first[1]]
    for raw in records:
        capture = _capture(raw, path.name, offset, problems.append)
        if capture is not None and record_id in (None, capture.record_id):
            return capture
    raise LookupError(f"{path}: no whole capture at offset {offset}" + "".join(f"; {p}" for p in problems))


def _whole_records(file: IO[bytes], name: str, report: Report) -> Iterator[tuple[int, bytes]]:
    packed = file.read(len(_GZIP)) == _GZIP
    file.seek(0)
    if not packed:
        yield from _blocks(file, lambda problem: report(f"{name}: {problem}"))
        return
    offset: int | None = 0
    while offset is not None:
        member = _read_member(file, offset)
        if member is None:
            report(f"{name}: the record at byte {offset} is torn and was passed over")
            offset = _next_member(file, offset + 1)
            continue
        content, end = member
        where = f"{name}: in the gzip member at byte {offset}"
        for _, raw in _blocks(BytesIO(content), partial(_report_in, report, where)):
            yield offset, raw
        file.seek(end)
        offset = end if file.read(1) else None


def _report_in(report: Report, where: str, problem: str) -> None:
    report(f"{where}: {problem}")


def _read_member(file: IO[bytes], offset: int) -> tuple[bytes, int] | None:
    """The content of the gzip member at ``offset`` and where it ends; None where it is torn or damaged.

    Of a content larger than MAX_RECORD only that much is given: its records then are seen to be cut.
    """
    file.seek(offset)
    unzip = zlib.decompressobj(31)
    content = bytearray()
    try:
        while not unzip.eof:
            fed = unzip.unconsumed_tail or file.read(_CHUNK)
            if not fed:
                return None
            piece = unzip.decompress(fed, _CHUNK * 16)
            if len(content) < MAX_RECORD:
                content += piece
    except zlib.error:
        return None
    return bytes(content), file.tell() - len(unzip.unused_data)


def _next_member(file: IO[bytes], start: int) -> int | None:
    """Where the next gzip member that opens a WARC record begins, at ``start`` or later."""
    position, kept = start, b""
    file.seek(start)
    while chunk := file.read(_CHUNK):
        window, base = kept + chunk, position - len(kept)
        position += len(chunk)
        found = window.find(_GZIP)
        while found >= 0:
            if _opens_record(file, base + found):
                return base + found
            found = window.find(_GZIP, found + 1)
        kept = window[-(len(_GZIP) - 1) :]
        file.seek(position)
    return None


def _opens_record(file: IO[bytes], offset: int) -> bool:
    file.seek(offset)
    try:
        return zlib.decompressobj(31).decompress(file.read(1024), 5) == b"WARC/"
    except zlib.error:
        return False


def _blocks(file: IO[bytes], report: Report) -> Iterator[tuple[int, bytes]]:
    """The records of an unpacked stream, each whole, with its offset."""
    while True:
        offset = file.tell()
        line = file.readline(_CHUNK)
        while line in (b"\r\n", b"\n"):
            offset = file.tell()
            line = file.readline(_CHUNK)
        if not line:
            return
        head = line
        while line not in (b"\r\n", b"\n", b"") and len(head) < MAX_RECORD:
            line = file.readline(_CHUNK)
            head += line
        length = _LENGTH.search(head)
        if not head.startswith(b"WARC/") or length is None or not line:
            report(f"what stands at byte {offset} is not a whole WARC record; the rest was passed over")
            return
        size = int(length.group(1))
        if size > MAX_RECORD:
            report(f"the record at byte {offset} has {size} bytes, more than {MAX_RECORD}, and was passed over")
            file.seek(size, 1)
            continue
        block = file.read(size)
        if len(block) < size or file.read(4) != b"\r\n\r\n":
            report(f"the record at byte {offset} is torn and was passed over")
            return
        yield offset, head + block + b"\r\n\r\n"


def _capture(raw: bytes, file: str, offset: int, report: Report) -> Capture | None:
    """The capture that one whole record holds; None for records that are not captures (requests, warcinfo)."""
    try:
        record = ArcWarcRecordLoader().parse_record_stream(BytesIO(raw), known_format="warc")
        return _capture_of(record, file, offset)
    except (ArchiveLoadFailed, EOFError, ValueError, IndexError) as error:
        report(f"{file}: the record at byte {offset} cannot be read: {error}")
        return None


def _capture_of(record: ArcWarcRecord, file: str, offset: int) -> Capture | None:
    said = record.rec_headers
    url = (said.get_header("WARC-Target-URI") or "").strip("<>")
    if not url.startswith(("http://", "https://")):
        return None
    common: dict[str, Any] = {
        "url": url,
        "fetched_at": _moment(said.get_header("WARC-Date")),
        "file": file,
        "offset": offset,
        "record_id": said.get_header("WARC-Record-ID") or "",
        "payload_digest": said.get_header("WARC-Payload-Digest"),
    }
    if record.rec_type == "metadata":
        fields = dict(_FIELD.findall(record.raw_stream.read().decode("utf-8", "replace")))
        if "outcome" not in fields:
            return None
        return Capture(
            kind="outcome",
            status=None,
            headers=(),
            body=b"",
            outcome=fields["outcome"],
            detail=fields.get("detail", ""),
            **common,
        )
    if record.rec_type == "revisit" and not (record.http_headers and record.http_headers.statusline):
        not_modified = (said.get_header("WARC-Profile") or "").endswith("/server-not-modified")
        kept = ((name, said.get_header(field)) for field, name in _VALIDATOR_FIELDS.items())
        return Capture(
            kind="revisit",
            status=HTTPStatus.NOT_MODIFIED.value if not_modified else None,
            headers=tuple((name, value) for name, value in kept if value),
            body=b"",
            **common,
        )
    if record.rec_type not in {"response", "revisit"} or record.http_headers is None:
        return None
    headers = tuple((str(name), str(value)) for name, value in record.http_headers.headers)
    status = int(record.http_headers.get_statuscode())
    if record.rec_type == "revisit":
        return Capture(kind="revisit", status=status, headers=headers, body=b"", **common)
    body, problem = _decoded(record)
    return Capture(
        kind="response",
        status=status,
        headers=headers,
        body=body,
        outcome=problem[0] if problem else None,
        detail=problem[1] if problem else None,
        **common,
    )


def _moment(text: str) -> datetime:
    moment: datetime = iso_date_to_datetime(text)
    return moment.replace(tzinfo=UTC)


class _TooLarge(Exception):
    pass


def _decoded(record: ArcWarcRecord) -> tuple[bytes, tuple[str, str] | None]:
    """The body with Transfer-Encoding and Content-Encoding undone, or empty with the outcome and its detail."""
    stream = record.raw_stream
    if (record.http_headers.get_header("Transfer-Encoding") or "").lower() == "chunked":
        stream = ChunkedDataReader(stream, decomp_type=None)
    body: bytes = b"".join(iter(lambda: stream.read(_CHUNK), b""))
    values = [value for name, value in record.http_headers.headers if name.lower() == "content-encoding"]
    encodings = [part.strip().lower() for value in values for part in value.split(",")]
    for encoding in reversed([e for e in encodings if e and e != "identity"]):
        decode = _DECODERS.get(encoding)
        if decode is None:
            return b"", ("undecodable", f"Content-Encoding {encoding} is not known")
        try:
            body = decode(body)
        except _TooLarge:
            return b"", ("too-large", f"more than {MAX_BODY} bytes when unpacked")
        except Exception as error:
            return b"", ("undecodable", f"not {encoding}: {error}")
    return body, None


def _gunzip(body: bytes) -> bytes:
    out = bytearray()
    while body.startswith(b"\x1f\x8b"):
        piece, body = _inflate(body, 31, MAX_BODY - len(out))
        out += piece
    if not out and body:
        raise ValueError("no gzip header")
    return bytes(out)


def _deflate(body: bytes) -> bytes:
    try:
        return _inflate(body, 15, MAX_BODY)[0]
    except zlib.error:
        return _inflate(body, -15, MAX_BODY)[0]  # what some servers of Microsoft's call deflate


def _inflate(body: bytes, window: int, limit: int) -> tuple[bytes, bytes]:
    unzip = zlib.decompressobj(window)
    out = unzip.decompress(body, limit + 1)
    if len(out) > limit:
        raise _TooLarge
    return out, unzip.unused_data


def _unbrotli(body: bytes) -> bytes:
    import brotli  # type: ignore[import-untyped]

    unpack = brotli.Decompressor()
    out = unpack.process(body, output_buffer_limit=MAX_BODY + 1)
    while len(out) <= MAX_BODY and not unpack.is_finished():
        piece = unpack.process(b"", output_buffer_limit=_CHUNK * 16)
        if not piece:
            break
        out += piece
    if len(out) > MAX_BODY:
        raise _TooLarge
    return bytes(out)


def _unzstd(body: bytes) -> bytes:
    from backports import zstd

    out = bytes(zstd.ZstdFile(BytesIO(body)).read(MAX_BODY + 1))
    if len(out) > MAX_BODY:
        raise _TooLarge
    return out


_DECODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
