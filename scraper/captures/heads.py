"""Reads the head of a WARC record and the fields of an HTTP answer: plain ones at once, any others with warcio."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from warcio.recordloader import ArcWarcRecordLoader

from scraper.captures.members import MAX_HEAD
from scraper.fetch.exchange import Headers

_VERSIONS = (b"WARC/1.1\r\n", b"WARC/1.0\r\n")
_PLAIN = re.compile(rb"(?:[!-9;-~]+:[ -~]*\r\n)+\r\n")  # the last line is empty
_LENGTH = re.compile(r"\d{1,18}")


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record."""

    fields: Mapping[str, str]  # by name in lower case; of several with one name the first
    block: bytes

    def get(self, name: str) -> str | None:
        """The first field ``name``, whatever its case, or None."""
        return self.fields.get(name.lower())


def read_record(raw: bytes) -> Record:
    """The record of which ``raw`` holds the head and the block. Raises what warcio raises for a head that is none."""
    return _plain_record(raw) or _any_record(raw)


def plain_fields(content: bytes, place: int) -> tuple[Headers, int] | None:
    """The fields whose first line begins at ``place``, and where what follows their empty line begins.

    None unless each is a line of printable ASCII, as nearly all are: reading them so takes a fifth of the time. None
    too if they end beyond MAX_HEAD: of twenty megabytes of short lines, a match takes up 900 megabytes.
    """
    found = _PLAIN.match(content, place, MAX_HEAD)
    if found is None:
        return None
    lines = content[place : found.end() - 4].decode("ascii").split("\r\n")
    return tuple((name, value.strip(" ")) for name, _, value in (line.partition(":") for line in lines)), found.end()


def _plain_record(raw: bytes) -> Record | None:
    plain = plain_fields(raw, len(_VERSIONS[0])) if raw.startswith(_VERSIONS) else None
    if plain is None:
        return None
    fields, begin = _by_name(plain[0]), plain[1]
    address, length = fields.get("warc-target-uri", ""), fields.get("content-length", "")
    if not _LENGTH.fullmatch(length) or " " in address or address.startswith("<"):  # warcio mends such addresses
        return None
    return Record(fields, raw[begin : begin + int(length)])


def _any_record(raw: bytes) -> Record:
    record = ArcWarcRecordLoader().parse_record_stream(BytesIO(raw), known_format="warc", no_record_parse=True)
    return Record(_by_name(record.rec_headers.headers), record.raw_stream.read())


def _by_name(fields: Headers) -> Mapping[str, str]:
    return {name.lower(): value for name, value in reversed(fields)}
