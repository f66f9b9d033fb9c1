from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.outcome.night_summary import NightSummary
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from flows.share.demo import run_demo
from flows.storage.folder import DataFolder
from scraper.clock import VIETNAM
from scraper.sample import SITE_ID, SampleNewspaper
from scraper.sample.server import LoggedRequest
from scraper.store import open_reader
from tests.places import REPOSITORY

SLOW = (
    "tests/faults",
    "tests/fetch/test_certificates.py",
    "tests/fetch/test_crawl.py",
    "tests/fetch/test_host_queues.py",
    "tests/fetch/test_robots.py",
    "tests/flows/runs",
    "tests/flows/schedule/test_due.py",
    "tests/flows/share/test_demo.py",
    "tests/flows/web/test_pages.py",
    "tests/test_replay.py",
)
"""Rooms and files whose tests run whole nights, servers or browsers: all theirs are marked slow."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of SLOW, which `make quick` leaves out."""
    for item in items:
        name = item.path.relative_to(REPOSITORY).as_posix()
        if any(name == slow or name.startswith(f"{slow}/") for slow in SLOW):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataFolder]:
    """The archive that the demo makes, without Prefect: two nights on the sample newspaper."""
    root = tmp_path_factory.mktemp("archive")
    said: list[str] = []
    code = run_demo(DataFolder(root=root), "en", plain=True, say=said.append)
    assert code == 0, "\n".join(said)
    (root / "said.txt").write_text("\n".join(said), encoding="utf-8")
    yield DataFolder(root=root / "demo")


def first_night(data: DataFolder) -> date:
    """The first night that an archive has on record."""
    with open_reader(data.database) as archive:
        ((night,),) = archive.rows("SELECT min(night) FROM runs")
        return date.fromisoformat(str(night))


@dataclass(frozen=True)
class ThreeNights:
    """The archive of all three nights of the sample newspaper, and what the newspaper knows of them."""

    data: DataFolder
    newspaper: SampleNewspaper
    url: str
    nights: tuple[NightSummary, ...]
    logs: tuple[tuple[LoggedRequest, ...], ...]  # what the newspaper was asked in each night, by its own log
    sent: int  # bytes of all that it sent

    def truth(self, night: int) -> dict[str, dict[str, Any]]:
        """Key to public record of all that was published by ``night``."""
        return {record["key"]: record for record in self.newspaper.truth(night, self.url)}


@pytest.fixture(scope="session")
def three_nights(tmp_path_factory: pytest.TempPathFactory, demo: DataFolder) -> ThreeNights:
    """Three nights on the sample newspaper: on the second articles appear, one is edited and one vanishes; on the
    third one is edited silently, one moves to another section, and a section falls silent.

    They begin on the demo's day, also where midnight came since, so that both hold the same articles."""
    data = DataFolder(root=tmp_path_factory.mktemp("three"))
    newspaper = SampleNewspaper(today=first_night(demo))
    nights: list[NightSummary] = []
    logs: list[tuple[LoggedRequest, ...]] = []
    sent = 0
    with newspaper.serve() as server:
        sites = data.root / "sites"
        sites.mkdir()
        # The silent edit of the third night is seen only where an article is looked at again two days after its day.
        looks = newspaper.site_file(server.url).replace("[fetch]\n", "[fetch]\nrecheck_days = [1, 2, 3, 7, 30]\n")
        (sites / f"{SITE_ID}.toml").write_text(looks, encoding="utf-8")
        for night in (1, 2, 3):
            newspaper.night = night
            before = len(server.log)
            begins = datetime.combine(newspaper.today + timedelta(days=night - 1), time(1, 30), VIETNAM)
            nights.append(run_night(NightRequest(data=data, sites=(SITE_ID,), trigger="demo", now=begins)))
            logs.append(tuple(server.log[before:]))
            sent += sum(
                len(newspaper.answer(asked.path, server.url).body) for asked in logs[-1] if asked.status != 304
            )
        return ThreeNights(data, newspaper, server.url, tuple(nights), tuple(logs), sent)


@pytest.fixture(scope="session")
def demo_said(demo: DataFolder) -> str:
    """What the demo printed."""
    return (demo.root.parent / "said.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout."""
    return REPOSITORY
