"""The seal of a database: a checksum of each of its pages, written when its writer closes it.

SQLite keeps no checksums, so a flipped bit in a text is read as that text, and what another program wrote looks like
our own. The seal stands beside the database (``tinkhoi.db.sums``). A writer takes it off before it writes and puts a
new one on when it has closed in order; after a kill there is none until the next run has ended. Pages that were
changed while the seal was on are noted in ``tinkhoi.db.changed`` until :func:`accept` is told that they are right.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from scraper.whole_files import replacing, write_whole

_HEADER = struct.Struct("<4sI")  # magic, page size
_MAGIC = b"TKS1"
_COUNTERS = ((24, 28), (92, 100))
"""Bytes of the first page that SQLite changes without a change of content: counters and its own version."""

MOST_NAMED = 1000


def seal_of(path: Path) -> Path:
    """Where the seal of the database at ``path`` stands."""
    return path.with_name(f"{path.name}.sums")


def note_of(path: Path) -> Path:
    """Where the pages that were changed under the seal are noted."""
    return path.with_name(f"{path.name}.changed")


def put_on(path: Path) -> None:
    """Writes the seal of the database at ``path``, whose write-ahead log is empty. Raises OSError."""
    size = _page_size(path)
    with replacing(seal_of(path)) as draft, draft.open("wb") as file:
        file.write(_HEADER.pack(_MAGIC, size))
        for checksum in _checksums(path, size):
            file.write(struct.pack("<I", checksum))


def take_off(path: Path) -> None:
    """Removes the seal, so that a crash in mid-write leaves none that is wrong."""
    seal_of(path).unlink(missing_ok=True)


def changed_pages(path: Path) -> list[int] | None:
    """The numbers of the pages that differ from the seal; None if the database is not sealed. Raises OSError."""
    try:
        kept = seal_of(path).read_bytes()
    except FileNotFoundError:
        return None
    if len(kept) < _HEADER.size or kept[:4] != _MAGIC:
        return None
    _, size = _HEADER.unpack_from(kept)
    sealed = [number for (number,) in struct.iter_unpack("<I", kept[_HEADER.size : len(kept) - len(kept) % 4])]
    found = list(_checksums(path, size)) if size else []
    wrong = [n for n, (one, other) in enumerate(zip(sealed, found, strict=False), start=1) if one != other]
    wrong += range(min(len(sealed), len(found)) + 1, max(len(sealed), len(found)) + 1)
    log = path.with_name(f"{path.name}-wal")
    if not wrong and log.exists() and log.stat().st_size:
        wrong = [1]  # our writer left the log empty, so another program wrote into it
    return wrong if seal_of(path).exists() else None  # a writer may have begun meanwhile


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


def _checksums(path: Path, size: int) -> Iterator[int]:
    with path.open("rb") as file:
        first = bytearray(file.read(size))
        for begin, end in _COUNTERS:
            first[begin:end] = bytes(len(first[begin:end]))
        if first:
            yield zlib.crc32(first)
        while page := file.read(size):
            yield zlib.crc32(page)
