"""``tinkhoi backfill``: fetches the captures that other archives hold of a site."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from flows.cli.filters import day
from flows.cli.options import archive_options, data_folder, echo_json
from flows.cli.run_and_report import show_progress
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode, RunError
from scraper.clock import utc_now
from scraper.text.sentence import Sentence

if TYPE_CHECKING:
    from flows.runs.backfill import ArchiveName, Backfilled, BackfillRequest


@click.command()
@click.argument("site")
@click.option(
    "--from",
    "source",
    type=click.Choice(["wayback", "commoncrawl"]),
    required=True,
    help="The archive to fetch from.",
)
@click.option("--since", metavar="DAY", help="Captured on this day or later.")
@click.option("--until", metavar="DAY", help="Captured on this day or before.")
@click.option("--section", metavar="PATH", help="Only addresses under this path of the site.")
@click.option(
    "--limit", type=click.IntRange(min=1), help="Ask for at most this many captures now; run again to go on."
)
@click.option(
    "--delay", type=click.FloatRange(min=0), default=2.0, show_default=True, help="Seconds between requests."
)
@click.option(
    "--calendar", is_flag=True, help="Only compare, month by month, what the index lists with what is here."
)
@click.option("--json", "as_json", is_flag=True, help="The numbers as JSON.")
@archive_options
def backfill(
    site: str,
    source: ArchiveName,
    since: str | None,
    until: str | None,
    section: str | None,
    limit: int | None,
    delay: float,
    calendar: bool,
    as_json: bool,
) -> int:
    """Fetches the captures that the Wayback Machine or Common Crawl holds of SITE.

    If it is stopped, the same command goes on where it was, days later too. It says what is left, as `tinkhoi status`
    and the morning report do until it is complete.
    """
    from flows.runs.backfill import BackfillRequest, run_backfill
    from flows.runs.request import refuse_day_to_come

    first = day("since", since) if since is not None else None
    last = day("until", until) if until is not None else None
    if first:
        refuse_day_to_come(first, utc_now())
    if first and last and first > last:
        raise RunError("--since {value!r}: this is later than --until", ExitCode.CONFIGURATION, value=since)
    show_progress()
    request = BackfillRequest(
        data=data_folder(),
        site=site,
        source=source,
        since=first,
        until=last,
        section=section,
        limit=limit,
        delay=delay,
    )
    if calendar:
        return _show_calendar(request, as_json)
    done = run_backfill(request)
    if as_json:
        echo_json(asdict(done))
    else:
        tell(
            "{site} from {source}: {listed} captures listed, {fetched} fetched, {had} not needed,"
            " {failed} could not be had",
            site=site,
            source=source,
            listed=done.listed,
            fetched=done.fetched,
            had=done.had,
            failed=len(done.failed),
        )
        tell(
            "  {new} new articles, {edited} revisions, {rejected} pages rejected",
            new=done.new,
            edited=done.edited,
            rejected=done.rejected,
        )
        _show_problems(done)
        if done.complete:
            tell("  complete")
        elif done.empty:
            tell("  not complete: the index lists nothing of this site; ask again another day, for it may be down")
        else:
            if done.left is not None and done.is_all_counted:
                tell("  {count} captures are left", count=done.left)
            elif done.left is not None:
                tell("  at least {count} captures are left", count=done.left)
            tell("  not complete: run the same command again to go on")
    if done.empty:
        return ExitCode.DATA
    return ExitCode.SITES_FAILED if done.failed or done.odd else ExitCode.OK


def _show_problems(done: Backfilled) -> None:
    told: list[str] = (
        [Sentence("{place}: {what}", place=address, what=why) for address, why in done.failed.items()]
        + done.odd
        + done.remarks
    )
    for sentence in told[:10]:
        tell("  {what}", what=sentence)
    if len(told) > 10:
        tell("  … {count} more; --json tells all", count=len(told) - 10)


def _show_calendar(request: BackfillRequest, as_json: bool) -> int:
    from flows.runs.archive_calendar import compare_holdings

    months = compare_holdings(request)
    for month in months:
        if as_json:
            echo_json(asdict(month))
        else:
            tell(
                "{month}  {theirs:6} there  {ours:6} here  {missing:6} articles missing",
                month=month.month,
                theirs=month.theirs,
                ours=month.ours,
                missing=month.articles_missing,
            )
    if not months and not as_json:
        tell("the archive lists nothing of this site, and nothing of it is here")
    return ExitCode.OK
