"""Decodes the bytes of a page to its text, whatever its server says about them.

Servers announce wrong encodings: windows-1258 as UTF-8 and the reverse. UTF-8 pages also hold articles typed in TCVN3
or VNI fonts. Vietnamese itself tells what was meant: in a right reading, nearly every word that has a letter beyond
ASCII is a Vietnamese syllable; in a wrong one, almost none is.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

from scraper.text.legacy import from_tcvn3, from_vni
from scraper.text.sentence import Sentence
from scraper.text.syllables import is_syllable

MAX_PAGE = 4 * 1024 * 1024
"""The largest page, in bytes, that is read. It takes memory, and the longest real pages seen have a tenth of it."""

_RIGHT = 0.8  # a reading counts as right from this share of syllables among the judged words
_JUDGED = 4000  # distinct words
_FEW_MARKS = 20  # question marks that may be meant

# Takes linear time on hostile pages too: what is never closed ends with the text.
_MARKUP = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1|\Z)|<[^<>]*>?", re.S | re.I)
_SEGMENT = re.compile(r"[^<>\"]+")
_WORD = re.compile(r"[^\x00-@\[-`{-\x7f\s\u2000-\u206f\u3000-\u303f]+")
_EDGE = "«»·°©®²³¡¿ªº×"
_CONSONANTS = re.compile(r"[^AEIOUYÀ-ÖØ-ÝĂƠƯ\u1ea0-\u1ef9]+")
# Characters that a Vietnamese page does not need: Western letters, and signs inside a word.
_SIGNS = frozenset("ÄÅÆÇËÎÏÑÖØÛÜÞßäåæçëîïñöøûüþÿÌÒ¢£¤¥¦§¨¬\u00ad¯±´µ¶¸¹¼½¾\ufffd") | {
    chr(c) for c in range(0x80, 0xA0)
}
_BREAKING = frozenset("¢£¤¥¦§¨¬¯±´µ¶·¸¹¼½¾\ufffd") | {chr(c) for c in range(0x80, 0xA0)}
"""What _BROKEN begins with."""
_LOST = "\ufffd"  # in both; all others are in Latin-1
_ASCII = bytes(range(128))
_NO_SIGN, _NOT_BREAKING = (
    bytes(c for c in range(256) if chr(c) not in characters) for characters in (_SIGNS, _BREAKING)
)
# Both begin with one set of characters, which a search passes over fast: pages have few of them.
_ODD = re.compile(
    "[ÄÅÆÇËÎÏÑÖØÛÜÞßäåæçëîïñöøûüþÿ\x80-\x9f\u00a0-\u00bfÌìÒò\u2018-\u201e\u2020-\u203a\u20ac](?:"
    "(?<=[ÄÅÆÇËÎÏÑÖØÛÜÞßäåæçëîïñöøûüþÿ\x80-\x9f])"
    "|(?<=[A-Za-z][\u00a1-\u00bf])|(?<=[\u00a1-\u00bf])(?=[a-z])|(?<=[AEYaeyâêôÂÊÔ][ÌìÒò])"
    "|(?<=[ÂÃáÆ][\u00a0-\u00bf\u2018-\u201e\u2020-\u203a\u20ac]))"
)
_BROKEN = re.compile(
    "[\x80-\x9f\ufffd¢-¨¬¯±´-¸¹¼-¾](?:(?<=[\x80-\x9f\ufffd])"
    "|(?<=[A-Za-zÀ-\u024f\u1e00-\u1eff][¢-¨¬¯±´-¸¹¼-¾])|(?<=[¢-¨¬¯±´-¸¹¼-¾])(?=[a-zà-\u024f\u1e00-\u1eff]))"
)
_CUT_LETTER = re.compile("(?<=\\w)\ufffd+(?=\\s*(?:\\.\\.|…|[<\"'&\\])]|$))")
_LOST_END = re.compile(r"\?[a-z]{1,4}(?![\w=/?])")  # of a lost letter; markup has these too
_LOST_LETTER = re.compile(r"(?<![\w/=&?.%#-])[A-Za-z]{0,4}\?[a-z]{1,4}(?![\w=/?])")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, how it was decoded, and why it cannot be trusted."""

    text: str
    encoding: str
    problem: str | None  # plain English; None if the text is right


def decode(body: bytes, content_type: str | None, declared: str | None = None) -> Decoded:
    """The text of ``body`` (a page, a feed, or any piece of either), without NULs.

    ``content_type`` is the server's header. ``declared`` is what the site's file says if that header is known to be
    wrong (an encoding's name, ``tcvn3`` or ``vni``). What the bytes show counts more than either. If the result is
    neither Vietnamese nor plain Western text, ``problem`` says so and the text must not be stored.
    """
    if len(body) > MAX_PAGE:
        return Decoded("", "", Sentence("{size} bytes: no page of a newspaper is so large", size=len(body)))
    mark, bom = read_bom(body)
    if mark is not None and bom is not None:
        return _checked(body[len(bom) :].decode(mark, "replace"), mark)
    if wide := _utf16(body):
        return _checked(body.decode(wide, "replace"), wide)
    try:
        text = body.decode("utf-8")
        if _shows_a_sign(body):
            mended, encoding = _mended(text)
            return _checked(mended, encoding, may_be_broken=mended is not text or _may_be_broken(body))
        text = text.replace("\0", "") if b"\0" in body else text
        return Decoded(text, "utf-8", _lost_letters(text))
    except UnicodeDecodeError:
        stated = _stated(body, content_type, declared)
    best = max(_readings(body, stated), key=lambda reading: reading[0])
    (share, judged, _), name, text = best
    if judged and share >= _RIGHT:
        return _checked(_CUT_LETTER.sub("", text) if name == "utf-8" else text, name)
    for encoding in stated:
        if encoding not in {"utf-8", "cp1252", "cp1258", "tcvn3", "vni"}:
            try:
                return _checked(body.decode(encoding), encoding)
            except UnicodeDecodeError:
                continue
    return _western(body)


def _shows_a_sign(body: bytes) -> bool:
    """Whether a text in UTF-8 holds any of _SIGNS."""
    return _holds_others(body, _NO_SIGN)


def _may_be_broken(body: bytes) -> bool:
    """Whether a text in UTF-8 holds any character with which _BROKEN begins: pages of one sign seldom do."""
    return _holds_others(body, _NOT_BREAKING)


def _holds_others(body: bytes, letters: bytes) -> bool:
    """Whether a text in UTF-8 holds _LOST, or a character of Latin-1 that is none of ``letters``."""
    rest = body.translate(None, _ASCII).decode("utf-8")
    return _LOST in rest or bool(rest.encode("latin-1", "ignore").translate(None, letters))


def _stated(body: bytes, content_type: str | None, declared: str | None) -> list[str]:
    """The encodings that the site's file, the header and the page itself name, in this order."""
    ours = (declared or "").lower()
    named = ours if ours in {"tcvn3", "vni"} else resolve_encoding(declared) if declared else None
    said = (named, http_content_type_encoding(content_type), html_body_declared_encoding(body))
    return [name for name in dict.fromkeys(said) if name is not None]


def _utf16(body: bytes) -> str | None:
    """UTF-16 without a byte order mark, which the zero bytes in its markup reveal."""
    sample = body[:2000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 5 <= len(sample):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _readings(body: bytes, stated: list[str]) -> Iterator[tuple[tuple[float, int, bool], str, str]]:
    """Each way to read ``body`` as Vietnamese, with its share of syllables, judged words and whether it is stated."""
    shown = _from_western(body)
    ways: dict[str, Callable[[], str]] = {
        "utf-8": lambda: body.decode("utf-8", "replace"),
        "cp1258": lambda: unicodedata.normalize("NFC", body.decode("cp1258", "replace")),
        "tcvn3": lambda: from_tcvn3(shown),
        "vni": lambda: from_vni(shown),
    }
    for name, read in ways.items():
        text = read()
        right, judged = _judge(text)
        yield (right / judged if judged else 0.0, judged, name in stated), name, text


def _judge(text: str) -> tuple[int, int]:
    """How many distinct words with letters beyond ASCII are Vietnamese syllables, and how many there are."""
    words = {word.strip(_EDGE) for word in _WORD.findall(_MARKUP.sub(" ", text)) if not word.isascii()}
    judged = [w for w in words if not w.isascii() and not _CONSONANTS.fullmatch(w)][:_JUDGED]
    return sum(map(is_syllable, judged)), len(judged)


def _from_western(body: bytes) -> str:
    """``body`` as windows-1252. Its five undefined bytes become Latin-1 controls, so every byte is one character."""
    return body.decode("cp1252", "_as_latin1")


def _to_western(shown: str) -> bytes:
    """The bytes that :func:`_from_western` shows as ``shown``. Raises UnicodeEncodeError."""
    return b"".join(c.encode("latin-1" if "\x80" <= c <= "\x9f" else "cp1252") for c in shown)


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("_as_latin1", _as_latin1)


def _once_more(shown: str) -> str:
    return _to_western(shown).decode("utf-8")


_SHOWN: dict[str, Callable[[str], str]] = {
    "utf-8 twice": _once_more,
    "cp1258": lambda shown: unicodedata.normalize("NFC", _to_western(shown).decode("cp1258")),
    "tcvn3": from_tcvn3,
    "vni": from_vni,
}


def _mended(text: str) -> tuple[str, str]:
    """Repairs valid UTF-8 in which some segments show another encoding's bytes as Western letters."""
    if not _ODD.search(_beyond_ascii(text)):
        return text, "utf-8"
    odd = {segment for segment in _SEGMENT.findall(text) if _ODD.search(segment)}
    best: tuple[int, str, dict[str, str]] = (0, "", {})
    for name, mend in _SHOWN.items():
        meant = {}
        words = 0
        for segment in odd:
            try:
                better = mend(segment)
            except UnicodeError:
                continue
            (right, judged), (before, _) = _judge(better), _judge(segment)
            if (right > before and right >= _RIGHT * judged) or (judged == 0 and mend is _once_more):
                meant[segment] = better
                words += right
        best = max(best, (words, name, meant), key=lambda b: b[0])
    words, name, meant = best
    if words < 2:
        return text, "utf-8"
    return _SEGMENT.sub(lambda found: meant.get(found.group(), found.group()), text), f"utf-8, parts {name}"


def _beyond_ascii(text: str) -> str:
    """The pieces of ``text`` between ``<`` with characters beyond ASCII. What _ODD and _BROKEN find is in one."""
    return "<".join([piece for piece in text.split("<") if not piece.isascii()])


def _western(body: bytes) -> Decoded:
    """Text in another Western language, or a problem."""
    text = _from_western(body)
    words = _WORD.findall(_MARKUP.sub(" ", text))
    beyond = [word for word in words if not word.strip(_EDGE).isascii()]
    if any(_BROKEN.search(word) for word in beyond) or len(beyond) * 3 > len(words):
        return Decoded(
            text.replace("\0", ""), "cp1252", Sentence("its bytes are no Vietnamese text in any encoding known")
        )
    return _checked(text, "cp1252")


def _checked(text: str, encoding: str, *, may_be_broken: bool = True) -> Decoded:
    """``text``, with a problem if it shows that letters were lost before it was sent."""
    if "\0" in text:
        text = text.replace("\0", "")
    problem = None
    if may_be_broken and _BROKEN.search(_beyond_ascii(text)):
        words = {word for word in _WORD.findall(_MARKUP.sub(" ", text)) if not word.strip(_EDGE).isascii()}
        broken = [word for word in words if _BROKEN.search(word)]
        if "\ufffd" in "".join(broken) or (len(broken) > 2 and len(broken) * 5 > len(words)):
            problem = Sentence("letters that could not be read, as in “{word}”", word=min(broken)[:40])
    return Decoded(text, encoding, problem or _lost_letters(text))


def _lost_letters(text: str) -> str | None:
    """The problem of a text whose letters became question marks."""
    if _has_more(text, "?", _FEW_MARKS) and len(_LOST_END.findall(text)) > _FEW_MARKS:
        printed = _MARKUP.sub(" ", text)
        lost = len(_LOST_LETTER.findall(printed))
        if lost > _FEW_MARKS and lost > _judge(printed)[1]:
            return Sentence("question marks stand where its letters were")
    return None


def _has_more(text: str, mark: str, most: int) -> bool:
    """Whether ``text`` holds ``mark`` more than ``most`` times, for a few: to count all would look at each letter."""
    place = -1
    for _ in range(most + 1):
        place = text.find(mark, place + 1)
        if place < 0:
            return False
    return True
