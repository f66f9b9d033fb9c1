"""The flow `crawl-shard`: one crawl of a night, on the machine of a worker."""

from __future__ import annotations

import os

from prefect import flow

from flows.cluster.open_storage import open_objects
from flows.cluster.worker import work_on
from flows.flow_run import shown_logs
from flows.outcome.exit_codes import ExitCode, RunError
from flows.prefect_steps import TaskSteps


@flow(name="crawl-shard", persist_result=False)
def crawl_shard(address: str) -> None:
    """Crawls the sites of one shard and puts what it captures into the storage (TINKHOI_STORAGE).

    Args:
        address: The address of the attempt in the storage, RUN/SHARD/NUMBER. The night gives it.

    Raises RunError if no storage is set, and if the crawl did not come to its end.
    """
    storage = os.environ.get("TINKHOI_STORAGE")
    if not storage:
        raise RunError("no storage is set: TINKHOI_STORAGE names it, s3://BUCKET/PREFIX", ExitCode.CONFIGURATION)
    with shown_logs():
        end = work_on(address, open_objects(storage), TaskSteps())
    if end.failure is not None:
        raise RunError(str(end.failure), ExitCode.CRASH)
