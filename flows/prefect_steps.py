"""The steps of a run as Prefect tasks: those of the main thread, and one that follows each crawl.

The crawls are started, watched and ended by the main thread, where signals arrive. The task of a crawl runs in a
thread of Prefect's: it only hears what the main thread tells it, and shows it as progress, log lines and an end.
"""

from __future__ import annotations

import logging
import queue
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast
from uuid import UUID

from prefect import State, task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.states import Cancelled, Completed, Failed

from flows.outcome.crawl_end import CrawlEnd
from flows.runs.steps import CrawlWatcher, Progress, in_words
from scraper.fetch.plan import CrawlPlan

log = logging.getLogger("tinkhoi")
crawl_log = logging.getLogger("tinkhoi.crawl")
"""For the lines of a crawl's own log: they are shown with its task, and not on our console."""

SHOWN_SITES = 3
MOST_LINES = 1000
"""Lines of a crawl's log shown with its task; the file has all."""

_HEAD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[(?P<logger>[^\]]+)\] (?P<level>[A-Z]+): (?P<said>.*)")


class TaskSteps:
    """Makes Prefect tasks of the steps of a run."""

    def step(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        """A task that runs where it is called."""
        return _as_task(function, function.__name__, name)

    def watch(self, plan: CrawlPlan, file: Path) -> CrawlWatcher:
        """A task that follows the crawl from another thread."""
        return CrawlTask(plan, file)


class CrawlTask:
    """One crawl as a task run: running while the crawl runs, with its progress, its log lines and its end."""

    def __init__(self, plan: CrawlPlan, file: Path) -> None:
        self.shard = file.stem
        self.name = f"crawl {file.stem}: {', '.join(plan.sites[:SHOWN_SITES])}"
        if len(plan.sites) > SHOWN_SITES:
            self.name += f" and {len(plan.sites) - SHOWN_SITES} more"
        self._log_lines = log_lines(file.with_suffix(".log"))
        self._news: queue.Queue[Progress | CrawlEnd | None] = queue.Queue()
        self._run: PrefectFuture[Any] = _as_task(self.follow, "crawl", self.name).submit()  # type: ignore[attr-defined]

    def progress(self, told: Progress) -> None:
        """Passes on a line of progress."""
        self._news.put(told)

    def ended(self, end: CrawlEnd | None) -> None:
        """Passes on the end, and waits until the task has shown it; a run that is stopped has no time to wait."""
        self._news.put(end)
        if end is not None:
            self._run.wait(timeout=10)

    def follow(self) -> State[Any]:
        """The body of the task: shows what is told until the end is, which is the task's state."""
        artifact = cast(UUID, create_progress_artifact(0.0, description=self.name))
        while True:
            try:
                told = self._news.get(timeout=2)
            except queue.Empty:
                self.pass_on_log()
                continue
            self.pass_on_log()
            if told is None:
                return Cancelled(message="The run was stopped; what was captured is kept.")
            if isinstance(told, CrawlEnd):
                break
            log.info("%s: %s", self.shard, in_words(told))
            update_progress_artifact(artifact, progress=percent(told))
        if told.failure is not None:
            return Failed(message=str(told.failure))
        update_progress_artifact(artifact, progress=100.0)
        return Completed(message=f"{told.stats.get('downloader/response_count', 0)} answers")

    def pass_on_log(self) -> None:
        """Shows what the crawl has logged since the last time."""
        for level, line in self._log_lines:
            if level < 0:
                break
            crawl_log.log(level, "%s", line)


def percent(told: Progress) -> float:
    """How much of what was found has been asked and answered. It falls when a list page shows new articles."""
    found = int(told.get("found", 0))
    return 100.0 * min(int(told.get("responses", 0)), found) / found if found else 0.0


def log_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Level and text of the lines of a crawl's log that are worth showing; level -1 means that there are no more yet.

    Worth showing are warnings, with their tracebacks, and what our own modules say; not Scrapy's settings.
    """
    shown, level = 0, 0
    file: IO[str] | None = None
    part = ""
    while shown < MOST_LINES:
        if file is None and path.exists():
            file = path.open(encoding="utf-8", errors="replace")
        part += file.readline() if file is not None else ""
        if not part.endswith("\n"):
            yield -1, ""
            continue
        line, part = part.rstrip("\n"), ""
        if head := _HEAD.match(line):
            level = logging.getLevelNamesMapping().get(head["level"], logging.INFO)
            if level < logging.WARNING and not head["logger"].startswith("scraper."):
                level = 0
            line = head["said"]
        if level:
            shown += 1
            yield level, line
    yield logging.WARNING, f"more than {MOST_LINES} lines; see {path}"
    while True:
        yield -1, ""


def _as_task(function: Callable[..., Any], name: str, run_name: str) -> Callable[..., Any]:
    made: Callable[..., Any] = task(
        name=name,
        task_run_name=run_name.replace("{", "(").replace("}", ")"),
        cache_policy=NO_CACHE,
        persist_result=False,
    )(function)
    return made
