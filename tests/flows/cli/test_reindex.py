"""What another program does to the database is found by `tinkhoi doctor`; `tinkhoi reindex` mends it or names it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.schedule.archive_checks import archive_checks
from flows.schedule.check import Check
from flows.storage.folder import DataFolder


@pytest.fixture
def data(demo: DataFolder, tmp_path: Path) -> DataFolder:
    """A copy of the demo's archive, for a test to spoil."""
    shutil.copytree(demo.root, tmp_path / "data")
    return DataFolder(root=tmp_path / "data")


def checks(data: DataFolder, *, whole: bool = False) -> dict[str, Check]:
    return {check.about: check for check in archive_checks(data, whole=whole)}


def spoil(data: DataFolder, *statements: str) -> None:
    """What another program writes."""
    with closing(sqlite3.connect(data.database, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def found(data: DataFolder, words: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert run(["search", words, "--json", "--data", str(data.root)]) == ExitCode.OK
    return [json.loads(line)["key"] for line in capsys.readouterr().out.splitlines()]


def test_a_sound_archive_is_said_to_be_sound(data: DataFolder) -> None:
    told = checks(data, whole=True)
    assert {about: check.detail for about, check in told.items() if not check.good} == {}
    assert {"database", "schema", "search", "captures"} <= set(told)
    assert "as the last run left it" in told["database"].detail
    assert told["snapshot"].detail == "as the last run left it"


def test_a_damaged_snapshot_is_named_until_it_is_deleted(data: DataFolder) -> None:
    content = bytearray(data.snapshot.read_bytes())
    content[-100] ^= 1
    data.snapshot.write_bytes(content)
    told = checks(data)["snapshot"]
    assert told.exit_code is ExitCode.DATA
    assert told.detail.startswith("snapshot.db is not as tinkhoi left it (pages that differ: 1); delete it")
    data.snapshot.unlink()
    assert checks(data)["snapshot"].good


@pytest.mark.parametrize(
    ("about", "statement"),
    [
        ("search", "INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')"),
        ("search", "INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')"),
        ("schema", "DROP TRIGGER articles_changed"),
        ("schema", "CREATE TRIGGER planted AFTER INSERT ON articles BEGIN DELETE FROM problems; END"),
        ("schema", "DROP VIEW reading"),
        ("schema", "DROP INDEX articles_day"),
        ("database", "UPDATE problems SET detail = 'của người khác'"),
    ],
)
def test_what_can_be_mended_is_named_and_mended(
    data: DataFolder, about: str, statement: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = found(data, "dang uy khoi", capsys)
    spoil(data, statement)
    told = checks(data)
    assert not told[about].good and "tinkhoi reindex" in told[about].detail
    assert told["database"].exit_code is ExitCode.DATABASE
    assert "another program wrote" in told["database"].detail
    assert run(["reindex", "--data", str(data.root)]) == ExitCode.OK
    assert [check for check in checks(data).values() if not check.good] == []
    assert found(data, "dang uy khoi", capsys) == before != []


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE articles SET body = body || ' Thêm.' WHERE id = (SELECT min(id) FROM articles)", "the words of"),
        ("UPDATE articles SET title = CAST(x'c3' AS TEXT)", "holds bytes that are no text"),
        (
            "UPDATE topics SET article = 1 WHERE article = (SELECT min(article) FROM topics)",
            "a row of topics points to",
        ),
        ("ALTER TABLE captures DROP COLUMN detail", "the table captures"),
    ],
)
def test_what_only_a_backup_mends_is_code_5_with_the_way_back_and_the_way_works(
    data: DataFolder, tmp_path: Path, statement: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.db"
    assert run(["backup", str(copy), "--data", str(data.root)]) == ExitCode.OK
    before = found(data, "dang uy khoi", capsys)
    spoil(data, *(["DROP VIEW " + name for name in views(data)] if "DROP COLUMN" in statement else []), statement)
    bad = [check for check in checks(data).values() if not check.good]
    assert any(says in check.detail and "tinkhoi restore" in check.detail for check in bad), bad
    assert run(["reindex", "--data", str(data.root)]) == ExitCode.DATABASE
    said = capsys.readouterr().err
    assert says in said and "tinkhoi restore FILE" in said and "Traceback" not in said
    assert run(["restore", str(copy), "--data", str(data.root)]) == ExitCode.OK
    assert [check for check in checks(data).values() if not check.good] == []
    assert found(data, "dang uy khoi", capsys) == before


def views(data: DataFolder) -> list[str]:
    with closing(sqlite3.connect(data.database)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")]


def test_damaged_bytes_in_a_text_are_one_line_and_code_5(
    data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    (key,) = found(data, "dang uy khoi", capsys)[:1]
    spoil(data, f"UPDATE articles SET lead = CAST(x'c3' AS TEXT) WHERE key = '{key}'")
    for words in (["show", key], ["export"]):
        assert run([*words, "--data", str(data.root)]) == ExitCode.DATABASE
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and "tinkhoi restore FILE" in said


def test_a_night_over_changed_pages_says_so_until_somebody_answers(data: DataFolder) -> None:
    spoil(data, "UPDATE problems SET detail = 'của người khác'")
    assert run(["watch", "add", "kỷ luật", "--data", str(data.root)]) == ExitCode.OK  # a writer, which seals anew
    assert "another program wrote" in checks(data)["database"].detail
    assert run(["reindex", "--data", str(data.root)]) == ExitCode.OK
    assert checks(data)["database"].good


def test_a_killed_writer_leaves_no_seal_and_no_alarm(data: DataFolder) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom scraper.store import open_archive\n"
        "archive = open_archive(Path(sys.argv[1]))\n"
        "with archive.transaction():\n    archive.execute(\"INSERT INTO about VALUES ('x', 'y')\")\n"
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(data.database)], check=False)
    told = checks(data)["database"]
    assert told.good and "a run is writing, or broke off" in told.detail


def test_capture_files_that_are_gone_cut_or_changed_are_named(data: DataFolder) -> None:
    first, second = sorted(data.captures.glob("*.warc.gz"))[:2]
    kept = first.read_bytes()
    first.write_bytes(kept[: len(kept) // 2])
    assert f"{first.name} is damaged or cut" in checks(data)["captures"].detail
    first.unlink()
    assert f"{first.name} is gone" in checks(data)["captures"].detail
    assert run(["reparse", "--data", str(data.root), "--workers", "1"]) == ExitCode.DATA
    first.write_bytes(kept)
    changed = bytearray(second.read_bytes())
    changed[len(changed) // 3] ^= 1
    second.write_bytes(changed)
    assert f"{second.name} is not the file that was captured" in checks(data, whole=True)["captures"].detail


def test_a_planted_trigger_is_refused_and_a_reloaded_dump_is_known(data: DataFolder, tmp_path: Path) -> None:
    if (shell := shutil.which("sqlite3")) is None:
        pytest.skip("the shell of SQLite, sqlite3, is not installed")
    copy, dump = tmp_path / "copy.db", tmp_path / "dump.db"
    assert run(["backup", str(copy), "--data", str(data.root)]) == ExitCode.OK
    text = subprocess.run([shell, str(copy), ".dump"], capture_output=True, check=True).stdout
    subprocess.run([shell, str(dump)], input=text, check=True)
    assert run(["restore", str(dump), "--data", str(data.root)]) == ExitCode.OK
    assert [check for check in checks(data).values() if not check.good] == []
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("CREATE TRIGGER planted AFTER INSERT ON about BEGIN DELETE FROM articles; END")
    assert run(["restore", str(copy), "--data", str(data.root)]) == ExitCode.DATABASE
    assert checks(data)["database"].good
