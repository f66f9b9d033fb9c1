"""``tinkhoi schedule``: lets this system's own scheduler start the nights."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import click

from flows.cli.options import archive_options, at_option, data_folder
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode

if TYPE_CHECKING:
    from flows.schedule.system_timers import System


@click.group()
@archive_options
def schedule() -> None:
    """Lets this system's own scheduler start each night, without a resident server.

    If the machine slept or was off at that hour, one night catches up.
    """


@schedule.command("install")
@at_option
@archive_options
def install_schedule(at: time) -> int:
    """Writes the timer and switches it on. It uses systemd, launchd or the Windows Task Scheduler.

    If there is none of them, it installs nothing and prints the lines to put into `crontab -e`.
    """
    from flows.schedule.system_timers import command as started
    from flows.schedule.system_timers import cron_line, install, this_system, timer

    data = data_folder()
    chosen = timer(this_system(), data, at)
    if not chosen.files:
        tell("This system has no scheduler that catches up. Put these two lines into `crontab -e`:")
        click.echo(cron_line(started(data, at), at), nl=False)
        return ExitCode.OK
    data.create()
    failures = install(chosen)
    for path in chosen.files:
        tell("Written: {path}", path=path)
    for failure in failures:
        tell("tinkhoi: failed, do it by hand: {failure}", err=True, failure=failure)
    if chosen.system == "systemd":
        tell("To run also while you are logged out: loginctl enable-linger")
    return ExitCode.CONFIGURATION if failures else ExitCode.OK


@schedule.command("remove")
@archive_options
def remove_schedule() -> int:
    """Switches the timer off and deletes its files."""
    from flows.schedule.due import AT
    from flows.schedule.system_timers import remove, this_system, timer

    chosen = timer(this_system(), data_folder(), AT)
    if not chosen.files:
        tell("Delete tinkhoi's lines with `crontab -e`.")
    for failure in remove(chosen):
        click.echo(f"tinkhoi: {failure}", err=True)
    for path in chosen.files:
        tell("Deleted: {path}", path=path)
    return ExitCode.OK


@schedule.command("show")
@at_option
@click.option(
    "--system",
    type=click.Choice(["systemd", "launchd", "windows", "cron"]),
    help="Whose timer to show; by default this system's.",
)
@archive_options
def show_schedule(at: time, system: System | None) -> int:
    """Prints the timer that would be installed, and says whether it is installed."""
    from flows.schedule.system_timers import command as started
    from flows.schedule.system_timers import cron_line, this_system, timer

    data = data_folder()
    chosen = timer(system or this_system(), data, at)
    for path, text in chosen.files.items():
        if path.exists():
            tell("# {path} (installed)", path=path)
        else:
            tell("# {path} (not installed)", path=path)
        click.echo(text)
    if not chosen.files:
        click.echo(cron_line(started(data, at), at), nl=False)
    return ExitCode.OK
