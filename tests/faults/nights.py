"""Nights on fault newspapers, and what is left of them in the archive."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.outcome.night_summary import NightSummary
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from flows.storage.folder import DataFolder
from tests.faults.newspaper import FaultNewspaper

Row = dict[str, Any]

STANDING = "title, lead, body, published_at, state, revision, url, text_hash"


@dataclass
class Nights:
    """An archive of its own and the papers it collects. Night n is n - 1 days ahead on the run's own clock."""

    root: Path
    papers: dict[str, FaultNewspaper] = field(default_factory=dict)

    def add(self, name: str, paper: FaultNewspaper, **site: Any) -> None:
        """Writes the paper's site file."""
        folder = self.root / "sites"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.toml").write_text(paper.site_file(**site), encoding="utf-8")
        self.papers[name] = paper

    def request(self, night: int = 1, **more: Any) -> NightRequest:
        return NightRequest(
            data=DataFolder(root=self.root),
            sites=tuple(self.papers),
            trigger="demo",
            now=datetime.now(UTC) + timedelta(days=night - 1),
            **more,
        )

    def run(self, night: int = 1, **more: Any) -> NightSummary:
        """One night, in this process (its crawls are children)."""
        for paper in self.papers.values():
            paper.night = night
        return run_night(self.request(night, **more))

    def rows(self, sql: str, *parameters: Any) -> list[Row]:
        """A query of the archive, read only."""
        connection = sqlite3.connect(f"{(self.root / 'tinkhoi.db').as_uri()}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(sql, parameters)]
        finally:
            connection.close()

    def standing(self, site: str) -> dict[str, Row]:
        """What the archive holds of a site: key to the columns that a worse capture must not change."""
        found = self.rows(f"SELECT key, {STANDING} FROM articles WHERE site = ?", site)
        return {row.pop("key"): row for row in found}

    def integrity(self) -> str:
        return str(self.rows("PRAGMA integrity_check")[0]["integrity_check"])


def wrong(nights: Nights, site: str, night: int) -> list[str]:
    """How the archive differs from what the paper had published by ``night``; empty where every article is right."""
    truth = nights.papers[site].truth(night)
    found = nights.rows("SELECT key, title, lead, body, published_at, state FROM articles WHERE site = ?", site)
    faults = [f"{key} is missing" for key in truth.keys() - {row["key"] for row in found}]
    keys = [row["key"] for row in found]
    faults += [f"{key} is there twice" for key in {k for k in keys if keys.count(k) > 1}]
    for row in found:
        if row["key"] not in truth:
            faults.append(f"{row['key']} was never published: {row['title']}")
            continue
        title, lead, body, moment = truth[row["key"]]
        said = (row["title"], row["lead"], " ".join(row["body"].split()), row["published_at"])
        if said != (title, lead, " ".join(body.split()), moment):
            faults.append(f"{row['key']} says {said}, not {(title, lead, body, moment)}")
        if row["state"] != "live":
            faults.append(f"{row['key']} is {row['state']}")
    return faults


def waiting(nights: Nights, site: str) -> list[str]:
    """Links that the site's lists showed and that have no outcome yet."""
    found = nights.rows("SELECT key FROM listed WHERE site = ? AND outcome IN ('waiting', 'failed')", site)
    return [row["key"] for row in found]
