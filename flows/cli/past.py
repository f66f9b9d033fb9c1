"""Commands for what was published and captured before: import, backfill, reparse."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli.options import archive_options, data_folder, echo_json
from flows.cli.running import show_progress
from flows.outcome.exit_codes import ExitCode

if TYPE_CHECKING:
    from flows.runs.backfill import Source
    from flows.runs.reparse import Reparsed

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--in-place", is_flag=True, help="Link to the files instead of copying them among the captures.")
@click.option("--json", "as_json", is_flag=True, help="The numbers as JSON, a line a file.")
@archive_options
def import_(files: tuple[Path, ...], in_place: bool, as_json: bool) -> int:
    """Reads WARC files (.warc, .warc.gz, .wacz) that wget, Browsertrix, Heritrix, ArchiveBox or we have written.

    What the archive has already is not doubled; older captures go into the history of their article.
    """
    from flows.runs.imports import import_files

    show_progress()
    for imported in import_files(data_folder(), [path.absolute() for path in files], in_place=in_place):
        if as_json:
            echo_json(asdict(imported))
            continue
        read = imported.ingested
        click.echo(f"{imported.source} → captures/{imported.file}")
        click.echo(
            f"  {read.captures} captures, {read.repeated} of them known; articles: {read.new} new,"
            f" {read.edited} edited, {read.earlier} earlier revisions; pages: {read.rejected} rejected,"
            f" {read.failed} failed"
        )
        for host, count in imported.unowned_hosts[:10]:
            click.echo(f"  {count} captures of {host}, which belongs to no site: scrapy newsite https://{host}/")
        for torn in read.torn:
            click.echo(f"  {torn}")
    return ExitCode.OK


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
    source: Source,
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


@click.command()
@click.option("--site", help="Only this site's articles.")
@click.option("--accept", is_flag=True, help="Write what differs, as revisions of the parser.")
@click.option("--workers", type=click.IntRange(min=1), default=lambda: os.cpu_count() or 1, help="Processes.")
@click.option("--json", "as_json", is_flag=True, help="The differences as JSON, a line each.")
@archive_options
def reparse(site: str | None, accept: bool, workers: int, as_json: bool) -> int:
    """Reads all captures again through today's page objects and says what would change. Asks nothing of any site."""
    from flows.runs.reparse import run_reparse

    show_progress()
    done = run_reparse(data_folder(), site=site, accept=accept, workers=workers)
    if as_json:
        for each in done.differences:
            echo_json(asdict(each))
    else:
        _show_differences(done, accept)
    return ExitCode.OK


def _show_differences(done: Reparsed, accepted: bool) -> None:
    click.echo(f"{done.read} captures read; {done.articles_that_differ} articles differ, {len(done.found)} are new")
    for field, examples in done.by_field().items():
        click.echo(f"{field}: {len(examples)}")
        for each in examples[:3]:
            click.echo(f"  {each.site}/{each.key}\n    − {each.before}\n    + {each.after}")
    for refusal in done.refused[:3]:
        click.echo(f"refused today, and left as it is: {refusal.url}: {refusal.reason}: {refusal.detail}")
    if len(done.refused) > 3:
        click.echo(f"… and {len(done.refused) - 3} more refused today")
    if accepted:
        click.echo(f"{done.written} articles written as revisions of the parser")
    elif done.differences or done.found:
        click.echo("Nothing was written. To write it: tinkhoi reparse --accept")
