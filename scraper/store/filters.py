"""Filters on articles, by everything but their words. Search, counts and export share them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from scraper.store.archive import Archive
from scraper.store.article_ids import SLOTS, first_id
from scraper.text import fold
from scraper.topics import rules

FIRST_DAY = "coalesce(articles.published_day, substr(articles.published_earliest, 1, 10))"
LAST_DAY = "coalesce(articles.published_day, substr(articles.published_latest, 1, 10))"
"""The first and last day on which an article can have been published. They are equal if its page names a day."""
_MARGIN = timedelta(days=4)  # an interval in days is two and a half long


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Conditions on an article. None means no condition.

    ``province`` is a name from before or after 1 July 2025, typed with or without marks. ``section`` and ``author``
    are compared without marks and case; ``author`` may be a part of the byline. Days are days of publication, and
    both ends are included.
    """

    site: str | None = None
    province: str | None = None
    section: str | None = None
    topic: str | None = None
    author: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def chosen(self) -> dict[str, Any]:
        """The conditions by name, those not set too."""
        return {field.name: getattr(self, field.name) for field in fields(Filters)}

    def where(self) -> tuple[str, dict[str, Any]]:
        """The conditions on ``articles`` as SQL, with their values. The SQL is empty if there is no condition."""
        conditions: list[str] = []
        values: dict[str, Any] = {}
        if self.site is not None:
            conditions.append("articles.site = :site")
            values["site"] = self.site
        if self.province is not None:
            names = sorted(_provinces(self.province)) or [self.province]
            marks = [f":province{number}" for number in range(len(names))]
            conditions.append(f"articles.site IN (SELECT id FROM sites WHERE province IN ({', '.join(marks)}))")  # noqa: S608
            values |= {mark[1:]: name for mark, name in zip(marks, names, strict=True)}
        if self.section is not None:
            conditions.append(_having("section", "kept_sections", "fold(section) = :section"))
            values["section"] = fold(self.section)
        if self.author is not None:
            conditions.append(_having("author", "kept_authors", "instr(fold(author), :author)"))
            values["author"] = fold(self.author)
        if self.topic is not None:
            conditions.append("articles.id IN (SELECT article FROM topics WHERE topic = :topic)")
            values["topic"] = self.topic
        # An id holds the moment of publication, so the index finds the range. The printed day then decides.
        if self.since is not None:
            conditions.append(f"{LAST_DAY} >= :since AND articles.id >= :since_id")
            values |= {"since": self.since.isoformat(), "since_id": first_id(None, _shifted(self.since, -_MARGIN))}
        if self.until is not None:
            conditions.append(f"{FIRST_DAY} <= :until AND articles.id < :until_id")
            values |= {
                "until": self.until.isoformat(),
                "until_id": first_id(None, _shifted(self.until, _MARGIN)) + (1 << SLOTS),
            }
        return " AND ".join(conditions), values

    def unknown(self, archive: Archive) -> list[str]:
        """The names of the filters whose value this archive cannot know: an answer would look like "nothing".

        ``since`` is named where it is later than ``until``.
        """
        wrong = [name for name, exists in _EXISTS.items() if self._is_missing(archive, name, exists)]
        if self.province is not None and not _provinces(self.province):
            wrong.append("province")
        if self.since is not None and self.until is not None and self.since > self.until:
            wrong.append("since")
        return wrong

    def _is_missing(self, archive: Archive, name: str, exists: str) -> bool:
        value = getattr(self, name)
        if value is None or (name == "topic" and any(rule.topic == value for rule in rules())):
            return False
        return archive.value(exists, {"value": value, "folded": fold(value)}) is None


_EXISTS = {
    "site": "SELECT 1 FROM sites WHERE id = :value",
    "topic": "SELECT 1 FROM topics WHERE topic = :value UNION ALL SELECT 1 FROM watches WHERE words = :value LIMIT 1",
    "section": "SELECT 1 FROM kept_sections WHERE articles > 0 AND fold(section) = :folded LIMIT 1",
    "author": "SELECT 1 FROM kept_authors WHERE articles > 0 AND instr(fold(author), :folded) LIMIT 1",
}
"""For each filter a query that finds a row if its value is known."""


def _having(column: str, kept: str, condition: str) -> str:
    """The articles with one of the values in the table ``kept`` that meet the condition, by the column's index."""
    values = f"SELECT {column} FROM {kept} WHERE {condition}"  # noqa: S608
    return f"articles.id IN (SELECT such.id FROM articles AS such WHERE such.{column} IN ({values}))"  # noqa: S608


def _shifted(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return day


def _provinces(name: str) -> frozenset[str]:
    from scraper.sites.reference import provinces_named  # the reader of site files is slow to import

    return provinces_named(name)
