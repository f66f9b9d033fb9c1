"""Which machines a run crawls on, by the settings of its archive."""

from __future__ import annotations

from flows.cluster.leader import Cluster, Workers
from flows.cluster.open_storage import open_objects
from flows.runs.machines import Machines, ThisMachine
from flows.runs.request import NightRequest


def chosen_machines(request: NightRequest, workers: Workers | None) -> Machines:
    """``workers``, where a storage is set in which they meet; otherwise this machine. Raises RunError."""
    settings = request.data.settings()
    if settings.storage is None:
        return ThisMachine()
    return Cluster(open_objects(settings.storage), workers, claim_seconds=settings.claim_seconds)


def without_workers(request: NightRequest) -> Machines:
    """This machine, for a run that Prefect's server cannot serve; what workers still do of earlier runs is ended."""
    return chosen_machines(request, None)
