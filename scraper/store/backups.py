"""Backs up, restores and checks the archive's file."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from scraper.store.archive import Archive, open_archive, writers_lock
from scraper.store.errors import ArchiveDamaged, ArchiveError, ArchiveUnusable, archive_errors
from scraper.store.search import check_index
from scraper.whole_files import replacing


def backup(archive: Archive, path: Path) -> None:
    """Copies the archive to ``path`` as it is now, even while a run writes. A file that stands there is replaced.

    The copy is a complete archive, and :func:`restore` puts it back. Raises ArchiveError.
    """
    if path.exists() and path.samefile(archive.path):
        raise ArchiveUnusable(f"{path}: is the archive itself; name another file for its copy")
    with archive_errors(path), replacing(path) as draft:
        with closing(sqlite3.connect(draft)) as copy:
            archive.connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            answer = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if answer != "ok":
            raise ArchiveUnusable(f"{path}: the copy is not whole ({answer}); nothing was replaced")


def restore(copy: Path, path: Path) -> tuple[int, Path | None]:
    """Replaces the archive at ``path`` by a backup. Returns the number of its articles and the path of the old file.

    First the whole backup is checked, page by page. If an earlier version made it, what is put in place is brought
    up to date; the backup itself stays unchanged. If it raises ArchiveError, nothing was replaced.
    """
    if not copy.is_file():
        raise ArchiveUnusable(f"{copy}: there is no such file")
    if path.exists() and path.samefile(copy):
        raise ArchiveUnusable(f"{copy}: is the archive itself")
    draft = path.with_name(f"{path.name}.restored")
    try:
        with closing(writers_lock(path)):
            shutil.copyfile(copy, draft)
            with open_archive(draft) as archive:
                wrong = check(archive)
                articles: int = archive.value("SELECT count(*) FROM articles")
                archive.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if wrong:
                raise ArchiveDamaged(f"{copy}: {wrong[0]}; nothing was replaced")
            return articles, _exchange(draft, path)
    except ArchiveError as error:
        raise type(error)(str(error).replace(str(draft), str(copy))) from error
    except OSError as error:
        raise ArchiveUnusable(f"{path}: the backup cannot be put there: {error.strerror}") from error
    finally:
        for name in ("", "-wal", "-shm", ".lock"):
            draft.with_name(f"{draft.name}{name}").unlink(missing_ok=True)


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
    draft.replace(path)
    return kept


def _free_name(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{path.name}.before-{number}")).exists():
        number += 1
    return kept


def check(archive: Archive) -> list[str]:
    """Everything that is wrong with the file's pages, references and search index: one sentence for each fault."""
    wrong = [
        f"the database is damaged: {row[0]}" for row in archive.rows("PRAGMA integrity_check(10)") if row[0] != "ok"
    ]
    wrong += [
        f"a row of {row['table']} points to a row of {row['parent']} that is not there"
        for row in archive.rows("PRAGMA foreign_key_check")
    ]
    return wrong + check_index(archive)
