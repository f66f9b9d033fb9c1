from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scraper.fetch.snapshot import Snapshot
from scraper.ingest import ingest
from scraper.sample import SITE_ID, SampleNewspaper
from scraper.sites import Fetch, Site
from scraper.store import Archive, open_archive
from scraper.store.reference import sync_sites
from scraper.store.runs import RunSummary, run_summary, start_run
from scraper.store.snapshot import write_snapshot
from tests.ingest.tapes import (
    BASE,
    FIRST_NIGHT,
    TODAY,
    Tape,
    crawl,
)


@pytest.fixture
def site() -> Site:
    sections = ("xay-dung-dang", "chinh-tri", "kinh-te", "van-hoa")
    return Site(
        id=SITE_ID,
        name="Báo Mẫu",
        kind="newspaper",
        province="Tiền Giang",
        family="apbac",
        home=f"{BASE}/",
        sections=tuple(f"{BASE}/{section}/" for section in sections),
        feeds=tuple(f"{BASE}/{section}/index.rss" for section in sections),
        fetch=Fetch(recheck_days=(1, 2, 3, 7)),
    )


@pytest.fixture
def archive(tmp_path: Path, site: Site) -> Iterator[Archive]:
    with open_archive(tmp_path / "tinkhoi.db") as archive:
        sync_sites(archive, {site.id: site})
        yield archive


@pytest.fixture
def tape(tmp_path: Path) -> Callable[..., Tape]:
    def make(name: str = "night-1", at: datetime = FIRST_NIGHT) -> Tape:
        return Tape(tmp_path / f"{name}.warc.gz", at)

    return make


@pytest.fixture
def run(archive: Archive, site: Site) -> Callable[..., str]:
    def start(name: str = "night-1", at: datetime = FIRST_NIGHT) -> str:
        start_run(archive, name, started=at, trigger="nightly", sites=[site.id], version="0")
        return name

    return start


@pytest.fixture
def paper() -> SampleNewspaper:
    return SampleNewspaper(TODAY)


@pytest.fixture
def night(
    tmp_path: Path,
    archive: Archive,
    site: Site,
    paper: SampleNewspaper,
    run: Callable[..., str],
    tape: Callable[..., Tape],
) -> Callable[[int], RunSummary]:
    def do(number: int) -> RunSummary:
        paper.night = number
        at = FIRST_NIGHT + timedelta(days=number - 1)
        name = run(f"night-{number}", at)
        file = tmp_path / f"{name}.snapshot"
        write_snapshot(archive, file, [site], at)
        written = tape(name, at)
        with Snapshot(file) as snapshot:
            crawl(written, paper, site, snapshot)
        ingest(archive, written.close(), {site.id: site}, name)
        return run_summary(archive, name)

    return do
