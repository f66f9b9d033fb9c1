"""What the articles belong to: provinces, party bodies, sites. Copied from the files that are their source."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from datetime import date
from typing import TYPE_CHECKING, Any

from scraper.sites import Site
from scraper.sites.reference import party_bodies, provinces

if TYPE_CHECKING:
    from scraper.store.archive import Archive


def load_reference(archive: Archive) -> None:
    """Replaces ``provinces`` and ``party_bodies`` where the packaged tables are not those last loaded."""
    tables: dict[str, list[tuple[Any, ...]]] = {
        "provinces": [_plain(astuple(row)) for row in provinces()],
        "party_bodies": [_plain(astuple(row)) for row in party_bodies()],
    }
    digest = hashlib.sha256(json.dumps(tables, ensure_ascii=False).encode()).hexdigest()
    if archive.value("SELECT value FROM about WHERE name = 'reference'") == digest:
        return
    with archive.transaction():
        for name in reversed(tables):
            archive.execute(f"DELETE FROM {name}")  # noqa: S608
        for name, rows in tables.items():
            marks = ", ".join("?" * len(rows[0]))
            archive.connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608
        archive.execute(
            "INSERT INTO about VALUES ('reference', ?) ON CONFLICT DO UPDATE SET value = excluded.value", (digest,)
        )


def sync_sites(archive: Archive, sites: Mapping[str, Site]) -> None:
    """Copies site files into ``sites``. What only the archive knows (watched since, complete from) stays.

    A site whose file is gone keeps its row: an archive never forgets a site.
    """
    with archive.transaction():
        for site in sites.values():
            values = {
                "id": site.id,
                "name": site.name,
                "kind": site.kind,
                "province": site.province,
                "home": site.home,
                "family": site.family,
                "status": site.status.value,
                "since": site.since.isoformat() if site.since else None,
                "moved_to": site.moved_to,
                "expected_a_month": site.expect,
                "checked": site.checked,
            }
            names = ", ".join(values)
            marks = ", ".join(f":{name}" for name in values)
            updates = ", ".join(f"{name} = excluded.{name}" for name in values if name != "id")
            archive.execute(
                f"INSERT INTO sites ({names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {updates}",  # noqa: S608
                values,
            )


def _plain(row: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(value.isoformat() if isinstance(value, date) else value for value in row)
