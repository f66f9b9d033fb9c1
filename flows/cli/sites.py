"""``tinkhoi sites``: the list of sites. Its subcommands stand in ``sites_new.py``, ``sites_check.py`` and
``sites_learn.py``."""

from __future__ import annotations

import click

from flows.cli.options import archive_options, data_folder, echo_json
from flows.cli.sites_check import check
from flows.cli.sites_learn import learn
from flows.cli.sites_new import new
from flows.cli.spoken import in_words, tell
from flows.outcome.exit_codes import ExitCode


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@archive_options
@click.pass_context
def sites(context: click.Context, as_json: bool) -> int:
    """Lists the sites: status, province, family, last success, and whether the file was verified.

    Site files that cannot be used stand at the end, each with what is wrong; the exit code is then 4.
    """
    if context.invoked_subcommand is not None:
        return ExitCode.OK
    from flows.runs.history import last_successes
    from scraper.sites import load_sites
    from scraper.text.sentence import sentence_of

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
                f"{row['last_success'] or in_words('never'):<16} {site.name}"
            )
    for id_, error in known.broken.items():
        if as_json:
            echo_json({"site": id_, "error": str(error)})
        else:
            tell("✗ {site:<22} {error}", site=id_, error=sentence_of(error))
    if not as_json:
        tell("* crawled at night: its file says live, or `tinkhoi setup` chose it.", err=True)
    return ExitCode.CONFIGURATION if known.broken else ExitCode.OK


sites.add_command(new)
sites.add_command(check)
sites.add_command(learn)
