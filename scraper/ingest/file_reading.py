"""One file of captures while it is read: what has been found in it so far, and the lookups that each step needs."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from scraper.addresses import comparable
from scraper.captures import Capture, Tally
from scraper.ingest.answers import Answers
from scraper.ingest.missing_articles import Absence
from scraper.ingest.repeated_pages import RepeatedPages
from scraper.items import PrintedArticle, Problem
from scraper.pages import pages_of
from scraper.pages.family import Family
from scraper.reading.captured_pages import KnownPages, Pages
from scraper.sites import Site, by_netloc, owner
from scraper.store.archive import Archive
from scraper.store.articles import find_key
from scraper.store.errors import ArchiveError
from scraper.store.ledgers import SETTLED, Decision, LinkOutcome, add_problem, capture_id, decide, record_capture


@dataclass(frozen=True)
class IngestedSite:
    """A site, its page objects, and the addresses of its sources, further pages included."""

    site: Site
    sources: set[str] = field(default_factory=set)

    @cached_property
    def family(self) -> Family:
        """Its page objects, which are loaded once an address is no source's or a page must be read."""
        return pages_of(self.site)


class FileReading:
    """The state of one reading of one file at ``path``, for the run ``run``."""

    def __init__(
        self,
        archive: Archive,
        path: Path,
        sites: Mapping[str, Site],
        run: str,
        *,
        origin: str,
        of_past: bool,
        reread: bool,
        known_pages: KnownPages | None,
    ) -> None:
        self.archive = archive
        self.path = path
        self.run = run
        self.origin = origin
        self.is_tonight = origin == "live" and not of_past
        self.reread = reread
        self.netlocs = by_netloc(sites.values())
        self.sites = {site.id: IngestedSite(site, {comparable(url) for url in site.roots}) for site in sites.values()}
        self.began = ""  # when its first capture was made: an earlier file of the same run is older
        self.touched: dict[str, IngestedSite] = {}
        self.answers = Answers()
        self.asked: set[str] = set()  # comparable addresses in the file of a live crawl
        self.kinds: dict[tuple[str, str, datetime], str] = {}  # what the first look found, capture by capture
        self.titles: dict[tuple[str, str], str] = {}  # of links that lists showed: site and folded title to key
        self.shown: dict[tuple[str, str], set[str]] = {}
        self.modified: dict[
            tuple[str, str], tuple[str, datetime, datetime]
        ] = {}  # by sitemaps: where, when, told when
        self.known_before: dict[tuple[str, str], bool] = {}
        self.parts: dict[str, PrintedArticle] = {}  # further pages of divided articles, by their addresses
        self.repeated_pages = RepeatedPages()
        self.absences: defaultdict[str, list[Absence]] = defaultdict(list)  # by site
        self.absent_pages: list[Absence] = []  # absences of articles that were not yet known at the time
        self.standing: Counter[str] = Counter()  # known articles found in their place, by site
        self.pages = Pages(known_pages)
        self.counts: Counter[str] = Counter()
        self.tally = Tally()

    def site_of(self, url: str) -> IngestedSite | None:
        """The site that an address belongs to, and what is known of it."""
        site = owner(url, self.netlocs)
        return None if site is None else self.sites[site.id]

    def purpose_of(self, url: str, owner: IngestedSite) -> str:
        """Why an address was requested: source, recheck, article or other. Redirects to it count as itself."""
        if is_robots(url):
            return "robots"
        if comparable(url) in owner.sources:
            return "source"
        for address in (url, *self.answers.aliases(owner.site.id, url)):
            key = owner.family.key(address)
            if key is not None:
                return "recheck" if self.was_settled(owner, key) else "article"
        return "other"

    def was_known(self, owner: IngestedSite, key: str) -> bool:
        """Whether the article was in the archive before this run, or before this file of it."""
        place = owner.site.id, key
        if place not in self.known_before:
            id_ = find_key(self.archive, *place)
            other = "SELECT 1 FROM revisions WHERE article = ? AND (run <> ? OR seen_at < ?)"
            is_known = id_ is not None and self.archive.row(other, (id_, self.run, self.began)) is not None
            self.known_before[place] = is_known
        return self.known_before[place]

    def was_settled(self, owner: IngestedSite, key: str) -> bool:
        """Whether the link needed no request before this run, or before this file of it."""
        if self.was_known(owner, key):
            return True
        row = self.archive.row(
            "SELECT outcome FROM listed WHERE site = ? AND key = ? AND (decided_run IS NOT ? OR decided_at < ?)",
            (owner.site.id, key, self.run, self.began),
        )
        return row is not None and LinkOutcome(row["outcome"]) in SETTLED

    def record(self, capture: Capture, owner: IngestedSite | None, kind: str, purpose: str) -> int:
        """Notes the capture and returns its row. One noted before keeps its row; if it had no site, it gets one."""
        id_ = record_capture(
            self.archive,
            capture,
            site=owner.site.id if owner else None,
            kind=kind,
            purpose=purpose,
            origin=self.origin,
            run=self.run,
        )
        if id_ is None:  # twice in one file, or read again
            id_ = capture_id(self.archive, capture) or 0
            if owner is not None:
                owned = "UPDATE captures SET site = ?, purpose = ? WHERE id = ? AND site IS NULL"
                self.archive.execute(owned, (owner.site.id, purpose, id_))
            self.archive.execute("UPDATE captures SET kind = ? WHERE id = ? AND kind <> ?", (kind, id_, kind))
        return id_

    def note_absence(self, capture: Capture, owner: IngestedSite, article: int, reason: str, row: int) -> None:
        """Notes that a known article seems to be gone. Whether this is believed is decided at the end of the file."""
        site = owner.site.id
        self.absences[site].append(Absence(article, site, capture.url, capture.fetched_at, "gone", reason, row))

    def decide(self, owner: IngestedSite, key: str, decision: Decision, at: datetime) -> None:
        """Sets what became of a link."""
        decide(self.archive, owner.site.id, key, decision, at=at, run=self.run)

    def note_crash(
        self, capture: Capture, error: Exception, owner: IngestedSite | None = None, *, detail: str = ""
    ) -> None:
        """Stores a problem for a page, or for a ``detail`` of it, whose reading failed with an error."""
        add_problem(
            self.archive,
            Problem(kind="parser", detail=f"{storable(detail)}: {said(error)}" if detail else said(error)),
            site=owner.site.id if owner else None,
            url=capture.url,
            at=capture.fetched_at,
            run=self.run,
        )


def is_robots(url: str) -> bool:
    """Whether the address is that of a robots.txt."""
    return urlsplit(url).path == "/robots.txt"


def is_of_the_archive(error: Exception) -> bool:
    """Whether the archive itself failed, and not one row that it refused."""
    if isinstance(error, sqlite3.Error):
        of_one_row = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError, sqlite3.InterfaceError)
        return not isinstance(error, of_one_row)
    return isinstance(error, ArchiveError)


def said(error: Exception) -> str:
    """The text of an error, for the row of a problem."""
    return storable(f"{type(error).__name__}: {error}")


def storable(text: str) -> str:
    """``text`` without what SQLite cannot keep (lone surrogates)."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
