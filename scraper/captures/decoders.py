"""Undoes Content-Encodings in linear time and within limits of memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

from scraper.fetch.limits import MAX_ENCODINGS
from scraper.text.sentence import Sentence

MAX_BODY = 16 * 1024 * 1024
"""The most bytes that undoing the Content-Encodings of one body may give, of all layers together: twice what a crawl
accepts."""

MAX_GZIP_MEMBERS = 256
"""The most gzip members in one body. A server that flushes its output piece by piece writes a few dozen."""

MAX_WINDOW = 23
"""The largest window of a body in zstd, as a power of two: the 8 MB that RFC 9659 allows on the web."""

OPENING = 4096
"""The bytes of a body, unpacked, that are enough to tell a page from a feed."""

_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Undone:
    """A body after its encodings were undone."""

    body: bytes  # empty if there is a problem
    problem: tuple[str, str] | None = None  # the outcome and its detail
    was_plain: bool = False  # the writer had decoded it but kept the header


class _TooLarge(Exception):
    pass


def undo(body: bytes, encodings: Sequence[str]) -> Undone:
    """``body`` with the encodings undone that its Content-Encoding headers name.

    Browsers and many crawlers decode a body before they write it, and some servers name an encoding that is none.
    What is markup already is therefore returned as it is.
    """
    names = [part.strip().lower() for value in encodings for part in value.split(",")]
    names = [name for name in names if name and name != "identity"]
    if len(names) > MAX_ENCODINGS:
        return Undone(b"", ("undecodable", Sentence("{some} encodings, one over the other", some=len(names))))
    undone, left = body, MAX_BODY
    for encoding in reversed(names):
        decode = _DECODERS.get(encoding)
        if decode is None:
            return _plain(undone) or Undone(
                b"", ("undecodable", Sentence("Content-Encoding {encoding} is not known", encoding=encoding))
            )
        try:
            undone = decode(undone, left)
        except _TooLarge:
            return Undone(b"", ("too-large", Sentence("more than {most} bytes when unpacked", most=MAX_BODY)))
        except Exception as error:
            return _plain(undone) or Undone(
                b"", ("undecodable", Sentence("not {encoding}: {error}", encoding=encoding, error=error))
            )
        left -= len(undone)
    return Undone(undone)


def undo_opening(body: bytes, encodings: Sequence[str]) -> Undone:
    """As :func:`undo`, but of a body in gzip perhaps only the first OPENING bytes, whatever follows them."""
    if [value.strip().lower() for value in encodings] == ["gzip"]:
        with suppress(zlib.error):
            begun = zlib.decompressobj(31).decompress(body[:OPENING], OPENING)
            if len(begun) == OPENING:
                return Undone(begun)
    return undo(body, encodings)


def _plain(body: bytes) -> Undone | None:
    """The body if it is text already: it begins with a tag and has no byte that only compressed data has."""
    start = body[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"<") or b"\0" in start:
        return None
    return Undone(body, None, was_plain=True)


def _gunzip(body: bytes, limit: int) -> bytes:
    pieces: list[bytes] = []
    place = members = size = 0
    while body[place : place + 2] == b"\x1f\x8b":
        members += 1
        if members > MAX_GZIP_MEMBERS:
            raise ValueError(Sentence("more than {max_gzip_members} gzip members", max_gzip_members=MAX_GZIP_MEMBERS))
        piece, place = _inflate(body, place, 31, limit - size)
        pieces.append(piece)
        size += len(piece)
    if not size and place < len(body):
        raise ValueError(Sentence("no gzip header"))
    return b"".join(pieces)


def _deflate(body: bytes, limit: int) -> bytes:
    try:
        return _inflate(body, 0, 15, limit)[0]
    except zlib.error:
        return _inflate(body, 0, -15, limit)[0]  # some Microsoft servers call this deflate


def _inflate(body: bytes, place: int, window: int, limit: int) -> tuple[bytes, int]:
    """What the stream at ``place`` holds, and where it ends. Feeds it piece by piece, because zlib copies whatever it
    is given and does not need."""
    unzip, pieces, size = zlib.decompressobj(window), list[bytes](), 0
    while not unzip.eof and place < len(body):
        fed = body[place : place + _CHUNK]
        piece = unzip.decompress(fed, limit + 1 - size)
        size += len(piece)
        if size > limit:
            raise _TooLarge
        pieces.append(piece)
        place += len(fed) - len(unzip.unused_data)
    return b"".join(pieces), place


def _unbrotli(body: bytes, limit: int) -> bytes:
    import brotli

    unpack = brotli.Decompressor()
    out = bytearray(unpack.process(body, output_buffer_limit=limit + 1))
    while len(out) <= limit and not unpack.is_finished():
        piece = unpack.process(b"", output_buffer_limit=_CHUNK * 16)
        if not piece:
            break
        out += piece
    if len(out) > limit:
        raise _TooLarge
    return bytes(out)


def _unzstd(body: bytes, limit: int) -> bytes:
    from scraper.captures.zstandard import zstd

    options = {int(zstd.DecompressionParameter.window_log_max): MAX_WINDOW}
    out = bytes(zstd.ZstdFile(BytesIO(body), options=options).read(limit + 1))
    if len(out) > limit:
        raise _TooLarge
    return out


_DECODERS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
