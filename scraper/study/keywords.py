"""What words set some articles apart from others: log-likelihood of syllables and of pairs of them.

Vietnamese writes its syllables apart, and most words have two, so pairs of syllables are counted beside single ones.
A pair stands where nothing but a blank is between. The two placements of a tone mark count as one. The statistic is
Dunning's log-likelihood ratio in the form of Rayson and Garside (Comparing corpora using frequency profiling, 2000);
it sorts, and the counts stand beside it.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from scraper.store import Archive
from scraper.store.filters import Filters
from scraper.store.search_query import spelled
from scraper.study.selection import chosen_and_rest, ids_of, sample_of

PARTS = ("kicker", "title", "lead", "body", "captions")
LEAST_ARTICLES = 3
"""A word must stand in at least this many articles of the side that it is told of."""

_RUN = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
_BATCH = 200
_FEW = 10  # where reading may stop at any article


class _OneForm(dict[str, str]):
    """Gives a syllable in the form in which it was met first: ``uỷ`` and ``ủy`` are one."""

    def __init__(self) -> None:
        self._met: dict[str, str] = {}

    def __missing__(self, syllable: str) -> str:
        self[syllable] = form = self._met.setdefault(spelled(syllable), syllable)
        return form


@dataclass(slots=True)
class Side:
    """What was counted on one side of a comparison."""

    forms: Mapping[str, str]
    articles: int = 0
    syllables: int = 0
    words: dict[int, Counter[str]] = field(default_factory=lambda: {1: Counter(), 2: Counter()})
    in_articles: dict[int, Counter[str]] = field(default_factory=lambda: {1: Counter(), 2: Counter()})

    def add(self, text: str) -> None:
        """Counts the words of one article."""
        single: list[str] = []
        pairs: list[str] = []
        for run in _RUN.findall(text.lower()):
            syllables = list(map(self.forms.__getitem__, run.split(" ")))
            single += syllables
            pairs += map(" ".join, pairwise(syllables))
        self.articles += 1
        self.syllables += len(single)
        for length, words in ((1, single), (2, pairs)):
            self.words[length].update(words)
            self.in_articles[length].update(set(words))


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that is more frequent on one side than on the other."""

    word: str
    count: int  # on the side that it sets apart
    articles: int
    rest: int  # on the other side
    rest_articles: int
    likelihood: float  # G², from 0
    ratio: float  # how many times as frequent; the other side counts half a word more, so that none is no infinity


@dataclass(frozen=True, slots=True)
class Comparison:
    """The keywords of one side against the other, by their length in syllables, the most telling first."""

    here: Side
    rest: Side
    keywords: dict[int, list[Keyword]]
    whole: bool  # all articles were read, not a part of them


def keywords_of(
    archive: Archive,
    filters: Filters,
    *,
    against: str | None = None,
    most: int | None = None,
    most_syllables: int | None = None,
    shown: int = 50,
    progress: Callable[[int], None] = lambda _: None,
) -> Comparison:
    """The words of the articles that pass ``filters`` against those of the rest (see :func:`chosen_and_rest`).

    With ``most``, at most so many articles of each side are read, spread evenly over their time. With
    ``most_syllables``, no more of them are begun once a side has so many: they are then read in an order drawn by
    chance, the same at each call. Raises ValueError where the filters name nothing to compare.
    """
    forms = _OneForm()
    sides, read = [], 0
    whole = True
    for selection in chosen_and_rest(archive, filters, against):
        side = Side(forms)
        ids, all_of_them = (ids_of(archive, selection), True) if most is None else sample_of(archive, selection, most)
        whole = whole and all_of_them
        if most_syllables is not None:
            ids = random.Random(0).sample(ids, len(ids))  # noqa: S311 - no secret
        for text in _texts(archive, ids, _BATCH if most_syllables is None else _FEW):
            if most_syllables is not None and side.syllables >= most_syllables:
                whole = False
                break
            side.add(text)
            progress(read := read + 1)
        sides.append(side)
    here, rest = sides
    return Comparison(here, rest, {1: keywords(here, rest, 1)[:shown], 2: keywords(here, rest, 2)[:shown]}, whole)


def keywords(here: Side, rest: Side, length: int) -> list[Keyword]:
    """The words that are more frequent in ``here``, by log-likelihood."""
    found = []
    for word, articles in here.in_articles[length].items():
        if articles < LEAST_ARTICLES:
            continue
        count, other = here.words[length][word], rest.words[length][word]
        if count * rest.syllables <= other * here.syllables:
            continue
        found.append(
            Keyword(
                word,
                count,
                articles,
                other,
                rest.in_articles[length][word],
                log_likelihood(count, here.syllables, other, rest.syllables),
                (count / here.syllables) / ((other + 0.5) / max(1, rest.syllables)),
            )
        )
    return sorted(found, key=lambda word: (-word.likelihood, word.word))


def log_likelihood(here: int, of_here: int, rest: int, of_rest: int) -> float:
    """G² of a word that occurs ``here`` times in ``of_here`` words and ``rest`` times in ``of_rest``."""
    expected = (here + rest) / (of_here + of_rest) if of_here + of_rest else 0.0
    total = 0.0
    for count, of in ((here, of_here), (rest, of_rest)):
        if count:
            total += count * math.log(count / (of * expected))
    return 2 * total


def _texts(archive: Archive, ids: Iterable[int], batch: int) -> Iterator[str]:
    columns = ", ".join(f"articles.{part}" for part in PARTS)
    chosen = list(ids)
    for begin in range(0, len(chosen), batch):
        marks = ",".join("?" * len(chosen[begin : begin + batch]))
        rows = archive.rows(
            f"SELECT {columns} FROM articles WHERE id IN ({marks})",  # noqa: S608
            chosen[begin : begin + batch],
        )
        for row in rows:
            yield "\n".join(filter(None, row))
