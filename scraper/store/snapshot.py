"""What a crawl may know of the archive, written as a snapshot file before the crawl starts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from scraper.fetch.snapshot import SNAPSHOT_SCHEMA
from scraper.sites import Site
from scraper.store.archive import Archive, moment
from scraper.store.errors import archive_errors
from scraper.store.order import SLOTS, first_id

PATIENCE = timedelta(days=30)
"""How long a link that was listed and not collected is tried again, after it was last listed."""

DOUBT = timedelta(days=3)
"""How long after it was first listed a page that was no article is looked at again each night: the site may have
been at fault, not the page."""

_DOUBTED = (
    "outcome = 'rejected' AND reason NOT IN ('not-an-article', 'password', 'redirect-loop', 'scheme', 'too-large')"
    " AND julianday(decided_at) - julianday(first_listed) < :doubt"
)

OVERDUE = timedelta(days=365)
"""How long after its last planned re-check an article that was never looked at again is still due for one."""


def write_snapshot(archive: Archive, path: Path, sites: Iterable[Site], now: datetime) -> None:
    """Writes what the archive knows of ``sites`` at ``now`` to a new file at ``path``; one that is there is replaced.

    An article is due when a day of its site's ``recheck_days`` after its publication has come and it was not looked
    at since that day. One that is gone is looked at again on the same days: it may come back. Raises ArchiveError.
    """
    with suppress(FileNotFoundError):
        path.unlink()
    with archive_errors(path):
        snapshot = sqlite3.connect(path)
        snapshot.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SNAPSHOT_SCHEMA}")
        snapshot.close()
        archive.execute("ATTACH ? AS snapshot", (str(path),))
        try:
            archive.execute("PRAGMA snapshot.journal_mode = OFF")
            archive.execute("PRAGMA snapshot.synchronous = OFF")
            archive.execute("BEGIN")
            try:
                for site in sites:
                    _write_site(archive, site, now)
                archive.execute("COMMIT")
            except BaseException:
                archive.db.rollback()
                raise
        finally:
            archive.execute("DETACH snapshot")


def _write_site(archive: Archive, site: Site, now: datetime) -> None:
    about = {"site": site.id, "since": moment(now - PATIENCE), "doubt": DOUBT.days}
    for query in (
        "SELECT site, key FROM articles WHERE site = :site ORDER BY key",
        "SELECT site, key FROM addresses WHERE site = :site ORDER BY key",
        "SELECT site, key FROM listed WHERE site = :site AND outcome IN ('collected', 'rejected', 'offsite')"  # noqa: S608
        f" AND NOT ({_DOUBTED})",
        "SELECT site, key FROM forgotten WHERE site = :site",
    ):
        archive.execute(f"INSERT OR IGNORE INTO snapshot.known {query}", about)
    archive.execute(
        "INSERT OR IGNORE INTO snapshot.pending SELECT site, key, url FROM listed"  # noqa: S608
        f" WHERE site = :site AND (outcome IN ('waiting', 'failed') OR {_DOUBTED}) AND last_listed >= :since",
        about,
    )
    archive.execute(
        "INSERT INTO snapshot.sources SELECT url, etag, last_modified FROM sources"
        " WHERE site = :site AND (etag IS NOT NULL OR last_modified IS NOT NULL) ON CONFLICT DO NOTHING",
        about,
    )
    days = site.fetch.recheck_days
    if not days:
        return
    # An article's id holds the minute of its publication; the index articles_looked covers this whole question.
    due = " OR ".join(
        f"((id >> {SLOTS}) * 60 <= :now - {day * 86400} AND looked < (id >> {SLOTS}) * 60 + {day * 86400})"
        for day in sorted(set(days))
    )
    oldest = now - OVERDUE - timedelta(days=max(days))
    archive.execute(
        "INSERT INTO snapshot.due SELECT site, key, url, etag, last_modified FROM articles WHERE id IN ("  # noqa: S608
        " SELECT id FROM (SELECT id, CAST(strftime('%s', last_looked) AS INTEGER) AS looked FROM articles"
        f" WHERE site = :site AND id >= :oldest) WHERE {due})",
        {"site": site.id, "now": int(now.timestamp()), "oldest": first_id(oldest, None)},
    )
