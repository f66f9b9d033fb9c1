"""The words of an article cut where those that were asked for stand, so that a page marks them and leads to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scraper.items import Article
from scraper.study.places import Place, finder

Piece = tuple[str, int]
"""Some words, and the number of the place if they are what was asked for, else 0."""


@dataclass(frozen=True, slots=True)
class MarkedParts:
    """The parts of an article; places are numbered through them in this order, as a concordance numbers them."""

    kicker: list[Piece]
    title: list[Piece]
    lead: list[Piece]
    body: list[list[Piece]]
    captions: list[list[Piece]]  # one of each figure, empty where it has no caption
    count: int


def marked_parts(article: Article, asked: str, *, exact: bool = False) -> MarkedParts:
    """The article with the places of ``asked`` (words as a search has them) cut out; none where nothing is asked."""
    find = finder(asked, exact=exact)
    numbers = iter(range(1, 1_000_000))
    kicker, title, lead = (
        list(_cut(text or "", find, numbers)) for text in (article.kicker, article.title, article.lead)
    )
    body = [list(_cut(text, find, numbers)) for text in article.body]
    captions = [list(_cut(figure.caption or "", find, numbers)) for figure in article.figures]
    return MarkedParts(kicker, title, lead, body, captions, next(numbers) - 1)


def _cut(text: str, find: Callable[[str], Iterator[Place]], numbers: Iterator[int]) -> Iterator[Piece]:
    begin = 0
    for place in find(text):
        yield text[begin : place.start], 0
        yield text[place.start : place.end], next(numbers)
        begin = place.end
    yield text[begin:], 0
