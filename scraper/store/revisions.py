"""What an article said at each time: its words, their hash, and what changed from one revision to the next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, Self

from scraper.items import Article
from scraper.store.archive import Archive
from scraper.text.sentence import Sentence

PARAGRAPH = "\n\n"
"""Separates the paragraphs of a stored body. Each paragraph is one line, so splitting at it restores them."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of an article that count: when one of them changes, the article gets a new revision."""

    kicker: str | None
    title: str
    lead: str | None
    body: tuple[str, ...]
    captions: tuple[str, ...]

    @classmethod
    def of(cls, article: Article) -> Self:
        """The words of ``article``."""
        captions = tuple(figure.caption for figure in article.figures if figure.caption)
        return cls(article.kicker, article.title, article.lead, article.body, captions)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The words that :meth:`to_json` wrote."""
        kicker, title, lead, body, captions = json.loads(text)
        return cls(kicker, title, lead, tuple(body), tuple(captions))

    def to_json(self) -> str:
        """Kicker, title, lead, body and captions as a JSON list. The same words give the same list."""
        fields = [self.kicker, self.title, self.lead, self.body, self.captions]
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))

    @property
    def hash(self) -> str:
        """SHA-256 of :meth:`to_json` in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @property
    def count(self) -> int:
        """The number of words (in Vietnamese: syllables) in title, lead and body."""
        return sum(len(part.split()) for part in (self.title, self.lead or "", *self.body))

    @property
    def text(self) -> str:
        """All the words, one line for each part, for comparison."""
        return "\n".join(part for part in (self.kicker, self.title, self.lead, *self.body, *self.captions) if part)


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of an article's words, with how it came to be known."""

    number: int
    seen_at: str  # ISO, UTC
    why: Literal["first", "edited", "parser"]
    silent: bool  # edited, but the page's own update date did not change
    published_at: str | None
    updated_at: str | None
    parser: str
    text_hash: str
    file: str  # the capture that showed it
    offset: int
    words: Words


def history(archive: Archive, article: int) -> list[Revision]:
    """All revisions of the article with this id, from the first to the last."""
    rows = archive.rows(
        "SELECT revisions.*, captures.file, captures.offset FROM revisions"
        " JOIN captures ON captures.id = revisions.capture WHERE article = ? ORDER BY number",
        (article,),
    )
    return [
        Revision(
            number=row["number"],
            seen_at=row["seen_at"],
            why=row["why"],
            silent=bool(row["silent"]),
            published_at=row["published_at"],
            updated_at=row["updated_at"],
            parser=row["parser"],
            text_hash=row["text_hash"],
            file=row["file"],
            offset=row["offset"],
            words=Words.from_json(row["content"]) if row["content"] is not None else standing_words(archive, article),
        )
        for row in rows
    ]


def standing_words(archive: Archive, article: int) -> Words:
    """The words of the newest revision. They are in ``articles``; ``revisions`` holds those that were replaced."""
    row = archive.row("SELECT kicker, title, lead, body FROM articles WHERE id = ?", (article,))
    if row is None:
        raise LookupError(Sentence("no article has the id {article}", article=article))
    captions = archive.rows(
        "SELECT caption FROM figures WHERE article = ? AND caption IS NOT NULL ORDER BY number", (article,)
    )
    return Words(row["kicker"], row["title"], row["lead"], paragraphs(row["body"]), tuple(c[0] for c in captions))


def paragraphs(body: str) -> tuple[str, ...]:
    """The paragraphs of a stored body."""
    return tuple(body.split(PARAGRAPH)) if body else ()


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words that were kept, removed or added.

    Blanks and line ends are part of it. All ``kept`` and ``added`` runs together are the newer text; all ``kept``
    and ``removed`` runs are the older.
    """

    kind: Literal["kept", "removed", "added"]
    text: str


def word_diff(before: Words, after: Words) -> list[Change]:
    """What changed from ``before`` to ``after``, word by word."""
    old, new = _pieces(before.text), _pieces(after.text)
    changes: list[Change] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            changes.append(Change("kept", "".join(new[j1:j2])))
            continue
        if i2 > i1:
            changes.append(Change("removed", "".join(old[i1:i2])))
        if j2 > j1:
            changes.append(Change("added", "".join(new[j1:j2])))
    return changes


def _pieces(text: str) -> Sequence[str]:
    """Words, each with the blank after it, and line ends."""
    return [piece for line in text.splitlines(keepends=True) for piece in _words_of(line)]


def _words_of(line: str) -> list[str]:
    *spaced, last = line.removesuffix("\n").split(" ")
    pieces = [*(word + " " for word in spaced), last, "\n" if line.endswith("\n") else ""]
    return [piece for piece in pieces if piece]
