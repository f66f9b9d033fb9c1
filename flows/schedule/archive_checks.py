"""Checks whether the archive is what tinkhoi made of it: database, schema, texts, search index, captures."""

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
from scraper.store.errors import WAY_BACK
from scraper.store.health import check_pages, check_schema, check_seal, check_texts
from scraper.store.search import check_index

MOST_TOLD = 3


def archive_checks(data: DataFolder, *, whole: bool = False) -> Iterator[Check]:
    """The checks of an archive that exists. ``whole`` also compares each capture file with its checksum."""
    try:
        with open_reader(data.database) as archive:
            yield _database(archive)
            faults = _of(archive, lambda: [str(fault) for fault in check_schema(archive.connection)])
            yield _told("schema", faults, _mending(archive))
            yield _told("search", _of(archive, lambda: check_index(archive)), "run `tinkhoi reindex`")
            yield evidence(data, archive, whole=whole)
    except ArchiveError as error:
        yield Check("database", str(error), ExitCode.DATABASE)
    except (sqlite3.Error, ValueError, TypeError) as error:
        yield Check("database", f"it cannot be read: {error}; {WAY_BACK}", ExitCode.DATABASE)


def _database(archive: Archive) -> Check:
    sealed = seal.changed_pages(archive.path)
    wrong = [*check_seal(archive.path), *_of(archive, lambda: check_pages(archive))]
    if wrong or sealed is None:
        wrong += _of(archive, lambda: check_texts(archive))  # nothing else vouches for the texts
    if wrong:
        advice = f"if another program wrote it on purpose, run `tinkhoi reindex`; else {WAY_BACK}"
        return Check("database", f"{_some(wrong)}; {advice}", ExitCode.DATABASE)
    count = archive.value("SELECT count(*) FROM articles")
    how = "as the last run left it" if sealed == [] else "whole; a run is writing, or broke off"
    return Check("database", f"{count:,} articles, ok, {how}")


def _mending(archive: Archive) -> str:
    try:
        faults = check_schema(archive.connection)
    except sqlite3.Error:
        return WAY_BACK
    return "run `tinkhoi reindex`" if all(fault.can_be_mended for fault in faults) else WAY_BACK


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
            wrong.append(f"{row['file']} is gone ({row['captures']} captures)")
        elif said := _cut(path, row["last"]):
            wrong.append(f"{row['file']} is damaged or cut: {said}")
        elif whole and row["file"] in known and digest(path) != known[row["file"]]:
            wrong.append(f"{row['file']} is not the file that was captured: its checksum differs")
    if wrong:
        return Check("captures", f"{_some(wrong)}; copy them back from a backup of captures/", ExitCode.DATA)
    how = "compared with their checksums" if whole else "there; `tinkhoi doctor --whole` compares their checksums"
    return Check("captures", f"{len(rows)} files {how}")


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
        return [str(error).removeprefix(f"{archive.path}: ").removesuffix(f"; {WAY_BACK}")]
    except Exception as error:  # what is damaged may fail in any way
        return [f"it cannot be checked: {type(error).__name__}: {error}"]


def _told(about: str, wrong: list[str], advice: str) -> Check:
    if wrong:
        return Check(about, f"{_some(wrong)}; {advice}", ExitCode.DATA)
    return Check(about, "as it must be")


def _some(wrong: list[str]) -> str:
    return "; ".join(wrong[:MOST_TOLD]) + (f"; and {len(wrong) - MOST_TOLD} more" if len(wrong) > MOST_TOLD else "")
