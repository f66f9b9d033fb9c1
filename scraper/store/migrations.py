"""The schema as an ordered list of steps. A released step is never changed; a new one is added instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from scraper.optional_packages import left_out
from scraper.store.kept_counts import kept_authors, kept_counts, kept_moves
from scraper.store.search_index import COLUMNS, folded

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x544B4849
"""``TKHI`` in SQLite's header: tells an archive from every other database file."""

_HERE = Path(__file__).parent

_SET = "tinkhoi"
"""The name under which the steps that were taken are noted in the archive."""


def tables(db: Database) -> None:
    """All tables and the search index."""
    db.executescript((_HERE / "schema.sql").read_text(encoding="utf-8"))


def search_triggers(db: Database) -> None:
    """The triggers that keep the search index in step with ``articles``, đ folded to d."""
    columns = ", ".join(COLUMNS)
    add = f"INSERT INTO articles_fts (rowid, {columns}) VALUES (new.id, {folded('new')});"  # noqa: S608
    drop = (
        f"INSERT INTO articles_fts (articles_fts, rowid, {columns}) "  # noqa: S608
        f"VALUES ('delete', old.id, {folded('old')});"
    )
    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in ("id", *COLUMNS))
    db.execute(f"CREATE TRIGGER articles_added AFTER INSERT ON articles BEGIN {add} END")
    db.execute(f"CREATE TRIGGER articles_deleted AFTER DELETE ON articles BEGIN {drop} END")
    db.execute(
        f"CREATE TRIGGER articles_changed AFTER UPDATE OF id, {columns} ON articles WHEN {changed} "
        f"BEGIN {drop} {add} END"
    )


def stories(db: Database) -> None:
    """The index of shingles, and the list of articles not compared yet (see scraper.store.stories)."""
    db.execute(
        "CREATE TABLE shingles (hash INTEGER NOT NULL,"
        " article INTEGER NOT NULL REFERENCES articles (id) ON UPDATE CASCADE ON DELETE CASCADE,"
        " PRIMARY KEY (hash, article)) WITHOUT ROWID"
    )
    db.execute("CREATE INDEX shingles_article ON shingles (article)")
    db.execute(
        "CREATE TABLE uncompared ("
        "article INTEGER PRIMARY KEY REFERENCES articles (id) ON UPDATE CASCADE ON DELETE CASCADE)"
    )
    note = "INSERT INTO uncompared VALUES (new.id) ON CONFLICT DO NOTHING;"
    db.execute(f"CREATE TRIGGER articles_to_compare AFTER INSERT ON articles BEGIN {note} END")
    db.execute(
        "CREATE TRIGGER articles_to_compare_again AFTER UPDATE OF text_hash ON articles"
        f" WHEN old.text_hash <> new.text_hash BEGIN {note} END"
    )
    db.execute("INSERT INTO uncompared SELECT id FROM articles")


def spans_of_revisions(db: Database) -> None:
    """Adds when the words of a replaced revision were last seen. For the current one, ``articles`` tells it."""
    db.execute("ALTER TABLE revisions ADD COLUMN seen_until TEXT")


def places_of_words(db: Database) -> None:
    """Adds the list of the index's words, which completes the beginning of a word. It stores no data of its own."""
    db.execute("CREATE VIRTUAL TABLE articles_places USING fts5vocab(articles_fts, instance)")


def changes_of_known(db: Database) -> None:
    """Adds the keys for which something changed since the snapshot file was last brought up to date."""
    db.executescript((_HERE / "known.sql").read_text(encoding="utf-8"))


def messages_of_sites(db: Database) -> None:
    """Adds the content of ``run_sites.reason`` as kinds and values in JSON, to be worded in any language."""
    db.execute("ALTER TABLE run_sites ADD COLUMN messages TEXT")


def intervals_of_publication(db: Database) -> None:
    """Stores a relative time ("3 giờ trước") as an interval, which is exact to the hour at best.

    SQLite cannot change a CHECK, so the column is made anew. The views that name it are made again on opening.
    """
    for name in db.view_names():
        db.execute(f'DROP VIEW "{name}"')
    db.execute("DELETE FROM about WHERE name = 'views'")
    db.execute("ALTER TABLE articles ADD COLUMN published_earliest TEXT")
    db.execute("ALTER TABLE articles ADD COLUMN published_latest TEXT")
    db.execute("ALTER TABLE articles RENAME COLUMN published_precision TO precision_before")
    db.execute(
        "ALTER TABLE articles ADD COLUMN published_precision TEXT NOT NULL DEFAULT 'none'"
        " CHECK (published_precision IN ('minute', 'hour', 'day', 'none'))"
    )
    db.execute("UPDATE articles SET published_precision = precision_before")
    db.execute("ALTER TABLE articles DROP COLUMN precision_before")


def walks_and_gaps(db: Database) -> None:
    """How far each list was turned, and the stretches of lists that no walk has joined yet."""
    for column in (
        "head TEXT",
        "end_seen TEXT",
        "pages INTEGER NOT NULL DEFAULT 0",
        "last_sent TEXT",
        "last_walked TEXT",
        "walk_from TEXT",
    ):
        db.execute(f"ALTER TABLE sources ADD COLUMN {column}")
    db.execute(
        "CREATE TABLE gaps (id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES sites (id), source TEXT NOT NULL,"
        " since TEXT NOT NULL, run TEXT NOT NULL REFERENCES runs (id), reason TEXT NOT NULL,"
        " closed TEXT, closed_run TEXT REFERENCES runs (id))"
    )
    db.execute("CREATE UNIQUE INDEX gaps_open ON gaps (site, source) WHERE closed IS NULL")


def titles_shown_later(db: Database) -> None:
    """Adds the newest title that a list showed for an article held already, where it differs, and since when."""
    db.execute("ALTER TABLE listed ADD COLUMN retitled TEXT")
    db.execute("ALTER TABLE listed ADD COLUMN retitled_at TEXT")


def index_of_edits(db: Database) -> None:
    """An index of the revisions after the first, which are few: the view ``edits`` read all others for them."""
    db.execute("CREATE INDEX revisions_edits ON revisions (number) WHERE number > 1")


def indexes_of_questions(db: Database) -> None:
    """Indexes for questions after few rows among many, in the order in which they are shown.

    That of edits replaces one that had the same rows in no order.
    """
    db.execute("DROP INDEX revisions_edits")
    db.execute("CREATE INDEX revisions_edited ON revisions (seen_at) WHERE number > 1")
    db.execute("CREATE INDEX articles_imprecise ON articles (id) WHERE published_precision <> 'minute'")
    db.execute("CREATE INDEX listed_reason ON listed (outcome, reason, last_listed) WHERE outcome <> 'collected'")


def sketches_of_checksums(db: Database) -> None:
    """Has every article compared again: the sketches hold other hashes than before (see scraper.store.stories)."""
    db.execute("DELETE FROM shingles")
    db.execute("INSERT INTO uncompared SELECT id FROM articles WHERE true ON CONFLICT DO NOTHING")


def indexes_of_nights(db: Database) -> None:
    """Indexes for questions about nights, of which many lists are read in each, and about the newest of a site."""
    db.execute("CREATE INDEX runs_night ON runs (night)")
    db.execute("CREATE INDEX run_sources_broken ON run_sources (run, site, url) WHERE NOT whole")
    db.execute("DROP INDEX articles_first_seen")
    db.execute("CREATE INDEX articles_seen ON articles (site, first_seen)")


def index_of_capture_times(db: Database) -> None:
    """An index for the question that each night begins with: whether a capture is dated ahead of its clock."""
    db.execute("CREATE INDEX captures_fetched ON captures (fetched_at)")


def replace_views(db: Database) -> None:
    """Makes the views anew. They hold no data, so all of them are replaced whenever their text changes."""
    for name in db.view_names():
        db.execute(f'DROP VIEW "{name}"')
    db.executescript(VIEWS)


STEPS: tuple[Callable[[Database], None], ...] = (
    tables,
    search_triggers,
    stories,
    spans_of_revisions,
    places_of_words,
    changes_of_known,
    messages_of_sites,
    intervals_of_publication,
    walks_and_gaps,
    titles_shown_later,
    index_of_edits,
    kept_counts,
    indexes_of_questions,
    sketches_of_checksums,
    kept_moves,
    indexes_of_nights,
    kept_authors,
    index_of_capture_times,
)
"""All steps, oldest first."""


def migrations() -> Migrations:
    """The steps for sqlite-utils, which takes those that an archive lacks. Only a writer has need of it."""
    with left_out("pandas"):
        from sqlite_utils import Migrations

    steps = Migrations(_SET)
    for step in STEPS:
        steps()(step)
    return steps


def steps_taken(connection: sqlite3.Connection) -> list[str]:
    """The names of the steps that an archive went through, in their order. It only reads."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        return []
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY rowid", (_SET,))
    return [name for (name,) in rows]


VIEWS = (_HERE / "views.sql").read_text(encoding="utf-8")
