"""What a crawl may know of the archive, written as a snapshot file before the crawl starts."""

from __future__ import annotations

import json
import logging
import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from pathlib import Path

from scraper.clock import VIETNAM
from scraper.fetch.snapshot import SNAPSHOT_SCHEMA
from scraper.sites import Site
from scraper.store import seal
from scraper.store.archive import Archive, moment
from scraper.store.article_ids import SLOTS, first_id
from scraper.store.errors import archive_errors
from scraper.store.lastmods import says_nothing
from scraper.store.ledgers import DOUBT, EDIT_NOT_SEEN
from scraper.store.source_walks import TRUST_VALIDATORS, sources_tonight
from scraper.whole_files import replacing

log = logging.getLogger("tinkhoi")

PATIENCE = timedelta(days=30)
"""How long after it was last listed a link that was not collected is tried again."""

DOUBT_LONGER = timedelta(days=10)
"""How long after it was first listed such a page is still looked at each night, within DOUBTS_A_NIGHT: several bad
nights may have refused it for several reasons."""

DOUBT_AGAIN = timedelta(days=4, hours=12)
"""How long after the last look such a page is looked at again later on, for as long as a list shows it."""

STILL_SHOWN = timedelta(days=8)
"""A link that a list showed so recently is shown by it still: each page of each list is seen within seven nights."""

DOUBTS_A_NIGHT = 20
"""Requests a site and night for pages that were refused longer ago than DOUBT, and for articles said to be gone."""

_REFUSED = "(outcome = 'rejected' AND reason <> 'never-asked' OR outcome = 'offsite' AND reason = 'redirected')"
_DOUBTED = f"{_REFUSED} AND julianday(decided_at) - julianday(first_listed) < :doubt"

OVERDUE = timedelta(days=365)
"""How long after its last planned re-check an article stays due, if it was never looked at again."""


_IS_KNOWN = (
    "EXISTS (SELECT 1 FROM articles WHERE articles.site = changed.site AND articles.key = changed.key)"  # noqa: S608
    " OR EXISTS (SELECT 1 FROM addresses WHERE addresses.site = changed.site AND addresses.key = changed.key)"
    " OR EXISTS (SELECT 1 FROM listed WHERE listed.site = changed.site AND listed.key = changed.key"
    f" AND outcome IN ('collected', 'rejected', 'offsite') AND NOT ({_DOUBTED}))"
    " OR EXISTS (SELECT 1 FROM forgotten WHERE forgotten.site = changed.site AND forgotten.key = changed.key)"
)

_ALL_KNOWN = (
    "SELECT site, key FROM articles ORDER BY site, key",
    "SELECT site, key FROM addresses ORDER BY site, key",
    "SELECT site, key FROM listed WHERE outcome IN ('collected', 'rejected', 'offsite')"  # noqa: S608
    f" AND NOT ({_DOUBTED}) ORDER BY site, key",
    "SELECT site, key FROM forgotten",
)

_CAPTURED = "(SELECT max(fetched_at) FROM captures WHERE captures.url = {} AND status = 200)"
"""When an address was last captured whole: a 304 says that this capture still stands."""

_LONGEST_RUN = timedelta(days=7)

_SHOWN_LATELY = (
    "listed.listed_run IN (SELECT id FROM runs WHERE started >= :begun) AND listed.site = :site"
    " AND listed.last_listed >= :shown"
)
"""SQL, of ``listed``: a list showed the link lately. The run that saw it last has an index, the time none."""

_RULES = blake2b("".join((SNAPSHOT_SCHEMA, *_ALL_KNOWN, str(DOUBT))).encode(), digest_size=8).hexdigest()
"""The rules by which a snapshot file was made. A file made by other rules is made anew."""


def write_snapshot(
    archive: Archive, path: Path, sites: Iterable[Site], now: datetime, *, recheck: Collection[int] = ()
) -> None:
    """Updates the file at ``path`` to what the archive knows, and to what ``sites`` are to be asked for at ``now``.

    The file is kept from night to night, so a night costs as much as changed, not as much as is known. The file and
    the archive hold the same token. The archive notes each key for which something changes after the token was set
    (``known_changes``). Each snapshot sets a new token, in the file first. If the archive is then not written, or
    either of the two is restored from a copy, the tokens differ and the file is made anew. It is also made anew if
    it is missing or not a snapshot of ours, or if a page of it is not as the last night left it
    (:mod:`scraper.store.seal`; of a large file a night compares one part).

    An article is due if one of its site's ``recheck_days`` after its publication has come and it was not looked at
    since that day. An article that is gone is looked at on the same days, for it may come back.
    So is one that a list showed with another title since the last look at it, and those whose ids are ``recheck``.
    Raises ArchiveError.
    """
    token = f"{_RULES} {secrets.token_hex(16)}"
    written = seal.WrittenPages(path)
    is_sound = path.is_file() and seal.changed_pages(path, turn=now.astimezone(VIETNAM).toordinal()) == []
    seal.take_off(path)
    write_night = partial(_write_night, archive, list(sites), now, token, recheck)
    if not (is_sound and _brought_up_to_date(archive, path, write_night, written)):
        _make(archive, path, write_night)
    with archive_errors(path), suppress(OSError):
        seal.put_on(path, written)  # without it the next night makes the file anew
    with archive.transaction():
        archive.execute("DELETE FROM known_changes")
        archive.execute(
            "INSERT INTO about VALUES ('known', ?) ON CONFLICT DO UPDATE SET value = excluded.value", (token,)
        )


def _brought_up_to_date(
    archive: Archive, path: Path, write_night: Callable[[], None], written: seal.WrittenPages
) -> bool:
    """Applies the changes to an existing file. False if the file belongs to another archive or cannot be used."""
    held = archive.value("SELECT value FROM about WHERE name = 'known'")
    if not path.is_file() or not str(held).startswith(_RULES):
        return False
    try:
        with _attached(archive, path):
            if [tuple(row) for row in archive.execute("SELECT token FROM snapshot.standing")] != [(held,)]:
                return False
            archive.execute("PRAGMA snapshot.journal_mode = WAL")  # the log tells which pages are written
            with _writing(archive, written):
                archive.execute(
                    "DELETE FROM snapshot.known WHERE (site, key) IN (SELECT site, key FROM main.known_changes)"
                )
                archive.execute(
                    "INSERT INTO snapshot.known SELECT site, key FROM main.known_changes AS changed"  # noqa: S608
                    f" WHERE {_IS_KNOWN}",
                    {"doubt": DOUBT.days},
                )
                write_night()
    except sqlite3.DatabaseError as error:
        log.warning("%s: cannot be brought up to date and is made anew: %s", path, error)
        return False
    return True


def _make(archive: Archive, path: Path, write_night: Callable[[], None]) -> None:
    """Makes the whole file, under another name first."""
    with archive_errors(path), replacing(path) as draft:
        draft.with_name(f"{draft.name}-journal").unlink(missing_ok=True)
        snapshot = sqlite3.connect(draft)
        snapshot.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SNAPSHOT_SCHEMA}")
        snapshot.close()
        with _attached(archive, draft):
            archive.execute("PRAGMA snapshot.journal_mode = OFF")
            archive.execute("PRAGMA snapshot.synchronous = OFF")
            with _writing(archive):
                for query in _ALL_KNOWN:
                    archive.execute(f"INSERT OR IGNORE INTO snapshot.known {query}", {"doubt": DOUBT.days})
                write_night()
        for ending in ("-journal", "-wal", "-shm"):  # SQLite would take what stands there into the new file
            path.with_name(path.name + ending).unlink(missing_ok=True)


@contextmanager
def _attached(archive: Archive, path: Path) -> Iterator[None]:
    archive.execute("ATTACH ? AS snapshot", (str(path),))
    try:
        yield
    finally:
        archive.execute("DETACH snapshot")


@contextmanager
def _writing(archive: Archive, written: seal.WrittenPages | None = None) -> Iterator[None]:
    """One transaction. It writes to the attached file only; the archive is only read.

    ``written`` is told its pages. Raises sqlite3.OperationalError if another program reads the file for so long that
    they cannot be moved into it: a crawl does not see what stands in the log.
    """
    archive.execute("BEGIN")
    try:
        yield
        archive.execute("COMMIT")
    except BaseException:
        archive.db.rollback()
        raise
    if written is not None:
        written.note()
        if archive.execute("PRAGMA snapshot.wal_checkpoint(TRUNCATE)").fetchone()[0]:
            raise sqlite3.OperationalError("another program reads it")
        written.moved()


def _write_night(
    archive: Archive, sites: Iterable[Site], now: datetime, token: str, recheck: Collection[int]
) -> None:
    """Replaces everything that belongs to one night only."""
    for table in ("due", "pending", "sources", "shown", "standing"):
        archive.execute(f"DELETE FROM snapshot.{table}")  # noqa: S608
    archive.execute("INSERT INTO snapshot.standing VALUES (?)", (token,))
    for site in sites:
        _write_site(archive, site, now)
    archive.execute(
        "INSERT OR REPLACE INTO snapshot.due SELECT site, key, url, NULL, NULL, NULL FROM articles"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(recheck)),),
    )


def _write_site(archive: Archive, site: Site, now: datetime) -> None:
    about = {
        "site": site.id,
        "since": moment(now - PATIENCE),
        "shown": moment(now - STILL_SHOWN),
        "begun": moment(now - STILL_SHOWN - _LONGEST_RUN),
        "again": moment(now - DOUBT_AGAIN),
        "doubt": DOUBT.days,
        "long": DOUBT_LONGER.days,
        "retitled": moment(now - DOUBT),
        "most": DOUBTS_A_NIGHT,
        "trusted": 1 + TRUST_VALIDATORS / timedelta(days=1),  # as long a list may have been called unchanged
    }
    archive.execute(
        "INSERT OR IGNORE INTO snapshot.pending SELECT site, key, url FROM listed"  # noqa: S608
        " WHERE site = :site AND outcome IN ('waiting', 'failed', 'rejected', 'offsite', 'refused by robots')"
        " AND outcome <> 'collected'"  # the index
        f" AND (outcome IN ('waiting', 'failed', 'refused by robots') OR {_DOUBTED}) AND last_listed >= :since"
        " AND NOT EXISTS (SELECT 1 FROM articles WHERE articles.site = listed.site AND articles.key = listed.key)"
        " AND NOT EXISTS (SELECT 1 FROM addresses WHERE addresses.site = listed.site"
        " AND addresses.key = listed.key)",
        about,
    )
    archive.execute(
        "INSERT OR IGNORE INTO snapshot.pending SELECT site, key, url FROM listed"  # noqa: S608
        f" WHERE site = :site AND outcome IN ('rejected', 'offsite') AND outcome <> 'collected' AND {_REFUSED}"
        " AND last_listed >= :shown"
        " AND (decided_at <= :again OR julianday(decided_at) - julianday(first_listed) < :long)"
        " ORDER BY decided_at LIMIT :most",
        about,
    )
    archive.execute(
        "INSERT OR IGNORE INTO snapshot.shown SELECT listed.site, listed.key, articles.url,"  # noqa: S608
        " json_array(articles.title, coalesce(listed.retitled, listed.title, '')),"
        " CASE WHEN :unheeded THEN :for_ever ELSE articles.last_looked END"
        f" FROM listed JOIN articles ON articles.id = listed.article WHERE {_SHOWN_LATELY}",
        about | {"unheeded": says_nothing(archive, site.id, now), "for_ever": moment(now + timedelta(days=3650))},
    )
    archive.execute(
        "INSERT OR IGNORE INTO snapshot.due SELECT articles.site, articles.key, articles.url, NULL, NULL, NULL"  # noqa: S608
        " FROM listed JOIN articles ON articles.id = listed.article"
        f" WHERE {_SHOWN_LATELY} AND ({EDIT_NOT_SEEN}"
        # A cache may have given the page with its old title: it is asked for until it has the other.
        " OR retitled <> articles.title AND retitled_at >= :retitled)"
        " ORDER BY retitled_at LIMIT :most",
        about,
    )
    for source in sources_tonight(archive, site, now):
        archive.execute(
            "INSERT INTO snapshot.sources (url, etag, last_modified, head, walk, walk_from, captured_at)"  # noqa: S608
            f" VALUES (:url, :etag, :last_modified, :head, :walk, :walk_from, {_CAPTURED.format(':url')})"
            " ON CONFLICT DO NOTHING",
            source,
        )
    archive.execute(
        "INSERT OR IGNORE INTO snapshot.due SELECT articles.site, articles.key, articles.url, NULL, NULL, NULL"
        " FROM articles JOIN listed ON listed.article = articles.id"
        " WHERE articles.id IN (SELECT id FROM articles WHERE state <> 'live') AND articles.site = :site"
        " AND julianday(listed.last_listed) > julianday(articles.since) - :trusted AND listed.last_listed >= :shown"
        " ORDER BY articles.last_looked LIMIT :most",
        about,
    )
    days = site.fetch.recheck_days
    if not days:
        return
    # An article's id holds the minute of its publication. The index articles_looked covers this whole query. An
    # article that was not looked at since one of the days that came was not looked at since the last of them.
    last_day = " ".join(
        f"WHEN (id >> {SLOTS}) * 60 <= :now - {day * 86400} THEN {day * 86400}"
        for day in sorted(set(days), reverse=True)
    )
    due = f"CAST(strftime('%s', last_looked) AS INTEGER) < (id >> {SLOTS}) * 60 + CASE {last_day} END"
    oldest = now - OVERDUE - timedelta(days=max(days))
    archive.execute(
        "INSERT OR IGNORE INTO snapshot.due SELECT site, key, url, etag, last_modified,"  # noqa: S608
        f" {_CAPTURED.format('articles.url')} FROM articles WHERE id IN ("
        f" SELECT id FROM articles WHERE site = :site AND id >= :oldest AND {due})",
        {"site": site.id, "now": int(now.timestamp()), "oldest": first_id(oldest, None)},
    )
