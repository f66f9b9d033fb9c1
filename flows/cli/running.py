"""Commands that run: setup, the nightly flow, a crawl by hand, the demo, the sample newspaper."""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import click

from flows.cli.options import archive_options, at_option, data_folder, echo_json, language
from flows.outcome.exit_codes import ExitCode, RunError
from scraper.sites import Status, load_sites

if TYPE_CHECKING:
    from flows.runs.night import NightRequest


@click.command()
@click.option("--contact", metavar="ADDRESS", help="An e-mail or web address that site owners can write to.")
@click.option("--province", "provinces", multiple=True, help="Watch the sites of this province, old or new name.")
@click.option("--site", "site_ids", multiple=True, help="Watch this site.")
@click.option("--since", metavar="DATE", help="How far back to collect, for example 2020-01-01.")
@click.option("--alarm", "alarms", multiple=True, metavar="URL", help="Told what is wrong: mailto://…, json://….")
@archive_options
def setup(
    contact: str | None,
    provinces: tuple[str, ...],
    site_ids: tuple[str, ...],
    since: str | None,
    alarms: tuple[str, ...],
) -> int:
    """Sets who answers for the crawl, what is watched, how far back, and who is told what is wrong.

    Without a contact address nothing is asked of the open web. What is not given is asked for.
    """
    from scraper.sites.reference import sites_of_province

    data = data_folder()
    known = load_sites(data.site_folders)
    before = data.settings()
    asked = sys.stdin.isatty() and not (contact or provinces or site_ids or since or alarms)
    if asked:
        contact = click.prompt("Contact address (e-mail or web), named in each request", default=before.contact or "")
        provinces = tuple(_words(click.prompt("Provinces to watch, old or new names, commas between", default="")))
        since = click.prompt("Collect back to (YYYY-MM-DD)", default=before.since or "2020-01-01")
    if contact is not None and "@" not in contact and "://" not in contact:
        raise RunError(f"contact {contact!r}: give an e-mail or web address", ExitCode.CONFIGURATION)
    if since is not None:
        try:
            since = datetime.strptime(since, "%Y-%m-%d").replace(tzinfo=UTC).date().isoformat()
        except ValueError:
            raise RunError(f"--since {since!r}: write a day as 2020-01-31", ExitCode.CONFIGURATION) from None
    for site_id in site_ids:
        if site_id not in known:
            raise RunError(f"unknown site {site_id!r}; `tinkhoi sites` lists them", ExitCode.CONFIGURATION)
    chosen = dict.fromkeys((*before.watch, *site_ids))
    for province in provinces:
        found = sites_of_province(province, known.values())
        if not found:
            raise RunError(f"no site of a province {province!r}; see docs/sites.md", ExitCode.CONFIGURATION)
        chosen.update(dict.fromkeys(site.id for site in found if site.status is not Status.GONE))
    settings = replace(
        before,
        contact=contact or before.contact,
        watch=tuple(chosen),
        since=since or before.since,
        alarms=tuple(dict.fromkeys((*before.alarms, *alarms))),
    )
    path = data.save_settings(settings)
    click.echo(f"Written to {path}")
    click.echo(f"  contact: {settings.contact or 'none yet: nothing will be asked of the open web'}")
    click.echo(f"  watched: {', '.join(settings.watch) or 'none yet beside sites whose file says live'}")
    click.echo("Next: tinkhoi crawl SITE --limit 5, then tinkhoi nightly")
    return ExitCode.OK


@click.command()
@click.option("--plain", is_flag=True, help="Without Prefect: the same functions, no server.")
@click.option("--if-due", is_flag=True, help="Only where the night of the last hour --at has not been: a catch-up.")
@at_option
@click.option("--json", "as_json", is_flag=True, help="The report's numbers as JSON.")
@archive_options
def nightly(plain: bool, if_due: bool, at: time, as_json: bool) -> int:
    """Crawls all live and watched sites, refines, stores, judges, and prints the morning report."""
    from flows.runs.night import NightRequest
    from flows.schedule.due import is_due

    request = NightRequest(data=data_folder(), trigger="nightly", at=at if if_due else None)
    if if_due and not is_due(request.data, request.now, at):
        click.echo("Tonight's night has been; nothing was asked.", err=True)
        return ExitCode.OK
    return _run(request, plain=plain, as_json=as_json)


@click.command()
@click.argument("site_ids", nargs=-1, required=True, metavar="SITE…")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many new articles a site.")
@click.option("--full", is_flag=True, help="Turn list pages to their end, not only to what is known.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Turn list pages back to this day.")
@click.option("--json", "as_json", is_flag=True, help="The report's numbers as JSON.")
@archive_options
def crawl(site_ids: tuple[str, ...], limit: int | None, full: bool, since: datetime | None, as_json: bool) -> int:
    """Crawls these sites now, without a server."""
    from flows.runs.night import NightRequest

    request = NightRequest(
        data=data_folder(),
        sites=site_ids,
        trigger="manual",
        limit=limit,
        full=full,
        since=since.date() if since else None,
    )
    return _run(request, plain=True, as_json=as_json)


@click.command()
@click.option("--plain", is_flag=True, help="Without Prefect.")
@archive_options
def demo(plain: bool) -> int:
    """Two nights on the embedded sample newspaper, then a search and an article."""
    from flows.share.demo import run_demo

    show_progress()
    return run_demo(data_folder(), language(), plain=plain, say=click.echo)


@click.command()
@click.option("--port", type=int, default=8765, show_default=True)
@click.option("--night", type=click.IntRange(1, 3), default=1, show_default=True)
def sample(port: int, night: int) -> int:
    """Serves the sample newspaper on loopback, to try a crawl or a site file by hand."""
    from scraper.sample.__main__ import serve

    return serve(port=port, night=night)


def _run(request: NightRequest, *, plain: bool, as_json: bool) -> int:
    from dataclasses import asdict

    from flows.outcome.report import render

    show_progress()
    click.echo(f"Data folder: {request.data.root}", err=True)
    if plain:
        from flows.runs.night import run_night

        summary = run_night(request)
    else:
        from flows.prefect_server import run_with_prefect

        summary = run_with_prefect(request)
    if as_json:
        echo_json(asdict(summary))
    else:
        click.echo(render(summary, language()))
    return summary.exit_code


def show_progress() -> None:
    """Lets the run say on stderr how far it is."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("… %(message)s"))
    logger = logging.getLogger("tinkhoi")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    logger.propagate = False


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
