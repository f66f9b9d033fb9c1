"""Imports captures that others made: WARC of any program, WACZ, ARC, HAR, MHTML, saved pages, HTTrack, folders."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from flows.outcome.exit_codes import ExitCode, RunError
from flows.runs.held_files import HeldFile, NotWhole, Refuse, held_files
from flows.runs.index_check import AHEAD
from flows.runs.past_run import past_run
from flows.storage.capture_files import update_manifest
from flows.storage.folder import DataFolder
from scraper.addresses import without_default_port
from scraper.clock import utc_now
from scraper.ingest import Ingested, ingest, nothing_of
from scraper.pages import pages_of
from scraper.saved import Form, form_of
from scraper.saved.httrack import CACHE
from scraper.sites import Site, by_netloc, owner
from scraper.store import Archive
from scraper.text.sentence import Sentence

_OWN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}-(?:(?P<archive>wayback|commoncrawl)-)?\d+(?:-\d+)?\.warc\.gz$")

_OF_CAPTURES = (".wacz", ".har", ".mht", ".mhtml", ".arc", ".arc.gz")


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What one file brought: records = read + known + not_pages + not_ours + left_out + unreadable."""

    source: str  # the file that was named, and the one within it
    file: str  # its name among the captures
    ingested: Ingested
    unowned_hosts: tuple[tuple[str, int], ...]  # hosts that belong to no site, with their captures, most first
    records: int
    read: int
    known: int
    not_pages: int
    not_ours: int
    left_out: int  # of articles that were taken down here, or dated after today
    undated: int  # captures that carry no time
    unreadable: tuple[str, ...]  # a sentence each, with file, offset and reason
    remarks: tuple[str, ...]  # what is odd about records that were read or left out


def import_files(
    data: DataFolder,
    files: Sequence[Path],
    *,
    in_place: bool = False,
    dry_run: bool = False,
    now: datetime | None = None,
) -> list[Imported]:
    """Brings the captures of these files and folders into the archive. None is stored twice.

    Each file is kept among the captures under a name that begins with its checksum: copied, with ``in_place`` linked
    to, or written anew as WARC where it has another form. One that lies there already is read where it lies. With
    ``dry_run`` a copy of the archive takes all of it and is thrown away. Raises RunError for a named file of no known
    form, and where the archive refuses.
    """
    now = now or utc_now()
    sources = list(_sources(files))
    if dry_run:
        with _copy_of(data) as trial:
            return _import_all(trial, sources, True, now)
    return _import_all(data, sources, in_place, now)


def _import_all(
    data: DataFolder, sources: list[tuple[Path, Form | None]], in_place: bool, now: datetime
) -> list[Imported]:
    with past_run(data, "import", now) as (archive, sites, run):
        refuse = _refusals(archive, sites, now)
        done: list[Imported] = []
        for path, form in sources:
            if form is None:
                done.append(_unread(path, Sentence("{path}: torn, or empty, or not what its name says", path=path)))
                continue
            try:
                for held in held_files(data, path, form, in_place=in_place, refuse=refuse, now=now):
                    done.append(_import(archive, sites, run, held))
            except NotWhole as error:
                if len(sources) == 1:
                    raise
                done.append(_unread(path, error.said))
        update_manifest(data)
    return done


def _unread(path: Path, why: str) -> Imported:
    """What a file brought that cannot be read at all: it counts as one unreadable record."""
    return Imported(
        source=str(path),
        file="",
        ingested=nothing_of(""),
        unowned_hosts=(),
        records=1,
        read=0,
        known=0,
        not_pages=0,
        not_ours=0,
        left_out=0,
        undated=0,
        unreadable=(why,),
        remarks=(),
    )


def _sources(files: Sequence[Path]) -> Iterator[tuple[Path, Form | None]]:
    """The files to read, with their forms. Of a folder those of a known form, and with None those that cannot be
    read though their names are those of captures. Raises RunError."""
    for path in files:
        if path.is_dir():
            yield from _in_folder(path)
            continue
        if not path.is_file():
            raise RunError("{path}: no such file or folder", ExitCode.CONFIGURATION, path=path)
        form = form_of(path)
        if form is None and path.name.lower().endswith(".wacz"):
            raise RunError("{path}: not a whole WACZ file", ExitCode.CONFIGURATION, path=path)
        if form is None and ".warc" in path.name.lower():
            form = Form.WARC  # torn from its first byte on, which the summary then says
        if form is None:
            raise RunError(
                "{path}: neither .warc, .warc.gz nor .wacz, nor .warc.zst, ARC, HAR, MHTML, SingleFile, HTTrack, a"
                " page that tells its address; a plain HTML file needs a CSV beside it with the columns file and url",
                ExitCode.CONFIGURATION,
                path=path,
            )
        yield path, form


def _in_folder(folder: Path) -> Iterator[tuple[Path, Form | None]]:
    """The files of known forms, or with names of captures, in ``folder`` and below. The pages of the mirror around
    HTTrack's cache are read through the cache, the files that a CSV lists through the CSV, and those of a page saved
    complete are not pages."""
    mirrors = [cache.parent.parent for cache in folder.rglob(CACHE)]
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        in_mirror = any(path.is_relative_to(mirror) for mirror in mirrors) and path.parent.name != "hts-cache"
        if any(part.endswith("_files") for part in path.relative_to(folder).parts[:-1]):
            continue
        form = form_of(path)
        if in_mirror and form in {None, Form.SAVED_HTML, Form.LISTED_FOLDER}:
            continue
        name = path.name.lower()
        if form is None and ".warc" in name and path.stat().st_size:
            form = Form.WARC  # torn from its first byte on, which the summary then says
        if form is not None or ".warc" in name or name.endswith(_OF_CAPTURES) or path.as_posix().endswith(CACHE):
            yield path, form


def _refusals(archive: Archive, sites: dict[str, Site], now: datetime) -> Refuse:
    """What may not come in: articles that were taken down here, and captures dated after today."""
    forgotten = {(row["site"], row["key"]) for row in archive.rows("SELECT site, key FROM forgotten")}
    netlocs = by_netloc(sites.values())
    keys: dict[str, Callable[[str], str | None]] = {}

    def refuse(url: str, at: datetime | None) -> str | None:
        if at is not None and at > now + AHEAD:
            return f"{url} is dated {at.isoformat()}, which has not come yet; left out"
        site = owner(without_default_port(url), netlocs) if forgotten else None
        if site is None:
            return None
        if site.id not in keys:
            keys[site.id] = pages_of(site).key
        key = keys[site.id](without_default_port(url))
        return f"{site.id}/{key} was taken down here; left out" if (site.id, key) in forgotten else None

    return refuse


def _import(archive: Archive, sites: dict[str, Site], run: str, held: HeldFile) -> Imported:
    origin = origin_of(held.path)
    ingested = ingest(archive, held.path, sites, run, origin=origin, of_past=origin == "live")
    rows = archive.rows("SELECT url FROM captures WHERE file = ? AND kind = 'unowned'", (held.path.name,))
    hosts = Counter(urlsplit(row["url"]).netloc for row in rows)
    tally, left_out = ingested.tally, held.left_out
    not_pages, unreadable, remarks, records = ingested.not_pages, tally.unreadable, tally.remarks, tally.records
    kept_out = left_out.records - len(left_out.unreadable)
    if held.converted is not None:
        # The records that stood in the source and not in what was written of it.
        gone = held.converted.records - kept_out - tally.records
        not_pages += max(gone - len(held.converted.unreadable), 0)
        unreadable = [*held.converted.unreadable, *unreadable]
        remarks = [*held.converted.remarks, *remarks]
        records = held.converted.records
    return Imported(
        source=held.label,
        file=held.path.name,
        ingested=ingested,
        unowned_hosts=tuple(hosts.most_common()),
        records=records + len(left_out.unreadable),
        read=ingested.read,
        known=ingested.repeated,
        not_pages=not_pages,
        not_ours=ingested.unowned,
        left_out=kept_out,
        undated=tally.undated,
        unreadable=(*left_out.unreadable, *unreadable),
        remarks=(*left_out.remarks, *remarks),
    )


def origin_of(path: Path) -> str:
    """Who made a file that is held among the captures: our own crawls and backfills name theirs after the run."""
    found = _OWN.match(path.name)
    return "import" if found is None else found["archive"] or "live"


@contextmanager
def _copy_of(data: DataFolder) -> Iterator[DataFolder]:
    """A folder with a copy of the archive, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="tinkhoi-dry-run-") as folder:
        trial = DataFolder(root=Path(folder), extra_sites=data.site_folders)
        trial.create()
        if data.database.exists():
            source = sqlite3.connect(f"{data.database.absolute().as_uri()}?mode=ro", uri=True)
            copy = sqlite3.connect(trial.database)
            try:
                source.backup(copy)
            finally:
                source.close()
                copy.close()
        yield trial
