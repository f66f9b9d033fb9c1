"""``tinkhoi serve``: the schedule, runs by hand and Prefect's UI on one machine, in one command.

The deployments stay in Prefect's database when we end, their schedule not paused, so that a restart goes on where it
was. The data folder and folders of site files reach the runs by environment variables, which every run inherits: a
form of Prefect's shows only what a person decides.
"""

from __future__ import annotations

import inspect
import logging
import os
from collections.abc import Sequence
from datetime import time
from typing import Any, Literal

from flows.prefect_server import need_server, note_server, only_server, secret_file
from flows.prefect_settings import prepare_environment, server_of_user
from flows.schedule.cron import next_by_cron
from flows.schedule.due import next_hour
from flows.storage.folder import DataFolder
from scraper.clock import VIETNAM, ZONE, utc_now
from scraper.sites import Status, load_sites

log = logging.getLogger("tinkhoi")

PORT = 4200

AT_ONCE = 1
"""Runs at a time: an archive has one writer, so a run by hand waits for the night's end."""


def serve_forever(
    data: DataFolder, *, at: time, cron: str | None = None, port: int = PORT, limit: int = AT_ONCE
) -> None:
    """Serves the deployments ``nightly/nightly`` and ``collect/collect`` until a signal ends it.

    ``cron`` (five fields, Vietnam time) takes the place of ``at``; nights are then not checked against an hour.
    Raises RunError for a wrong ``cron``, where no server can be had, and where another process serves this folder.
    """
    coming = next_by_cron(cron, utc_now()) if cron is not None else next_hour(utc_now(), at)
    sites = sorted(site.id for site in load_sites(data.site_folders).values() if site.status is not Status.GONE)
    data.create()
    with only_server(data):
        prepare_environment(data.prefect_home)
        share_with_runs(data)
        named = server_of_user()
        if named is None:
            address = need_server(data, port=port).removesuffix("/api")
            note_server(data, f"{address}/api")
            log.info("Prefect's UI: %s asks for the line in %s", address, secret_file(data))
        else:
            log.info("Prefect's server: %s", named)
        from prefect import serve

        deployments = make_deployments(at=at, cron=cron, sites=sites)
        log.info("next night: %s Vietnam time", f"{coming.astimezone(VIETNAM):%d/%m/%Y %H:%M}")
        serve(*deployments, pause_on_shutdown=False, print_starting_message=False, limit=limit)


def share_with_runs(data: DataFolder) -> None:
    """Lets the runs that this process starts find the archive and its site files."""
    os.environ["TINKHOI_SITES"] = os.pathsep.join(str(folder) for folder in data.named_sites)
    os.environ["TINKHOI_DATA"] = str(data.root)


def make_deployments(*, at: time, cron: str | None, sites: Sequence[str]) -> list[Any]:
    """The two deployments. ``sites`` are the ids that the form of `collect` offers."""
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.collect import collect
    from flows.nightly import nightly

    return [
        nightly.to_deployment(
            "nightly",
            schedule=Cron(cron or f"{at.minute} {at.hour} * * *", timezone=ZONE),
            parameters={"at": None if cron else f"{at:%H:%M}"},
            description="Every live or watched site, each night.",
            entrypoint_type=EntrypointType.MODULE_PATH,
        ),
        offering(collect, "sites", tuple[Literal[tuple(sites)], ...]).to_deployment(  # type: ignore[misc]
            "collect",
            description="A crawl by hand: choose sites, how far back, how many articles.",
            entrypoint_type=EntrypointType.MODULE_PATH,
        ),
    ]


def offering(flow: Any, parameter: str, annotation: Any) -> Any:
    """``flow`` with another annotation of one parameter, from which Prefect makes the form."""
    signature = inspect.signature(flow, eval_str=True)
    offered = flow.with_options()
    offered.__signature__ = signature.replace(
        parameters=[
            each.replace(annotation=annotation) if each.name == parameter else each
            for each in signature.parameters.values()
        ]
    )
    return offered
