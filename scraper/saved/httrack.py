"""HTTrack's cache (``hts-cache/new.zip``): each entry is a page, with status and headers in the entry's local header.

The central directory, which every unzip program reads, does not have them. The entry's date is the page's
Last-Modified. Only the comment "Mirrored from" in the mirrored file tells when the page was fetched.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO

from scraper.captures import Tally
from scraper.fetch.exchange import Headers
from scraper.saved.page import MAX_PAGE, SavedPage, is_web, names_text
from scraper.saved.zip_files import UNREADABLE, open_zip
from scraper.text.sentence import Sentence

CACHE = "hts-cache/new.zip"

_LOCAL = struct.Struct("<4s5H3I2H")
_MIRRORED = re.compile(
    rb"<!-- Mirrored from \S+ by HTTrack Website Copier/[^,]*, (\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT) -->"
)


def is_cache(path: Path) -> bool:
    """Whether ``path`` is such a cache: a ZIP file whose entries are named by addresses."""
    try:
        with open_zip(path) as cache:
            return any(is_web(name) for name in cache.namelist()[:5])
    except (OSError, zipfile.BadZipFile):
        return False


def read_httrack(path: Path, tally: Tally) -> Iterator[SavedPage]:
    """The pages of the cache at ``path``. A mirror beside it tells the times of capture. Raises OSError."""
    mirror = path.parent.parent if path.parent.name == "hts-cache" else None
    try:
        with open_zip(path) as cache, path.open("rb") as file:
            for entry in cache.infolist():
                yield from _entry(cache, file, entry, mirror, tally, f"{path.name}: {entry.filename}")
    except zipfile.BadZipFile as error:
        tally.refuse(Sentence("{name}: not a whole cache of HTTrack: {error}", name=path.name, error=error))


def _entry(
    cache: zipfile.ZipFile, file: IO[bytes], entry: zipfile.ZipInfo, mirror: Path | None, tally: Tally, place: str
) -> Iterator[SavedPage]:
    try:
        kept = _local_headers(file, entry)
        fields = {name.lower(): value for name, value in kept}
        status = int(fields["x-statuscode"])
        is_text = names_text(fields.get("content-type", ""))
        body = _body(cache, entry, fields, mirror) if is_text or status >= 300 else None
    except (*UNREADABLE, ValueError, KeyError, struct.error) as error:
        tally.refuse(
            Sentence("{place} cannot be read: {name}: {error}", place=place, name=type(error).__name__, error=error)
        )
        return
    tally.records += 1
    if body is None or not is_web(entry.filename):
        tally.no_captures += 1
        return
    yield SavedPage(
        kind="response",
        url=entry.filename,
        body=body,
        place=place,
        captured_at=_mirrored_at(mirror, fields.get("x-save")),
        status=status,
        headers=_headers(kept),
    )


def _local_headers(file: IO[bytes], entry: zipfile.ZipInfo) -> Headers:
    file.seek(entry.header_offset)
    magic, *rest = _LOCAL.unpack(file.read(_LOCAL.size))
    if magic != b"PK\x03\x04":
        raise ValueError(Sentence("no local header"))
    file.seek(rest[-2], 1)
    lines = file.read(rest[-1]).decode("utf-8", "replace").splitlines()
    pairs = (line.partition(":") for line in lines if ":" in line)
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def _body(
    cache: zipfile.ZipFile, entry: zipfile.ZipInfo, fields: dict[str, str], mirror: Path | None
) -> bytes | None:
    """The page from the cache, else from the mirror; None if neither holds it."""
    if fields.get("x-in-cache") == "1" or int(fields["x-statuscode"]) >= 300:
        if entry.file_size > MAX_PAGE:
            raise ValueError(Sentence("has more than {max_page} bytes", max_page=MAX_PAGE))
        with cache.open(entry) as page:
            return page.read(MAX_PAGE)
    held = _in_mirror(mirror, fields.get("x-save"))
    return held.read_bytes()[:MAX_PAGE] if held is not None else None


def _in_mirror(mirror: Path | None, name: str | None) -> Path | None:
    if mirror is None or not name:
        return None
    path = (mirror / name).resolve()
    return path if path.is_file() and path.is_relative_to(mirror.resolve()) else None


def _mirrored_at(mirror: Path | None, name: str | None) -> datetime | None:
    held = _in_mirror(mirror, name)
    if held is None:
        return None
    with held.open("rb") as file:
        found = _MIRRORED.search(file.read(MAX_PAGE))
    return parsedate_to_datetime(found.group(1).decode()).astimezone(UTC) if found else None


def _headers(kept: Headers) -> Headers:
    """The response's own headers. HTTrack moves the charset, so it is put back in its place."""
    charset = next((value for name, value in kept if name.lower() == "x-charset"), None)
    headers = []
    for name, value in kept:
        if name.lower() == "content-type" and charset and "charset" not in value.lower():
            headers.append((name, f"{value}; charset={charset}"))
        elif not name.lower().startswith("x-"):
            headers.append((name, value))
    return tuple(headers)
