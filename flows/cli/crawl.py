"""``tinkhoi crawl``: crawls some sites by hand."""

from __future__ import annotations

import click

from flows.cli.filters import day
from flows.cli.options import archive_options, contact_option, data_folder
from flows.cli.run_and_report import run_and_report


@click.command()
@click.argument("site_ids", nargs=-1, required=True, metavar="SITE…")
@click.option("--limit", type=click.IntRange(min=1), help="Collect at most this many new articles for each site.")
@click.option("--full", is_flag=True, help="Follow list pages to their end, not only to known articles.")
@click.option("--since", metavar="DATE", help="Follow list pages back to this day.")
@click.option("--recheck", multiple=True, metavar="KEY", help="Look at this known article again, whatever its age.")
@click.option("--json", "as_json", is_flag=True, help="The report's numbers as JSON.")
@contact_option
@archive_options
def crawl(
    site_ids: tuple[str, ...],
    limit: int | None,
    full: bool,
    since: str | None,
    recheck: tuple[str, ...],
    as_json: bool,
) -> int:
    """Crawls these sites now, without a server."""
    from flows.runs.request import NightRequest

    request = NightRequest(
        data=data_folder(),
        sites=site_ids,
        trigger="manual",
        limit=limit,
        full=full,
        since=day("since", since) if since is not None else None,
        recheck=recheck,
    )
    return run_and_report(request, plain=True, as_json=as_json)
