"""Parses what a user typed into a search, and spells its words for comparison when marks count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from scraper.store.search_index import fold_bar
from scraper.text import fold, squeeze

MAX_CHARACTERS = 1000
MAX_TERMS = 24
"""How many characters of a query are read. The rest of a longer query is ignored."""

_TERM = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<star>\*?)')
WORD = re.compile(r"[^\W_]+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a query: a word, a phrase, or the beginning of a word."""

    words: tuple[str, ...]
    prefix: bool = False
    quoted: bool = False
    lasts: tuple[str, ...] = ()  # the words of the index that begin with the last word, if looked up

    @property
    def expression(self) -> str:
        """The term in FTS5's query language, as quoted strings, so that nothing in it is syntax."""
        if not self.lasts:
            return _quoted(self.words) + ("*" if self.prefix else "")
        return "(" + " OR ".join(_quoted((*self.words[:-1], last)) for last in self.lasts) + ")"

    @property
    def spelling(self) -> re.Pattern[str]:
        """A pattern that finds the term in words that :func:`spelled` returns."""
        *before, last = map(_spelling, self.words)
        letters = last.rstrip(_TONES)
        if not self.prefix:
            end = f"{re.escape(last)} "
        elif letters == last:
            end = re.escape(letters)
        else:
            end = f"{re.escape(letters)}[^ ]*{last[len(letters) :]} "
        return re.compile("".join(f" {re.escape(word)}" for word in before) + " " + end)


def _quoted(words: Sequence[str]) -> str:
    return f'"{fold_bar(" ".join(words))}"'


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A parsed query. Everything is literal except quotes, a ``*`` at the end and a ``-`` at the start."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]
    is_blank: bool  # nothing was typed: the query finds every article

    @classmethod
    def read(cls, text: str) -> SearchQuery:
        """Parses any text. A text without a readable word finds nothing."""
        text = squeeze(text[: 4 * MAX_CHARACTERS].encode("utf-8", "ignore").decode("utf-8"))[:MAX_CHARACTERS]
        wanted: list[Term] = []
        unwanted: list[Term] = []
        for match in _TERM.finditer(text):
            written = match["phrase"] if match["phrase"] is not None else match["word"]
            star = bool(match["star"]) or (match["word"] is not None and written.endswith("*"))
            words = tuple(WORD.findall(written))[:MAX_TERMS]
            if words and len(wanted) + len(unwanted) < MAX_TERMS:
                prefix = star and len(words[-1]) > 1
                term = Term(words, prefix, match["phrase"] is not None)
                (unwanted if match["minus"] else wanted).append(term)
        return cls(tuple(wanted), tuple(unwanted), not text)

    @property
    def together(self) -> Term | None:
        """The plain words as one phrase, if there are several. Hits that contain the phrase come first."""
        plain = [word for term in self.wanted if not term.quoted and not term.prefix for word in term.words]
        return Term(tuple(plain), quoted=True) if len(plain) > 1 else None

    def expression(self, *, columns: Sequence[str] = (), together: bool = False, with_unwanted: bool = True) -> str:
        """The query in FTS5's language, in these columns only. With ``together``, the plain words are one phrase."""
        terms = [term.expression for term in self.wanted]
        if together and self.together is not None:
            terms.append(self.together.expression)
        wanted = " AND ".join(terms)
        if columns:
            wanted = f"{{{' '.join(columns)}}} : ({wanted})"
        if not self.unwanted or not with_unwanted:
            return wanted
        return f"({wanted}) NOT ({self.unwanted_expression})"

    @property
    def unwanted_expression(self) -> str:
        """What must not be in an article, in FTS5's query language."""
        return " OR ".join(term.expression for term in self.unwanted)


def spelled(text: str) -> str:
    """The words of ``text``, each with its tone mark moved to the end, so that both placements are equal."""
    return " " + " ".join(map(_spelling, WORD.findall(unicodedata.normalize("NFC", text)))) + " "


@lru_cache(maxsize=65_536)
def bare(word: str) -> str:
    """``word`` without marks and case."""
    return fold(word)


@lru_cache(maxsize=65_536)
def _spelling(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.lower().replace("ð", "đ"))
    plain = "".join(letter for letter in letters if letter not in _TONES)
    return plain + "".join(letter for letter in letters if letter in _TONES)
