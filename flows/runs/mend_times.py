"""Mends an archive that holds captures dated after the present."""

from __future__ import annotations

import logging
from datetime import datetime

from flows.outcome.exit_codes import archive_failures
from flows.runs.index_check import AHEAD
from flows.runs.past_run import past_run
from flows.storage.folder import DataFolder
from scraper.ingest import ingest
from scraper.store import Archive, open_reader
from scraper.store.misdated import Misdated, find_misdated, take_back

log = logging.getLogger("tinkhoi")


def find(data: DataFolder, now: datetime) -> Misdated:
    """What the archive of ``data`` holds that is dated after ``now``. Writes nothing. Raises RunError."""
    with archive_failures(), open_reader(data.database) as archive:
        return find_misdated(archive, now + AHEAD)


def mend(data: DataFolder, now: datetime) -> Misdated:
    """Takes back what is dated after ``now``, and reads the other captures of those articles again.

    Returns what was dated ahead. It asks for nothing; articles without another capture are asked for on the next
    night, as links that wait. Raises RunError.
    """
    with past_run(data, "reparse", now) as (archive, sites, run):
        found = find_misdated(archive, now + AHEAD)
        take_back(archive, found, now + AHEAD, now)
        for name in found.files:
            path = data.captures / name
            if path.exists():
                log.info("reading %s again", name)
                ingest(archive, path, sites, run, origin=_origin(archive, name), again=True)
            else:
                log.warning("%s is not there: what it holds cannot be read again", name)
    return found


def _origin(archive: Archive, file: str) -> str:
    return str(archive.value("SELECT origin FROM captures WHERE file = ? LIMIT 1", (file,)))
