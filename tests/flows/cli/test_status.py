"""``tinkhoi status``: how the archive stands, in words and as JSON."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from flows.cli import run
from flows.storage.folder import DataFolder
from scraper.store import open_archive


def test_it_counts_what_the_archive_holds(demo: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(demo.database) as connection:
        ((articles,),) = connection.execute("SELECT count(*) FROM articles").fetchall()
        ((missed,),) = connection.execute("SELECT count(*) FROM missed").fetchall()
    assert run(["status", "--json", "--data", str(demo.root)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["articles"], found["gone"], found["missed"]) == (articles, 1, missed)
    assert (found["last_run"]["verdict"], found["last_run"]["exit_code"]) == ("ok", 0)
    assert run(["status", "--data", str(demo.root)]) == 0
    said = capsys.readouterr().out
    assert f"Articles: {articles} (" in said and "1 gone" in said and "ok (code 0)" in said


def test_an_archive_without_articles_has_no_days(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_archive(tmp_path / "tinkhoi.db"):
        pass
    assert run(["status", "--data", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "Articles: 0\n" in said and "None" not in said
