"""The flow `nightly`: every live or watched site, in parallel, one failing site not stopping the others."""

from __future__ import annotations

import logging
from pathlib import Path

from prefect import flow

from flows.collect import collect
from flows.outcome.night_summary import NightSummary
from flows.schedule.due import hour, is_due
from flows.storage.folder import DataFolder, default_folder
from scraper.clock import utc_now

log = logging.getLogger("tinkhoi")


@flow(name="nightly", persist_result=False)
def nightly(
    data: str | None = None, site_folders: list[str] | None = None, at: str | None = None
) -> NightSummary | None:
    """One night. Raises VerdictError where the exit code is not 0.

    ``at`` is the hour in Vietnam (``01:30``) at which nights are due. Where it is given and the night of the last
    such hour has been, nothing is done and None returned: of the runs that a server which slept three days starts
    together, one catches up and the others end.
    """
    if at is not None and not is_due(DataFolder(root=Path(data) if data else default_folder()), utc_now(), hour(at)):
        log.info("tonight's night has been; the flow `collect` crawls again")
        return None
    return collect(data=data, site_folders=site_folders, trigger="nightly", at=hour(at) if at else None)
