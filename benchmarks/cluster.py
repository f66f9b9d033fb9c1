"""What a night costs on Prefect's workers, and how reading goes with their number.

    python benchmarks/cluster.py nights     # 200 papers with real delays on 1, 2 and 4 workers
    python benchmarks/cluster.py reading    # recorded captures, read by one process and by two, a core each

``nights`` starts PostgreSQL, Prefect's server, an S3 stand-in and the workers on loopback, as ``make cluster`` does.
The papers are of very different size. The storage is reached through a counter of bytes. With four workers a second
night is played, whose shards are cut by what each site cost in the first. The balance is the most CPU seconds of a
worker, divided by their mean.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from newspaper import Newspaper, serve
from nights import night as one_machine
from nights import write_site

from flows.storage.folder import DataFolder
from scraper.fetch.plan import CrawlPlan
from scraper.reading.during_crawl import SUFFIX
from scraper.store import open_reader
from tests.flows.cluster.services import STORAGE, Service, Services, services
from tests.places import REPOSITORY

DELAY = 2.0
SLOTS = 2  # crawls that a worker runs at once
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """What one night cost, and what it brought."""

    wall: float  # seconds
    writer: float  # CPU seconds of the leader
    workers: list[float]  # CPU seconds of each worker and its children, over what it costs idle
    sent: int  # bytes to the storage, of all machines
    fetched: int  # bytes from it
    stored: int  # bytes by which database and captures grew
    new: int
    code: int

    @property
    def balance(self) -> float:
        """The most of a worker in the mean of all."""
        return max(self.workers) / (sum(self.workers) / len(self.workers))


class Counter:
    """A relay of loopback that counts the bytes each way."""

    def __init__(self, to: int) -> None:
        self.to, self.sent, self.fetched = to, 0, 0
        self.port = 0
        ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True).start()
        ready.wait()

    async def _serve(self, ready: threading.Event) -> None:
        server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await server.serve_forever()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            behind, before = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._pass(reader, before, "sent"), self._pass(behind, writer, "fetched"))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        try:
            while block := await reader.read(65536):
                setattr(self, way, getattr(self, way) + len(block))
                writer.write(block)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()


def papers(count: int, began: datetime) -> dict[str, Newspaper]:
    """So many papers, each with a host of its own: of 100, four have 16 articles, and seventy have 2."""
    sizes = [16] * 4 + [8] * 10 + [4] * 16 + [2] * 70
    return {
        f"paper-{n:05}": Newspaper(
            f"127.9.{n // 250}.{n % 250 + 1}", sizes[n * 37 % 100], began, nightly=sizes[n * 37 % 100]
        )
        for n in range(count)
    }


def cpu_of(worker: Service) -> float:
    """CPU seconds of a worker and of its children that have ended."""
    fields = Path(f"/proc/{worker.process.pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def play(root: Path, there: Services, counter: Counter, workers: Sequence[Service]) -> Cost:
    """One night of the archive in ``root``."""
    data, began = DataFolder(root=root), time.monotonic()
    sent, fetched, stored = counter.sent, counter.fetched, _stored(data)
    before = [cpu_of(worker) for worker in workers]
    command = [sys.executable, "-c", "from flows.cli import main; main()", "nightly", "--data", str(root)]
    environment = {**there.environment, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{counter.port}"}
    with (root / "nightly.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, cwd=root, stdout=log, stderr=log)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - began
    time.sleep(5)  # the last runs end, so that their CPU is told
    with open_reader(data.database) as archive:
        new = archive.value("SELECT coalesce(sum(new), 0) FROM run_sites WHERE run = (SELECT max(id) FROM runs)")
    return Cost(
        wall=wall,
        writer=used.ru_utime + used.ru_stime,
        workers=[cpu_of(worker) - cost for worker, cost in zip(workers, before, strict=True)],
        sent=counter.sent - sent,
        fetched=counter.fetched - fetched,
        stored=_stored(data) - stored,
        new=int(new or 0),
        code=process.returncode,
    )


def _stored(data: DataFolder) -> int:
    kept = [*data.root.glob("tinkhoi.db*"), *data.captures.glob("*.warc.gz")]
    return sum(path.stat().st_size for path in kept)


def nights(count: int, numbers: Sequence[int]) -> int:
    """Prints a row for each night. Returns 1 if a night failed or missed an article."""
    shown = papers(count, datetime.now(UTC).replace(second=0, microsecond=0))
    print(
        "| workers | night | wall s | CPU s of the writer | ms a site | CPU s of each worker | max / mean |"
        " MB sent to the storage | MB fetched | MB stored | new |\n|" + "---|" * 11,
        flush=True,
    )
    wrong = 0
    with (
        tempfile.TemporaryDirectory(prefix="tinkhoi-cluster-") as name,
        serve(list(shown.values())) as serving,
        services(Path(name)) as there,
    ):
        folder = Path(name)
        counter = Counter(int(there.environment["AWS_ENDPOINT_URL"].rpartition(":")[2]))
        for number in numbers:
            root = folder / f"on-{number}"
            for site, paper in shown.items():
                write_site(root, site, paper, serving.port, delay=DELAY)
            (root / "settings.toml").write_text(
                f'contact = "a@b.vn"\nstorage = "{STORAGE}"\nshards = {number * SLOTS}\n', encoding="utf-8"
            )
            workers = [_worker(there, counter, f"on-{number}-{n}") for n in range(number)]
            for night in (1, 2) if number > 2 else (1,):
                serving.night(night)
                cost = play(root, there, counter, workers)
                _tell(number, night, cost, count)
                expected = sum(paper.out(night) - (paper.out(1) if night > 1 else 0) for paper in shown.values())
                wrong += bool(cost.code or cost.new != expected)
                if cost.code or cost.new != expected:
                    print(f"  WRONG: code {cost.code}, {cost.new} new articles instead of {expected}")
                    print((root / "nightly.log").read_text()[-2000:], file=sys.stderr)
            serving.night(1)
            for worker in workers:
                worker.end()
    return 1 if wrong else 0


def _worker(there: Services, counter: Counter, name: str) -> Service:
    environment = {**there.environment, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{counter.port}"}
    counted = Services(**{**vars(there), "environment": environment})
    return counted.worker(name, limit=SLOTS)


def _tell(number: int, night: int, cost: Cost, sites: int) -> None:
    print(
        f"| {number} | {night} | {cost.wall:.0f} | {cost.writer:.1f} | {cost.writer / sites * 1000:.0f} |"
        f" {' + '.join(f'{cpu:.0f}' for cpu in cost.workers)} | {cost.balance:.2f} | {cost.sent / 1e6:.1f} |"
        f" {cost.fetched / 1e6:.1f} | {cost.stored / 1e6:.1f} | {cost.new} |",
        flush=True,
    )


def reading(count: int, rounds: int) -> int:
    """Prints how much faster two read than one. Returns 1 if that is less than 1.7 times."""
    began = datetime.now(UTC).replace(second=0, microsecond=0)
    shown = {f"paper-{n:05}": Newspaper(f"127.9.8.{n + 1}", 10, began) for n in range(count)}
    cores = sorted(os.sched_getaffinity(0))[:2]
    with tempfile.TemporaryDirectory() as name, serve(list(shown.values())) as serving:
        folder = Path(name)
        for site, paper in shown.items():
            write_site(folder, site, paper, serving.port, delay=0.05)
        one_machine(folder, datetime.now(UTC))
        plans = sorted(next((folder / "runs").iterdir()).glob("shard-?.json"))
        size = sum(CrawlPlan.read(plan).captures.stat().st_size for plan in plans)
        print(f"{count} papers, {len(plans)} captures of {size / 1e6:.1f} MB, cores {cores}", flush=True)
        gained = []
        for number in range(1, rounds + 1):
            with clock() as alone:
                cpu_alone = [cost for plan in plans for cost in _read([(plan, cores[0])])]
            pages = _pages(plans)
            with clock() as together:
                cpu_together = _read(list(zip(plans, cores, strict=True)))
            if _pages(plans) != pages:
                raise SystemExit("two did not read what one had read")
            gained.append(alone[0] / together[0])
            print(
                f"round {number}: one worker {alone[0]:.2f} s, two workers {together[0]:.2f} s:"
                f" {gained[-1]:.2f} times; by CPU {sum(cpu_alone):.2f} s and {max(cpu_together):.2f} s:"
                f" {sum(cpu_alone) / max(cpu_together):.2f} times ({pages} pages)",
                flush=True,
            )
    print(f"best: two workers are {max(gained):.2f} times as fast as one; 1.7 at least")
    return 0 if max(gained) >= 1.7 else 1


@contextmanager
def clock() -> Iterator[list[float]]:
    """The seconds that the block takes, once it has ended."""
    taken: list[float] = []
    began = time.monotonic()
    yield taken
    taken.append(time.monotonic() - began)


def _read(work: Sequence[tuple[Path, int]]) -> list[float]:
    """Reads the captures of each plan in a process of its own, on a core of its own, at once. Returns their CPU."""
    environment: Mapping[str, Any] = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    running = []
    for plan, core in work:
        plan.with_suffix(SUFFIX).unlink(missing_ok=True)
        reader = [sys.executable, "-m", "scraper.reading.during_crawl", str(plan)]
        command = ["taskset", "--cpu-list", str(core), *reader]
        running.append(subprocess.Popen(command, stdin=subprocess.PIPE, env=environment))
    for process in running:
        assert process.stdin is not None
        process.stdin.write(b"end\n")
        process.stdin.close()
    costs = []
    for process in running:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"reading ended with code {process.returncode}")
        costs.append(used.ru_utime + used.ru_stime)
    return costs


def _pages(plans: Sequence[Path]) -> int:
    return sum(len(plan.with_suffix(SUFFIX).read_bytes().splitlines()) for plan in plans)


def main() -> int:
    """Runs what was asked for; 1 where something was wrong."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("what", choices=["nights", "reading"])
    ask.add_argument("--papers", type=int)
    ask.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    ask.add_argument("--rounds", type=int, default=3)
    asked = ask.parse_args()
    if asked.what == "reading":
        if shutil.which("taskset") is None:
            raise SystemExit("taskset (util-linux) is not here")
        return reading(asked.papers or 60, asked.rounds)
    return nights(asked.papers or 200, asked.workers)


if __name__ == "__main__":
    sys.exit(main())
