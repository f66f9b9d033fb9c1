"""The days of which the archive's own ledger cannot say that everything listed was collected.

The same grounds count as in the view ``coverage``: links that wait or failed, and gaps in the walk of a list. To them
come the days before a site is complete, and those that no whole look at its lists has reached yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scraper.store import Archive


@dataclass(frozen=True, slots=True)
class Unproven:
    """Days in a row on which ``sites`` of the ``of`` sites are not proven complete."""

    first: date
    last: date
    sites: int
    of: int

    @property
    def days(self) -> list[date]:
        """Each of them."""
        return list(_days(self.first, self.last))


def unproven_days(archive: Archive, sites: Sequence[str] | None, first: date, last: date) -> list[Unproven]:
    """The days from ``first`` to ``last`` that are not proven complete at one of ``sites`` (None: of all sites)."""
    rows = archive.rows(
        "SELECT id, complete_from,"
        " (SELECT max(date(last_whole, '+7 hours')) FROM sources WHERE sources.site = sites.id) AS whole"
        " FROM sites WHERE watched_since IS NOT NULL"
        " OR EXISTS (SELECT 1 FROM articles WHERE articles.site = sites.id)"
    )
    known = {row["id"]: row for row in rows if sites is None or row["id"] in sites}
    gaps = {
        row[0]: row[1]
        for row in archive.rows(
            "SELECT gaps.site, min(coalesce(date(sources.last_whole, '+7 hours'), '')) FROM gaps"
            " LEFT JOIN sources ON sources.url = gaps.source WHERE gaps.closed IS NULL GROUP BY gaps.site"
        )
    }
    bad: dict[date, set[str]] = defaultdict(set)
    for site, row in known.items():
        begin = row["complete_from"] or "9999"
        end = min(row["whole"] or "", gaps.get(site, "9999"))
        for day in _days(first, last):
            if not begin <= day.isoformat() < end:
                bad[day].add(site)
    for row in archive.rows(
        "SELECT site, day FROM kept_links WHERE waiting + failed > 0 AND day BETWEEN ? AND ?",
        (first.isoformat(), last.isoformat()),
    ):
        if row[0] in known:
            bad[date.fromisoformat(row[1])].add(row[0])
    return list(_runs({day: len(found) for day, found in bad.items()}, len(known)))


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _runs(bad: dict[date, int], of: int) -> Iterator[Unproven]:
    """The days joined where the same number of sites is wanting on the next day too."""
    run: Unproven | None = None
    for day in sorted(bad):
        if run is not None and run.sites == bad[day] and run.last == day - timedelta(days=1):
            run = Unproven(run.first, day, run.sites, of)
            continue
        if run is not None:
            yield run
        run = Unproven(day, day, bad[day], of)
    if run is not None:
        yield run
