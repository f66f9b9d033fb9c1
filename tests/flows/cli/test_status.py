"""``tinkhoi status``: how the archive stands, in words and as JSON."""

from __future__ import annotations

import json
import sqlite3

import pytest

from flows.cli import run
from flows.storage.folder import DataFolder


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
