"""Content-Encodings undone, within limits."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

MAX_BODY = 16 * 1024 * 1024
"""Bytes of one body after its Content-Encoding is undone; twice what a crawl accepts."""

_CHUNK = 64 * 1024


class _TooLarge(Exception):
    pass


def decoded(body: bytes, encodings: Sequence[str]) -> tuple[bytes, tuple[str, str] | None]:
    """``body`` with the values of its Content-Encoding headers undone, or empty with the outcome and its detail."""
    names = [part.strip().lower() for value in encodings for part in value.split(",")]
    for encoding in reversed([name for name in names if name and name != "identity"]):
        decode = _DECODERS.get(encoding)
        if decode is None:
            return b"", ("undecodable", f"Content-Encoding {encoding} is not known")
        try:
            body = decode(body)
        except _TooLarge:
            return b"", ("too-large", f"more than {MAX_BODY} bytes when unpacked")
        except Exception as error:
            return b"", ("undecodable", f"not {encoding}: {error}")
    return body, None


def _gunzip(body: bytes) -> bytes:
    out = bytearray()
    while body.startswith(b"\x1f\x8b"):
        piece, body = _inflate(body, 31, MAX_BODY - len(out))
        out += piece
    if not out and body:
        raise ValueError("no gzip header")
    return bytes(out)


def _deflate(body: bytes) -> bytes:
    try:
        return _inflate(body, 15, MAX_BODY)[0]
    except zlib.error:
        return _inflate(body, -15, MAX_BODY)[0]  # what some servers of Microsoft's call deflate


def _inflate(body: bytes, window: int, limit: int) -> tuple[bytes, bytes]:
    unzip = zlib.decompressobj(window)
    out = unzip.decompress(body, limit + 1)
    if len(out) > limit:
        raise _TooLarge
    return out, unzip.unused_data


def _unbrotli(body: bytes) -> bytes:
    import brotli  # type: ignore[import-untyped]

    unpack = brotli.Decompressor()
    out = unpack.process(body, output_buffer_limit=MAX_BODY + 1)
    while len(out) <= MAX_BODY and not unpack.is_finished():
        piece = unpack.process(b"", output_buffer_limit=_CHUNK * 16)
        if not piece:
            break
        out += piece
    if len(out) > MAX_BODY:
        raise _TooLarge
    return bytes(out)


def _unzstd(body: bytes) -> bytes:
    from backports import zstd

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
