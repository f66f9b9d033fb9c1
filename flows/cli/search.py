"""``tinkhoi search``: finds articles by their words."""

from __future__ import annotations

from dataclasses import asdict

import click

from flows.cli.filters import filters, valid
from flows.cli.open_archive import reader
from flows.cli.options import archive_options, echo_json
from flows.outcome.exit_codes import ExitCode


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="WORDS…")
@filters
@click.option("--newest/--relevance", default=False, help="Order of the hits; relevance by default.")
@click.option("--exact", is_flag=True, help="Marks must be as typed: Đảng does not find đang.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Show at most this many hits."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@archive_options
def search(words: tuple[str, ...], newest: bool, exact: bool, limit: int, as_json: bool, **chosen: str | None) -> int:
    """Finds articles. You may type marks or leave them out, and place tone marks either way.

    Put a "phrase" in quotes. Write word* for words that begin so, and -word to leave a word out.
    """
    from scraper.store.search import search as find

    with reader() as archive:
        hits = find(
            archive,
            " ".join(words),
            **valid(chosen, archive),
            order="newest" if newest else "relevance",
            exact=exact,
            limit=limit,
        )
        for hit in hits:
            if as_json:
                echo_json(asdict(hit))
            else:
                day = hit.published_day or (hit.published_earliest or "—")[:10]
                click.echo(f"{day:<10}  {hit.site}/{hit.key}  {hit.title}\n    {hit.snippet}")
        if not hits and not as_json:
            click.echo("nothing found", err=True)
    return ExitCode.OK
