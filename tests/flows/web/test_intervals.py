"""An article whose page counts back ("1 giờ trước") shows the interval: on its page, among hits, in `show`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from flows.cli import run
from flows.web.language import days_text, interval_text
from scraper.clock import VIETNAM
from scraper.sample import SEED_KEY, SITE_ID
from scraper.store import open_archive, open_reader
from scraper.store.backups import backup
from tests.conftest import ThreeNights
from tests.flows.web.conftest import get, serving

EARLIEST, LATEST = "2024-07-10T23:30:00+07:00", "2024-07-11T01:00:00+07:00"


@pytest.fixture(scope="module")
def folder(three_nights: ThreeNights, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the archive in which one article is dated by an interval over a midnight."""
    path = tmp_path_factory.mktemp("interval") / "tinkhoi.db"
    with open_reader(three_nights.data.database) as archive:
        backup(archive, path)
    with open_archive(path) as archive, archive.transaction():
        archive.execute(
            "UPDATE articles SET published_at = NULL, published_day = NULL, published_precision = 'hour',"
            " published_text = '1 giờ trước', published_earliest = ?, published_latest = ? WHERE key = ?",
            (EARLIEST, LATEST, SEED_KEY),
        )
    return path.parent


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with serving(folder) as found:
        yield found


def test_the_page_and_the_hits_show_it(address: str) -> None:
    page = get(address, f"/bai/{SITE_ID}/{SEED_KEY}")[2]
    assert "trong khoảng 23:30, 10/07/2024 – 01:00, 11/07/2024 (GMT+7)" in page
    assert "10/07/2024 – 11/07/2024" in get(address, "/tim?q=dang+uy+khoi&until=11/07/2024")[2]


def test_show_tells_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", f"{SITE_ID}/{SEED_KEY}", "--data", str(folder)]) == 0
    assert f"published between {EARLIEST} and {LATEST}" in capsys.readouterr().out
    assert run(["show", f"{SITE_ID}/{SEED_KEY}", "--data", str(folder), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["published_at"], record["published_precision"]) == (None, "hour")
    assert (record["published_earliest"], record["published_latest"]) == (EARLIEST, LATEST)


def test_words_of_an_interval() -> None:
    first, last = datetime(2024, 7, 13, 21, 30, tzinfo=VIETNAM), datetime(2024, 7, 13, 23, 0, tzinfo=VIETNAM)
    assert interval_text(first, last) == "trong khoảng 21:30 – 23:00, 13/07/2024 (GMT+7)"
    assert days_text("2024-07-13", EARLIEST, LATEST) == "13/07/2024"
    assert days_text(None, EARLIEST, LATEST) == "10/07/2024 – 11/07/2024"
