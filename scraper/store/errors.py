"""What can be wrong with the archive itself. Each error carries the exit code of the program."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar


class ArchiveError(Exception):
    """The archive cannot be used. The message is one line that names the file and what to do."""

    exit_code: ClassVar[int] = 5


class DiskFull(ArchiveError):
    """Nothing more can be written; what was acknowledged is kept."""

    exit_code = 3


class ArchiveNewer(ArchiveError):
    """The file was written by a later version of this program."""

    exit_code = 4


class ArchiveUnusable(ArchiveError):
    """The path cannot be opened: it is missing, it is a folder, or we may not write to it."""

    exit_code = 4


class ArchiveDamaged(ArchiveError):
    """The file is not an archive: empty, of another program, or damaged."""

    exit_code = 5


class ArchiveLocked(ArchiveError):
    """Another process writes to the archive."""

    exit_code = 6


_BY_CODE: dict[int, tuple[type[ArchiveError], str]] = {
    sqlite3.SQLITE_FULL: (DiskFull, "the disk is full; make room and run again, nothing acknowledged was lost"),
    sqlite3.SQLITE_CORRUPT: (ArchiveDamaged, "the database is damaged; restore a backup, the captures are untouched"),
    sqlite3.SQLITE_NOTADB: (ArchiveDamaged, "not a database; move it away or name another data folder with --data"),
    sqlite3.SQLITE_BUSY: (ArchiveLocked, "another process is writing to it; wait for its end"),
    sqlite3.SQLITE_LOCKED: (ArchiveLocked, "another process is writing to it; wait for its end"),
    sqlite3.SQLITE_READONLY: (ArchiveUnusable, "it may not be written; check its owner and rights"),
    sqlite3.SQLITE_CANTOPEN: (ArchiveUnusable, "it cannot be opened; check the path and its rights"),
    sqlite3.SQLITE_PERM: (ArchiveUnusable, "it cannot be opened; check the path and its rights"),
    sqlite3.SQLITE_IOERR: (ArchiveDamaged, "reading or writing it failed; check the disk"),
}


@contextmanager
def archive_errors(path: Path) -> Iterator[None]:
    """Turns SQLite's errors about the file itself into ArchiveError. Others (a wrong statement) are not caught."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        known = _BY_CODE.get(code & 0xFF) if code is not None else None
        if known is None:
            raise
        kind, advice = known
        raise kind(f"{path}: {advice}") from error
