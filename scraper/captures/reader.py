"""Captures read from WARC files, of ours and of other programs (wget, Browsertrix, ArchiveBox)."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.timeutils import iso_date_to_datetime

from scraper.captures.decoders import decoded
from scraper.captures.format import VALIDATOR_FIELDS, Capture
from scraper.captures.members import GZIP, Report, read_member, record_blocks, whole_records

_CHUNK = 64 * 1024
_FIELD = re.compile(r"^(outcome|detail):[ \t]*(.*?)\r?$", re.M)
_logger = logging.getLogger(__name__)


def read_captures(path: Path, report: Report = _logger.warning) -> Iterator[Capture]:
    """The captures of a WARC file, gzipped or plain, in the file's order.

    Only whole records are given: a record counts when its gzip member (or, in a plain file, its block) is all
    there. What is passed over is told to ``report``. Raises OSError for a file that cannot be opened.
    """
    with path.open("rb") as file:
        for offset, raw in whole_records(file, path.name, report):
            capture = capture_in(raw, path.name, offset, report)
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
            member = read_member(file, offset)
            if member is None:
                if over:
                    return
                over = ended()  # what was written until then is looked at once more
                continue
            content, end = member
            for _, raw in record_blocks(BytesIO(content), _ignore):
                capture = capture_in(raw, path.name, offset, _ignore)
                if capture is not None:
                    yield capture
            offset = end


def _ignore(_: str) -> None:
    """Problems are told by the one who reads the whole file."""


def read_capture_at(path: Path, offset: int, record_id: str | None = None) -> Capture:
    """The capture whose record begins at ``offset``; ``record_id`` tells it from others in the same gzip member.

    Raises LookupError where no whole record is there, OSError for a file that cannot be opened.
    """
    problems: list[str] = []
    with path.open("rb") as file:
        file.seek(offset)
        head = file.read(len(GZIP))
        file.seek(offset)
        if head == GZIP:
            found = read_member(file, offset)
            records = [] if found is None else [raw for _, raw in record_blocks(BytesIO(found[0]), problems.append)]
        else:
            first = next(record_blocks(file, problems.append), None)
            records = [] if first is None else [first[1]]
    for raw in records:
        capture = capture_in(raw, path.name, offset, problems.append)
        if capture is not None and record_id in (None, capture.record_id):
            return capture
    raise LookupError(f"{path}: no whole capture at offset {offset}" + "".join(f"; {p}" for p in problems))


def capture_in(raw: bytes, file: str, offset: int, report: Report) -> Capture | None:
    """The capture that one whole record holds; None for records that are not captures (requests, warcinfo)."""
    try:
        record = ArcWarcRecordLoader().parse_record_stream(BytesIO(raw), known_format="warc")
        return _capture_from(record, file, offset)
    except (ArchiveLoadFailed, EOFError, ValueError, IndexError) as error:
        report(f"{file}: the record at byte {offset} cannot be read: {error}")
        return None


def _capture_from(record: ArcWarcRecord, file: str, offset: int) -> Capture | None:
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
        kept = ((name, said.get_header(field)) for field, name in VALIDATOR_FIELDS.items())
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
    body, problem = _body_of(record)
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


def _body_of(record: ArcWarcRecord) -> tuple[bytes, tuple[str, str] | None]:
    """The body with Transfer-Encoding and Content-Encoding undone, or empty with the outcome and its detail."""
    stream = record.raw_stream
    if (record.http_headers.get_header("Transfer-Encoding") or "").lower() == "chunked":
        stream = ChunkedDataReader(stream, decomp_type=None)
    body: bytes = b"".join(iter(lambda: stream.read(_CHUNK), b""))
    values = [value for name, value in record.http_headers.headers if name.lower() == "content-encoding"]
    return decoded(body, values)
