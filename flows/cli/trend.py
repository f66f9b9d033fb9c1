"""``tinkhoi trend``: words, or a topic, over time, as shares of all articles and as counts."""

from __future__ import annotations

import csv
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli.filters import valid
from flows.cli.open_archive import reader
from flows.cli.options import archive_options, table_option
from flows.cli.spoken import in_words, tell
from flows.outcome.exit_codes import ExitCode, RunError

if TYPE_CHECKING:
    from scraper.study.periods import Unit
    from scraper.study.trend import DailyCounts


@click.command()
@click.argument("terms", nargs=-1, metavar="[TERM…]")
@click.option("--site", help="Only this site.")
@click.option("--province", help="Only this province, by its old or new name.")
@click.option("--topic", help="Only this topic: khoi, ke-thua, xay-dung-dang or a watchword.")
@click.option("--since", metavar="DATE", help="Published on or after this day; by default the archive's first.")
@click.option("--until", metavar="DATE", help="Published on or before this day; by default yesterday.")
@click.option(
    "--by",
    "unit",
    type=click.Choice(["month", "week", "day"]),
    default="month",
    show_default=True,
    help="What a row counts. Weeks begin on Monday.",
)
@click.option("--unfinished", is_flag=True, help="Also months and weeks of which only a part lies in the range.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, a row a day: all articles, matches and ratio.")
@table_option
@archive_options
def trend(
    terms: tuple[str, ...],
    unit: Unit,
    unfinished: bool,
    as_csv: bool,
    output: Path | None,
    **chosen: str | None,
) -> int:
    """Counts words, or a topic, over time: per 1,000 articles, with the counts beside it.

    Each TERM is a word, or a phrase in quotes: "kỷ luật". At most six are compared. An article counts once, however
    often it has the term. A last column tells on how many days not all articles are known to have been collected.

    With --topic, terms are counted among the articles of the topic; without TERM the topic itself is counted, among
    all.

    Without --unfinished, a month or week of which only a part lies in the range is left out.

    A file (`--output`, `--csv`) has a row a day, whatever `--by` says.
    """
    from flows.cli.take_along import take_table
    from flows.share.study_tables import of_days
    from scraper.clock import vietnam_today
    from scraper.study.ledger import unproven_days
    from scraper.study.selection import sites_of
    from scraper.study.terms import MOST, distinct
    from scraper.study.trend import count_by_day, daily_rows, first_day

    words = distinct(list(terms))
    if not words and not chosen["topic"]:
        raise RunError("name a word to count, or a topic with --topic", ExitCode.CONFIGURATION)
    if words[MOST:]:
        tell(
            "Only the first {most} terms are compared, not: {terms}",
            err=True,
            most=MOST,
            terms=", ".join(words[MOST:]),
        )
    with reader() as archive:
        asked = valid(chosen, archive)
        filters = replace(asked, since=None, until=None)
        first = asked.since or first_day(archive)
        last = asked.until or vietnam_today() - timedelta(days=1)
        if first is None or first > last:
            raise RunError("no day of this range has an article", ExitCode.CONFIGURATION)
        counts = count_by_day(archive, words[:MOST], filters, first, last)
        unproven = unproven_days(archive, sites_of(archive, filters), first, last)
        if output is not None:
            take_table(of_days(counts, unproven), output)
        elif as_csv:
            csv.writer(sys.stdout).writerows(daily_rows(counts, unproven))
        else:
            _table(counts, {day for span in unproven for day in span.days}, unit, unfinished)
    return ExitCode.OK


_NO_WHOLE = {
    "month": "the range has no whole month; --unfinished counts parts too",
    "week": "the range has no whole week; --unfinished counts parts too",
    "day": "the range has no whole day; --unfinished counts parts too",
}


def _table(counts: DailyCounts, unproven: set[date], unit: Unit, unfinished: bool) -> None:
    from scraper.study.periods import periods, sums

    spans = periods(counts.first, counts.last, unit, unfinished=unfinished)
    if not spans:
        raise RunError(_NO_WHOLE[unit], ExitCode.CONFIGURATION)
    total = sums(counts.total, spans)
    lines = {term: sums(days, spans) for term, days in counts.matches.items()}
    names = (in_words("from"), in_words("to"), in_words("articles"))
    click.echo("\t".join((*names, *(f"{term} ‰\t{term}" for term in lines), in_words("days not complete"))))
    for number, span in enumerate(spans):
        cells = [span.first.isoformat(), span.last.isoformat(), str(total[number])]
        for found in lines.values():
            share = f"{1000 * found[number] / total[number]:.1f}" if total[number] else "–"
            cells += [share, str(found[number])]
        wanting = sum(span.first <= day <= span.last for day in unproven)
        click.echo("\t".join((*cells, f"{wanting}/{span.days}")))
