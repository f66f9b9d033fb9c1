"""Captures that are dated after the present: what rests on them, and the mending of it.

A wrong clock or a false import leaves such rows. They count as the newest state for ever, so that no true capture can
replace them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from scraper.store.archive import Archive, moment

MISDATED = "misdated"
"""The kind of a capture whose time cannot be: it is evidence of nothing."""

_MOMENTS: Mapping[str, tuple[str, ...]] = {
    "listed": ("first_listed", "last_listed", "decided_at"),
    "sources": ("last_looked", "last_whole", "last_walked"),
    "gaps": ("since", "closed"),
    "runs": ("started", "ended"),
}
"""Moments that tinkhoi's own clock gave. Those of articles and revisions follow from their captures."""


@dataclass(frozen=True, slots=True)
class Misdated:
    """What is dated ahead, and what rests on it."""

    captures: int
    newest: str | None
    articles: tuple[tuple[int, str, str], ...]  # id, site and key of articles that rest on such captures
    files: tuple[str, ...]  # with other captures of those articles, from which they are read again
    moments: Mapping[str, int]  # table and column to the number of moments ahead


def find_misdated(archive: Archive, latest: datetime) -> Misdated:
    """What is dated later than ``latest``."""
    limit = moment(latest)
    ahead = "SELECT id FROM captures WHERE fetched_at > :limit AND kind <> :misdated"
    about = {"limit": limit, "misdated": MISDATED}
    captures, newest = archive.rows(
        "SELECT count(*), max(fetched_at) FROM captures WHERE fetched_at > :limit AND kind <> :misdated", about
    )[0]
    articles = tuple(
        (row["id"], row["site"], row["key"])
        for row in archive.rows(
            f"SELECT id, site, key FROM articles WHERE capture IN ({ahead}) OR state_capture IN ({ahead})"  # noqa: S608
            " OR last_seen > :limit OR last_looked > :limit OR since > :limit"
            f" OR id IN (SELECT article FROM revisions WHERE capture IN ({ahead})) ORDER BY site, key",
            about,
        )
    )
    files = {
        row[0]
        for id_, _, _ in articles
        for row in archive.rows(
            "SELECT DISTINCT file FROM captures WHERE fetched_at <= :limit"
            " AND site = (SELECT site FROM articles WHERE id = :id) AND ("
            " url IN (SELECT url FROM addresses WHERE article = :id)"
            " OR url = (SELECT url FROM articles WHERE id = :id)"
            " OR id IN (SELECT capture FROM revisions WHERE article = :id))",
            {"limit": limit, "id": id_},
        )
    }
    moments = {
        f"{table}.{column}": count
        for table, columns in _MOMENTS.items()
        for column in columns
        if (count := archive.value(f"SELECT count(*) FROM {table} WHERE {column} > ?", (limit,)))  # noqa: S608
    }
    return Misdated(captures, newest, articles, tuple(sorted(files)), moments)


def take_back(archive: Archive, found: Misdated, latest: datetime, now: datetime) -> None:
    """Marks the captures, deletes the articles that rest on them, and sets moments ahead to ``now``.

    The articles' other captures stay, so that they are read again from ``found.files``.
    """
    limit, present = moment(latest), moment(now)
    with archive.transaction():
        for id_, site, key in found.articles:
            archive.execute("DELETE FROM articles WHERE id = ?", (id_,))
            archive.execute(
                "UPDATE listed SET outcome = 'waiting', reason = NULL WHERE site = ? AND key = ?", (site, key)
            )
        archive.execute("UPDATE captures SET kind = ? WHERE fetched_at > ?", (MISDATED, limit))
        for table, columns in _MOMENTS.items():
            for column in columns:
                archive.execute(f"UPDATE {table} SET {column} = ? WHERE {column} > ?", (present, limit))  # noqa: S608
