"""How a night is marked in the table of nights, and what the first page says of the last one."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.web.coverage_page import night_state, read_more
from flows.web.language import in_vietnam
from scraper.store import open_reader
from scraper.store.backups import backup
from tests.flows.web.conftest import get, serving

if TYPE_CHECKING:
    from tests.conftest import ThreeNights

LAST = "WHERE started = (SELECT max(started) FROM runs)"
TIMES = ("started", "ended")


@pytest.mark.parametrize(
    ("state", "whole", "mark"),
    [
        ("read whole", 8, "whole"),
        ("not read whole", 6, "part"),
        ("failed", 6, "part"),
        ("failed", 0, "failed"),
        ("failed", 8, "failed"),
    ],
)
def test_a_night_that_read_some_lists_is_not_marked_like_one_that_read_none(
    state: str, whole: int, mark: str
) -> None:
    assert night_state({"state": state, "sources": 8, "sources_whole": whole}) == mark


def test_a_night_counts_by_the_run_that_read_most() -> None:
    nothing = {"state": "failed", "sources": 8, "sources_whole": 0, "run": "1"}
    whole = {"state": "read whole", "sources": 8, "sources_whole": 8, "run": "2"}
    again = {**whole, "run": "3"}
    assert read_more(nothing, whole) is whole and read_more(whole, nothing) is whole
    assert read_more(whole, again) is again


@pytest.mark.parametrize("is_over", [True, False])
def test_the_first_page_calls_a_crawl_by_hand_no_night(
    is_over: bool, three_nights: ThreeNights, tmp_path: Path
) -> None:
    with open_reader(three_nights.data.database) as archive:
        backup(archive, tmp_path / "tinkhoi.db")
    with sqlite3.connect(tmp_path / "tinkhoi.db") as connection:
        connection.execute("UPDATE runs SET trigger = 'manual'")
        if not is_over:
            connection.execute(f"UPDATE runs SET ended = NULL {LAST}")
    with serving(tmp_path) as address:
        told = {lang: last_run(address, lang) for lang in ("vi", "en")}
    assert "Lần chạy cuối" in told["vi"] and "Thu bằng tay ngày" in told["vi"]
    assert "Last run" in told["en"] and "Crawl by hand" in told["en"]
    assert not re.search(r"\bđêm\b|\bnight\b", told["vi"] + told["en"], re.I)
    assert ("đang chạy" in told["vi"], "still running" in told["en"]) == (not is_over, not is_over)


@pytest.mark.parametrize(("code", "said"), [(0, ""), (2, " · To look at (code 2)")])
def test_a_crawl_by_hand_does_not_take_the_place_of_the_night(
    code: int, said: str, three_nights: ThreeNights, tmp_path: Path
) -> None:
    with open_reader(three_nights.data.database) as archive:
        backup(archive, tmp_path / "tinkhoi.db")
        start, end = (f"{in_vietnam(archive.value(f'SELECT {each} FROM runs {LAST}')):%H:%M}" for each in TIMES)
    with sqlite3.connect(tmp_path / "tinkhoi.db") as connection:
        connection.execute(f"UPDATE runs SET trigger = 'manual', exit_code = ? {LAST}", (code,))
    with serving(tmp_path) as address:
        _, _, page = get(address, "/", **{"Accept-Language": "en"})
        night = last_run(address, "en")
    assert night.split()[:2] == ["Last", "night"] and "Night of" in night
    text = re.sub(r"<[^>]*>", "", page)
    told = rf"Crawl by hand on [\d/]+, {start}–{end} Vietnam time{re.escape(said)} · \d+ new · \d+ edited"
    assert re.search(told, text)


def last_run(address: str, lang: str) -> str:
    """What the first page says of the last run: its heading and its verdict."""
    _, _, text = get(address, "/", **{"Accept-Language": lang})
    found = re.search(r'<h2 id="night">.*?</p>', text, re.S)
    assert found is not None
    return re.sub(r"<[^>]*>", " ", found[0])
