"""``tinkhoi reparse``: reads all captures again with today's page objects."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from flows.cli.options import archive_options, data_folder, echo_json
from flows.cli.run_and_report import show_progress
from flows.cli.spoken import in_detail, in_reason, in_words, tell
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
    read = in_words("{count} captures read", count=done.read - len(done.lost))
    if done.lost:
        read += in_words(", {count} not there", count=len(done.lost))
    tell(
        "{read}; {differ} articles differ, {new} are new",
        read=read,
        differ=done.articles_that_differ,
        new=len(done.found),
    )
    for field, examples in done.by_field().items():
        click.echo(f"{field}: {len(examples)}")
        for each in examples[:3]:
            click.echo(f"  {each.site}/{each.key}\n    − {in_detail(each.before)}\n    + {in_detail(each.after)}")
    for lost in done.lost[:3]:
        tell("not read, and left as it is: {lost}", lost=lost)
    if len(done.lost) > 3:
        tell("… and {count} more captures that are not there", count=len(done.lost) - 3)
    for refusal in done.refused[:3]:
        tell(
            "refused today, and left as it is: {url}: {reason}: {detail}",
            url=refusal.url,
            reason=in_reason(refusal.reason),
            detail=in_detail(refusal.detail),
        )
    if len(done.refused) > 3:
        tell("… and {count} more refused today", count=len(done.refused) - 3)
    if accepted:
        tell("{count} articles written as revisions of the parser", count=done.written)
    elif done.differences or done.found:
        tell("Nothing was written. To write it: tinkhoi reparse --accept")
