"""Whether the archive's file is what tinkhoi made of it: its pages, schema, references, texts and search index.

Each fault is one sentence. :func:`mend` makes views, triggers and indexes anew, rebuilds the search index and counts
anew, because they hold no data of their own. Whatever else is wrong needs a backup.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scraper.store import seal
from scraper.store.archive import Archive
from scraper.store.errors import ArchiveError, as_archive_error, damaged, fault_of
from scraper.store.kept_counts import check_counts, recount
from scraper.store.migrations import migrations, replace_views
from scraper.store.revisions import history, standing_words
from scraper.store.search import check_index, reindex
from scraper.text.sentence import Sentence

_MENDED = frozenset({"view", "trigger", "index"})
"""Parts of the schema that hold no data, so that they can be made anew."""


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """One part of the schema that is not as it must be."""

    kind: str  # table, index, view, trigger
    name: str
    said: str

    @property
    def can_be_mended(self) -> bool:
        """Whether making it anew loses nothing."""
        return self.kind in _MENDED or self.name.startswith("kept_")

    def __str__(self) -> str:
        return self.said


def check_schema(connection: sqlite3.Connection) -> list[SchemaFault]:
    """What differs from the schema of an archive that is made today. Tables and views beside ours are not faults.

    A trigger that is not ours is one: it could change what a night writes.
    """
    wanted, found = _wanted(), _schema(connection)
    faults = [
        SchemaFault(kind, name, Sentence("the {kind} {name} is missing", kind=kind, name=name))
        for kind, name in wanted.keys() - found.keys()
    ]
    for (kind, name), sql in found.items():
        if (kind, name) in wanted and sql != wanted[kind, name]:
            faults.append(
                SchemaFault(
                    kind, name, Sentence("the {kind} {name} is not as tinkhoi makes it", kind=kind, name=name)
                )
            )
        elif kind == "trigger" and (kind, name) not in wanted:
            faults.append(
                SchemaFault(
                    kind,
                    name,
                    Sentence(
                        "the {kind} {name} is not tinkhoi's, and could change what is written", kind=kind, name=name
                    ),
                )
            )
    return sorted(faults, key=str)


def foreign_triggers(connection: sqlite3.Connection) -> list[str]:
    """The names of triggers that tinkhoi never made, in an archive of any version."""
    wanted = _wanted()
    return [
        name
        for (kind, name), sql in _schema(connection).items()
        if kind == "trigger" and wanted.get((kind, name)) != sql
    ]


def check_pages(archive: Archive) -> list[str]:
    """Faults of the file's structure, and rows that point to no row."""
    wrong: list[str] = [
        Sentence("the database is damaged: {row}", row=str(row[0]).splitlines()[0])
        for row in archive.rows("PRAGMA integrity_check(10)")
        if row[0] != "ok"
    ]
    return wrong + [
        Sentence(
            "a row of {table} points to a row of {parent} that is not there", table=row["table"], parent=row["parent"]
        )
        for row in archive.rows("PRAGMA foreign_key_check")[:10]
    ]


def check_seal(path: Path) -> list[str]:
    """Pages that are not as the last writer left them; none where the file is not sealed."""
    changed = sorted({*seal.noted_changes(path), *(seal.changed_pages(path) or ())})
    if not changed:
        return []
    some = ", ".join(map(str, changed[:5])) + (", …" if len(changed) > 5 else "")
    return [
        Sentence(
            "{changed} pages of the database are not as tinkhoi left them (page {some}): they are"
            " damaged, or another program wrote them",
            changed=len(changed),
            some=some,
        )
    ]


def check_texts(archive: Archive) -> list[str]:
    """Texts that cannot be read, and words that are not those whose hash stands beside them."""
    wrong: list[str] = []
    tables = archive.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'")
    for (table,) in tables:
        try:
            for _ in archive.connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - a name of the schema
                pass
        except (sqlite3.Error, UnicodeError) as error:
            known = as_archive_error(table, error)
            wrong.append(Sentence("{table}: {fault}", table=table, fault=fault_of(known) if known else error))
    for id_, site, key, text_hash in (
        archive.rows("SELECT id, site, key, text_hash FROM articles") if not wrong else ()
    ):
        try:
            is_right = standing_words(archive, id_).hash == text_hash and all(
                revision.words.hash == revision.text_hash for revision in history(archive, id_)
            )
        except (ArchiveError, ValueError, TypeError, LookupError, sqlite3.Error):
            is_right = False
        if not is_right:
            wrong.append(
                Sentence("the words of {site}/{key} are not those whose hash stands beside them", site=site, key=key)
            )
    return wrong


def mend(archive: Archive) -> list[str]:
    """Makes anew what holds no data of its own: the search index and the kept counts too. Returns what was wrong.

    Raises ArchiveDamaged if something is wrong that only a backup can mend; the index is rebuilt all the same.
    """
    faults = check_schema(archive.connection)
    _mend_schema(archive, [fault for fault in faults if fault.can_be_mended])
    left: list[str] = [fault.said for fault in faults if not fault.can_be_mended]
    if left:
        raise damaged(archive.path, left[0])
    before = [*check_index(archive), *check_counts(archive)]
    reindex(archive)
    recount(archive)
    left = [*check_pages(archive), *check_texts(archive), *check_index(archive)]
    if left:
        raise damaged(archive.path, left[0])
    return [*(fault.said for fault in faults), *before]


def _mend_schema(archive: Archive, faults: list[SchemaFault]) -> None:
    if not faults:
        return
    wanted = _wanted()
    with archive.transaction():
        for fault in faults:
            if fault.kind != "view":
                archive.execute(f'DROP {fault.kind} IF EXISTS "{fault.name}"')
        for fault in sorted(faults, key=lambda fault: fault.kind != "table"):
            if fault.kind != "view" and (fault.kind, fault.name) in wanted:
                archive.execute(wanted[fault.kind, fault.name])
    if any(fault.kind == "view" for fault in faults):
        with archive.transaction():
            replace_views(archive.db)


def _schema(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return {(str(kind), str(name)): str(sql) for kind, name, sql in rows}


@cache
def _wanted() -> dict[tuple[str, str], str]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        fresh = Archive(Path(":memory:"), connection, None)
        migrations().apply(fresh.db)
        replace_views(fresh.db)
        return _schema(connection)
