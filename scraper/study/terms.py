"""Reads the terms of a study: several words or phrases, each of which is asked about by itself."""

from __future__ import annotations

import re

from scraper.text import fold, squeeze

MOST = 6
"""How many terms are compared at once: as many as lines can be told apart without colour."""

_TERM = re.compile(r'(?:"[^"]*"?|[^,;\n"])+')
_PHRASE = re.compile(r'"([^\W_]+(?: [^\W_]+)*)"')
_OPERATORS = re.compile(r'["]|(?:^|\s)-')


def split_terms(text: str) -> list[str]:
    """The terms that commas, semicolons or line ends separate; the first :data:`MOST`, each once.

    A comma in quotes separates nothing. Two spellings that search takes for one are one term.
    """
    return distinct(_TERM.findall(text))[:MOST]


def distinct(terms: list[str]) -> list[str]:
    """The ``terms``, each once, without the empty ones.

    A phrase in quotes is the same term without them, and names its column in a file so.
    """
    found: dict[str, str] = {}
    for term in map(squeeze, terms):
        phrase = _PHRASE.fullmatch(term)
        term = phrase[1] if phrase else term
        if term:
            found.setdefault(fold(term), term)
    return list(found.values())


def as_search(term: str) -> str:
    """``term`` as a search asks for it: several words are a phrase, unless quotes or a ``-word`` say otherwise.

    Most Vietnamese words have two syllables, so ``kỷ luật`` is one word and means its syllables side by side.
    """
    if _OPERATORS.search(term) or " " not in term:
        return term
    star = "*" if term.endswith("*") else ""
    return f'"{term.removesuffix("*")}"{star}'
