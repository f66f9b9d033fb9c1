"""Runs crawls as child processes, and beside each a process that reads its pages; they end with their parent."""

from __future__ import annotations

import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from flows.outcome.crawl_end import CrawlEnd
from flows.runs.steps import CrawlWatcher, Steps
from scraper.fetch.plan import CrawlPlan

log = logging.getLogger("tinkhoi")

GRACE_SECONDS = 5.0
WORTH_READING = 256 * 1024
"""From this many bytes of captures on, a process reads them ahead. Fewer are read faster than a process starts."""


@contextmanager
def crawls(
    plans: Sequence[Path], steps: Steps, *, each_poll: Callable[[], None] = lambda: None
) -> Iterator[Iterator[CrawlEnd]]:
    """Starts a child for each plan and gives an iterator of their ends, in the order they end.

    Each crawl is watched by the watcher that ``steps`` has for it. ``each_poll`` is called at least twice a second
    while ends are waited for; what it raises leaves the block.
    While a crawl captures many pages, a second child reads them (:mod:`scraper.reading.during_crawl`). The crawl
    counts as ended when that child has read them all. However the block is left, no child stays behind: each is
    asked to end and, after five seconds, killed.
    """
    works: list[_Work] = []
    try:
        events: _Events = queue.Queue()
        for plan in plans:
            works.append(_Work(plan, events, steps))
        yield _ends(works, events, each_poll)
    finally:
        children = [child for work in works for child in work.children]
        for child in children:
            child.ask_to_end()
        for child in children:
            child.end()
        for work in works:
            work.stop_watching()


class _Work:
    """The crawl of one plan, and the reading ahead of its pages once there are enough of them."""

    def __init__(self, plan: Path, events: _Events, steps: Steps) -> None:
        self.plan = plan
        self.crawl_plan = CrawlPlan.read(plan)
        self.crawl = _Child("scraper.crawl", plan, plan.with_suffix(".log"), events)
        self.reading: _Child | None = None
        self._events = events
        self._watcher: CrawlWatcher | None = steps.watch(self.crawl_plan, plan)

    @property
    def children(self) -> list[_Child]:
        return [self.crawl, self.reading] if self.reading else [self.crawl]

    @property
    def has_ended(self) -> bool:
        return all(child.has_ended for child in self.children)

    def read_ahead(self) -> None:
        """Starts the reading ahead if it is worth it and has not started."""
        captures = self.crawl_plan.captures
        if self.reading is None and captures.exists() and captures.stat().st_size >= WORTH_READING:
            log_file = self.plan.with_suffix(".reading.log")
            self.reading = _Child("scraper.reading.during_crawl", self.plan, log_file, self._events)

    def hear(self, line: str) -> None:
        """Passes on a line that the crawl printed."""
        try:
            told = json.loads(line)
        except ValueError:
            return
        if isinstance(told, dict) and self._watcher is not None:
            self._watcher.progress(told)

    def stop_watching(self, end: CrawlEnd | None = None) -> None:
        """Tells the watcher once how the crawl ended; None if the run is being stopped."""
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.ended(end)

    def end(self) -> CrawlEnd:
        code = self.crawl.process.wait()
        if self.reading is not None and self.reading.process.wait():
            log.warning(
                "%s: reading ahead failed, see %s; what it left is read now", self.plan.stem, self.reading.log
            )
        try:
            stats = json.loads(self.crawl_plan.stats.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            stats = {}
        end = CrawlEnd(plan=self.plan, exit_code=code, stats=stats, log=self.crawl.log, sites=self.crawl_plan.sites)
        self.stop_watching(end)
        return end


class _Child:
    """One process. A thread reads its standard output; the main thread starts and ends it."""

    def __init__(self, module: str, plan: Path, log_file: Path, events: _Events) -> None:
        self.plan = plan
        self.log = log_file
        self.has_ended = False
        self._log: IO[bytes] = log_file.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, str(plan)],
            stdin=subprocess.PIPE,  # when it closes, the child knows that we are gone
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=Path(__file__).resolve().parents[2],
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        self._reader = threading.Thread(target=self._read, args=(events,), daemon=True)
        self._reader.start()

    def _read(self, events: _Events) -> None:
        assert self.process.stdout is not None  # noqa: S101 - asked for above
        for line in self.process.stdout:
            events.put((self, line.decode("utf-8", "replace")))
        events.put((self, None))

    def tell(self, line: bytes) -> None:
        """Writes to its standard input, if it still reads."""
        assert self.process.stdin is not None  # noqa: S101 - asked for above
        with suppress(BrokenPipeError):
            self.process.stdin.write(line)
            self.process.stdin.flush()

    def ask_to_end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def end(self) -> int:
        try:
            code = self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self._log):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()
        return code


_Events = queue.Queue[tuple[_Child, str | None]]
"""Lines that children print, and None when one has ended."""


def _ends(works: Sequence[_Work], events: _Events, each_poll: Callable[[], None]) -> Iterator[CrawlEnd]:
    running = list(works)
    while running:
        each_poll()
        for work in running:
            if not work.crawl.has_ended:
                work.read_ahead()
        try:
            child, line = events.get(timeout=0.5)
        except queue.Empty:
            continue  # woken so that a signal is seen at once on every system
        work = next(work for work in running if child in work.children)
        if line is not None:
            work.hear(line)
            continue
        child.has_ended = True
        if child is work.crawl and work.reading is not None:
            work.reading.tell(b"end\n")
        if work.has_ended:
            running.remove(work)
            yield work.end()
