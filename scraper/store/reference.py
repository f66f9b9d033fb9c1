"""What the articles belong to: provinces, party bodies, sites. All are copied from their source files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from scraper.sites import Site
from scraper.sites.reference import party_bodies, provinces

if TYPE_CHECKING:
    from scraper.store.archive import Archive


def load_reference(archive: Archive) -> None:
    """Replaces ``provinces`` and ``party_bodies`` if the packaged tables differ from those last loaded."""
    tables: dict[str, list[dict[str, Any]]] = {
        "provinces": [_plain(asdict(row)) for row in provinces()],
        "party_bodies": [_plain(asdict(row)) for row in party_bodies()],
    }
    as_lists = {name: [list(row.values()) for row in rows] for name, rows in tables.items()}
    digest = hashlib.sha256(json.dumps(as_lists, ensure_ascii=False).encode()).hexdigest()
    if archive.value("SELECT value FROM about WHERE name = 'reference'") == digest:
        return
    with archive.transaction():
        for name in reversed(tables):
            archive.db.table(name).delete_where()
        for name, rows in tables.items():
            archive.db.table(name).insert_all(rows)
        archive.db.table("about").upsert({"name": "reference", "value": digest})


def sync_sites(archive: Archive, sites: Mapping[str, Site]) -> None:
    """Copies site files into ``sites``. Keeps what only the archive knows (watched since, complete from).

    A site whose file is gone keeps its row, for an archive never forgets a site.
    """
    with archive.transaction():
        held = {row["id"]: dict(row) for row in archive.rows("SELECT * FROM sites")}
        rows = [_site_row(site) for site in sites.values()]
        changed = [row for row in rows if not row.items() <= held.get(row["id"], {}).items()]
        if changed:
            archive.db.table("sites").upsert_all(changed)


def _site_row(site: Site) -> dict[str, Any]:
    return {
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


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
