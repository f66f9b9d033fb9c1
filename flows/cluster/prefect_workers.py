"""Gives crawls to Prefect's workers: each attempt is a run of the deployment ``crawl-shard/crawl-shard``."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import cast
from uuid import UUID

from flows.cluster.run_objects import Attempt

log = logging.getLogger("tinkhoi")

DEPLOYMENT = "crawl-shard/crawl-shard"
SHOWN_SITES = 3


class PrefectWorkers:
    """The workers of the pool that the deployment names. Called within a flow run, which is shown as the parent."""

    def submit(self, attempt: Attempt, sites: Sequence[str]) -> str:
        """Asks for a run, and does not wait for it. Raises ConnectionError if the server does not take it."""
        from prefect.client.schemas.objects import FlowRun
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
        return str(cast(FlowRun, run).id)

    def ended(self, runs: Sequence[str]) -> frozenset[str]:
        """Those of the runs that Prefect calls ended. Empty if it does not answer."""
        from prefect.client.orchestration import get_client
        from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

        try:
            with get_client(sync_client=True) as client:
                found = client.read_flow_runs(
                    flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[UUID(run) for run in runs]))
                )
        except Exception as error:
            log.warning("Prefect's server does not answer: %s", _line(error))
            return frozenset()
        return frozenset(str(run.id) for run in found if run.state is not None and run.state.is_final())

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


def _line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
