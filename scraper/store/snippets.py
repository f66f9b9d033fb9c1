"""Some words of an article around what was searched for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.store.search_query import WORD, SearchQuery, bare

_LENGTH = 32  # words
_BEFORE = 8  # words before the match


def snippet(texts: Sequence[str | None], query: SearchQuery) -> tuple[tuple[str, bool], ...]:
    """Some words around the best match in ``texts``, or their beginning if the match is elsewhere.

    The words themselves are searched, not the index: FTS5's own snippet runs the whole query again for each hit.
    """
    asked = [term for term in (query.together, *query.wanted) if term is not None]
    wanted = [(tuple(map(bare, term.words)), term.prefix) for term in asked]
    wanted.sort(key=lambda term: -len(term[0]))
    best: tuple[int, str, list[re.Match[str]], list[tuple[int, int]]] | None = None
    for text in filter(None, texts):
        words = list(WORD.finditer(text))
        matches = _matches([bare(word.group()) for word in words], wanted)
        longest = max((end - start for start, end in matches), default=0)
        if words and (best is None or longest > best[0]):
            best = longest, text, words, matches
    if best is None:
        return ()
    longest, text, words, matches = best
    centre = next((start for start, end in matches if end - start == longest), 0)
    first = max(0, min(centre - _BEFORE, len(words) - _LENGTH))
    last = min(len(words), first + _LENGTH)
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
    return tuple((" ".join(piece.split("\n\n")), is_match) for piece, is_match in parts if piece)


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
