"""Reads the members of one list in a JSON file, one after the other, in bounded memory.

The standard library's ``json`` reads a file whole: a HAR file of 200 MB takes 600 MB of memory. Its decoder of single
values does the reading here, too; only the way to the list is walked by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Any

from scraper.text.sentence import Sentence

MAX_MEMBER = 24 * 1024 * 1024
"""The most characters of one value."""

_AT_ONCE = 1024 * 1024
_ENDS = tuple(",:]} \t\r\n")
_BLANK = re.compile(r"[ \t\r\n]*")


def list_members(file: IO[str], *keys: str) -> Iterator[Any]:
    """The members of the list at ``keys`` (an object's key, then a key in that object, …), without what follows it.

    Raises ValueError where the text is no JSON, has no such list, ends within it, or holds a value of more than
    MAX_MEMBER characters; RecursionError where a value is nested too deep. What was read before has been given.
    """
    text = _Text(file)
    for key in keys:
        text.enter(key)
    if text.next() != "[":
        raise ValueError(Sentence("{key} is no list", key=".".join(keys)))
    text.take("[")
    if text.next() == "]":
        return
    while True:
        yield text.value()
        if text.next() == "]":
            return
        text.take(",")


class _Text:
    """What was read of the file and not yet used."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._text = ""
        self._place = 0
        self._is_whole = False
        self._decode = json.JSONDecoder().raw_decode

    def enter(self, key: str) -> None:
        """Goes to the value of ``key`` in the object that comes next."""
        self.take("{")
        while True:
            if self.next() != '"':
                raise ValueError(Sentence("it has no {key}", key=key))
            found = self.value()
            self.take(":")
            if found == key:
                return
            self.value()
            self.take(",")

    def next(self) -> str:
        """The next character that is no blank, which stays; an empty text at the end."""
        while True:
            blank = _BLANK.match(self._text, self._place)
            self._place = blank.end() if blank else self._place
            if self._place < len(self._text) or not self._more():
                return self._text[self._place : self._place + 1]

    def take(self, sign: str) -> None:
        """Passes ``sign``, which must come next."""
        if (found := self.next()) != sign:
            said = repr(found) if found else Sentence("the end")
            raise ValueError(Sentence("{sign} is expected where {said} stands", sign=repr(sign), said=said))
        self._place += 1

    def value(self) -> Any:
        """The next value."""
        self.next()
        while True:
            try:
                found, end = self._decode(self._text, self._place)
            except ValueError:
                if not self._more():
                    raise
                continue
            if self._text[end : end + 1] in _ENDS or not self._more():  # what was read of a number may go on
                self._place = end
                return found

    def _more(self) -> bool:
        """Reads on, as much as is held; False at the end of the file."""
        if self._is_whole:
            return False
        held = self._text[self._place :]
        if len(held) > MAX_MEMBER:
            raise ValueError(Sentence("a value has more than {most} characters", most=MAX_MEMBER))
        read = self._file.read(max(_AT_ONCE, len(held)))
        self._is_whole = not read
        self._text, self._place = held + read, 0
        return bool(read)
