"""A night on workers, against the same night on one machine: same articles, same ledgers, whatever is killed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.cluster.leader import Cluster
from flows.cluster.open_storage import open_objects
from flows.outcome.exit_codes import ExitCode
from flows.outcome.night_summary import NightSummary
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from tests.faults.newspaper import FaultNewspaper
from tests.faults.nights import Nights, wrong
from tests.flows.cluster.machines import ProcessWorkers

pytestmark = pytest.mark.slow

PAPERS = 4
CLAIM_SECONDS = 8.0
NOW = datetime.now(UTC)

LEDGERS = {
    "articles": "SELECT site, key, title, lead, body, published_at, revision, state, text_hash, url FROM articles",
    "listed": "SELECT site, key, outcome FROM listed",
    "addresses": "SELECT url FROM addresses",
    "sites": "SELECT site, verdict FROM run_sites",
}


@pytest.fixture
def papers() -> Iterator[dict[str, FaultNewspaper]]:
    with ExitStack() as stack:
        made = {}
        for number in range(1, PAPERS + 1):
            paper = FaultNewspaper(NOW, first=6 + 4 * number)
            stack.enter_context(paper.serving())
            made[f"bao-{number}"] = paper
        yield made


def archive_at(root: Path, papers: dict[str, FaultNewspaper], *, delay: float = 0.0) -> Nights:
    nights = Nights(root)
    for name, paper in papers.items():
        nights.add(name, paper, delay=delay)
    return nights


def on_machines(nights: Nights, cluster: Cluster, *, night: int = 1) -> NightSummary:
    request: NightRequest = replace(nights.request(night), processes=2)
    for paper in nights.papers.values():
        paper.night = night
    return run_night(request, machines=cluster)


def ledgers(nights: Nights) -> dict[str, list[tuple[Any, ...]]]:
    return {name: sorted(tuple(row.values()) for row in nights.rows(sql)) for name, sql in LEDGERS.items()}


def cluster_of(storage: str, workers: ProcessWorkers, *, claim_seconds: float = CLAIM_SECONDS) -> Cluster:
    return Cluster(
        open_objects(storage), workers, poll_seconds=0.3, claim_seconds=claim_seconds, least_pause=1.0, patience=300
    )


def leave_nothing(storage: str) -> list[str]:
    return open_objects(storage).keys("runs/")


def test_two_nights_bring_what_one_machine_brings(
    tmp_path: Path, papers: dict[str, FaultNewspaper], storage: str
) -> None:
    here, there = archive_at(tmp_path / "one", papers), archive_at(tmp_path / "many", papers)
    workers = ProcessWorkers(storage, tmp_path)
    try:
        for night in (1, 2):
            here.run(night)
            summary = on_machines(there, cluster_of(storage, workers), night=night)
            assert summary.exit_code is ExitCode.OK
            assert ledgers(there) == ledgers(here)
            assert [fault for name in papers for fault in wrong(there, name, night)] == []
            assert leave_nothing(storage) == []
    finally:
        workers.end()
    assert len(workers.processes) == 4


def kill_when(paper: FaultNewspaper, answers: int, kill: Any) -> threading.Thread:
    def watch() -> None:
        while len(paper.log) < answers:
            time.sleep(0.05)
        kill()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


def test_a_machine_that_dies_is_replaced_once_its_hosts_are_free(
    tmp_path: Path, papers: dict[str, FaultNewspaper]
) -> None:
    storage = str(tmp_path / "storage")
    nights = archive_at(tmp_path / "many", papers, delay=0.3)
    workers = ProcessWorkers(storage, tmp_path)
    killed: dict[str, float] = {}

    def kill() -> None:
        # The shard that crawls the paper: the one that is stored first keeps its articles from being asked for again.
        (run,) = [run for run in workers.processes if run.endswith("/shard-1/1")]
        workers.kill(run)
        killed[run] = time.monotonic()

    victim = papers["bao-4"]
    thread = kill_when(victim, 14, kill)
    try:
        summary = on_machines(nights, cluster_of(storage, workers))
    finally:
        workers.end()
        thread.join(timeout=5)
    assert summary.exit_code is ExitCode.OK
    assert [fault for name in papers for fault in wrong(nights, name, 1)] == []
    (moment,) = killed.values()
    (again,) = [run for run in workers.processes if run.endswith("/2")]
    assert again.endswith("/shard-1/2")
    asked = {
        name: [entry.began for entry in paper.log if entry.began > moment + 0.5] for name, paper in papers.items()
    }
    second = [name for name in papers if asked[name] and name in _sites_of(nights, again)]
    assert second
    assert min(asked[name][0] for name in second) - moment > CLAIM_SECONDS


def _sites_of(nights: Nights, address: str) -> tuple[str, ...]:
    from scraper.fetch.plan import CrawlPlan

    run, shard, number = address.split("/")
    return CrawlPlan.read(nights.root / "runs" / run / f"{shard}-{number}.json").sites


def test_a_leader_that_dies_leaves_nothing_asked_twice(tmp_path: Path, papers: dict[str, FaultNewspaper]) -> None:
    storage = str(tmp_path / "storage")
    nights = archive_at(tmp_path / "many", papers, delay=0.2)
    workers = ProcessWorkers(storage, tmp_path)

    class Killed(BaseException):
        pass

    class DiesAtItsPoll(Cluster):
        def _stop(self, run: str, shards: object) -> None:
            """A leader that is killed asks nobody to end."""

    def die(_: float) -> None:
        if len(papers["bao-4"].log) > 12:
            raise Killed

    leader = DiesAtItsPoll(open_objects(storage), workers, wait=die, claim_seconds=CLAIM_SECONDS)
    try:
        with pytest.raises(Killed):
            on_machines(nights, leader)
        assert leave_nothing(storage) != []
        summary = on_machines(nights, cluster_of(storage, workers))
    finally:
        workers.end()
    assert summary.exit_code is ExitCode.OK
    assert [fault for name in papers for fault in wrong(nights, name, 1)] == []
    for name, paper in papers.items():
        asked = [entry.path for entry in paper.log if entry.path.startswith("/xay-dung-dang/2")]
        assert len(asked) - len(set(asked)) <= 1, f"{name}: more than the answer under way was asked for twice"
    assert leave_nothing(storage) == []


def test_a_storage_that_is_away_for_a_while_costs_nothing(tmp_path: Path, papers: dict[str, FaultNewspaper]) -> None:
    root = tmp_path / "storage"
    nights = archive_at(tmp_path / "many", papers, delay=0.2)
    workers = ProcessWorkers(str(root), tmp_path)
    elsewhere = tmp_path / "elsewhere"

    def take_away() -> None:
        root.rename(elsewhere)
        root.write_text("no folder now")
        time.sleep(6)
        root.unlink()
        elsewhere.rename(root)

    thread = kill_when(papers["bao-4"], 6, take_away)
    try:
        summary = on_machines(nights, cluster_of(str(root), workers, claim_seconds=40))
    finally:
        workers.end()
        thread.join(timeout=20)
    assert summary.exit_code is ExitCode.OK
    assert [fault for name in papers for fault in wrong(nights, name, 1)] == []
    assert [run for run in workers.processes if not run.endswith("/1")] == []
