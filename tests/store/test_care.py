from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scraper.store import Archive, ArchiveUnusable, open_archive, open_reader
from scraper.store.articles import Saved
from scraper.store.care import backup, check

Keep = Callable[..., Saved]


def test_a_copy_made_while_a_run_writes_is_whole(archive: Archive, keep: Keep, path: Path, tmp_path: Path) -> None:
    keep("1")
    copy = tmp_path / "copy.db"
    with open_reader(path) as reader, archive.transaction():
        archive.execute("DELETE FROM articles")
        backup(reader, copy)
    assert archive.value("SELECT count(*) FROM articles") == 0
    with open_archive(copy) as restored:
        assert restored.value("SELECT key FROM articles") == "1"
        assert check(restored) == []


def test_a_copy_replaces_an_older_one_and_never_the_archive(
    archive: Archive, keep: Keep, path: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    backup(archive, copy)
    keep("1")
    backup(archive, copy)
    with open_reader(copy) as reader:
        assert reader.value("SELECT count(*) FROM articles") == 1
    with pytest.raises(ArchiveUnusable):
        backup(archive, path)
    with pytest.raises(ArchiveUnusable):
        backup(archive, tmp_path / "missing" / "copy.db")
    assert archive.value("SELECT count(*) FROM articles") == 1


def test_what_is_wrong_is_said(archive: Archive, keep: Keep) -> None:
    keep("1")
    assert check(archive) == []
    archive.execute("PRAGMA foreign_keys = OFF")
    archive.execute("INSERT INTO figures VALUES (1, 1, 'x', NULL, NULL)")
    archive.execute("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
    wrong = check(archive)
    assert wrong[0] == "a row of figures points to a row of articles that is not there"
    assert wrong[1] == "1 articles are not in the search index"
