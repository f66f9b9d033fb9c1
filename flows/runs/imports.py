"""Captures that others made: WARC files of wget, Browsertrix, Heritrix, ArchiveBox or another archive of ours."""

from __future__ import annotations

import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from flows.outcome.exit_codes import ExitCode, RunError
from flows.runs.past_run import past_run
from flows.storage.capture_files import digest, update_manifest
from flows.storage.folder import DataFolder
from scraper.clock import utc_now
from scraper.ingest import Ingested, ingest
from scraper.sites import Site
from scraper.store import Archive
from scraper.whole_files import is_disk_full

NAMES = (".warc", ".warc.gz")
NAMES_OF_WACZ = (".wacz",)


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What one file brought."""

    source: str  # the file that was named, and the one within it
    file: str  # its name among the captures
    ingested: Ingested
    unowned_hosts: tuple[tuple[str, int], ...]  # hosts that belong to no site, with their captures, most first


def import_files(
    data: DataFolder, files: Sequence[Path], *, in_place: bool = False, now: datetime | None = None
) -> list[Imported]:
    """Brings the captures of these files into the archive; what it has already is not doubled.

    Each file is copied among the captures, or with ``in_place`` linked to there, under a name that begins with its
    checksum; one that lies there already is read where it lies. Raises RunError for a file that is no WARC or WACZ,
    and where the archive refuses.
    """
    for path in files:
        if not path.is_file():
            raise RunError(f"{path}: no such file", ExitCode.CONFIGURATION)
        if not path.name.lower().endswith(NAMES + NAMES_OF_WACZ):
            raise RunError(f"{path}: neither .warc, .warc.gz nor .wacz", ExitCode.CONFIGURATION)
    with past_run(data, "import", now or utc_now()) as (archive, sites, run):
        done = [
            _import(data, archive, sites, run, source, held)
            for path in files
            for source, held in _held(data, path, in_place)
        ]
        update_manifest(data)
    return done


def _import(
    data: DataFolder, archive: Archive, sites: dict[str, Site], run: str, source: str, held: Path
) -> Imported:
    ingested = ingest(archive, held, sites, run, origin="import")
    rows = archive.rows("SELECT url FROM captures WHERE file = ? AND kind = 'unowned'", (held.name,))
    hosts = Counter(urlsplit(row["url"]).netloc for row in rows)
    return Imported(source=source, file=held.name, ingested=ingested, unowned_hosts=tuple(hosts.most_common()))


def _held(data: DataFolder, path: Path, in_place: bool) -> Iterator[tuple[str, Path]]:
    """The WARC files of ``path`` as they are held among the captures."""
    if not path.name.lower().endswith(NAMES_OF_WACZ):
        if path.resolve().parent == data.captures.resolve():  # ours, and read again after a backup was put back
            yield str(path), path
            return
        yield str(path), _link(data, path) if in_place else _copy(data, path, path.name)
        return
    try:
        with zipfile.ZipFile(path) as wacz:
            members = [
                name
                for name in wacz.namelist()
                if name.startswith("archive/") and name.lower().endswith(NAMES) and not name.endswith("/")
            ]
            for name in members:
                with wacz.open(name) as member, _beside(data) as draft:
                    shutil.copyfileobj(member, draft)
                    draft.close()
                    yield f"{path}:{name}", _settle(data, Path(draft.name), Path(name).name)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError) as error:
        raise RunError(f"{path}: not a whole WACZ file: {error}", ExitCode.CONFIGURATION) from error
    if not members:
        raise RunError(f"{path}: holds no archive/*.warc.gz", ExitCode.CONFIGURATION)


def _copy(data: DataFolder, path: Path, name: str) -> Path:
    with path.open("rb") as file, _beside(data) as draft:
        shutil.copyfileobj(file, draft)
        draft.close()
        return _settle(data, Path(draft.name), name)


def _link(data: DataFolder, path: Path) -> Path:
    link = data.captures / _name(digest(path), path.name)
    if not link.exists():
        try:
            link.unlink(missing_ok=True)
            link.symlink_to(path.resolve())
        except OSError as error:
            raise RunError(
                f"{link}: cannot be linked ({error}); import without --in-place", ExitCode.CONFIGURATION
            ) from error
    return link


@contextmanager
def _beside(data: DataFolder) -> Iterator[IO[bytes]]:
    """A draft beside the captures, which never shows as one of them."""
    draft = data.captures / ".import.partial"
    try:
        with draft.open("wb") as file:
            yield file
    except OSError as error:
        code = ExitCode.DISK_FULL if is_disk_full(error) else ExitCode.CONFIGURATION
        raise RunError(f"{draft}: {error}", code) from error
    finally:
        draft.unlink(missing_ok=True)


def _settle(data: DataFolder, draft: Path, name: str) -> Path:
    held = data.captures / _name(digest(draft), name)
    if not held.exists():
        draft.replace(held)
    return held


def _name(checksum: str, name: str) -> str:
    return f"import-{checksum[:12]}-{name}"
