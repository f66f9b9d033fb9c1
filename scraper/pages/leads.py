"""Leads that a CMS does not mark: the paragraph in bold or in italics that opens a body."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.items import Block, Paragraph
from scraper.text import fold

_SENTENCE_ENDS = (".", "!", "?", "…", '."', ".”", "”.", ".)")
_WORDS_OF_A_SENTENCE = 12
_LONGEST_SIGNATURE = 60  # characters
_FEWEST_LETTERS_IN_ITALICS = 80
_NOTE = re.compile(r"\W*(?:lts|loi toa soan|ghi chu)\b")
_QUESTION = re.compile(r"[-–—*]?\s*(?:PV|Phóng viên|Hỏi|P\.V)\s*:", re.I)


def split_lead(body: Sequence[Block]) -> tuple[str | None, tuple[Block, ...]]:
    """The lead that opens ``body``, and the body without it.

    A lead is the first paragraph if it is wholly bold, reads as a sentence (a heading does not), and is followed by
    prose that is not bold or only by a signature. Pictures may precede it. The bold question that opens an interview
    is no lead.
    """
    prose = [(n, block) for n, block in enumerate(body) if isinstance(block, Paragraph)]
    if not prose:
        return None, tuple(body)
    place, first = prose[0]
    if first.text.endswith("?") or _QUESTION.match(first.text):
        return None, tuple(body)
    is_sentence = first.text.endswith(_SENTENCE_ENDS) or len(first.text.split()) >= _WORDS_OF_A_SENTENCE
    is_alone = first.text.endswith(_SENTENCE_ENDS) and all(_may_sign(block.text) for _, block in prose[1:])
    is_contrast = is_alone or any(not block.bold and len(block.text) > len(first.text) // 4 for _, block in prose[1:])
    if first.bold and is_sentence and is_contrast:
        return first.text, (*body[:place], *body[place + 1 :])
    return None, tuple(body)


def italic_lead(body: Sequence[Block]) -> tuple[str | None, tuple[Block, ...]]:
    """The lead and the body without it: the first paragraph, if it alone is in italics and no editor's note."""
    prose = [(n, block) for n, block in enumerate(body) if isinstance(block, Paragraph)]
    if len(prose) < 3 or not prose[0][1].italic or any(block.italic for _, block in prose[1:]):
        return None, tuple(body)
    place, first = prose[0]
    is_short = len(first.text) < _FEWEST_LETTERS_IN_ITALICS
    if is_short or not first.text.endswith(_SENTENCE_ENDS) or _NOTE.match(fold(first.text)):
        return None, tuple(body)
    return first.text, (*body[:place], *body[place + 1 :])


def _may_sign(text: str) -> bool:
    return len(text) <= _LONGEST_SIGNATURE and not text.endswith(_SENTENCE_ENDS)
