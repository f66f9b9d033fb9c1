"""The coverage ledger as a calendar: what sources showed each day, and what became of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from datasette import Response

from flows.web.charts import DayCounts, Square, squares
from flows.web.page import Route, page, query_of
from flows.web.search_request import SearchRequest
from scraper.store import Archive

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

WEEKS = 53
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
        "days": archive.rows(
            f"SELECT day, {sums} FROM coverage WHERE :site IS NULL OR site = :site"  # noqa: S608
            " GROUP BY day ORDER BY day DESC LIMIT :days",
            {"site": query.site, "days": DAYS},
        ),
    }


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
        " sum(failed) AS failed FROM coverage WHERE day >= :since AND (:site IS NULL OR site = :site) GROUP BY day",
        {"since": (last - timedelta(weeks=weeks)).isoformat(), "site": site},
    )
    counts = {
        date.fromisoformat(row["day"]): DayCounts(row["listed"], row["collected"], row["waiting"], row["failed"])
        for row in rows
    }
    drawn = squares(counts, nights, last=max(last, *counts, last), weeks=weeks)
    return {"squares": drawn, "weeks": weeks, "first": drawn[0].day, "last": drawn[-1].day, "months": _months(drawn)}


def _months(drawn: list[Square]) -> list[tuple[int, date]]:
    """The week in which each month begins, with its first day."""
    return [(square.column, square.day) for square in drawn if square.day.day == 1]


async def coverage_page(datasette: Datasette, request: Request) -> Response:
    """``/lich``: the calendar of coverage, of one site or of all."""
    query = SearchRequest.read(query_of(request))
    return await page(datasette, request, "coverage.html", lambda archive: coverage(archive, query))


ROUTES: tuple[Route, ...] = ((r"/lich$", coverage_page),)
"""What answers each address of this page."""
