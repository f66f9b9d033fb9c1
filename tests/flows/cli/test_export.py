"""``tinkhoi export``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.storage.folder import DataFolder
from tests.flows.cli.stderr_lines import one_line


def test_export_writes_each_article_once(demo: DataFolder, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    assert run(["export", "--data", str(demo.root), "--output", str(file)]) == 0
    keys = [json.loads(line)["key"] for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(keys) == len(set(keys)) > 60


@pytest.mark.parametrize("name", ["out.doc", "out.xls", "out.json", "out.csv.gz"])
def test_an_unknown_ending_is_refused_with_those_that_are_known(
    name: str, demo: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["export"], ["export", "--matching", "khoi"], ["search", "khoi"], ["trend", "khoi"]):
        code = run([*command, "--data", str(demo.root), "-o", str(tmp_path / name)])
        assert code == ExitCode.CONFIGURATION
        line = one_line(capsys.readouterr().err)
        assert name in line and ".csv, .xlsx, .parquet, .jsonl" in line
        assert (".ris" in line) is (command[0] != "trend"), "citations are of articles"
    assert list(tmp_path.iterdir()) == []


def test_records_are_not_filled_in_as_citations(
    demo: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = tmp_path / "open.jsonl"
    assert run(["export", "--open", "--data", str(demo.root), "-o", str(shared)]) == 0
    capsys.readouterr()
    code = run(["rehydrate", str(shared), "--data", str(demo.root), "-o", str(tmp_path / "full.ris")])
    assert code == ExitCode.CONFIGURATION
    assert "full.ris" in one_line(capsys.readouterr().err)
    assert not (tmp_path / "full.ris").exists()


@pytest.mark.parametrize(("name", "options"), [("out", []), ("out.txt", ["--format", "jsonl"])])
def test_a_file_without_an_ending_or_of_a_form_asked_for_is_written(
    name: str, options: list[str], demo: DataFolder, tmp_path: Path
) -> None:
    assert run(["export", *options, "--data", str(demo.root), "-o", str(tmp_path / name)]) == 0
    assert json.loads((tmp_path / name).read_text(encoding="utf-8").splitlines()[0])["key"]
