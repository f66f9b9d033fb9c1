"""Some words of an article around what was searched for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.store.search_query import WORD, SearchQuery, bare

_LENGTH = 32  # words
_BEFORE = 8  # words before the match
_FURTHER = 12  # words of a further piece, for a term that the first does not show
_PIECES = 4

_Text = tuple[str, list[re.Match[str]], list[tuple[int, int]]]
"""A text, its words, and where the terms stand in it: the first word and the one after the last."""


def snippet(texts: Sequence[str | None], query: SearchQuery) -> tuple[tuple[str, bool], ...]:
    """Some words around the best match in ``texts``, or their beginning if the match is elsewhere.

    Where these do not show each term of the query, pieces around the others follow, as far as ``texts`` have them.
    The words themselves are searched, not the index: FTS5's own snippet runs the whole query again for each hit.
    """
    asked = [term for term in (query.together, *query.wanted) if term is not None]
    wanted = [(tuple(map(bare, term.words)), term.prefix) for term in asked]
    wanted.sort(key=lambda term: -len(term[0]))
    found: list[_Text] = []
    for text in filter(None, texts):
        words = list(WORD.finditer(text))
        if words:
            found.append((text, words, _matches([bare(word.group()) for word in words], wanted)))
    if not found:
        return ()
    best = max(found, key=lambda text: max((end - start for start, end in text[2]), default=0))
    longest = max((end - start for start, end in best[2]), default=0)
    centre = next((start for start, end in best[2] if end - start == longest), 0)
    pieces = [_piece(best, centre, _LENGTH, _BEFORE)]
    missing = [term for term in wanted if len(wanted) > 1 and not _shown(pieces, term)]
    for term in missing:
        if len(pieces) < _PIECES and not _shown(pieces, term):
            place = next(
                ((text, start) for text in found for start, end in text[2] if _is(text, start, end, term)), None
            )
            if place is not None:
                pieces.append(_piece(*place, _FURTHER, _FURTHER // 3))
    parts = [part for piece in pieces for part in piece]
    doubled = {number for number in range(1, len(parts)) if parts[number - 1] == parts[number] == ("…", False)}
    return tuple(part for number, part in enumerate(parts) if number not in doubled)


def _shown(pieces: Sequence[Sequence[tuple[str, bool]]], term: tuple[tuple[str, ...], bool]) -> bool:
    """Whether the term stands in one of the pieces."""
    for piece in pieces:
        words = [bare(word) for word in WORD.findall(" ".join(text for text, _ in piece))]
        if any(_stands(words, number, *term) for number in range(len(words))):
            return True
    return False


def _is(text: _Text, start: int, end: int, term: tuple[tuple[str, ...], bool]) -> bool:
    return _stands([bare(word.group()) for word in text[1][start:end]], 0, *term)


def _piece(of: _Text, centre: int, length: int, before: int) -> list[tuple[str, bool]]:
    """``length`` words of a text around the word ``centre``, the matches marked; dots where the text goes on."""
    text, words, matches = of
    first = max(0, min(centre - before, len(words) - length))
    last = min(len(words), first + length)
    begin = words[first].start() if first else 0
    stop = words[last - 1].end() if last < len(words) else len(text)
    parts: list[tuple[str, bool]] = [("…", False)] if first else []
    for start, end in matches:
        if first <= start and end <= last:
            parts.append((text[begin : words[start].start()], False))
            parts.append((text[words[start].start() : words[end - 1].end()], True))
            begin = words[end - 1].end()
    parts.append((text[begin:stop], False))
    if last < len(words):
        parts.append(("…", False))
    return [(" ".join(piece.split("\n\n")), is_match) for piece, is_match in parts if piece]


def _matches(words: Sequence[str], wanted: Sequence[tuple[tuple[str, ...], bool]]) -> list[tuple[int, int]]:
    """Where the terms are in ``words``: the first word and the one after the last. The longest term wins."""
    found: list[tuple[int, int]] = []
    number = 0
    while number < len(words):
        end = next((number + len(term) for term, prefix in wanted if _stands(words, number, term, prefix)), None)
        if end is not None:
            found.append((number, end))
        number = end or number + 1
    return found


def _stands(words: Sequence[str], number: int, term: tuple[str, ...], prefix: bool) -> bool:
    *before, last = term
    at = number + len(before)
    if at >= len(words) or list(words[number:at]) != before:
        return False
    return words[at].startswith(last) if prefix else words[at] == last
