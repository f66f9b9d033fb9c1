"""What a Vietnamese syllable looks like. This tells whether letters were decoded correctly."""

from __future__ import annotations

import re
import unicodedata

_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_ONSET = "b|ch?|d|đ|gh?|gi|h|kh?|l|m|ngh?|nh|n|ph?|qu|r|s|th?|tr|v|x"
_RHYME = (
    "(?:[aăâeêioôơuưy]|ia|iê|ya|yê|ua|uô|ưa|ươ|oa|oă|oe|oo|uâ|uê|uơ|uy|uya|uyê|uyu)(?:ch?|k|m|nh|ng?|p|t|[iyou])?"
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?{_RHYME}")
_ETH_WORD = re.compile(r"[^\W\d_]*[Ðð][^\W_]*")
_ONLY_VIETNAMESE = re.compile("[ƠơƯư\u1ea0-\u1ef9]")
_VOWEL = re.compile("[aeiouyáéíóúýäöüæ]", re.I)


def is_syllable(word: str) -> bool:
    """Whether ``word`` (one word, NFC) can be a Vietnamese syllable with its tone."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    toneless = decomposed.translate(_TONES)
    return len(decomposed) - len(toneless) <= 1 and bool(_SYLLABLE.fullmatch(unicodedata.normalize("NFC", toneless)))


def mend_eth(text: str) -> str:
    """``text`` with the Icelandic ``Ð``/``ð`` (U+00D0, U+00F0) as ``Đ``/``đ`` in Vietnamese words.

    A word is Vietnamese if it is a syllable that begins with the letter (``Ðảng``) or an acronym without vowels
    (``HÐND``). If the text also has letters that only Vietnamese uses, any acronym (``DAÐT``) and the letter by
    itself (``50.000 ð``) count too. Icelandic (``Sigurðsson``, ``MAÐUR``) and Croatian words (``Ðoković``) stay.
    """
    if "Ð" not in text and "ð" not in text:
        return text
    vietnamese = bool(_ONLY_VIETNAMESE.search(text))

    def mended(found: re.Match[str]) -> str:
        word = found.group()
        meant = word.replace("Ð", "Đ").replace("ð", "đ")
        acronym = word.isupper() and len(word) > 1
        if (meant[0] in "Đđ" and is_syllable(meant)) or (acronym and not _VOWEL.search(word)):
            return meant
        return meant if vietnamese and (acronym or len(word) == 1) else word

    return _ETH_WORD.sub(mended, text)
