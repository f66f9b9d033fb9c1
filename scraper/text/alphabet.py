"""The order of Vietnamese words: by letters (a ă â … d đ e ê …), syllable by syllable, and only then by tones."""

from __future__ import annotations

import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACE = {letter: place for place, letter in enumerate(_LETTERS, start=1)}
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))


def alphabetical(text: str) -> tuple[list[list[int]], str]:
    """What sorts ``text`` as a Vietnamese list does: Bà Rịa before Bạc Liêu, Đà Nẵng after Cần Thơ."""
    toneless = unicodedata.normalize("NFD", text.lower()).translate(_TONES)
    syllables = unicodedata.normalize("NFC", toneless).split()
    return [[_PLACE.get(letter, 0) for letter in syllable] for syllable in syllables], text
