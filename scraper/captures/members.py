"""The records of a WARC file as bytes: gzip members, and blocks within them. Only whole ones are given."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from typing import IO

MAX_RECORD = 64 * 1024 * 1024
"""Bytes of one record that are read; a larger one (a film in a file from elsewhere) is passed over and reported."""

GZIP = b"\x1f\x8b\x08"
"""How a gzip member begins."""

_CHUNK = 64 * 1024
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d+)[ \t]*\r?$", re.I | re.M)

Report = Callable[[str], None]
"""Told, in a sentence, of each part of a file that could not be read."""


def whole_records(file: IO[bytes], name: str, report: Report) -> Iterator[tuple[int, bytes]]:
    """The records of an open WARC file ``name``, each with the offset of its gzip member.

    In a plain file the offset is the record's own.
    """
    packed = file.read(len(GZIP)) == GZIP
    file.seek(0)
    if not packed:
        yield from record_blocks(file, lambda problem: report(f"{name}: {problem}"))
        return
    offset: int | None = 0
    while offset is not None:
        member = read_member(file, offset)
        if member is None:
            report(f"{name}: the record at byte {offset} is torn and was passed over")
            offset = _next_member(file, offset + 1)
            continue
        content, end = member
        where = f"{name}: in the gzip member at byte {offset}"
        for _, raw in record_blocks(BytesIO(content), partial(_report_in, report, where)):
            yield offset, raw
        file.seek(end)
        offset = end if file.read(1) else None


def _report_in(report: Report, where: str, problem: str) -> None:
    report(f"{where}: {problem}")


def read_member(file: IO[bytes], offset: int) -> tuple[bytes, int] | None:
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
        found = window.find(GZIP)
        while found >= 0:
            if _opens_record(file, base + found):
                return base + found
            found = window.find(GZIP, found + 1)
        kept = window[-(len(GZIP) - 1) :]
        file.seek(position)
    return None


def _opens_record(file: IO[bytes], offset: int) -> bool:
    file.seek(offset)
    try:
        return zlib.decompressobj(31).decompress(file.read(1024), 5) == b"WARC/"
    except zlib.error:
        return False


def record_blocks(file: IO[bytes], report: Report) -> Iterator[tuple[int, bytes]]:
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
