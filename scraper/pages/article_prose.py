"""Finds the element that holds an article's prose, where the page leaves no doubt of it.

An extractor tells of each string of a page whether it is the article's. Of some strings that need not be asked: long
ones outside of links and side columns are, those of menus, scripts, footers and hidden elements are not. The others
are in doubt. If the same element holds the article however they are decided, nobody need decide.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bs4 import Tag
from bs4.element import NavigableString

from scraper.pages.blocks import attribute, is_hidden
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
    certain: tuple[str, ...]
    """Strings of it, bare, that are the article's in any case."""

    def is_certain(self, said: str) -> bool:
        """Whether a text, bare, is the article's in any case: it says what such a string says."""
        return any(string in said for string in self.certain)


def bare(text: str) -> str:
    """``text`` for comparison only: folded, without blanks."""
    return fold(text).replace(" ", "")


def is_text(said: str) -> bool:
    """Whether a text, bare, is long enough to be told to be in another."""
    return len(said) >= FEWEST_LETTERS


def repeats(said: str, above: str) -> bool:
    """Whether a text says again what ``above`` says: title and description. Both are bare."""
    return said in above or (len(above) > 80 and above[-80:-10] in said)


def holder(strings: Collection[NavigableString]) -> Tag | None:
    """The smallest element with nearly all characters of ``strings``; None if there are none."""
    weights: dict[int, int] = {}
    tags: dict[int, Tag] = {}
    for string in strings:
        for parent in string.parents:
            weights[id(parent)] = weights.get(id(parent), 0) + len(string)
            tags[id(parent)] = parent
    least = _SHARE * sum(map(len, strings))
    holding = [tags[number] for number, weight in weights.items() if weight >= least]
    return max(holding, key=lambda tag: len(list(tag.parents)), default=None)


def find_prose(texts: Iterable[NavigableString], title: Tag, above: str) -> Prose | None:
    """The prose of the article with this title, on a page with these strings; None where it is in doubt.

    ``above`` is what title and description say, bare. What repeats it does not count.
    """
    strings, sure = _ranked(texts)
    prose = [node for node in strings if len(node) >= _LONG and _is_prose(node, above)]
    body = holder(prose) if sum(map(len, prose)) >= _FEWEST else None
    if body is None:
        return None
    within = _held(body, strings)
    certain = [node for node in prose if id(node) in within and id(node) in sure]
    is_named = body.attrs.get("itemprop") == "articleBody"
    certain = certain if is_named else _without_boxes(body, certain)
    certain = [node for node in certain if _is_in_paragraph(node)] or certain  # beside paragraphs bare text is lost
    weight = sum(len(node.strip()) for node in certain)
    most_beside = _MOST_BESIDE_FEW if weight < _FEW else _MOST_BESIDE if weight < _MANY else _MOST_BESIDE_MANY
    inside = [node for node in strings if id(node) in within]
    if weight < _FEWEST or _is_divided(body, inside, certain, may_have_boxes=is_named):
        return None
    outside = [node for node in strings if id(node) not in within]
    framed = _held(_frame(body, title), outside)
    if _in_doubt(outside, framed, set(map(id, prose)), above) > most_beside * weight:
        return None
    return Prose(body, tuple(map(bare, certain)))


def _is_prose(string: NavigableString, above: str) -> bool:
    text = string.strip()
    said = bare(text)
    is_long = len(said) >= _FEWEST_LETTERS_OF_PROSE and text.count(" ") * _LONGEST_WORDS >= len(text)
    return is_long and not repeats(said, above)


def _paragraph(string: NavigableString) -> Tag | None:
    """The smallest element around the string that begins a line."""
    return next((tag for tag in string.parents if tag.name not in _INLINE), None)


def _is_in_paragraph(string: NavigableString) -> bool:
    paragraph = _paragraph(string)
    return paragraph is not None and paragraph.name == "p"


def _frame(body: Tag, title: Tag) -> Tag:
    """The smallest element with both title and article."""
    titled = {id(tag) for tag in (title, *title.parents)}
    return next((tag for tag in (body, *body.parents) if id(tag) in titled), body)


def _held(holding: Tag, strings: Iterable[NavigableString]) -> set[int]:
    """Those of the strings that stand in the element, by ``id()``."""
    known = {id(holding): True}
    held: set[int] = set()
    for node in strings:
        tag = node.parent
        inner: list[int] = []
        while tag is not None and id(tag) not in known:
            inner.append(id(tag))
            tag = tag.parent
        is_held = tag is not None and known[id(tag)]
        known.update(dict.fromkeys(inner, is_held))
        if is_held:
            held.add(id(node))
    return held


def _in_doubt(outside: Iterable[NavigableString], framed: set[int], prose: set[int], above: str) -> int:
    """How many characters ``outside`` of the article's element an extractor may take for the article's."""
    characters = 0
    for node in outside:
        text = node.strip()
        fewest = FEWEST_LETTERS if id(node) in framed else _FEWEST_LETTERS_FAR_OFF
        is_line = len(text) >= fewest and (len(text) < _LONG or " " in text)
        if id(node) in prose or (is_line and len(said := bare(text)) >= fewest and not repeats(said, above)):
            characters += len(text)
    return characters


def _without_boxes(body: Tag, certain: Sequence[NavigableString]) -> list[NavigableString]:
    """Those of the strings that stand in no box with several paragraphs beside most of the prose.

    Such a box may show other articles or facts.
    """
    weights, boxes = _parts(body, certain)
    weight = weights.total()
    small = {part for part in boxes if weights[part] <= _MOST_BESIDE * (weight - weights[part])}
    return [node for node in certain if _part(node, body) not in small]


def _is_divided(
    body: Tag, strings: Iterable[NavigableString], certain: Sequence[NavigableString], *, may_have_boxes: bool
) -> bool:
    """Whether one element of ``body`` may hold nearly all, or holds several paragraphs, with others beside it.

    Then either may be the article, and the other something else.
    """
    most, _ = _parts(body, strings)
    fewest, boxes = _parts(body, certain)
    boxes = set() if may_have_boxes else boxes
    weight = fewest.total()
    return any(
        _MOST_BESIDE * most[part] >= weight - fewest[part] or (part in boxes and fewest[part] < weight)
        for part in most
        if part != id(body)
    )


def _parts(body: Tag, strings: Iterable[NavigableString]) -> tuple[Counter[int], set[int]]:
    """How many characters of the strings stand in each element of ``body``, and those with several paragraphs."""
    weights: Counter[int] = Counter()
    paragraphs: defaultdict[int, set[int]] = defaultdict(set)
    for node in strings:
        part = _part(node, body)
        weights[part] += len(node.strip())
        paragraphs[part].add(id(_paragraph(node)))
    return weights, {part for part, few in paragraphs.items() if len(few) > 1 and part != id(body)}


def _part(string: NavigableString, body: Tag) -> int:
    """Which element of ``body`` holds the string, by ``id()``; ``body`` itself for its own strings."""
    part, around = body, string.parent
    while around is not None and around is not body:
        part, around = around, around.parent
    return id(part)


_NOT, _PERHAPS_SO, _SURELY = range(3)


def _ranked(texts: Iterable[NavigableString]) -> tuple[list[NavigableString], set[int]]:
    """The strings that may be an article's, and those, by ``id()``, that surely are if they are prose."""
    strings: list[NavigableString] = []
    sure: set[int] = set()
    known: dict[int, int] = {}
    for node in texts:
        if len(node) < FEWEST_LETTERS or node.isspace():
            continue
        tag = node.parent
        inner: list[Tag] = []
        while tag is not None and id(tag) not in known:
            inner.append(tag)
            tag = tag.parent
        rank = _SURELY if tag is None else known[id(tag)]
        for tag in reversed(inner):
            known[id(tag)] = rank = rank and min(rank, _rank(tag))
        if rank:
            strings.append(node)
            if rank == _SURELY:
                sure.add(id(node))
    return strings, sure


def _rank(tag: Tag) -> int:
    if tag.name in _NEVER or is_hidden(tag):
        return _NOT
    if tag.name in _PERHAPS:
        return _PERHAPS_SO
    if tag.name in _NAMED and ("class" in tag.attrs or "id" in tag.attrs):
        named = f"{attribute(tag, 'class')} {attribute(tag, 'id')}"
        return _NOT if _FOOTER.search(named) else _PERHAPS_SO if _COMMENTS.search(named) else _SURELY
    return _SURELY
