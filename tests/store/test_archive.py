from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from scraper.sites import Site
from scraper.sites.reference import provinces
from scraper.store import (
    Archive,
    ArchiveDamaged,
    ArchiveError,
    ArchiveLocked,
    ArchiveNewer,
    ArchiveUnusable,
    DiskFull,
    open_archive,
    open_reader,
)
from scraper.store.errors import archive_errors
from scraper.store.migrations import migrations
from scraper.store.reference import load_reference, sync_sites

TABLES = {
    "provinces", "party_bodies", "sites", "articles", "addresses", "figures", "topics", "revisions", "captures",
    "listed", "runs", "run_sites", "problems", "watches", "forgotten",
}  # fmt: skip
VIEWS = {
    "reading", "monthly", "coverage", "missed", "edits", "vanished", "last_night", "quiet_sites", "citations",
    "open_corpus", "stories", "moves", "nights", "gap_days",
}  # fmt: skip


def test_a_new_archive_has_the_tables_and_views_that_its_users_ask(archive: Archive) -> None:
    assert set(archive.db.table_names()) >= TABLES
    assert set(archive.db.view_names()) >= VIEWS
    for view in set(archive.db.view_names()) - {"nights", "site_nights"}:
        assert [dict(row) for row in archive.rows(f"SELECT * FROM {view}")] == []
    assert archive.value("PRAGMA journal_mode") == "wal"
    assert archive.value("PRAGMA foreign_keys") == 1


def test_provinces_and_party_bodies_are_those_of_the_package(archive: Archive) -> None:
    now = archive.value("SELECT name_now FROM provinces WHERE name_before = 'Tiền Giang'")
    assert now == "Đồng Tháp"
    assert archive.value("SELECT count(*) FROM provinces") == len(provinces())
    assert archive.value("SELECT count(*) FROM party_bodies WHERE kind = 'bloc'") > 0


def test_reference_that_was_changed_by_hand_is_not_touched_until_the_package_changes(archive: Archive) -> None:
    archive.execute("UPDATE provinces SET source = 'x' WHERE name_before = 'Tiền Giang'")
    load_reference(archive)
    assert archive.value("SELECT source FROM provinces WHERE name_before = 'Tiền Giang'") == "x"
    archive.execute("UPDATE about SET value = 'older' WHERE name = 'reference'")
    load_reference(archive)
    assert archive.value("SELECT source FROM provinces WHERE name_before = 'Tiền Giang'") != "x"


def test_a_site_keeps_what_only_the_archive_knows(archive: Archive, sites: dict[str, Site]) -> None:
    archive.execute("UPDATE sites SET complete_from = '2024-03-01' WHERE id = 'baoapbac'")
    changed = sites["baoapbac"].model_copy(update={"name": "Báo Ấp Bắc (mới)"})
    sync_sites(archive, {"baoapbac": changed})
    row = archive.rows("SELECT name, complete_from, watched_since FROM sites WHERE id = 'baoapbac'")[0]
    assert tuple(row) == ("Báo Ấp Bắc (mới)", "2024-03-01", "2024-07-12")


def test_a_second_writer_is_refused_and_a_reader_is_not(archive: Archive, path: Path) -> None:
    with pytest.raises(ArchiveLocked) as refusal:
        open_archive(path)
    assert refusal.value.exit_code == 6
    assert str(path) in str(refusal.value)
    with open_reader(path) as reader:
        assert reader.value("SELECT count(*) FROM sites") == 3
        with pytest.raises(sqlite3.OperationalError):
            reader.execute("DELETE FROM sites")


HOLD = """
import sys
from pathlib import Path
from scraper.store import open_archive
archive = open_archive(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def test_the_lock_of_a_killed_writer_is_free(path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        try:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "open\n"
            with pytest.raises(ArchiveLocked):
                open_archive(path)
        finally:
            writer.kill()
    with open_archive(path) as archive:
        assert archive.value("SELECT count(*) FROM articles") == 0


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", ArchiveDamaged),
        (b"Thu, 11 Jul 2024\n" * 300, ArchiveDamaged),
    ],
)
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(
    path: Path, content: bytes, error: type[ArchiveError]
) -> None:
    path.write_bytes(content)
    for opening in (open_archive, open_reader):
        with pytest.raises(error) as refusal:
            opening(path)
        assert refusal.value.exit_code == 5
        assert "\n" not in str(refusal.value)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_left_as_it_is(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE moz_places (url)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(ArchiveDamaged, match="another program"):
        open_archive(path)
    assert path.read_bytes() == before


def test_an_archive_of_a_later_version_is_refused(path: Path) -> None:
    with open_archive(path) as archive:
        migrations()._record_applied(archive.db, "a_step_of_next_year")
    with pytest.raises(ArchiveNewer, match="a_step_of_next_year") as refusal:
        open_archive(path)
    assert refusal.value.exit_code == 4


def test_a_damaged_page_is_found_at_opening(path: Path) -> None:
    with open_archive(path) as archive, archive.transaction():
        archive.connection.executemany(
            "INSERT INTO about VALUES (?, ?)", [(f"{number}", "x" * 500) for number in range(500)]
        )
    with path.open("r+b") as file:
        size = path.stat().st_size
        for place in range(size // 2, size, 8192):
            file.seek(place)
            file.write(b"\xff" * 4000)
    with pytest.raises(ArchiveDamaged) as refusal:
        open_archive(path)
    assert refusal.value.exit_code == 5


def test_a_folder_or_a_missing_place_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(ArchiveUnusable, match="folder"):
        open_archive(tmp_path)
    with pytest.raises(ArchiveUnusable):
        open_archive(tmp_path / "missing" / "tinkhoi.db")
    with pytest.raises(ArchiveUnusable, match="no archive yet"):
        open_reader(tmp_path / "tinkhoi.db")
    assert not (tmp_path / "tinkhoi.db").exists()


def test_a_full_disk_has_its_own_error(archive: Archive, path: Path) -> None:
    pages = archive.value("PRAGMA page_count")
    archive.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull) as full, archive.transaction():
        for number in range(10_000):
            archive.execute("INSERT INTO about VALUES (?, ?)", (f"{number}", "x" * 1000))
    assert full.value.exit_code == 3
    assert archive.value("SELECT count(*) FROM about WHERE length(value) = 1000") == 0


def test_a_transaction_is_all_or_nothing_and_a_part_of_it_can_fail_alone(archive: Archive) -> None:
    with archive.transaction():
        archive.execute("INSERT INTO about VALUES ('a', '1')")
        with pytest.raises(ValueError, match="part"), archive.transaction():
            archive.execute("INSERT INTO about VALUES ('b', '2')")
            raise ValueError("part")
    assert [row[0] for row in archive.rows("SELECT name FROM about WHERE name IN ('a', 'b')")] == ["a"]
    with pytest.raises(ValueError, match="whole"), archive.transaction():
        archive.execute("INSERT INTO about VALUES ('c', '3')")
        raise ValueError("whole")
    assert archive.row("SELECT 1 FROM about WHERE name = 'c'") is None


def test_a_joint_write_stands_or_falls_with_what_it_is_in_and_else_alone(archive: Archive) -> None:
    def fails() -> None:
        with archive.joint_write():
            archive.execute("INSERT INTO watches VALUES ('lost', 'x')")
            raise ValueError("write")

    with pytest.raises(ValueError, match="write"):
        fails()
    assert archive.rows("SELECT * FROM watches") == []
    with archive.transaction():
        with pytest.raises(ValueError, match="write"), archive.transaction():
            archive.execute("INSERT INTO watches VALUES ('lost before', 'x')")
            fails()
        archive.execute("INSERT INTO watches VALUES ('kept', 'x')")
    assert [tuple(row) for row in archive.rows("SELECT words FROM watches")] == [("kept",)]


def test_among_many_small_writes_a_part_and_a_statement_can_fail_alone(archive: Archive) -> None:
    def settings() -> list[object]:
        return [archive.value(f"PRAGMA {name}") for name in ("temp_store", "cache_size")]

    usual = settings()
    add = "INSERT INTO watches SELECT value, 'x' FROM json_each(?)"
    with pytest.raises(ValueError, match="block"), archive.many_small_writes():
        assert settings() != usual
        with archive.transaction():
            archive.execute(add, (json.dumps([f"kept {n}" for n in range(20_000)]),))
            with pytest.raises(ValueError, match="part"), archive.transaction():
                archive.execute("UPDATE watches SET words = 'lost ' || words")
                raise ValueError("part")
            with pytest.raises(sqlite3.IntegrityError):
                archive.execute(add, (json.dumps([*map(str, range(20_000)), "kept 7"]),))
        raise ValueError("block")
    assert settings() == usual
    assert archive.value("SELECT count(*) FROM watches WHERE words GLOB 'kept *'") == 20_000
    assert archive.value("SELECT count(*) FROM watches") == 20_000
    assert archive.value("PRAGMA integrity_check") == "ok"


def test_a_wrong_statement_is_not_taken_for_a_broken_archive(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError), archive_errors(tmp_path):
        sqlite3.connect(":memory:").execute("SELECT nothing FROM nowhere")


def test_opening_again_applies_nothing_and_loses_nothing(path: Path, sites: dict[str, Site]) -> None:
    with open_archive(path) as archive:
        sync_sites(archive, sites)
        steps = [step.applied_at for step in migrations().applied(archive.db)]
    with open_archive(path) as archive:
        assert [step.applied_at for step in migrations().applied(archive.db)] == steps
        assert archive.value("SELECT count(*) FROM sites") == 3
