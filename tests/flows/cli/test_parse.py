"""``tinkhoi parse``: a saved page is a record, or a reason why it is no article."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from scraper.sample import SEED_KEY, SITE_ID, SampleNewspaper
from tests.flows.cli.stderr_lines import one_line

PAPER = SampleNewspaper(date(2026, 11, 24))


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    """A saved page of the sample newspaper, and how to read it."""
    (seed,) = [record for record in PAPER.truth(1, "http://127.0.0.1:9") if record["key"] == SEED_KEY]
    url = next(url for url in seed["urls"] if not url.endswith("index.htm"))
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / f"{SITE_ID}.toml").write_text(PAPER.site_file("http://127.0.0.1:9"), encoding="utf-8")
    (tmp_path / "page.html").write_bytes(PAPER.answer(url.removeprefix("http://127.0.0.1:9"), "").body)
    options = ["--url", url, "--site", SITE_ID, "--data", str(tmp_path)]
    return ["parse", str(tmp_path / "page.html"), *options]


def test_an_article_is_printed_as_its_record(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["key"], record["author"]) == (SEED_KEY, "P. MAI")
    assert record["published_at"] == "2024-07-11T15:51:00+07:00"


def test_what_is_no_article_ends_with_8_and_its_reason(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path(arguments[1]).write_text("<html><body><p>Trang mới</p></body></html>", encoding="utf-8")
    assert run(arguments) == ExitCode.DATA
    assert "not an article: " in one_line(capsys.readouterr().err)


def test_a_file_that_is_not_there_is_named(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path(arguments[1]).unlink()
    assert run(arguments) == ExitCode.CONFIGURATION
    assert arguments[1] in one_line(capsys.readouterr().err)
