"""Reads the HTTP response in a record, whoever wrote it: its status line, header block and body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO

from warcio.statusandheaders import StatusAndHeadersParser

from scraper.captures.decoders import Undone, undo, undo_opening
from scraper.captures.heads import plain_fields
from scraper.captures.members import GZIP, MAX_HEAD
from scraper.fetch.exchange import Headers
from scraper.text.sentence import Sentence

MAX_CHUNKS = 250_000
"""The most chunks of one body. A server that flushes each line of a page writes some thousands."""

_STATUS = re.compile(rb"[A-Za-z]{2,10}(?:/[\d.]{1,5})?[ \t]+(\d{3})(?!\d)[^\r\n]*\r?\n?")
"""Also matches ``HTTP/2 200``, which has no reason, and ``ICY 200 OK``. Only the number counts."""

_HTTP = re.compile(rb"HTTP/", re.I)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|!--|html|head|body|\?xml|rss|urlset|feed)", re.I)
_PARSER = StatusAndHeadersParser([], verify=False)
_FRAME = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r\n")


class NoHttp(ValueError):
    """The block is no HTTP response. The message says why."""


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response as a record holds it."""

    status: int
    headers: Headers
    payload: bytes  # after its Transfer-Encoding is undone, but not its Content-Encoding
    raw: bytes  # the body exactly as the record holds it
    odd: str | None  # what is strange about the status line, for a remark

    def values(self, name: str) -> list[str]:
        """The values of each header ``name``."""
        return [value for key, value in self.headers if key.lower() == name]

    def body(self, *, opening: bool = False) -> Undone:
        """The body with its Content-Encoding undone. A page in gzip that no header names as such is unpacked too.

        With ``opening``, how it begins is enough.
        """
        encodings = self.values("content-encoding")
        if opening and encodings:
            return undo_opening(self.payload, encodings)
        if not encodings and self.payload.startswith(GZIP) and self._is_text():
            undone = undo(self.payload, ["gzip"])
            if undone.problem is None:
                return undone
        return undo(self.payload, encodings)

    def _is_text(self) -> bool:
        said = "".join(self.values("content-type")).lower()
        return not said or any(word in said for word in ("html", "xml", "text/"))


def looks_like_markup(block: bytes) -> bool:
    """Whether ``block`` begins as an HTML page, a feed or a sitemap does."""
    return _MARKUP.match(block[:1024]) is not None


def read_response(block: bytes) -> Response:
    """The response in the block of a record. Raises NoHttp."""
    block = block.lstrip(b"\r\n") if block[:1] in (b"\r", b"\n") else block
    if not block:
        raise NoHttp(Sentence("it is empty"))
    line = _STATUS.match(block[:MAX_HEAD])
    if line is None:
        first = block[:60].partition(b"\n")[0].decode("utf-8", "replace").strip()
        raise NoHttp(Sentence("it begins with {first!r}, which is no HTTP status line", first=first))
    plain = plain_fields(block, line.end()) if line.group().endswith(b"\n") else None
    if plain is not None:
        headers, raw = plain[0], block[plain[1] :]
    else:
        headers, raw = _any_fields(block)
    is_http_1 = block[:7].upper() == b"HTTP/1."
    odd = None if is_http_1 else line.group().decode("latin-1").strip()
    return Response(int(line.group(1)), headers, _unframed(raw, headers), raw, odd)


def _any_fields(block: bytes) -> tuple[Headers, bytes]:
    """The header fields of an answer and its body, as warcio reads them. Raises NoHttp."""
    end = min((found for found in (block.find(b"\r\n\r\n"), block.find(b"\n\n")) if found >= 0), default=len(block))
    if end > MAX_HEAD:
        raise NoHttp(Sentence("its header block has more than {max_head} bytes", max_head=MAX_HEAD))
    stream = BytesIO(block)
    parsed = _PARSER.parse(stream)
    return tuple((str(name), str(value)) for name, value in parsed.headers), stream.read()


def _unframed(raw: bytes, headers: Headers) -> bytes:
    """The body with its Transfer-Encodings undone, if it has any. Many writers keep only the header."""
    values = [value for name, value in headers if name.lower() == "transfer-encoding"]
    names = [part.strip().lower() for value in values for part in value.split(",")]
    body = raw
    if "chunked" in names:
        body = _dechunked(raw)
    others = [name for name in names if name not in {"", "chunked", "identity"}]
    if others:
        undone = undo(body, others)
        if undone.problem is None:
            body = undone.body
    return body


def _dechunked(raw: bytes) -> bytes:
    """The body without its chunks' frames (RFC 9112, 7.1). From what is no frame on, ``raw`` as it stands.

    Raises NoHttp for more than MAX_CHUNKS; warcio's reader, which knows no limit, took ten seconds for four million.
    """
    pieces: list[bytes] = []
    place = 0
    while frame := _FRAME.match(raw, place):
        size = int(frame[1], 16)
        start, end = frame.end(), frame.end() + size
        if not size:
            return b"".join(pieces)
        if len(pieces) == MAX_CHUNKS:
            raise NoHttp(Sentence("its body has more than {max_chunks} chunks", max_chunks=MAX_CHUNKS))
        if not b"\r\n".startswith(raw[end : end + 2]):  # a torn body may end within the line end, or before it
            break
        pieces.append(raw[start:end])
        place = end + 2
    return b"".join((*pieces, raw[place:]))
