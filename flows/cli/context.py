"""``tinkhoi context``: a word or a phrase with the words around it, a line a place."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli.filters import filters, valid
from flows.cli.open_archive import reader
from flows.cli.options import archive_options, echo_json, table_option
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode

if TYPE_CHECKING:
    from scraper.study.concordance import Order

_WIDTH = 44


@click.command()
@click.argument("term")
@filters
@click.option(
    "--order",
    type=click.Choice(["newest", "left", "right", "hit"]),
    default="newest",
    show_default=True,
    help="Newest first, or by the words to the left, to the right, or the term itself.",
)
@click.option(
    "--position",
    type=click.IntRange(1, 5),
    default=1,
    show_default=True,
    help="How many words from the term `--order left` and `right` begin.",
)
@click.option("--exact", is_flag=True, help="Marks must be as typed: Đảng does not find đang.")
@click.option(
    "--limit",
    type=click.IntRange(1, 100_000),
    help="At most this many lines; by default 100, and 100000 in a file.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@table_option
@archive_options
def context(
    term: str,
    order: Order,
    position: int,
    exact: bool,
    limit: int | None,
    as_json: bool,
    output: Path | None,
    **chosen: str | None,
) -> int:
    """Shows each place of TERM, a word or a "phrase", with the words to its left and right.

    The lines come from the newest articles. `tinkhoi show SITE/KEY` shows the article of a line.
    """
    from flows.cli.take_along import take_table
    from flows.share.study_tables import of_lines
    from scraper.study.concordance import concordance

    with reader() as archive:
        asked = valid(chosen, archive)
        most = limit or (100 if output is None else 100_000)
        found = concordance(archive, term, asked, exact=exact, limit=most, order=order, position=position)
    if output is not None:
        take_table(of_lines(found.lines), output)
    for line in found.lines if output is None else ():
        if as_json:
            echo_json(asdict(line))
            continue
        left, right = " ".join(line.left)[-_WIDTH:], " ".join(line.right)[:_WIDTH]
        click.echo(f"{left:>{_WIDTH}} [{line.hit}] {right:<{_WIDTH}}  {line.day or '—'}  {line.site}/{line.key}")
    if not found.lines and not as_json and output is None:
        tell("nothing found", err=True)
    elif found.more:
        tell("the newest {count} lines; --limit shows more", err=True, count=len(found.lines))
    return ExitCode.OK
