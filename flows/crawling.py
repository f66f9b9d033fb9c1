"""Crawls as child processes: started together, watched, and ended with their parent."""

from __future__ import annotations

import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from scraper.fetch.plan import CrawlPlan
from scraper.sites import Site

log = logging.getLogger("tinkhoi")

GRACE_SECONDS = 5.0
NO_SPACE = 3
"""The exit code of a crawl that could not write its captures."""


@dataclass(frozen=True)
class CrawlEnd:
    """How one child ended. Its exit code alone proves nothing: Scrapy ends with 0 after errors."""

    plan: Path
    exit_code: int
    stats: Mapping[str, Any]  # Scrapy's statistics; empty where the child left none
    log: Path
    sites: tuple[str, ...] = ()

    @property
    def disk_full(self) -> bool:
        """Whether captures could not be written for lack of space."""
        return self.exit_code == NO_SPACE

    @property
    def failure(self) -> str | None:
        """What went wrong with the crawl as a whole, in plain words, or None."""
        if self.disk_full:
            return "no space left to write captures"
        reason = self.stats.get("finish_reason")
        if reason is None:
            return f"the crawl ended with code {self.exit_code} before it could say how; see {self.log}"
        if reason != "finished":
            return f"the crawl ended early: {reason}"
        errors = sum(
            int(v) for k, v in self.stats.items() if k.startswith("spider_exceptions/") and k.count("/") == 1
        )
        if errors:
            return f"the spider failed {errors} times; see {self.log}"
        return None


def shards(sites: Sequence[Site], most: int) -> list[list[Site]]:
    """``sites`` in at most ``most`` groups of like size; sites that share a host are never parted.

    One process then owns each host, so that its delay holds although two site files name it.
    """
    groups: list[tuple[set[str], list[Site]]] = []
    for site in sites:
        hosts = {netloc.rsplit(":", 1)[0] for netloc in site.netlocs}
        joined = [group for group in groups if group[0] & hosts]
        groups = [group for group in groups if not group[0] & hosts]
        groups.append((hosts.union(*(g[0] for g in joined)), [*(s for g in joined for s in g[1]), site]))
    parts: list[list[Site]] = [[] for _ in range(max(1, min(most, len(groups))))]
    for _, members in sorted(groups, key=lambda group: -len(group[1])):
        min(parts, key=len).extend(members)
    return [part for part in parts if part]


@contextmanager
def crawls(plans: Sequence[Path]) -> Iterator[Iterator[CrawlEnd]]:
    """Starts a child for each plan and gives an iterator of their ends, in the order they end.

    However the block is left, no child stays behind: each is asked to end, given five seconds, then killed.
    """
    children: list[_Child] = []
    events: queue.Queue[tuple[_Child, str | None]] = queue.Queue()
    try:
        for plan in plans:
            children.append(_Child(plan, events))
        yield _ends(children, events)
    finally:
        for child in children:
            child.ask_to_end()
        for child in children:
            child.end()


class _Child:
    """One crawl. A thread only reads its standard output; starting and ending are the main thread's."""

    def __init__(self, plan: Path, events: queue.Queue[tuple[_Child, str | None]]) -> None:
        self.plan = plan
        self.log = plan.with_suffix(".log")
        self.asked = CrawlPlan.from_json(plan.read_text(encoding="utf-8"))
        self._log: IO[bytes] = self.log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scraper.crawl", str(plan)],
            stdin=subprocess.PIPE,  # its end tells the child that we are gone
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=Path(__file__).resolve().parent.parent,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        self._reader = threading.Thread(target=self._read, args=(events,), daemon=True)
        self._reader.start()

    def _read(self, events: queue.Queue[tuple[_Child, str | None]]) -> None:
        assert self.process.stdout is not None  # noqa: S101 - asked for above
        for line in self.process.stdout:
            events.put((self, line.decode("utf-8", "replace")))
        events.put((self, None))

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
                stream.close()
        return code


def _ends(children: Sequence[_Child], events: queue.Queue[tuple[_Child, str | None]]) -> Iterator[CrawlEnd]:
    running = len(children)
    while running:
        try:
            child, line = events.get(timeout=0.5)
        except queue.Empty:
            continue  # woken so that a signal is seen at once on every system
        if line is not None:
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if isinstance(told, dict):
                log.info("%s: %s", child.plan.stem, " · ".join(f"{name} {value}" for name, value in told.items()))
            continue
        running -= 1
        code = child.process.wait()
        try:
            stats = json.loads(Path(child.asked.stats).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            stats = {}
        yield CrawlEnd(plan=child.plan, exit_code=code, stats=stats, log=child.log, sites=child.asked.sites)


def is_loopback(url: str) -> bool:
    """Whether the address names this machine by itself: no name is resolved."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
