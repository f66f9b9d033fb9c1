"""A backup taken while a run writes is whole, and can be put back."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from scraper.store import Archive, ArchiveDamaged, ArchiveLocked, ArchiveUnusable, open_archive, open_reader
from scraper.store.articles import Saved
from scraper.store.backups import backup, check, restore
from scraper.store.search import search

VIETNAM = timezone(timedelta(hours=7))
Keep = Callable[..., Saved]


def keys(path: Path) -> set[str]:
    with open_reader(path) as archive:
        return {row[0] for row in archive.rows("SELECT key FROM articles")}


def test_a_backup_taken_while_a_run_writes_holds_all_that_was_acknowledged_before(
    archive: Archive, keep: Keep, path: Path, tmp_path: Path
) -> None:
    copies: list[tuple[set[str], Path, set[str]]] = []
    acknowledged: set[str] = set()
    over = threading.Event()

    def copy_again_and_again() -> None:
        with open_reader(path) as reader:
            while not over.is_set() or len(copies) < 3:
                before, copy = set(acknowledged), tmp_path / f"copy-{len(copies)}.db"
                backup(reader, copy)
                copies.append((before, copy, set(acknowledged)))

    copying = threading.Thread(target=copy_again_and_again)
    copying.start()
    for number in range(150):
        key = f"{number:04}"
        keep(key, published_at=datetime(2024, 7, 1 + number % 20, 8, 0, tzinfo=VIETNAM), body=("Lời. " * 400,))
        acknowledged.add(key)
    over.set()
    copying.join()
    during = [copy for copy in copies if 0 < len(copy[0]) < 150]
    assert during, "no backup fell into the run"
    for before, copy, after in copies:
        with open_archive(copy) as whole:
            assert check(whole) == []
            held = {row[0] for row in whole.rows("SELECT key FROM articles")}
        # One that is being acknowledged while the copy ends may be there already.
        assert before <= held and len(held - after) <= 1


def test_a_restored_backup_is_the_archive_of_that_moment(
    begin: Callable[[Path], Archive], keeper: Callable[[Archive], Keep], path: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    with begin(path) as archive:
        keeper(archive)("1")
        backup(archive, copy)
        keeper(archive)("2")
    before = copy.read_bytes()
    articles, kept = restore(copy, path)
    assert (articles, keys(path)) == (1, {"1"})
    assert kept is not None and keys(kept) == {"1", "2"}
    assert copy.read_bytes() == before
    with open_archive(path) as archive:
        keeper(archive)("3")
        assert [hit.key for hit in search(archive, "dang uy khoi")] != []
        assert check(archive) == []
    assert restore(copy, path)[1] != kept
    assert sorted(p.name for p in path.parent.iterdir() if "restored" in p.name) == []


def test_what_a_killed_writer_left_beside_the_file_goes_with_it(
    begin: Callable[[Path], Archive], keeper: Callable[[Archive], Keep], path: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    with begin(path) as archive:
        keeper(archive)("1")
        backup(archive, copy)
    write = (
        "import os, sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1])\n"
        "c.execute(\"INSERT INTO about VALUES ('late', '1')\")\n"
        "c.commit()\n"
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", write, str(path)], check=False)
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0
    _, kept = restore(copy, path)
    with open_reader(path) as archive:
        assert archive.row("SELECT 1 FROM about WHERE name = 'late'") is None
    assert kept is not None
    with sqlite3.connect(kept) as connection:
        assert connection.execute("SELECT value FROM about WHERE name = 'late'").fetchone() == ("1",)


def test_a_file_that_is_no_database_is_not_replaced_by_a_backup(archive: Archive, tmp_path: Path) -> None:
    notes, empty = tmp_path / "notes.txt", tmp_path / "empty.db"
    notes.write_text("ghi chú", encoding="utf-8")
    empty.touch()
    with pytest.raises(ArchiveUnusable, match=r"notes\.txt: is no database"):
        backup(archive, notes)
    assert notes.read_text(encoding="utf-8") == "ghi chú"
    for _ in range(2):
        backup(archive, empty)
    assert keys(empty) == keys(archive.path)


def test_a_backup_is_put_where_nothing_was(archive: Archive, keep: Keep, tmp_path: Path) -> None:
    keep("1")
    copy, place = tmp_path / "copy.db", tmp_path / "new" / "tinkhoi.db"
    backup(archive, copy)
    place.parent.mkdir()
    assert restore(copy, place) == (1, None)
    assert keys(place) == {"1"}


def test_nothing_is_replaced_by_a_file_that_is_not_a_whole_archive(
    begin: Callable[[Path], Archive], keeper: Callable[[Archive], Keep], path: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    with begin(path) as archive:
        for number in range(50):
            keeper(archive)(str(number), body=("Lời. " * 500,))
        backup(archive, copy)
    before = keys(path)
    (tmp_path / "empty.db").touch()
    cut = tmp_path / "cut.db"
    cut.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    for name, error in (("empty.db", ArchiveDamaged), ("cut.db", ArchiveDamaged), ("none.db", ArchiveUnusable)):
        with pytest.raises(error, match=name.replace(".", r"\.")):
            restore(tmp_path / name, path)
    with pytest.raises(ArchiveUnusable, match="itself"):
        restore(path, path)
    assert keys(path) == before
    assert not [p for p in path.parent.iterdir() if "restored" in p.name or "before" in p.name]


def test_nothing_is_replaced_while_a_run_writes(archive: Archive, path: Path, tmp_path: Path) -> None:
    backup(archive, tmp_path / "copy.db")
    with pytest.raises(ArchiveLocked):
        restore(tmp_path / "copy.db", path)
    assert archive.value("SELECT count(*) FROM sites") == 3


@pytest.fixture
def copy(begin: Callable[[Path], Archive], keeper: Callable[[Archive], Keep], path: Path, tmp_path: Path) -> Path:
    """A backup of the archive at ``path``, which holds two articles and is closed."""
    made = tmp_path / "copy.db"
    with begin(path) as archive:
        for key in ("0001", "0002"):
            keeper(archive)(key)
        backup(archive, made)
    return made


def test_rows_of_a_spoilt_file_that_say_nothing_take_nothing_down(copy: Path, path: Path) -> None:
    at = "2026-11-20T01:30:00+00:00"
    with sqlite3.connect(path) as spoilt:
        spoilt.executemany(
            "INSERT INTO forgotten (site, key, url, forgotten_at, reason) VALUES (?, ?, ?, ?, ?)",
            [
                ("bao", "0001", "https://bao.example/1", "\x01\x02", None),
                ("bao", b"\x000002", "https://bao.example/2", at, None),
                ("bao", "0002", "https://bao.example/2", "2026-11-20", "asked"),
            ],
        )
    assert restore(copy, path)[0] == 2
    with open_reader(path) as whole:
        assert whole.value("SELECT count(*) FROM forgotten") == 0
    assert keys(path) == {"0001", "0002"}


def test_a_file_whose_schema_is_no_text_is_replaced(copy: Path, path: Path) -> None:
    content = path.read_bytes()
    assert content.count(b"CREATE TABLE forgotten") == 1
    path.write_bytes(content.replace(b"CREATE TABLE forgotten", b"CREA\xff\xfe TABLE forgotten"))
    assert restore(copy, path)[0] == 2
    assert keys(path) == {"0001", "0002"}
