"""Reads the whole records of a WARC file as bytes: gzip members and the blocks in them, as a stream.

A member may hold one record, as WARC asks, or a whole file. A member is never held in memory as a whole.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import IO

from scraper.text.sentence import Sentence

MAX_RECORD = 24 * 1024 * 1024
"""The largest record, in bytes, that is read. A larger one (a film, for example) is skipped and reported."""

MAX_HEAD = 256 * 1024
"""The longest header block of a record, in bytes. A longer one does not belong to a WARC record."""

GZIP = b"\x1f\x8b\x08"
"""How a gzip member begins."""

MAX_ODD = 100
"""The most odd records of one stream after which the next one is looked for. Each may cost MAX_RECORD bytes."""

_CHUNK = 64 * 1024
_PIECE = 16 * 1024  # holds most members whole
_AT_ONCE = 1024 * 1024  # a larger member is read as a stream
_NEXT = re.compile(rb"\nWARC/1\.")
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?$", re.I | re.M)

Report = Callable[[str], None]
"""Gets one sentence for each part of a file that could not be read."""


def ignore(_: str) -> None:
    """A report that discards its sentence."""


@dataclass(slots=True)
class Tally:
    """Counts what became of each record while a file was read."""

    records: int = 0  # whole records, and those that could not be read
    no_captures: int = 0  # records without a page: requests, notes about the file, films
    undated: int = 0  # captures without a time
    unreadable: list[str] = field(default_factory=list)  # one sentence for each, with file and offset
    remarks: list[str] = field(default_factory=list)  # what is unusual about records that were read

    def refuse(self, sentence: str) -> None:
        """Notes a record that could not be read."""
        self.records += 1
        self.unreadable.append(sentence)


class _Member(io.RawIOBase):
    """One gzip member as an unpacked stream. Reading raises EOFError if it is torn, zlib.error if it is damaged."""

    def __init__(self, file: IO[bytes], offset: int) -> None:
        self._file = file
        self._unzip = zlib.decompressobj(31)
        self._given = 0
        self._place = offset

    @property
    def end(self) -> int:
        """Where the member ends in its file. Known once it has been read to its end."""
        return self._place - len(self._unzip.unused_data)

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._given

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._unzip.eof:
            fed = self._unzip.unconsumed_tail
            if not fed:
                self._file.seek(self._place)
                fed = self._file.read(_CHUNK)
                self._place += len(fed)
            if not fed:
                raise EOFError("torn")
            piece = self._unzip.decompress(fed, len(buffer))
            if piece:
                buffer[: len(piece)] = piece
                self._given += len(piece)
                return len(piece)
        return 0


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One whole record."""

    offset: int  # offset of its gzip member, or of the record in a plain file
    content: bytes  # header block, block, and the two line ends after it
    number: int  # its place in its gzip member, from 0
    length: int | None = None  # bytes in the file, if it is plain or has its own gzip member
    alone: bool = False  # its gzip member, if the file is packed, holds it in canonical form and nothing else


def whole_records(
    file: IO[bytes], name: str, tally: Tally, passed: Mapping[int, int] = MappingProxyType({})
) -> Iterator[RawRecord]:
    """The records of an open WARC file ``name``, gzipped or plain, in the file's order.

    ``passed`` are gzip members of records that are ``alone`` and were read before, by their offsets, with their ends.
    They are not read, and their records have no content.
    """
    packed = file.read(len(GZIP)) == GZIP
    file.seek(0)
    if not packed:
        for place, content in record_blocks(file, tally, name):
            yield RawRecord(place, content, 0, len(content), alone=True)
        return
    offset: int | None = 0
    while offset is not None:
        if offset in passed:
            tally.records += 1
            yield RawRecord(offset, b"", 0)
            end: int | None = passed[offset]
        else:
            end = yield from _records_of_member(file, offset, name, tally)
        if end is None:
            offset = _next_member(file, offset + 1)
            continue
        offset = _past_padding(file, end)
        if offset != end and file.tell() > end:
            zeros = (file.tell() if offset is None else offset) - end
            tally.remarks.append(
                Sentence(
                    "{name}: {zeros} bytes of zeros at byte {end} were passed over", name=name, zeros=zeros, end=end
                )
            )


def _past_padding(file: IO[bytes], place: int) -> int | None:
    """The first byte from ``place`` on that is not zero, or None: tapes and some file systems pad files."""
    file.seek(place)
    if file.read(1) not in (b"", b"\0"):
        return place
    file.seek(place)
    while chunk := file.read(_CHUNK):
        rest = chunk.lstrip(b"\0")
        if rest:
            return file.tell() - len(rest)
    return None


def _records_of_member(
    file: IO[bytes], offset: int, name: str, tally: Tally
) -> Generator[RawRecord, None, int | None]:
    """The records of the gzip member at ``offset``. Returns where it ends, or None if it is torn or damaged.

    A record counts once the next one begins or the member, with its checksum, has ended.
    """
    sole = sole_record(file, offset)
    if sole is not None:
        record, end = sole
        tally.records += 1
        yield record
        return end
    member = _Member(file, offset)
    stream = io.BufferedReader(member, _CHUNK)
    held: RawRecord | None = None
    try:
        for number, (_, content) in enumerate(
            record_blocks(stream, tally, f"{name}: in the gzip member at byte {offset}")
        ):
            if held is not None:
                yield held
            held = RawRecord(offset, content, number)
        while stream.read(_CHUNK):
            pass
    except (EOFError, zlib.error):
        tally.records -= held is not None
        tally.refuse(
            Sentence("{name}: the record at byte {offset} is torn and was passed over", name=name, offset=offset)
        )
        return None
    if held is not None:
        yield replace(held, length=member.end - offset) if held.number == 0 else held
    return member.end


def sole_record(file: IO[bytes], offset: int) -> tuple[RawRecord, int] | None:
    """The record of the gzip member at ``offset``, and where the member ends.

    None unless the member is whole, holds one whole record in canonical form and nothing else, and is not large.
    """
    file.seek(offset)
    unzip, place, pieces = zlib.decompressobj(31), offset, list[bytes]()
    while not unzip.eof:
        fed = file.read(_PIECE)
        place += len(fed)
        try:
            pieces.append(unzip.decompress(fed, _AT_ONCE))
        except zlib.error:
            return None
        if not fed or unzip.unconsumed_tail or place - offset > _AT_ONCE:
            return None
    content, end = b"".join(pieces), place - len(unzip.unused_data)
    return (RawRecord(offset, content, 0, end - offset, alone=True), end) if _is_one_record(content) else None


def _is_one_record(content: bytes) -> bool:
    body = content.find(b"\n\r\n", 0, MAX_HEAD) + 3
    head = content[:body]
    length = _LENGTH.search(head)
    return (
        content.startswith(b"WARC/")
        and b"\n\n" not in head
        and length is not None
        and int(length[1]) <= MAX_RECORD
        and len(content) == body + int(length[1]) + 4
        and content.endswith(b"\r\n\r\n")
    )


def read_member(file: IO[bytes], offset: int) -> tuple[bytes, int] | None:
    """The content of the gzip member at ``offset`` and where it ends; None if it is torn or damaged.

    Only the first MAX_RECORD bytes of a larger content are returned, so its last record is found to be cut.
    """
    member = _Member(file, offset)
    stream = io.BufferedReader(member, _CHUNK)
    try:
        content = stream.read(MAX_RECORD + MAX_HEAD)
        while stream.read(_CHUNK):
            pass
    except (EOFError, zlib.error):
        return None
    return content, member.end


def records_at(file: IO[bytes], offset: int, tally: Tally) -> Iterator[bytes]:
    """The records that begin at ``offset``: all of a gzip member, or the one of a plain file."""
    file.seek(offset)
    packed = file.read(len(GZIP)) == GZIP
    if packed:
        yield from (record.content for record in _records_of_member(file, offset, "", tally))
        return
    file.seek(offset)
    first = next(record_blocks(file, tally, ""), None)
    if first is not None:
        yield first[1]


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


class _Lines:
    """A stream of which what was read can be put back, so that a record with a wrong length costs itself alone."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._ahead = io.BytesIO()
        self._left = 0  # bytes that were put back and not read again
        self.place = file.tell()

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes."""
        found = self._ahead.read(min(size, self._left)) if self._left else b""
        self._left -= len(found)
        if len(found) < size:
            found = found + self._file.read(size - len(found)) if found else self._file.read(size)
        self.place += len(found)
        return found

    def readline(self, size: int) -> bytes:
        """The next line, or as much of it as ``size`` bytes hold."""
        line = self._ahead.readline(min(size, self._left)) if self._left else b""
        self._left -= len(line)
        if len(line) < size and not line.endswith(b"\n"):
            line += self._file.readline(size - len(line))
        self.place += len(line)
        return line

    def may_hold(self, size: int) -> bool:
        """Whether ``size`` bytes can follow, as far as the stream can tell without being read."""
        if not isinstance(self._file, io.BufferedReader | io.BytesIO) or not self._file.seekable():
            return True
        here = self._file.tell()
        end = self._file.seek(0, io.SEEK_END)
        self._file.seek(here)
        return self._left + end - here >= size

    def put_back(self, content: bytes) -> None:
        """Gives the last bytes that were read once more."""
        self.place -= len(content)
        if self._left and self._ahead.tell() >= len(content):  # nothing was read from the file since
            self._ahead.seek(-len(content), io.SEEK_CUR)
            self._left += len(content)
            return
        self._ahead = io.BytesIO(content + self._ahead.read(self._left))
        self._left = self._ahead.getbuffer().nbytes


def record_blocks(file: IO[bytes], tally: Tally, where: str) -> Iterator[tuple[int, bytes]]:
    """The whole records of an unpacked stream, with their offsets. Reports on other records begin with ``where``.

    After what is no whole record, reading goes on at the next line that begins a record, MAX_ODD times.
    """
    place = f"{where}: " if where else ""
    lines, odd = _Lines(file), 0
    while True:
        offset, head = _header_block(lines)
        if not head:
            return
        length = _LENGTH.search(head)
        passed: bytes | None = None  # what has to be searched for the next record
        if not head.startswith(b"WARC/") or length is None or not head.endswith((b"\n\r\n", b"\n\n")):
            tally.refuse(
                Sentence(
                    "{place}what stands at byte {offset} is not a whole WARC record and was passed over",
                    place=place,
                    offset=offset,
                )
            )
            passed = head
        else:
            size = int(length.group(1))
            if size > MAX_RECORD and lines.may_hold(size):
                if not _skip(lines, size + 4):
                    tally.refuse(
                        Sentence(
                            "{place}the record at byte {offset} is torn and was passed over",
                            place=place,
                            offset=offset,
                        )
                    )
                    return
                tally.records += 1
                tally.no_captures += 1
                tally.remarks.append(
                    Sentence(
                        "{place}the record at byte {offset} has {size} bytes, more than {max_record}: passed over",
                        place=place,
                        offset=offset,
                        size=size,
                        max_record=MAX_RECORD,
                    )
                )
                continue
            block = lines.read(min(size, MAX_RECORD))
            # Two line ends follow. WARC asks for carriage returns in them; some tools leave them out.
            ends = [lines.readline(2), lines.readline(2)]
            if len(block) == size and all(end in (b"\r\n", b"\n") for end in ends):
                tally.records += 1
                yield offset, b"".join((head, block, b"\r\n\r\n"))
                continue
            after = b"".join((block, *ends, lines.read(len(b"WARC/1."))))
            restored = _with_carriage_returns(lines, head, after, size)
            if restored is not None:
                tally.records += 1
                tally.remarks.append(
                    Sentence(
                        "{place}the record at byte {offset} has lost its carriage returns; read with them",
                        place=place,
                        offset=offset,
                    )
                )
                yield offset, b"".join((head, restored, b"\r\n\r\n"))
                continue
            tally.refuse(
                Sentence(
                    "{place}the record at byte {offset} is torn, or is not as long as it states: passed over",
                    place=place,
                    offset=offset,
                )
            )
            passed = head + after
        odd += 1
        if odd > MAX_ODD:
            tally.refuse(
                Sentence(
                    "{place}more than {max_odd} odd records; what follows byte {offset} was passed over",
                    place=place,
                    max_odd=MAX_ODD,
                    offset=offset,
                )
            )
            return
        if not _find_next(lines, passed):
            return


def _with_carriage_returns(lines: _Lines, head: bytes, after: bytes, size: int) -> bytes | None:
    """The block of a record whose line ends a transfer as text made line feeds. What follows it in ``after``, the
    bytes that were read last, is put back.

    None unless the block has exactly the stated ``size`` once the lines of its HTTP head have their returns again.
    """
    if b"\r" in head:
        return None
    found = _NEXT.search(after)
    end = len(after) if found is None else found.start() + 1
    fields, empty, body = after[:end].removesuffix(b"\n\n").partition(b"\n\n")
    block = (fields + empty).replace(b"\n", b"\r\n") + body
    if len(block) != size:
        return None
    lines.put_back(after[end:])
    return block


def _find_next(lines: _Lines, passed: bytes) -> bool:
    """Goes to the next line that begins a record, in what was ``passed`` or after it. False if there is none."""
    found = _NEXT.search(passed, 1)
    if found is not None:
        lines.put_back(passed[found.start() + 1 :])
        return True
    after = passed[-8:]  # the line may begin here
    lines.put_back(after)
    begins = False
    while line := lines.readline(_CHUNK):
        if begins and line.startswith(b"WARC/1."):
            lines.put_back(line)
            return True
        begins = line.endswith(b"\n")
    return False


def _header_block(lines: _Lines) -> tuple[int, bytes]:
    """The offset and the next header block, with the empty line that ends it. Empty at the end of the stream."""
    offset = lines.place
    line = lines.readline(_CHUNK)
    while line in (b"\r\n", b"\n"):
        offset = lines.place
        line = lines.readline(_CHUNK)
    found, size = [line], len(line)
    while line not in (b"\r\n", b"\n", b"") and size < MAX_HEAD:
        line = lines.readline(_CHUNK)
        found.append(line)
        size += len(line)
    return offset, b"".join(found)


def _skip(lines: _Lines, size: int) -> bool:
    """Skips ``size`` bytes. False if there are fewer."""
    while size > 0:
        piece = lines.read(min(size, _CHUNK * 16))
        if not piece:
            return False
        size -= len(piece)
    return True
