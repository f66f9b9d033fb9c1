"""Vietnamese text: cleans printed text of what does not print, and folds it for comparison.

Printed words stay as they are: ``uỷ`` stays ``uỷ`` and ``Thải`` stays ``Thải``. Only four things change: the form of
the characters (NFC), white space, characters that print nothing, and ``Ð``. The last is the Icelandic letter U+00D0,
which some sites' editors write; it becomes ``Đ`` if a Vietnamese word shows that ``Đ`` is meant.
"""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from collections import Counter
from contextlib import suppress
from difflib import SequenceMatcher
from functools import lru_cache

from scraper.text.decoding import Decoded, decode
from scraper.text.syllables import mend_eth

__all__ = [
    "Decoded",
    "are_alike",
    "bare_words",
    "decode",
    "fold",
    "likeness",
    "marked_letters",
    "same_words",
    "shows_title",
    "squeeze",
    "unescape",
    "vietnamese_words",
]

_SPACE = re.compile(r"[\s\u00a0\u200b\u2060\ufeff]+")
_UNPRINTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls that are not white space
    "\u00ad\u200c-\u200f\u202a-\u202e\u2061-\u206f"  # soft hyphens, joiners, bidi marks
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"  # annotation marks, non-characters, lone surrogates
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_WORD = re.compile(r"[^\W_]+")

_LABEL = 100
"""How many characters a text may have that is likely to return on other pages."""

LEAST_WORDS = 4
"""The words that a title has at least, where titles are compared: a shorter text may be a label."""


def squeeze(text: str) -> str:
    """``text`` as printed: in NFC, with each run of white space as one blank and no white space at its ends.

    Characters that print nothing (controls, NUL, bidi marks, lone surrogates) are removed. ``Ð`` becomes ``Đ`` if a
    Vietnamese word shows that this is meant.
    """
    return _squeezed(text if type(text) is str else str.__str__(text)) if len(text) <= _LABEL else _printed(text)


def _printed(text: str) -> str:
    composed = text if text.isascii() else _composed(text)
    if "  " not in composed and composed.isprintable():  # whose only white space are blanks
        return composed.strip()
    joined = " ".join(composed.split())
    if joined.isprintable():
        return joined
    text = _UNPRINTED.sub("", text)
    return _SPACE.sub(" ", text if text.isascii() else _composed(text)).strip()


# The words of menus and lists return on every page of a site. A string of Beautiful Soup's would keep its whole page.
_squeezed = lru_cache(maxsize=4096)(_printed)


def _composed(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return mend_eth(composed) if "Ð" in composed or "ð" in composed else composed


def unescape(text: str) -> str:
    """``text`` with its remaining character references resolved, for CMSs that encode twice.

    NukeViet stores ``&#x3A;`` in its titles and prints ``&amp;#x3A;``. Only whole references, which end with a
    semicolon, are resolved: ``?a=1&copy=2`` stays.
    """
    for _ in range(2):
        resolved = _REFERENCE.sub(lambda found: html.unescape(found.group()), text)
        if resolved == text:
            break
        text = resolved
    return text


class _Bare(dict[int, str]):
    """Maps a code point to what is left of it without marks. It is filled as characters occur."""

    def __missing__(self, code: int) -> str:
        bare = "".join(c for c in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(c))
        self[code] = bare = bare.replace("đ", "d").replace("ð", "d")
        return bare


_BARE = _Bare()
_ASCII = "".join(map(chr, range(128)))
_USUAL = (
    "".join(
        letter
        for vowel in "aăâeêioôơuưyd"
        for mark in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
        if len(letter := unicodedata.normalize("NFC", vowel + mark)) == 1 and letter not in _ASCII
    )
    + "đð“”‘’–—…•·»«°"
)
"""The letters with marks of Vietnamese in lower case, and its usual punctuation: with ASCII fewer than 256 in all."""
_BYTES = codecs.charmap_build((_ASCII + _USUAL).ljust(256, "\ufffe"))  # U+FFFE: nothing
_BARE_BYTES = _ASCII + _USUAL.translate(_BARE)

_NUL = "\0"  # where it is the first, the codec is the fast one
_PRINTED = _NUL + "".join(
    sorted({c for c in f"{_ASCII}{_USUAL}{_USUAL.upper()}\u00a0" if c.isprintable() or c.isspace()})
)
"""The characters of most texts, 256 at most: ASCII that prints, and Vietnamese letters in both cases."""
_PRINTED_BYTES = codecs.charmap_build(_PRINTED.ljust(256, "\ufffe"))
_UNMARKED_BYTES = bytes(code for code, c in enumerate(_PRINTED) if c.isascii() or not c.isalpha())
_BARE_WORD_BYTES = "".join(c if c.isalnum() else " " for c in _PRINTED.lower().translate(_BARE)).ljust(256).encode()


def fold(text: str) -> str:
    """``text`` for comparison only: in lower case, without marks, with ``đ`` as ``d`` and white space squeezed.

    ``Đảng uỷ`` and ``Đảng ủy`` (two placements of one tone mark) fold to the same.
    """
    folded = squeeze(text).lower()
    if folded.isascii():
        return folded
    try:  # a tenth of the time of str.translate
        return codecs.charmap_decode(codecs.charmap_encode(folded, "strict", _BYTES)[0], "strict", _BARE_BYTES)[0]
    except UnicodeEncodeError:
        return folded.translate(_BARE)


def bare_words(text: str) -> list[bytes]:
    """The words of ``fold(text)``, each in UTF-8."""
    if _NUL not in text:
        with suppress(UnicodeEncodeError):  # a third of the time
            return _bare_words(text, "strict")
    return [word.encode() for word in _WORD.findall(fold(text))]


def vietnamese_words(text: str) -> list[bytes]:
    """The words of ``fold(text)``, in which only ASCII and Vietnamese letters are letters: others part words."""
    return _bare_words(text, "replace")


def _bare_words(text: str, errors: str) -> list[bytes]:
    coded = codecs.charmap_encode(unicodedata.normalize("NFC", text), errors, _PRINTED_BYTES)[0]
    return coded.translate(_BARE_WORD_BYTES).split()


def marked_letters(text: str) -> int | None:
    """The number of Vietnamese letters with marks in ``text``; None if it has others than those, ASCII and quotes."""
    try:
        return len(codecs.charmap_encode(text, "strict", _PRINTED_BYTES)[0].translate(None, _UNMARKED_BYTES))
    except UnicodeEncodeError:
        return None


def same_words(a: str, b: str) -> bool:
    """Whether ``a`` and ``b`` have the same words. Marks, case and punctuation are ignored."""
    return _WORD.findall(fold(a)) == _WORD.findall(fold(b))


def shows_title(link: str, title: str) -> bool:
    """Whether the text of a link can be this title: the same words, a part of them, or with words before them.

    Lists shorten titles and print kickers before them. A text of fewer than four words is a label ("Bài viết", "Xem
    thêm"), which tells no other title.
    """
    shown, known = _WORD.findall(fold(link)), _WORD.findall(fold(title))
    if len(shown) < LEAST_WORDS or not known:
        return True
    return " ".join(shown) in " ".join(known) or shown[-len(known) :] == known


def likeness(a: str, b: str) -> float:
    """The likeness of ``a`` and ``b``, from 0 (nothing in common) to 1 (the same words, see :func:`same_words`)."""
    return _likeness(_joined_words(a), _joined_words(b))


def are_alike(a: str, b: str, least: float) -> bool:
    """Whether the :func:`likeness` of ``a`` and ``b`` is ``least`` or more.

    It cannot be more than their letters have in common in whatever order, which tells most texts apart at once.
    """
    one, other = _joined_words(a), _joined_words(b)
    if one == other:
        return True
    common = (Counter(one) & Counter(other)).total()
    return 2.0 * common / (len(one) + len(other)) >= least and _likeness(one, other) >= least


def _likeness(one: str, other: str) -> float:
    return 1.0 if one == other else SequenceMatcher(None, one, other, autojunk=False).ratio()


def _joined_words(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))
