"""``tinkhoi search``: any spelling finds, and the words are shown as printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.storage.folder import DataFolder
from scraper.sample import SEED_KEY
from scraper.store import open_reader
from tests.flows.cli.stderr_lines import one_line

Output = pytest.CaptureFixture[str]


def test_asking_before_the_first_run_says_so(tmp_path: Path, capsys: Output) -> None:
    assert run(["search", "đảng", "--data", str(tmp_path)]) == ExitCode.CONFIGURATION
    assert "no archive yet" in one_line(capsys.readouterr().err)
    assert not (tmp_path / "tinkhoi.db").exists()


@pytest.mark.parametrize("words", ["dang uy khoi", "Đảng uỷ Khối", "Đảng ủy khối", "ĐẢNG ỦY KHỐI"])
def test_search_finds_the_same_in_each_spelling(words: str, demo: DataFolder, capsys: Output) -> None:
    def keys(text: str) -> list[str]:
        assert run(["search", text, "--data", str(demo.root), "--json", "--limit", "100"]) == 0
        return [json.loads(line)["key"] for line in capsys.readouterr().out.splitlines()]

    found = keys(words)
    assert SEED_KEY in found
    assert found == keys("dang uy khoi")


def test_snippets_show_the_original_words(demo: DataFolder, capsys: Output) -> None:
    assert run(["search", "dang uy khoi", "--data", str(demo.root), "--json", "--limit", "100"]) == 0
    hits = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    seed = next(hit for hit in hits if hit["key"] == SEED_KEY)
    assert "Đảng" in seed["snippet"] and "dang uy" not in seed["snippet"]


@pytest.mark.parametrize("command", [["search", "khoi"], ["export"], ["freeze", "corpus"]])
@pytest.mark.parametrize("name", ["--site", "--province", "--topic"])
def test_a_filter_that_names_nothing_says_so(
    demo: DataFolder, command: list[str], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--data", str(demo.root), *command, name, "khong-co"]) == ExitCode.CONFIGURATION
    said = capsys.readouterr()
    assert f"{name} 'khong-co'" in said.err
    assert said.out == ""


def test_filters_alone_find_the_newest_articles(demo: DataFolder, tmp_path: Path, capsys: Output) -> None:
    asked = [
        "search",
        "--province",
        "Tiền Giang",
        "--topic",
        "khoi",
        "--since",
        "2024-07-01",
        "--until",
        "2024-07-31",
    ]
    assert run([*asked, "--json", "--data", str(demo.root)]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    with open_reader(demo.database) as archive:
        rows = archive.rows(
            "SELECT key FROM reading WHERE bloc AND day LIKE '2024-07-%' AND province_before = 'Tiền Giang'"
            " ORDER BY day DESC"
        )
    assert [hit["key"] for hit in found] == [row["key"] for row in rows] and len(found) == 3
    assert run([*asked, "-o", str(tmp_path / "a.csv"), "--data", str(demo.root)]) == 0
    assert "a.csv: 3 articles" in capsys.readouterr().err
    assert run(["search", "--data", str(demo.root)]) == ExitCode.CONFIGURATION
    assert "WORDS" in capsys.readouterr().err


def test_an_ending_that_search_cannot_write_is_answered_with_those_that_it_can(
    demo: DataFolder, tmp_path: Path, capsys: Output
) -> None:
    ask = ["search", "khoi", "--data", str(demo.root), "-o"]
    assert run([*ask, str(tmp_path / "x.doc")]) == ExitCode.CONFIGURATION
    said = one_line(capsys.readouterr().err)
    assert ".csl.json" in said and ".wacz" not in said
    assert run([*ask, str(tmp_path / "x.wacz")]) == ExitCode.CONFIGURATION
    assert "tinkhoi export --matching WORDS --format wacz" in one_line(capsys.readouterr().err)
