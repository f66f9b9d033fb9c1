"""``make cluster``: a night on two Prefect workers with PostgreSQL and an S3 stand-in, against one machine's.

Everything is started on loopback and ended again, by pid. Where the system allows it, a worker sees nothing of this
machine's disk but programs, and an empty disk of its own. The second night's first worker is killed with all its
children. Then both archives, the papers' own logs and what is left in the storage are compared.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from scraper.fetch.plan import CrawlPlan
from tests.faults.newspaper import Asked, FaultNewspaper
from tests.faults.nights import Nights, wrong
from tests.flows.cluster.services import (
    BIN,
    STORAGE,
    MissingError,
    Service,
    Services,
    is_crawling,
    may_hide_disks,
    sees,
    services,
    until,
)

PAPERS = 20
CLAIM_SECONDS = 40.0
DELAY = 0.5

LEDGERS = {
    "articles": "SELECT site, key, title, lead, body, published_at, state, revision, text_hash, url FROM articles",
    "revisions": "SELECT articles.site, articles.key, count(*) FROM revisions JOIN articles"
    " ON articles.id = revisions.article GROUP BY 1, 2",
    "listed": "SELECT site, key, outcome FROM listed",
    "addresses": "SELECT url FROM addresses",
    "sums of article pages": "SELECT DISTINCT url, payload_digest FROM captures WHERE kind = 'article'"
    " AND status = 200",
    "verdicts of the last run": "SELECT site, verdict FROM run_sites WHERE run = (SELECT max(id) FROM runs)",
}

Logs = Mapping[str, Sequence[Asked]]
"""What each paper was asked, in the order of time."""


def main() -> int:
    """Plays both nights and prints what was found. Returns 0 if nothing differs, 77 if a program is missing."""
    try:
        faults = rehearse(say)
    except MissingError as missing:
        say(f"SKIPPED: {missing}")
        return 77
    for fault in faults:
        say(f"FAULT: {fault}")
    say("VERDICT: " + (f"{len(faults)} faults" if faults else "the same archive as one machine's, the kill included"))
    return 1 if faults else 0


def say(line: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {line}", flush=True)


def rehearse(tell: Callable[[str], None]) -> list[str]:
    """The nights and their comparison: one sentence for each difference."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tinkhoi-cluster-")))
        papers = {}
        for number in range(1, PAPERS + 1):
            paper = FaultNewspaper(datetime.now(UTC), first=4 + number % 7, nightly=2, conditional=True)
            papers[f"bao-{number:02}"] = stack.enter_context(paper.serving())
        one, many = archive(folder / "one", papers, delay=DELAY), archive(folder / "many", papers, delay=DELAY)
        there = stack.enter_context(services(folder))
        tell(f"{there.database.version}, Prefect's server, the S3 stand-in and the deployment crawl-shard are there")
        (many.root / "settings.toml").write_text(
            f'contact = "a@b.vn"\nshards = 4\nstorage = "{STORAGE}"\nclaim_seconds = {CLAIM_SECONDS}\n'
        )
        workers = [there.worker(name) for name in ("w1", "w2")]
        faults: list[str] = []
        for night in (1, 2):
            for paper in papers.values():
                paper.night = night
            tell(f"night {night} on one machine")
            faults += _ended(start_night(one, os.environ), f"night {night}, one machine")
            before = {name: len(paper.log) for name, paper in papers.items()}
            tell(f"night {night} on two workers" + (", one of which is killed" if night == 2 else ""))
            leader = start_night(many, there.environment)
            killed = _kill_amid(workers[0], papers, before, tell) if night == 2 else None
            if night == 1:
                faults += _disks(workers, many, tell)
            faults += _ended(leader, f"night {night}, two workers")
            logs = {
                name: sorted(paper.log[before[name] :], key=lambda asked: asked.began)
                for name, paper in papers.items()
            }
            faults += [f"night {night}: {fault}" for fault in _compared(one, many, papers, night, tell)]
            faults += [f"night {night}: {fault}" for fault in _manners(logs, tell)]
            if killed is not None:
                faults += _taken_up(many, logs, killed, tell)
        return faults + _secrets(there, tell)


def archive(root: Path, papers: Mapping[str, FaultNewspaper], *, delay: float) -> Nights:
    """An empty archive that collects ``papers``."""
    nights = Nights(root)
    for name, paper in papers.items():
        nights.add(name, paper, delay=delay)
    (root / "settings.toml").write_text('contact = "a@b.vn"\n')
    return nights


def start_night(nights: Nights, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Starts ``tinkhoi nightly`` in a process of its own; its output goes to ``nightly.log`` of the archive."""
    program = "from flows.cli import main; main()"
    command: list[Any] = [BIN / "python", "-c", program, "nightly", "--data", str(nights.root)]
    with (nights.root / "nightly.log").open("ab") as log:
        return subprocess.Popen(
            command, env=dict(environment), cwd=nights.root, stdout=log, stderr=log, start_new_session=True
        )


def _ended(process: subprocess.Popen[bytes], name: str) -> list[str]:
    code = process.wait(timeout=900)
    return [f"{name} ended with code {code}"] if code else []


def _disks(workers: Sequence[Service], many: Nights, tell: Callable[[str], None]) -> list[str]:
    """Whether a worker sees a file of the archive's machine, while the leader works on it."""
    if not may_hide_disks():
        tell("  the workers see this machine's disk: no process may have mounts of its own here")
        return []
    database = many.root / "tinkhoi.db"
    until(database.exists, "the archive")
    seen = [worker.name for worker in workers if sees(worker, database)]
    tell(f"  workers that see the archive's files: {', '.join(seen) or 'none, each has an empty disk'}")
    return [f"{name} sees the archive's files" for name in seen]


def _kill_amid(
    worker: Service, papers: Mapping[str, FaultNewspaper], before: Mapping[str, int], tell: Callable[[str], None]
) -> float:
    """Kills a worker with all its children once it is crawling. Returns the moment (monotonic)."""
    until(lambda: is_crawling(worker), f"a crawl of {worker.name}", seconds=300)
    asked = sum(len(paper.log) - before[name] for name, paper in papers.items())
    until(lambda: sum(len(p.log) - before[n] for n, p in papers.items()) > asked + 15, "its first answers")
    worker.kill()
    tell(f"  {worker.name} was killed with all its children")
    return time.monotonic()


def _compared(
    one: Nights, many: Nights, papers: Mapping[str, FaultNewspaper], night: int, tell: Callable[[str], None]
) -> list[str]:
    faults = []
    for name, sql in LEDGERS.items():
        here, there = (sorted(tuple(row.values()) for row in each.rows(sql)) for each in (one, many))
        tell(f"  {name}: {len(here)} rows on one machine, {len(there)} on two workers")
        if here != there:
            faults.append(f"{name} differ: {len(set(here) ^ set(there))} rows")
    return faults + [f"{name}: {fault}" for name in papers for fault in wrong(many, name, night)]


def _manners(logs: Logs, tell: Callable[[str], None]) -> list[str]:
    """Whether a paper was asked by two at once, or sooner than its delay allows, by the papers' own logs."""
    least = least_gap(logs)
    requests = sum(map(len, logs.values()))
    tell(f"  {requests} requests; least time from one to the next at a paper: {least:.2f} s (its delay is {DELAY} s)")
    is_rude = least < DELAY * 0.98
    return [f"a paper was asked again after {least:.2f} s: too soon, or by two at once"] if is_rude else []


def least_gap(logs: Logs) -> float:
    """The least seconds from one request of a paper to its next. Two who ask at once are seen by it."""
    return min(after.began - before.began for log in logs.values() for before, after in pairwise(log))


def _taken_up(many: Nights, logs: Logs, killed: float, tell: Callable[[str], None]) -> list[str]:
    """Whether the killed worker's sites were asked again, and only when its claim was over."""
    run = max((many.root / "runs").iterdir())
    again = [CrawlPlan.read(plan) for plan in sorted(run.glob("shard-*-2.json"))]
    waited = [
        asked.began - killed
        for plan in again
        for site in plan.sites
        for asked in logs[site]
        if asked.began > killed + 0.5  # a request that was under way
    ]
    if not waited:
        return [f"no site of the killed worker was asked again ({len(again)} second attempts)"]
    tell(
        f"  second attempts: {len(again)}; from the kill to the first request of one: {min(waited):.0f} s"
        f" (a claim stands for {CLAIM_SECONDS:.0f} s)"
    )
    early = sum(seconds <= CLAIM_SECONDS for seconds in waited)
    return [f"{early} requests of a second attempt came before the claim was over"] if early else []


def _secrets(there: Services, tell: Callable[[str], None]) -> list[str]:
    """Whether a secret stands in a file that anybody wrote, or in what Prefect's server keeps of the runs."""
    found = there.told_secrets()
    kept = _kept_by_prefect(there.environment)
    found += [f"Prefect's {what}" for what, text in kept.items() if any(each in text for each in there.secrets)]
    tell(f"  secrets in files, logs, reports or Prefect's records: {', '.join(found) or 'none'}")
    return [f"{what} holds a secret" for what in found]


def _kept_by_prefect(environment: Mapping[str, str]) -> dict[str, str]:
    """What Prefect's server tells of its runs, by kind, as JSON."""
    secret = b64encode(environment["PREFECT_API_AUTH_STRING"].encode()).decode()
    told = {}
    for kind in ("logs", "flow_runs", "task_runs", "artifacts", "deployments", "work_pools"):
        question = urllib.request.Request(
            f"{environment['PREFECT_API_URL']}/{kind}/filter",
            data=json.dumps({"limit": 200}).encode(),
            headers={"Authorization": f"Basic {secret}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(question, timeout=30) as answer:
            told[kind] = answer.read().decode()
    return told


if __name__ == "__main__":
    sys.exit(main())
