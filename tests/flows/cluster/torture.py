"""``make cluster-torture``: kills at named stages of a night on many machines lose, double and leave nothing.

First, workers and the leader are processes on this machine that meet in a folder. Each dies with SIGKILL, its
children with it, at a write of the storage: before the write, or just after it. The night after must make the archive
whole. Then Prefect's workers meet in an S3 stand-in, and Prefect's parts die or are away (``outages.py``).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flows.cluster.leader import Cluster
from flows.cluster.open_storage import open_objects
from flows.runs.night import run_night
from flows.storage.folder import DataFolder
from tests.faults.newspaper import FaultNewspaper
from tests.faults.nights import Nights, wrong
from tests.flows.cluster.machines import ProcessWorkers, dying
from tests.flows.cluster.outages import OUTAGES, Outage
from tests.flows.cluster.outages import play as play_outage
from tests.flows.cluster.services import STORAGE, MissingError, services
from tests.places import REPOSITORY

CLAIM_SECONDS = 10.0


@dataclass(frozen=True)
class Stage:
    """Who dies, and when: ``at`` is read by :func:`tests.flows.cluster.machines.dying`."""

    name: str
    who: str  # worker, leader or storage
    at: str = ""
    codes: tuple[int | None, ...] = (0,)  # of the night in which it happens; None: the leader was killed


STAGES = (
    Stage("a worker before it has its claim", "worker", "/claim$ 1 before"),
    Stage("a worker just after it has its claim", "worker", "/claim$ 1 after"),
    Stage("a worker in the middle of its first upload", "worker", "/captures/ 1 before"),
    Stage("a worker between two parts", "worker", "/captures/ 1 after"),
    Stage("a worker when all is put but its end", "worker", r"/end\.json$ 1 before"),
    Stage("a worker after its end, its claim not released", "worker", r"/end\.json$ 1 after"),
    Stage("the leader while it gives out shards", "leader", r"/plan\.json$ 2 before", (None,)),
    Stage("the leader when all shards are given out", "leader", r"/plan\.json$ 2 after", (None,)),
    Stage("the leader while it stores", "leader", "ingest", (None,)),
    Stage("the leader while it clears the storage", "leader", "/captures/ 1 after", (None,)),
    Stage("the storage, for six seconds", "storage"),
)


def main() -> int:
    """Plays every stage, or those whose names hold the words given. Returns 0 if nothing was wrong."""
    words = sys.argv[1:]
    chosen = [stage for stage in STAGES if all(word in stage.name for word in words)]
    outages = [outage for outage in OUTAGES if all(word in outage.name for word in words)]
    results = []
    for stage in chosen:
        with tempfile.TemporaryDirectory(prefix="tinkhoi-cluster-") as folder:
            results.append(_told(stage.name, partial(play, Path(folder), stage)))
    missing = ""
    if outages:
        try:
            results += _outages(outages)
        except MissingError as error:
            missing = f"; {len(outages)} SKIPPED: {error}"
    print(f"VERDICT: {sum(results)} of {len(results)} stages well{missing}")
    return 0 if results and all(results) else 1


def _outages(outages: Sequence[Outage]) -> list[bool]:
    with tempfile.TemporaryDirectory(prefix="tinkhoi-cluster-") as name, ExitStack() as stack:
        folder = Path(name)
        there = stack.enter_context(services(folder))
        for variable in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
            os.environ[variable] = there.environment[variable]
        objects = open_objects(STORAGE)
        return [
            _told(outage.name, partial(play_outage, outage, there, objects, folder / f"stage-{number}"))
            for number, outage in enumerate(outages)
        ]


def _told(name: str, played: Callable[[], list[str]]) -> bool:
    begun = time.monotonic()
    faults = played()
    said = "; ".join(faults) or "nothing lost, nothing doubled"
    print(f"{name}: {said} ({time.monotonic() - begun:.0f} s)", flush=True)
    return not faults


def play(folder: Path, stage: Stage) -> list[str]:
    """One stage: the night in which it happens and, if the leader died or the night says so, the night after."""
    with ExitStack() as stack:
        nights = Nights(folder / "archive")
        for number in (1, 2, 3):
            paper = FaultNewspaper(datetime.now(UTC), first=8 + 2 * number)
            nights.add(f"bao-{number}", stack.enter_context(paper.serving()), delay=0.2)
        storage = folder / "storage"
        if stage.who == "leader":
            codes = [_in_a_process(nights, storage, stage.at)]
        else:
            away = _taken_away(storage, nights.papers) if stage.who == "storage" else None
            codes = [_here(nights, storage, stage.at)]
            if away is not None:
                away.join(30)
        if codes[0] != 0:
            codes.append(_here(nights, storage, ""))
        return _faults(nights, storage, stage, codes)


def _faults(nights: Nights, storage: Path, stage: Stage, codes: list[int | None]) -> list[str]:
    faults = [fault for name in nights.papers for fault in wrong(nights, name, 1)]
    if codes[0] not in stage.codes or codes[-1] != 0:
        faults.append(f"the nights ended with {codes}")
    if nights.integrity() != "ok":
        faults.append(nights.integrity())
    left = open_objects(str(storage)).keys("runs/")
    return faults + ([f"{len(left)} objects are left in the storage"] if left else [])


def _here(nights: Nights, storage: Path, first_dies: str) -> int:
    """A night whose leader is this process. Returns its exit code."""
    workers = ProcessWorkers(str(storage), storage.parent, first_dies=first_dies)
    cluster = Cluster(
        open_objects(str(storage)), workers, poll_seconds=0.3, claim_seconds=CLAIM_SECONDS, least_pause=1
    )
    try:
        return int(run_night(replace(nights.request(), processes=2), machines=cluster).exit_code)
    finally:
        workers.end()


def _in_a_process(nights: Nights, storage: Path, at: str) -> int | None:
    """A night whose leader is a process of its own and dies. None if it was killed; its workers go on."""
    arguments = [str(nights.root), str(storage), at, *nights.papers]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.flows.cluster.torture", "--leader", *arguments],
        cwd=REPOSITORY,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    code = process.wait(timeout=300)
    return None if code == -signal.SIGKILL else code


def _lead(root: str, storage: str, at: str, *sites: str) -> None:
    """The process that :func:`_in_a_process` starts."""
    if at == "ingest":
        import flows.runs.night as night

        def killed(*_: object, **__: object) -> None:
            os.killpg(os.getpid(), signal.SIGKILL)

        night.ingest = killed  # type: ignore[assignment]
    objects = open_objects(storage) if at == "ingest" else dying(open_objects(storage), at)
    workers = ProcessWorkers(storage, Path(storage).parent)
    cluster = Cluster(objects, workers, poll_seconds=0.3, claim_seconds=CLAIM_SECONDS, least_pause=1)
    nights = Nights(Path(root))
    request = replace(nights.request(), data=DataFolder(root=Path(root)), sites=sites, processes=2)
    run_night(request, machines=cluster)


def _taken_away(storage: Path, papers: Mapping[str, FaultNewspaper]) -> threading.Thread:
    """Moves the storage away for six seconds, amid the crawl."""

    def take() -> None:
        while sum(len(paper.log) for paper in papers.values()) < 10:
            time.sleep(0.05)
        elsewhere = storage.with_name("elsewhere")
        storage.rename(elsewhere)
        storage.write_text("no folder now")
        time.sleep(6)
        storage.unlink()
        elsewhere.rename(storage)

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    return thread


if __name__ == "__main__":
    if sys.argv[1:2] == ["--leader"]:
        _lead(*sys.argv[2:])
    else:
        sys.exit(main())
