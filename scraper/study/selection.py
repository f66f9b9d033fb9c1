"""Chooses articles by place, topic and period from the indexes alone: all of them, or some that are evenly spread."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from scraper.sites.reference import provinces_named
from scraper.store import Archive
from scraper.store.filters import Filters
from scraper.study.periods import lowest_id
from scraper.text.sentence import Sentence

_FIRST = date(1970, 1, 2)  # articles of no day have ids of 1 January 1970
_LAST = date(9998, 12, 31)


@dataclass(frozen=True, slots=True)
class Selection:
    """Articles of ``sites`` (None: of all) with ``topic`` whose ids lie in one of ``spans``.

    ``outside`` turns sites and topic round: the articles of the spans that are not of them.
    """

    sites: tuple[str, ...] | None
    topic: str | None
    spans: tuple[tuple[int, int], ...]  # the lowest id, and the lowest one after it
    outside: bool = False


def sites_of(archive: Archive, filters: Filters) -> list[str] | None:
    """The sites that pass the filters, or None if all do."""
    if filters.site is None and filters.province is None:
        return None
    names = provinces_named(filters.province) if filters.province else None
    return [
        row["id"]
        for row in archive.rows("SELECT id, province FROM sites ORDER BY id")
        if filters.site in {None, row["id"]} and (names is None or row["province"] in (names or {filters.province}))
    ]


def chosen_and_rest(archive: Archive, filters: Filters, against: str | None = None) -> tuple[Selection, Selection]:
    """The articles that pass the filters, and those to compare them with.

    Where a site, a province or a topic is named, these are all others of the same days. Else they are those of
    all other days. ``against`` names another province, old or new: then they are only its articles, of the same topic
    and days. Raises ValueError where nothing is named, or nothing but a topic or days ``against`` a province.
    """
    sites = sites_of(archive, filters)
    low = lowest_id(filters.since or _FIRST)
    high = lowest_id((filters.until or _LAST) + timedelta(days=1))
    here = Selection(None if sites is None else tuple(sites), filters.topic, ((low, high),))
    if against is not None:
        if sites is None:
            raise ValueError(Sentence("name a province or a site to compare with another province"))
        others_sites = [site for site in sites_of(archive, Filters(province=against)) or [] if site not in sites]
        return here, Selection(tuple(others_sites), here.topic, here.spans)
    if sites is not None or filters.topic is not None:
        return here, Selection(here.sites, here.topic, here.spans, outside=True)
    if filters.since is None and filters.until is None:
        raise ValueError(
            Sentence("name a site, a province, a topic or a period: the rest is what it is compared with")
        )
    others = ((lowest_id(_FIRST), low), (high, lowest_id(_LAST)))
    return here, Selection(None, None, tuple(span for span in others if span[0] < span[1]))


def ids_of(archive: Archive, selection: Selection) -> list[int]:
    """The ids of the selection, in their order."""
    return [id_ for low, high in selection.spans for id_ in _following(archive, selection, low, high, -1)]


def sample_of(archive: Archive, selection: Selection, most: int) -> tuple[list[int], bool]:
    """The ids of the selection if they are not more than ``most``, and whether these are all.

    If there are more, they are about ``most`` that lie evenly spread over its time, the same ones at each call.
    """
    first = [id_ for low, high in selection.spans for id_ in _following(archive, selection, low, high, most + 1)]
    if len(first) <= most:
        return first, True
    return list(_spread(archive, selection, most)), False


def _spread(archive: Archive, selection: Selection, most: int) -> Iterator[int]:
    occupied = _occupied(archive, selection)
    length = sum(high - low for low, high in occupied)
    for low, high in occupied:
        share = max(1, most * (high - low) // length)
        last = low - 1
        for number in range(share):
            at = max(last + 1, low + (high - low) * number // share)
            found = list(_following(archive, selection, at, high, 1))
            if not found:
                break
            last = found[0]
            yield last


def _occupied(archive: Archive, selection: Selection) -> list[tuple[int, int]]:
    """The spans cut to where the archive has articles."""
    newest = archive.value("SELECT max(id) FROM articles") or 0
    found = []
    for low, high in selection.spans:
        oldest = next(_following(archive, selection, low, high, 1), None)
        if oldest is not None:
            found.append((oldest, min(high, newest + 1)))
    return found


def _following(archive: Archive, selection: Selection, low: int, high: int, most: int) -> Iterator[int]:
    """The first ``most`` ids of the selection from ``low`` on, below ``high``; -1: all."""
    values: dict[str, Any] = {"low": low, "high": high, "most": most, "topic": selection.topic}
    if selection.outside:
        condition, more = _inside(selection)
        sql = f"SELECT id FROM articles WHERE id >= :low AND id < :high AND NOT ({condition}) ORDER BY id LIMIT :most"  # noqa: S608
        return _ids(archive, sql, values | more)
    if selection.topic is not None:
        condition, more = _inside(Selection(selection.sites, None, ()), "topics.article")
        sql = (
            "SELECT DISTINCT article FROM topics WHERE topic = :topic AND article >= :low AND article < :high"  # noqa: S608
            f" AND {condition} ORDER BY article LIMIT :most"
        )
        return _ids(archive, sql, values | more)
    if selection.sites is None:
        sql = "SELECT id FROM articles WHERE id >= :low AND id < :high ORDER BY id LIMIT :most"
        return _ids(archive, sql, values)
    sql = (
        "SELECT id FROM articles INDEXED BY articles_looked WHERE site = :site AND id >= :low AND id < :high"
        " ORDER BY id LIMIT :most"
    )
    merged = heapq.merge(*(_ids(archive, sql, values | {"site": site}) for site in selection.sites))
    return (id_ for number, id_ in enumerate(merged) if most < 0 or number < most)


def _inside(selection: Selection, article: str = "articles.id") -> tuple[str, dict[str, Any]]:
    """Whether ``article`` is of the selection's sites and topic, as SQL."""
    parts, values = [], {}
    if selection.sites is not None:
        values = {f"site{number}": site for number, site in enumerate(selection.sites)}
        marks = ", ".join(f":{name}" for name in values)
        own = "articles.site" if article == "articles.id" else f"(SELECT site FROM articles WHERE id = {article})"  # noqa: S608
        parts.append(f"{own} IN ({marks})")
    if selection.topic is not None:
        parts.append(f"EXISTS (SELECT 1 FROM topics WHERE topics.article = {article} AND topics.topic = :topic)")  # noqa: S608
    return " AND ".join(parts) or "1", values


def _ids(archive: Archive, sql: str, values: dict[str, Any]) -> Iterator[int]:
    return (row[0] for row in archive.execute(sql, values))
