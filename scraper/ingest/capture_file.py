"""One file of captures, brought into the archive: each capture, then what became of every link."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from scraper.captures import Capture, is_good, is_html, read_captures
from scraper.cleaning.duplicates import RepeatedPages
from scraper.fetch.snapshot import Validators
from scraper.ingest.answers import Answer, Answers, plain
from scraper.ingest.missing_articles import Absence, settle_absences
from scraper.ingest.sources import judge_sources
from scraper.items import Article, ListEntry, ListPage, NotAnArticle, Problem, Reject
from scraper.pages import load_family
from scraper.pages.family import Family
from scraper.pages.feeds import looks_like_feed, looks_like_sitemap, read_feed, read_sitemap
from scraper.reading import understand
from scraper.reading.captured_pages import KnownPages, Pages
from scraper.sites import Site, by_netloc, owner
from scraper.store.archive import Archive, moment
from scraper.store.articles import Seen, What, add_addresses, confirm, find_key, save_article
from scraper.store.errors import ArchiveError
from scraper.store.ledgers import (
    SETTLED,
    Decision,
    Outcome,
    add_problem,
    capture_id,
    decide,
    list_link,
    record_capture,
    witnesses,
)
from scraper.store.reference import sync_sites
from scraper.store.runs import settle_run
from scraper.text import likeness

BATCH = 200
"""Captures in one transaction: what a crash can cost is read again from the file."""

BATCH_BYTES = 16 * 1024 * 1024
"""Bytes of pages in one transaction, all held in memory until its end."""

_PASSING = frozenset({"maintenance", "blocked", "truncated"})
"""Reasons of a Reject that may be gone tomorrow: the address is asked for again."""

_PASSING_STATUS = frozenset({403, 408, 423, 425, 429})
_ABSENT = frozenset({404, 410})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_ASKED = frozenset({"blocked", "capped", "no-contact", "paused", "robots-unreachable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What one file brought."""

    file: str
    captures: int  # all that the file holds
    repeated: int  # of them known before
    new: int
    edited: int
    earlier: int  # revisions that belong before what was known
    silent: int  # of the edited
    unchanged: int
    gone: int
    rejected: int
    failed: int
    unowned: int  # of no site that is known
    torn: tuple[str, ...]  # parts of the file that could not be read, a sentence each


@dataclass(frozen=True, slots=True)
class _Room:
    """A site, its page objects, and the addresses of its lists."""

    site: Site
    family: Family
    sources: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Read:
    """An article page that has been read and not yet kept."""

    capture: Capture
    room: _Room
    result: Article | Reject


def ingest(
    archive: Archive,
    warc_path: Path,
    sites: Mapping[str, Site],
    run_id: str,
    *,
    origin: str = "live",
    again: bool = False,
    known_pages: KnownPages | None = None,
) -> Ingested:
    """Brings the captures of a WARC file into the archive, for the run ``run_id``.

    ``origin`` is live, import, wayback or commoncrawl. ``again`` reads the article pages of a known file anew, after
    a page object or a rule was changed: what then differs is a revision of the parser, not of the page.
    ``known_pages`` are pages of the file that have been read already, by the page objects of today.

    One page that cannot be read or kept becomes a problem and stops no other. Raises ArchiveError where the archive
    refuses, OSError for a file that cannot be opened, LookupError for an unknown run.
    """
    if archive.row("SELECT 1 FROM runs WHERE id = ?", (run_id,)) is None:
        raise LookupError(f"no run has the id {run_id!r}")
    known = {row["id"] for row in archive.rows("SELECT id FROM sites")}
    if not known >= sites.keys():
        sync_sites(archive, sites)
    return _Ingest(archive, warc_path, sites, run_id, origin, again, known_pages).whole()


class _Ingest:
    def __init__(
        self,
        archive: Archive,
        path: Path,
        sites: Mapping[str, Site],
        run: str,
        origin: str,
        again: bool,
        known_pages: KnownPages | None,
    ) -> None:
        self.archive = archive
        self.path = path
        self.run = run
        self.origin = origin
        self.again = again
        self.netlocs = by_netloc(sites.values())
        self.rooms = {
            site.id: _Room(site, load_family(site.family, site.select), {plain(url) for url in site.roots})
            for site in sites.values()
        }
        self.touched: dict[str, _Room] = {}
        self.answers = Answers()
        self.kinds: dict[tuple[str, str, datetime], str] = {}  # what the first look found, capture by capture
        self.shown: dict[tuple[str, str], set[str]] = {}
        self.known_before: dict[tuple[str, str], bool] = {}
        self.repeated_pages = RepeatedPages()
        self.absences: defaultdict[str, list[Absence]] = defaultdict(list)  # by site
        self.standing: Counter[str] = Counter()  # known articles found in their place, by site
        self.pages = Pages(known_pages)
        self.counts: Counter[str] = Counter()
        self.torn: list[str] = []

    def whole(self) -> Ingested:
        self.in_batches(self.first_look, self.torn.append)
        waiting: list[_Read] = []
        self.in_batches(
            lambda capture: self.second_look(capture, waiting), lambda _: None, lambda: self.keep(waiting)
        )
        with self.archive.transaction():
            for id_, url, answer in self.answers.redirects():
                self.resolve_redirect(self.touched[id_], url, answer)
            for id_, room in self.touched.items():
                self.counts["gone"] += settle_absences(
                    self.archive, self.absences[id_], standing=self.standing[id_], run=self.run
                )
                if self.origin == "live":  # how whole another's lists were read is not known
                    judge_sources(self.archive, room.site, self.answers, self.run)
        settle_run(self.archive, self.run, sorted(self.touched))
        return Ingested(
            file=self.path.name,
            torn=tuple(self.torn),
            **{
                name: self.counts[name]
                for name in (
                    "captures", "repeated", "new", "edited", "earlier", "silent", "unchanged", "gone", "rejected",
                    "failed", "unowned",
                )
            },
        )  # fmt: skip

    def in_batches(
        self,
        look: Callable[[Capture], None],
        report: Callable[[str], None],
        after: Callable[[], None] = lambda: None,
    ) -> None:
        captures = read_captures(self.path, report)
        more = True
        while more:
            with self.archive.transaction():
                more = False
                size = 0
                for _, capture in zip(range(BATCH), captures, strict=False):
                    more = True
                    try:
                        look(capture)
                    except (ArchiveError, sqlite3.Error):
                        raise
                    except Exception as error:  # of one page, which must not stop the others
                        self.note_crash(capture, error)
                    size += len(capture.body)
                    if size > BATCH_BYTES:
                        break
                after()

    # First look: sources and redirects.

    def first_look(self, capture: Capture) -> None:
        self.counts["captures"] += 1
        room = self.room_of(capture.url)
        if room is None:
            return
        self.touched.setdefault(room.site.id, room)
        target = _target(capture)
        if target is not None:
            answer = Answer("redirect", capture.fetched_at, capture.status, target)
            self.answers.note(room.site.id, capture.url, answer)
            self.kinds[room.site.id, plain(capture.url), capture.fetched_at] = "redirect"
            if plain(capture.url) in room.sources:
                room.sources.add(plain(target))
            return
        if not is_good(capture) or _is_robots(capture.url):
            return
        page = self.read_source(capture, room)
        if page is None:
            return
        kind, shown = page
        if kind == "list":
            room.sources.update(plain(url) for url in (shown.next_url,) if url)
        room.sources.update(plain(url) for url in shown.children)
        self.list_page(capture, room, kind, shown)

    def read_source(self, capture: Capture, room: _Room) -> tuple[str, ListPage] | None:
        """The kind of source that a page is and what it shows; None for a page that lists nothing."""
        try:
            if looks_like_sitemap(capture.body):
                return "sitemap", read_sitemap(capture.body, capture.url)
            if looks_like_feed(capture.body):
                return "feed", read_feed(capture.body, capture.url)
            is_source = plain(capture.url) in room.sources
            if not is_html(capture) or (not is_source and room.family.key(capture.url) is not None):
                return None
            page = self.pages.list_page(capture, room.site, room.family)
        except (ValueError, NotAnArticle):
            return None
        except Exception as error:
            self.note_crash(capture, error, room)
            return None
        return ("list", page) if page is not None and (page.entries or is_source) else None

    def list_page(self, capture: Capture, room: _Room, kind: str, page: ListPage) -> None:
        keys: list[str] = []
        unseen = 0
        for entry in page.entries:
            place = self.place_of(room, entry)
            if place is None:
                continue
            key, url, first = place
            if first.outcome is not Outcome.OFFSITE:
                keys.append(key)
                unseen += not self.was_settled(room, key)
            if first.article is not None:
                add_addresses(self.archive, first.article, room.site.id, [(entry.url, key)], capture.fetched_at)
            else:
                self.shown.setdefault((room.site.id, key), set()).add(entry.url)
            list_link(
                self.archive,
                site=room.site.id,
                key=key,
                url=url,
                entry=entry,
                source=capture.url,
                at=capture.fetched_at,
                run=self.run,
                first=first,
            )
        self.kinds[room.site.id, plain(capture.url), capture.fetched_at] = kind
        answer = Answer(
            "page",
            capture.fetched_at,
            capture.status,
            page=page,
            keys=tuple(dict.fromkeys(keys)),
            unseen=unseen,
            validators=Validators(capture.header("ETag"), capture.header("Last-Modified")),
            source_kind=kind,
        )
        self.answers.note(room.site.id, capture.url, answer)

    def place_of(self, room: _Room, entry: ListEntry) -> tuple[str, str, Decision] | None:
        """The key of a listed link, the address to ask for, and what is known of it; None where it is none."""
        if not room.site.owns(entry.url):
            return entry.url, entry.url, Decision(Outcome.OFFSITE, "offsite", urlsplit(entry.url).netloc)
        key = room.family.key(entry.url)
        if key is None:
            return None
        if self.archive.row("SELECT 1 FROM forgotten WHERE site = ? AND key = ?", (room.site.id, key)):
            return key, entry.url, Decision(Outcome.FORGOTTEN)
        article = find_key(self.archive, room.site.id, key)
        url = room.family.fetch_url(entry.url)
        if article is not None:
            return key, url or entry.url, Decision(Outcome.COLLECTED, article=article)
        if url is None:
            return key, entry.url, Decision(Outcome.REJECTED, "not-an-article", "a copy that is never asked for")
        if not room.site.owns(url):
            return key, url, Decision(Outcome.OFFSITE, "offsite", urlsplit(url).netloc)
        return key, url, Decision(Outcome.WAITING)

    # Second look: everything else.

    def second_look(self, capture: Capture, waiting: list[_Read]) -> None:
        room = self.room_of(capture.url)
        known = capture_id(self.archive, capture)
        if known is not None:
            self.counts["repeated"] += 1
            if not self.again or room is None or not self.was_article_page(known):
                return
        if room is None:
            self.counts["unowned"] += 1
            self.record(capture, None, "unowned", "other")
            return
        found = self.kinds.get((room.site.id, plain(capture.url), capture.fetched_at))
        purpose = self.purpose_of(capture.url, room)
        if capture.kind == "outcome":
            self.record(capture, room, "outcome", purpose)
            self.take_outcome(capture, room)
        elif _is_robots(capture.url):
            self.record(capture, room, "robots", "robots")
        elif capture.kind == "revisit" or capture.status == 304:
            self.record(capture, room, "unchanged", purpose)
            self.take_unchanged(capture, room)
        elif found is not None:
            self.record(capture, room, found, "source" if found != "redirect" and purpose == "other" else purpose)
        elif not is_good(capture):
            self.take_error(capture, room, self.record(capture, room, "error", purpose))
        elif not is_html(capture) or purpose == "other":
            self.record(capture, room, "other", purpose)
        elif purpose == "source":
            self.record(capture, room, "error", purpose)
            reason = "not a list, feed or sitemap"
            answer = Answer("error", capture.fetched_at, capture.status, reason=reason)
            self.answers.note(room.site.id, capture.url, answer)
        else:
            waiting.append(_Read(capture, room, self.read(capture, room)))

    def was_article_page(self, capture: int) -> bool:
        kind = self.archive.value("SELECT kind FROM captures WHERE id = ?", (capture,))
        return kind in {"article", "rejected"}

    def record(self, capture: Capture, room: _Room | None, kind: str, purpose: str) -> int:
        id_ = record_capture(
            self.archive,
            capture,
            site=room.site.id if room else None,
            kind=kind,
            purpose=purpose,
            origin=self.origin,
            run=self.run,
        )
        if id_ is None:  # twice in one file, or read again
            id_ = capture_id(self.archive, capture) or 0
            self.archive.execute("UPDATE captures SET kind = ? WHERE id = ? AND kind <> ?", (kind, id_, kind))
        return id_

    def read(self, capture: Capture, room: _Room) -> Article | Reject:
        key = room.family.key(capture.url)
        heard = witnesses(self.archive, room.site.id, key, capture.fetched_at) if key else ()
        try:
            printed = self.pages.printed(capture, room.site)
            if isinstance(printed, Reject):
                return printed
            with self.pages.limit(room.site):
                return understand(printed, room.site, captured_at=capture.fetched_at, witnesses=heard)
        except Exception as error:
            return Reject(reason="parser", detail=_said(error), url=capture.url)

    def keep(self, waiting: list[_Read]) -> None:
        """Keeps what a batch has read: one that cannot be kept is a problem, the others are stored."""
        for read in self.believed(waiting):
            capture, room, result = read.capture, read.room, read.result
            if isinstance(result, Article):
                try:
                    with self.archive.transaction():
                        self.keep_article(capture, room, result)
                    continue
                except (ValueError, sqlite3.IntegrityError, sqlite3.ProgrammingError, OverflowError) as error:
                    result = Reject(reason="parser", detail=f"cannot be stored: {_said(error)}", url=capture.url)
            self.keep_reject(capture, room, result)
        waiting.clear()

    def believed(self, batch: list[_Read]) -> Iterator[_Read]:
        """The batch, its articles rejected that are not believed beside the others of this file."""
        for item in batch:
            if isinstance(item.result, Article):
                self.repeated_pages.hear(item.result)
        for item in batch:
            if isinstance(item.result, Article):
                article = find_key(self.archive, item.result.site, item.result.key)
                title = self.archive.value("SELECT title FROM articles WHERE id = ?", (article,))
                refusal = self.repeated_pages.refusal(item.result, title)
                if refusal is not None:
                    yield _Read(item.capture, item.room, refusal)
                    continue
            yield item

    def keep_article(self, capture: Capture, room: _Room, article: Article) -> None:
        site = room.site.id
        capture_row = self.record(capture, room, "article", self.purpose_of(capture.url, room))
        aliases = list(self.answers.aliases(site, capture.url))
        seen = Seen(
            capture=capture_row,
            run=self.run,
            origin=self.origin,
            url=capture.url,
            etag=capture.header("ETag"),
            last_modified=capture.header("Last-Modified"),
        )
        saved = save_article(self.archive, article, seen, same_as=self.moved_from(room, article, aliases))
        if saved.id is None:
            decide(self.archive, site, article.key, Decision(Outcome.FORGOTTEN), at=capture.fetched_at, run=self.run)
            return
        own_key = room.family.key(capture.url)
        addresses = [(capture.url, own_key or article.key)]
        addresses += [(alias, room.family.key(alias) or article.key) for alias in aliases]
        keys = {article.key, *(key for _, key in addresses)}
        addresses += [(url, key) for key in sorted(keys) for url in sorted(self.shown.get((site, key), ()))]
        add_addresses(self.archive, saved.id, site, addresses, capture.fetched_at)
        for key in keys:
            self.decide(room, key, Decision(Outcome.COLLECTED, article=saved.id), capture.fetched_at)
        answer = Answer("article", capture.fetched_at, capture.status, article=saved.id)
        self.answers.note(site, capture.url, answer)
        self.standing[site] += self.was_known(room, article.key)
        self.counts["edited" if saved.what is What.EDITED else saved.what.value] += 1
        self.counts["silent"] += saved.silent

    def moved_from(self, room: _Room, article: Article, aliases: list[str]) -> int | None:
        """The id of the article that has moved to this address: it was redirected here and has the same title."""
        if find_key(self.archive, room.site.id, article.key) is not None:
            return None
        for alias in aliases:
            key = room.family.key(alias)
            id_ = find_key(self.archive, room.site.id, key) if key else None
            if id_ is not None:
                title = self.archive.value("SELECT title FROM articles WHERE id = ?", (id_,))
                if likeness(title, article.title) >= 0.6:
                    return id_
        return None

    def keep_reject(self, capture: Capture, room: _Room, reject: Reject) -> None:
        row = self.record(capture, room, "rejected", self.purpose_of(capture.url, room))
        key = room.family.key(capture.url)
        article = find_key(self.archive, room.site.id, key) if key else None
        passing = reject.reason in _PASSING
        answer = Answer("reject", capture.fetched_at, capture.status, reason=reject.reason)
        self.answers.note(room.site.id, capture.url, answer)
        add_problem(
            self.archive,
            Problem(kind=reject.reason, detail=_storable(reject.detail)),
            site=room.site.id,
            url=capture.url,
            at=capture.fetched_at,
            run=self.run,
            capture=row,
            article=article,
        )
        self.counts["failed" if passing else "rejected"] += 1
        if article is not None and reject.reason == "soft-404":
            self.note_absence(capture, room, article, "soft-404", row)
        if key is not None:
            outcome = Outcome.FAILED if passing else Outcome.REJECTED
            self.decide(room, key, Decision(outcome, reject.reason, _storable(reject.detail)), capture.fetched_at)

    def take_outcome(self, capture: Capture, room: _Room) -> None:
        reason = capture.outcome or "failed"
        self.answers.note_empty(room.site.id, capture.url, Answer("outcome", capture.fetched_at, reason=reason))
        key = room.family.key(capture.url)
        if key is None:
            return
        if reason == "robots":
            outcome = Outcome.ROBOTS
        elif reason == "offsite":
            outcome = Outcome.OFFSITE
        elif reason in {"redirect-loop", "scheme", "too-large"}:
            outcome = Outcome.REJECTED
        elif reason in _NOT_ASKED:
            outcome = Outcome.WAITING
        else:
            outcome = Outcome.FAILED
            self.counts["failed"] += 1
        self.decide(room, key, Decision(outcome, reason, capture.detail), capture.fetched_at)

    def take_unchanged(self, capture: Capture, room: _Room) -> None:
        answer = Answer("unchanged", capture.fetched_at, capture.status)
        self.answers.note_empty(room.site.id, capture.url, answer)
        key = room.family.key(capture.url)
        article = find_key(self.archive, room.site.id, key) if key else None
        if article is not None and plain(capture.url) not in room.sources:
            confirm(self.archive, article, capture.fetched_at)
            self.counts["unchanged"] += 1
            self.standing[room.site.id] += 1
            self.archive.execute(
                "UPDATE problems SET closed = ? WHERE article = ? AND kind = 'vanished' AND closed IS NULL",
                (moment(capture.fetched_at), article),
            )

    def take_error(self, capture: Capture, room: _Room, row: int) -> None:
        status = capture.status or 0
        reason = f"http {status}"
        answer = Answer("error", capture.fetched_at, capture.status, reason=capture.outcome or reason)
        self.answers.note_empty(room.site.id, capture.url, answer)
        key = room.family.key(capture.url)
        if key is None:
            return
        article = find_key(self.archive, room.site.id, key)
        if status in _ABSENT and article is not None:
            self.note_absence(capture, room, article, reason, row)
        lasting = 400 <= status < 500 and status not in _PASSING_STATUS
        if article is None or not lasting:
            self.counts["rejected" if lasting else "failed"] += 1
        outcome = Outcome.REJECTED if lasting else Outcome.FAILED
        decision = Decision(outcome, capture.outcome or "http", capture.detail or str(status))
        self.decide(room, key, decision, capture.fetched_at)

    # At the end: redirects and sources.

    def resolve_redirect(self, room: _Room, url: str, first: Answer) -> None:
        """What an address that leads elsewhere means for its article."""
        key = room.family.key(url)
        if key is None:
            return
        article = find_key(self.archive, room.site.id, key)
        target, end = self.answers.follow(room.site.id, url)
        capture = self.archive.row(
            "SELECT id, url FROM captures WHERE run = ? AND kind = 'redirect' AND fetched_at = ?",
            (self.run, moment(first.at)),
        )
        if capture is None:
            return
        detail = _storable(target)
        if not room.site.owns(target):
            decision = Decision(Outcome.OFFSITE, "redirected", detail)
        elif end is not None and end.kind == "article" and end.article is not None:
            decision = Decision(Outcome.COLLECTED, article=end.article)
        elif end is None or end.kind in {"outcome", "redirect"} or (end.kind == "reject" and end.reason in _PASSING):
            return  # where it leads is not known: what was decided before stands
        elif end.kind == "error":
            lasting = end.status in _ABSENT
            decision = Decision(Outcome.REJECTED if lasting else Outcome.FAILED, "http", f"{end.status} at {detail}")
        elif room.family.key(target) == key:
            return
        else:
            decision = Decision(Outcome.REJECTED, "redirected", detail)
        self.decide(room, key, decision, first.at)
        if decision.article is not None and article in {None, decision.article}:
            add_addresses(self.archive, decision.article, room.site.id, [(url, key)], first.at)
        if article is not None and article != decision.article and decision.outcome is not Outcome.FAILED:
            state = "gone" if end is not None and end.kind == "error" else "redirected"
            self.absences[room.site.id].append(
                Absence(article, room.site.id, capture["url"], first.at, state, detail, capture["id"])
            )

    # What several of these steps ask.

    def room_of(self, url: str) -> _Room | None:
        """The site that an address belongs to, and what is known of it."""
        site = owner(url, self.netlocs)
        return None if site is None else self.rooms[site.id]

    def purpose_of(self, url: str, room: _Room) -> str:
        """Why an address was asked for: source, recheck, article or other; that of its first redirect."""
        if _is_robots(url):
            return "robots"
        if plain(url) in room.sources:
            return "source"
        for address in (url, *self.answers.aliases(room.site.id, url)):
            key = room.family.key(address)
            if key is not None:
                return "recheck" if self.was_settled(room, key) else "article"
        return "other"

    def was_known(self, room: _Room, key: str) -> bool:
        """Whether the article was in the archive before this run."""
        place = room.site.id, key
        if place not in self.known_before:
            id_ = find_key(self.archive, *place)
            other = self.archive.row("SELECT 1 FROM revisions WHERE article = ? AND run <> ?", (id_, self.run))
            self.known_before[place] = other is not None
        return self.known_before[place]

    def was_settled(self, room: _Room, key: str) -> bool:
        """Whether the link needed no request before this run."""
        if self.was_known(room, key):
            return True
        row = self.archive.row(
            "SELECT outcome, decided_run FROM listed WHERE site = ? AND key = ?", (room.site.id, key)
        )
        return row is not None and Outcome(row["outcome"]) in SETTLED and row["decided_run"] != self.run

    def note_absence(self, capture: Capture, room: _Room, article: int, reason: str, row: int) -> None:
        site = room.site.id
        self.absences[site].append(Absence(article, site, capture.url, capture.fetched_at, "gone", reason, row))

    def decide(self, room: _Room, key: str, decision: Decision, at: datetime) -> None:
        decide(self.archive, room.site.id, key, decision, at=at, run=self.run)

    def note_crash(self, capture: Capture, error: Exception, room: _Room | None = None) -> None:
        add_problem(
            self.archive,
            Problem(kind="parser", detail=_said(error)),
            site=room.site.id if room else None,
            url=capture.url,
            at=capture.fetched_at,
            run=self.run,
        )


def _target(capture: Capture) -> str | None:
    location = capture.header("Location") if capture.status in _REDIRECTS else None
    try:
        return urljoin(capture.url, location) if location else None
    except ValueError:  # a Location that is no address leads nowhere
        return None


def _is_robots(url: str) -> bool:
    return urlsplit(url).path == "/robots.txt"


def _said(error: Exception) -> str:
    return _storable(f"{type(error).__name__}: {error}")


def _storable(text: str) -> str:
    """``text`` without what SQLite cannot keep (lone surrogates)."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
