"""What a crawl may know of the archive: a read-only SQLite file that the flow writes before it starts the crawl.

A crawl never opens the archive itself. The file may be copied to another machine. It is queried by key and never
read whole, so a million known addresses cost a crawl nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

SNAPSHOT_SCHEMA = """
CREATE TABLE known (site TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (site, key)) WITHOUT ROWID;
CREATE TABLE due (
    site TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, etag TEXT, last_modified TEXT,
    PRIMARY KEY (site, key)
) WITHOUT ROWID;
CREATE TABLE pending (
    site TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL,
    PRIMARY KEY (site, key)
) WITHOUT ROWID;
CREATE TABLE sources (url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT) WITHOUT ROWID;
CREATE TABLE standing (token TEXT NOT NULL);
"""
"""``known``: articles in the archive, and addresses not to be requested again. ``due``: articles to be re-checked
this night, with their validators. ``pending``: links listed on an earlier night and not collected. ``sources``:
validators of the list pages, feeds and sitemaps whose links all have an outcome. ``standing``: the state of the
archive that ``known`` describes (see ``scraper.store.snapshot``); a crawl does not read it."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server sent with a page so that an unchanged page need not be sent again."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """An article that a crawl should fetch for the archive."""

    key: str
    url: str
    validators: Validators = Validators()


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
            if not tables >= {"known", "due", "pending", "sources"}:
                self._connection.close()
                raise sqlite3.DatabaseError(f"{path} is not a snapshot")

    def is_known(self, site: str, key: str) -> bool:
        """Whether the article ``key`` of ``site`` needs no request, except for a re-check."""
        found = self._connection.execute("SELECT 1 FROM known WHERE site = ? AND key = ?", (site, key))
        return found.fetchone() is not None

    def due(self, site: str) -> Iterator[Wanted]:
        """The articles of ``site`` that are due for a re-check, with their validators."""
        query = "SELECT key, url, etag, last_modified FROM due WHERE site = ? ORDER BY key"
        with closing(self._connection.execute(query, (site,))) as rows:
            for key, url, etag, last_modified in rows:
                yield Wanted(key, url, Validators(etag, last_modified))

    def pending(self, site: str) -> Iterator[Wanted]:
        """The articles of ``site`` that an earlier night listed but did not collect."""
        query = "SELECT key, url FROM pending WHERE site = ? ORDER BY key"
        with closing(self._connection.execute(query, (site,))) as rows:
            for key, url in rows:
                yield Wanted(key, url)

    def validators(self, url: str) -> Validators:
        """The validators of the list page, feed or sitemap ``url``; empty if it must be sent whole."""
        row = self._connection.execute("SELECT etag, last_modified FROM sources WHERE url = ?", (url,)).fetchone()
        return Validators(*row) if row else Validators()

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
