"""Commands that read without an archive: a date, a page, the list of sites."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from flows.cli.options import archive_options, data_folder, echo_json
from flows.outcome.exit_codes import ExitCode, RunError
from scraper.sites import load_sites

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@click.command()
@click.argument("texts", nargs=-1, required=True, metavar="TEXT…")
@click.option(
    "--base", metavar="DATE", help="The day from which a date without a year, or “3 giờ trước”, is counted."
)
@click.option("--mdy", is_flag=True, help="The month stands before the day.")
@click.option("--json", "as_json", is_flag=True)
def date(texts: tuple[str, ...], base: str | None, mdy: bool, as_json: bool) -> int:
    """Reads printed dates and says how. `-` reads lines from standard input.

    Ends with 8 where a text could not be read.
    """
    from scraper.dates.date_line import read_date
    from scraper.dates.readings import Reading

    moment = None
    if base is not None:
        found = read_date(base)
        if not isinstance(found, Reading):
            raise click.BadParameter(f"--base {base!r} is not a date: {found.reason}")
        moment = found.moment or datetime.combine(found.day, time(), VIETNAM)
    refused = 0
    for text in _lines(texts):
        found = read_date(text, base=moment, order="mdy" if mdy else "dmy")
        if isinstance(found, Reading):
            means = found.moment.isoformat() if found.moment else found.day.isoformat()
            record: dict[str, str | None] = {
                "text": text,
                "means": means,
                "precision": found.precision.value,
                "how": found.how,
            }
        else:
            refused += 1
            record = {"text": text, "means": None, "refused": found.reason}
        if as_json:
            echo_json(record)
        else:
            click.echo(f"{record['means'] or 'not read'}\t{text}\t{record.get('how') or record.get('refused')}")
    return ExitCode.DATA if refused else ExitCode.OK


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--url", required=True, help="The address the page was served at.")
@click.option("--site", "site_id", required=True, help="The site whose page it is.")
@archive_options
def parse(file: Path, url: str, site_id: str) -> int:
    """Reads one saved page and prints its record as JSON, or says why it is not an article."""
    from scraper.cleaning import record
    from scraper.items import Article
    from scraper.reading import read_article

    site = load_sites(data_folder().site_folders).get(site_id)
    if site is None:
        raise RunError(f"unknown site {site_id!r}; `tinkhoi sites` lists them", ExitCode.CONFIGURATION)
    try:
        body = file.read_bytes()
    except OSError as error:
        raise RunError(f"{file}: cannot be read: {error.strerror}", ExitCode.CONFIGURATION) from error
    captured_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    found = read_article(body, url, site, captured_at=captured_at)
    if isinstance(found, Article):
        echo_json(record(found))
        return ExitCode.OK
    click.echo(f"tinkhoi: {file}: not an article: {found.reason}: {found.detail}", err=True)
    return ExitCode.DATA


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True)
@archive_options
@click.pass_context
def sites(context: click.Context, as_json: bool) -> int:
    """Lists the sites: status, province, family, last success, and whether the file was verified."""
    if context.invoked_subcommand is not None:
        return ExitCode.OK
    from flows.runs.night import last_successes

    data = data_folder()
    known = load_sites(data.site_folders)
    watched = set(data.settings().watch)
    successes = last_successes(data)
    for site in known.values():
        row = {
            "site": site.id,
            "name": site.name,
            "status": site.status.value,
            "watched": site.status == "live" or site.id in watched,
            "province": site.province,
            "kind": site.kind,
            "family": site.family,
            "home": site.home,
            "last_success": successes.get(site.id),
            "checked": site.checked,
        }
        if as_json:
            echo_json(row)
        else:
            mark = "*" if row["watched"] else " "
            click.echo(
                f"{mark} {site.id:<22} {site.status.value:<10} {site.province:<18} {site.family:<11} "
                f"{row['last_success'] or 'never':<16} {site.name}"
            )
    if not as_json:
        click.echo("* crawled at night: its file says live, or `tinkhoi setup` chose it.", err=True)
    return ExitCode.OK


def _lines(texts: tuple[str, ...]) -> list[str]:
    return sys.stdin.read().splitlines() if texts == ("-",) else list(texts)
