"""``scrapy newsite`` knows a family by reading with it, whatever the page's marks say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scraper.pages.best_reader import best_reader

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize(
    "name",
    ["mediatech/article", "newscontent/haugiang", "newsimg/hoabinh", "pbody/thanhhoa", "sc/phuyen", "anumber/cantho"],
)
def test_family_that_reads_a_page_is_found(name):
    path = FIXTURES / f"{name}.json"
    url = json.loads(path.read_text("utf-8"))["url"]
    family, fields = best_reader(path.with_suffix(".html").read_text("utf-8"), url)
    assert family == name.split("/")[0]
    assert fields >= 4


def test_page_that_no_family_reads_has_none():
    assert best_reader("<html><body><p>Chào</p></body></html>", "https://thu.example.vn/bai-100001.html") == (None, 0)
