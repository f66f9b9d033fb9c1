"""Gives imports, backfill and reparse a run of their own in the archive."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flows.outcome.exit_codes import ExitCode, RunError, StoppedBySignal, archive_failures
from flows.runs.recovery import recover
from flows.storage.folder import DataFolder
from scraper import __version__
from scraper.clock import utc_now
from scraper.fetch.identity import vantage
from scraper.sites import Sites, load_sites
from scraper.store import Archive, open_archive
from scraper.store.reference import sync_sites
from scraper.store.runs import end_run, start_run
from scraper.store.stories import find_stories


@contextmanager
def past_run(data: DataFolder, trigger: str, now: datetime) -> Iterator[tuple[Archive, Sites, str]]:
    """The open archive, all sites, and the id of a run that does not count as a night: it watches no site.

    It first reads what an earlier run captured and could not store. Raises RunError if the archive cannot be used.
    """
    data.create()
    run = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    sites = load_sites(data.site_folders)
    with archive_failures(), open_archive(data.database) as archive:
        sync_sites(archive, sites)
        recover(archive, data, sites)
        start_run(archive, run, started=now, trigger=trigger, sites=(), version=__version__, vantage=vantage())
        code = ExitCode.OK
        try:
            yield archive, sites, run
            find_stories(archive)
        except RunError as error:
            code = error.exit_code
            raise
        except (StoppedBySignal, KeyboardInterrupt):
            code = ExitCode.STOPPED
            raise
        except BaseException:
            code = ExitCode.CRASH
            raise
        finally:
            end_run(archive, run, ended=utc_now(), verdict=code.name.lower(), exit_code=code)
