"""Which articles concern the party blocs, their successors, or party building; and a user's watchwords.

Topics are tags, never a reason to keep or drop a page. The rules are data (``topics.toml``), and this module only
matches them: on NFC, in lower case, on whole words, and with both placements of a tone mark (``uỷ`` and ``ủy``) as
equal. Each step keeps the length of the text, so a match can be shown as it was printed.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from scraper.items import Topic
from scraper.text import squeeze, vietnamese_words

_RULES = Path(__file__).with_name("topics.toml")
_FIELDS = ("title", "kicker", "lead", "body", "captions")

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE_FIRST = {
    first + unicodedata.normalize("NFC", second + tone): unicodedata.normalize("NFC", first + tone) + second
    for pair in ("oa", "oe", "uy")
    for first in (pair[0], pair[0].upper())
    for second in (pair[1], pair[1].upper())
    for tone in _TONES
}
_TONE_ON_SECOND = re.compile("|".join(_TONE_FIRST))
_EITHER_TONE = {first: f"(?:{first}|{second})" for second, first in _TONE_FIRST.items()}
_TONE_ON_FIRST = re.compile("|".join(_EITHER_TONE))


def tag(
    *,
    title: str,
    kicker: str | None = None,
    lead: str | None = None,
    body: Sequence[str] = (),
    captions: Sequence[str] = (),
) -> tuple[Topic, ...]:
    """The topics that an article belongs to, with at most one tag each, in the order of the rules.

    A tag holds the first words that matched, as printed, and the name of the first rule that matched. The title is
    read first, then kicker, lead, body and captions.
    """
    texts = {"title": [title], "kicker": [kicker or ""], "lead": [lead or ""], "body": body, "captions": captions}
    whole = _Passage("\n".join(text for field in _FIELDS for text in texts[field]))
    words_of_all = frozenset(vietnamese_words(whole.printed))
    passages: dict[str, list[_Passage]] = {}
    tags: dict[str, Topic] = {}
    for rule in rules():
        if rule.topic in tags or not (patterns := rule.found_in(whole, words_of_all)):
            continue
        for field in rule.where:
            if field not in passages:
                passages[field] = [_Passage(text) for text in texts[field] if text]
        for passage in (passage for field in rule.where for passage in passages[field]):
            words = rule.words(passage, patterns)
            if words is not None:
                tags[rule.topic] = Topic(topic=rule.topic, words=words, rule=rule.name)
                break
    return tuple(tags.values())


def match_watch(words: str, texts: Iterable[str | None]) -> str | None:
    """The first match of a watchword in ``texts``, as printed there, or None.

    A watchword is one whole word, or several in a row, in upper or lower case. If it is typed with marks, the marks
    must match (in either tone placement). If it is typed without any, such as ``ky luat``, it matches all marks.
    """
    wanted = squeeze(words)
    if not wanted:
        return None
    form = _bare if _bare(wanted) == wanted.lower() else _lower
    pattern = _phrase(re.escape(form(wanted)).replace(r"\ ", " "))
    for text in texts:
        printed = unicodedata.normalize("NFC", text or "")
        for start, end in _spans(pattern, form(printed)):
            return squeeze(printed[start:end])
    return None


class _Passage:
    """One text of an article as printed, and two forms of the same length on which rules are matched."""

    def __init__(self, text: str) -> None:
        self.printed = unicodedata.normalize("NFC", text)

    @cached_property
    def written(self) -> str:
        """With ``Ð`` as ``Đ``."""
        return self.printed.replace("Ð", "Đ")

    @cached_property
    def lower(self) -> str:
        """In lower case, with ``ð`` as ``đ``."""
        return _lower(self.printed)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One pattern, and words without marks that stand in each text that it fits: they are looked up first."""

    expression: re.Pattern[str]
    words: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of ``topics.toml``."""

    topic: str
    name: str
    patterns: tuple[_Pattern, ...]
    unless: tuple[re.Pattern[str], ...]
    as_written: bool  # capitals count
    where: tuple[str, ...]  # the fields that it reads

    def _text(self, passage: _Passage) -> str:
        return passage.written if self.as_written else passage.lower

    def found_in(self, whole: _Passage, words: frozenset[bytes]) -> list[re.Pattern[str]]:
        """The patterns that are found anywhere in an article, which has these ``words`` without marks."""
        perhaps = [pattern.expression for pattern in self.patterns if pattern.words <= words]
        return [expression for expression in perhaps if expression.search(self._text(whole))]

    def words(self, passage: _Passage, patterns: Sequence[re.Pattern[str]]) -> str | None:
        """The first words of ``passage`` that one of the rule's ``patterns`` fits, as printed, or None."""
        text = self._text(passage)
        found = sorted(span for pattern in patterns for span in _spans(pattern, text))
        spared = [span for pattern in self.unless for span in _spans(pattern, text)] if found else []
        for start, end in found:
            if not any(s < end and start < e for s, e in spared):
                return squeeze(passage.printed[start:end])
        return None


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of ``topics.toml`` in the file's order. Raises ValueError for a rule that cannot be used."""
    table = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    return tuple(_rule(**entry) for entry in table["rule"])


def _rule(
    *,
    topic: str,
    name: str,
    patterns: Sequence[str],
    unless: Sequence[str] = (),
    as_written: bool = False,
    where: Sequence[str] = _FIELDS,
) -> Rule:
    if not set(where) <= set(_FIELDS):
        raise ValueError(f"topics.toml, rule {name!r}: {list(where)} are not all fields")
    if not as_written and any(each != each.lower() for each in (*patterns, *unless)):
        raise ValueError(f"topics.toml, rule {name!r}: a pattern without as_written is in lower case")
    return Rule(
        topic=topic,
        name=name,
        patterns=tuple(_Pattern(_phrase(pattern), _words_of(pattern)) for pattern in patterns),
        unless=tuple(map(_phrase, unless)),
        as_written=as_written,
        where=tuple(where),
    )


_MAY_FOLLOW = re.compile(r"\((?: [^()|?]+\|)* [^()|?]+\)\?")
_NO_WORDS = re.compile(r"\([^()]*\)|\[[^\]]*\]|\\.")
_WHOLE_WORDS = re.compile(r"(?:^|(?<= ))[^\W\d_]+(?: [^\W\d_]+)*(?=\x1e*(?:$| (?![?*])))")


def _words_of(pattern: str) -> frozenset[bytes]:
    """Words that stand whole in each text that ``pattern`` fits, without marks.

    They are those outside of all groups, beside which blanks stand, or groups of words that may follow.
    """
    row, groups = _MAY_FOLLOW.sub("\x1e", pattern), 1
    while groups:
        row, groups = _NO_WORDS.subn("\0", row)
    return frozenset(() if "|" in row else vietnamese_words(" ".join(_WHOLE_WORDS.findall(row))))


def _phrase(pattern: str) -> re.Pattern[str]:
    """``pattern`` on whole words, with any white space in the place of its blanks, and both placements of a tone."""
    either = _TONE_ON_FIRST.sub(lambda pair: _EITHER_TONE[pair[0]], _written(pattern))
    return re.compile("(?:" + either.replace(" ", r"(?:[^\S\n]+)") + r")(?!\w)")


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Where ``pattern`` matches whole words.

    The start of a word is checked here, not in the pattern: a pattern that begins with letters is found many times
    faster than one that begins with a lookbehind.
    """
    found = pattern.search(text)
    while found:
        start, end = found.span()
        inside = start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_")
        if not inside:
            yield start, end
        found = pattern.search(text, start + 1 if inside else end)


def _written(text: str) -> str:
    """``text`` with each tone mark on the first vowel of its pair and ``Ð`` as ``Đ``. Its length stays the same."""
    return _TONE_ON_SECOND.sub(lambda pair: _TONE_FIRST[pair[0]], text).replace("Ð", "Đ")


def _lower(text: str) -> str:
    """``text`` in lower case, and ``ð`` as ``đ``. Its length stays the same."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower.replace("ð", "đ")


def _bare(text: str) -> str:
    """``text`` in lower case without marks. Its length stays the same."""
    return "".join(_letter(c) for c in _lower(text))


@cache
def _letter(character: str) -> str:
    return "d" if character == "đ" else unicodedata.normalize("NFD", character)[0]
