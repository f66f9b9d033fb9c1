"""The flow `nightly`: every live or watched site, in parallel, one failing site not stopping the others."""

from __future__ import annotations

from typing import Annotated, Any

from prefect import State, flow
from prefect.states import Completed
from pydantic import Field

from flows.flow_run import run_in_flow, run_name
from flows.outcome.night_summary import NightSummary
from flows.runs.request import NightRequest
from flows.schedule.due import hour, is_due
from flows.storage.folder import DataFolder, default_folder

Hour = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def _request(at: str | None = None) -> NightRequest:
    return NightRequest(
        data=DataFolder(root=default_folder()), trigger="nightly", at=hour(at) if at is not None else None
    )


@flow(name="nightly", flow_run_name=lambda: run_name(_request()), persist_result=False)
def nightly(at: Hour | None = None) -> NightSummary | State[Any]:
    """One night, into the archive of the data folder (TINKHOI_DATA).

    If a server slept for three days, it starts several runs together: one catches up and the others end.

    Args:
        at: The hour in Vietnam at which nights are due, such as 01:30. Where the night of the last such hour has
            been, nothing is done. None: the night is run whatever has been.

    Raises VerdictError if the exit code is not 0: Prefect then shows the run as failed.
    """
    request = _request(at)
    if request.at is not None and not is_due(request.data, request.now, request.at):
        return Completed(name="Skipped", message="Tonight's night has been; the flow collect crawls again.")
    return run_in_flow(request)
