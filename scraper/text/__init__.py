"""Vietnamese text: what is printed, cleaned of what is not print, and folded for comparison.

Printed words stay as they are printed: ``uỷ`` stays ``uỷ`` and ``Thải`` stays ``Thải``. What changes is the form of
the characters (NFC), white space, characters that print nothing, and ``Ð`` (the Icelandic letter U+00D0, which some
sites' editors write) where a Vietnamese word shows that ``Đ`` is meant.
"""

from __future__ import annotations

import html
import re
import unicodedata
from difflib import SequenceMatcher

from scraper.text.decoding import Decoded, decode
from scraper.text.syllables import mend_eth

__all__ = ["Decoded", "decode", "fold", "likeness", "same_words", "squeeze", "unescape"]

_SPACE = re.compile(r"[\s\u00a0\u200b\u2060\ufeff]+")
_UNPRINTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls that are not white space
    "\u00ad\u200c-\u200f\u202a-\u202e\u2061-\u206f"  # soft hyphens, joiners, bidi marks
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"  # annotation marks, non-characters, lone surrogates
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_WORD = re.compile(r"[^\W_]+")


def squeeze(text: str) -> str:
    """``text`` as printed: NFC, each run of white space as one blank and none at its ends.

    Characters that print nothing (controls, NUL, bidi marks, lone surrogates) are left out, and ``Ð`` is ``Đ`` where
    a Vietnamese word shows it.
    """
    if not text.isascii():
        text = mend_eth(unicodedata.normalize("NFC", _UNPRINTED.sub("", text)))
    elif not text.isprintable():
        text = _UNPRINTED.sub("", text)
    return _SPACE.sub(" ", text).strip()


def unescape(text: str) -> str:
    """``text`` with the character references that are left in it resolved, for stores that encode twice.

    NukeViet keeps ``&#x3A;`` in its titles and prints ``&amp;#x3A;``. Only whole references, which end with a
    semicolon, are resolved: ``?a=1&copy=2`` stays.
    """
    for _ in range(2):
        resolved = _REFERENCE.sub(lambda found: html.unescape(found.group()), text)
        if resolved == text:
            break
        text = resolved
    return text


class _Bare(dict[int, str]):
    """Code point to what is left of it without marks; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        bare = "".join(c for c in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(c))
        self[code] = bare = bare.replace("đ", "d").replace("ð", "d")
        return bare


_BARE = _Bare()


def fold(text: str) -> str:
    """``text`` for comparison only: lower case, no marks, ``đ`` as ``d``, white space squeezed.

    ``Đảng uỷ`` and ``Đảng ủy`` (two placements of one tone mark) fold to the same.
    """
    folded = squeeze(text).lower()
    return folded if folded.isascii() else folded.translate(_BARE)


def same_words(a: str, b: str) -> bool:
    """Whether ``a`` and ``b`` say the same words, marks, case and punctuation aside."""
    return _WORD.findall(fold(a)) == _WORD.findall(fold(b))


def likeness(a: str, b: str) -> float:
    """How alike ``a`` and ``b`` are, from 0 (nothing in common) to 1 (the same words, see :func:`same_words`)."""
    one, other = " ".join(_WORD.findall(fold(a))), " ".join(_WORD.findall(fold(b)))
    if one == other:
        return 1.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
