"""``tinkhoi compare``: the words that set a province, a paper, a topic or a period apart from the rest."""

from __future__ import annotations

from dataclasses import asdict

import click

from flows.cli.filters import valid
from flows.cli.open_archive import reader
from flows.cli.options import archive_options, echo_json
from flows.cli.spoken import tell, tell_row
from flows.outcome.exit_codes import ExitCode, RunError


@click.command()
@click.option("--site", help="Only this site.")
@click.option("--province", help="Only this province, by its old or new name.")
@click.option("--topic", help="Only this topic: khoi, ke-thua, xay-dung-dang or a watchword.")
@click.option("--since", metavar="DATE", help="Published on or after this day (2024-07-11).")
@click.option("--until", metavar="DATE", help="Published on or before this day.")
@click.option(
    "--sample", type=click.IntRange(1), help="Read at most this many articles of each side, evenly spread over time."
)
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=30, show_default=True, help="Show at most this many words."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@archive_options
def compare(sample: int | None, limit: int, as_json: bool, **chosen: str | None) -> int:
    """Shows which syllables and pairs of syllables are more frequent here than in the rest.

    The rest are the articles of all other sites or topics in the same days; if only days are named, those of all
    other days. G² is the log-likelihood ratio: the higher, the less likely by chance.
    """
    from scraper.store.filters import Filters
    from scraper.study.keywords import keywords_of
    from scraper.text.sentence import sentence_of

    with reader() as archive:
        asked = Filters(**valid(chosen, archive))
        try:
            found = keywords_of(archive, asked, most=sample, shown=limit, progress=_progress)
        except ValueError as error:
            raise RunError(sentence_of(error), ExitCode.CONFIGURATION) from error
    if as_json:
        for length, words in found.keywords.items():
            for word in words:
                echo_json({"syllables": length, **asdict(word)})
        return ExitCode.OK
    here, rest = found.here, found.rest
    tell("here: {articles} articles, {syllables} syllables", articles=here.articles, syllables=here.syllables)
    tell("the rest: {articles} articles, {syllables} syllables", articles=rest.articles, syllables=rest.syllables)
    for words in reversed(found.keywords.values()):
        click.echo()
        tell_row("word\there\tarticles\trest\tarticles\tG²\ttimes as frequent")
        for word in words:
            click.echo(
                f"{word.word}\t{word.count}\t{word.articles}\t{word.rest}\t{word.rest_articles}"
                f"\t{word.likelihood:.1f}\t{word.ratio:.1f}"
            )
    return ExitCode.OK


def _progress(articles: int) -> None:
    if articles % 5000 == 0:
        tell("{articles} articles read", err=True, articles=articles)
