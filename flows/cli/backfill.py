"""``tinkhoi backfill``: what other archives hold of a site."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from flows.cli.options import archive_options, data_folder, echo_json
from flows.cli.run_and_report import show_progress
from flows.outcome.exit_codes import ExitCode

if TYPE_CHECKING:
    from flows.runs.backfill import ArchiveName

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("site")
@click.option("--from", "source", type=click.Choice(["wayback", "commoncrawl"]), required=True)
@click.option("--since", type=_DAY, metavar="DAY", help="Captured on this day or later.")
@click.option("--until", type=_DAY, metavar="DAY", help="Captured on this day or before.")
@click.option("--section", metavar="PATH", help="Only what lies under this path of the site.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many captures now; run again to go on.")
@click.option(
    "--delay", type=click.FloatRange(min=0), default=2.0, show_default=True, help="Seconds between requests."
)
@click.option("--json", "as_json", is_flag=True, help="The numbers as JSON.")
@archive_options
def backfill(
    site: str,
    source: ArchiveName,
    since: datetime | None,
    until: datetime | None,
    section: str | None,
    limit: int | None,
    delay: float,
    as_json: bool,
) -> int:
    """Brings what the Wayback Machine or Common Crawl holds of SITE. Stopped, it goes on where it was."""
    from flows.runs.backfill import BackfillRequest, run_backfill

    show_progress()
    request = BackfillRequest(
        data=data_folder(),
        site=site,
        source=source,
        since=since.date() if since else None,
        until=until.date() if until else None,
        section=section,
        limit=limit,
        delay=delay,
    )
    done = run_backfill(request)
    if as_json:
        echo_json(asdict(done))
    else:
        click.echo(
            f"{site} from {source}: {done.listed} captures listed, {done.fetched} fetched, {done.had} not needed,"
            f" {len(done.failed)} could not be had"
        )
        click.echo(f"  {done.new} new articles, {done.edited} revisions, {done.rejected} pages rejected")
        for address, why in list(done.failed.items())[:5]:
            click.echo(f"  {address}: {why}")
        click.echo("  complete" if done.complete else "  not complete: run the same command again to go on")
    return ExitCode.SITES_FAILED if done.failed else ExitCode.OK
