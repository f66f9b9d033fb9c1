"""The flow `nightly`: every live or watched site, in parallel, one failing site not stopping the others."""

from __future__ import annotations

from prefect import flow

from flows.collect import collect
from flows.report import NightSummary


@flow(name="nightly", persist_result=False)
def nightly(data: str | None = None, site_folders: list[str] | None = None) -> NightSummary:
    """One night. Raises VerdictError where the exit code is not 0."""
    return collect(data=data, site_folders=site_folders, trigger="nightly")
