"""The machine that plans and stores, as it watches the crawls of others.

It judges a crawl by the storage: by the claim that its worker renews, the parts that arrive, and its end. What
Prefect says of the run is a hint only: it has called living runs crashed after an outage of a minute.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Protocol, TypeVar

from flows.cluster.claims import SECONDS, ClaimWatch
from flows.cluster.conditions import need_conditions
from flows.cluster.objects import Objects, StorageError
from flows.cluster.parts import CAPTURES, PAGES, Downloader
from flows.cluster.run_objects import RUNS, Attempt, AttemptEnd, archive_of, delete_run, put_attempt, put_run, run_key
from flows.cluster.storage_clock import WrongClockError, need_clock
from flows.outcome.crawl_end import CrawlEnd
from flows.outcome.exit_codes import ExitCode, RunError
from flows.runs.clock_check import WrongClock
from flows.runs.machines import PlanAgain, ThisMachine
from flows.runs.steps import CrawlWatcher, Steps
from flows.storage.folder import DataFolder
from scraper.fetch.plan import CrawlPlan
from scraper.reading.during_crawl import SUFFIX
from scraper.sites import Site
from scraper.store import open_reader
from scraper.whole_files import write_whole

log = logging.getLogger("tinkhoi")

_T = TypeVar("_T")

POLL_SECONDS = 2.0
ATTEMPTS = 3
"""How often a crawl is given to a worker before it counts as failed."""

START_SECONDS = 300.0
"""How long a worker that has a run may take until it claims the crawl."""

REFUSALS = 20
"""How many machines that are not fit for a run a crawl may come to before it counts as failed."""

TELL_SECONDS = 300.0
"""How often it is told that a crawl waits for a worker."""

PATIENCE_SECONDS = 3600.0
"""How long a storage that does not answer is waited for."""

FAREWELL_SECONDS = 15.0
"""How long a run that is stopped waits for the last parts of its workers."""

LEAST_PAUSE = 30.0
"""Seconds beyond a claim's own before its hosts are asked by another worker; more where a site's delay is longer."""


class RunState(Enum):
    """What is said of a run that was asked for."""

    WAITING = auto()  # for a worker that has a place
    BEGUN = auto()
    ENDED = auto()


class Workers(Protocol):
    """Who gives attempts to workers."""

    def submit(self, attempt: Attempt, sites: Sequence[str]) -> str:
        """Asks for a worker; returns the id of the run it will be. Raises ConnectionError if that fails for now."""

    def states(self, runs: Sequence[str]) -> Mapping[str, RunState]:
        """What is said of each of the runs; one of which nothing is known is left out."""

    def cancel(self, runs: Sequence[str]) -> None:
        """Asks the runs to end. A failure is logged."""


@dataclass
class _Shard:
    """One crawl on another machine, and what has arrived of it."""

    plan: Path
    attempt: Attempt
    watch: ClaimWatch
    watcher: CrawlWatcher
    downloads: Mapping[str, Downloader]
    run: str | None = None  # the id of the run that was asked for
    is_put: bool = False
    heard: int = -1  # the count of the claim whose progress was passed on
    sites: tuple[str, ...] = field(default=())
    refusals: int = 0  # how many earlier attempts came to machines that were not fit for the run
    begun: float | None = None  # since when a worker has it
    missed: float | None = None  # since when no worker has it, or when that was last told

    def fetch(self) -> None:
        for download in self.downloads.values():
            download.step()


class Cluster:
    """Machines that meet in a storage. ``workers`` None: they are only asked to end, and this machine crawls."""

    def __init__(
        self,
        objects: Objects,
        workers: Workers | None,
        *,
        poll_seconds: float = POLL_SECONDS,
        patience: float = PATIENCE_SECONDS,
        claim_seconds: float = SECONDS,
        least_pause: float = LEAST_PAUSE,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.objects = objects
        self.workers = workers
        self.poll_seconds, self.patience = poll_seconds, patience
        self.claim_seconds, self.least_pause = claim_seconds, least_pause
        self.clock, self.wait = clock, wait

    @contextmanager
    def crawls(
        self, plans: Sequence[Path], steps: Steps, plan_again: PlanAgain, data: DataFolder, sites: Mapping[str, Site]
    ) -> Iterator[Iterator[CrawlEnd]]:
        """Gives each plan to a worker. The ends come as they arrive, what was captured with them."""
        if self.workers is None:
            with ThisMachine().crawls(plans, steps, plan_again, data, sites) as ends:
                yield ends
            return
        self._until_it_answers(lambda: need_conditions(self.objects))
        run = CrawlPlan.read(plans[0]).run
        self._until_it_answers(lambda: self._need_clock(run))
        archive = _archive_id(data)
        self._until_it_answers(lambda: put_run(self.objects, run, data.site_folders, self.claim_seconds, archive))
        shards = [self._shard(plan, 1, steps, sites) for plan in plans]
        try:
            yield self._ends(shards, steps, plan_again, sites)
        except BaseException:
            self._stop(run, shards)
            raise
        finally:
            for shard in shards:
                shard.watcher.ended(None)

    def _need_clock(self, run: str) -> None:
        try:
            need_clock(self.objects, run_key(run, "clock"))
        except WrongClockError as error:
            raise WrongClock(f"{error}, and run again", ExitCode.CONFIGURATION) from error

    def _shard(self, plan: Path, number: int, steps: Steps, sites: Mapping[str, Site], refusals: int = 0) -> _Shard:
        crawl = CrawlPlan.read(plan)
        attempt = Attempt(crawl.run, plan.stem if number == 1 else plan.stem.rpartition("-")[0], number)
        pause = max([self.least_pause, *(sites[site].fetch.delay for site in crawl.sites)])
        return _Shard(
            plan=plan,
            attempt=attempt,
            watch=ClaimWatch(self.objects, attempt.key("claim"), pause=pause, clock=self.clock),
            watcher=steps.watch(crawl, plan),
            downloads={
                CAPTURES: Downloader(self.objects, attempt, CAPTURES, crawl.captures),
                PAGES: Downloader(self.objects, attempt, PAGES, plan.with_suffix(SUFFIX)),
            },
            sites=crawl.sites,
            refusals=refusals,
        )

    def _ends(
        self, shards: list[_Shard], steps: Steps, plan_again: PlanAgain, sites: Mapping[str, Site]
    ) -> Iterator[CrawlEnd]:
        """Watches the shards until all have ended. A dead one is taken up again once what it left is stored."""
        away_since: float | None = None
        while shards:
            try:
                states = self._states(shards)
                for shard in list(shards):
                    end = self._look_at(shard, states.get(shard.run or ""))
                    if end is None:
                        continue
                    shards.remove(shard)
                    shard.watcher.ended(end)
                    yield end
                    if end.is_tried_again:
                        number = shard.attempt.number + 1
                        log.warning("%s: its worker is gone; attempt %d has the rest", shard.plan.stem, number)
                        again = plan_again(shard.plan, number)
                        shards.append(self._shard(again, number, steps, sites, shard.refusals))
                away_since = None
            except StorageError as error:
                away_since = self.clock() if away_since is None else away_since
                if self.clock() - away_since > self.patience:
                    raise RunError(
                        "the storage did not answer for {patience:.0f} s: {error}; what was captured is kept"
                        " there, and the next run reads it",
                        ExitCode.NETWORK,
                        patience=self.patience,
                        error=error,
                    ) from error
                log.warning("the storage is away: %s", error)
            if shards:
                self.wait(self.poll_seconds)

    def _look_at(self, shard: _Shard, said: RunState | None) -> CrawlEnd | None:
        """Moves a shard on by what the storage shows. Returns its end if it has come. Raises StorageError."""
        if not shard.is_put:
            put_attempt(self.objects, shard.attempt, CrawlPlan.read(shard.plan))
            shard.is_put = True
        if shard.run is None and not self._submit(shard):
            return None
        shard.watch.look()
        shard.fetch()
        state = shard.watch.state
        if state is not None and state.progress and state.count > shard.heard:
            shard.heard = state.count
            shard.watcher.progress(state.progress)
        if (told := self.objects.read(shard.attempt.key("end.json"))) is not None:
            return self._whole_end(shard, AttemptEnd.from_json(told[0]))
        if shard.watch.is_over or self._is_dead(shard, said):
            shard.fetch()  # what was put between the last look and the end of the claim
            return self._broken_end(shard)
        return None

    def _is_dead(self, shard: _Shard, said: RunState | None) -> bool:
        """Whether nobody crawls the shard any more. Its claim is then ended, so that no late worker can."""
        if shard.watch.state is not None:
            return shard.watch.is_dead and shard.watch.fence()
        now = self.clock()
        if said is RunState.WAITING:
            self._tell_of_wait(shard, now)
        if said is RunState.BEGUN:
            shard.begun = now if shard.begun is None else shard.begun
        is_lost = (
            (said is RunState.ENDED and shard.watch.silent_seconds > self.least_pause)
            or (shard.begun is not None and now - shard.begun > START_SECONDS + self.least_pause)
            or self._is_refused(shard)
        )
        return is_lost and shard.watch.fence()

    def _is_refused(self, shard: _Shard) -> bool:
        told = self.objects.read(shard.attempt.key("refused"))
        if told is None:
            return False
        log.warning("%s: a worker refused it: %s", shard.plan.stem, told[0].decode("utf-8", "replace"))
        shard.refusals += 1
        return True

    def _tell_of_wait(self, shard: _Shard, now: float) -> None:
        shard.missed = now if shard.missed is None else shard.missed
        if now - shard.missed > TELL_SECONDS:
            shard.missed = now
            log.warning("%s: it still waits for a worker with a free place", shard.plan.stem)

    def _submit(self, shard: _Shard) -> bool:
        assert self.workers is not None  # noqa: S101 - asked where the crawls begin
        try:
            shard.run = self.workers.submit(shard.attempt, shard.sites)
        except ConnectionError as error:
            log.warning("%s: no worker could be asked for: %s", shard.plan.stem, error)
        return shard.run is not None

    def _states(self, shards: Sequence[_Shard]) -> Mapping[str, RunState]:
        assert self.workers is not None  # noqa: S101 - as above
        runs = [shard.run for shard in shards if shard.run is not None]
        return self.workers.states(runs) if runs else {}

    def _whole_end(self, shard: _Shard, told: AttemptEnd) -> CrawlEnd | None:
        """The end that the worker told, once all its parts are here."""
        if any(download.parts < told.parts.get(kind, 0) for kind, download in shard.downloads.items()):
            return None
        write_whole(CrawlPlan.read(shard.plan).stats, json.dumps(told.stats, ensure_ascii=False, indent=1))
        self._keep_log(shard)
        return self._end_of(shard, told.exit_code, told.stats, again=False)

    def _broken_end(self, shard: _Shard) -> CrawlEnd:
        """The end of a crawl whose worker is gone, or gave up."""
        self._keep_log(shard)
        again = shard.attempt.number - shard.refusals < ATTEMPTS and shard.refusals < REFUSALS
        return self._end_of(shard, ExitCode.CRASH, {}, again=again)

    def _end_of(self, shard: _Shard, code: int, stats: Mapping[str, object], *, again: bool) -> CrawlEnd:
        return CrawlEnd(
            plan=shard.plan,
            exit_code=code,
            stats=stats,
            log=shard.plan.with_suffix(".log"),
            sites=shard.sites,
            is_tried_again=again,
        )

    def _keep_log(self, shard: _Shard) -> None:
        found = self.objects.read(shard.attempt.key("crawl.log"))
        shard.plan.with_suffix(".log").write_bytes(found[0] if found is not None else b"")

    def _stop(self, run: str, shards: Sequence[_Shard]) -> None:
        """Asks all workers to end, by the storage and by Prefect, and waits a little for their last parts."""
        assert self.workers is not None  # noqa: S101 - as above
        until = self.clock() + FAREWELL_SECONDS
        try:
            self.objects.put(run_key(run, "stop"), b"")
            self.workers.cancel([shard.run for shard in shards if shard.run is not None])
            while self.clock() < until:
                for shard in shards:
                    shard.watch.look()
                    shard.fetch()
                if all(shard.watch.state is None or shard.watch.is_over for shard in shards):
                    break
                self.wait(min(1.0, self.poll_seconds))
        except (StorageError, OSError) as error:
            log.warning("the last parts could not be fetched, the next run does: %s", error)

    def fetch_left(self, data: DataFolder, sites: Mapping[str, Site]) -> frozenset[str]:
        """Ends the crawls of earlier runs, waits until their hosts are free, fetches what they captured."""
        keys = self._until_it_answers(lambda: self.objects.keys(RUNS))
        plans = [key for key in keys if key.endswith("/plan.json")]
        own = _archive_id(data)
        runs = dict.fromkeys(key.split("/")[1] for key in plans)
        for run in runs:
            self._refuse_run_of_another(run, own)
        for run in runs:
            log.info("run %s is still in the storage: its crawls are ended and its captures fetched", run)
            self._until_it_answers(lambda run=run: self.objects.put(run_key(run, "stop"), b""))  # type: ignore[misc]
        for key in plans:
            attempt = Attempt.at(key.removeprefix(RUNS).removesuffix("/plan.json"))
            plan = self._end_attempt(attempt, sites)
            captures = data.captures / plan.captures.name
            self._until_it_answers(Downloader(self.objects, attempt, CAPTURES, captures).step)
        return frozenset(key.split("/")[1] for key in plans)

    def _refuse_run_of_another(self, run: str, own: str | None) -> None:
        other = self._until_it_answers(lambda: archive_of(self.objects, run))
        if other not in (None, own):
            raise RunError(
                "the storage holds run {run} of another archive: give each archive a prefix of its own, as in"
                " s3://BUCKET/ONE and s3://BUCKET/TWO",
                ExitCode.CONFIGURATION,
                run=run,
            )

    def _end_attempt(self, attempt: Attempt, sites: Mapping[str, Site]) -> CrawlPlan:
        """Waits until nobody crawls the attempt any more. Returns its plan."""
        told = self._until_it_answers(lambda: self.objects.read(attempt.key("plan.json")))
        plan = CrawlPlan.from_json((told[0] if told is not None else b"").decode())
        delays = [sites[site].fetch.delay for site in plan.sites if site in sites]
        pause = max([self.least_pause, *delays])
        watch = ClaimWatch(self.objects, attempt.key("claim"), pause=pause, clock=self.clock)
        self._until_it_answers(watch.look)
        while not watch.is_over and not self._until_it_answers(lambda: self._is_free(watch)):
            self.wait(self.poll_seconds)
            self._until_it_answers(watch.look)
        return plan

    def _is_free(self, watch: ClaimWatch) -> bool:
        return (watch.state is None or watch.is_dead) and watch.fence()

    def clear(self, run: str) -> None:
        """Deletes the run's objects: what they brought is in the archive and its captures."""
        try:
            delete_run(self.objects, run)
        except StorageError as error:
            log.warning("run %s could not be deleted from the storage: %s", run, error)

    def _until_it_answers(self, ask: Callable[[], _T]) -> _T:
        """What ``ask`` gives, tried until the storage answers. Raises RunError when patience ends."""
        since = self.clock()
        while True:
            try:
                return ask()
            except StorageError as error:
                if self.clock() - since > self.patience:
                    raise RunError(
                        "the storage did not answer for {patience:.0f} s: {error}",
                        ExitCode.NETWORK,
                        patience=self.patience,
                        error=error,
                    ) from error
                log.warning("the storage is away: %s", error)
                self.wait(self.poll_seconds)


def _archive_id(data: DataFolder) -> str | None:
    """What tells this archive from others, wherever it is copied: its first run. None if it has had none."""
    with open_reader(data.database) as archive:
        first: str | None = archive.value("SELECT id FROM runs ORDER BY rowid LIMIT 1")
    return first
