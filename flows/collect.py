"""The flow `collect`: a crawl of chosen sites by hand, from Prefect's form or its command line."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from prefect import flow, runtime
from pydantic import Field

from flows.flow_run import run_in_flow, run_name
from flows.outcome.night_summary import NightSummary
from flows.runs.request import NightRequest
from flows.storage.folder import DataFolder, default_folder

Limit = Annotated[int, Field(ge=1)]


def _name() -> str:
    return run_name(_request(**runtime.flow_run.parameters))


def _request(
    sites: tuple[str, ...] = (), since: date | None = None, limit: int | None = None, full: bool = False
) -> NightRequest:
    return NightRequest(
        data=DataFolder(root=default_folder()),
        sites=tuple(sites),
        trigger="manual",
        limit=limit,
        full=full,
        since=since,
    )


@flow(name="collect", flow_run_name=_name, persist_result=False)
def collect(
    sites: tuple[str, ...] = (), since: date | None = None, limit: Limit | None = None, full: bool = False
) -> NightSummary:
    """Crawls sites now into the archive of the data folder (TINKHOI_DATA).

    Args:
        sites: The sites to crawl. If none is chosen: every live or watched site.
        since: Follow list pages back to this day, even where they show only known articles.
        limit: At most this many new articles for each site.
        full: Follow list pages to their end, not only to known articles.

    Raises VerdictError if the exit code is not 0: Prefect then shows the run as failed.
    """
    return run_in_flow(_request(sites, since, limit, full))
