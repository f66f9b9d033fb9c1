"""What a crawl may know of the archive: a read-only SQLite file that the flow writes before it starts the crawl.

A crawl never opens the archive itself. The file may be copied to another machine. It is queried by key and never
read whole, so a million known addresses cost a crawl nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Set
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Self

from scraper.clock import VIETNAM, utc_now
from scraper.text import shows_title

SNAPSHOT_SCHEMA = """
CREATE TABLE known (site TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (site, key)) WITHOUT ROWID;
CREATE TABLE due (
    site TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, etag TEXT, last_modified TEXT, captured_at TEXT,
    PRIMARY KEY (site, key)
) WITHOUT ROWID;
CREATE TABLE pending (
    site TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL,
    PRIMARY KEY (site, key)
) WITHOUT ROWID;
CREATE TABLE sources (
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, head TEXT, walk INTEGER NOT NULL DEFAULT 0, walk_from TEXT,
    captured_at TEXT
) WITHOUT ROWID;
CREATE TABLE shown (
    site TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, titles TEXT NOT NULL, looked TEXT NOT NULL,
    PRIMARY KEY (site, key)
) WITHOUT ROWID;
CREATE TABLE standing (token TEXT NOT NULL);
"""
"""``known``: articles in the archive, and addresses not to be asked for again. ``due``: articles to be looked at
again this night, with their validators and the time of their last whole capture. ``pending``: listed on an earlier
night and not collected. ``sources``: validators of list pages, feeds and sitemaps of which everything that they
listed has an outcome, and how far a list is turned (see :class:`KnownSource`). ``shown``: articles that lists show of
late, with the titles known of each and the moment of the last look at it. ``standing``: the state of the archive that
``known`` is of (see ``scraper.store.snapshot``); a crawl does not read it."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server sent with a page so that an unchanged page need not be sent again."""

    etag: str | None = None
    last_modified: str | None = None
    captured_at: str | None = field(default=None, compare=False)  # ISO; of the last whole capture of that page


@dataclass(frozen=True, slots=True)
class Wanted:
    """An article that a crawl should fetch for the archive."""

    key: str
    url: str
    validators: Validators = Validators()


@dataclass(frozen=True, slots=True)
class KnownSource:
    """What is known of a list, feed or sitemap before it is asked for.

    A list is turned until more than half of ``head`` was shown: then nothing lies between tonight's news and what was
    read before. None: nothing is known of it. Empty: it was never read whole, and is turned to its end.
    """

    validators: Validators = Validators()
    head: frozenset[str] | None = None  # keys that its first page showed when it was last read whole
    walk: int = 0  # pages that are turned although nothing on them is new
    walk_from: str | None = None  # the further page at which a walk of several nights goes on

    def is_joined(self, shown: Set[str]) -> bool:
        """Whether the keys ``shown`` reach what was known of the source before."""
        return self.head is None or (bool(self.head) and len(self.head & shown) * 2 > len(self.head))


class Snapshot:
    """A snapshot file, opened for reading only. ``Snapshot(None)`` is the snapshot of an empty archive.

    Raises ``sqlite3.Error`` for a file that is missing or not a snapshot.
    """

    def __init__(self, path: Path | None) -> None:
        if path is None:
            self._connection = sqlite3.connect(":memory:")
            self._connection.executescript(SNAPSHOT_SCHEMA)
        else:
            self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            tables = {name for (name,) in self._connection.execute("SELECT name FROM sqlite_master")}
            if not tables >= {"known", "due", "pending", "sources", "shown"}:
                self._connection.close()
                raise sqlite3.DatabaseError(f"{path} is not a snapshot")

    def is_known(self, site: str, key: str) -> bool:
        """Whether the article ``key`` of ``site`` needs no request, except for a re-check."""
        found = self._connection.execute("SELECT 1 FROM known WHERE site = ? AND key = ?", (site, key))
        return found.fetchone() is not None

    def due(self, site: str) -> Iterator[Wanted]:
        """The articles of ``site`` that are due for a re-check, with their validators."""
        query = "SELECT key, url, etag, last_modified, captured_at FROM due WHERE site = ? ORDER BY key"
        with closing(self._connection.execute(query, (site,))) as rows:
            for key, url, etag, last_modified, captured_at in rows:
                yield Wanted(key, url, Validators(etag, last_modified, captured_at))

    def pending(self, site: str) -> Iterator[Wanted]:
        """The articles of ``site`` that an earlier night listed but did not collect."""
        query = "SELECT key, url FROM pending WHERE site = ? ORDER BY key"
        with closing(self._connection.execute(query, (site,))) as rows:
            for key, url in rows:
                yield Wanted(key, url)

    def edited(self, site: str, key: str, title: str | None, lastmod: str | None) -> Wanted | None:
        """The known article ``key``, if what a list shows of it tells of an edit since the last look at it.

        That is another title, or a sitemap's ``lastmod`` after that look. Without validators: it must be sent whole.
        """
        row = self._connection.execute(
            "SELECT url, titles, looked FROM shown WHERE site = ? AND key = ?", (site, key)
        ).fetchone()
        if row is None:
            return None
        url, titles, looked = row
        retitled = bool(title) and not any(shows_title(title or "", known) for known in json.loads(titles) if known)
        changed = modified_at(lastmod or "")
        later = changed is not None and datetime.fromisoformat(looked) < changed <= utc_now()
        return Wanted(key, url) if retitled or later else None

    def source(self, url: str) -> KnownSource:
        """What is known of the list, feed or sitemap ``url``; without validators it must be sent whole."""
        row = self._connection.execute(
            "SELECT etag, last_modified, head, walk, walk_from, captured_at FROM sources WHERE url = ?", (url,)
        ).fetchone()
        if row is None:
            return KnownSource()
        head = None if row[2] is None else frozenset(json.loads(row[2]))
        return KnownSource(Validators(row[0], row[1], row[5]), head, row[3], row[4])

    def validators(self, url: str) -> Validators:
        """The validators of the list page, feed or sitemap ``url``; empty where it must be sent whole."""
        return self.source(url).validators

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def modified_at(text: str) -> datetime | None:
    """The moment of a sitemap's ``lastmod``. A day without a time means its end."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) <= len("YYYY-MM-DD"):
        moment = datetime.combine(moment, time.max)
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
