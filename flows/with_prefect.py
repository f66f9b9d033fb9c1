"""Runs a command's night through Prefect, or without it if no Prefect server can be started.

Nothing here imports Prefect until a server answers.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from flows.cluster.choice import without_workers
from flows.outcome.exit_codes import RunError, archive_failures
from flows.outcome.messages import message
from flows.outcome.night_summary import NightSummary, VerdictError
from flows.prefect_server import need_server
from flows.prefect_settings import prepare_environment
from flows.runs.night import run_night
from flows.runs.request import NightRequest, choose_sites
from scraper.garbage import uncollected
from scraper.sites import SiteError
from scraper.store.archive import refuse_second_writer


def run_with_prefect(request: NightRequest, *, private: bool = False) -> NightSummary:
    """The run as one Prefect flow run; plainly, and saying so in the report, where no Prefect server can be had.

    ``private`` ignores any server, profile or home that the user's environment names. If the run must be refused
    (no site, no contact address, another run), that happens before half a minute is spent on a server.
    """
    try:
        choose_sites(request)
    except (RunError, SiteError):
        return run_night(request)  # which is refused there, and the alarm given
    request.data.create()
    with archive_failures():
        refuse_second_writer(request.data.database)
    prepare_environment(request.data.prefect_home, private=private)
    reason = why_no_server(request)
    if reason is not None:
        note = message("no-server", error=reason)
        return run_night(replace(request, notes=(*request.notes, note)), machines=without_workers(request))
    with uncollected():
        from prefect import State, flow
        from prefect.exceptions import FailedRun
        from prefect.states import Failed

        from flows.flow_run import run_in_flow, run_name

    name = "nightly" if request.trigger == "nightly" else "collect"

    @flow(
        name=name,
        flow_run_name=run_name(request),
        persist_result=False,
    )
    def run() -> State[Any] | None:
        try:
            judged.append(run_in_flow(request))
        except VerdictError as verdict:
            judged.append(verdict.summary)
            return Failed(message=str(verdict))  # an exception would be shown with its traceback, as if tinkhoi broke
        return None

    judged: list[NightSummary] = []
    with suppress(FailedRun):
        run()
    return judged[0]


def why_no_server(request: NightRequest) -> str | None:
    """None if a Prefect server answers (one is started if none is set), else the reason in one line."""
    try:
        need_server(request.data)
        with uncollected():
            from prefect.client.orchestration import get_client

        with get_client(sync_client=True) as client:
            error = client.api_healthcheck()
    except RunError as problem:
        return str(problem)[:300]
    except Exception as problem:  # whatever the reason, the night must still happen
        error = problem
    return None if error is None else " ".join(f"{type(error).__name__}: {error}".split())[:300]
