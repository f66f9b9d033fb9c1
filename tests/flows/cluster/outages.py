"""Deaths and outages of Prefect's parts amid a night: the stages of ``make cluster-torture`` that need a server.

The services run once for all stages. Each stage has papers and an archive of its own, and two workers of its own.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flows.cluster.objects import Objects
from tests.faults.newspaper import FaultNewspaper
from tests.faults.nights import Nights, wrong
from tests.flows.cluster.rehearsal import archive, least_gap, start_night
from tests.flows.cluster.services import (
    STORAGE,
    Service,
    Services,
    answers,
    command_of,
    descendants,
    is_crawling,
    until,
)

CLAIM_SECONDS = 20.0
AWAY_SECONDS = 30.0
DELAY = 0.3
LONGEST = 600.0
"""Seconds that a night may take."""


@dataclass
class Scene:
    """A night under way."""

    services: Services
    workers: list[Service]
    papers: Mapping[str, FaultNewspaper]
    leader: int
    objects: Objects

    def amid_the_crawl(self) -> None:
        """Waits until a worker crawls and papers have been asked."""
        until(lambda: any(map(is_crawling, self.workers)), "a crawl")
        until(lambda: sum(len(paper.log) for paper in self.papers.values()) > 10, "the first requests")

    def the_worker(self) -> Service:
        return next(worker for worker in self.workers if is_crawling(worker))


def server_is_away(scene: Scene) -> None:
    scene.amid_the_crawl()
    scene.services.server.kill()
    time.sleep(AWAY_SECONDS)
    _start_server(scene)


def server_is_away_at_submission(scene: Scene) -> None:
    until(lambda: any(key.endswith("/plan.json") for key in scene.objects.keys("runs/")), "the first plan")
    scene.services.server.kill()
    time.sleep(AWAY_SECONDS)
    _start_server(scene)


def _start_server(scene: Scene) -> None:
    scene.services.server.start()
    until(lambda: answers(f"{scene.services.environment['PREFECT_API_URL']}/health"), "Prefect's server")


def database_is_away(scene: Scene) -> None:
    scene.amid_the_crawl()
    scene.services.database.kill()
    time.sleep(AWAY_SECONDS)
    scene.services.database.start()


def storage_hangs(scene: Scene) -> None:
    scene.amid_the_crawl()
    scene.services.s3.signal(signal.SIGSTOP)
    time.sleep(AWAY_SECONDS)
    scene.services.s3.signal(signal.SIGCONT)


def worker_dies_alone(scene: Scene) -> None:
    scene.amid_the_crawl()
    worker = scene.the_worker()
    worker.kill(alone=True)
    worker.start()


def run_of_a_shard_dies(scene: Scene) -> None:
    scene.amid_the_crawl()
    tree = descendants(scene.the_worker().process.pid)
    (run,) = [pid for pid in tree if "prefect" in command_of(pid) and "scraper.crawl" not in command_of(pid)][:1]
    os.kill(run, signal.SIGKILL)


def leader_dies(scene: Scene) -> None:
    scene.amid_the_crawl()
    for pid in [*descendants(scene.leader), scene.leader]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@dataclass(frozen=True)
class Outage:
    """What happens, and with which code the night ends: -9 if its leader is killed."""

    name: str
    strike: Callable[[Scene], None]
    code: int = 0


OUTAGES = (
    Outage("Prefect's server, for 30 seconds", server_is_away),
    Outage("Prefect's server while shards are submitted", server_is_away_at_submission),
    Outage("PostgreSQL, for 30 seconds", database_is_away),
    Outage("the storage hangs for 30 seconds", storage_hangs),
    Outage("a Prefect worker alone, its run goes on", worker_dies_alone),
    Outage("the run of a shard, its worker goes on", run_of_a_shard_dies),
    Outage("the night itself, on Prefect", leader_dies, -signal.SIGKILL),
)


def play(outage: Outage, there: Services, objects: Objects, folder: Path) -> list[str]:
    """One night in which it happens and, if its leader died, the night after: one sentence for each fault."""
    with ExitStack() as stack:
        papers = {}
        for number in (1, 2, 3, 4):
            paper = FaultNewspaper(datetime.now(UTC), first=16 + 2 * number)
            papers[f"bao-{number}"] = stack.enter_context(paper.serving())
        folder.mkdir()
        nights = archive(folder / "archive", papers, delay=DELAY)
        (nights.root / "settings.toml").write_text(
            f'contact = "a@b.vn"\nshards = 4\nstorage = "{STORAGE}"\nclaim_seconds = {CLAIM_SECONDS}\n'
        )
        workers = [there.worker(f"{folder.name}-{number}") for number in (1, 2)]
        for worker in workers:
            stack.callback(worker.end)
        night = start_night(nights, there.environment)
        scene = Scene(there, workers, papers, night.pid, objects)
        outage.strike(scene)
        codes = [night.wait(timeout=LONGEST)]
        if codes[0]:
            codes.append(start_night(nights, there.environment).wait(timeout=LONGEST))
        return _faults(nights, objects, outage, codes)


def _faults(nights: Nights, objects: Objects, outage: Outage, codes: list[int]) -> list[str]:
    faults = [fault for name in nights.papers for fault in wrong(nights, name, 1)]
    if codes[0] != outage.code or codes[-1] != 0:
        said = (nights.root / "nightly.log").read_text()[-2000:]
        faults.append(f"the nights ended with {codes}: {said}")
    logs = {name: sorted(paper.log, key=lambda asked: asked.began) for name, paper in nights.papers.items()}
    if (least := least_gap(logs)) < DELAY * 0.98:
        faults.append(f"a paper was asked again after {least:.2f} s")
    left = objects.keys("runs/")
    return faults + ([f"{len(left)} objects are left in the storage"] if left else [])
