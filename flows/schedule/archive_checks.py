"""Checks whether what tinkhoi made is as it made it: database, schema, texts, search index, captures, snapshot."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from flows.outcome.exit_codes import ExitCode
from flows.schedule.check import Check
from flows.storage.capture_files import digest, read_manifest, removed_files
from flows.storage.folder import DataFolder
from scraper.captures import read_capture_at
from scraper.store import Archive, ArchiveError, open_reader, seal
from scraper.store.errors import WAY_BACK, fault_of
from scraper.store.health import check_pages, check_schema, check_seal, check_texts
from scraper.store.kept_counts import check_counts
from scraper.store.search import check_index
from scraper.text.sentence import Sentence, sentence_of

MOST_TOLD = 3


def archive_checks(data: DataFolder, *, whole: bool = False) -> Iterator[Check]:
    """The checks of an archive that exists. ``whole`` also compares each capture file with its checksum."""
    try:
        with open_reader(data.database) as archive:
            yield _database(archive)
            faults = _of(archive, lambda: [fault.said for fault in check_schema(archive.connection)])
            yield _told("schema", faults, _mending(archive))
            yield _told("search", _of(archive, lambda: check_index(archive)), Sentence("run `tinkhoi reindex`"))
            yield _told("counts", _of(archive, lambda: check_counts(archive)), Sentence("run `tinkhoi reindex`"))
            yield evidence(data, archive, whole=whole)
            yield snapshot(data)
    except ArchiveError as error:
        yield Check("database", sentence_of(error), ExitCode.DATABASE)
    except (sqlite3.Error, ValueError, TypeError) as error:
        yield Check(
            "database",
            Sentence("it cannot be read: {error}; {way_back}", error=error, way_back=WAY_BACK),
            ExitCode.DATABASE,
        )


def _database(archive: Archive) -> Check:
    sealed = seal.changed_pages(archive.path)
    wrong = [*check_seal(archive.path), *_of(archive, lambda: check_pages(archive))]
    if wrong or sealed is None:
        wrong += _of(archive, lambda: check_texts(archive))  # nothing else vouches for the texts
    if wrong:
        advice = Sentence(
            "if another program wrote it on purpose, run `tinkhoi reindex`; else {way_back}", way_back=WAY_BACK
        )
        return Check("database", Sentence.row([_some(wrong), advice]), ExitCode.DATABASE)
    count = archive.value("SELECT count(*) FROM articles")
    how = Sentence("as the last run left it") if sealed == [] else Sentence("whole; a run is writing, or broke off")
    return Check("database", Sentence("{count:,} articles, ok, {how}", count=count, how=how))


def _mending(archive: Archive) -> str:
    try:
        faults = check_schema(archive.connection)
    except sqlite3.Error:
        return WAY_BACK
    return Sentence("run `tinkhoi reindex`") if all(fault.can_be_mended for fault in faults) else WAY_BACK


def evidence(data: DataFolder, archive: Archive, *, whole: bool = False) -> Check:
    """Whether the capture files that the archive names are there and not cut off."""
    removed = removed_files(data)
    known = read_manifest(data)
    wrong: list[str] = []
    rows = archive.rows("SELECT file, max(offset) AS last, count(*) AS captures FROM captures GROUP BY file")
    for row in rows:
        path = data.captures / row["file"]
        if row["file"] in removed:
            continue
        if not path.is_file():
            wrong.append(Sentence("{file} is gone ({captures} captures)", file=row["file"], captures=row["captures"]))
        elif said := _cut(path, row["last"]):
            wrong.append(Sentence("{file} is damaged or cut: {said}", file=row["file"], said=said))
        elif whole and row["file"] in known and digest(path) != known[row["file"]]:
            wrong.append(Sentence("{file} is not the file that was captured: its checksum differs", file=row["file"]))
    if wrong:
        return Check(
            "captures",
            Sentence("{some}; copy them back from a backup of captures/", some=_some(wrong)),
            ExitCode.DATA,
        )
    how = (
        Sentence("compared with their checksums")
        if whole
        else Sentence("there; `tinkhoi doctor --whole` compares their checksums")
    )
    return Check("captures", Sentence("{count} files {how}", count=len(rows), how=how))


def snapshot(data: DataFolder) -> Check:
    """Whether the snapshot is as the last night left it. A night itself compares a part of a large one."""
    changed = seal.changed_pages(data.snapshot) if data.snapshot.is_file() else None
    if changed:
        return Check(
            "snapshot",
            Sentence(
                "{file} is not as tinkhoi left it (pages that differ: {changed}); delete it, and the next night"
                " makes it anew",
                changed=len(changed),
                file=data.snapshot.name,
            ),
            ExitCode.DATA,
        )
    return Check(
        "snapshot",
        Sentence("none that counts; the next night makes it")
        if changed is None
        else Sentence("as the last run left it"),
    )


def _cut(path: Path, last: int) -> str | None:
    """Why the last capture of a file cannot be read; None if it can."""
    try:
        read_capture_at(path, last)
    except (OSError, LookupError) as error:
        return str(error).removeprefix(f"{path}: ")
    return None


def _of(archive: Archive, check: Callable[[], list[str]]) -> list[str]:
    try:
        return check()
    except ArchiveError as error:
        return [fault_of(error)]
    except Exception as error:  # what is damaged may fail in any way
        return [Sentence("it cannot be checked: {name}: {error}", name=type(error).__name__, error=error)]


def _told(about: str, wrong: list[str], advice: str) -> Check:
    if wrong:
        return Check(about, Sentence.row([_some(wrong), advice]), ExitCode.DATA)
    return Check(about, Sentence("as it must be"))


def _some(wrong: list[str]) -> str:
    more = [Sentence("and {count} more", count=len(wrong) - MOST_TOLD)] if len(wrong) > MOST_TOLD else []
    return Sentence.row([*wrong[:MOST_TOLD], *more])
