"""Where the crawls of a run take place: on this machine, or on others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from flows.outcome.crawl_end import CrawlEnd
from flows.runs.crawls import crawls
from flows.runs.steps import Steps
from flows.storage.folder import DataFolder
from scraper.sites import Site

PlanAgain = Callable[[Path, int], Path]
"""Writes the plan for what a dead crawl has left to do. It takes that plan and the attempt's number."""


class Machines(Protocol):
    """Runs crawls somewhere."""

    def fetch_left(self, data: DataFolder, sites: Mapping[str, Site]) -> frozenset[str]:
        """Sees to it that no crawl of an earlier run goes on. Returns the runs whose captures it brought here."""

    def crawls(
        self, plans: Sequence[Path], steps: Steps, plan_again: PlanAgain, data: DataFolder, sites: Mapping[str, Site]
    ) -> AbstractContextManager[Iterator[CrawlEnd]]:
        """Starts a crawl for each plan and gives an iterator of their ends. None goes on behind the block."""

    def clear(self, run: str) -> None:
        """Deletes what is kept elsewhere of a run that is in the archive. A failure is logged."""


class ThisMachine:
    """Crawls in child processes of this one."""

    def fetch_left(self, data: DataFolder, sites: Mapping[str, Site]) -> frozenset[str]:
        """Nothing: the captures are where they were written."""
        return frozenset()

    def crawls(
        self, plans: Sequence[Path], steps: Steps, plan_again: PlanAgain, data: DataFolder, sites: Mapping[str, Site]
    ) -> AbstractContextManager[Iterator[CrawlEnd]]:
        """A child process for each plan."""
        return crawls(plans, steps)

    def clear(self, run: str) -> None:
        """Nothing."""
