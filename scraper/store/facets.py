"""How the articles that a search finds are spread over months, sites, sections and topics."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from scraper.store.archive import Archive
from scraper.store.article_ids import day_of
from scraper.store.errors import archive_errors
from scraper.store.filters import FIRST_DAY, Filters
from scraper.store.search import search_ids

_BATCH = 10_000
_ALL = 1 << 62

_ROWS = f"""
    SELECT substr(coalesce({FIRST_DAY}, '?'), 1, 7), site, coalesce(section, ''),
        (SELECT json_group_array(DISTINCT topic) FROM topics WHERE article = articles.id)
    FROM json_each(:found) AS found CROSS JOIN articles ON articles.id = found.value
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts of articles. A month is ``?`` and a section empty where the page names none."""

    total: int
    by_month: Mapping[str, int]  # the first month first
    by_site: Mapping[str, int]
    by_section: Mapping[str, int]
    by_topic: Mapping[str, int]  # an article may have several
    since: date | None = None  # the day of the oldest article looked at, where there are older ones


def facets(archive: Archive, words: str, filters: Filters, *, newest: int | None = None) -> Facets:
    """Counts the articles that :func:`~scraper.store.search.search` finds.

    With ``newest``, at most so many of the newest articles that have the words are looked at (without words: that
    pass the filters). The marks of words are not compared. Where nothing but a site or a province is asked for, the
    counts are kept (see scraper.store.kept_counts), so all articles count.
    """
    others = {name for name, value in filters.chosen.items() if value is not None} - {"site", "province"}
    if not words.strip() and not others:
        return _kept(archive, filters)
    of_words = filters if not words.strip() else Filters(since=filters.since, until=filters.until)
    ids = search_ids(archive, words, of_words, limit=_ALL if newest is None else newest + 1)
    since = None
    if newest is not None and len(ids) > newest:
        ids = ids[:newest]
        since = day_of(ids[-1])
    where, values = filters.where()
    rows: Counter[tuple[str, str, str, str]] = Counter()
    with archive_errors(archive.path):
        cursor = archive.connection.cursor()
        cursor.row_factory = None
        for begin in range(0, len(ids), _BATCH):
            found = json.dumps(ids[begin : begin + _BATCH])
            rows.update(cursor.execute(f"{_ROWS} WHERE {where or '1'}", {"found": found, **values}))
    by: tuple[Counter[str], ...] = (Counter(), Counter(), Counter(), Counter())
    for (*single, topics), count in rows.items():
        for counts, name in zip(by, single, strict=False):
            counts[name] += count
        for topic in json.loads(topics):
            by[3][topic] += count
    by_month, by_site, by_section, by_topic = by
    return Facets(rows.total(), dict(sorted(by_month.items())), by_site, by_section, by_topic, since)


def _kept(archive: Archive, filters: Filters) -> Facets:
    where, values = filters.where()  # of articles; the kept counts have the same column ``site``

    def counts(table: str, name: str) -> dict[str, int]:
        return archive.counts(
            f"SELECT {name}, sum(articles) FROM {table} AS articles WHERE articles > 0 AND {where or '1'}"  # noqa: S608
            " GROUP BY 1 ORDER BY 1",
            values,
        )

    by_month = counts("kept_months", "coalesce(nullif(month, ''), '?')")
    return Facets(
        sum(by_month.values()),
        dict(sorted(by_month.items())),
        counts("kept_months", "site"),
        counts("kept_sections", "section"),
        counts("kept_topics", "topic"),
    )
