"""Fetches captures that other archives hold of a site, keeps them beside ours and reads them as a night does."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin, urlsplit

from flows.outcome.exit_codes import ExitCode, RunError
from flows.runs.index_check import NotAsPromised, check_against_index, refuse_future
from flows.runs.past_run import past_run
from flows.storage.capture_files import update_manifest
from flows.storage.folder import DataFolder
from flows.storage.search_position import SearchPosition
from scraper.addresses import is_loopback
from scraper.captures import CaptureWriter, warcinfo
from scraper.clock import utc_now
from scraper.fetch.archives import (
    COMMON_CRAWL_DATA,
    COMMON_CRAWL_INDEX,
    DELAY,
    WAYBACK,
    ArchiveClient,
    Busy,
    CommonCrawl,
    IndexPage,
    Memento,
    Scope,
    Unanswered,
    Wayback,
    WebArchive,
)
from scraper.fetch.hosts import queue_of
from scraper.fetch.identity import user_agent
from scraper.ingest import Ingested, ingest
from scraper.pages import pages_of
from scraper.pages.family import Family
from scraper.sites import Site, load_sites
from scraper.store import Archive
from scraper.text.sentence import Sentence
from scraper.whole_files import is_disk_full

log = logging.getLogger("tinkhoi")

ArchiveName = Literal["wayback", "commoncrawl"]

FAILURES_IN_A_ROW = 6
"""After this many failed captures in a row, the backfill stops asking the archive."""

LOOK_AHEAD = 25
"""So many further pages of the index are read, when the limit is reached, to tell what is left."""


@dataclass(frozen=True, kw_only=True)
class BackfillRequest:
    """The request for one backfill. The days are days of capture, not of publication."""

    data: DataFolder
    site: str
    source: ArchiveName
    since: date | None = None
    until: date | None = None
    section: str | None = None  # an address or path; only what lies under it
    limit: int | None = None  # at most so many captures are asked for in this run
    delay: float = DELAY  # seconds between two requests
    now: datetime = field(default_factory=utc_now)


@dataclass(kw_only=True)
class Backfilled:
    """What a backfill has done so far."""

    run: str = ""
    listed: int = 0  # rows of the archive's index that were looked at
    fetched: int = 0
    had: int = 0  # not asked for: already here, or the same bytes as the capture before
    failed: dict[str, str] = field(
        default_factory=dict
    )  # address at the archive to the reason why it could not be fetched
    odd: list[str] = field(default_factory=list)  # rows of the index that cannot be read
    remarks: list[str] = field(default_factory=list)  # what is odd about captures that were kept
    left: int | None = 0  # captures that are still to be fetched; None if they could not be counted
    is_all_counted: bool = True  # whether the whole index was looked at for that number
    new: int = 0
    edited: int = 0  # revisions, wherever they belong in the history
    rejected: int = 0
    empty: bool = False  # a whole search listed nothing: an index that is out of order says the same
    complete: bool = False  # the search came to its end; else the next run goes on


def run_backfill(request: BackfillRequest) -> Backfilled:
    """Fetches what the archive holds of the site, one page of its index at a time. It continues a broken-off run.

    Raises RunError for an unknown site, a missing contact address, an archive that does not answer, a full disk.
    """
    site = site_of(request)
    contact = request.data.settings().contact or ""
    with archive_of(request) as source, past_run(request.data, request.source, request.now) as (archive, sites, run):
        done = Backfilled(run=run)
        _Backfill(request, site, sites, archive, source, contact, done).run()
    return done


def site_of(request: BackfillRequest) -> Site:
    """The requested site. Raises SiteError if it is unknown or its file cannot be used."""
    return load_sites(request.data.site_folders).named(request.site)


@contextmanager
def archive_of(request: BackfillRequest) -> Iterator[WebArchive]:
    """The archive to ask, open for the time of the block. Raises RunError without a contact address."""
    contact = request.data.settings().contact or ""
    bases = _bases(request.source)
    if not contact and not all(is_loopback(base) for base in bases):
        raise RunError(
            "no contact address is set, so no archive is asked; set one with `tinkhoi setup --contact ADDRESS`",
            ExitCode.CONFIGURATION,
        )
    client = ArchiveClient(user_agent(contact), delay=request.delay)
    try:
        yield Wayback(client, *bases) if request.source == "wayback" else CommonCrawl(client, *bases)
    finally:
        client.close()


def _bases(source: ArchiveName) -> tuple[str, ...]:
    """The addresses of the archive: its own, or those that the environment gives for a mirror or a test."""
    if source == "wayback":
        return (os.environ.get("TINKHOI_WAYBACK", WAYBACK),)
    return (
        os.environ.get("TINKHOI_COMMONCRAWL_INDEX", COMMON_CRAWL_INDEX),
        os.environ.get("TINKHOI_COMMONCRAWL_DATA", COMMON_CRAWL_DATA),
    )


class _Backfill:
    def __init__(
        self,
        request: BackfillRequest,
        site: Site,
        sites: dict[str, Site],
        archive: Archive,
        source: WebArchive,
        contact: str,
        done: Backfilled,
    ) -> None:
        self.request = request
        self.site = site
        self.sites = sites
        self.archive = archive
        self.source = source
        self.contact = contact
        self.done = done
        self.family = pages_of(site)
        self.scopes = scopes_of(site, request)
        prefixes = [scope.prefix for scope in self.scopes]
        self.position = SearchPosition(
            request.data.runs, request.site, request.source, prefixes, request.since, request.until
        )
        self.files = 0
        self.asked = 0
        self.refused: list[str] = []  # captures that the archive answers for, but not with what its index says
        self.resumed: set[tuple[str, str | None]] = set()

    def run(self) -> None:
        """Continues where the last run with the same request stopped, up to the end or the limit."""
        is_new = self.position.is_at_start
        self.done.left = None
        try:
            while not self.done.complete and not self.is_enough():
                self.one_page()
            if self.done.complete and is_new and not self.done.listed:
                self.done.empty, self.done.complete = True, False
            self.count_left()
        except Unanswered as error:
            raise RunError("{source}: {error}", ExitCode.NETWORK, source=self.request.source, error=error) from error
        finally:
            done = self.done
            self.position.end(done.fetched, self.refused, done.left, is_all=done.is_all_counted)
            update_manifest(self.request.data)

    def is_enough(self) -> bool:
        return self.request.limit is not None and self.asked >= self.request.limit

    def one_page(self) -> None:
        number, resume = self.position.place
        scope = self.scopes[number]
        page = self.source.page(scope, resume)
        if (scope.prefix, page.resume) in self.resumed:
            raise Unanswered(
                Sentence(
                    "{prefix}: the index names the same next page again: {resume!r:.100}",
                    prefix=scope.prefix,
                    resume=page.resume,
                )
            )
        self.resumed.update((scope.prefix, key) for key in (resume, page.resume) if key)
        self.done.odd += page.odd
        wanted, missing = self.to_fetch(page)
        self.done.listed += len(page.mementos)
        self.done.had += wanted - len(missing)
        log.info("%s: %d rows, %d captures to fetch", scope.prefix, len(page.mementos), len(missing))
        limit = self.request.limit
        now = missing if limit is None else missing[: limit - self.asked]
        if now:
            self.asked += len(now)
            path, failure = self.fetch(now)
            self.load(path)
            if failure is not None:
                raise Unanswered(
                    Sentence(
                        "{failures_in_a_row} captures in a row could not be had: {failure}",
                        failures_in_a_row=FAILURES_IN_A_ROW,
                        failure=failure,
                    )
                )
        if len(now) == len(missing):
            self.done.complete = self.position.advance(page.resume)

    def to_fetch(self, page: IndexPage) -> tuple[int, list[Memento]]:
        """How many captures on ``page`` are wanted, and those of them to ask for."""
        wanted = [memento for memento in page.mementos if self.is_wanted(memento.url) and self.has_come(memento)]
        missing = missing_here(self.archive, self.site.id, self.family, wanted)
        return len(wanted), [memento for memento in missing if not self.is_refused(memento)]

    def is_refused(self, memento: Memento) -> bool:
        """Whether the capture was not to be had before, tonight or on an earlier night of this search."""
        return memento.address in self.done.failed or self.position.has_failed(memento.address)

    def count_left(self) -> None:
        """Counts what is left from the index alone, a number of its pages ahead."""
        self.done.left, self.done.is_all_counted = 0, True
        if self.done.complete or self.done.empty:
            return
        place: tuple[int, str | None] | None = self.position.place
        seen: set[tuple[int, str | None]] = set()
        while place is not None:
            if place in seen or len(seen) >= LOOK_AHEAD:
                self.done.is_all_counted = False
                return
            seen.add(place)
            try:
                page = self.source.page(self.scopes[place[0]], place[1])
            except Unanswered as error:
                log.warning("what is left could not be counted to the end: %s", error)
                self.done.is_all_counted = False
                return
            self.done.left += len(self.to_fetch(page)[1])
            place = self.position.after(place[0], page.resume)

    def has_come(self, memento: Memento) -> bool:
        """Whether the index dates the capture in the past. If not, the capture is reported and not fetched."""
        try:
            refuse_future(memento, self.request.now)
        except NotAsPromised as error:
            self.done.failed[memento.address] = str(error)
            return False
        return True

    def is_wanted(self, url: str) -> bool:
        """Whether the address is an article's, or a list's, feed's or sitemap's of the site."""
        if not self.site.owns(url):
            return False
        key = self.family.key(url)
        if key is not None:
            forgotten = "SELECT 1 FROM forgotten WHERE site = ? AND key = ?"
            return self.archive.row(forgotten, (self.site.id, key)) is None
        bare = _bare(url)
        roots = (*self.site.feeds, *self.site.sitemaps, *self.site.sections)
        return bare == _bare(self.site.home) or any(bare.startswith(_bare(root)) for root in roots)

    def fetch(self, mementos: Sequence[Memento]) -> tuple[Path, str | None]:
        """Writes the captures to a file of their own, in the order in which they were made.

        Returns the file and, if too many in a row failed, the reason.
        """
        self.files += 1
        path = self.request.data.captures / f"{self.done.run}-{self.request.source}-{self.files:04}.warc.gz"
        info = warcinfo(user_agent(self.contact), self.contact, self.done.run)
        info["description"] = f"captures of {self.site.home} made by others, from {self.request.source}"
        in_a_row = 0
        try:
            with path.open("xb") as file:
                writer = CaptureWriter(file)
                writer.begin(info, path.name)
                for memento in mementos:
                    try:
                        self.keep(writer, memento)
                        in_a_row = 0
                    except (Unanswered, ValueError) as error:
                        self.done.failed[memento.address] = str(error)
                        if not isinstance(error, Busy):
                            self.refused.append(memento.address)
                        in_a_row += 1
                        if in_a_row == FAILURES_IN_A_ROW:
                            return path, str(error)
        except OSError as error:
            code = ExitCode.DISK_FULL if is_disk_full(error) else ExitCode.CRASH
            raise RunError("{path}: {error}", code, path=path, error=error) from error
        return path, None

    def keep(self, writer: CaptureWriter, memento: Memento) -> None:
        """Fetches and writes one capture. Raises Unanswered, NotAsPromised, ValueError, OSError."""
        found = self.source.fetch(memento)
        remark = check_against_index(memento, found)
        if remark is not None:
            self.done.remarks.append(remark)
        writer.keep(found, memento.address)
        self.done.fetched += 1

    def load(self, path: Path) -> None:
        read: Ingested = ingest(self.archive, path, self.sites, self.done.run, origin=self.request.source)
        self.done.new += read.new
        self.done.edited += read.edited + read.earlier
        self.done.rejected += read.rejected
        log.info("%d captures fetched: %d new articles, %d revisions", self.done.fetched, read.new, self.done.edited)


def missing_here(archive: Archive, site: str, family: Family, mementos: Iterable[Memento]) -> list[Memento]:
    """The mementos to fetch, oldest first. Left out are those that are here, and those whose bytes equal the capture
    before them of the same page."""

    def page(memento: Memento) -> str:
        return family.key(memento.url) or _bare(memento.url)

    missing: list[Memento] = []
    for _, group in groupby(sorted(mementos, key=page), key=page):
        held: list[tuple[datetime, str, Memento | None]] = [(each.captured_at, each.digest, each) for each in group]
        urls = {each.url for _, _, each in held if each is not None}
        here: set[tuple[str, datetime]] = set()
        for url in urls:
            for fetched_at, digest in archive.rows(
                "SELECT fetched_at, payload_digest FROM captures WHERE url = ? AND site = ? AND status = 200",
                (url, site),
            ):
                at = datetime.fromisoformat(fetched_at).replace(microsecond=0)
                here.add((url, at))
                held.append((at, (digest or "").removeprefix("sha1:"), None))
        before = ""
        for at, digest, memento in sorted(held, key=lambda each: (each[0], each[2] is not None)):
            if memento is not None and (memento.url, at) not in here and digest != before:
                missing.append(memento)
            before = digest
    return sorted(missing, key=lambda memento: (memento.captured_at, memento.url))


def scopes_of(site: Site, request: BackfillRequest) -> list[Scope]:
    """What to search for, once for each host: an index ignores ``www.``. Raises RunError for an invalid section."""
    path = site.path
    if request.section is not None:
        section = urljoin(site.home, request.section)
        if not site.owns(section):
            raise RunError("{section}: no part of {site}", ExitCode.CONFIGURATION, section=section, site=site.id)
        path = urlsplit(section).path
    hosts = dict.fromkeys(queue_of(host) for host in (urlsplit(site.home).netloc, *site.hosts))
    return [Scope(prefix=f"{host}{path}", since=request.since, until=request.until) for host in hosts]


def _bare(url: str) -> str:
    """An address in the form in which an index of captures compares it: without scheme and ``www.``."""
    parts = urlsplit(url)
    return f"{queue_of(parts.netloc)}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
