"""The seal of a database: a checksum of each of its pages, written when its writer closes it.

SQLite keeps no checksums, so a flipped bit in a text is read as that text, and what another program wrote looks like
our own. The seal stands beside the database (``tinkhoi.db.sums``). A writer takes it off before it writes and puts a
new one on when it has closed in order; after a kill there is none until the next run has ended. Pages that were
changed while the seal was on are noted in ``tinkhoi.db.changed`` until :func:`accept` is told that they are right.

Reading a large file whole, before and after each night, would cost more than the night. So the writer tells the pages
it wrote (:class:`WrittenPages`), and a night compares one part of the file, the next night another.
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path

from scraper.whole_files import replacing, write_whole

_HEADER = struct.Struct("<4sI")  # magic, page size
_MAGIC = b"TKS1"
_COUNTERS = ((24, 28), (92, 100))
"""Bytes of the first page that SQLite changes without a change of content: counters and its own version."""

MOST_NAMED = 1000

PART = 16_384
"""Of a database with more pages so many are compared when it is opened; 128 MB."""


AT_ONCE = 1024**2
"""Bytes that are read at once. Python's own 8 KB make a third more work of it."""


def seal_of(path: Path) -> Path:
    """Where the seal of the database at ``path`` stands."""
    return path.with_name(f"{path.name}.sums")


def note_of(path: Path) -> Path:
    """Where the pages that were changed under the seal are noted."""
    return path.with_name(f"{path.name}.changed")


def put_on(path: Path, written: WrittenPages | None = None) -> None:
    """Writes the seal of the database at ``path``, whose write-ahead log is empty. Raises OSError.

    With ``written`` only those pages are read again.
    """
    size = _page_size(path)
    checksums = written.checksums(size) if written is not None else None
    if checksums is None:
        checksums = array("I", _checksums(path, size))
    with replacing(seal_of(path)) as draft, draft.open("wb") as file:
        file.write(_HEADER.pack(_MAGIC, size))
        file.write(_little_endian(checksums).tobytes())


def take_off(path: Path) -> None:
    """Removes the seal, so that a crash in mid-write leaves none that is wrong."""
    seal_of(path).unlink(missing_ok=True)


def changed_pages(path: Path, turn: int | None = None) -> list[int] | None:
    """The numbers of the pages that differ from the seal; None if the database is not sealed. Raises OSError.

    With ``turn``, only a part of a database of more than :data:`PART` pages is compared, at each turn the next; all
    of it if the file was written after it was sealed.
    """
    sealed = _sealed(path)
    if sealed is None:
        return None
    size, kept = sealed
    begin, end = 0, None
    is_untouched = path.stat().st_mtime_ns <= _time_of(seal_of(path)) and path.stat().st_size == size * len(kept)
    if turn is not None and is_untouched and len(kept) > PART:
        begin = turn % -(-len(kept) // PART) * PART
        end = begin + PART
    found = list(_checksums(path, size, begin, end)) if size else []
    compared = kept[begin:end]
    wrong = [n for n, (one, other) in enumerate(zip(compared, found, strict=False), begin + 1) if one != other]
    if end is None:
        wrong += range(min(len(kept), len(found)) + 1, max(len(kept), len(found)) + 1)
    log = path.with_name(f"{path.name}-wal")
    if not wrong and log.exists() and log.stat().st_size:
        wrong = [1]  # our writer left the log empty, so another program wrote into it
    return wrong if seal_of(path).exists() else None  # a writer may have begun meanwhile


def _sealed(path: Path) -> tuple[int, array[int]] | None:
    """The page size and the checksums of the seal, or None if there is no seal of ours."""
    try:
        kept = seal_of(path).read_bytes()
    except FileNotFoundError:
        return None
    if len(kept) < _HEADER.size or kept[:4] != _MAGIC:
        return None
    _, size = _HEADER.unpack_from(kept)
    checksums = array("I")
    checksums.frombytes(kept[_HEADER.size : len(kept) - len(kept) % 4])
    return size, _little_endian(checksums)


def _little_endian(checksums: array[int]) -> array[int]:
    """The checksums in the order of bytes of the file, or those of the file in this machine's."""
    if sys.byteorder == "little":
        return checksums
    turned = checksums[:]
    turned.byteswap()
    return turned


def _time_of(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


class WrittenPages:
    """Which pages of a sealed database its one writer wrote, as its write-ahead log tells.

    It is begun before the first write. The log must not be moved into the database without :meth:`note` before and
    :meth:`moved` after; if it was, the pages are not known, and the whole file is read for its seal.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sealed = _sealed(path)
        self._pages: set[int] = set()
        self._time = _time_of(path)

    @property
    def log_size(self) -> int:
        """Bytes of the write-ahead log."""
        log = self._log
        return log.stat().st_size if log.exists() else 0

    @property
    def _log(self) -> Path:
        return self._path.with_name(f"{self._path.name}-wal")

    def note(self) -> None:
        """Notes the pages that stand in the log."""
        if _time_of(self._path) != self._time:
            self._sealed = None
        if self._sealed is not None and self._log.exists():
            self._pages.update(_pages_in(self._log))

    def moved(self) -> None:
        """Takes what stands in the database now for what :meth:`note` was told of."""
        self._time = _time_of(self._path)

    def checksums(self, size: int) -> array[int] | None:
        """The checksums of all pages, of which only those written are read; None if all must be read."""
        if self._sealed is None or self._sealed[0] != size or not size or _time_of(self._path) != self._time:
            return None
        kept, number = self._sealed[1], self._path.stat().st_size // size
        checksums = kept[:number]
        again = {1, *self._pages, *range(len(kept) + 1, number + 1)}
        if len(again) * 4 > number:
            return None  # then it is quicker to read all
        checksums.extend(bytes(1) * max(0, number - len(checksums)))
        for page in again:
            if page <= number:
                checksums[page - 1] = next(_checksums(self._path, size, page - 1, page))
        return checksums


def _pages_in(log: Path) -> Iterator[int]:
    """The numbers of the pages in a write-ahead log (sqlite.org/fileformat2.html#walformat)."""
    with log.open("rb") as file:
        head = file.read(32)
        if len(head) < 32:
            return
        size, salts = int.from_bytes(head[8:12], "big"), head[16:24]
        place = 32
        while len(frame := file.read(24)) == 24 and frame[8:16] == salts:  # what follows is of an earlier round
            yield int.from_bytes(frame[:4], "big")
            place += 24 + size
            file.seek(place)


def note_changes(path: Path, pages: list[int]) -> None:
    """Notes pages that were changed, beside those noted before. Raises OSError."""
    if pages:
        noted = sorted({*noted_changes(path), *pages})[:MOST_NAMED]
        write_whole(note_of(path), json.dumps(noted) + "\n")


def noted_changes(path: Path) -> list[int]:
    """The pages noted and not yet accepted."""
    try:
        noted = json.loads(note_of(path).read_text(encoding="utf-8"))
        return [int(page) for page in noted]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError):
        return [1]  # the note itself cannot be read, which is no reason to forget it


def accept(path: Path) -> None:
    """Takes what stands in the database as right."""
    note_of(path).unlink(missing_ok=True)


def _page_size(path: Path) -> int:
    with path.open("rb") as file:
        head = file.read(18)
    size = int.from_bytes(head[16:18], "big")
    return 65536 if size == 1 else size


def _checksums(path: Path, size: int, begin: int = 0, end: int | None = None) -> Iterator[int]:
    """The checksums of the pages from ``begin`` on, counted from 0, to ``end``."""
    with path.open("rb", buffering=AT_ONCE) as file:
        file.seek(begin * size)
        if begin == 0:
            first = bytearray(file.read(size))
            for one, other in _COUNTERS:
                first[one:other] = bytes(len(first[one:other]))
            if first:
                yield zlib.crc32(first)
        left = None if end is None else end - max(begin, 1)
        while (left is None or left > 0) and (page := file.read(size)):
            yield zlib.crc32(page)
            left = None if left is None else left - 1
