"""A run through Prefect, or without it where no server of Prefect can be had.

Nothing here imports Prefect until it is asked whether a server can be had.
"""

from __future__ import annotations

from dataclasses import replace

from flows.outcome.exit_codes import ExitCode, RunError, archive_failures
from flows.outcome.messages import message
from flows.outcome.night_summary import NightSummary, VerdictError
from flows.prefect_settings import prepare_environment
from flows.runs.night import run_night
from flows.runs.request import NightRequest, choose_sites
from scraper.sites import SiteError
from scraper.store.archive import refuse_second_writer


def run_with_prefect(request: NightRequest, *, private: bool = False) -> NightSummary:
    """The run as a Prefect flow run; plainly, and saying so in the report, where no Prefect server can be had.

    ``private``: whatever server, profile or home the user's environment names is left out.
    """
    with archive_failures():
        refuse_second_writer(request.data.database)  # before half a minute is spent on a server
    try:
        choose_sites(request)
    except (RunError, SiteError):
        return run_night(request)  # it cannot begin, and says so; an alarm is told too
    request.data.create()
    prepare_environment(request.data.prefect_home, private=private)
    reason = why_no_server()
    if reason is not None:
        note = message("no-server", error=reason)
        return run_night(replace(request, notes=(*request.notes, note)))
    from flows.collect import collect
    from flows.nightly import nightly

    data = str(request.data.root)
    site_folders = [str(folder) for folder in request.data.named_sites]
    try:
        if request.trigger == "nightly":
            at = f"{request.at:%H:%M}" if request.at else None
            summary = nightly(data=data, site_folders=site_folders, at=at)
            if summary is None:
                raise RunError("tonight's night was run meanwhile", ExitCode.LOCKED)
            return summary
        return collect(
            sites=list(request.sites),
            data=data,
            site_folders=site_folders,
            trigger=request.trigger,
            limit=request.limit,
            full=request.full,
            since=request.since,
            now=request.now,
        )
    except VerdictError as verdict:
        return verdict.summary


def why_no_server() -> str | None:
    """None where a Prefect server answers, starting one for this process if none is set; else why not, in a line."""
    try:
        from prefect.client.orchestration import get_client

        with get_client(sync_client=True) as client:
            error = client.api_healthcheck()
    except Exception as problem:  # whatever the reason, the night must still happen
        error = problem
    return None if error is None else " ".join(f"{type(error).__name__}: {error}".split())[:300]
