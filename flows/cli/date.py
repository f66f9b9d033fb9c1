"""``tinkhoi date``: printed dates, read without an archive."""

from __future__ import annotations

import sys
from datetime import datetime, time

import click

from flows.cli.options import echo_json
from flows.outcome.exit_codes import ExitCode
from scraper.clock import VIETNAM


@click.command()
@click.argument("texts", nargs=-1, required=True, metavar="TEXT…")
@click.option(
    "--base", metavar="DATE", help="The day from which a date without a year, or “3 giờ trước”, is counted."
)
@click.option("--mdy", is_flag=True, help="The month stands before the day.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
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


def _lines(texts: tuple[str, ...]) -> list[str]:
    return sys.stdin.read().splitlines() if texts == ("-",) else list(texts)
