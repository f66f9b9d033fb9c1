"""What can be wrong with the archive itself. Each error carries the exit code of the program."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from scraper.text.sentence import Sentence, sentence_of


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


WAY_BACK = Sentence("put a backup in its place with `tinkhoi restore FILE`; the captures are untouched")
_BY_CODE: dict[int, tuple[type[ArchiveError], Sentence]] = {
    sqlite3.SQLITE_FULL: (
        DiskFull,
        Sentence("the disk is full; make room and run again, nothing acknowledged was lost"),
    ),
    sqlite3.SQLITE_CORRUPT: (ArchiveDamaged, Sentence("the database is damaged")),
    sqlite3.SQLITE_NOTADB: (ArchiveDamaged, Sentence("not a database, or one whose first page is damaged")),
    sqlite3.SQLITE_BUSY: (ArchiveLocked, Sentence("another process is writing to it; wait for its end")),
    sqlite3.SQLITE_LOCKED: (ArchiveLocked, Sentence("another process is writing to it; wait for its end")),
    sqlite3.SQLITE_READONLY: (ArchiveUnusable, Sentence("it may not be written; check its owner and rights")),
    sqlite3.SQLITE_CANTOPEN: (ArchiveUnusable, Sentence("it cannot be opened; check the path and its rights")),
    sqlite3.SQLITE_PERM: (ArchiveUnusable, Sentence("it cannot be opened; check the path and its rights")),
    sqlite3.SQLITE_IOERR: (ArchiveDamaged, Sentence("reading or writing it failed; check the disk first")),
    sqlite3.SQLITE_FORMAT: (ArchiveDamaged, Sentence("the database is damaged")),
}


_BROKEN_SCHEMA = (
    "malformed database schema", "no such table", "no such column", "no such fts5 table", "no such module",
    "vtable constructor failed", "no such index", "unsupported file format",
)  # fmt: skip
"""How SQLite begins to say that the schema lacks what our own statements name."""


def as_archive_error(path: Path | str, error: Exception) -> ArchiveError | None:
    """What SQLite's ``error`` says about the file at ``path``; None if it says nothing about the file itself."""
    if not isinstance(error, sqlite3.Error):
        return None
    if "Could not decode to UTF-8" in str(error):
        column = re.search(r"column '([^']*)'", str(error))
        where = Sentence("a text in the column {column}", column=column[1]) if column else Sentence("a text")
        return damaged(path, Sentence("{where} holds bytes that are no text", where=where))
    if str(error).startswith(_BROKEN_SCHEMA) and isinstance(error, sqlite3.OperationalError):
        return damaged(path, Sentence("the database is damaged ({error})", error=error))
    code = getattr(error, "sqlite_errorcode", None)
    kind, fault = _BY_CODE.get(code & 0xFF if code is not None else -1, (None, Sentence("")))
    if kind is ArchiveDamaged:
        return damaged(path, fault)
    return kind(Sentence("{path}: {fault}", path=path, fault=fault)) if kind is not None else None


def damaged(path: Path | str, fault: str) -> ArchiveDamaged:
    """The error that names the file, what is wrong with it, and the way back."""
    return ArchiveDamaged(Sentence("{path}: {fault}; {way_back}", path=path, fault=fault, way_back=WAY_BACK))


def fault_of(error: ArchiveError) -> str:
    """What is wrong, without the file and the way back."""
    said = sentence_of(error)
    return str(said) if not isinstance(said, Sentence) else _kept(said.values.get("fault"), said)


def _kept(fault: object, said: Sentence) -> str:
    return fault if isinstance(fault, str) else said


@contextmanager
def archive_errors(path: Path) -> Iterator[None]:
    """Turns SQLite's errors about the file itself into ArchiveError. Others (a wrong statement) are not caught."""
    try:
        yield
    except sqlite3.Error as error:
        known = as_archive_error(path, error)
        if known is None:
            raise
        raise known from error
