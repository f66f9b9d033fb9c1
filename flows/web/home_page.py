"""The first page: the verdict of the last night, what is new, articles over time, and the calendar of coverage."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from datasette import Response

from flows.storage.folder import DataFolder
from flows.web.charts import Bar, bars, months_up_to
from flows.web.coverage_page import calendar
from flows.web.language import TOPICS, in_vietnam, messages_text, topic_name
from flows.web.page import Route, page
from flows.web.search_page import days_of, source_names
from flows.web.search_request import SearchRequest
from scraper.store import Archive
from scraper.store.runs import RunSummary, last_night, last_run, run_summary

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

NEW = 12
"""How many articles each list of the first page names."""

CALENDAR_WEEKS = 26

_ALL = "SELECT '' AS name, month, sum(articles) AS articles FROM kept_months WHERE month >= :since GROUP BY month"
_BY_TOPIC = (
    "SELECT topic AS name, month, sum(articles) AS articles FROM kept_topics WHERE month >= :since"
    " GROUP BY topic, month"
)
_BY_PROVINCE = (
    "SELECT coalesce(name_now, province) AS name, month, sum(articles) AS articles FROM kept_months"
    " JOIN sites ON sites.id = site LEFT JOIN provinces ON name_before = province WHERE month >= :since GROUP BY 1, 2"
)


@dataclass(frozen=True, slots=True)
class MonthBar:
    """A bar, and the search for its articles."""

    bar: Bar
    address: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Articles a month of one province, one topic, or all."""

    name: str
    address: str  # the search that lists them
    count: int
    bars: list[MonthBar]


def home(archive: Archive) -> dict[str, Any]:
    """What the template ``home.html`` shows."""
    count, first, last = archive.rows(
        "SELECT (SELECT coalesce(sum(articles), 0) FROM kept_months), (SELECT min(published_day) FROM articles),"
        " (SELECT max(published_day) FROM articles)"
    )[0]  # three questions: of days each is answered by an index
    return {
        "query": SearchRequest(),
        "count": count,
        "first": first,
        "last": last,
        "sources": source_names(archive),
        "night": _night(archive),
        "new": archive.rows("SELECT * FROM last_night WHERE what = 'new' ORDER BY id DESC LIMIT ?", (NEW,)),
        "changed": archive.rows("SELECT * FROM last_night WHERE what <> 'new' ORDER BY id DESC LIMIT ?", (NEW,)),
        "charts": _charts(archive, date.fromisoformat(last)) if last else None,
        "calendar": calendar(archive, weeks=CALENDAR_WEEKS),
    }


def _night(archive: Archive) -> dict[str, Any] | None:
    """The last night, and the newest crawl by hand since; until there was a night, the newest crawl in its place."""
    night, newest = last_night(archive), last_run(archive)
    if night is None or newest is None:
        return None
    shown = _run(run_summary(archive, night))
    shown["troubles"] = [*_failures(shown["counted"]), *_findings(archive, night)]
    shown["since"] = _run(run_summary(archive, newest)) if newest != night else None
    return shown


def _run(counted: RunSummary) -> dict[str, Any]:
    return {
        "counted": counted,
        "is_crawl": counted.trigger == "manual",
        "day": date.fromisoformat(counted.night),
        "start": f"{in_vietnam(counted.started):%H:%M}",
        "end": f"{in_vietnam(counted.ended):%H:%M}" if counted.ended else None,
    }


def _failures(counted: RunSummary) -> list[tuple[str, str]]:
    """The sites that the run could not look at, with the reason."""
    return [
        (site.site, messages_text(site.messages, site.reason or str(site.verdict)))
        for site in counted.sites
        if site.verdict not in {"ok", None}
    ]


def _findings(archive: Archive, run: str) -> list[tuple[str, str]]:
    """What else, by the run's report, a person should look at; empty if the report is not beside the archive."""
    report = DataFolder(root=archive.path.parent).runs / run / "report.json"
    try:
        found = json.loads(report.read_text(encoding="utf-8"))["findings"]
        return [(finding["site"], messages_text([finding], finding["detail"])) for finding in found]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _charts(archive: Archive, newest: date) -> dict[str, Any]:
    """One chart of all articles, and a small one for each topic and each province, over the same months."""
    months = months_up_to(newest)

    def counted(sql: str) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for row in archive.rows(sql, {"since": months[0]}):
            if row["articles"]:
                found.setdefault(row["name"] or "", {})[row["month"]] = row["articles"]
        return found

    topics, provinces = counted(_BY_TOPIC), counted(_BY_PROVINCE)
    everything = counted(_ALL).get("", {})
    small = {"width": 240.0, "height": 44.0}
    return {
        "months": months,
        "all": _chart("", SearchRequest(), everything, months, width=720.0, height=120.0),
        "topics": [
            _chart(topic_name(topic), SearchRequest(topic=topic), topics[topic], months, **small)
            for topic in _in_order(topics)
        ],
        "provinces": [
            _chart(province, SearchRequest(province=province), provinces[province], months, **small)
            for province in sorted(provinces, key=lambda name: -sum(provinces[name].values()))
            if province
        ],
    }


def _chart(
    name: str, query: SearchRequest, counts: Mapping[str, int], months: list[str], *, width: float, height: float
) -> Chart:
    drawn = [
        MonthBar(bar, query.address(**days_of(bar.month))) for bar in bars(counts, months, width=width, height=height)
    ]
    return Chart(name, query.address(), sum(each.bar.count for each in drawn), drawn)


def _in_order(topics: Iterable[str]) -> list[str]:
    return sorted(topics, key=lambda topic: (TOPICS.index(topic) if topic in TOPICS else len(TOPICS), topic))


async def first_page(datasette: Datasette, request: Request) -> Response:
    """``/``."""
    return await page(datasette, request, "home.html", home)


ROUTES: tuple[Route, ...] = ((r"/$", first_page),)
"""What answers each address of this page."""
