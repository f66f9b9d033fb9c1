"""The page of results: hits with their words marked, facets that narrow them, and their months as a chart."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from datasette import Response

from flows.web.charts import bars, months_between
from flows.web.download_page import DOWNLOADED, download_addresses
from flows.web.language import TOPICS, day_text, month_text, say, topic_name
from flows.web.page import Route, page, query_of
from flows.web.search_request import LAST_PAGE, SearchRequest
from flows.web.time_budget import OutOfTime, within
from scraper.sites.reference import province_within, provinces_named
from scraper.store import Archive
from scraper.store.facets import facets
from scraper.store.search import Hit, search

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

PAGE = 20
FEED = 50
COUNTED = 5_000
"""How many of the newest articles found are counted, unless all of them are asked for."""

COUNTING_SECONDS = 3.0
SHOWN = 12
"""How many values of a facet are listed."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet: how many articles have it, and the search for them."""

    name: str
    count: int
    address: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow a search. If the search is already narrowed so, there is nothing to list."""

    name: str
    values: list[Value]


def hits(archive: Archive, query: SearchRequest, *, limit: int, offset: int = 0) -> list[Hit]:
    """The articles found, in the order asked for."""
    return search(archive, query.q, query, order=query.in_order, exact=query.exact, limit=limit, offset=offset)


def newest(archive: Archive, query: SearchRequest) -> list[Hit]:
    """The newest of the articles found, for a feed."""
    return hits(archive, replace(query, order="newest"), limit=FEED)


def results(archive: Archive, query: SearchRequest) -> dict[str, Any]:
    """What the template ``results.html`` shows."""
    found = hits(archive, query, limit=PAGE + 1, offset=(query.page - 1) * PAGE)
    context: dict[str, Any] = {
        "query": query,
        "hits": found[:PAGE],
        "sources": source_names(archive),
        "topics": [*TOPICS, *({query.topic} - {None, *TOPICS})],
        "chips": chips_of(archive, query),
        "previous": query.address(page=query.page - 1) if query.page > 1 else None,
        "next": query.address(page=query.page + 1) if len(found) > PAGE and query.page < LAST_PAGE else None,
        "total": None,
        "facets": [],
        "chart": [],
        "downloads": download_addresses(query),
        "most": DOWNLOADED,
        "of_province": of_province(archive, query),
        "unknown": [] if found else [(name, getattr(query, name)) for name in query.unknown(archive)],
    }
    if not found and query.page == 1:
        return context
    try:
        with within(archive, COUNTING_SECONDS):
            context |= _counted(archive, query)
    except OutOfTime:
        context["not_counted"] = True
    return context


def of_province(archive: Archive, query: SearchRequest) -> tuple[str, str] | None:
    """A province that stands among the words, and the search for the other words in all articles of its sources."""
    named = None if query.province else province_within(query.q)
    if named is None:
        return None
    province, rest = named
    own = {row[0] for row in archive.rows("SELECT DISTINCT province FROM sites WHERE watched_since NOT NULL")}
    return (province, query.address(q=rest, province=province)) if own & provinces_named(province) else None


def source_names(archive: Archive) -> dict[str, str]:
    """The name of each site that has articles."""
    rows = archive.rows(
        "SELECT id, name FROM sites WHERE EXISTS (SELECT 1 FROM articles WHERE articles.site = sites.id)"
        " ORDER BY name"
    )
    return {row["id"]: row["name"] for row in rows}


def _counted(archive: Archive, query: SearchRequest) -> dict[str, Any]:
    counts = facets(archive, query.q, query, newest=None if query.all else COUNTED)
    months = [month for month in counts.by_month if month != "?"]
    narrower = []
    if query.site is None or query.province is None:
        narrower += [_sites(archive, query, counts.by_site), *_provinces(archive, query, counts.by_site)]
    if query.topic is None:
        narrower.append(_facet(query, "topic", counts.by_topic, topic_name))
    if query.section is None:
        named = {section: count for section, count in counts.by_section.items() if section}
        narrower.append(_facet(query, "section", named, str))
    narrower.append(Facet(say("month"), [_month(query, month, counts.by_month[month]) for month in reversed(months)]))
    span = months_between(months[0], months[-1]) if months else []
    return {
        "total": counts.total,
        "counted_since": counts.since,
        "count_all": query.address(all=True),
        "facets": [facet for facet in narrower if len(facet.values) > 1],
        "chart": [
            (bar, query.address(**days_of(bar.month)))
            for bar in bars(counts.by_month, span, width=720.0, height=64.0)
        ],
    }


def _facet(query: SearchRequest, name: str, counts: Mapping[str, int], called: Callable[[str], str]) -> Facet:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]
    return Facet(say(name), [Value(called(value), count, query.address(**{name: value})) for value, count in ranked])


def _sites(archive: Archive, query: SearchRequest, counts: Mapping[str, int]) -> Facet:
    names = source_names(archive)
    return _facet(query, "site", counts, lambda site: names.get(site, site))


def _provinces(archive: Archive, query: SearchRequest, by_site: Mapping[str, int]) -> list[Facet]:
    """The provinces of the sites found, by their present names, with the former ones beside them."""
    now: dict[str, int] = defaultdict(int)
    before: dict[str, set[str]] = defaultdict(set)
    rows = archive.rows(
        "SELECT sites.id, sites.province, coalesce(provinces.name_now, sites.province) AS now FROM sites"
        " LEFT JOIN provinces ON provinces.name_before = sites.province WHERE sites.province IS NOT NULL"
    )
    for row in rows:
        if row["id"] in by_site:
            now[row["now"]] += by_site[row["id"]]
            before[row["now"]].add(row["province"])
    values = []
    for name, count in sorted(now.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]:
        formerly = sorted(before[name] - {name})
        note = say("formerly", names=", ".join(formerly)) if formerly else ""
        values.append(Value(name, count, query.address(province=name), note))
    return [Facet(say("province"), values)] if query.province is None else []


def _month(query: SearchRequest, month: str, count: int) -> Value:
    return Value(month_text(month), count, query.address(**days_of(month)))


def days_of(month: str) -> dict[str, Any]:
    """The filters of a month."""
    year, number = map(int, month.split("-"))
    return {"since": date(year, number, 1), "until": date(year, number, calendar.monthrange(year, number)[1])}


def chips_of(archive: Archive, query: SearchRequest) -> list[Value]:
    """The filters in use, each with the search without it."""
    shown = {
        "site": lambda site: source_names(archive).get(site, site),
        "topic": topic_name,
        "since": day_text,
        "until": day_text,
    }
    return [
        Value(f"{say(name)}: {shown.get(name, str)(value)}", 0, query.address(**{name: None}))
        for name, value in query.chosen.items()
        if value is not None
    ]


async def results_page(datasette: Datasette, request: Request) -> Response:
    """``/tim``: any search; without words, all articles."""
    query = SearchRequest.read(query_of(request))
    return await page(datasette, request, "results.html", lambda archive: results(archive, query))


ROUTES: tuple[Route, ...] = ((r"/tim$", results_page),)
"""What answers each address of this page."""
