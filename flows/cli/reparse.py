"""``tinkhoi reparse``: reads all captures again with today's page objects."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from flows.cli.options import archive_options, data_folder, echo_json
from flows.cli.run_and_report import show_progress
from flows.outcome.exit_codes import ExitCode

if TYPE_CHECKING:
    from flows.runs.reparse import Reparsed


@click.command()
@click.option("--site", help="Only this site's articles.")
@click.option("--accept", is_flag=True, help="Write the differences as revisions of the parser.")
@click.option(
    "--workers", type=click.IntRange(min=1), default=lambda: os.cpu_count() or 1, help="Number of processes."
)
@click.option("--json", "as_json", is_flag=True, help="Print each difference as one line of JSON.")
@archive_options
def reparse(site: str | None, accept: bool, workers: int, as_json: bool) -> int:
    """Reads all captures again with today's page objects and says what would change. It sends no request.

    The exit code is 8 if captures are not there any more, or cannot be read.
    """
    from flows.runs.reparse import run_reparse

    show_progress()
    done = run_reparse(data_folder(), site=site, accept=accept, workers=workers)
    if as_json:
        for each in done.differences:
            echo_json(asdict(each))
    else:
        _show_differences(done, accept)
    return ExitCode.DATA if done.lost else ExitCode.OK


def _show_differences(done: Reparsed, accepted: bool) -> None:
    read = f"{done.read - len(done.lost)} captures read" + (f", {len(done.lost)} not there" if done.lost else "")
    click.echo(f"{read}; {done.articles_that_differ} articles differ, {len(done.found)} are new")
    for field, examples in done.by_field().items():
        click.echo(f"{field}: {len(examples)}")
        for each in examples[:3]:
            click.echo(f"  {each.site}/{each.key}\n    − {each.before}\n    + {each.after}")
    for lost in done.lost[:3]:
        click.echo(f"not read, and left as it is: {lost}")
    if len(done.lost) > 3:
        click.echo(f"… and {len(done.lost) - 3} more captures that are not there")
    for refusal in done.refused[:3]:
        click.echo(f"refused today, and left as it is: {refusal.url}: {refusal.reason}: {refusal.detail}")
    if len(done.refused) > 3:
        click.echo(f"… and {len(done.refused) - 3} more refused today")
    if accepted:
        click.echo(f"{done.written} articles written as revisions of the parser")
    elif done.differences or done.found:
        click.echo("Nothing was written. To write it: tinkhoi reparse --accept")
