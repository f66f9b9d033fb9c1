"""``tinkhoi nightly``: runs the night of all live and watched sites."""

from __future__ import annotations

from datetime import time

import click

from flows.cli.options import archive_options, at_option, contact_option, data_folder
from flows.cli.run_and_report import run_and_report
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode


@click.command()
@click.option("--plain", is_flag=True, help="Run the same functions without Prefect and its server.")
@click.option("--if-due", is_flag=True, help="Run only if the night that was due at the last --at has not run yet.")
@at_option
@contact_option
@click.option("--json", "as_json", is_flag=True, help="The report's numbers as JSON.")
@archive_options
def nightly(plain: bool, if_due: bool, at: time, as_json: bool) -> int:
    """Crawls all live and watched sites, stores what is new, and prints the morning report."""
    from flows.runs.request import NightRequest
    from flows.schedule.due import is_due

    request = NightRequest(data=data_folder(), trigger="nightly", at=at if if_due else None)
    if if_due and not is_due(request.data, request.now, at):
        tell("Tonight's night has been; nothing was asked.", err=True)
        return ExitCode.OK
    return run_and_report(request, plain=plain, as_json=as_json)
