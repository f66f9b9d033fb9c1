"""Reads captures from WARC files: our own and those of other programs (wget, Browsertrix, ArchiveBox)."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from warcio.timeutils import iso_date_to_datetime

from scraper.addresses import without_default_port
from scraper.captures.decoders import Undone
from scraper.captures.format import VALIDATOR_FIELDS, Capture, is_html
from scraper.captures.heads import Record, read_record
from scraper.captures.http_message import NoHttp, Response, looks_like_markup, read_response
from scraper.captures.members import (
    RawRecord,
    Report,
    Tally,
    read_member,
    record_blocks,
    records_at,
    sole_record,
    whole_records,
)
from scraper.items import filed_without_time, time_is_known
from scraper.text.sentence import Sentence

_FIELD = re.compile(r"^(outcome|detail):[ \t]*(.*?)\r?$", re.M)
_DIGITS = re.compile(r"[0-9]{14}")
_IN_UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?!24)[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?Z")
_OFFSET = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,20}[+-][0-9]{2}:?[0-9]{2}")
_NO_CAPTURE = re.compile(
    rb"WARC/1\.[01]\r\n(?:(?!warc-type)[^\r\n]+\r\n)*warc-type: (?:request|warcinfo)\r\n(?![ \t])", re.I
)
_KINDS = frozenset({"response", "revisit", "resource", "conversion", "metadata"})
_logger = logging.getLogger(__name__)


def _needed(_: str) -> int | None:
    """Says of any capture that its body is needed."""
    return None


@dataclass(slots=True)
class Heads:
    """Captures whose bodies nobody needs: a second look at their file takes them from here and reads them no more."""

    size_of: Callable[[str], int | None] = _needed  # by a record's id, the bytes of its body; None if that is needed
    most: int = 4000  # kept, in several megabytes; others are read again
    kept: dict[int, Capture] = field(default_factory=dict)  # by offset
    ends: dict[int, int] = field(default_factory=dict)  # where the gzip member at an offset ends


def read_captures(
    path: Path, report: Report = _logger.warning, tally: Tally | None = None, *, heads: Heads | None = None
) -> Iterator[Capture]:
    """The captures of a WARC file, gzipped or plain, in the file's order.

    Only whole records are returned: a record counts if its gzip member (or, in a plain file, its block) is complete.
    ``report`` gets a sentence with file, offset and reason for each record that cannot be read. ``tally`` counts all
    records. ``heads`` are those that look_through kept. Raises OSError if the file cannot be opened.
    """
    tally, heads = tally if tally is not None else Tally(), heads or Heads()
    told = len(tally.unreadable)
    with path.open("rb") as file:
        for record in whole_records(file, path.name, tally, heads.ends):
            capture = heads.kept.pop(record.offset, None)
            capture = capture or capture_in(record.content, path.name, record.offset, tally)
            for sentence in tally.unreadable[told:]:
                report(sentence)
            told = len(tally.unreadable)
            if capture is not None:
                yield capture
    for sentence in tally.unreadable[told:]:
        report(sentence)


def look_through(
    path: Path, is_wanted: Callable[[Capture], bool], *, heads: Heads | None = None
) -> Iterator[Capture]:
    """The captures of a WARC file, as read_captures gives them, for a look that wants few of their bodies.

    ``is_wanted`` is asked with a capture that may hold only the opening of its body (scraper.captures.OPENING), or
    nothing of it; one that is not wanted is given like that. Records that cannot be read are passed over in silence.
    A page whose body nobody needs is kept in ``heads`` if it is as its digests say and nothing about it, nor in its
    gzip member, is odd: what is odd is told by the second look.
    """
    heads = heads or Heads()
    with path.open("rb") as file:
        for record in whole_records(file, path.name, Tally()):
            capture = _looked_at(record, path.name, heads)
            if capture is not None and is_wanted(capture):
                capture = capture_in(record.content, path.name, record.offset, Tally(), compared=False)
            elif capture is not None and capture.dropped and record.length is not None:
                heads.kept[record.offset] = capture
                heads.ends[record.offset] = record.offset + record.length
            if capture is not None:
                yield capture


def _looked_at(record: RawRecord, file: str, heads: Heads) -> Capture | None:
    """The capture in a record, without its body if it may be kept so in ``heads``, else with the opening of that."""
    may_be_kept = record.alone and len(heads.kept) < heads.most
    size_of, tally = heads.size_of if may_be_kept else _needed, Tally()
    capture = capture_in(record.content, file, record.offset, tally, opening=True, size_of=size_of)
    is_odd = tally.remarks or tally.undated
    if capture is None or not capture.dropped or (is_html(capture) and not is_odd):
        return capture
    return capture_in(record.content, file, record.offset, Tally(), opening=True)


def follow_captures(path: Path, ended: Callable[[], bool]) -> Iterator[Capture]:
    """The captures of a gzipped file that another process is writing, in the file's order, each once it is whole.

    ``ended`` is called whenever there is no further record. It waits a little and tells whether the writer has
    ended. The file need not exist yet. Once the writer has ended, reading ends at the first record that is not whole.
    Nothing is told of its problems, and nothing compared with its digests: whoever reads the whole file does so.
    """
    over = False
    while not path.exists():
        if over:
            return
        over = ended()
    with path.open("rb") as file:
        offset = 0
        while True:
            unheard = Tally()
            member = _records_in(file, offset, unheard)
            if member is None:
                if over:
                    return
                over = ended()  # what was written until then is read once more
                continue
            records, end = member
            for raw in records:
                capture = capture_in(raw, path.name, offset, unheard, compared=False)
                if capture is not None:
                    yield capture
            offset = end


def _records_in(file: IO[bytes], offset: int, tally: Tally) -> tuple[Iterable[bytes], int] | None:
    """The records of the gzip member at ``offset`` and where it ends; None if it is torn or damaged."""
    sole = sole_record(file, offset)
    if sole is not None:
        return (sole[0].content,), sole[1]
    member = read_member(file, offset)
    return None if member is None else ((raw for _, raw in record_blocks(BytesIO(member[0]), tally, "")), member[1])


def read_capture_at(path: Path, offset: int, record_id: str | None = None) -> Capture:
    """The capture whose record begins at ``offset``. ``record_id`` selects it from others in the same gzip member.

    Raises LookupError if no whole record is there, OSError if the file cannot be opened.
    """
    tally = Tally()
    with path.open("rb") as file:
        for raw in records_at(file, offset, tally):
            capture = capture_in(raw, path.name, offset, tally)
            if capture is not None and record_id in (None, capture.record_id):
                return capture
    raise LookupError(f"{path}: no whole capture at offset {offset}" + "".join(f"; {p}" for p in tally.unreadable))


def capture_in(
    raw: bytes,
    file: str,
    offset: int,
    tally: Tally,
    *,
    opening: bool = False,
    compared: bool = True,
    size_of: Callable[[str], int | None] = _needed,
) -> Capture | None:
    """The capture in one whole record; None for records that are not captures (requests, warcinfo).

    With ``opening``, a response may hold only the opening of its body. Such a record is not compared with its
    digests, nor is one that shall not be ``compared``: the capture is the same, and ``tally`` has no remark on them.
    A response of which ``size_of`` tells the size, by the id of its record, is compared and given without its body.
    """
    if _NO_CAPTURE.match(raw):
        tally.no_captures += 1
        return None
    place = f"{file}: the record at byte {offset}"
    try:
        record = read_record(raw)
        size = size_of(record.get("WARC-Record-ID") or "")
        compares = compared and (size is not None or not opening)
        told = _Told(lambda it: tally.remarks.append(f"{place}: {it}"), compares)
        capture = _capture_of(record, file, offset, told, opening, size)
    except Exception as error:  # whatever is odd about one record must not cost the others
        tally.unreadable.append(Sentence("{place} cannot be read: {error}", place=place, error=error))
        return None
    tally.no_captures += capture is None
    tally.undated += capture is not None and not time_is_known(capture.fetched_at)
    return capture


def payload_digest(payload: bytes) -> str:
    """The digest of a payload as in WARC files: ``sha1:`` and Base32."""
    return f"sha1:{base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()}"


@dataclass(frozen=True, slots=True)
class _Told:
    """Gets what is unusual about a record."""

    remark: Report
    compares: bool

    def compare(self, forms: Sequence[bytes], stated: str | None, what: str) -> None:
        """Reports a block or payload (``what``) that does not match its digest, unless nothing is to be compared.

        Some writers compute the digest before the Transfer-Encoding is undone, some after. A digest of an unknown
        algorithm is not checked.
        """
        name, _, value = (stated or "").partition(":")
        if not self.compares or name.lower() not in {"sha1", "sha256", "md5"} or not value:
            return
        for number, form in enumerate(forms):
            if form in forms[:number]:
                continue
            digest = hashlib.new(name.lower(), form, usedforsecurity=False)
            if value.lower() == digest.hexdigest() or value.upper() == base64.b32encode(digest.digest()).decode():
                return
        self.remark(Sentence("its {what} is not the one whose digest it states ({stated})", what=what, stated=stated))


def _capture_of(
    record: Record, file: str, offset: int, told: _Told, opening: bool, size: int | None
) -> Capture | None:
    kind = record.get("WARC-Type")
    if not kind:
        raise ValueError(Sentence("it has no WARC-Type"))
    url = without_default_port((record.get("WARC-Target-URI") or "").strip("<>"))
    if kind not in _KINDS or not url.lower().startswith(("http://", "https://")):
        return None
    block = record.block
    told.compare((block,), record.get("WARC-Block-Digest"), "block")
    common: dict[str, Any] = {
        "url": url,
        "file": file,
        "offset": offset,
        "record_id": record.get("WARC-Record-ID") or "",
        "payload_digest": record.get("WARC-Payload-Digest"),
    }
    if kind == "metadata":
        return _outcome(block, moment_of(record.get("WARC-Date")), common)
    common["fetched_at"] = _time_of(record.get("WARC-Date"), block, told.remark)
    if kind == "revisit":
        return _revisit(record, block, common)
    if kind != "response":
        return _resource(block, record.get("Content-Type"), common, told)
    try:
        return _response(read_response(block), common, told, opening, size)
    except NoHttp as error:
        if not looks_like_markup(block):
            raise
        told.remark(Sentence("no HTTP response, read as a page without a status: {error}", error=error))
        return _resource(block, None, common, told)


def _outcome(block: bytes, at: datetime, common: dict[str, Any]) -> Capture | None:
    fields = dict(_FIELD.findall(block.decode("utf-8", "replace")))
    if "outcome" not in fields:
        return None
    return Capture(
        kind="outcome",
        status=None,
        headers=(),
        body=b"",
        fetched_at=at,
        outcome=fields["outcome"],
        detail=fields.get("detail", ""),
        **common,
    )


def _revisit(record: Record, block: bytes, common: dict[str, Any]) -> Capture:
    if block:
        answer = read_response(block)
        return Capture(kind="revisit", status=answer.status, headers=answer.headers, body=b"", **common)
    not_modified = (record.get("WARC-Profile") or "").endswith("/server-not-modified")
    kept = ((name, record.get(field)) for field, name in VALIDATOR_FIELDS.items())
    return Capture(
        kind="revisit",
        status=HTTPStatus.NOT_MODIFIED.value if not_modified else None,
        headers=tuple((name, value) for name, value in kept if value),
        body=b"",
        **common,
    )


def _resource(block: bytes, content_type: str | None, common: dict[str, Any], told: _Told) -> Capture:
    headers = (("Content-Type", content_type),) if content_type else ()
    told.compare((block,), common["payload_digest"], "payload")
    return Capture(kind="resource", status=None, headers=headers, body=block, **common)


def _response(answer: Response, common: dict[str, Any], told: _Told, opening: bool, size: int | None) -> Capture:
    if answer.odd is not None:
        told.remark(
            Sentence("its status line is {odd!r}, read as status {status}", odd=answer.odd, status=answer.status)
        )
    undone = answer.body(opening=opening) if size is None else Undone(answer.payload)
    told.compare((answer.payload, answer.raw, undone.body), common["payload_digest"], "payload")
    problem = undone.problem or (None, None)
    return Capture(
        kind="response",
        status=answer.status,
        headers=answer.headers,
        body=undone.body if size is None else b"",
        outcome=problem[0],
        detail=problem[1],
        dropped=size or 0,
        **common,
    )


def _time_of(text: str | None, block: bytes, remark: Report) -> datetime:
    try:
        return moment_of(text)
    except ValueError as error:
        remark(Sentence("{error}, so the time of its capture is not known", error=error))
        return filed_without_time(block)


def moment_of(text: str | None) -> datetime:
    """The moment of a WARC-Date, also of one with an offset or in 14 digits. Raises ValueError for any other."""
    stated = (text or "").strip()
    try:
        if _IN_UTC.fullmatch(stated):  # as nearly all are
            return datetime.fromisoformat(stated)
        if _DIGITS.fullmatch(stated):
            return datetime.strptime(stated, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        if _OFFSET.fullmatch(stated):
            return datetime.fromisoformat(stated).astimezone(UTC)
        moment: datetime = iso_date_to_datetime(stated)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"its WARC-Date is {text!r}" if text else "it has no WARC-Date") from None
    return moment.replace(tzinfo=UTC)
