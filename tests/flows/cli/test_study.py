"""``tinkhoi trend``, ``context`` and ``compare``, as they are typed."""

from __future__ import annotations

import csv
import io
import json

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.storage.folder import DataFolder
from scraper.store import open_reader
from tests.flows.cli.stderr_lines import one_line

Output = pytest.CaptureFixture[str]


def test_trend_prints_whole_months_and_csv_a_row_a_day(demo: DataFolder, capsys: Output) -> None:
    ask = ["trend", "đảng ủy khối", "kỷ luật", "--data", str(demo.root)]
    july = ["--since", "2024-07-01", "--until", "2024-08-15"]
    assert run([*ask, *july]) == 0
    head, *rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert head[2:7] == ["articles", "đảng ủy khối ‰", "đảng ủy khối", "kỷ luật ‰", "kỷ luật"]
    assert [row[:2] for row in rows] == [["2024-07-01", "2024-07-31"]]
    with open_reader(demo.database) as archive:
        total = archive.value("SELECT count(*) FROM articles WHERE published_day LIKE '2024-07-%'")
    assert int(rows[0][2]) == total and float(rows[0][3]) == round(1000 * int(rows[0][4]) / total, 1) > 0
    assert run([*ask, *july, "--csv"]) == 0
    days = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(days) == 31 + 15
    assert sum(int(day["kỷ luật: matches"]) for day in days if day["day"] < "2024-08") == int(rows[0][6])
    assert run([*ask, "--since", "2024-07-05", "--until", "2024-07-20"]) == ExitCode.CONFIGURATION
    assert "--unfinished" in one_line(capsys.readouterr().err)


def test_a_mistyped_filter_is_no_finding(demo: DataFolder, capsys: Output) -> None:
    for command in (["trend", "a"], ["context", "a"], ["compare"]):
        assert run([*command, "--province", "Tien Gian", "--data", str(demo.root)]) == ExitCode.CONFIGURATION
        assert "Tien Gian" in one_line(capsys.readouterr().err)


def test_context_marks_the_words_as_they_are_printed(demo: DataFolder, capsys: Output) -> None:
    assert run(["context", "dang uy khoi", "--order", "left", "--data", str(demo.root), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) > 5 and {line["hit"] for line in lines} >= {"Đảng ủy Khối"}
    assert run(["context", "dang uy khoi", "--data", str(demo.root), "--limit", "3"]) == 0
    said = capsys.readouterr()
    assert said.out.count("[Đảng") == 3 and "--limit" in said.err


def test_compare_needs_something_to_set_apart(demo: DataFolder, capsys: Output) -> None:
    assert run(["compare", "--data", str(demo.root)]) == ExitCode.CONFIGURATION
    assert "a site, a province, a topic or a period" in one_line(capsys.readouterr().err)
    assert run(["compare", "--topic", "khoi", "--data", str(demo.root), "--json"]) == 0
    words = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert "khối" in {word["word"] for word in words if word["syllables"] == 1}
    assert all(word["likelihood"] > 0 for word in words)
