"""Takes an article's pages out of the captures that lie in the storage."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterator
from io import BytesIO

from flows.cluster.objects import Objects
from flows.cluster.run_objects import RUNS
from scraper.captures.members import GZIP, MAX_HEAD, read_member

_TARGET = re.compile(rb"^WARC-Target-URI: *<?([^>\r\n]*)>? *\r?$", re.M)
_RECORD = re.compile(rb"^WARC-Record-ID: *(\S+) *\r?$", re.M)


def forget_pages(objects: Objects, urls: Collection[str]) -> int:
    """Removes every record of one of ``urls``, and what was read of it. Returns the number of records removed.

    Parts are written anew without them; lines of a crawl's log that name one of the addresses go too.
    Raises StorageError.
    """
    named = {url.encode() for url in urls}
    removed: set[bytes] = set()
    keys = objects.keys(RUNS)
    for key in (key for key in keys if "/captures/" in key):
        part, gone = _without(_read(objects, key), named)
        if gone:
            objects.put(key, part)
            removed |= gone
    for key in (key for key in keys if "/pages/" in key or key.endswith(".log")):
        content = _read(objects, key)
        kept = b"".join(
            line
            for line in content.splitlines(keepends=True)
            if line.split(b" ", 1)[0] not in removed and not any(url in line for url in named)
        )
        if kept != content:
            objects.put(key, kept)
    return len(removed)


def _read(objects: Objects, key: str) -> bytes:
    found = objects.read(key)
    return found[0] if found is not None else b""


def _without(part: bytes, urls: Collection[bytes]) -> tuple[bytes, set[bytes]]:
    """The part without the members of ``urls``, and the record ids that are gone."""
    kept, gone = [], set()
    for content, packed in _members(part):
        head = content.partition(b"\r\n\r\n")[0]
        target, record = _TARGET.search(head), _RECORD.search(head)
        if target is not None and target[1] in urls:
            gone.add(record[1] if record is not None else b"")
        else:
            kept.append(packed)
    return b"".join(kept), gone


def _members(part: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Content and packed bytes of each gzip member; each holds one record.

    Of a member that is torn or damaged, the content is what can be read of it; the next one is found behind it.
    """
    file, offset = BytesIO(part), 0
    while offset < len(part):
        member = read_member(file, offset)
        if member is not None:
            content, end = member
        else:
            end = next((place for place in _begins(part, offset + 1) if read_member(file, place)), len(part))
            content = _readable(part[offset:end])
        yield content, part[offset:end]
        offset = end


def _begins(part: bytes, offset: int) -> Iterator[int]:
    """Where a gzip member may begin, from an offset on."""
    while (offset := part.find(GZIP, offset)) >= 0:
        yield offset
        offset += 1


def _readable(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(packed, MAX_HEAD)
    except zlib.error:
        return b""
