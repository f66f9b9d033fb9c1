"""``tinkhoi sites new``: looks at a site and writes its site file into the data folder."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from flows.cli.options import archive_options, contact_option, data_folder
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode, RunError
from flows.outcome.suggested import suggested
from flows.storage.folder import default_folder

_KINDS = ("newspaper", "broadcaster", "committee", "bloc", "government")


@click.command()
@click.argument("source", metavar="ADDRESS|FILE")
@click.option("--id", "site_id", metavar="SITE", help="The site id, which names its file; by default from the host.")
@click.option(
    "--url", metavar="ADDRESS", help="The address of a saved page; by default the address that the page names."
)
@click.option("--family", metavar="NAME", help="The family of its software, if you know it better.")
@click.option("--kind", type=click.Choice(_KINDS), help="What kind of site it is; by default from its name.")
@click.option("--province", help="Its province before 1 July 2025; by default from its name.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Another folder for the file; a schedule must then name it with --sites.",
)
@click.option("--force", is_flag=True, help="Replace a site file of the same id.")
@contact_option
@archive_options
def new(
    source: str,
    site_id: str | None,
    url: str | None,
    family: str | None,
    kind: str | None,
    province: str | None,
    out: Path | None,
    force: bool,
) -> int:
    """Looks at a site (or at a saved page) and writes its site file into sites/ of the data folder.

    It says which family of software the site uses and why, finds the sections, feeds and sitemaps that really list
    articles, and reads one article. It asks for a dozen pages, as politely as a crawl. If it could read an article,
    the site is crawled from the next night on. The file has ten lines: correct them by eye.
    """
    from scraper.commands.polite_visits import VisitFailed, crawler_process, is_private
    from scraper.commands.site_survey import SiteChoices, new_site, report
    from scraper.sites.families import FAMILIES
    from scraper.text.sentence import sentence_of

    data = data_folder()
    contact = data.settings().contact
    if family is not None and family not in FAMILIES:
        raise RunError(
            "--family {family!r}: there are {families}",
            ExitCode.CONFIGURATION,
            family=family,
            families=", ".join(sorted(FAMILIES)),
        )
    if not contact and source.startswith(("http://", "https://")) and not is_private(source):
        raise RunError(
            "no contact address is set, so nothing is asked of the open web;"
            " set one with `tinkhoi setup --contact ADDRESS`",
            ExitCode.CONFIGURATION,
        )
    if out is None:
        data.create()
    folder = out.expanduser().absolute() if out else data.own_sites
    choices = SiteChoices(id=site_id, url=url, family=family, kind=kind, province=province, force=force)
    if sys.stderr.isatty():
        tell("Looking at {source}: about a dozen pages, two seconds apart …", err=True, source=source)
    try:
        made = new_site(source, folder, choices, process=crawler_process(contact))
    except VisitFailed as error:
        raise RunError(sentence_of(error), ExitCode.SITES_FAILED) from error
    except (OSError, ValueError) as error:
        raise RunError(sentence_of(error), ExitCode.CONFIGURATION) from error
    where = ["--data", str(data.root)] if data.root != default_folder() else []
    where += ["--sites", str(folder)] if folder not in data.site_folders else []
    for line in report(made, shlex.join([suggested(), *where, "crawl", made.site.id, "--limit", "5"])):
        tell("{what}", what=line)
    return ExitCode.OK
