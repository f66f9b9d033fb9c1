"""Reads raw records in any packing (gzip with one member or many, plain, Zstandard, ARC), and writes one."""

from __future__ import annotations

import gzip
import io
import re
import struct
import uuid
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed

from scraper.captures.members import GZIP, MAX_RECORD, RawRecord, Tally, record_blocks, whole_records
from scraper.text.sentence import Sentence

ZSTD = b"\x28\xb5\x2f\xfd"
"""How a Zstandard frame begins."""

MAX_LINE = 64 * 1024
"""The longest line at the head of an ARC record, in bytes."""

_SKIPPABLE = range(0x184D2A50, 0x184D2A60)
_DICTIONARY = 0x184D2A5D
"""The skippable frame that holds the dictionary of a ``.warc.zst``.

https://iipc.github.io/warc-specifications/specifications/warc-zstd/"""

_VERSION_2 = re.compile(r"(\S+) \S+ (\d{14}) \S+ \d{3} \S+")
"""Address, host, time, type, status and checksum."""

_MAX_DICTIONARY = 16 * 1024 * 1024


def packing(path: Path) -> str | None:
    """``warc``, ``zstd`` or ``arc`` by the file's first bytes; None for any other. Raises OSError."""
    with path.open("rb") as file:
        start = file.read(1024)
    if start.startswith(ZSTD) or _skippable(start) is not None:
        return "zstd"
    if start.startswith(GZIP):
        with path.open("rb") as file, gzip.GzipFile(fileobj=file) as unpacked:
            try:
                start = unpacked.read(64)
            except (OSError, EOFError):
                return None
    start = start.lstrip(b"\r\n")
    return "warc" if start.startswith(b"WARC/") else "arc" if start.startswith(b"filedesc:") else None


def raw_records(path: Path, tally: Tally) -> Iterator[RawRecord]:
    """The whole WARC records of a file in any packing. ARC records are turned into WARC records. Raises OSError."""
    kind = packing(path)
    with path.open("rb") as file:
        if kind == "zstd":
            yield from _of_zstd(file, path.name, tally)
        elif kind == "arc":
            yield from _of_arc(file, path.name, tally)
        else:
            yield from whole_records(file, path.name, tally)


def warc_record(fields: Iterable[tuple[str, str]], block: bytes) -> bytes:
    """One WARC 1.1 record with these fields. Its Content-Length is added."""
    head = "".join(f"{name}: {value}\r\n" for name, value in (*fields, ("Content-Length", str(len(block)))))
    return b"".join((b"WARC/1.1\r\n", head.encode(), b"\r\n", block, b"\r\n\r\n"))


def stable_id(*parts: str | bytes) -> str:
    """A record id that depends only on what the record holds, so the same capture has the same id in every file."""
    told = sha256(b"\0".join(part.encode() if isinstance(part, str) else part for part in parts)).hexdigest()
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, told)}>"


def _of_zstd(file: IO[bytes], name: str, tally: Tally) -> Iterator[RawRecord]:
    from scraper.captures.zstandard import zstd

    start = file.read(8)
    file.seek(0)
    size = _skippable(start)
    dictionary = None
    try:
        if size is not None and struct.unpack("<I", start[:4])[0] == _DICTIONARY:
            file.seek(8)
            held = file.read(min(size, _MAX_DICTIONARY))
            content = bytes(zstd.ZstdFile(io.BytesIO(held)).read(_MAX_DICTIONARY)) if held.startswith(ZSTD) else held
            dictionary = zstd.ZstdDict(content)
        with zstd.ZstdFile(file, zstd_dict=dictionary) as unpacked:
            for offset, content in record_blocks(unpacked, tally, name):  # type: ignore[arg-type]
                yield RawRecord(offset, content, 0)
    except (EOFError, ValueError, zstd.ZstdError) as error:
        tally.refuse(Sentence("{name}: what follows cannot be unpacked: {error}", name=name, error=error))


def _skippable(start: bytes) -> int | None:
    """The size of the skippable Zstandard frame that opens a file, or None."""
    if len(start) < 8:
        return None
    magic, size = struct.unpack("<II", start[:8])
    return size if magic in _SKIPPABLE else None


def _of_arc(file: IO[bytes], name: str, tally: Tally) -> Iterator[RawRecord]:
    packed = file.read(len(GZIP)) == GZIP
    file.seek(0)
    # warcio refuses a file in a single gzip member, so we unpack it first.
    unpacked = gzip.GzipFile(fileobj=file) if packed else file
    records = ArchiveIterator(unpacked, no_record_parse=True)
    records.reader = _ShortLines(records.fh)
    try:
        for record in records:
            yield from _arc_record(record, name, tally)
    except (ArchiveLoadFailed, OSError, EOFError, zlib.error, ValueError, IndexError) as error:
        tally.refuse(
            Sentence("{name}: what follows is not a whole ARC record: {value}", name=name, value=f"{error}"[:300])
        )


class _ShortLines(DecompressingBufferedReader):  # type: ignore[misc]
    """warcio's reader, which would take a line of any length into memory. Raises ValueError for a long one."""

    def readline(self, length: int | None = None) -> bytes:
        line = b""
        while piece := super().readline(length or MAX_LINE):
            line += piece
            if len(line) > MAX_LINE:
                raise ValueError(Sentence("a line has more than {max_line} bytes", max_line=MAX_LINE))
            if length or line.endswith(b"\n"):
                break
        return line


def _arc_record(record: Any, name: str, tally: Tally) -> Iterator[RawRecord]:
    tally.records += 1
    if record.rec_type != "response":
        tally.no_captures += 1
        return
    block = record.raw_stream.read(MAX_RECORD + 1)
    if len(block) > MAX_RECORD:
        tally.no_captures += 1
        tally.remarks.append(
            Sentence(
                "{name}: a record has more than {max_record} bytes and was passed over",
                name=name,
                max_record=MAX_RECORD,
            )
        )
        return
    url, date = _of_arc_line(record)
    if len(block) < record.length:
        tally.unreadable.append(
            Sentence("{name}: the record of {url:.200} is torn and was passed over", name=name, url=url)
        )
        return
    said = {"WARC-Target-URI": url} | ({"WARC-Date": date} if date else {})
    fields = [
        ("WARC-Type", "response"),
        ("WARC-Record-ID", stable_id(*said.values(), block)),
        *said.items(),
        ("Content-Type", "application/http; msgtype=response"),
    ]
    yield RawRecord(0, warc_record(fields, block), 0)


def _of_arc_line(record: Any) -> tuple[str, str | None]:
    """The address in the line that opens an ARC record, and the time; None where that is not one of 14 digits.

    warcio reads the five fields of version 1, and makes a later moment of a shorter time. In version 2 the line has
    five more fields, which warcio leaves in the address.
    """
    said = record.rec_headers
    url, date = said.get_header("uri") or "", said.get_header("archive-date") or ""
    if (second := _VERSION_2.fullmatch(url)) is not None:
        url, date = second[1], second[2]
    try:
        at = datetime.strptime(date, "%Y%m%d%H%M%S").replace(tzinfo=UTC) if len(date) == 14 else None
    except ValueError:
        at = None
    return url, f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None
