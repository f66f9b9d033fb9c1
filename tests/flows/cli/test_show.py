"""``tinkhoi show``: one article by its key or any of its addresses."""

from __future__ import annotations

import json

import pytest

from flows.cli import run
from flows.storage.folder import DataFolder
from scraper.sample import SEED_KEY, SITE_ID

Output = pytest.CaptureFixture[str]


def test_show_gives_the_record_by_key_and_by_address(demo: DataFolder, capsys: Output) -> None:
    assert run(["show", f"{SITE_ID}/{SEED_KEY}", "--data", str(demo.root), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["author"] == "P. MAI"
    mobile = next(url for url in record["urls"] if url.endswith("index.htm"))
    assert run(["show", f"{mobile}\r", "--data", str(demo.root)]) == 0, "the line end of a CSV file is no part of it"
    text = capsys.readouterr().out
    assert "Thứ Năm, 11/07/2024, 15:51 (GMT+7)" in text and "Capture: " in text
