"""``tinkhoi mend-times``: takes back what is dated after the present."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flows.cli.options import archive_options, data_folder
from flows.cli.run_and_report import show_progress
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode

if TYPE_CHECKING:
    from scraper.store.misdated import Misdated

MOST_NAMED = 10


@click.command()
@click.option("--write", is_flag=True, help="Change it; without, the command only shows what it would change.")
@archive_options
def mend_times(write: bool) -> int:
    """Finds captures that are dated after the present, left by a wrong clock or a false import, and takes them back.

    Articles that rest on such a capture are read again from their other captures; those that have none are asked for
    on the next night. The capture files are not changed. Set this machine's clock first.
    """
    from flows.runs.mend_times import find, mend
    from scraper.clock import utc_now

    data = data_folder()
    found = find(data, utc_now())
    _show(found)
    if not (found.captures or found.articles or found.moments):
        return ExitCode.OK
    if not write:
        tell("Nothing was written. To write it: tinkhoi mend-times --write")
        return ExitCode.OK
    show_progress()
    mend(data, utc_now())
    tell("mended")
    return ExitCode.OK


def _show(found: Misdated) -> None:
    if found.captures:
        tell(
            "{count} captures are dated after the present, the newest {newest}: no evidence any more",
            count=found.captures,
            newest=found.newest,
        )
    else:
        tell("no capture is dated after the present")
    for _, site, key in found.articles[:MOST_NAMED]:
        tell("  {site}/{key}: read again from its other captures", site=site, key=key)
    if len(found.articles) > MOST_NAMED:
        tell("  … and {count} more articles", count=len(found.articles) - MOST_NAMED)
    for where, count in found.moments.items():
        tell("{where}: {count} moments become the present", where=where, count=count)
