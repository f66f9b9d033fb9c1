"""Whole nights without Prefect, on sample newspapers served by the test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

import flows.runs.crawls
import flows.runs.night
from flows.outcome.exit_codes import ExitCode, RunError
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from flows.storage.folder import DataFolder
from flows.storage.settings import Settings
from scraper.clock import VIETNAM
from scraper.reading.during_crawl import SUFFIX, PagesAhead
from scraper.sample import SampleNewspaper, SampleServer
from scraper.store import open_archive, open_reader

# Re-checks are due by the true time of the last look, so the nights begin today.
NOW = datetime.combine(datetime.now(VIETNAM).date(), time(1, 30), VIETNAM)


@pytest.fixture
def newspaper() -> SampleNewspaper:
    return SampleNewspaper(today=NOW.date())


@pytest.fixture
def server(newspaper: SampleNewspaper) -> Iterator[SampleServer]:
    with newspaper.serve() as server:
        yield server


def own_sites(folder: Path, **texts: str) -> Path:
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def closed_port() -> str:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/"


def test_a_failing_site_does_not_stop_the_others(
    tmp_path: Path, newspaper: SampleNewspaper, server: SampleServer
) -> None:
    dead = newspaper.site_file(closed_port())
    sites = own_sites(tmp_path / "mine", tot=newspaper.site_file(server.url), hong=dead)
    data = DataFolder(root=tmp_path / "data", extra_sites=(sites,))
    data.save_settings(Settings(contact="a@b.vn"))
    summary = run_night(NightRequest(data=data, now=NOW))
    assert summary.exit_code is ExitCode.SITES_FAILED
    assert list(summary.failures) == ["hong"]
    published = {article["key"] for article in newspaper.truth(1)}
    with open_reader(data.database) as archive:
        kept = {(row[0], row[1]) for row in archive.rows("SELECT site, key FROM articles")}
        verdicts = dict(map(tuple, archive.rows("SELECT site, verdict FROM run_sites")))
    assert kept == {("tot", key) for key in published}
    assert verdicts == {"tot": "ok", "hong": "failed"}


def test_the_sums_of_the_report_balance_and_agree_with_the_servers_log(
    tmp_path: Path, newspaper: SampleNewspaper, server: SampleServer
) -> None:
    sites = own_sites(tmp_path / "mine", bao=newspaper.site_file(server.url))
    data = DataFolder(root=tmp_path / "data", extra_sites=(sites,))
    for night in (1, 2):
        newspaper.night = night
        asked = len(server.log)
        now = NOW + timedelta(days=night - 1)
        counted = run_night(NightRequest(data=data, sites=("bao",), now=now)).counted
        assert counted.links_seen == (
            counted.already + counted.new + counted.rejected + counted.waiting + counted.set_aside
        )
        assert counted.requests == sum(counted.requests_by_kind.values()) == len(server.log) - asked
        assert counted.new == sum(counted.new_by_topic.values())
        assert counted.requests_by_kind["robots"] == 1
        assert counted.requests_by_kind["other"] == 0
    assert counted.new == len(newspaper.truth(2)) - len(newspaper.truth(1))


def test_the_second_night_sees_what_was_edited_and_what_is_gone(
    tmp_path: Path, newspaper: SampleNewspaper, server: SampleServer
) -> None:
    sites = own_sites(tmp_path / "mine", bao=newspaper.site_file(server.url))
    data = DataFolder(root=tmp_path / "data", extra_sites=(sites,))
    for night in (1, 2):
        newspaper.night = night
        summary = run_night(NightRequest(data=data, sites=("bao",), now=NOW + timedelta(days=night - 1)))
    before = {article["key"]: article for article in newspaper.truth(1)}
    after = {article["key"]: article for article in newspaper.truth(2)}
    edited = [key for key in before if before[key]["body"] != after[key]["body"]]
    vanished = [key for key in before if after[key]["state"] == "gone"]
    assert len(edited) == len(vanished) == 1
    assert summary.counted.edited == 1
    assert list(summary.counted.gone) == [f"bao/{vanished[0]}"]
    with open_reader(data.database) as archive:
        body = archive.value("SELECT body FROM articles WHERE key = ?", (edited[0],))
        assert body.split("\n\n") == list(after[edited[0]]["body"])
        gone = archive.row("SELECT state, body FROM articles WHERE key = ?", (vanished[0],))
    assert gone is not None
    assert gone["state"] == "gone"
    assert gone["body"].split("\n\n") == list(before[vanished[0]]["body"])


def test_a_second_run_at_once_is_refused_without_a_request(
    tmp_path: Path, newspaper: SampleNewspaper, server: SampleServer
) -> None:
    sites = own_sites(tmp_path / "mine", bao=newspaper.site_file(server.url))
    data = DataFolder(root=tmp_path / "data", extra_sites=(sites,))
    data.create()
    with open_archive(data.database), pytest.raises(RunError) as caught:
        run_night(NightRequest(data=data, sites=("bao",), now=NOW))
    assert caught.value.exit_code is ExitCode.LOCKED
    assert len(server.log) == 0


@pytest.mark.parametrize("killed", [False, True])
def test_pages_are_read_while_the_crawl_goes_on_and_a_reader_that_is_killed_costs_nothing(
    tmp_path: Path,
    newspaper: SampleNewspaper,
    server: SampleServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    killed: bool,
) -> None:
    monkeypatch.setattr(flows.runs.crawls, "WORTH_READING", 1)
    known: list[PagesAhead] = []
    real = flows.runs.night.ingest

    def spy(*args: Any, known_pages: PagesAhead, **kwargs: Any) -> Any:
        known.append(known_pages)
        return real(*args, known_pages=known_pages, **kwargs)

    def told(child: Any, line: bytes) -> None:
        child.process.kill()

    monkeypatch.setattr(flows.runs.night, "ingest", spy)
    if killed:
        monkeypatch.setattr(flows.runs.crawls._Child, "tell", told)
    sites = own_sites(tmp_path / "mine", bao=newspaper.site_file(server.url))
    data = DataFolder(root=tmp_path / "data", extra_sites=(sites,))
    summary = run_night(NightRequest(data=data, sites=("bao",), now=NOW))
    assert summary.exit_code is ExitCode.OK
    with open_reader(data.database) as archive:
        kept = {row[0] for row in archive.rows("SELECT key FROM articles")}
        pages = archive.value("SELECT count(*) FROM captures WHERE kind IN ('list', 'article', 'rejected')")
    assert kept == {article["key"] for article in newspaper.truth(1)}
    assert len(known) == 1
    assert killed or len(known[0]._lines) == pages
    assert any("reading ahead failed" in line for line in caplog.messages) is killed
    assert list(data.runs.glob("*/*.reading.log")) and not list(data.runs.glob(f"*/*{SUFFIX}"))
