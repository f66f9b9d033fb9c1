"""How many articles of each day have a term or a topic, beside how many there are.

A day is the day of publication in Vietnam; an article whose page counts back ("3 giờ trước") counts on the first day
on which it can have been published. An article's id holds its minute, so the search index alone tells the days of
all matches, and no article is read.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scraper.store import Archive
from scraper.store.errors import archive_errors
from scraper.store.filters import Filters
from scraper.store.search import index_expression
from scraper.study.ledger import Unproven
from scraper.study.periods import lowest_id
from scraper.study.selection import Selection, ids_of, sites_of
from scraper.study.terms import as_search
from scraper.text.sentence import Sentence

CHUNK = 20_000
CHUNK_DAYS = 60
"""About how many articles are looked through for a term between two looks at the clock; at first, as many as these
days have. Several terms share them."""


@dataclass(frozen=True, slots=True)
class DailyCounts:
    """Articles by day of publication, from ``first`` to ``last``; days without articles are left out."""

    first: date  # later than asked for if the time was over before
    last: date
    total: dict[date, int]  # all articles that pass the filters
    matches: dict[str, dict[date, int]]  # those of them that have the term, by term; without terms, by topic
    asked_from: date

    @property
    def cut(self) -> bool:
        """Whether the time was over before all days were counted."""
        return self.first > self.asked_from


def first_day(archive: Archive) -> date | None:
    """The first day of publication that is known, or None."""
    day = archive.value("SELECT min(published_day) FROM articles WHERE published_day >= '1970-01-02'")
    return date.fromisoformat(day) if day else None


def count_by_day(
    archive: Archive, terms: Sequence[str], filters: Filters, first: date, last: date, *, seconds: float | None = None
) -> DailyCounts:
    """Counts ``terms`` and all articles for each day from ``first`` to ``last``.

    ``filters`` may name a site, a province and a topic. A topic without terms is itself counted, among the articles
    of all topics. After ``seconds`` of this thread's CPU time no earlier days
    are begun, and ``first`` of the answer tells from which day on all is counted. Raises ValueError for another
    filter.
    """
    if filters.section or filters.author or filters.since or filters.until:
        raise ValueError(Sentence("words over time can be counted by site, province and topic only"))
    began = time.thread_time()
    sites = sites_of(archive, filters)
    expressions = {term: index_expression(archive, as_search(term)) for term in terms}
    counted = None if terms else filters.topic
    among = None if counted else filters.topic
    lines = [counted] if counted else terms
    counts = DailyCounts(last + timedelta(days=1), last, {}, {term: {} for term in lines}, first)
    span = CHUNK_DAYS
    while counts.first > first:
        if seconds is not None and counts.first <= last and time.thread_time() - began > seconds:
            break
        end = counts.first - timedelta(days=1)
        begin = max(first, end - timedelta(days=span - 1))
        ids = _ids(archive, sites, among, begin, end)
        total = _articles_by_day(archive, begin, end) if ids is None else _by_day(ids, begin, end)
        passing = None if ids is None else set(ids)
        looked = sum(total.values())
        found = {}
        if counted and total:
            found[counted] = _by_day(_ids(archive, sites, counted, begin, end) or [], begin, end)
        for term, expression in expressions.items():
            if expression is not None and total:
                matching = matching_in(archive, expression, begin, end)
                looked = max(looked, len(matching))
                found[term] = _by_day(_passing(matching, passing), begin, end)
        counts = replace(
            counts,
            first=begin,
            total=counts.total | total,
            matches={term: counts.matches[term] | found.get(term, {}) for term in lines},
        )
        span = max(7, min(20 * span, span * CHUNK // max(1, len(lines) * looked)))
    return counts


def _articles_by_day(archive: Archive, first: date, last: date) -> dict[date, int]:
    found = {
        date.fromisoformat(row[0]): row[1]
        for row in archive.rows(
            "SELECT published_day, count(*) FROM articles INDEXED BY articles_day"
            " WHERE published_day BETWEEN ? AND ? GROUP BY published_day",
            (first.isoformat(), last.isoformat()),
        )
    }
    # Articles of which only an interval is known: the id holds its beginning. Those of no day have ids of 1970.
    undated = _numbers(
        archive,
        "SELECT id FROM articles INDEXED BY articles_day WHERE published_day IS NULL AND id >= ? AND id < ?",
        *range_of(first, last),
    )
    for day, count in _by_day(sorted(undated), first, last).items():
        found[day] = found.get(day, 0) + count
    return found


def _ids(
    archive: Archive, sites: Sequence[str] | None, topic: str | None, first: date, last: date
) -> list[int] | None:
    """The articles of these days that pass the filters, in the order of their ids; None if all do."""
    if sites is None and topic is None:
        return None
    return ids_of(archive, Selection(None if sites is None else tuple(sites), topic, (range_of(first, last),)))


def matching_in(archive: Archive, expression: str, first: date, last: date) -> list[int]:
    """The articles of these days that ``expression`` finds in the index."""
    return _numbers(
        archive,
        "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid",
        expression,
        *range_of(first, last),
    )


def _passing(ids: list[int], passing: set[int] | None) -> list[int]:
    return ids if passing is None else [id_ for id_ in ids if id_ in passing]


def _numbers(archive: Archive, sql: str, *values: object) -> list[int]:
    """The one column of a query for numbers, which may be many."""
    with archive_errors(archive.path):
        cursor = archive.connection.cursor()
        cursor.row_factory = None
        return [number for (number,) in cursor.execute(sql, values)]


def range_of(first: date, last: date) -> tuple[int, int]:
    """The lowest id of the days, and the lowest one after them."""
    return lowest_id(first), lowest_id(last + timedelta(days=1))


def _by_day(ids: Sequence[int], first: date, last: date) -> dict[date, int]:
    """How many of the sorted ``ids`` are of each day; days without any are left out."""
    found = {}
    place = bisect_left(ids, lowest_id(first))
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        following = bisect_left(ids, lowest_id(day + timedelta(days=1)), lo=place)
        if following > place:
            found[day] = following - place
        place = following
    return found


def daily_rows(counts: DailyCounts, unproven: Sequence[Unproven]) -> Iterator[list[str | int]]:
    """The counts as the rows of one sheet, a day each, under a row of names.

    A ratio is matches by articles, from 0 to 1, and empty on a day without articles. The last column tells of how
    many sites the day is not proven complete.
    """
    names = [f"{term}: {what}" for term in counts.matches for what in ("matches", "ratio")]
    yield ["day", "articles", *names, "sites_not_complete"]
    wanting = {day: span.sites for span in unproven for day in span.days}
    for number in range((counts.last - counts.first).days + 1):
        day = counts.first + timedelta(days=number)
        total = counts.total.get(day, 0)
        row: list[str | int] = [day.isoformat(), total]
        for found in counts.matches.values():
            row += [found.get(day, 0), f"{found.get(day, 0) / total:.6f}" if total else ""]
        yield [*row, wanting.get(day, 0)]
