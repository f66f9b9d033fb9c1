"""Words over time: a chart of lines with its figures, as a page, as SVG, and as CSV with a row a day."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from datasette import Response

from flows.share.exports import harmless
from flows.web.language import TOPICS, decimal_text, period_text, say, topic_name
from flows.web.line_chart import Line, line, scale, strips, x_of
from flows.web.page import Route, ask, page, query_of
from flows.web.search_page import source_names
from flows.web.study_request import StudyRequest
from scraper.sites.reference import provinces
from scraper.store import Archive
from scraper.study.ledger import Unproven, unproven_days
from scraper.study.periods import Period, periods, sums
from scraper.study.selection import sites_of
from scraper.study.terms import as_search, split_terms
from scraper.study.trend import DailyCounts, count_by_day, daily_rows, first_day
from scraper.text.alphabet import alphabetical

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

SECONDS = 0.06
"""How much CPU time a page counts for, unless all of it is asked for."""

LABELS = 5
"""At most so many labels stand on the axis of time."""


def trend(archive: Archive, study: StudyRequest) -> dict[str, Any]:
    """What the template ``trend.html`` shows."""
    terms = split_terms(study.q)
    context: dict[str, Any] = {"study": study, "query": study.search, "terms": terms, "chart": None}
    context |= choices(archive, study)
    first = first_day(archive)
    if (terms or study.place.topic) and first is not None:
        context["chart"] = chart(archive, study, terms, first)
    return context


def choices(archive: Archive, study: StudyRequest) -> dict[str, Any]:
    """What the filters of a form offer."""
    return {
        "sources": source_names(archive),
        "topics": [*TOPICS, *({study.search.topic} - {None, *TOPICS})],
        "provinces": provinces_offered(archive, study.search.province),
    }


def provinces_offered(archive: Archive, chosen: str | None) -> list[str]:
    """The provinces of which the archive has a source, by their names before and now."""
    with_sites = {row[0] for row in archive.rows("SELECT DISTINCT province FROM sites WHERE province NOT NULL")}
    names = {
        name for each in provinces() if each.name_before in with_sites for name in (each.name_before, each.name_now)
    }
    return sorted(names | ({chosen} if chosen else set()), key=alphabetical)


def chart(archive: Archive, study: StudyRequest, terms: Sequence[str], earliest: date) -> dict[str, Any]:
    """The lines, the scale, the figures and the days that are not proven complete."""
    first, last = study.since(earliest), study.until
    if first > last:
        return {"lines": [], "periods": [], "first": first, "last": last, "cut": False}
    counts = count_by_day(archive, terms, study.place, first, last, seconds=None if study.all else SECONDS)
    unproven = unproven_days(archive, sites_of(archive, study.place), counts.first, last)
    return drawn(study, counts, unproven)


def drawn(study: StudyRequest, counts: DailyCounts, unproven: Sequence[Unproven]) -> dict[str, Any]:
    """The chart of these counts. Without words, its line is the topic."""
    by_topic = not split_terms(study.q)
    wanting = {day: 1 for span in unproven for day in span.days}
    spans = periods(counts.first, counts.last, study.by, unfinished=study.shown == "unfinished")
    if study.shown == "proven":
        spans = [span for span, days in zip(spans, sums(wanting, spans), strict=True) if not days]
    total = sums(counts.total, spans)
    found = {term: sums(days, spans) for term, days in counts.matches.items()}
    share = study.measure == "share"
    heights = [
        1000 * count / all_ if share else count
        for matches in found.values()
        for count, all_ in zip(matches, total, strict=True)
        if all_
    ]
    ticks = scale(max(heights, default=0), whole=not share)
    lines = [
        _line(study, "" if by_topic else term, number, list(zip(spans, matches, total, strict=True)), ticks[-1].value)
        for number, (term, matches) in enumerate(found.items())
    ]
    return {
        "lines": lines,
        "periods": spans,
        "total": total,
        "total_addresses": study.hits_of("", spans, topic=None) if by_topic else study.hits_of("", spans),
        "wanting": sums(wanting, spans),
        "ticks": ticks,
        "strips": strips(unproven, spans),
        "labels": _labels(spans),
        "first": counts.first,
        "last": counts.last,
        "cut": counts.cut,
    }


def _line(study: StudyRequest, asked: str, number: int, values: list[tuple[Period, int, int]], top: float) -> Line:
    words = as_search(asked)
    term = asked or topic_name(study.place.topic or "")
    addresses = study.hits_of(words, [span for span, _, _ in values])
    with_addresses = [(*value, address) for value, address in zip(values, addresses, strict=True)]

    def said(period: Period, count: int, total: int) -> str:
        share = decimal_text(1000 * count / total) if total else "–"
        return say("point", period=period_text(period), term=term, count=count, share=share)

    return line(term, words, number, with_addresses, top, share=study.measure == "share", say=said)


def _labels(spans: Sequence[Period]) -> list[tuple[float, str, Period]]:
    """The periods that are named on the axis, with their place and how the name stands to it."""
    if not spans:
        return []
    step = max(1, -(-(len(spans) - 1) // (LABELS - 1)))
    numbers = list(range(0, len(spans), step))
    return [
        (
            x_of(n, len(spans)),
            "start" if n == 0 and len(spans) > 1 else "end" if n == len(spans) - 1 and n else "middle",
            spans[n],
        )
        for n in numbers
    ]


async def trend_page(datasette: Datasette, request: Request) -> Response:
    """``/xu-huong``."""
    study = StudyRequest.read(query_of(request))
    return await page(datasette, request, "trend.html", lambda archive: trend(archive, study))


async def trend_svg(datasette: Datasette, request: Request) -> Response:
    """``/xu-huong.svg``: the chart alone, as a file."""
    study = StudyRequest.read(query_of(request))
    context = await ask(datasette, lambda archive: trend(archive, study))
    text = await datasette.render_template("trend.svg", context, request=request)
    return Response(
        text,
        headers={"Content-Disposition": 'attachment; filename="tinkhoi-trend.svg"'},
        content_type="image/svg+xml",
    )


async def trend_csv(datasette: Datasette, request: Request) -> Response:
    """``/xu-huong.csv``: every day of the range, however large the archive is."""
    study = StudyRequest.read(query_of(request))

    def build(archive: Archive) -> str:
        first, last = study.since(first_day(archive)), study.until
        counts = count_by_day(archive, split_terms(study.q), study.place, first, max(first, last))
        rows = daily_rows(counts, unproven_days(archive, sites_of(archive, study.place), counts.first, counts.last))
        sheet = io.StringIO()
        csv.writer(sheet).writerows(
            [harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
        )
        return "\ufeff" + sheet.getvalue()

    return Response(
        await ask(datasette, build),
        headers={"Content-Disposition": 'attachment; filename="tinkhoi-trend.csv"'},
        content_type="text/csv; charset=utf-8",
    )


ROUTES: tuple[Route, ...] = (
    (r"/xu-huong$", trend_page),
    (r"/xu-huong\.svg$", trend_svg),
    (r"/xu-huong\.csv$", trend_csv),
)
"""What answers each address of this page."""
