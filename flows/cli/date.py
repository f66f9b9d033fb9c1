"""``tinkhoi date``: reads printed dates, without an archive."""

from __future__ import annotations

import sys
from datetime import datetime, time
from typing import TYPE_CHECKING

import click

from flows.cli.options import echo_json, language, language_option
from flows.cli.spoken import in_language, in_words
from flows.outcome.exit_codes import ExitCode
from scraper.clock import VIETNAM
from scraper.text.sentence import Sentence

if TYPE_CHECKING:
    from scraper.dates.readings import Reading, Refusal


@click.command()
@click.argument("texts", nargs=-1, required=True, metavar="TEXT…")
@click.option("--base", metavar="DATE", help="The day to which a date without a year, or “3 giờ trước”, is relative.")
@click.option("--mdy", is_flag=True, help="The month stands before the day.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@language_option
def date(texts: tuple[str, ...], base: str | None, mdy: bool, as_json: bool) -> int:
    """Reads printed dates and says what they mean, how precise they are, and why.

    `-` reads lines from standard input. A time counted back (“3 giờ trước”) needs --base, and its meaning is an
    interval. A weekday that contradicts its date is told; the date counts. The exit code is 8 if a text could not
    be read.
    """
    from scraper.dates.date_line import read_date
    from scraper.dates.readings import Reading

    moment = None
    if base is not None:
        found = read_date(base)
        if not isinstance(found, Reading):
            raise click.BadParameter(
                in_words("--base {base!r} is not a date: {reason}", base=base, reason=found.reason)
            )
        moment = found.moment or datetime.combine(found.first_day, time(), VIETNAM)
    refused = 0
    for text in _lines(texts):
        answer = read_date(text, base=moment, order="mdy" if mdy else "dmy")
        refused += not isinstance(answer, Reading)
        if as_json:
            echo_json(_record(answer))
        else:
            reasons = "; ".join(_reasons(answer))
            click.echo(f"{_means(answer) or in_words('not read')}\t{text}\t{reasons}")
    return ExitCode.DATA if refused else ExitCode.OK


def _means(answer: Reading | Refusal) -> str | None:
    return getattr(answer, "iso", None)


def _record(answer: Reading | Refusal) -> dict[str, str | bool | None]:
    from scraper.dates.readings import Refusal

    if isinstance(answer, Refusal):
        return {"text": answer.text, "means": None, "refused": answer.reason, "kind": answer.kind}
    return {
        "text": answer.text,
        "means": answer.iso,
        "precision": answer.precision.value,
        "day": answer.day.isoformat() if answer.day else None,
        "earliest": answer.earliest.isoformat() if answer.earliest else None,
        "latest": answer.latest.isoformat() if answer.latest else None,
        "zone": answer.zone,
        "ambiguous": answer.ambiguous,
        "weekday_agrees": answer.weekday_agrees,
        "how": answer.how,
    }


def _reasons(answer: Reading | Refusal) -> list[str]:
    from scraper.dates.readings import WEEKDAYS, Refusal

    if isinstance(answer, Refusal):
        return [in_language(answer.reason, language())]
    said = [
        in_words("precision: {precision}", precision=in_words(answer.precision.value)),
        in_language(answer.how, language()),
    ]
    if answer.zone:
        said.insert(1, in_words("zone: {zone}", zone=answer.zone))
    if answer.ambiguous:
        said.append(in_words("ambiguous: {what}", what=answer.ambiguous))
    if answer.day and answer.weekday is not None and not answer.weekday_agrees:
        doubt = Sentence(
            "the weekday contradicts the date: {day} is a {weekday}, not a {stated}",
            day=answer.day,
            weekday=Sentence(WEEKDAYS[answer.day.weekday()]),
            stated=Sentence(WEEKDAYS[answer.weekday]),  # in Vietnam, as the day: a printed zone may turn both
        )
        said.append(in_language(doubt, language()))
    return said


def _lines(texts: tuple[str, ...]) -> list[str]:
    return sys.stdin.read().splitlines() if texts == ("-",) else list(texts)
