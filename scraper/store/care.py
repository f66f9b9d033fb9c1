"""Care of the archive's file: copies and checks."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from scraper.store.archive import Archive
from scraper.store.errors import ArchiveUnusable, archive_errors
from scraper.store.search import check_index


def backup(archive: Archive, path: Path) -> None:
    """Copies the archive to ``path`` as it is at this moment, also while a run writes; a file there is replaced.

    The copy is an archive like the original: to restore it, put it in the original's place. Raises ArchiveError.
    """
    if path.exists() and path.samefile(archive.path):
        raise ArchiveUnusable(f"{path}: is the archive itself; name another file for its copy")
    draft = path.with_name(f"{path.name}.new")
    with archive_errors(path):
        draft.unlink(missing_ok=True)
        with closing(sqlite3.connect(draft)) as copy:
            archive.connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            answer = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if answer != "ok":
            draft.unlink()
            raise ArchiveUnusable(f"{path}: the copy is not whole ({answer}); nothing was replaced")
    draft.replace(path)


def check(archive: Archive) -> list[str]:
    """Everything that is wrong with the file, a sentence each: pages, references, search index."""
    wrong = [
        f"the database is damaged: {row[0]}" for row in archive.rows("PRAGMA integrity_check(10)") if row[0] != "ok"
    ]
    wrong += [
        f"a row of {row['table']} points to a row of {row['parent']} that is not there"
        for row in archive.rows("PRAGMA foreign_key_check")
    ]
    return wrong + check_index(archive)
