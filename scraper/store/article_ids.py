"""Ids of articles in the order of their publication.

An id is the minute of publication since 1970, shifted left by :data:`SLOTS` bits, plus a number. The newest hits of a
search are therefore read from the end of the index, without sorting, however many there are. A minute that is full
(1,024 articles: days without a time share their midnight) spills into the next.
"""

from __future__ import annotations

from datetime import date, datetime, time

from scraper.clock import VIETNAM
from scraper.items import Article
from scraper.store.archive import Archive

SLOTS = 10
"""Bits of an id below the minute."""


def first_id(published_at: datetime | None, published_day: date | None) -> int:
    """The first id of the minute of publication. If the day is unknown, it is the first id of 1970."""
    if published_at is None:
        if published_day is None:
            return 0
        published_at = datetime.combine(published_day, time(), VIETNAM)
    return max(0, int(published_at.timestamp()) // 60) << SLOTS


def day_of(id_: int) -> date:
    """The day in Vietnam in whose minute the id lies."""
    return datetime.fromtimestamp((id_ >> SLOTS) * 60, VIETNAM).date()


def sorting_id(article: Article) -> int:
    """The first id for the article's moment, its day, or the earliest moment at which it can have been published."""
    earliest = None if article.published_day else article.published_earliest
    return first_id(article.published_at or earliest, article.published_day)


def free_id(archive: Archive, base: int) -> int:
    """The lowest id, ``base`` (a :func:`first_id`) or above, that follows all ids in use in its minute."""
    while True:
        last = archive.value("SELECT max(id) FROM articles WHERE id >= ? AND id < ?", (base, base + (1 << SLOTS)))
        if last is None:
            return base
        if last + 1 < base + (1 << SLOTS):
            return int(last) + 1
        base += 1 << SLOTS
