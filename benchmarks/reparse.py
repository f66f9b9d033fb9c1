"""How the reparse spreads over the cores: `python benchmarks/reparse.py [COPIES] [ROUNDS]`.

Pages of the sample newspaper, written COPIES times over, are read again by one process and by two, in turn, so that
what else the machine does meets both alike. Said is the median of wall time of each and their ratio (asked: ≤ 0.65).
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import datetime
from datetime import time as clock
from pathlib import Path

from scraper.reading.parallel import Task, read_again


def collected(root: Path) -> list[Task]:
    """The tasks of a first night on the sample newspaper."""
    # Imported here, for each process of the pool imports this file, and needs none of them.
    from flows.runs.night import run_night
    from flows.runs.reparse import tasks
    from flows.runs.request import NightRequest
    from flows.storage.folder import DataFolder
    from scraper.clock import VIETNAM
    from scraper.sample import SITE_ID, SampleNewspaper
    from scraper.sites import load_sites
    from scraper.store import open_reader

    data = DataFolder(root=root)
    newspaper = SampleNewspaper(today=datetime.now(VIETNAM).date())
    with newspaper.serve() as server:
        (root / "sites").mkdir()
        (root / "sites" / f"{SITE_ID}.toml").write_text(newspaper.site_file(server.url), encoding="utf-8")
        begins = datetime.combine(newspaper.today, clock(1, 30), VIETNAM)
        run_night(NightRequest(data=data, sites=(SITE_ID,), trigger="demo", now=begins))
    with open_reader(data.database) as archive:
        return tasks(archive, data, load_sites(data.site_folders))


def wall(some_tasks: list[Task], workers: int) -> float:
    """Seconds of wall time, the start of the processes included."""
    began = time.monotonic()
    read = sum(1 for _ in read_again(some_tasks, workers))
    assert read == len(some_tasks)
    return time.monotonic() - began


def main(copies: int = 30, rounds: int = 5) -> None:
    """Prints one line a round, then the medians."""
    with tempfile.TemporaryDirectory() as folder:
        once = collected(Path(folder))
        many = [replace(task, capture=number) for number, task in enumerate(once * copies)]
        print(f"{len(many)} captures, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        times: dict[int, list[float]] = {1: [], 2: []}
        for number in range(rounds):
            for workers in (1, 2) if number % 2 == 0 else (2, 1):
                times[workers].append(wall(many, workers))
            print(f"  one {times[1][-1]:.2f} s, two {times[2][-1]:.2f} s, load {os.getloadavg()[0]:.1f}")
        one, two = (statistics.median(times[workers]) for workers in (1, 2))
        ratio = statistics.median(b / a for a, b in zip(times[1], times[2], strict=True))
        print(f"median: one {one:.2f} s, two {two:.2f} s; ratio {two / one:.2f} ({ratio:.2f} round by round)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
