"""Opening the archive: its lock, its schema, its transactions."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scraper.clock import vietnam_today
from scraper.optional_packages import left_out
from scraper.store import seal
from scraper.store.errors import (
    ArchiveDamaged,
    ArchiveLocked,
    ArchiveNewer,
    ArchiveUnusable,
    archive_errors,
    as_archive_error,
    damaged,
)
from scraper.store.migrations import APPLICATION_ID, STEPS, VIEWS, migrations, replace_views, steps_taken
from scraper.text import fold
from scraper.text.sentence import Sentence
from scraper.whole_files import replacing

if TYPE_CHECKING:
    from sqlite_utils import Database

log = logging.getLogger("tinkhoi")

Parameters = Sequence[Any] | Mapping[str, Any]

BUSY_SECONDS = 30.0
"""How long a statement waits for another connection of the same file (a reader's checkpoint, a backup)."""

LONGEST_LOG = 16_000_000
"""Bytes of the write-ahead log after which it is moved into the file."""

PAGES_OF_MANY_WRITES = 8000
"""Kilobytes of the file that stay in memory during many small writes. By its own choice SQLite keeps 2,000."""

QUICK_CHECK_BYTES = 268_435_456
"""Up to this size, each opening for writing checks the whole file (about a second). Larger files are checked on
request."""


class Archive:
    """An open archive. Made by :func:`open_archive` and :func:`open_reader`."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: sqlite3.Connection | None) -> None:
        self.path = path
        self.connection = connection
        self._lock = lock
        self.is_sealed_on_close = False  # set once the file was opened without a fault
        self.written: seal.WrittenPages | None = None  # None: not known
        self._log_noted = 0
        connection.row_factory = sqlite3.Row
        connection.create_function("fold", 1, _fold, deterministic=True)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")

    @cached_property
    def db(self) -> Database:
        """The connection as sqlite-utils has it. Imported when a table is written: a search has no need of it."""
        with left_out("pandas"):
            from sqlite_utils import Database

        return Database(self.connection, execute_plugins=False)

    @property
    def read_only(self) -> bool:
        """Whether this is a reader."""
        return self._lock is None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One write, all or nothing. Once the block is left, the write survives a loss of power.

        Inside another transaction it is a part that can fail alone. Raises ArchiveError if this fails.
        """
        with archive_errors(self.path):
            if self.connection.in_transaction:
                with self._part():
                    yield
                return
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                self.connection.rollback()
                raise
            self._keep_log_short()

    def joint_write(self) -> AbstractContextManager[None]:
        """One write, all or nothing with the transaction that it is in; outside of any, it is one of its own.

        A part of its own costs as much again, which is for nothing if all that it is in is taken back with it.
        """
        return nullcontext() if self.connection.in_transaction else self.transaction()

    @contextmanager
    def _part(self) -> Iterator[None]:
        """A part of a transaction. All have one name, which means the innermost, so SQLite compiles it once."""
        self.connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if self.connection.in_transaction:  # a full disk may have ended all of it
                self.connection.execute("ROLLBACK TO part")
                self.connection.execute("RELEASE part")
            raise
        self.connection.execute("RELEASE part")

    @contextmanager
    def many_small_writes(self) -> Iterator[None]:
        """Lets many small writes of the block cost less. None of its parts of a transaction may change much.

        SQLite copies each page that a part, or one statement, is about to change, to be able to take that back alone.
        Into a temporary file, that is a hundred writes an article; in the block the copies are kept in memory.
        """
        before = self.value("PRAGMA cache_size")
        self.execute(f"PRAGMA cache_size = -{PAGES_OF_MANY_WRITES}")
        self.execute("PRAGMA temp_store = MEMORY")
        try:
            yield
        finally:
            with suppress(sqlite3.Error):  # where even this fails, what the block raised tells why
                self.execute("PRAGMA temp_store = DEFAULT")
                self.execute(f"PRAGMA cache_size = {before}")

    def _keep_log_short(self) -> None:
        """Moves a long log into the file, as SQLite itself would, but after its pages were noted."""
        if self.written is None or (size := self.written.log_size) < self._log_noted + LONGEST_LOG:
            return
        self._log_noted = size
        with suppress(sqlite3.Error, OSError):  # the write itself stands
            self.written.note()
            busy, in_log, moved = self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self.written.moved()
            if not busy and in_log == moved:
                self._log_noted = 0

    def execute(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """One statement; a write belongs in a :meth:`transaction`."""
        return self.connection.execute(sql, parameters)

    def rows(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """All rows of a query. Raises ArchiveError where the file is damaged or locked."""
        try:
            return self.connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            if known := as_archive_error(self.path, error):
                raise known from error
            raise

    def row(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        try:
            row: sqlite3.Row | None = self.connection.execute(sql, parameters).fetchone()
        except sqlite3.Error as error:
            if known := as_archive_error(self.path, error):
                raise known from error
            raise
        return row

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first value of the first row of a query, or None."""
        row = self.row(sql, parameters)
        return row[0] if row is not None else None

    def counts(self, sql: str, parameters: Parameters = ()) -> dict[str, int]:
        """The rows of a query for a name and a number, in its order."""
        return {str(name): int(count) for name, count in self.rows(sql, parameters)}

    def close(self) -> None:
        """Closes the file and gives up the lock."""
        if self.connection.in_transaction:
            self.connection.rollback()
        is_complete = self.is_sealed_on_close and self._empty_log()
        self.connection.close()
        if is_complete:
            with suppress(OSError):
                seal.put_on(self.path, self.written)
        if self._lock is not None:
            self._lock.close()

    def _empty_log(self) -> bool:
        """Moves the write-ahead log into the file. False if a reader is in the way or the disk is full."""
        try:
            if self.written is not None:
                self.written.note()
            self.connection.execute("PRAGMA busy_timeout = 500")
            is_empty = bool(self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
            if self.written is not None:
                self.written.moved()
        except (sqlite3.Error, OSError):
            return False
        return is_empty

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _fold(text: str | None) -> str | None:
    return None if text is None else fold(text)


def moment(at: datetime) -> str:
    """A moment as the archive stores it: ISO 8601 in UTC with its offset, so that text order is time order."""
    return at.astimezone(UTC).isoformat()


def open_archive(path: Path, *, wait: float = 0.0) -> Archive:
    """Opens the archive at ``path`` for its one writer. Makes a missing file, and brings an older one up to date.

    Waits up to ``wait`` seconds for another writer. If it raises ArchiveError, nothing was written.
    """
    path = path.absolute()
    lock = writers_lock(path, wait)
    try:
        if not path.exists():
            _create(path)
        written = _break_seal(path)
        with archive_errors(path):
            archive = Archive(path, _connect(path, "rw"), lock)
            if written is not None:
                archive.written = written
                archive.execute("PRAGMA wal_autocheckpoint = 0")
    except BaseException:
        lock.close()
        raise
    from scraper.store.reference import load_reference  # it needs the reader of site files, which is slow to import

    try:
        with archive_errors(path):
            _check_ours(archive)
            _check_whole(archive)
            _bring_up_to_date(archive)
            load_reference(archive)
    except BaseException:
        archive.close()
        raise
    archive.is_sealed_on_close = True
    return archive


def _break_seal(path: Path) -> seal.WrittenPages | None:
    """Takes off the seal, and notes what was changed under it. The pages written from now on, if all was in order."""
    try:
        written = seal.WrittenPages(path)
        changed = seal.changed_pages(path, turn=vietnam_today().toordinal())
        if changed:
            log.warning("%s: %d pages are not as tinkhoi left them; ask `tinkhoi doctor`", path, len(changed))
            seal.note_changes(path, changed)
        seal.take_off(path)
        return written if changed == [] else None
    except OSError as error:
        raise ArchiveUnusable(
            Sentence(
                "{path}: it cannot be read or its folder not be written: {error}", path=path, error=error.strerror
            )
        ) from error


def refuse_second_writer(path: Path) -> None:
    """Raises ArchiveLocked if another process holds the writer's lock of the archive at ``path``."""
    if path.parent.is_dir():
        writers_lock(path.absolute()).close()


def open_reader(path: Path) -> Archive:
    """Opens the archive at ``path`` for reading only. A writer may be at work. Raises ArchiveError."""
    path = path.absolute()
    if not path.exists():
        raise ArchiveUnusable(
            Sentence("{path}: there is no archive yet; run a crawl first, or name its folder with --data", path=path)
        )
    with archive_errors(path):
        archive = Archive(path, _connect(path, "ro"), None)
        try:
            _check_ours(archive)
            if _pending(archive):
                raise ArchiveUnusable(
                    Sentence(
                        "{path}: written by an earlier version; `tinkhoi reindex`, or a night, brings it up to date",
                        path=path,
                    )
                )
            archive.execute("PRAGMA query_only = ON")
        except BaseException:
            archive.close()
            raise
    return archive


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    if path.is_dir():
        raise ArchiveUnusable(
            Sentence("{path}: is a folder, not a database; name another data folder with --data", path=path)
        )
    if path.stat().st_size == 0:
        raise ArchiveDamaged(
            Sentence("{path}: is empty, not a database; move it away, nothing was written", path=path)
        )
    return sqlite3.connect(f"{path.as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=BUSY_SECONDS)


def writers_lock(path: Path, wait: float = 0.0) -> sqlite3.Connection:
    """The writer's lock: an exclusive transaction on a file beside the archive. It ends with its process.

    Closing the connection releases it. Raises ArchiveLocked if another process holds it.
    """
    beside = path.with_name(f"{path.name}.lock")
    try:
        lock = sqlite3.connect(beside, isolation_level=None, timeout=wait)
    except sqlite3.Error as error:
        raise ArchiveUnusable(
            Sentence("{path}: its folder is missing or may not be written; name another with --data", path=path)
        ) from error
    try:
        lock.execute("PRAGMA journal_mode = MEMORY")
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        lock.close()
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise ArchiveLocked(
                Sentence("{path}: another run is writing to it; wait for its end or stop it", path=path)
            ) from error
        raise ArchiveUnusable(
            Sentence("{beside}: the writer's lock cannot be taken: {error}", beside=beside, error=error)
        ) from error
    return lock


def _create(path: Path) -> None:
    """Makes an archive under another name first, so that a crash leaves no half-made file at ``path``."""
    with archive_errors(path), replacing(path) as draft:
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.execute("PRAGMA page_size = 8192")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            archive = Archive(path, connection, None)
            _bring_up_to_date(archive)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


def _check_ours(archive: Archive) -> None:
    if archive.value("PRAGMA application_id") != APPLICATION_ID:
        raise ArchiveDamaged(
            Sentence(
                "{path}: a database of another program; move it away or name another data folder with --data",
                path=archive.path,
            )
        )
    ours = _step_names()
    newer = [step for step in steps_taken(archive.connection) if step not in ours]
    if newer:
        raise ArchiveNewer(
            Sentence(
                "{path}: written by a later version of tinkhoi (step {newer!r}); install that version",
                path=archive.path,
                newer=newer[0],
            )
        )


def _step_names() -> list[str]:
    return [step.__name__ for step in STEPS]


def _pending(archive: Archive) -> bool:
    return not set(_step_names()) <= set(steps_taken(archive.connection))


def _check_whole(archive: Archive) -> None:
    if archive.path.stat().st_size > QUICK_CHECK_BYTES:
        return
    answer = archive.value("PRAGMA quick_check(1)")
    if answer != "ok":
        raise damaged(archive.path, Sentence("the database is damaged ({error})", error=str(answer).splitlines()[0]))


def _bring_up_to_date(archive: Archive) -> None:
    archive.execute("PRAGMA journal_mode = WAL")
    archive.execute("PRAGMA synchronous = FULL")
    if _pending(archive):
        migrations().apply(archive.db)
    if archive.value("SELECT value FROM about WHERE name = 'views'") != VIEWS:
        with archive.transaction():
            replace_views(archive.db)
            archive.db.table("about").upsert({"name": "views", "value": VIEWS})
