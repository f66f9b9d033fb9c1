"""Keeps the checksums of the capture files, and deletes old files if the settings ask for it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from flows.storage.folder import DataFolder
from scraper.clock import utc_now
from scraper.store import Archive
from scraper.whole_files import write_whole

log = logging.getLogger("tinkhoi")

MANIFEST = "SHA256SUMS"
"""The manifest in the captures' folder, in the form that ``sha256sum --check`` reads."""

REMOVED = "REMOVED"
"""The list in the captures' folder of the files that retention deleted: a line each with day and checksum."""


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def capture_files(data: DataFolder) -> list[Path]:
    """The capture files, sorted by name: that is by time, except for files from elsewhere."""
    return sorted(path for path in data.captures.glob("*") if path.is_file() and ".warc" in path.name)


def read_manifest(data: DataFolder) -> dict[str, str]:
    """File name to checksum, as last written."""
    try:
        lines = (data.captures / MANIFEST).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return {name: checksum for checksum, _, name in (line.partition("  ") for line in lines) if name}


def removed_files(data: DataFolder) -> frozenset[str]:
    """The names of files that retention has deleted."""
    try:
        lines = (data.captures / REMOVED).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return frozenset()
    return frozenset(name for line in lines if (name := line.partition("  ")[2].partition("  ")[2]))


def update_manifest(data: DataFolder, *, growing: str | None = None) -> None:
    """Adds the checksums of files that the manifest lacks. Captures never change, so those it has are left alone.

    ``growing``: files whose names begin so belong to a run that is still writing.
    """
    known = read_manifest(data)
    new = [
        path
        for path in capture_files(data)
        if path.name not in known and not (growing and path.name.startswith(growing))
    ]
    if new:
        _write(data, known | {path.name: digest(path) for path in new})


def check_manifest(data: DataFolder) -> list[str]:
    """What is wrong with the capture files, a sentence each: changed, missing, or never listed."""
    known = read_manifest(data)
    files = {path.name: path for path in capture_files(data)}
    wrong = [f"{name}: missing" for name in sorted(known.keys() - files.keys())]
    for name, path in files.items():
        if name not in known:
            wrong.append(f"{name}: not in {MANIFEST}")
        elif digest(path) != known[name]:
            wrong.append(f"{name}: changed since its run ended")
    return wrong


def apply_retention(data: DataFolder, archive: Archive, *, now: datetime | None = None) -> list[str]:
    """Deletes what the settings allow, oldest first, and returns the names; by default nothing.

    It deletes whole files only, and never one that is evidence: of an article's words, of one of its revisions, of
    its vanishing, or of an open problem. Rows of ``captures`` stay, and ``REMOVED`` says what they pointed to.
    """
    settings = data.settings()
    if settings.captures_cap is None and settings.captures_keep_days is None:
        return []
    now = now or utc_now()
    known = read_manifest(data)
    size = sum(path.stat().st_size for path in capture_files(data))
    removed: list[str] = []
    for path, newest in _dispensable(data, archive):
        too_old = settings.captures_keep_days is not None and now - newest > timedelta(
            days=settings.captures_keep_days
        )
        too_much = settings.captures_cap is not None and size > settings.captures_cap
        if path.name not in known or not (too_old or too_much):
            continue
        size -= path.stat().st_size
        with (data.captures / REMOVED).open("a", encoding="utf-8") as log_file:
            log_file.write(f"{now:%Y-%m-%d}  {known[path.name]}  {path.name}\n")
        path.unlink()
        removed.append(path.name)
    if removed:
        _write(data, {name: checksum for name, checksum in known.items() if name not in removed})
        log.info("%d files of captures that no article rests on were removed", len(removed))
    if settings.captures_cap is not None and size > settings.captures_cap:
        log.warning(
            "the captures have %d bytes, more than captures_cap; all that is left is evidence of articles", size
        )
    return removed


def _dispensable(data: DataFolder, archive: Archive) -> Iterator[tuple[Path, datetime]]:
    """The files that no article rests on, each with the time of its newest capture, oldest first."""
    rows = archive.rows(
        "SELECT file, max(fetched_at) AS newest FROM captures GROUP BY file HAVING NOT max("
        " EXISTS (SELECT 1 FROM articles WHERE articles.capture = captures.id)"
        " OR EXISTS (SELECT 1 FROM articles WHERE articles.state_capture = captures.id)"
        " OR EXISTS (SELECT 1 FROM revisions WHERE revisions.capture = captures.id)"
        " OR EXISTS (SELECT 1 FROM problems WHERE problems.capture = captures.id AND closed IS NULL)"
        ") ORDER BY newest"
    )
    for row in rows:
        path = data.captures / row["file"]
        if path.is_file():
            yield path, datetime.fromisoformat(row["newest"])


def _write(data: DataFolder, checksums: dict[str, str]) -> None:
    write_whole(data.captures / MANIFEST, "".join(f"{checksums[name]}  {name}\n" for name in sorted(checksums)))
