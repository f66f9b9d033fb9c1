"""Finds the element that holds an article's prose, where the page leaves no doubt of it.

An extractor tells of each string of a page whether it is the article's. Of some strings that need not be asked: long
ones outside of links and side columns are, those of menus, scripts, footers and hidden elements are not. The others
are in doubt. If the same element holds the article however they are decided, nobody need decide.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bs4 import Tag

from scraper.pages.blocks import hides, joined
from scraper.pages.outline import Outline, Said
from scraper.text import fold

FEWEST_LETTERS = 12
"""A text with fewer may be in another by chance."""

_SHARE = 0.8  # of the article's characters, which its element holds at least
_LONG = 80  # characters, of a string that may be prose
_FEWEST_LETTERS_OF_PROSE = 50  # the rest of such a string is white space
_LONGEST_WORDS = 10  # characters of a word, on average: no style sheet, no address
_FEWEST = 400  # characters; of less prose an extractor takes the whole page for the article
_MOST_BESIDE = 1 / _SHARE - 1  # characters in doubt beside each that is certain: the element still holds its share
_FEW = 1_000  # characters of prose, with which an extractor also takes links for the article's
_MOST_BESIDE_FEW = 0.15
_MANY = 3_000  # characters of prose, with which it seldom looks further than the article's frame
_MOST_BESIDE_MANY = 0.4
_FEWEST_LETTERS_FAR_OFF = 30  # of a line outside of the frame around title and article
_NEVER = frozenset({
    "a", "aside", "audio", "button", "dialog", "figure", "footer", "head", "iframe", "label", "map", "menu", "nav",
    "noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea", "title", "video",
})  # fmt: skip
_PERHAPS = frozenset({
    "code", "details", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "header", "pre",
})  # fmt: skip
_NAMED = frozenset({"div", "li", "ol", "p", "section", "span", "ul"})
_FOOTER = re.compile(r"footer", re.I)
_COMMENTS = re.compile(r"comment|binh-?luan", re.I)
_INLINE = frozenset({"a", "b", "big", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u"})


@dataclass(frozen=True, slots=True)
class Prose:
    """The prose of an article."""

    body: Tag
    """The element that holds it."""
    certain: Mapping[str, None]
    """Strings of it, bare, that are the article's in any case."""

    def is_certain(self, said: str) -> bool:
        """Whether a text, bare, is the article's in any case: it says what such a string says."""
        return said in self.certain or any(string in said for string in self.certain)


def bare(text: str) -> str:
    """``text`` for comparison only: folded, without blanks."""
    return fold(text).replace(" ", "")


def is_text(said: str) -> bool:
    """Whether a text, bare, is long enough to be told to be in another."""
    return len(said) >= FEWEST_LETTERS


def repeats(said: str, above: str) -> bool:
    """Whether a text says again what ``above`` says: title and description. Both are bare."""
    return said in above or (len(above) > 80 and above[-80:-10] in said)


def holder(outline: Outline, strings: Iterable[Said]) -> int | None:
    """The smallest element with nearly all characters of ``strings``; None if there are none."""
    own: defaultdict[int, int] = defaultdict(int)
    for text, number in strings:
        own[number] += len(text)
    weights: defaultdict[int, int] = defaultdict(int)
    for number, weight in own.items():
        for holding in outline.upwards(number):
            weights[holding] += weight
    least = _SHARE * sum(own.values())
    return max((number for number, weight in weights.items() if weight >= least), default=None)


def find_prose(outline: Outline, title: Tag, above: str) -> Prose | None:
    """The prose of the article with this title, on a page with these strings; None where it is in doubt.

    ``above`` is what title and description say, bare. What repeats it does not count.
    """
    ranked = _ranked(outline)
    prose = [said for said, _ in ranked if len(said[0]) >= _LONG]
    known = {id(said): bared for said in prose if (bared := _bare_prose(said[0], above)) is not None}
    prose = [said for said in prose if id(said) in known]
    body = holder(outline, prose) if sum(len(text) for text, _ in prose) >= _FEWEST else None
    if body is None:
        return None
    parts = _Parts(outline, body)
    within = outline.inside(body)
    certain = [said for said, is_sure in ranked if is_sure and said[1] in within and id(said) in known]
    is_named = outline.attributes(body).get("itemprop") == "articleBody"
    certain = certain if is_named else parts.without_boxes(certain)
    in_paragraphs = [said for said in certain if parts.is_in_paragraph(said)]
    certain = in_paragraphs or certain  # beside paragraphs bare text is lost
    weight = sum(len(text.strip()) for text, _ in certain)
    most_beside = _MOST_BESIDE_FEW if weight < _FEW else _MOST_BESIDE if weight < _MANY else _MOST_BESIDE_MANY
    inside = [said for said, _ in ranked if said[1] in within]
    if weight < _FEWEST or parts.is_divided(inside, certain, may_have_boxes=is_named):
        return None
    outside = [said for said, _ in ranked if said[1] not in within]
    framed = outline.inside(_frame(outline, body, outline.number(title)))
    if _in_doubt(outside, framed, known, above) > most_beside * weight:
        return None
    return Prose(outline.tag(body), dict.fromkeys(known[id(said)] for said in certain))


def _bare_prose(string: str, above: str) -> str | None:
    """The string, bare, if it is prose."""
    text = string.strip()
    said = bare(text)
    is_long = len(said) >= _FEWEST_LETTERS_OF_PROSE and text.count(" ") * _LONGEST_WORDS >= len(text)
    return said if is_long and not repeats(said, above) else None


def _frame(outline: Outline, body: int, title: int) -> int:
    """The smallest element with both title and article."""
    titled = set(outline.upwards(title))
    return next((number for number in outline.upwards(body) if number in titled), body)


def _in_doubt(outside: Iterable[Said], framed: range, prose: Collection[int], above: str) -> int:
    """How many characters ``outside`` of the article's element an extractor may take for the article's."""
    characters = 0
    for string in outside:
        text = string[0].strip()
        fewest = FEWEST_LETTERS if string[1] in framed else _FEWEST_LETTERS_FAR_OFF
        is_line = len(text) >= fewest and (len(text) < _LONG or " " in text)
        if id(string) in prose or (is_line and len(said := bare(text)) >= fewest and not repeats(said, above)):
            characters += len(text)
    return characters


class _Parts:
    """The elements right inside the article's element, ``body``."""

    def __init__(self, outline: Outline, body: int) -> None:
        self.outline, self.body = outline, body

    def without_boxes(self, certain: Sequence[Said]) -> list[Said]:
        """Those of the strings that stand in no box with several paragraphs beside most of the prose.

        Such a box may show other articles or facts.
        """
        weights, boxes = self.weighed(certain)
        weight = sum(weights.values())
        small = {part for part in boxes if weights[part] <= _MOST_BESIDE * (weight - weights[part])}
        return [said for said in certain if self.part(said[1]) not in small]

    def is_divided(self, strings: Iterable[Said], certain: Sequence[Said], *, may_have_boxes: bool) -> bool:
        """Whether one element of ``body`` may hold nearly all, or holds several paragraphs, with others beside it.

        Then either may be the article, and the other something else.
        """
        most, _ = self.weighed(strings)
        fewest, boxes = self.weighed(certain)
        boxes = set() if may_have_boxes else boxes
        weight = sum(fewest.values())
        return any(
            _MOST_BESIDE * most[part] >= weight - fewest[part] or (part in boxes and fewest[part] < weight)
            for part in most
            if part != self.body
        )

    def weighed(self, strings: Iterable[Said]) -> tuple[defaultdict[int, int], set[int]]:
        """How many characters of the strings stand in each part, and the parts with several paragraphs."""
        weights: defaultdict[int, int] = defaultdict(int)
        paragraphs: defaultdict[int, set[int]] = defaultdict(set)
        for text, number in strings:
            part = self.part(number)
            weights[part] += len(text.strip())
            paragraphs[part].add(self.paragraph(number))
        return weights, {part for part, few in paragraphs.items() if len(few) > 1 and part != self.body}

    def part(self, number: int) -> int:
        """Which element of ``body`` holds the element; ``body`` itself for itself."""
        part, around = self.body, number
        while around >= 0 and around != self.body:
            part, around = around, self.outline.around[around]
        return part

    def paragraph(self, number: int) -> int:
        """The smallest element that begins a line, the element itself or one around it."""
        return next(each for each in self.outline.upwards(number) if self.outline.names[each] not in _INLINE)

    def is_in_paragraph(self, said: Said) -> bool:
        """Whether the string stands in a paragraph of its own."""
        return self.outline.names[self.paragraph(said[1])] == "p"


_NOT, _PERHAPS_SO, _SURELY = range(3)


def _ranked(outline: Outline) -> list[tuple[Said, bool]]:
    """The strings that may be an article's, and whether they surely are if they are prose."""
    ranks: list[int | None] = [None] * len(outline.names)
    around = outline.around
    found: list[tuple[Said, bool]] = []
    for string in outline.strings:
        text, number = string
        if len(text) < FEWEST_LETTERS or text.isspace():
            continue
        inner: list[int] = []
        while number >= 0 and (rank := ranks[number]) is None:
            inner.append(number)
            number = around[number]
        rank = _SURELY if number < 0 else rank
        for number in reversed(inner):
            ranks[number] = rank = rank and min(rank, _rank(outline.names[number], outline.attributes(number)))
        if rank:
            found.append((string, rank == _SURELY))
    return found


def _rank(name: str, attributes: Mapping[str, Any]) -> int:
    if name in _NEVER or (attributes and hides(attributes)):
        return _NOT
    if name in _PERHAPS:
        return _PERHAPS_SO
    if name in _NAMED and ("class" in attributes or "id" in attributes):
        named = f"{joined(attributes.get('class'))} {joined(attributes.get('id'))}"
        return _NOT if _FOOTER.search(named) else _PERHAPS_SO if _COMMENTS.search(named) else _SURELY
    return _SURELY
