"""How words enter the search index: SQL alone turns every ``đ`` into ``d``.

SQLite's tokenizer removes every mark except the bar of ``đ``. Folding one letter to one letter keeps the tokens of
index and row aligned, so snippets and highlights show the original words.
"""

from __future__ import annotations

COLUMNS = ("kicker", "title", "lead", "body", "captions")
"""The columns of ``articles`` that are searched, in the order of the index."""

# U+00D0 and U+00F0 are Icelandic eth, which some sites print for U+0110 and U+0111.
_BARRED = {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"}
_FOLD = str.maketrans(_BARRED)


def fold_bar(text: str) -> str:
    """``text`` as the index holds it."""
    return text.translate(_FOLD)


def folded(row: str) -> str:
    """The searched columns of ``row`` (a table's name, ``old`` or ``new``) as an SQL list, folded like the index."""
    return ", ".join(_folded_sql(f"{row}.{column}") for column in COLUMNS)


def _folded_sql(value: str) -> str:
    for barred, plain in _BARRED.items():
        value = f"replace({value}, '{barred}', '{plain}')"
    return value
