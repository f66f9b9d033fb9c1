"""``tinkhoi compare``: the words that set a province, a paper, a topic or a period apart from the rest."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli.filters import valid
from flows.cli.open_archive import reader
from flows.cli.options import archive_options, echo_json, table_option
from flows.cli.spoken import tell, tell_row
from flows.outcome.exit_codes import ExitCode, RunError

if TYPE_CHECKING:
    from scraper.study.keywords import Comparison


@click.command()
@click.option("--site", help="Only this site.")
@click.option("--province", help="Only this province, by its old or new name.")
@click.option("--against", metavar="PROVINCE", help="Compare with this province alone, by its old or new name.")
@click.option("--topic", help="Only this topic: khoi, ke-thua, xay-dung-dang or a watchword.")
@click.option("--since", metavar="DATE", help="Published on or after this day (2024-07-11).")
@click.option("--until", metavar="DATE", help="Published on or before this day.")
@click.option(
    "--sample", type=click.IntRange(1), help="Read at most this many articles of each side, evenly spread over time."
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    help="At most this many words of either length; by default 30, and 10000 in a file.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@table_option
@archive_options
def compare(
    against: str | None,
    sample: int | None,
    limit: int | None,
    as_json: bool,
    output: Path | None,
    **chosen: str | None,
) -> int:
    """Shows which syllables and pairs of syllables are more frequent here than in the rest.

    The rest are the articles of all other sites, provinces or topics in the same days; if only days are named,
    those of all other days. With --against they are those of one other province. G² is the log-likelihood ratio:
    the higher, the less likely by chance.
    """
    from flows.cli.take_along import take_table
    from flows.share.study_tables import of_words
    from scraper.sites.reference import provinces_named
    from scraper.study.keywords import keywords_of
    from scraper.text.sentence import sentence_of

    with reader() as archive:
        asked = valid(chosen, archive)
        if against is not None and not provinces_named(against):
            raise RunError(_NO_PROVINCE, ExitCode.CONFIGURATION, value=against)
        most = limit or (30 if output is None else 10_000)
        try:
            found = keywords_of(archive, asked, against=against, most=sample, shown=most, progress=_progress)
        except ValueError as error:
            raise RunError(sentence_of(error), ExitCode.CONFIGURATION) from error
    if output is not None:
        take_table(of_words(found), output)
    elif as_json:
        for length, words in found.keywords.items():
            for word in words:
                echo_json({"syllables": length, **asdict(word)})
    else:
        _show(found, {**chosen, "against": against})
    return ExitCode.OK


_NO_PROVINCE = "--against {value!r}: no province had or has this name; `tinkhoi sites` shows each site's"


def _show(found: Comparison, chosen: Mapping[str, str | None]) -> None:
    from scraper.study.keywords import LEAST_ARTICLES

    here, rest = found.here, found.rest
    named = " ".join(f"--{name} {shlex.quote(value)}" for name, value in chosen.items() if value)
    if not here.articles:
        tell("nothing found: no article matches {asked}", err=True, asked=named)
        return
    if not rest.articles:
        tell("nothing to compare with: there is no article beside {asked}", err=True, asked=named)
        return
    tell("here: {articles} articles, {syllables} syllables", articles=here.articles, syllables=here.syllables)
    tell("the rest: {articles} articles, {syllables} syllables", articles=rest.articles, syllables=rest.syllables)
    if not any(found.keywords.values()):
        tell(
            "no word sets them apart: none stands in at least {least} of them and is rarer in the rest",
            err=True,
            least=LEAST_ARTICLES,
        )
    for words in filter(None, reversed(found.keywords.values())):
        click.echo()
        tell_row("word\there\tarticles\trest\tarticles\tG²\ttimes as frequent")
        for word in words:
            click.echo(
                f"{word.word}\t{word.count}\t{word.articles}\t{word.rest}\t{word.rest_articles}"
                f"\t{word.likelihood:.1f}\t{word.ratio:.1f}"
            )


def _progress(articles: int) -> None:
    if articles % 5000 == 0:
        tell("{articles} articles read", err=True, articles=articles)
