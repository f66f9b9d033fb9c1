"""Undoes Content-Encodings, within limits."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

MAX_BODY = 16 * 1024 * 1024
"""The most bytes of one body after its Content-Encoding is undone: twice what a crawl accepts."""

MAX_ENCODINGS = 3
"""The most encodings on top of each other in one body. A server uses one, and a proxy may add another."""

MAX_GZIP_MEMBERS = 256
"""The most gzip members in one body. A server that flushes its output piece by piece writes a few dozen."""

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

    Browsers and many crawlers decode a body before they write it. A body that is markup already is therefore
    returned unchanged.
    """
    names = [part.strip().lower() for value in encodings for part in value.split(",")]
    names = [name for name in names if name and name != "identity"]
    if len(names) > MAX_ENCODINGS:
        return Undone(b"", ("undecodable", f"{len(names)} encodings, one over the other"))
    undone = body
    for encoding in reversed(names):
        decode = _DECODERS.get(encoding)
        if decode is None:
            return Undone(b"", ("undecodable", f"Content-Encoding {encoding} is not known"))
        try:
            undone = decode(undone)
        except _TooLarge:
            return Undone(b"", ("too-large", f"more than {MAX_BODY} bytes when unpacked"))
        except Exception as error:
            return _plain(body) or Undone(b"", ("undecodable", f"not {encoding}: {error}"))
    return Undone(undone)


def _plain(body: bytes) -> Undone | None:
    """The body if it is text already: it begins with a tag and has no byte that only compressed data has."""
    start = body[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"<") or b"\0" in start:
        return None
    return Undone(body, None, was_plain=True)


def _gunzip(body: bytes) -> bytes:
    out = bytearray()
    for _ in range(MAX_GZIP_MEMBERS):
        if not body.startswith(b"\x1f\x8b"):
            break
        piece, body = _inflate(body, 31, MAX_BODY - len(out))
        out += piece
    else:
        raise ValueError(f"more than {MAX_GZIP_MEMBERS} gzip members")
    if not out and body:
        raise ValueError("no gzip header")
    return bytes(out)


def _deflate(body: bytes) -> bytes:
    try:
        return _inflate(body, 15, MAX_BODY)[0]
    except zlib.error:
        return _inflate(body, -15, MAX_BODY)[0]  # some Microsoft servers call this deflate


def _inflate(body: bytes, window: int, limit: int) -> tuple[bytes, bytes]:
    unzip = zlib.decompressobj(window)
    out = unzip.decompress(body, limit + 1)
    if len(out) > limit:
        raise _TooLarge
    return out, unzip.unused_data


def _unbrotli(body: bytes) -> bytes:
    import brotli

    unpack = brotli.Decompressor()
    out = bytearray(unpack.process(body, output_buffer_limit=MAX_BODY + 1))
    while len(out) <= MAX_BODY and not unpack.is_finished():
        piece = unpack.process(b"", output_buffer_limit=_CHUNK * 16)
        if not piece:
            break
        out += piece
    if len(out) > MAX_BODY:
        raise _TooLarge
    return bytes(out)


def _unzstd(body: bytes) -> bytes:
    from scraper.captures.zstandard import zstd

    out = bytes(zstd.ZstdFile(BytesIO(body)).read(MAX_BODY + 1))
    if len(out) > MAX_BODY:
        raise _TooLarge
    return out


_DECODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
