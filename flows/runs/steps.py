"""How a run shows its steps to whoever watches it. A run without Prefect logs them; Prefect makes tasks of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from flows.outcome.crawl_end import CrawlEnd
from scraper.fetch.plan import CrawlPlan
from scraper.text.sentence import Sentence

log = logging.getLogger("tinkhoi")

Progress = Mapping[str, Any]
"""One line of a crawl about itself, as ``scraper.fetch.progress`` prints it."""


class CrawlWatcher(Protocol):
    """Follows one crawl. Its methods are called in the main thread and return at once."""

    def progress(self, told: Progress) -> None:
        """The crawl has printed a line."""

    def ended(self, end: CrawlEnd | None) -> None:
        """The crawl has ended, or the run is being stopped (None)."""


class Steps(Protocol):
    """Makes the steps of a run visible."""

    def step(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        """``function`` as a visible step with a name for people. It runs where it is called, in the main thread."""

    def watch(self, plan: CrawlPlan, file: Path) -> CrawlWatcher:
        """A watcher of the crawl that starts with the plan of ``file``."""


class LoggedSteps:
    """The steps of a run without Prefect: functions are called as they are, and progress is logged."""

    def step(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        """The function itself."""
        return function

    def watch(self, plan: CrawlPlan, file: Path) -> CrawlWatcher:
        """A watcher that logs what the crawl prints."""
        return _LoggedCrawl(file.stem)


class _LoggedCrawl:
    def __init__(self, shard: str) -> None:
        self.shard = shard

    def progress(self, told: Progress) -> None:
        log.info("%s: %s", self.shard, in_words(told))

    def ended(self, end: CrawlEnd | None) -> None:
        pass


def in_words(told: Progress) -> str:
    """A line of progress for people: ``requests 12 · responses 11 · articles 5 · site baoapbac``."""
    known = {name: value for name, value in told.items() if value is not None}  # no site before the first answer
    said = (Sentence("{name} {value}", name=_NAMES.get(name, name), value=value) for name, value in known.items())
    return Sentence.row(said, " · ")


_NAMES = {
    "requests": Sentence("requests"),
    "responses": Sentence("responses"),
    "found": Sentence("found"),
    "articles": Sentence("articles"),
    "site": Sentence("site"),
}
"""What a crawl counts, in words."""
