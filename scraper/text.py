"""Vietnamese text: Unicode form, white space, folding for comparison."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"[\s\u00a0\u200b\u2060\ufeff]+")


def squeeze(text: str) -> str:
    """``text`` in NFC with each run of white space as one blank and none at its ends."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def fold(text: str) -> str:
    """``text`` for comparison only: lower case, no marks, ``đ`` as ``d``, white space squeezed.

    ``Đảng uỷ`` and ``Đảng ủy`` (two placements of one tone mark) fold to the same.
    """
    decomposed = unicodedata.normalize("NFD", squeeze(text).lower())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("ð", "d")
