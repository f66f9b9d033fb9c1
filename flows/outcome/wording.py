"""Words in the reader's language: English texts by the catalogues of ``flows/locale``, decimals as Babel has them.

A catalogue is a gettext file (``LANGUAGE/LC_MESSAGES/tinkhoi.po``); beside it stands its compiled copy, which
``docs/generate.py`` makes. The context of an entry is the room whose words it translates; a text without an entry
stays English.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flows.outcome.messages import SENTENCES, EnglishWords, Lang, Message
from scraper.text.sentence import Known, Sentence, sentence_of

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LOCALE = Path(__file__).resolve().parents[1] / "locale"


@cache
def catalogue(lang: Lang) -> Catalog:
    """The catalogue of a language other than English, as people write it. To read it takes a tenth of a second.

    Raises OSError, and Babel's PoFileError for a broken one.
    """
    from babel.messages.pofile import read_po

    with (LOCALE / lang / "LC_MESSAGES" / "tinkhoi.po").open("rb") as file:
        return read_po(file, locale=lang, abort_invalid=True)


def translated(english: str, context: str, lang: Lang) -> str:
    """The words of ``context`` that mean ``english``, their values still to be put in."""
    if lang == "en":
        return english
    return _compiled(lang).pgettext(context, english)


@cache
def _compiled(lang: Lang) -> gettext.NullTranslations:
    return gettext.translation("tinkhoi", LOCALE, [lang])


def say(told: Message, lang: Lang) -> str:
    """A message for a reader."""
    return words(lang).vformat(translated(SENTENCES[told.kind], "message", lang), (), told.values)


def in_language(said: str, lang: Lang) -> str:
    """What a :class:`~scraper.text.sentence.Sentence` says, in another language; any other text as it is."""
    if not isinstance(said, Sentence):
        return said
    if said.parts:
        return said.between.join(in_language(part, lang) for part in said.parts)
    pattern = translated(said.pattern, "problem", lang)
    return (
        pattern.format(**{name: _put(value, lang) for name, value in said.values.items()}) if said.values else pattern
    )


class Size(int):
    """A number of bytes in a sentence, which each language spells as :func:`size` does."""

    def __format__(self, spec: str) -> str:
        return size(self, "en")


class Number(int):
    """A whole number in a sentence, which each language spells as :func:`number` does."""

    def __format__(self, spec: str) -> str:
        return f"{int(self):,}"


def _put(value: object, lang: Lang) -> object:
    if isinstance(value, Size):
        return size(value, lang)
    if isinstance(value, Number):
        return number(value, lang)
    if isinstance(value, OSError) and value.strerror:
        said = system(value.strerror, lang)
        return said if value.filename is None else f"{said}: {value.filename}"
    value = sentence_of(value) if isinstance(value, BaseException) else value
    if isinstance(value, Sentence):
        return in_language(value, lang)
    return system(value, lang) if isinstance(value, str) else value


def system(said: str, lang: Lang) -> str:
    """What the operating system or Python says of a file or a date, in the reader's language where it is known."""
    return translated(said, "system", lang)


def detail(kept: str, lang: Lang) -> tuple[str, Lang]:
    """What was kept of a page, a link or a problem, and the language that it is told in: English if it is no sentence
    of ours, as an error of another program.
    """
    said = str(kept) if lang == "en" else _read_back(str(kept), lang)
    return (in_language(said, lang), lang) if isinstance(said, Sentence) else (said, "en")


@lru_cache(2000)
def _read_back(kept: str, lang: Lang) -> str:
    return _known(lang).read(kept)


@cache
def _known(lang: Lang) -> Known:
    return Known(str(entry.id) for entry in catalogue(lang) if entry.id and entry.context == "problem")


def reason(name: str, lang: Lang) -> str:
    """Why a page or an address could not be fetched, in the reader's language; an unknown reason stays as it is."""
    return words(lang).write_reason(name)


def number(value: int, lang: Lang) -> str:
    """``1.846`` in Vietnamese, ``1,846`` in English."""
    if 0 <= value < 1000:  # alike in both, and most of a page's numbers
        return str(value)
    return words(lang).write_number(value)


def size(count: int, lang: Lang) -> str:
    """A number of bytes for people: ``3,1 GB`` in Vietnamese, ``3.1 GB`` in English."""
    value = float(count)
    units = ["B", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    places = 1 if units[0] not in {"B", "kB"} and value < 100 else 0
    text = f"{value:.{places}f}"
    return f"{text.replace('.', ',') if lang == 'vi' else text} {units[0]}"


@cache
def words(lang: Lang) -> EnglishWords:
    """What puts values into words of this language."""
    return EnglishWords() if lang == "en" else _Translated(lang)


class _Translated(EnglishWords):
    """Values in the words of a language that has a catalogue."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def write_number(self, value: int) -> str:
        return f"{value:,}".replace(",", ".")  # as Babel does, which first reads all that it knows of the language

    def write_decimal(self, value: float) -> str:
        from babel.numbers import format_decimal

        return format_decimal(value, locale=self.lang)

    def write_day(self, value: str) -> str:
        return "/".join(reversed(value.split("-")))  # 19/11/2026, as Vietnamese papers print it

    def write_reason(self, value: str) -> str:
        if status := re.fullmatch(r"http (\d{3})", value):
            return translated("http {status}", "reason", self.lang).format(status=status[1])
        return translated(value, "reason", self.lang)

    def write_exceptions(self, value: Sequence[Sequence[str]]) -> str:
        pattern = translated("{exception} of {host}", "reason", self.lang)
        return ", ".join(pattern.format(exception=exception, host=host) for exception, host in value)
