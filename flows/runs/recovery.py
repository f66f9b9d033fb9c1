"""Stores the captures of runs that broke off, so that the sites are not asked for them again."""

from __future__ import annotations

import logging
from collections.abc import Collection

from flows.outcome.exit_codes import ExitCode
from flows.storage.folder import DataFolder
from scraper.clock import utc_now
from scraper.ingest import ingest
from scraper.reading.during_crawl import SUFFIX
from scraper.sites import Sites
from scraper.store import Archive
from scraper.store.runs import end_run

log = logging.getLogger("tinkhoi")

ARCHIVES = ("wayback", "commoncrawl")
"""Triggers of runs whose captures come from another archive."""


def recover(archive: Archive, data: DataFolder, sites: Sites, also: Collection[str] = frozenset()) -> None:
    """Reads what runs that broke off have captured, and closes those runs.

    ``also`` names runs of which more captures have come since they ended.
    """
    runs = archive.rows(
        "SELECT id, exit_code, trigger, ended IS NULL OR verdict IN ('stopped', 'crash', 'disk_full')"
        " FROM runs ORDER BY started"
    )
    for run, exit_code, trigger, is_broken in runs:
        if not is_broken and run not in also:
            continue
        for captures in sorted(data.captures.glob(f"{run}-*.warc.gz")):
            log.info("reading %s of a run that broke off", captures.name)
            ingest(archive, captures, sites, run, origin=trigger if trigger in ARCHIVES else "live")
        if not sites.broken.keys().isdisjoint(_sites_of(archive, run)):
            continue  # read again, and closed, once every site file of the run can be used
        for pages in (data.runs / run).glob(f"*{SUFFIX}"):
            pages.unlink()
        if not is_broken:
            continue
        code = ExitCode.CRASH if exit_code is None else ExitCode(exit_code)
        end_run(archive, run, ended=utc_now(), verdict=f"{code.name.lower()}, recovered", exit_code=code)


def _sites_of(archive: Archive, run: str) -> list[str]:
    return [row[0] for row in archive.rows("SELECT site FROM run_sites WHERE run = ?", (run,))]
