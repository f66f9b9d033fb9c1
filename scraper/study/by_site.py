"""How many articles each site has, how many of them have a term or a topic, and how far each site is watched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scraper.store import Archive
from scraper.store.search import index_expression
from scraper.study.selection import Selection, ids_of
from scraper.study.terms import as_search
from scraper.study.trend import matching_in, range_of


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """One site: its articles of the days asked for, and those of them that match; its watch until today."""

    site: str
    province: str | None
    articles: int
    matches: int
    watched: bool
    open_links: int


def count_by_site(archive: Archive, term: str, topic: str | None, first: date, last: date) -> list[SiteCounts]:
    """Every site with its articles from ``first`` to ``last`` that have ``term``, or without one ``topic``."""
    span = (range_of(first, last),)
    if term:
        expression = index_expression(archive, as_search(term))
        matching = set(matching_in(archive, expression, first, last)) if expression else set()
    else:
        matching = set(ids_of(archive, Selection(None, topic, span))) if topic else set()
    open_links = archive.counts(
        "SELECT site, sum(waiting + failed) FROM kept_links WHERE waiting + failed > 0 GROUP BY site"
    )
    found = []
    for row in archive.rows("SELECT id, province, watched_since FROM sites ORDER BY id"):
        ids = ids_of(archive, Selection((row["id"],), None, span))
        found.append(
            SiteCounts(
                row["id"],
                row["province"],
                len(ids),
                len(matching.intersection(ids)),
                row["watched_since"] is not None,
                open_links.get(row["id"], 0),
            )
        )
    return found


def day_of_newest(archive: Archive, number: int) -> date | None:
    """The day from which on there are about ``number`` articles; None if there are no more than that."""
    day = archive.value(
        "SELECT published_day FROM articles INDEXED BY articles_day WHERE published_day IS NOT NULL"
        " ORDER BY published_day DESC LIMIT 1 OFFSET ?",
        (number,),
    )
    return date.fromisoformat(day) if day else None
