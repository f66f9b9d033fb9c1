"""Nights on a fake clock: what is due, what was missed, and that a catch-up asks nothing twice."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode, RunError
from flows.outcome.report import render
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from flows.schedule.due import AT, hour, is_done, is_due, last_hour, missed_hours, next_hour
from flows.storage.folder import DataFolder
from scraper.clock import VIETNAM
from scraper.sample import SITE_ID, SampleNewspaper
from scraper.store import open_archive
from scraper.store.runs import NightRun

TODAY = date(2026, 11, 24)


def at(day: int, clock: str) -> datetime:
    return datetime.combine(date(2026, 11, day), time.fromisoformat(clock), VIETNAM)


def night(day: int, clock: str = "01:30", exit_code: int | None = 0, verdict: str | None = "ok") -> NightRun:
    return NightRun(id=f"{day}", started=at(day, clock), verdict=verdict, exit_code=exit_code)


@pytest.mark.parametrize(
    ("now", "last", "coming"),
    [
        (at(24, "01:29"), at(23, "01:30"), at(24, "01:30")),
        (at(24, "01:30"), at(24, "01:30"), at(25, "01:30")),
        (at(24, "23:00"), at(24, "01:30"), at(25, "01:30")),
    ],
)
def test_the_hour_is_vietnams(now: datetime, last: datetime, coming: datetime) -> None:
    assert last_hour(now, AT) == last
    assert next_hour(now, AT) == coming


def test_an_hour_is_written_with_a_colon() -> None:
    assert hour("23:05") == time(23, 5)
    with pytest.raises(ValueError):
        hour("25:00")


@pytest.mark.parametrize(
    ("runs", "done"),
    [
        ([], False),
        ([night(23)], False),
        ([night(24)], True),
        ([night(24, "07:12", ExitCode.SITES_FAILED)], True),
        ([night(24, exit_code=ExitCode.STOPPED)], False),
        ([night(24, exit_code=ExitCode.NETWORK)], False),
        ([night(24, exit_code=ExitCode.CRASH), night(24, "03:00")], True),
        ([night(24, exit_code=None, verdict=None)], False),
        ([night(24, exit_code=None, verdict="missed")], False),
    ],
)
def test_a_night_is_done_once_one_has_come_to_its_end(runs: list[NightRun], done: bool) -> None:
    assert is_done(runs, at(24, "08:00"), AT) is done


@pytest.mark.parametrize(
    ("runs", "now", "missed"),
    [
        ([], at(24, "08:00"), []),
        ([night(23)], at(24, "01:31"), []),
        ([night(23)], at(24, "02:29"), []),
        ([night(23)], at(24, "02:31"), [24]),
        ([night(21)], at(24, "08:00"), [22, 23, 24]),
        ([night(21), night(24, verdict="missed", exit_code=None)], at(24, "08:00"), []),
        ([night(20, "08:00")], at(21, "01:30"), []),
    ],
)
def test_missed_nights_are_those_at_whose_hour_none_began(
    runs: list[NightRun], now: datetime, missed: list[int]
) -> None:
    assert [due.day for due in missed_hours(runs, now, AT)] == missed


def test_three_missed_nights_have_one_catch_up(tmp_path: Path) -> None:
    newspaper = SampleNewspaper(today=TODAY)
    data = DataFolder(root=tmp_path)
    with newspaper.serve() as server:
        (tmp_path / "sites").mkdir()
        (tmp_path / "sites" / f"{SITE_ID}.toml").write_text(newspaper.site_file(server.url), encoding="utf-8")
        run_night(NightRequest(data=data, now=at(24, "01:30"), at=AT))
        first = {asked.path for asked in server.log}
        del server.log[:]

        newspaper.night = 2
        woken = at(27, "08:00")
        assert is_due(data, woken, AT)
        summary = run_night(NightRequest(data=data, now=woken, at=AT))
        assert summary.exit_code is ExitCode.OK
        assert [day.day for day in summary.missed] == [25, 26, 27]
        assert "3" in next(line for line in render(summary, "en").splitlines() if "did not happen" in line)
        assert summary.next_run == at(28, "01:30")
        asked = Counter(entry.path for entry in server.log)
        assert asked and max(asked.values()) == 1
        bodies = {entry.path for entry in server.log if entry.status == 200 and "-10" in entry.path}
        repeated = {path for path in bodies & first if not newspaper_changed(newspaper, path)}
        assert not repeated

        del server.log[:]
        assert not is_due(data, at(27, "08:05"), AT)
        assert is_due(data, at(28, "01:30"), AT)
        assert not server.log
    with sqlite3.connect(data.database) as connection:
        rows = connection.execute("SELECT night, verdict FROM runs ORDER BY started").fetchall()
    assert rows == [
        ("2026-11-24", "ok"),
        ("2026-11-25", "missed"),
        ("2026-11-26", "missed"),
        ("2026-11-27", "missed"),
        ("2026-11-27", "ok"),
    ]


def newspaper_changed(newspaper: SampleNewspaper, path: str) -> bool:
    """Whether what ``path`` shows on the first night is not what it shows on the second, clock aside."""
    tags = []
    for number in (1, 2):
        newspaper.night = number
        tags.append(newspaper.answer(path, "").etag)
    return tags[0] != tags[1] or tags[0] == ""


def test_a_second_night_ends_at_once_without_a_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newspaper = SampleNewspaper(today=TODAY)
    data = DataFolder(root=tmp_path)
    with newspaper.serve() as server:
        (tmp_path / "sites").mkdir()
        (tmp_path / "sites" / f"{SITE_ID}.toml").write_text(newspaper.site_file(server.url), encoding="utf-8")
        data.create()
        with open_archive(data.database):
            for command in (["nightly"], ["nightly", "--plain"], ["nightly", "--plain", "--if-due"]):
                assert run([*command, "--data", str(tmp_path)]) == ExitCode.LOCKED
                assert "another run" in capsys.readouterr().err
        assert not server.log


def test_a_night_that_is_not_due_asks_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newspaper = SampleNewspaper(today=TODAY)
    with newspaper.serve() as server:
        (tmp_path / "sites").mkdir()
        (tmp_path / "sites" / f"{SITE_ID}.toml").write_text(newspaper.site_file(server.url), encoding="utf-8")
        command = ["nightly", "--plain", "--if-due", "--data", str(tmp_path)]
        assert run(command) == ExitCode.OK
        asked = len(server.log)
        assert run(command) == ExitCode.OK
        assert "has been" in capsys.readouterr().err
        assert len(server.log) == asked > 60


def test_an_hour_that_is_none_is_a_clear_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["nightly", "--if-due", "--at", "25:00", "--data", str(tmp_path)]) == ExitCode.CONFIGURATION
    assert "25:00" in capsys.readouterr().err


def test_a_damaged_archive_is_not_taken_for_a_night_that_is_due(tmp_path: Path) -> None:
    data = DataFolder(root=tmp_path)
    data.database.write_bytes(b"no database, but something" * 100)
    with pytest.raises(RunError) as caught:
        is_due(data, at(24, "08:00") + timedelta(days=1), AT)
    assert caught.value.exit_code is ExitCode.DATABASE
