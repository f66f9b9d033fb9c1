"""The one definition of an article's public record: each field's name, type, meaning, value and column.

Exports, ``tinkhoi show --json`` and ``tinkhoi parse`` print the record, ``reparse`` compares it, ``docs/fields.md``
explains it, and the columns of the table ``articles`` are filled from it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from scraper.items import Article, Evidence, Figure, Precision, Problem, Topic

Kind = str | tuple[str, ...]
"""The type of a field: one of the words below, or the names of the fields of the objects of a list."""

TEXT, WORDS, NUMBER, DECIMAL, FLAG = "text", "list of text", "number", "decimal number", "true or false"
DAY, MOMENT, LOCAL = "day", "moment", "local time"
"""A day is YYYY-MM-DD, a moment is ISO 8601 with its offset, a local time is ``2024-07-11 15:51:00`` in Vietnam."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How a field of :class:`~scraper.items.Article` stands in the table ``articles``."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the public record."""

    name: str
    meaning: str
    kind: Kind = TEXT
    value: Callable[[Any], Any] | None = None  # from the article's attribute to its JSON; None: as it is
    compared: bool = True  # whether ``reparse`` reports a different reading


def _objects(items: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [{name: getattr(item, name) for name in item.__dataclass_fields__} for item in items]


def _evidence(evidence: tuple[Evidence, ...]) -> list[dict[str, Any]]:
    """Leaves out ``earliest`` and ``latest`` if a statement is no interval, as before there were intervals."""
    return [
        {name: said for name, said in each.items() if said is not None or name not in {"earliest", "latest"}}
        for each in _objects(evidence)
    ]


def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _iso(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


FIELDS: tuple[Field, ...] = (
    Field(name="site", compared=False, meaning="The site's id: the name of its site file."),
    Field(
        name="key",
        meaning="The article within its site: the paper's own number if it has one, else the canonical address.",
    ),
    Field(
        name="url",
        compared=False,
        meaning="The canonical address. If a paper has a desktop and a mobile address, it is the desktop one.",
    ),
    Field(
        name="urls", kind=WORDS, value=list, compared=False, meaning="All addresses at which the article was found."
    ),
    Field(name="kicker", meaning="The line above the title, with its colon; null if the page has none."),
    Field(name="title", meaning="The title as printed."),
    Field(name="lead", meaning="The lead (sapo) as printed, with its masthead; null if the page has none."),
    Field(
        name="body",
        kind=WORDS,
        value=list,
        meaning="The paragraphs, without lead, captions and byline; empty if the page has only a lead and pictures.",
    ),
    Field(
        name="masthead",
        meaning="The paper's sign that opens the lead, without its brackets; null if there is none.",
    ),
    Field(name="author", meaning="The byline as printed; null if the page names nobody."),
    Field(name="section", meaning="The section that the page names; null if it names none."),
    Field(name="tags", kind=WORDS, value=list, meaning="The tags that the page prints, in its order."),
    Field(
        name="figures",
        kind=_names(Figure),
        value=_objects,
        meaning="The pictures in the page's order: address, alternative text and caption, each as printed or null."
        " Where only a page that a browser saved is held, `file:` or `ni:` stands for the address, which is lost.",
    ),
    Field(name="published_text", meaning="The visible date line as printed; null if the page shows none."),
    Field(
        name="published_at",
        kind=MOMENT,
        meaning="When it was published, ISO 8601 with offset. If the page gives no time of day, the record has"
        " only the day and the open corpus null. Both have null if no single day could be read.",
    ),
    Field(
        name="date_evidence",
        kind=_names(Evidence),
        value=_evidence,
        compared=False,
        meaning="Each statement about the date: where it was printed, its words, what they were read as (null if"
        " they were refused), whether that agrees with published_at (null if it cannot be compared), and for a"
        " relative time the earliest and latest moment that it can mean.",
    ),
    Field(
        name="updated_at",
        kind=MOMENT,
        value=_iso,
        meaning="When the article was last edited, as the paper says, ISO 8601 with offset; null if it does not say.",
    ),
    Field(
        name="topics",
        kind=_names(Topic),
        value=_objects,
        meaning="What the article is about. The record has the words that matched and the rule; the open"
        " corpus has only the names.",
    ),
    Field(
        name="revision",
        kind=NUMBER,
        compared=False,
        meaning="The number of this text in the order of capture, from 1. It grows only if the words or the date"
        " of publication changed.",
    ),
    Field(
        name="captured_at",
        kind=MOMENT,
        value=_iso,
        compared=False,
        meaning="When the page was fetched, ISO 8601 with offset.",
    ),
    Field(name="parser", compared=False, meaning="The page object that read the page, and its version."),
    Field(
        name="problems",
        kind=_names(Problem),
        value=_objects,
        meaning="What a person should look at: a short kind, and what was seen.",
    ),
    Field(
        name="published_precision",
        value=lambda precision: precision.value,
        meaning="How exactly the page tells it: minute, hour, day, or none if no single day is known. A relative"
        " time (“3 giờ trước”) is exact to the hour at best, or to two minutes if it is given in minutes.",
    ),
    Field(
        name="published_earliest",
        kind=MOMENT,
        value=_iso,
        meaning="For a relative time, the first moment that it can mean, ISO 8601 with offset; else null. It sorts"
        " the article if the interval spans a midnight and no day is known.",
    ),
    Field(
        name="published_latest",
        kind=MOMENT,
        value=_iso,
        meaning="For a relative time, the last moment that it can mean, ISO 8601 with offset; else null.",
    ),
)
"""The record, in the order in which exports print it."""

OPEN_FIELDS: tuple[Field, ...] = (
    *(field for field in FIELDS if field.name in ("site", "key", "url")),
    Field(
        name="published_day",
        kind=DAY,
        meaning="The printed local day, YYYY-MM-DD; null if no single day could be read.",
    ),
    *(field for field in FIELDS if field.name in {"published_at", "published_precision"}),
    Field(name="topics", kind=WORDS, meaning=next(field.meaning for field in FIELDS if field.name == "topics")),
    Field(name="words", kind=NUMBER, meaning="The number of words in title, lead, body and captions."),
    Field(name="text_hash", meaning="SHA-256 of the cleaned words: the same text has the same hash."),
    *(field for field in FIELDS if field.name == "revision"),
    Field(
        name="state",
        meaning="Whether the page was still there when it was last looked at: live, gone, or redirected (moved).",
    ),
    *(field for field in FIELDS if field.name == "captured_at"),
    *(field for field in FIELDS if field.name in {"published_earliest", "published_latest"}),
)
"""The columns of the view ``open_corpus``, which make a row of the open corpus. It holds no text."""

CONTEXT_FIELDS: tuple[Field, ...] = (
    Field(name="source", meaning="The name of the site."),
    Field(name="province_before", meaning="The site's province by its name before 1 July 2025; null if it has none."),
    Field(name="province_now", meaning="The site's province by its name since 1 July 2025; null if it has none."),
    *(field for field in OPEN_FIELDS if field.name == "published_day"),
    Field(
        name="published_local",
        kind=LOCAL,
        meaning="When it was published, on Vietnam's clock and without offset, for programs that drop an offset;"
        " null if the page gives no time of day.",
    ),
    Field(name="bloc", kind=FLAG, meaning="Whether it is about a party bloc: whether it has the topic `khoi`."),
    *(field for field in OPEN_FIELDS if field.name in {"words", "text_hash", "state"}),
    Field(name="citation", meaning="The line to cite it by: address, time of capture and hash."),
    Field(name="citation_vi", meaning="The same line in Vietnamese."),
)
"""What an export tells beside the record: what the archive knows of the article, ready to be counted and cited."""


def record(article: Article, *, revision: int = 1) -> dict[str, Any]:
    """The public record of ``article``, in JSON types only.

    ``published_at`` is only the day if the page gives no time of day.
    """
    values: dict[str, Any] = {
        "revision": revision,
        "published_at": _iso(article.published_at or article.published_day),
    }
    for field in FIELDS:
        if field.name not in values:
            value = getattr(article, field.name)
            values[field.name] = field.value(value) if field.value is not None else value
    return {field.name: values[field.name] for field in FIELDS}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


_AS_IT_IS = Column(write=lambda value: value, read=lambda value: value)
_MOMENT = Column(write=_iso, read=lambda text: datetime.fromisoformat(text) if text else None)

COLUMNS: Mapping[str, Column] = {
    "published_day": Column(write=_iso, read=lambda text: date.fromisoformat(text) if text else None),
    "published_at": _MOMENT,
    "published_precision": Column(write=lambda precision: precision.value, read=Precision),
    "published_earliest": _MOMENT,
    "published_latest": _MOMENT,
    "published_text": _AS_IT_IS,
    "updated_at": _MOMENT,
    "parser": _AS_IT_IS,
    "url": _AS_IT_IS,
    "section": _AS_IT_IS,
    "author": _AS_IT_IS,
    "masthead": _AS_IT_IS,
    "kicker": _AS_IT_IS,
    "title": _AS_IT_IS,
    "lead": _AS_IT_IS,
    "tags": Column(write=_json, read=lambda text: tuple(json.loads(text))),
    "date_evidence": Column(
        write=lambda evidence: _json(_evidence(evidence)),
        read=lambda text: tuple(Evidence(**each) for each in json.loads(text)),
    ),
}
"""Maps each column of ``articles`` to how it is written and read, for everything that one column can hold. The store
itself handles the body, the pictures, topics, addresses and problems."""


def columns_of(article: Article) -> dict[str, Any]:
    """The columns that COLUMNS names, as the table holds them."""
    return {name: column.write(getattr(article, name)) for name, column in COLUMNS.items()}


def attributes_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of the article that the columns of ``row`` hold."""
    return {name: column.read(row[name]) for name, column in COLUMNS.items()}
