"""The work of one machine on one shard: fetch the plan, claim the hosts, crawl, and put all of it into the storage.

The local disk is the buffer: a storage that is away for minutes costs nothing. A machine that dies loses what it had
not yet put, at most a part.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from flows.cluster.claims import Claim, ClaimLostError
from flows.cluster.objects import Objects, StorageError
from flows.cluster.parts import CAPTURES, PAGES, Uploader, whole_lines, whole_members
from flows.cluster.run_objects import Attempt, AttemptEnd, VersionError, get_attempt, need_version, run_key
from flows.cluster.storage_clock import WrongClockError, need_clock
from flows.outcome.crawl_end import CrawlEnd
from flows.runs.crawls import crawls
from flows.runs.steps import CrawlWatcher, Progress, Steps
from scraper.fetch.plan import CrawlPlan
from scraper.reading.during_crawl import SUFFIX

log = logging.getLogger("tinkhoi")

_T = TypeVar("_T")

TICK_SECONDS = 1.0
LOOK_SECONDS = 5.0
"""How often a worker looks whether the run is being stopped."""

REFUSED_SECONDS = 600.0
"""How long a machine that is not fit for a run keeps its place, so that others take what it refused."""

DEADLINE_SECONDS = 1800.0
"""How long a worker goes on putting what it has after its crawl has ended."""


class AttemptStoppedError(Exception):
    """The run is being stopped, or the claim was lost: the crawl was ended before its end."""


class RefusedError(Exception):
    """This machine is not fit for the run: it has another version of the program, or another time."""


class NotUploadedError(Exception):
    """The storage did not take all in time. The message names the folder where the rest is kept."""


def work_on(
    address: str,
    objects: Objects,
    steps: Steps,
    *,
    deadline: float = DEADLINE_SECONDS,
    scratch: Path | None = None,
) -> CrawlEnd:
    """Crawls the shard of an attempt, and returns how the crawl ended.

    ``deadline`` is how many seconds it goes on putting what it has after the crawl; ``scratch`` is the folder for its
    files, the system's own for such if None.

    Raises ClaimLostError if the shard has an owner, LookupError if its plan is not there, RefusedError,
    AttemptStoppedError and NotUploadedError; what was captured until then is in the storage. StorageError if it does
    not answer at the start. Whatever stops the caller ends the crawl too.
    """
    attempt = Attempt.at(address)
    _patiently(lambda: _refuse_unfit(objects, attempt), deadline)
    folder = Path(tempfile.mkdtemp(prefix="tinkhoi-shard-", dir=scratch))
    is_kept = False
    try:
        plan, seconds = _patiently(lambda: get_attempt(objects, attempt, folder), deadline)
        owner = f"{socket.gethostname()}/{os.getpid()}/{time.time_ns()}"
        claim = Claim(objects, attempt.key("claim"), owner, seconds=seconds)
        _patiently(claim.take, deadline)
        return _Work(objects, attempt, claim, plan, deadline).run(steps)
    except NotUploadedError:
        is_kept = True
        raise
    finally:
        if not is_kept:
            shutil.rmtree(folder, ignore_errors=True)


def _refuse_unfit(
    objects: Objects,
    attempt: Attempt,
    *,
    seconds: float = REFUSED_SECONDS,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Raises RefusedError where this machine must not crawl for the run, and AttemptStoppedError if that is stopped.

    A machine that failed at once would be free for the next attempt at once, and fail them all. It therefore keeps
    its place for some minutes, or until the run has ended.
    """
    try:
        if objects.read(run_key(attempt.run, "stop")) is not None:
            raise AttemptStoppedError(f"{attempt.address}: the run is being stopped")
        need_version(objects, attempt)
        need_clock(objects, attempt.key("clock"))
    except (VersionError, WrongClockError) as error:
        log.error("%s", error)
        objects.put(attempt.key("refused"), str(error).encode())
        until = time.monotonic() + seconds
        while time.monotonic() < until and not _has_ended(objects, attempt.run):
            wait(LOOK_SECONDS)
        raise RefusedError(str(error)) from error


def _patiently(ask: Callable[[], _T], seconds: float) -> _T:
    """What ``ask`` gives, tried until the storage answers. Raises StorageError when the seconds are over."""
    until, pause = time.monotonic() + seconds, 1.0
    while True:
        try:
            return ask()
        except StorageError as error:
            if time.monotonic() > until:
                raise
            log.warning("the storage is away: %s", error)
            time.sleep(pause)
            pause = min(30.0, pause * 2)


def _has_ended(objects: Objects, run: str) -> bool:
    try:
        return objects.read(run_key(run, "run.json")) is None or objects.read(run_key(run, "stop")) is not None
    except StorageError:
        return False


class _Work:
    """One crawl, its uploaders and its claim. A thread of its own uploads and renews while the crawl runs."""

    def __init__(self, objects: Objects, attempt: Attempt, claim: Claim, plan: Path, deadline: float) -> None:
        self.objects, self.attempt, self.claim, self.plan = objects, attempt, claim, plan
        self.deadline = deadline
        captures = CrawlPlan.read(plan).captures
        self.uploads = {
            CAPTURES: Uploader(objects, attempt, CAPTURES, captures, whole_members),
            PAGES: Uploader(objects, attempt, PAGES, plan.with_suffix(SUFFIX), whole_lines),
        }
        self.progress: Progress = {}
        self.stop: Exception | None = None  # why the crawl must end
        self.over = threading.Event()
        self.renewed = time.monotonic()

    def run(self, steps: Steps) -> CrawlEnd:
        keeper = threading.Thread(target=self.keep, daemon=True)
        keeper.start()
        end: CrawlEnd | None = None
        try:
            with crawls([self.plan], _Heard(steps, self.hear), each_poll=self.check) as ends:
                end = next(ends)
        finally:
            self.over.set()
            keeper.join()
            self.finish(end)
        return end

    def hear(self, told: Progress) -> None:
        self.progress = dict(told)

    def check(self) -> None:
        """Called in the main thread twice a second: raises what ends the crawl."""
        self.claim.check()
        if self.stop is not None:
            raise self.stop

    def keep(self) -> None:
        """Puts parts, renews the claim and looks for a stop, until the crawl has ended."""
        looked = time.monotonic()
        while not self.over.is_set() and self.stop is None:
            put = 0
            try:
                put = self.put_parts()
                if time.monotonic() - looked >= LOOK_SECONDS:
                    looked = time.monotonic()
                    if self.objects.read(run_key(self.attempt.run, "stop")) is not None:
                        self.stop = AttemptStoppedError("the run is being stopped")
            except ClaimLostError as lost:
                self.stop = lost
            except StorageError as error:
                log.warning("%s: the storage is away: %s", self.attempt.address, error)
            except Exception as error:  # a thread that ended in silence would end the uploads too
                self.stop = error
            if not put:
                self.over.wait(TICK_SECONDS)

    def put_parts(self, *, last: bool = False) -> int:
        """Puts a part of each file, if there is enough for one, and renews the claim when it is time.

        Returns the number of parts; however many wait, the claim is renewed between them. Raises ClaimLostError and
        StorageError.
        """
        put = 0
        for upload in self.uploads.values():
            if time.monotonic() - self.renewed >= min(30.0, self.claim.state.seconds / 10):
                self.claim.renew(self.progress)
                self.renewed = time.monotonic()
            put += upload.step(last=last)
        return put

    def finish(self, end: CrawlEnd | None) -> None:
        """Puts what is left, and how the crawl ended; then releases the claim.

        Raises NotUploadedError if the storage takes nothing until the deadline.
        """
        until = time.monotonic() + self.deadline
        pause = 1.0
        while True:
            try:
                while self.put_parts(last=True):
                    until, pause = time.monotonic() + self.deadline, 1.0
                for path in (self.plan.with_suffix(".log"), self.plan.with_suffix(".reading.log")):
                    if path.exists():
                        self.objects.put(
                            self.attempt.key(path.name.replace(self.plan.stem, "crawl", 1)), path.read_bytes()
                        )
                if end is not None and self.stop is None:
                    parts = {kind: upload.parts for kind, upload in self.uploads.items()}
                    self.objects.put(
                        self.attempt.key("end.json"), AttemptEnd(end.exit_code, parts, dict(end.stats)).to_json()
                    )
                self.claim.release()
                return
            except ClaimLostError:
                return  # the leader has ended it; what we put is read or not, as it decides
            except StorageError as error:
                if time.monotonic() > until:
                    raise NotUploadedError(
                        f"{self.attempt.address}: the storage took nothing for {self.deadline:.0f} s ({error});"
                        f" what is missing there is in {self.plan.parent}"
                    ) from error
                time.sleep(pause)
                pause = min(30.0, pause * 2)


class _Heard:
    """The steps of somebody else, who hears the progress too."""

    def __init__(self, steps: Steps, hear: Callable[[Progress], None]) -> None:
        self._steps, self._hear = steps, hear

    def step(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        return self._steps.step(function, name)

    def watch(self, plan: CrawlPlan, file: Path) -> CrawlWatcher:
        return _HeardCrawl(self._steps.watch(plan, file), self._hear)


class _HeardCrawl:
    def __init__(self, watcher: CrawlWatcher, hear: Callable[[Progress], None]) -> None:
        self._watcher, self._hear = watcher, hear

    def progress(self, told: Mapping[str, Any]) -> None:
        self._hear(told)
        self._watcher.progress(told)

    def ended(self, end: CrawlEnd | None) -> None:
        self._watcher.ended(end)
