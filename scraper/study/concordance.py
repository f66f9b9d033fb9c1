"""Words in context: each place where a term stands, with the words to its left and right."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from scraper.store import Archive
from scraper.store.filters import Filters
from scraper.store.search import matching_ids
from scraper.store.search_query import WORD, bare
from scraper.study.places import Place, finder
from scraper.study.terms import as_search

WORDS = 8
"""How many words stand on either side of the term."""

REACH = 160
"""How many characters are looked at for them."""

PARTS = ("kicker", "title", "lead", "body", "captions")
"""The parts of an article in which terms are found, in the order of their numbers."""

_LEFT = re.compile(r"[^\W_]\S*[\W_]*")
_RIGHT = re.compile(r"[\W_]*[^\W_]\S*")
"""A word with the punctuation on the side that is away from the term."""

Order = Literal["newest", "left", "right", "hit"]


@dataclass(frozen=True, slots=True)
class Line:
    """One place of a term. ``left`` and ``right`` are words with their punctuation, as printed."""

    site: str
    key: str
    title: str
    day: str | None
    number: int  # of the term's places in the article, from 1
    part: str  # one of PARTS
    left: tuple[str, ...]  # the nearest last
    hit: str
    right: tuple[str, ...]  # the nearest first


@dataclass(frozen=True, slots=True)
class Concordance:
    """The lines of the newest articles that were read, and whether there are more."""

    lines: list[Line]
    articles: int
    more: bool


def concordance(
    archive: Archive,
    term: str,
    filters: Filters,
    *,
    exact: bool = False,
    limit: int = 500,
    seconds: float | None = None,
    order: Order = "newest",
    position: int = 1,
) -> Concordance:
    """At most ``limit`` lines of ``term``, from the newest articles that have it.

    After ``seconds`` of this thread's CPU time no more articles are read. ``left`` and ``right`` sort by the word
    ``position`` places from the term, then by those further out.
    """
    began = time.thread_time()
    asked = as_search(term)
    find = finder(asked, exact=exact)
    lines: list[Line] = []
    articles = 0
    for id_ in matching_ids(archive, asked, filters):
        if len(lines) >= limit or (seconds is not None and time.thread_time() - began > seconds):
            return Concordance(in_order(lines[:limit], order, position), articles, more=True)
        found = list(_lines(archive, id_, find))
        articles += bool(found)
        lines += found
    return Concordance(in_order(lines[:limit], order, position), articles, more=len(lines) > limit)


def in_order(lines: list[Line], order: Order, position: int = 1) -> list[Line]:
    """The lines sorted; equal ones keep their order. Marks and case decide only between words that are else equal."""
    if order == "newest":
        return lines

    def words(line: Line) -> list[tuple[str, str]]:
        beside = {"left": line.left[::-1], "right": line.right, "hit": (line.hit,)}[order]
        plain = [" ".join(WORD.findall(word)).lower() for word in beside[position - 1 if order != "hit" else 0 :]]
        return [(bare(word), unicodedata.normalize("NFD", word)) for word in plain]

    return sorted(lines, key=words)


def _lines(archive: Archive, id_: int, find: Callable[[str], Iterator[Place]]) -> Iterator[Line]:
    row = archive.rows(f"SELECT site, key, published_day, {', '.join(PARTS)} FROM articles WHERE id = ?", (id_,))[0]  # noqa: S608
    number = 0
    for part in PARTS:
        for text in (row[part] or "").split("\n"):
            for place in find(text):
                number += 1
                yield Line(
                    row["site"],
                    row["key"],
                    row["title"],
                    row["published_day"],
                    number,
                    part,
                    _before(text, place.start),
                    text[place.start : place.end],
                    _after(text, place.end),
                )


def _before(text: str, end: int) -> tuple[str, ...]:
    begin = max(0, end - REACH)
    words = [word.strip() for word in _LEFT.findall(text[begin:end])]
    return tuple(words[begin > 0 :][-WORDS:])


def _after(text: str, start: int) -> tuple[str, ...]:
    stop = min(len(text), start + REACH)
    words = [word.strip() for word in _RIGHT.findall(text[start:stop])]
    return tuple(words[: len(words) - (stop < len(text))][:WORDS])
