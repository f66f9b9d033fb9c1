"""An archive that answers wrongly ends a backfill with a clear line and code; what was fetched before is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.storage.folder import DataFolder
from scraper.captures import read_captures
from scraper.sample import SITE_ID
from scraper.store import open_reader
from tests.archives import ArchiveStandIn

Answer = tuple[int, dict[str, str], bytes]


class HostileArchive(ArchiveStandIn):
    """A stand-in whose answers are changed on their way."""

    def __init__(self, files: list[Path], change: Callable[[str, Answer], Answer], *, rows: int = 1000) -> None:
        super().__init__(files, rows=rows)
        self.change = change

    def answer(self, path: str, span: str | None) -> Answer:
        return self.change(path, super().answer(path, span))


def backfill(
    data: DataFolder, archive: ArchiveStandIn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """The exit code of the command, and what it said."""
    monkeypatch.setenv("TINKHOI_WAYBACK", archive.url)
    sites = [option for folder in data.extra_sites for option in ("--sites", str(folder))]
    options = ["--data", str(data.root), *sites, "backfill", SITE_ID, "--from", "wayback", "--delay", "0"]
    code = run([*options, "--limit", "12"])
    said = capsys.readouterr()
    return code, said.out + said.err


def kept(data: DataFolder) -> int:
    with open_reader(data.database) as archive:
        return int(archive.value("SELECT count(*) FROM captures WHERE status = 200"))


def is_index(path: str) -> bool:
    return path.startswith("/cdx/")


def test_the_same_resume_key_for_ever(
    captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first: list[Answer] = []

    def change(path: str, answer: Answer) -> Answer:
        if not is_index(path):
            return answer
        rows = json.loads(answer[2])
        first.append((200, answer[1], json.dumps([*rows[:-2], [], ["once more"]]).encode()))
        return first[0]

    with HostileArchive(captures, change, rows=5) as archive:
        code, said = backfill(empty, archive, monkeypatch, capsys)
        assert code == ExitCode.NETWORK
        assert "the index names the same next page again: 'once more'" in said
        assert len([path for path in archive.asked if is_index(path)]) == 2
        before = kept(empty)
        assert before > 0
        assert backfill(empty, archive, monkeypatch, capsys)[0] == ExitCode.NETWORK
    assert kept(empty) >= before


def test_lists_in_lists(
    captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nested = b"[" * 1200 + b"]" * 1200

    def change(path: str, answer: Answer) -> Answer:
        return (200, answer[1], nested) if is_index(path) and "resumeKey=" in path else answer

    with HostileArchive(captures, change, rows=5) as archive:
        code, said = backfill(empty, archive, monkeypatch, capsys)
    assert code == ExitCode.NETWORK
    assert "not rows of an index" in said.splitlines()[-1]
    assert kept(empty) > 0


def test_a_row_of_next_year_and_a_page_of_another_time(
    captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    later = f"{datetime.now(UTC).year + 1}0101000000"

    def change(path: str, answer: Answer) -> Answer:
        if not is_index(path):
            return answer[0], {**answer[1], "Memento-Datetime": "Mon, 01 Jun 2015 01:01:01 GMT"}, answer[2]
        rows = json.loads(answer[2])
        return 200, answer[1], json.dumps([rows[0], *([later, *row[1:]] for row in rows[1:4]), *rows[4:8]]).encode()

    with HostileArchive(captures, change) as archive:
        code, said = backfill(empty, archive, monkeypatch, capsys)
    assert code == ExitCode.SITES_FAILED
    assert "which has not come yet" in said
    assert "is a capture of 2015-06-01" in said
    assert kept(empty) == 0


def test_a_page_that_leads_to_another_host(
    captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(path: str, answer: Answer) -> Answer:
        return answer if is_index(path) else (302, {"Location": "http://elsewhere.invalid/page"}, b"")

    with HostileArchive(captures, change) as archive:
        code, said = backfill(empty, archive, monkeypatch, capsys)
    assert code == ExitCode.NETWORK
    assert "captures in a row could not be had" in said
    assert "leads to another host, http://elsewhere.invalid/page" in said


def test_headers_beyond_ascii(
    captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    title = "Đảng ủy Khối".encode().decode("latin-1")

    def change(path: str, answer: Answer) -> Answer:
        return answer if is_index(path) else (answer[0], {**answer[1], "X-Archive-Orig-X-Tieu-De": title}, answer[2])

    with HostileArchive(captures, change) as archive:
        code, said = backfill(empty, archive, monkeypatch, capsys)
    assert code == ExitCode.OK, said
    (file,) = empty.captures.glob("*wayback*.warc.gz")
    pages = [capture for capture in read_captures(file) if capture.kind == "response"]
    assert len(pages) == kept(empty) == 12
    assert all(capture.header("X-Tieu-De") for capture in pages)
