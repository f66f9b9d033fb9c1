"""``tinkhoi serve``: runs every night, with Prefect's UI, until it is stopped."""

from __future__ import annotations

from datetime import time

import click

from flows.cli.options import archive_options, at_option, data_folder
from flows.cli.run_and_report import show_progress
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode


@click.command()
@at_option
@click.option(
    "--cron", metavar="'30 1 * * *'", help="A cron expression of five fields in Vietnam time, in place of --at."
)
@click.option(
    "--port", type=click.IntRange(1, 65535), default=4200, show_default=True, help="The port of Prefect's UI."
)
@archive_options
def serve(at: time, cron: str | None, port: int) -> int:
    """Runs each night, and runs started by hand, with Prefect's UI on this machine, until it is stopped.

    The deployment nightly/nightly runs on the schedule, collect/collect by hand. If PREFECT_API_URL names a server,
    that one is used.
    """
    from flows.deployments import serve_forever

    show_progress()
    data = data_folder()
    tell("Data folder: {path}", err=True, path=data.root)
    serve_forever(data, at=at, cron=cron, port=port)
    return ExitCode.OK
