"""Where a term stands in a text, however it is marked there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from scraper.store.search_query import SearchQuery, Term, bare, spelled


@dataclass(frozen=True, slots=True)
class Place:
    """Where a term stands in a text."""

    start: int
    end: int


def finder(words: str, *, exact: bool = False) -> Callable[[str], Iterator[Place]]:
    """The function that finds each place of the wanted terms of ``words`` (as a search has them) in a text.

    Without ``exact``, marks and case do not count.
    """
    terms = SearchQuery.read(words).wanted
    if not terms:
        return lambda text: iter(())
    longest_first = sorted(terms, key=lambda term: -len(term.words))
    pattern = re.compile("|".join(f"(?:{_pattern(term)})" for term in longest_first), re.IGNORECASE)

    def find(text: str) -> Iterator[Place]:
        for match in pattern.finditer(text):
            if not exact or any(term.spelling.search(spelled(match.group())) for term in terms):
                yield Place(match.start(), match.end())

    return find


def _pattern(term: Term) -> str:
    """A pattern of the term's words however they are marked, with what may stand between words between them."""
    words = r"[\W_]+".join("".join(map(_letter, bare(word))) for word in term.words)
    return rf"(?<![^\W_]){words}" + (r"[^\W_]*" if term.prefix else r"(?![^\W_])")


@cache
def _letter(plain: str) -> str:
    """A class of the letters that are ``plain`` without their marks."""
    return f"[{''.join(_marked().get(plain, ()))}{re.escape(plain)}][\\u0300-\\u036f]*"


@cache
def _marked() -> dict[str, list[str]]:
    """The letters of Latin scripts by what is left of them without marks."""
    found: dict[str, list[str]] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = bare(chr(code))
        if len(plain) == 1 and plain != chr(code) and chr(code).isalpha():
            found.setdefault(plain, []).append(chr(code))
    return found
