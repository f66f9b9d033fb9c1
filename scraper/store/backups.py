"""Backs up, restores and checks the archive's file."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from scraper.store import seal
from scraper.store.archive import Archive, open_archive, writers_lock
from scraper.store.articles import forget
from scraper.store.errors import ArchiveDamaged, ArchiveError, ArchiveUnusable, archive_errors, fault_of
from scraper.store.health import check_pages, check_schema, check_texts, foreign_triggers, mend
from scraper.store.kept_counts import check_counts
from scraper.store.migrations import APPLICATION_ID
from scraper.store.search import check_index
from scraper.text.sentence import Sentence, sentence_of
from scraper.whole_files import replacing

_SQLITE = b"SQLite format 3\0"
"""How a database begins (https://www.sqlite.org/fileformat.html#magic_header_string)."""


def backup(archive: Archive, path: Path) -> None:
    """Copies the archive to ``path`` as it is now, even while a run writes. A database that stands there is replaced.

    The copy is a complete archive, and :func:`restore` puts it back. Raises ArchiveError, also for a file that is no
    database.
    """
    if path.exists() and path.samefile(archive.path):
        raise ArchiveUnusable(Sentence("{path}: is the archive itself; name another file for its copy", path=path))
    with archive_errors(path):
        if path.is_file() and not _is_database(path):
            raise ArchiveUnusable(
                Sentence("{path}: is no database, so it is not replaced; name another file for the copy", path=path)
            )
    with archive_errors(path), replacing(path) as draft:
        with closing(sqlite3.connect(draft)) as copy:
            archive.connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            answer = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if answer != "ok":
            raise ArchiveUnusable(
                Sentence("{path}: the copy is not whole ({answer}); nothing was replaced", path=path, answer=answer)
            )


def _is_database(path: Path) -> bool:
    """Whether a file is a database of SQLite's, or empty."""
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) in {_SQLITE, b""}


def restore(copy: Path, path: Path) -> tuple[int, Path | None]:
    """Replaces the archive at ``path`` by a backup. Returns the number of its articles and the path of the old file.

    First the whole backup is checked, page by page. In what is put in place, the search index, the views and the
    triggers are made anew, and an earlier version's schema is brought up to date; the backup itself stays unchanged.
    What was taken down since the backup was made stays taken down, where the old file can still be read.
    If it raises ArchiveError, nothing was replaced.
    """
    if not copy.is_file():
        raise ArchiveUnusable(Sentence("{copy}: there is no such file", copy=copy))
    if path.exists() and path.samefile(copy):
        raise ArchiveUnusable(Sentence("{copy}: is the archive itself", copy=copy))
    draft = path.with_name(f"{path.name}.restored")
    try:
        with closing(writers_lock(path)):
            shutil.copyfile(copy, draft)
            _refuse_foreign(draft, copy)
            with open_archive(draft) as archive:
                try:
                    mend(archive)
                except ArchiveDamaged as error:
                    raise ArchiveDamaged(
                        Sentence(
                            "{path}: {fault}; nothing was replaced, choose another backup",
                            path=draft,
                            fault=fault_of(error),
                        )
                    ) from error
                _take_down(archive, _taken_down(path))
                articles: int = archive.value("SELECT count(*) FROM articles")
            return articles, _exchange(draft, path)
    except ArchiveError as error:
        raise type(error)(_of_copy(error, copy)) from error
    except OSError as error:
        raise ArchiveUnusable(
            Sentence("{path}: the backup cannot be put there: {error}", path=path, error=error.strerror)
        ) from error
    finally:
        for name in ("", "-wal", "-shm", ".lock", ".sums", ".changed"):
            draft.with_name(f"{draft.name}{name}").unlink(missing_ok=True)


_TakenDown = tuple[str, str, str, str, str | None]  # site, key, address, moment, reason


def _taken_down(path: Path) -> list[_TakenDown]:
    """What the archive at ``path`` says was taken down; nothing where it cannot be read."""
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT site, key, url, forgotten_at, reason FROM forgotten").fetchall()
    except (sqlite3.Error, UnicodeDecodeError):  # the second where SQLite's own message quotes spoilt bytes
        return []
    return [row for row in rows if _is_taken_down(row)]


def _is_taken_down(row: _TakenDown) -> bool:
    """Whether a row of a file that may be damaged says what such a row must say."""
    if not all(isinstance(said, str) for said in row[:4]) or not isinstance(row[4], str | None):
        return False
    try:
        return datetime.fromisoformat(row[3]).tzinfo is not None
    except ValueError:
        return False


def _take_down(archive: Archive, rows: list[_TakenDown]) -> None:
    archive.connection.executemany("INSERT INTO forgotten VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", rows)
    for site, key, _, at, reason in rows:
        forget(archive, f"{site}/{key}", at=datetime.fromisoformat(at), reason=reason)


def _of_copy(error: ArchiveError, copy: Path) -> str:
    """What an error of the draft says, as one of the copy from which it was made."""
    said = sentence_of(error)
    return Sentence(said.pattern, **{**said.values, "path": copy}) if isinstance(said, Sentence) else said


def _exchange(draft: Path, path: Path) -> Path | None:
    kept: Path | None = None
    if path.exists():
        kept = _free_name(path)
        # SQLite finds a database's write-ahead log by the database's name.
        beside = path.with_name(f"{path.name}-wal")
        path.rename(kept)
        if beside.exists():
            beside.rename(kept.with_name(f"{kept.name}-wal"))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    seal.take_off(path)
    seal.accept(path)
    draft.replace(path)
    if seal.seal_of(draft).exists():
        seal.seal_of(draft).replace(seal.seal_of(path))
    return kept


def _free_name(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{path.name}.before-{number}")).exists():
        number += 1
    return kept


def check(archive: Archive) -> list[str]:
    """Everything that is wrong with the file's pages, references, schema, texts, search index and kept counts."""
    faults = [str(fault) for fault in check_schema(archive.connection)]
    return [*check_pages(archive), *faults, *check_texts(archive), *check_index(archive), *check_counts(archive)]


def _refuse_foreign(draft: Path, copy: Path) -> None:
    """Refuses a copy whose triggers would run when it is opened, and marks a reloaded ``.dump`` as an archive.

    SQLite's ``.dump`` writes every table, but not the mark in the file's header by which an archive is known.
    """
    with archive_errors(copy), closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        if planted := foreign_triggers(connection):
            raise ArchiveDamaged(
                Sentence(
                    "{copy}: holds a trigger that is not tinkhoi's, {planted!r}, which could change what is"
                    ' written; drop it (DROP TRIGGER "{planted}") or choose another backup; nothing was'
                    " replaced",
                    copy=copy,
                    planted=planted[0],
                )
            )
        is_unmarked = connection.execute("PRAGMA application_id").fetchone()[0] == 0
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if is_unmarked and {"about", "articles", "captures", "revisions", "_sqlite_migrations"} <= names:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
