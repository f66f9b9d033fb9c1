"""The way back: newest first, within the time of a night, until the site is complete from the day asked."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from flows.outcome.report import render
from flows.outcome.wording import in_language
from flows.runs.look_back import estimate, window
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from flows.storage.folder import DataFolder
from flows.storage.settings import Settings
from scraper.items import ListEntry
from scraper.pages import load_family
from scraper.sample import SITE_ID, SampleNewspaper
from scraper.sites import Site
from scraper.spiders.look_back import is_past, latest_day
from scraper.store.runs import Reach

TODAY = date(2026, 11, 24)
WANTED = date(2024, 7, 1)


def reach(
    complete_from: date | None = None, *, broken: bool = False, last_whole: date | None = None, waiting: int = 0
) -> Reach:
    return Reach(complete_from=complete_from, broken=broken, last_whole=last_whole, waiting=waiting)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (reach(), date(2026, 10, 25)),
        (reach(date(2026, 11, 20)), date(2026, 10, 21)),
        (reach(date(2026, 10, 25)), date(2026, 9, 25)),
        (reach(date(2026, 9, 25)), date(2026, 7, 27)),
        (reach(date(2025, 6, 1)), WANTED),
        (reach(WANTED), None),
        (reach(date(2020, 1, 1)), None),
        (reach(WANTED, broken=True, last_whole=date(2026, 11, 22)), date(2026, 11, 20)),
        (reach(WANTED, broken=True), date.min),
    ],
)
def test_each_night_goes_twice_as_far_until_the_day_asked(at: Reach, day: date | None) -> None:
    assert window(at, wanted=WANTED, today=TODAY, stepwise=True) == day


def test_a_way_back_to_the_first_of_all_days_ends_there() -> None:
    assert window(reach(date(680, 1, 1)), wanted=date.min, today=TODAY, stepwise=True) == date.min


def test_by_hand_the_day_asked_is_reached_at_once() -> None:
    assert window(reach(), wanted=WANTED, today=TODAY, stepwise=False) == WANTED


def test_where_no_day_is_asked_only_gaps_are_closed() -> None:
    assert window(reach(), wanted=None, today=TODAY, stepwise=True) is None
    assert window(reach(broken=True), wanted=None, today=TODAY, stepwise=True) == date.min


def test_the_estimate_says_pages_delay_and_hours() -> None:
    site = Site(id="bao", name="Báo", kind="newspaper", province="Tiền Giang", family="apbac", home="https://bao.vn/")
    text = estimate(site, TODAY - timedelta(days=365), TODAY, 3600)
    assert "21,900 pages at 2 s" in text  # 60 a day
    assert "12 h 10 min" in text and "at most 1 h 0 min a night" in text
    assert "a guess from 60 articles a day" in text and "đoán theo 60 bài một ngày" in in_language(text, "vi")
    told = estimate(site.model_copy(update={"expect": 304.0}), TODAY - timedelta(days=365), TODAY, 3600)
    assert "3,650 pages" in told and "guess" not in told
    assert "chừng 21.900 trang" in in_language(text, "vi") and "12 giờ 10 phút" in in_language(text, "vi")


@pytest.mark.parametrize(
    ("url", "text", "order", "day"),
    [
        ("https://bao.vn/x/202407/a-1015551/", "Thứ Năm, 11/07/2024, 15:51", "dmy", date(2024, 7, 11)),
        ("https://bao.vn/x/202407/a-1015551/", None, "dmy", date(2024, 7, 31)),
        ("https://bao.vn/x/202407/a-1015551/", "2024-07-02T10:00:00+07:00", "dmy", date(2024, 7, 2)),
        ("https://bao.vn/x/202407/a-1015551/", "7/11/2024 2:48:00 AM", "mdy", date(2024, 7, 11)),
        ("https://bao.vn/x/202413/a-1015551/", None, "dmy", None),
        ("https://bao.vn/x/", "31/02/2024", "dmy", None),
    ],
)
def test_the_latest_day_of_an_entry(url: str, text: str | None, order: str, day: date | None) -> None:
    assert latest_day(ListEntry(url=url, date_text=text), load_family("apbac", {}), order) == day


def test_one_newer_entry_keeps_a_list_turning() -> None:
    family = load_family("apbac", {})
    old = ListEntry(url="https://bao.vn/x/202001/a-1015551/")
    assert is_past([old, old], date(2024, 7, 1), family)
    assert not is_past([old, ListEntry(url="https://bao.vn/x/202408/a-1016437/")], date(2024, 7, 1), family)
    assert not is_past([ListEntry(url="https://bao.vn/x/")], date(2024, 7, 1), family)
    assert not is_past([], date(2024, 7, 1), family)


def test_nights_with_a_small_budget_until_complete(tmp_path: Path) -> None:
    newspaper = SampleNewspaper(today=TODAY)
    data = DataFolder(root=tmp_path)
    data.save_settings(Settings(since=WANTED, minutes=1.2 / 60))
    published = {
        record["key"]: date.fromisoformat(record["published_at"][:10])
        for record in newspaper.truth(1)
        if record["state"] == "live"
    }
    told: list[str] = []
    with newspaper.serve() as server:
        (tmp_path / "sites").mkdir()
        site = newspaper.site_file(server.url).replace("delay = 0", "delay = 0.04")
        (tmp_path / "sites" / f"{SITE_ID}.toml").write_text(site, encoding="utf-8")
        for night in range(12):
            begins = datetime(2026, 11, 23, 18, 30, tzinfo=UTC) + timedelta(days=night)
            summary = run_night(NightRequest(data=data, now=begins))
            told.append(render(summary, "en"))
            complete, keys = standing(data)
            if complete is not None:
                assert {key for key, day in published.items() if day >= complete} <= keys
            if not summary.way_back:
                break
            assert complete is None or complete > WANTED
        asked = [entry.path for entry in server.log]
    assert complete is not None and complete <= WANTED
    assert keys == set(published)
    assert len(told) > 3 and "not yet complete" in told[0]
    assert "Way back" not in told[-1]
    newest_first(asked, published)


def test_a_day_to_come_in_the_settings_means_from_today_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    newspaper = SampleNewspaper(today=TODAY)
    data = DataFolder(root=tmp_path)
    data.save_settings(Settings(since=date(2999, 1, 1)))
    with newspaper.serve() as server, caplog.at_level("INFO", "tinkhoi"):
        (tmp_path / "sites").mkdir()
        (tmp_path / "sites" / f"{SITE_ID}.toml").write_text(newspaper.site_file(server.url), encoding="utf-8")
        run_night(NightRequest(data=data, now=datetime(2026, 11, 23, 18, 30, tzinfo=UTC)))
    assert standing(data)[0] == TODAY
    assert "2999" not in caplog.text


def standing(data: DataFolder) -> tuple[date | None, set[str]]:
    with sqlite3.connect(data.database) as connection:
        complete = connection.execute("SELECT complete_from FROM sites WHERE id = ?", (SITE_ID,)).fetchone()[0]
        keys = {key for (key,) in connection.execute("SELECT key FROM articles")}
    return (date.fromisoformat(complete) if complete else None), keys


def newest_first(asked: list[str], published: dict[str, date]) -> None:
    """Of each section, an article is first asked for after all newer ones of that section."""
    seen: dict[str, list[date]] = {}
    keys: set[str] = set()
    for path in asked:
        match = re.fullmatch(r"/([^/]+)/(?:.+/)?\d{6}/[^/]*-(\d+)/?", path)
        if match and match[2] in published and match[2] not in keys:
            keys.add(match[2])
            seen.setdefault(match[1], []).append(published[match[2]])
    assert sum(map(len, seen.values())) == len(published)
    for section, order in seen.items():
        assert order == sorted(order, reverse=True), section
