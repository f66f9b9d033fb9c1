"""``tinkhoi search``: finds articles by their words."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli.filters import filters, valid
from flows.cli.open_archive import reader
from flows.cli.options import archive_options, echo_json, form_chosen
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode, RunError

if TYPE_CHECKING:
    from scraper.store import Archive


@click.command()
@click.argument("words", nargs=-1, metavar="[WORDS…]")
@filters
@click.option("--newest/--relevance", default=False, help="Order of the hits; relevance by default.")
@click.option("--exact", is_flag=True, help="Marks must be as typed: Đảng does not find đang.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Show at most this many hits."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all hits whole to this file: .csv, .xlsx, .parquet, .jsonl, .ris, .bib or .csl.json.",
)
@archive_options
def search(
    words: tuple[str, ...],
    newest: bool,
    exact: bool,
    limit: int,
    as_json: bool,
    output: Path | None,
    **chosen: str | None,
) -> int:
    """Finds articles. You may type marks or leave them out, and place tone marks either way.

    Put a "phrase" in quotes, and these in others for the shell: '"kỷ luật"'. Write word* for words that begin so.
    After -- a -word leaves a word out: `tinkhoi search -- chi bộ -xã`. Without WORDS, filters alone find the newest
    articles.
    """
    from scraper.store.search import search as find

    if not words and not any(chosen.values()):
        context = click.get_current_context()
        raise click.MissingParameter(ctx=context, param_hint="'WORDS…'", param_type="argument")
    if output is not None:
        with reader() as archive:
            _take_along(archive, " ".join(words), exact, output, chosen)
        return ExitCode.OK
    with reader() as archive:
        hits = find(
            archive,
            " ".join(words),
            valid(chosen, archive),
            order="newest" if newest or not words else "relevance",
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
            tell("nothing found", err=True)
    return ExitCode.OK


def _take_along(archive: Archive, words: str, exact: bool, output: Path, chosen: dict[str, str | None]) -> None:
    """Writes all hits to ``output``, newest first. Raises RunError for a file of captures, which export writes."""
    from flows.cli.take_along import MOST, take_along
    from flows.share.downloads import KINDS, form_of
    from scraper.store.search import search_ids

    if form_of(output) == "wacz":
        raise RunError(
            "{path}: `tinkhoi export --matching WORDS --format wacz` writes captures",
            ExitCode.CONFIGURATION,
            path=output,
        )
    form = form_chosen(None, output, [form for form in KINDS if form != "wacz"])
    ids = search_ids(archive, words, valid(chosen, archive), exact=exact, limit=MOST)
    take_along(archive, ids, form, output)
