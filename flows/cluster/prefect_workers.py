"""Gives crawls to Prefect's workers: each attempt is a run of the deployment ``crawl-shard/crawl-shard``."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast
from uuid import UUID

from flows.cluster.leader import RunState
from flows.cluster.run_objects import Attempt

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

log = logging.getLogger("tinkhoi")

DEPLOYMENT = "crawl-shard/crawl-shard"
SHOWN_SITES = 3
MOST_AT_ONCE = 200
"""Runs that Prefect's server tells of in one answer."""


class PrefectWorkers:
    """The workers of the pool that the deployment names. Called within a flow run, which is shown as the parent."""

    def submit(self, attempt: Attempt, sites: Sequence[str]) -> str:
        """Asks for a run, and does not wait for it. Raises ConnectionError if the server does not take it."""
        from prefect.deployments import run_deployment

        more = f" and {len(sites) - SHOWN_SITES} more" if len(sites) > SHOWN_SITES else ""
        again = f", attempt {attempt.number}" if attempt.number > 1 else ""
        try:
            run = run_deployment(
                DEPLOYMENT,
                parameters={"address": attempt.address},
                flow_run_name=f"{attempt.shard}{again}: {', '.join(sites[:SHOWN_SITES])}{more}",
                idempotency_key=attempt.address,
                timeout=0,
            )
        except Exception as error:  # whatever the server's trouble is, it is asked again
            raise ConnectionError(_line(error)) from error
        return str(cast("FlowRun", run).id)

    def states(self, runs: Sequence[str]) -> Mapping[str, RunState]:
        """What Prefect says of the runs. Nothing if it does not answer."""
        from prefect.client.orchestration import get_client
        from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

        told = {}
        try:
            with get_client(sync_client=True) as client:
                for start in range(0, len(runs), MOST_AT_ONCE):
                    asked = [UUID(run) for run in runs[start : start + MOST_AT_ONCE]]
                    for run in client.read_flow_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=asked))):
                        told[str(run.id)] = _state(run)
        except Exception as error:
            log.warning("Prefect's server does not answer: %s", _line(error))
        return told

    def cancel(self, runs: Sequence[str]) -> None:
        """Asks Prefect to end the runs."""
        from prefect.client.orchestration import get_client
        from prefect.states import Cancelling

        for run in runs:
            try:
                with get_client(sync_client=True) as client:
                    client.set_flow_run_state(UUID(run), Cancelling())
            except Exception as error:
                log.warning("run %s could not be cancelled: %s", run, _line(error))


def _state(run: FlowRun) -> RunState:
    if run.state is None or run.state.is_scheduled():
        return RunState.WAITING
    return RunState.ENDED if run.state.is_final() else RunState.BEGUN


def _line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
