"""The coverage ledger as a calendar: what sources showed each day, and what became of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from datasette import Response

from flows.web.charts import DayCounts, squares
from flows.web.page import Route, page, query_of
from flows.web.search_request import SearchRequest
from scraper.store import Archive

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_Night = TypeVar("_Night", bound=sqlite3.Row | Mapping[str, Any])

WEEKS = 53
NIGHTS = 28
SITES = 100
"""How many nights and sites the table of nights has."""

DAYS = 120
"""How many days the table below the calendar goes back."""

OUTCOMES = (
    "listed",
    "collected",
    "late",
    "waiting",
    "failed",
    "rejected",
    "refused_by_robots",
    "offsite",
    "forgotten",
)
"""The columns of the view ``coverage`` that are counted."""


def coverage(archive: Archive, query: SearchRequest) -> dict[str, Any]:
    """What the template ``coverage.html`` shows: of one site, or of all together."""
    sums = ", ".join(f"sum({name}) AS {name}" for name in OUTCOMES)
    return {
        "query": query,
        "sites": archive.rows(
            "SELECT id, name FROM sites WHERE id IN (SELECT DISTINCT site FROM run_sites) ORDER BY name"
        ),
        "calendar": calendar(archive, weeks=WEEKS, site=query.site),
        "outcomes": OUTCOMES,
        "nights": nights_by_site(archive, site=query.site),
        "night_state": night_state,
        "days": archive.rows(
            f"SELECT day, {sums} FROM kept_links WHERE listed > 0 AND (:site IS NULL OR site = :site)"  # noqa: S608
            " GROUP BY day ORDER BY day DESC LIMIT :days",
            {"site": query.site, "days": DAYS},
        ),
    }


@dataclass(frozen=True, slots=True)
class SiteNights:
    """One site with its nights, each with its row of the view ``site_nights``, or None where it was not looked at."""

    site: str
    source: str
    nights: list[tuple[str, sqlite3.Row | None]]


def read_more(earlier: _Night, later: _Night) -> _Night:
    """Of two runs on one night, the one that read more of a site; of two alike the later."""
    rank = ("failed", "part", "whole")
    return later if rank.index(night_state(later)) >= rank.index(night_state(earlier)) else earlier


def night_state(row: sqlite3.Row | Mapping[str, Any]) -> str:
    """How a night is marked: whole, part or failed.

    The view calls a night failed whether it read most of the lists or none; a reader must see which.
    """
    if row["state"] == "failed":
        return "part" if 0 < row["sources_whole"] < row["sources"] else "failed"
    return "whole" if row["state"] == "read whole" else "part"


def nights_by_site(archive: Archive, *, site: str | None = None) -> list[SiteNights]:
    """The last :data:`NIGHTS` nights of at most :data:`SITES` sites. The run that read most makes the night."""
    last = archive.value("SELECT max(night) FROM runs")
    # The view comes with the next run where an earlier version wrote the archive.
    if last is None or not archive.row("SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = 'site_nights'"):
        return []
    since = (date.fromisoformat(last) - timedelta(days=NIGHTS - 1)).isoformat()
    rows = archive.rows(
        "SELECT * FROM site_nights WHERE night >= :since AND (:site IS NULL OR site = :site) ORDER BY source, run",
        {"since": since, "site": site},
    )
    found: dict[tuple[str, str], dict[str, sqlite3.Row]] = {}
    for row in rows:
        of_site = found.setdefault((row["source"], row["site"]), {})
        of_site[row["night"]] = read_more(of_site.get(row["night"], row), row)
    nights = [(date.fromisoformat(since) + timedelta(days=number)).isoformat() for number in range(NIGHTS)]
    return [
        SiteNights(name, source, [(night, of_site.get(night)) for night in nights])
        for (source, name), of_site in list(found.items())[:SITES]
    ]


def calendar(archive: Archive, *, weeks: int, site: str | None = None) -> dict[str, Any] | None:
    """The days of ``weeks`` weeks up to the last run as squares, or None if there was no run yet."""
    nights = {
        date.fromisoformat(row["night"])
        for row in archive.rows(
            "SELECT DISTINCT runs.night FROM runs JOIN run_sites ON run_sites.run = runs.id"
            " WHERE (:site IS NULL OR run_sites.site = :site)",
            {"site": site},
        )
    }
    if not nights:
        return None
    last = max(nights)
    rows = archive.rows(
        "SELECT day, sum(listed) AS listed, sum(collected) AS collected, sum(waiting) AS waiting,"
        " sum(failed) AS failed FROM kept_links WHERE day >= :since AND listed > 0"
        " AND (:site IS NULL OR site = :site) GROUP BY day",
        {"since": (last - timedelta(weeks=weeks)).isoformat(), "site": site},
    )
    counts = {
        date.fromisoformat(row["day"]): DayCounts(row["listed"], row["collected"], row["waiting"], row["failed"])
        for row in rows
    }
    drawn = squares(counts, nights, last=max(last, *counts, last), weeks=weeks)
    begin = drawn[-1].day - timedelta(days=7 * drawn[-1].column + drawn[-1].row)
    return {
        "squares": drawn,
        "weeks": weeks,
        "first": drawn[0].day,
        "last": drawn[-1].day,
        "months": _months(begin, drawn[-1].day),
        "site": site or "",
    }


def _months(first: date, last: date) -> list[tuple[int, date]]:
    """The week in which each month begins, with its first day."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [((day - first).days // 7, day) for day in days if day.day == 1]


def day_address(day: str | date, site: str | None) -> str:
    """What was listed on a day, and what became of it: a canned question."""
    return f"/tinkhoi/listed_on_day?{urlencode({'day': str(day), 'site': site or ''})}"


async def coverage_page(datasette: Datasette, request: Request) -> Response:
    """``/lich``: the calendar of coverage, of one site or of all."""
    query = SearchRequest.read(query_of(request))
    return await page(datasette, request, "coverage.html", lambda archive: coverage(archive, query))


ROUTES: tuple[Route, ...] = ((r"/lich$", coverage_page),)
"""What answers each address of this page."""
