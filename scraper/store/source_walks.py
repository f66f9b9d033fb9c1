"""Lists, how far each is followed tonight, and the gaps in them that no walk has joined yet.

A list is *joined* when a walk from its first page reaches what its first page showed when it was last read whole (its
head), or its proven end. What lies between is a gap. It has a row of its own, and only a walk that joins closes it.
Each list is also walked to its end again every few nights, WALK_PAGES pages for each site and night. This finds what
was listed late, delisted for a while or hidden by a cache, wherever it is in the list.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from scraper.sites import Site
from scraper.store.archive import Archive, moment

WALK_AGAIN = timedelta(days=4, hours=12)
"""How long after its last walk to the end a list is walked again."""

WALK_PAGES = 20
"""How many list pages are read for each site and night although nothing on them is new."""

TRUST_VALIDATORS = timedelta(days=2, hours=12)
"""How long we believe a server that a source is unchanged, before it must send the source whole again."""

_STATE = "url, site, kind, etag, last_modified, last_looked, head, end_seen, pages, last_sent, last_walked, walk_from"


def source_state(archive: Archive, site: str, url: str) -> dict[str, Any]:
    """The row of a source as the last run left it. For a source never looked at, all names have no value."""
    row = archive.row(f"SELECT {_STATE}, last_whole FROM sources WHERE url = ? AND site = ?", (url, site))  # noqa: S608
    names = (*_STATE.split(", "), "last_whole")
    return dict(row) if row is not None else dict.fromkeys(names) | {"pages": 0, "url": url, "site": site}


def sources_tonight(archive: Archive, site: Site, now: datetime) -> list[dict[str, Any]]:
    """The known sources of ``site``, with their validators and how far each is followed tonight."""
    rows = archive.rows(
        f"SELECT {_STATE}, EXISTS (SELECT 1 FROM gaps WHERE gaps.site = sources.site"  # noqa: S608
        " AND gaps.source = sources.url AND closed IS NULL) AS gap FROM sources WHERE site = ?"
        " ORDER BY last_walked, url",
        (site.id,),
    )
    left = WALK_PAGES
    found = []
    for row in map(dict, rows):
        is_due = row["kind"] == "list" and is_walk_due(row, now)
        row["walk"] = left if is_due else 0
        if not is_due:
            row["walk_from"] = None
        left -= min(left, max(1, row["pages"])) if is_due else 0
        stale = row["last_sent"] is None or row["last_sent"] < moment(now - TRUST_VALIDATORS)
        if row["walk"] or row["gap"] or stale:
            row["etag"] = row["last_modified"] = None
        found.append(row)
    return found


def is_walk_due(state: dict[str, Any], now: datetime) -> bool:
    """Whether a list is to be walked to its end again, or is being walked over several nights."""
    walked = state["last_walked"]
    return walked is None or state["walk_from"] is not None or walked <= moment(now - WALK_AGAIN)


def note_gap(archive: Archive, site: str, source: str, reason: str, *, at: datetime, run: str) -> None:
    """Opens a gap in a source. A gap that is open already keeps its beginning and gets the newest reason."""
    archive.execute(
        "INSERT INTO gaps (site, source, since, run, reason) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (site, source) WHERE closed IS NULL DO UPDATE SET reason = excluded.reason",
        (site, source, moment(at), run, reason),
    )


def close_gap(archive: Archive, site: str, source: str, *, at: datetime, run: str) -> None:
    """Closes the gap of a source, if it has one: a walk has joined both its edges."""
    archive.execute(
        "UPDATE gaps SET closed = ?, closed_run = ? WHERE site = ? AND source = ? AND closed IS NULL",
        (moment(at), run, site, source),
    )


def note_walk(archive: Archive, site: str, url: str, **columns: Any) -> None:
    """Keeps what a walk of the source has shown: ``head``, ``end_seen``, ``pages``, ``last_sent``, …"""
    settings = ", ".join(f"{name} = :{name}" for name in columns)
    archive.execute(
        f"UPDATE sources SET {settings} WHERE url = :url AND site = :site",  # noqa: S608
        {**columns, "url": url, "site": site},
    )
