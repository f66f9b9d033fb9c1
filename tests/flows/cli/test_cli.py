"""The command as a whole: it starts quickly, and each subcommand stands in the file of its name."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import sys
from inspect import getmodule, unwrap
from pathlib import Path

import click
import pytest

from flows.cli import run, tinkhoi
from flows.outcome.exit_codes import ExitCode
from scraper.sites import SiteError
from scraper.store import open_archive
from scraper.store.errors import ArchiveLocked
from tests.flows.cli.stderr_lines import one_line


def test_help_starts_without_the_heavy_libraries() -> None:
    heavy = ("prefect", "scrapy", "datasette", "dateparser", "pydantic")
    code = f"import sys, flows.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_night_does_not_import_what_only_a_crawl_or_a_backfill_needs() -> None:
    others = ("scrapy", "twisted", "httpx")
    code = f"import sys, flows.runs.night; print([name for name in {others} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("arguments", [["search", "tỉnh"], ["show", "1"], ["status"]])
def test_a_question_to_the_archive_imports_neither_what_crawls_nor_what_writes(
    tmp_path: Path, arguments: list[str]
) -> None:
    open_archive(tmp_path / "tinkhoi.db").close()
    heavy = ("prefect", "scrapy", "datasette", "dateparser", "pydantic", "sqlite_utils", "warcio", "pandas")
    code = (
        "import sys; from flows.cli import run; code = run(sys.argv[1:]);"
        f" print('imported', code, *[name for name in {heavy} if name in sys.modules])"
    )
    call = [sys.executable, "-c", code, "--data", str(tmp_path), *arguments]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] in {"imported 0", "imported 4"}  # 4: there is no such article to show


def test_each_command_stands_in_the_file_of_its_name() -> None:
    def home(command: click.Command) -> str:
        assert command.callback is not None
        module = getmodule(unwrap(command.callback))
        assert module is not None
        return module.__name__

    assert len(tinkhoi.commands) > 20
    homes = {name: home(command) for name, command in tinkhoi.commands.items()}
    assert homes == {name: f"flows.cli.{'import_' if name == 'import' else name.replace('-', '_')}" for name in homes}


def test_a_full_disk_is_one_line_and_code_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path))

    monkeypatch.setattr("flows.storage.settings.write_whole", full)
    assert run(["setup", "--contact", "a@b.vn", "--data", str(tmp_path)]) == ExitCode.DISK_FULL
    said = one_line(capsys.readouterr().err)
    assert "No space left on device" in said and str(tmp_path) in said and "make room" in said


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (KeyError("x"), ExitCode.CRASH, "KeyError: 'x' (test_cli.py:"),
        (ValueError("một\nhai"), ExitCode.CRASH, "ValueError: một hai"),
        (PermissionError(13, "Permission denied", "/a"), ExitCode.CRASH, "Permission denied: '/a'"),
        (
            sqlite3.OperationalError("Could not decode to UTF-8 column 'body' with text '\x01'"),
            ExitCode.DATABASE,
            "body",
        ),
        (ArchiveLocked("tinkhoi.db: another run"), ExitCode.LOCKED, "another run"),
        (SiteError("a.toml: family: no"), ExitCode.CONFIGURATION, "a.toml: family: no"),
        (RecursionError("too deep"), ExitCode.CRASH, "RecursionError: too deep"),
    ],
)
def test_every_exception_is_one_line_and_a_documented_code(
    error: Exception, code: ExitCode, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.delenv("TINKHOI_DEBUG", raising=False)
    monkeypatch.setattr(tinkhoi, "main", fail)
    assert run(["status"]) == code
    assert says in one_line(capsys.readouterr().err)
    monkeypatch.setenv("TINKHOI_DEBUG", "1")
    assert run(["status"]) == code
    assert "Traceback (most recent call last)" in capsys.readouterr().err
