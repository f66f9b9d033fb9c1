"""What a study of words finds, as tables for files: places in context, counts by day, words that set apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scraper.record import DAY, DECIMAL, NUMBER, Field
from scraper.study.concordance import Line
from scraper.study.keywords import Comparison
from scraper.study.ledger import Unproven
from scraper.study.trend import DailyCounts, daily_rows


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with the fields that they have. ``name`` is what a row is, in the plural, and the sheet of a workbook."""

    name: str
    fields: tuple[Field, ...]
    rows: Iterable[Mapping[str, Any]]


LINE_FIELDS = (
    Field(name="site", meaning="The id of the site."),
    Field(name="key", meaning="The key of the article at its site; SITE/KEY names it everywhere."),
    Field(name="published_day", kind=DAY, meaning="The day of publication in Vietnam; empty if none is known."),
    Field(name="title", meaning="The title of the article."),
    Field(name="number", kind=NUMBER, meaning="Which of the places of the term in the article it is, from 1."),
    Field(name="part", meaning="Where it stands: kicker, title, lead, body or captions."),
    Field(name="left", meaning="The words before the term, as printed."),
    Field(name="hit", meaning="The term as it is printed there."),
    Field(name="right", meaning="The words after the term, as printed."),
)


def of_lines(lines: Iterable[Line]) -> Table:
    """Places of a term, one a row."""
    rows = (
        asdict(line) | {"published_day": line.day, "left": " ".join(line.left), "right": " ".join(line.right)}
        for line in lines
    )
    return Table("lines", LINE_FIELDS, ({field.name: row[field.name] for field in LINE_FIELDS} for row in rows))


def day_fields(names: Iterable[str]) -> tuple[Field, ...]:
    """The fields of a table of days; ``names`` are those that terms have, as ``kỷ luật: matches``."""
    return (
        Field(name="day", kind=DAY, meaning="A day in Vietnam."),
        Field(name="articles", kind=NUMBER, meaning="All articles of the day that pass the filters."),
        *(
            Field(name=name, kind=DECIMAL, meaning="Matches by articles, from 0 to 1; empty without articles.")
            if name.endswith(": ratio")
            else Field(
                name=name,
                kind=NUMBER,
                meaning="The articles of the day that have the term, or the topic if only that was asked.",
            )
            for name in names
        ),
        Field(
            name="sites_not_complete",
            kind=NUMBER,
            meaning="Of how many sites it is not proven that all articles of the day were collected.",
        ),
    )


def of_days(counts: DailyCounts, unproven: Sequence[Unproven]) -> Table:
    """Counts of terms, a day a row."""
    first, *rest = daily_rows(counts, unproven)
    names = [str(name) for name in first]
    fields = day_fields(names[2:-1])
    ratios = {field.name for field in fields if field.kind == DECIMAL}
    rows = (dict(zip(names, row, strict=True)) for row in rest)
    return Table("days", fields, ({**row, **{name: _ratio(row[name]) for name in ratios}} for row in rows))


def _ratio(written: str | int) -> float | None:
    return None if written == "" else float(written)


WORD_FIELDS = (
    Field(name="syllables", kind=NUMBER, meaning="The syllables of the word: 1 or 2."),
    Field(name="word", meaning="The word, in lower case."),
    Field(name="count", kind=NUMBER, meaning="How often it stands in the chosen articles."),
    Field(name="articles", kind=NUMBER, meaning="In how many of the chosen articles it stands."),
    Field(name="rest", kind=NUMBER, meaning="How often it stands in the rest."),
    Field(name="rest_articles", kind=NUMBER, meaning="In how many articles of the rest it stands."),
    Field(name="likelihood", kind=DECIMAL, meaning="G², Dunning's log-likelihood ratio, from 0."),
    Field(name="ratio", kind=DECIMAL, meaning="How many times as frequent it is as in the rest."),
)


def of_words(found: Comparison) -> Table:
    """The words that set the chosen articles apart, one a row."""
    rows = ({"syllables": length, **asdict(word)} for length, words in found.keywords.items() for word in words)
    return Table("words", WORD_FIELDS, rows)
