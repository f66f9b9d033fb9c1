"""Counts that are kept beside the rows they count, so that asking for them costs the same at any size.

Triggers keep each of them within the transaction that changes a row. :func:`check_counts` compares them with the
rows, and :func:`recount` makes them anew. A count of 0 may stand where there were rows once.
"""

# ruff: noqa: S608 - no SQL here comes from outside
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scraper.text.sentence import Sentence

if TYPE_CHECKING:
    from sqlite_utils import Database

    from scraper.store.archive import Archive

_TABLES = (Path(__file__).parent / "kept_counts.sql").read_text(encoding="utf-8")

_DAY = "coalesce({row}.published_day, substr({row}.published_earliest, 1, 10), '')"
_MONTH = f"substr({_DAY}, 1, 7)"
_LISTED = "date({row}.first_listed, '+7 hours')"
_OUTCOMES = ("collected", "waiting", "failed", "rejected", "refused by robots", "offsite", "forgotten")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A table of counts: the SQL of its key and of its counts, in which ``{row}`` is the row that is counted."""

    table: str
    key: Mapping[str, str]
    counts: Mapping[str, str]
    source: str  # the rows that are counted
    row: str  # the name of such a row there

    @property
    def columns(self) -> str:
        return ", ".join((*self.key, *self.counts))

    def counted(self) -> str:
        """The counts as a query of all rows."""
        key = ", ".join(self.key.values())
        sums = ", ".join(f"sum({count})" for count in self.counts.values())
        query = f"SELECT {key}, {sums} FROM {self.source} GROUP BY {key}"
        return query.format(row=self.row, seen="articles.first_seen")

    def change(self, sign: str, row: str, source: str = "", *, seen: str = "NULL") -> str:
        """The statement of a trigger that counts ``row`` in or out."""
        values = ", ".join((*self.key.values(), *(f"{sign}({count})" for count in self.counts.values())))
        sums = ", ".join(f"{count} = {count} + excluded.{count}" for count in self.counts)
        return (
            f"INSERT INTO {self.table} ({self.columns}) SELECT {values} {source or 'WHERE true'}"
            f" ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {sums};"
        ).format(row=row, seen=seen)


_OF_ARTICLES = (
    _Kept(
        "kept_days",
        {"day": _DAY},
        {"articles": "1", "uncertain": "{row}.published_day IS NULL"},
        "articles",
        "articles",
    ),
    _Kept("kept_months", {"month": _MONTH, "site": "{row}.site"}, {"articles": "1"}, "articles", "articles"),
    _Kept(
        "kept_sections",
        {"site": "{row}.site", "section": "coalesce({row}.section, '')"},
        {"articles": "1"},
        "articles",
        "articles",
    ),
    _Kept(
        "kept_origins", {"site": "{row}.site", "origin": "{row}.origin"}, {"articles": "1"}, "articles", "articles"
    ),
)
_TOPICS = _Kept(
    "kept_topics",
    {"topic": "about.topic", "month": _MONTH, "site": "{row}.site"},
    {"articles": "1"},
    "(SELECT DISTINCT topic, article FROM topics) AS about JOIN articles ON articles.id = about.article",
    "articles",
)
_CAPTURES = _Kept(
    "kept_captures",
    {"site": "coalesce({row}.site, '')"},
    {"captures": "1", "bytes": "{row}.bytes"},
    "captures",
    "captures",
)
_LINKS = _Kept(
    "kept_links",
    {"day": _LISTED, "site": "{row}.site"},
    {
        "listed": "1",
        "late": f"{{row}}.outcome = 'collected' AND coalesce(date({{seen}}, '+7 hours') > {_LISTED}, 0)",
        **{outcome.replace(" ", "_"): f"{{row}}.outcome = '{outcome}'" for outcome in _OUTCOMES},
    },
    "listed LEFT JOIN articles ON articles.id = listed.article",
    "listed",
)
_AUTHORS = _Kept("kept_authors", {"author": "coalesce({row}.author, '')"}, {"articles": "1"}, "articles", "articles")
_FIRST = (*_OF_ARTICLES, _TOPICS, _CAPTURES, _LINKS)
_ALL = (*_FIRST, _AUTHORS)


def kept_counts(db: Database) -> None:
    """Makes the tables, counts what there is, and makes the triggers."""
    db.executescript(_TABLES)
    for kept in _FIRST:
        db.execute(_filled(kept))
    for trigger in _triggers():
        db.execute(trigger)


def kept_authors(db: Database) -> None:
    """Makes the list of bylines, kept as the other counts are, and the indexes by which articles of one are found."""
    db.execute("CREATE TABLE kept_authors (author TEXT PRIMARY KEY, articles INTEGER NOT NULL) WITHOUT ROWID")
    db.execute(_filled(_AUTHORS))
    for trigger in _own_triggers(_AUTHORS, ("author",)):
        db.execute(trigger)
    db.execute("CREATE INDEX articles_author ON articles (author) WHERE author IS NOT NULL")
    db.execute("CREATE INDEX articles_section ON articles (section) WHERE section IS NOT NULL")


_MOVES = "SELECT article FROM addresses GROUP BY article HAVING min(first_seen) <> max(first_seen)"
"""The articles that may have moved: they were not met at all of their addresses at once."""


def kept_moves(db: Database) -> None:
    """Makes the list of articles that may have moved, and the triggers that keep it. It may name others too."""
    db.execute(
        "CREATE TABLE kept_moves"
        " (article INTEGER PRIMARY KEY REFERENCES articles (id) ON UPDATE CASCADE ON DELETE CASCADE)"
    )
    db.execute(f"INSERT INTO kept_moves {_MOVES}")
    later = "EXISTS (SELECT 1 FROM addresses WHERE article = new.article AND first_seen <> new.first_seen)"
    add = "INSERT INTO kept_moves VALUES (new.article) ON CONFLICT DO NOTHING;"
    db.execute(f"CREATE TRIGGER kept_moves_added AFTER INSERT ON addresses WHEN {later} BEGIN {add} END")
    db.execute(
        "CREATE TRIGGER kept_moves_changed AFTER UPDATE OF article, first_seen ON addresses"
        f" WHEN {later} AND EXISTS (SELECT 1 FROM articles WHERE id = old.article) BEGIN {add} END"
    )


def recount(archive: Archive) -> None:
    """Counts everything anew."""
    with archive.transaction():
        for kept in _ALL:
            archive.execute(f"DELETE FROM {kept.table}")
            archive.execute(_filled(kept))
        archive.execute("DELETE FROM kept_moves")
        archive.execute(f"INSERT INTO kept_moves {_MOVES}")


def check_counts(archive: Archive) -> list[str]:
    """What differs from the rows that are counted, one sentence for each table. :func:`recount` repairs it."""
    wrong: list[str] = []
    for kept in _ALL:
        first = next(iter(kept.counts))
        stored = archive.rows(f"SELECT {kept.columns} FROM {kept.table} WHERE {first} <> 0")
        if set(map(tuple, stored)) != set(map(tuple, archive.rows(kept.counted()))):
            wrong.append(Sentence("the counts in {table} are not those of the rows", table=kept.table))
    if archive.row(f"{_MOVES} EXCEPT SELECT article FROM kept_moves"):
        wrong.append(Sentence("the counts in {table} are not those of the rows", table="kept_moves"))
    return wrong


def _filled(kept: _Kept) -> str:
    return f"INSERT INTO {kept.table} ({kept.columns}) {kept.counted()}"


def _triggers() -> Iterator[str]:
    add = " ".join(kept.change("+", "new") for kept in _OF_ARTICLES)
    drop = " ".join(kept.change("-", "old") for kept in _OF_ARTICLES)
    yield f"CREATE TRIGGER kept_articles_added AFTER INSERT ON articles BEGIN {add} END"
    changed = " OR ".join(
        f"old.{column} IS NOT new.{column}"
        for column in ("site", "published_day", "published_earliest", "section", "origin")
    )
    yield (
        "CREATE TRIGGER kept_articles_changed"
        " AFTER UPDATE OF site, published_day, published_earliest, section, origin"
        f" ON articles WHEN {changed} BEGIN {drop} {add} END"
    )
    # The rows of other tables still lead to an article that is about to be deleted, but no more once it is.
    about = "FROM (SELECT DISTINCT topic FROM topics WHERE article = {row}.id) AS about WHERE true"
    listed = "FROM listed WHERE article = old.id"
    drop_late = (
        f"{_LINKS.change('-', 'listed', listed, seen='old.first_seen')} {_LINKS.change('+', 'listed', listed)}"
    )
    yield (
        "CREATE TRIGGER kept_articles_deleted BEFORE DELETE ON articles"
        f" BEGIN {drop} {_TOPICS.change('-', 'old', about)} {drop_late} END"
    )
    # Here topics and links lead to the article's new id already.
    of_new = about.replace("{row}", "new")
    yield (
        "CREATE TRIGGER kept_topics_moved AFTER UPDATE OF site, published_day, published_earliest ON articles"
        f" WHEN {_MONTH.format(row='old')} <> {_MONTH.format(row='new')} OR old.site <> new.site"
        f" BEGIN {_TOPICS.change('-', 'old', of_new)} {_TOPICS.change('+', 'new', of_new)} END"
    )
    listed = "FROM listed WHERE article = new.id"
    yield (
        "CREATE TRIGGER kept_links_late AFTER UPDATE OF first_seen ON articles"
        " WHEN old.first_seen <> new.first_seen BEGIN"
        f" {_LINKS.change('-', 'listed', listed, seen='old.first_seen')}"
        f" {_LINKS.change('+', 'listed', listed, seen='new.first_seen')} END"
    )
    yield from _triggers_of_topics()
    yield from _triggers_of_others()


def _triggers_of_topics() -> Iterator[str]:
    """An article has a topic once, however many words speak for it."""
    for event, row, sign, rows in (("INSERT", "new", "+", 1), ("DELETE", "old", "-", 0)):
        article = f"FROM articles JOIN (SELECT {row}.topic AS topic) AS about WHERE articles.id = {row}.article"
        yield (
            f"CREATE TRIGGER kept_topics_{event.lower()} AFTER {event} ON topics WHEN {rows} ="
            f" (SELECT count(*) FROM topics WHERE article = {row}.article AND topic = {row}.topic)"
            f" BEGIN {_TOPICS.change(sign, 'articles', article)} END"
        )


def _triggers_of_others() -> Iterator[str]:
    yield from _own_triggers(_CAPTURES, ("site", "bytes"))
    # A link whose article gets another id is the same link: the old id leads to nothing then.
    yield from _own_triggers(
        _LINKS,
        ("site", "outcome", "first_listed", "article"),
        " AND (old.article IS new.article OR old.article IS NULL OR new.article IS NULL"
        " OR old.outcome IS NOT new.outcome OR EXISTS (SELECT 1 FROM articles WHERE id = old.article))",
    )


def _own_triggers(kept: _Kept, columns: Sequence[str], also: str = "") -> Iterator[str]:
    """The triggers of a table of counts that depends on ``columns`` of one other table alone."""
    add, drop = (
        kept.change(sign, row, seen=f"(SELECT first_seen FROM articles WHERE id = {row}.article)")
        for sign, row in (("+", "new"), ("-", "old"))
    )
    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)
    yield f"CREATE TRIGGER {kept.table}_added AFTER INSERT ON {kept.row} BEGIN {add} END"
    yield f"CREATE TRIGGER {kept.table}_deleted AFTER DELETE ON {kept.row} BEGIN {drop} END"
    yield (
        f"CREATE TRIGGER {kept.table}_changed AFTER UPDATE OF {', '.join(columns)} ON {kept.row}"
        f" WHEN ({changed}){also} BEGIN {drop} {add} END"
    )
