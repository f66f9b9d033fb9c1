"""``tinkhoi serve``: the schedule, runs by hand and Prefect's UI on one machine, in one command.

A Prefect server on loopback is started as a child and ended with us, unless the user's environment or profile names
one, or one answers at the port already. The deployments stay in Prefect's database when we end, their schedule not
paused, so that a restart goes on where it was.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

from flows.outcome.exit_codes import ExitCode, RunError
from flows.prefect_settings import ALLOWED_ORIGINS, API_URL, prepare_environment, server_of_user
from flows.storage.folder import DataFolder
from scraper.clock import ZONE
from scraper.whole_files import write_whole

log = logging.getLogger("tinkhoi")

PORT = 4200
START_SECONDS = 180.0
"""How long the first start of a server may take: it makes its database, which took 40 s on a loaded machine."""

NOTED = "prefect-api.txt"

AT_ONCE = 1
"""Runs at a time: an archive has one writer, so a run by hand waits for the night's end."""


def serve_forever(
    data: DataFolder, *, at: time_of_day, cron: str | None = None, port: int = PORT, limit: int = AT_ONCE
) -> None:
    """Serves the deployments ``nightly/nightly`` and ``collect/collect`` until a signal ends it.

    ``cron`` (five fields, Vietnam time) takes the place of ``at``; nights are then not checked against an hour.
    Raises RunError where no server can be had.
    """
    data.create()
    prepare_environment(data.prefect_home)
    with _server(data, port):
        from prefect import serve

        deployments = _deployments(data, at=at, cron=cron)
        serve(*deployments, pause_on_shutdown=False, print_starting_message=False, limit=limit)


def _deployments(data: DataFolder, *, at: time_of_day, cron: str | None) -> list[Any]:
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.collect import collect
    from flows.nightly import nightly

    where = {"data": str(data.root), "site_folders": [str(folder) for folder in data.named_sites]}
    schedule = Cron(cron or f"{at.minute} {at.hour} * * *", timezone=ZONE)
    return [
        nightly.to_deployment(
            "nightly",
            schedule=schedule,
            parameters={**where, "at": None if cron else f"{at:%H:%M}"},
            description="Every live or watched site, each night.",
            entrypoint_type=EntrypointType.MODULE_PATH,
        ),
        collect.to_deployment(
            "collect",
            parameters=where,
            description="A crawl by hand: sites, since, limit, full.",
            entrypoint_type=EntrypointType.MODULE_PATH,
        ),
    ]


@contextmanager
def _server(data: DataFolder, port: int) -> Iterator[None]:
    """A Prefect server for the time of the block; its address is in PREFECT_API_URL."""
    named = server_of_user()
    if named is not None:
        log.info("Prefect's server: %s", named)
        yield
        return
    address = f"http://127.0.0.1:{port}"
    os.environ[ALLOWED_ORIGINS] = address  # no page of the web may start a run here
    child = None if answers(address) else _start(data, port)
    os.environ[API_URL] = f"{address}/api"
    try:
        if child is not None:
            _await(child, address, data.root / "prefect-server.log")
        note_server(data, f"{address}/api")
        log.info("Prefect's UI: %s", address)
        yield
    finally:
        if child is not None:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _start(data: DataFolder, port: int) -> subprocess.Popen[bytes]:
    with (data.root / "prefect-server.log").open("ab") as log_file:
        return subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=log_file,
            stderr=log_file,
        )


def _await(child: subprocess.Popen[bytes], address: str, log_file: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while not answers(address):
        if child.poll() is not None or time.monotonic() > end:
            raise RunError(f"no Prefect server could be started at {address}; see {log_file}", ExitCode.CONFIGURATION)
        time.sleep(0.5)


def answers(address: str) -> bool:
    """Whether our Prefect server answers at the loopback ``address``."""
    try:
        with urllib.request.urlopen(f"{address}/api/health", timeout=5) as answer:  # noqa: S310 - http on loopback
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def note_server(data: DataFolder, api: str) -> None:
    """Keeps in the data folder, for `tinkhoi doctor`, the server's address and the contact that was exported here."""
    write_whole(data.root / NOTED, f"{api}\n{data.named_contact or ''}\n")


def noted_server(data: DataFolder) -> str | None:
    """The address that :func:`note_server` kept, or None."""
    return _noted(data)[0] or None


def noted_contact(data: DataFolder) -> str | None:
    """The contact address that runs of the noted server have from its environment, or None."""
    return _noted(data)[1] or None


def _noted(data: DataFolder) -> tuple[str, str]:
    try:
        lines = (data.root / NOTED).read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    api, contact, *_ = (*lines, "", "")
    return api.strip(), contact.strip()
