"""The evidence: every capture, every link that a source showed, every source, every problem."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from scraper.dates.shapes import CALENDAR_DAY
from scraper.items import ListEntry, Problem, Witness, WitnessSource
from scraper.store.archive import Archive, moment
from scraper.text import shows_title

if TYPE_CHECKING:
    from scraper.captures import Capture
    from scraper.fetch.snapshot import Validators

_CALENDAR = re.compile(CALENDAR_DAY)
_DATES = {WitnessSource.LIST: "list_date", WitnessSource.FEED: "feed_date", WitnessSource.SITEMAP: "sitemap_date"}


class LinkOutcome(StrEnum):
    """What became of a link that a source showed."""

    COLLECTED = "collected"
    WAITING = "waiting"  # not requested yet: it is tried again
    REJECTED = "rejected"  # looked at, and not an article
    ROBOTS = "refused by robots"
    OFFSITE = "offsite"  # an article of another host
    FAILED = "failed"  # requested, but no answer was of use: it is tried again
    FORGOTTEN = "forgotten"  # taken down here on request


SETTLED = frozenset(LinkOutcome) - {LinkOutcome.WAITING, LinkOutcome.FAILED}
"""Outcomes after which a link is not tried again, or only now and then (see scraper.store.snapshot)."""

DOUBT = timedelta(days=3)
"""How long after it was first listed a page that was refused is looked at again each night: the site may have been
at fault, not the page."""


_AT_ONCE = 500

EDIT_NOT_SEEN = "listed.retitled_at > articles.last_looked"
"""SQL, of ``listed`` joined with ``articles``: a list showed that it was edited, and no look at it followed."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome and why."""

    outcome: LinkOutcome
    reason: str | None = None
    detail: str | None = None
    article: int | None = None


def record_capture(
    archive: Archive, capture: Capture, *, site: str | None, kind: str, purpose: str, origin: str, run: str
) -> int | None:
    """Notes the capture and returns its id. Returns None if the same WARC record was noted before."""
    cursor = archive.execute(
        "INSERT INTO captures (site, url, fetched_at, status, kind, purpose, outcome, detail, origin, file, offset,"
        " record_id, payload_digest, bytes, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (record_id) DO NOTHING",
        (
            site,
            capture.url,
            moment(capture.fetched_at),
            capture.status,
            kind,
            purpose,
            capture.outcome,
            capture.detail,
            origin,
            capture.file,
            capture.offset,
            record_identity(capture),
            capture.payload_digest,
            capture.size,
            run,
        ),
    )
    return cursor.lastrowid if cursor.rowcount else None


def record_identity(capture: Capture) -> str:
    """The record's own id, or its place if the file gives its records no ids."""
    return capture.record_id or f"{capture.file}#{capture.offset}"


def capture_id(archive: Archive, capture: Capture) -> int | None:
    """The id of a capture noted before, or None."""
    found: int | None = archive.value("SELECT id FROM captures WHERE record_id = ?", (record_identity(capture),))
    return found


def list_link(
    archive: Archive,
    *,
    site: str,
    key: str,
    url: str,
    entry: ListEntry,
    source: str,
    at: datetime,
    run: str,
    first: Decision,
) -> None:
    """Notes that ``source`` showed a link at ``at``. A new link begins with the decision ``first``.

    ``url`` is the address to request. It may differ from the one shown, such as that of a mobile page.
    """
    values = {
        "site": site,
        "key": key,
        "url": url,
        "title": entry.title,
        "source": source,
        "at": moment(at),
        "run": run,
        "outcome": first.outcome.value,
        "reason": first.reason,
        "detail": first.detail,
        "article": first.article,
        "decided": None if first.outcome is LinkOutcome.WAITING else moment(at),
        "decided_run": None if first.outcome in {LinkOutcome.WAITING, LinkOutcome.COLLECTED} else run,
        **dict.fromkeys(_DATES.values()),
    }
    values[_DATES.get(entry.source, "list_date")] = entry.date_text
    archive.execute(
        "INSERT INTO listed (site, key, url, title, source, list_date, feed_date, sitemap_date, first_listed,"
        " last_listed, outcome, reason, detail, decided_at, decided_run, listed_run, article)"
        " VALUES (:site, :key, :url, :title, :source, :list_date, :feed_date, :sitemap_date, :at, :at, :outcome,"
        " :reason, :detail, :decided, :decided_run, :run, :article)"
        " ON CONFLICT (site, key) DO UPDATE SET"
        " listed_run = CASE WHEN last_listed <= excluded.last_listed THEN excluded.listed_run ELSE listed_run END,"
        " first_listed = min(first_listed, excluded.first_listed),"
        " last_listed = max(last_listed, excluded.last_listed),"
        " title = coalesce(title, excluded.title),"
        " list_date = coalesce(list_date, excluded.list_date),"
        " feed_date = coalesce(feed_date, excluded.feed_date),"
        " sitemap_date = coalesce(sitemap_date, excluded.sitemap_date)",
        values,
    )


def note_title(archive: Archive, site: str, key: str, title: str, at: datetime) -> None:
    """Notes the title that a list shows for an article held already, if it is another one than those known."""
    row = archive.row(
        "SELECT articles.title, coalesce(retitled, listed.title) FROM listed"
        " JOIN articles ON articles.id = listed.article WHERE listed.site = ? AND listed.key = ?",
        (site, key),
    )
    if row is not None and not any(shows_title(title, known) for known in row if known):
        archive.execute(
            "UPDATE listed SET retitled = ?, retitled_at = ? WHERE site = ? AND key = ?"
            " AND coalesce(retitled_at, '') < ?",
            (title, moment(at), site, key, moment(at)),
        )


def note_unseen_edit(archive: Archive, site: str, key: str, modified: datetime, at: datetime) -> None:
    """Notes that a sitemap of ``at`` called an article ``modified`` since the last look at it."""
    archive.execute(
        "UPDATE listed SET retitled_at = :at WHERE site = :site AND key = :key AND coalesce(retitled_at, '') < :at"
        " AND EXISTS (SELECT 1 FROM articles WHERE articles.id = listed.article AND last_looked < :modified)",
        {"at": moment(at), "site": site, "key": key, "modified": moment(modified)},
    )


def decide(archive: Archive, site: str, key: str, decision: Decision, *, at: datetime, run: str) -> None:
    """Sets what became of the link ``key``, if it was listed. A collected or forgotten link keeps its outcome."""
    archive.execute(
        "UPDATE listed SET outcome = :outcome, reason = :reason, detail = :detail, article = :article,"
        " decided_at = :at, decided_run = :run WHERE site = :site AND key = :key"
        " AND outcome NOT IN ('collected', 'forgotten')",
        {
            "outcome": decision.outcome.value,
            "reason": decision.reason,
            "detail": decision.detail,
            "article": decision.article,
            "at": moment(at),
            "run": run,
            "site": site,
            "key": key,
        },
    )


def outcomes(archive: Archive, site: str, keys: Iterable[str]) -> dict[str, LinkOutcome]:
    """The present outcome of each listed link."""
    found: dict[str, LinkOutcome] = {}
    for some, marks in _some_at_once(keys):
        rows = archive.rows(f"SELECT key, outcome FROM listed WHERE site = ? AND key IN ({marks})", (site, *some))  # noqa: S608
        found |= {key: LinkOutcome(outcome) for key, outcome in rows}
    return found


def _some_at_once(keys: Iterable[str]) -> Iterator[tuple[list[str], str]]:
    """The keys in as few parts as one statement may have values, each with its marks."""
    every = list(keys)
    for at in range(0, len(every), _AT_ONCE):
        some = every[at : at + _AT_ONCE]
        yield some, ", ".join("?" * len(some))


def has_doubts(archive: Archive, site: str, keys: Iterable[str]) -> bool:
    """Whether one of the links is refused by robots.txt, or was refused so lately that it is looked at again."""
    return any(
        archive.row(
            f"SELECT 1 FROM listed WHERE site = ? AND key IN ({marks}) AND (outcome = 'refused by robots'"  # noqa: S608
            " OR (outcome = 'rejected' OR outcome = 'offsite' AND reason = 'redirected')"
            " AND julianday(decided_at) - julianday(first_listed) < ?)",
            (site, *some, DOUBT.days),
        )
        for some, marks in _some_at_once(keys)
    )


def witnesses(archive: Archive, site: str, key: str) -> tuple[Witness, ...]:
    """What lists, feeds and sitemaps printed as the date of the article, each as it was first seen.

    A date relative to the time of reading ("2 giờ trước") is counted from the moment when it was first seen.
    """
    row = archive.row(
        "SELECT title, list_date, feed_date, sitemap_date, first_listed FROM listed WHERE site = ? AND key = ?",
        (site, key),
    )
    if row is None:
        return ()
    first = datetime.fromisoformat(row["first_listed"])
    return tuple(
        Witness(source, row[column], seen=None if _CALENDAR.search(row[column]) else first, title=row["title"])
        for source, column in _DATES.items()
        if row[column]
    )


def look_at_source(
    archive: Archive, *, site: str, url: str, kind: str, at: datetime, whole: bool, validators: Validators | None
) -> None:
    """Notes a look at a source, and the validators for the next request.

    ``validators`` are those of this answer if every link that it showed has an outcome. They are empty if the source
    must be sent whole again. None keeps the earlier ones (the server said that the source is unchanged).
    """
    archive.execute(
        "INSERT INTO sources (url, site, kind, etag, last_modified, last_looked, last_whole)"
        " VALUES (:url, :site, :kind, :etag, :modified, :at, :whole)"
        " ON CONFLICT (url) DO UPDATE SET site = excluded.site, kind = excluded.kind,"
        " etag = iif(:keep, etag, excluded.etag), last_modified = iif(:keep, last_modified, excluded.last_modified),"
        " last_looked = excluded.last_looked, last_whole = coalesce(excluded.last_whole, last_whole)"
        " WHERE last_looked <= excluded.last_looked",
        {
            "url": url,
            "site": site,
            "kind": kind,
            "etag": validators.etag if validators else None,
            "modified": validators.last_modified if validators else None,
            "keep": validators is None,
            "at": moment(at),
            "whole": moment(at) if whole else None,
        },
    )


def add_problem(
    archive: Archive,
    problem: Problem,
    *,
    site: str | None,
    url: str,
    at: datetime,
    run: str,
    capture: int | None = None,
    article: int | None = None,
) -> None:
    """Notes a problem of an address. If the same problem is open already, it is marked as seen again."""
    archive.execute(
        "INSERT INTO problems (site, url, article, kind, detail, run, capture, first_seen, last_seen)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (url, kind) WHERE closed IS NULL DO UPDATE SET"
        " detail = excluded.detail, run = excluded.run, capture = excluded.capture, last_seen = excluded.last_seen,"
        " article = coalesce(excluded.article, article) WHERE last_seen <= excluded.last_seen",
        (site, url, article, problem.kind, problem.detail[:500], run, capture, moment(at), moment(at)),
    )


def close_problems(
    archive: Archive, urls: Collection[str], at: datetime, *, article: int | None = None, but: Collection[str] = ()
) -> None:
    """Closes the open problems of these addresses and this article, except those of the kinds ``but``."""
    kinds = ", ".join("?" * len(but))
    marks = ", ".join("?" * len(urls))
    archive.execute(
        f"UPDATE problems SET closed = ? WHERE closed IS NULL AND last_seen <= ? AND kind NOT IN ({kinds})"  # noqa: S608
        f" AND (url IN ({marks}) OR article = ?)",
        (moment(at), moment(at), *but, *urls, article),
    )
