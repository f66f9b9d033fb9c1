"""Commands about the schedule: serve, schedule, doctor."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import click

from flows.cli.options import archive_options, at_option, data_folder, echo_json
from flows.cli.running import show_progress
from flows.outcome.exit_codes import ExitCode

if TYPE_CHECKING:
    from flows.schedule.system_timers import System


@click.command()
@at_option
@click.option("--cron", metavar="'30 1 * * *'", help="Five fields in Vietnam time, in place of --at.")
@click.option("--port", type=click.IntRange(1, 65535), default=4200, show_default=True, help="Of Prefect's UI.")
@archive_options
def serve(at: time, cron: str | None, port: int) -> int:
    """Runs each night and takes runs by hand, with Prefect's UI on this machine, until it is stopped.

    Deployments: nightly/nightly on the schedule, collect/collect by hand. A server named by PREFECT_API_URL is used.
    """
    from flows.deployments import serve_forever

    show_progress()
    data = data_folder()
    click.echo(f"Data folder: {data.root}", err=True)
    serve_forever(data, at=at, cron=cron, port=port)
    return ExitCode.OK


@click.group()
def schedule() -> None:
    """Nights by this system's own scheduler, without a resident server: each catches up once after sleep."""


@schedule.command("install")
@at_option
@archive_options
def install_schedule(at: time) -> int:
    """Writes the timer and switches it on; prints a line for cron where there is nothing better."""
    from flows.schedule.system_timers import command as started
    from flows.schedule.system_timers import cron_line, install, this_system, timer

    data = data_folder()
    chosen = timer(this_system(), data, at)
    if not chosen.files:
        click.echo("This system has no scheduler that catches up. Put these two lines into `crontab -e`:")
        click.echo(cron_line(started(data, at), at), nl=False)
        return ExitCode.OK
    data.create()
    failures = install(chosen)
    for path in chosen.files:
        click.echo(f"Written: {path}")
    for failure in failures:
        click.echo(f"tinkhoi: failed, do it by hand: {failure}", err=True)
    if chosen.system == "systemd":
        click.echo("To run also while you are logged out: loginctl enable-linger")
    return ExitCode.CONFIGURATION if failures else ExitCode.OK


@schedule.command("remove")
@archive_options
def remove_schedule() -> int:
    """Switches the timer off and deletes its files."""
    from flows.schedule.due import AT
    from flows.schedule.system_timers import remove, this_system, timer

    chosen = timer(this_system(), data_folder(), AT)
    if not chosen.files:
        click.echo("Delete tinkhoi's lines with `crontab -e`.")
    for failure in remove(chosen):
        click.echo(f"tinkhoi: {failure}", err=True)
    for path in chosen.files:
        click.echo(f"Deleted: {path}")
    return ExitCode.OK


@schedule.command("show")
@at_option
@click.option("--system", type=click.Choice(["systemd", "launchd", "windows", "cron"]), help="By default this one.")
@archive_options
def show_schedule(at: time, system: System | None) -> int:
    """Prints what would be installed, and whether it is."""
    from flows.schedule.system_timers import command as started
    from flows.schedule.system_timers import cron_line, this_system, timer

    data = data_folder()
    chosen = timer(system or this_system(), data, at)
    for path, text in chosen.files.items():
        click.echo(f"# {path} ({'installed' if path.exists() else 'not installed'})\n{text}")
    if not chosen.files:
        click.echo(cron_line(started(data, at), at), nl=False)
    return ExitCode.OK


@click.command()
@click.option("--json", "as_json", is_flag=True)
@archive_options
def doctor(as_json: bool) -> int:
    """Says whether tonight's night would happen: schedule, versions, sites, disk, database, clock, network."""
    from flows.schedule.doctor import examine, verdict

    answers = []
    for answer in examine(data_folder()):
        answers.append(answer)
        if as_json:
            echo_json(
                {"about": answer.about, "good": answer.good, "detail": answer.detail, "code": int(answer.exit_code)}
            )
        else:
            click.echo(f"{'✓' if answer.good else '✗'} {answer.about}: {answer.detail}")
    return verdict(answers)
