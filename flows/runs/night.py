"""One night, or one crawl by hand: plan, crawl, read, store, judge. Plain functions that Prefect may wrap."""

from __future__ import annotations

import json
import logging
import secrets
import shutil
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flows.outcome.alarms import after_failure, after_night
from flows.outcome.crawl_end import CrawlEnd
from flows.outcome.exit_codes import ExitCode, RunError, archive_failures
from flows.outcome.findings import insecure_connections, judge
from flows.outcome.messages import LANGS, as_json, message
from flows.outcome.night_summary import NightSummary
from flows.outcome.report import render
from flows.runs.clock_check import WrongClock, refuse_earlier_than_captures, refuse_other_clock, set_aside
from flows.runs.look_back import estimate, progress, windows
from flows.runs.machines import Machines, ThisMachine
from flows.runs.plans import OWN_CLOCK, write_plans
from flows.runs.recovery import recover
from flows.runs.request import NightRequest, choose_sites
from flows.runs.steps import LoggedSteps, Steps
from flows.schedule.due import next_hour, note_missed
from flows.storage.capture_files import apply_retention, update_manifest
from flows.storage.search_position import notes_of_backfills
from scraper import __version__
from scraper.clock import VIETNAM, utc_now
from scraper.fetch.identity import vantage
from scraper.fetch.plan import CrawlPlan
from scraper.ingest import ingest
from scraper.reading.during_crawl import SUFFIX, PagesAhead
from scraper.sites import Sites, load_sites
from scraper.store import Archive, ArchiveError, open_archive
from scraper.store.articles import find_article
from scraper.store.lastmods import says_nothing
from scraper.store.reference import sync_sites
from scraper.store.runs import end_run, expected_work, judge_site, reach_back, run_summary, start_run
from scraper.store.seal import noted_changes
from scraper.store.snapshot import write_snapshot
from scraper.store.stories import find_stories
from scraper.whole_files import write_whole

log = logging.getLogger("tinkhoi")


def run_night(request: NightRequest, *, steps: Steps | None = None, machines: Machines | None = None) -> NightSummary:
    """Runs the whole night and returns what it did, its verdict included. ``machines`` None: it crawls on this one.

    Raises RunError if the night cannot begin (configuration, a locked or damaged archive), or if the archive fails
    while it runs. A failing site is part of the summary; so is a disk that fills while captures are written.
    """
    try:
        summary = _open_and_run(request, steps or LoggedSteps(), machines or ThisMachine())
    except Exception as error:
        if request.trigger == "nightly":
            after_failure(request.data, request.now, error)
        raise
    if request.trigger == "nightly":
        after_night(request.data, summary)
    return summary


def _open_and_run(request: NightRequest, steps: Steps, machines: Machines) -> NightSummary:
    known = load_sites(request.data.site_folders)
    sites = choose_sites(request, known)
    request.data.create()
    with archive_failures(), open_archive(request.data.database) as archive:
        return _Night(request, sites, archive, steps, machines).run(known)


class _Night:
    """One run in progress: its row in an open archive, and the folder of its files."""

    def __init__(
        self, request: NightRequest, sites: Sites, archive: Archive, steps: Steps, machines: Machines
    ) -> None:
        self.request = request
        self.sites = sites
        self.archive = archive
        self.steps = steps
        self.machines = machines
        self.id = f"{request.now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
        self.folder = request.data.runs / self.id
        self.ends: list[CrawlEnd] = []
        self.unread: list[Path] = []  # plans whose captures are not yet in the archive
        self.missed: list[date] = []
        self.back: dict[str, date] = {}  # site to the day back to which its lists are turned
        nightly = request.trigger == "nightly"
        settings = request.data.settings()
        wanted = request.since or (settings.since if nightly else None)
        # A day to come, as a hand may write it into settings.toml, means from today on.
        self.wanted = wanted and min(wanted, request.now.astimezone(VIETNAM).date())
        self.seconds = settings.minutes * 60 if nightly else None
        self.began = time.monotonic()
        self.size_before = request.data.size()

    def run(self, known: Sites) -> NightSummary:
        """The whole run; ``known`` are all sites of which there are files."""
        refuse_earlier_than_captures(self.archive, self.request.now)
        sync_sites(self.archive, known)
        left = self.machines.fetch_left(self.request.data, known)
        recover(self.archive, self.request.data, known, also=left)
        for run in left:
            self.machines.clear(run)
        if self.request.trigger == "nightly" and self.request.at is not None:
            self.missed = note_missed(self.archive, self.request.now, self.request.at)
        start_run(
            self.archive,
            self.id,
            started=self.request.now,
            trigger=self.request.trigger,
            sites=list(self.sites),
            version=__version__,
            vantage=vantage(),
        )
        try:
            plans = self.steps.step(self.plan, "plan")()
            with self.machines.crawls(plans, self.steps, self.plan_again, self.request.data, self.sites) as ends:
                for end in ends:
                    self.steps.step(self.load, f"read {end.plan.stem}: {', '.join(end.sites)}")(end)
            self.read_doubted()
            summary: NightSummary = self.steps.step(self.conclude, "conclude")()
        except WrongClock as error:
            set_aside(CrawlPlan.read(plan).captures for plan in self.unread)
            self.abandon(error)
            raise
        except BaseException as error:
            self.abandon(error)
            raise
        self.machines.clear(self.id)
        return summary

    def plan(self) -> list[Path]:
        """Writes the snapshot and a plan for each shard."""
        self.folder.mkdir(parents=True)
        write_snapshot(
            self.archive,
            self.request.data.snapshot,
            list(self.sites.values()),
            self.request.now,
            recheck=self.rechecks(),
        )
        self.back = self.way_back()
        plans = write_plans(
            self.request,
            list(self.sites.values()),
            run=self.id,
            folder=self.folder,
            back=self.back,
            seconds=self.seconds,
            work=expected_work(self.archive),
        )
        log.info("sites: %d, crawls: %d", len(self.sites), len(plans))
        self.unread = list(plans)
        return plans

    def rechecks(self) -> list[int]:
        """The ids of the articles that the request names. Raises RunError for one that the archive does not hold."""
        found = {name: find_article(self.archive, name) for name in self.request.recheck}
        for name, id_ in found.items():
            site = None if id_ is None else self.archive.value("SELECT site FROM articles WHERE id = ?", (id_,))
            if site not in self.sites:
                raise RunError(
                    "--recheck {name}: no article of the sites of this run; `tinkhoi search` shows keys",
                    ExitCode.CONFIGURATION,
                    name=name,
                )
        return [id_ for id_ in found.values() if id_ is not None]

    def plan_again(self, plan: Path, attempt: int) -> Path:
        """Writes the plan of another attempt at a crawl that died; what it captured must be in the archive."""
        write_snapshot(self.archive, self.request.data.snapshot, list(self.sites.values()), self.request.now)
        old = CrawlPlan.read(plan)
        captures = old.captures.name.removesuffix(".warc.gz")
        file = plan.with_name(f"{plan.stem}-{attempt}.json")
        new = old.model_copy(
            update={
                "captures": old.captures.with_name(f"{captures}-{attempt}.warc.gz"),
                "stats": file.with_suffix(".stats.json"),
            }
        )
        write_whole(file, new.to_json())
        self.unread.append(file)
        return file

    def way_back(self) -> dict[str, date]:
        """How far back each site's lists are followed; logs the cost first."""
        today = self.request.now.astimezone(VIETNAM).date()
        stepwise = self.request.since is None
        back = windows(self.archive, self.sites.values(), wanted=self.wanted, today=today, stepwise=stepwise)
        for site, day in back.items():
            if day > date.min:
                log.info("%s", estimate(self.sites[site], day, today, self.seconds))
        return back

    def load(self, end: CrawlEnd) -> None:
        """Brings the captures of one crawl into the archive, however the crawl ended."""
        if not end.is_tried_again:
            self.ends.append(end)
        try:
            self.check_clock([end])
        except WrongClock:
            return  # read once all crawls have ended and most hosts say that the clock is right
        self.read(end.plan)
        self.unread.remove(end.plan)

    def read_doubted(self) -> None:
        """Reads what was not read because its hosts' clocks differ from this machine's. Raises WrongClock."""
        if self.unread:
            self.check_clock(self.ends)
        for plan in list(self.unread):
            self.read(plan)
            self.unread.remove(plan)

    def check_clock(self, ends: list[CrawlEnd]) -> None:
        """Raises WrongClock. A run whose time is set (the demo, a test) is not compared with the servers' clocks."""
        if abs(self.request.now - utc_now()) <= OWN_CLOCK:
            refuse_other_clock(ends, self.sites)

    def read(self, plan: Path) -> None:
        """Reads what the crawl of ``plan`` captured, if it captured anything."""
        captures = CrawlPlan.read(plan).captures
        if captures.exists():
            log.info("%s: reading %s", plan.stem, captures.name)
            pages = plan.with_suffix(SUFFIX)
            ingest(self.archive, captures, self.sites, self.id, known_pages=PagesAhead(pages))
            pages.unlink(missing_ok=True)

    def conclude(self) -> NightSummary:
        """Judges the run, writes its verdict and its report."""
        find_stories(self.archive)
        for site, day in self.back.items():
            if day > date.min:
                reach_back(self.archive, self.id, site, day)
        counted = run_summary(self.archive, self.id)
        judgement = judge(self.archive, self.id, self.ends, self.sites)
        accepted = insecure_connections(self.ends, self.sites)
        for site in self.judged():
            told = [said for said in (judgement.failures.get(site), accepted.get(site)) if said]
            verdict = "failed" if site in judgement.failures else "ok"
            reason = "; ".join(map(str, told)) or None
            judge_site(self.archive, self.id, site, verdict, reason, messages=as_json(told) or None)
        code, ended = judgement.exit_code, self.now()
        notes = [*self.request.notes]
        if self.request.trigger == "nightly":
            notes += notes_of_backfills(self.request.data.runs)
        notes += [
            message("lastmod", site=site) for site in self.sites if says_nothing(self.archive, site, self.request.now)
        ]
        if changed := noted_changes(self.archive.path):
            notes.append(message("changed-pages", some=len(changed)))
            code = ExitCode.DATA if code is ExitCode.OK else code
        end_run(self.archive, self.id, ended=ended, verdict=code.name.lower(), exit_code=code)
        if any(end.failure for end in self.ends):
            self.request.data.snapshot.unlink(missing_ok=True)  # should it be what failed them, the next has another
        update_manifest(self.request.data)
        apply_retention(self.request.data, self.archive)
        after = self.request.data.size()
        summary = NightSummary(
            counted=counted,
            started=self.request.now,
            ended=ended,
            exit_code=code,
            failures=judgement.failures,
            findings=judgement.findings,
            bytes_total=after,
            bytes_added=after - self.size_before,
            bytes_free=shutil.disk_usage(self.request.data.root).free,
            notes=notes,
            missed=self.missed,
            way_back=progress(self.archive, self.sites, self.wanted),
            by_hand=self.request.trigger == "manual",
            limit=self.request.limit,
            next_run=next_hour(ended, self.request.at) if self.request.at is not None else None,
        )
        self.write_report(summary)
        return summary

    def judged(self) -> list[str]:
        """The sites of this run that the archive knows, with those whose files cannot be used."""
        held = {row[0] for row in self.archive.rows("SELECT id FROM sites")}
        return [*self.sites, *(site for site in self.sites.broken if site in held)]

    def write_report(self, summary: NightSummary) -> None:
        """Keeps the report in the run's folder, for people and as JSON."""
        text = "\n\n".join(f"```\n{render(summary, lang)}\n```" for lang in LANGS)
        write_whole(self.folder / "report.md", text + "\n")
        write_whole(
            self.folder / "report.json", json.dumps(summary.as_json(), ensure_ascii=False, indent=1, default=str)
        )

    def abandon(self, error: BaseException) -> None:
        """Records how the run broke off, if the archive can still be written.

        The captures of a stopped run are read at once. If that reading is broken off too, or if the run failed, the
        next run reads them. A stop is any exception that is not an error: our signal, Prefect's, or Ctrl-C.
        """
        stopped = not isinstance(error, Exception)
        code = ExitCode.STOPPED if stopped else ExitCode(getattr(error, "exit_code", ExitCode.CRASH))
        verdict = code.name.lower()
        try:
            end_run(self.archive, self.id, ended=self.now(), verdict=verdict, exit_code=code)
            if stopped:
                for plan in self.unread:
                    self.read(plan)
                end_run(self.archive, self.id, ended=self.now(), verdict=f"{verdict}, recovered", exit_code=code)
        except ArchiveError as failure:
            log.error("the run's end could not be written: %s", failure)

    def now(self) -> datetime:
        """The moment on the run's own clock, which a test or the demo may set ahead."""
        return self.request.now + timedelta(seconds=time.monotonic() - self.began)
