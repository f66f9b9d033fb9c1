"""A corpus as a WACZ, which pywb and ReplayWeb.page open: https://specs.webrecorder.net/wacz/1.1.1/

Captures go in as they were served. A 304 goes in as a ``revisit`` that names the capture it refers to, so that it
replays as the page that stood then. A page that was taken down here goes into no file.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from flows.outcome.exit_codes import ExitCode, RunError
from flows.share.chosen_captures import ChosenCapture, TakenDown, choose, read_chosen
from scraper import __version__
from scraper.captures import Capture, CaptureWriter, warcinfo
from scraper.captures.cdxj import cdxj_line
from scraper.captures.packing import warc_record
from scraper.fetch.identity import user_agent
from scraper.store import Archive
from scraper.store.articles import load_article
from scraper.store.filters import Filters
from scraper.whole_files import is_disk_full, replacing

WARC = "archive/data.warc.gz"
_LINES = 3000  # of the index in one gzip member
_ZIP64 = 2**31
_REFERS = re.compile(rb"^warc-(?:refers-to-[a-z-]+|payload-digest|profile)[ \t]*:", re.I)
_SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


@dataclass
class Packed:
    """What was written into a WACZ."""

    captures: int = 0
    articles: int = 0
    taken_down: int = 0  # captures left out because they are of, or name, what was taken down here
    lost: list[str] = field(default_factory=list)  # captures that their files no longer hold


def write_wacz(
    archive: Archive,
    folder: Path,
    filters: Filters,
    output: Path,
    *,
    title: str,
    now: datetime,
    ids: Iterable[int] | None = None,
) -> Packed:
    """Writes the captures of ``folder`` that :func:`~flows.share.chosen_captures.choose` names to ``output``.

    The file appears whole or not at all. Raises RunError where it cannot be written, or nothing is chosen.
    """
    packed = Packed()
    rows = choose(archive, filters, ids)
    if not rows:
        raise RunError("nothing was captured of that; nothing is written", ExitCode.CONFIGURATION)
    try:
        with replacing(output) as draft, zipfile.ZipFile(draft, "w") as wacz:
            _fill(wacz, archive, folder, rows, packed, title, now)
    except OSError as error:
        code = ExitCode.DISK_FULL if is_disk_full(error) else ExitCode.CONFIGURATION
        raise RunError(
            "{output}: cannot be written: {error}", code, output=output, error=error.strerror or error
        ) from error
    return packed


def _fill(
    wacz: zipfile.ZipFile,
    archive: Archive,
    folder: Path,
    rows: list[tuple[Any, ...]],
    packed: Packed,
    title: str,
    now: datetime,
) -> None:
    resources: list[dict[str, Any]] = []
    lines: list[str] = []
    originals: dict[str, list[Capture]] = {}
    taken_down = TakenDown(archive)
    with _member(wacz, WARC, resources, now, large=_is_large(folder, rows)) as sink:
        writer = CaptureWriter(sink)
        info = warcinfo(user_agent(""), "", f"export of {title}")
        writer.begin(info, Path(WARC).name)
        # Revisits come last: what they refer to may stand in a later file.
        revisits: list[tuple[Any, ...]] = []
        for row, chosen in _with_rows(folder, rows, packed.lost):
            if taken_down.is_in(chosen.capture):
                packed.taken_down += 1
            elif chosen.capture.kind == "revisit":
                revisits.append(row)
            else:
                originals.setdefault(chosen.capture.url, []).append(_bare(chosen.capture))
                lines.append(_add(writer, chosen.capture, chosen.record))
        for _, chosen in _with_rows(folder, revisits, packed.lost):
            lines.append(_add(writer, *_referring(chosen, originals.get(chosen.capture.url, []))))
    packed.captures = len(lines)
    _add_index(wacz, sorted(lines), resources, now)
    _add_pages(wacz, archive, originals.keys(), packed, resources, now)
    _add_package(wacz, resources, title, now)


def _with_rows(
    folder: Path, rows: list[tuple[Any, ...]], lost: list[str]
) -> Iterable[tuple[tuple[Any, ...], ChosenCapture]]:
    for row in rows:
        for chosen in read_chosen(folder, [row], lost):
            yield row, chosen


def _bare(capture: Capture) -> Capture:
    """The capture without its body, which an index does not need."""
    return replace(capture, body=b"")


def _add(writer: CaptureWriter, capture: Capture, record: bytes) -> str:
    offset, length = writer.copy(record)
    return cdxj_line(capture, file=Path(WARC).name, offset=offset, length=length)


def _referring(chosen: ChosenCapture, originals: list[Capture]) -> tuple[Capture, bytes]:
    """A revisit that names the capture before it which it repeats (WARC 1.1, 6.7), with that one's digest."""
    earlier = [each for each in originals if each.fetched_at <= chosen.capture.fetched_at and each.status == 200]
    if not earlier:
        return chosen.capture, chosen.record
    original = max(earlier, key=lambda each: each.fetched_at)
    head, _, block = chosen.record.partition(b"\r\n\r\n")
    kept = [line for line in head.split(b"\r\n")[1:] if line and not _REFERS.match(line)]
    pairs = [tuple(part.strip().decode("utf-8", "replace") for part in line.split(b":", 1)) for line in kept]
    date = original.fetched_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    fields = [(name, value) for name, value in pairs if name.lower() != "content-length"]
    profile = _profile(head) if original.payload_digest is None else _SAME_PAYLOAD
    fields += [
        ("WARC-Profile", profile),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", date),
        ("WARC-Refers-To", original.record_id),
    ]
    if original.payload_digest is not None:
        fields.append(("WARC-Payload-Digest", original.payload_digest))
    capture = replace(chosen.capture, payload_digest=original.payload_digest)
    return capture, warc_record(fields, block.removesuffix(b"\r\n\r\n"))


def _profile(head: bytes) -> str:
    found = re.search(rb"^warc-profile[ \t]*:[ \t]*(\S+)", head, re.I | re.M)
    return found.group(1).decode("ascii", "replace") if found else _SAME_PAYLOAD


class _Member(io.RawIOBase):
    """A member of the ZIP file while it is written, not compressed: readers jump in it. It keeps its checksum."""

    def __init__(
        self, wacz: zipfile.ZipFile, name: str, resources: list[dict[str, Any]], now: datetime, *, large: bool = False
    ) -> None:
        entry = zipfile.ZipInfo(name, now.astimezone(UTC).timetuple()[:6])
        entry.external_attr = 0o644 << 16
        self._name, self._resources = name, resources
        self._file: IO[bytes] = wacz.open(entry, "w", force_zip64=large)
        self._hash, self._size = sha256(), 0

    def write(self, data: Any) -> int:
        self._hash.update(data)
        self._size += len(data)
        return self._file.write(data)

    def writable(self) -> bool:
        return True

    def close(self) -> None:
        if not self.closed:
            self._file.close()
            checksum = f"sha256:{self._hash.hexdigest()}"
            name = Path(self._name).name
            self._resources.append({"name": name, "path": self._name, "hash": checksum, "bytes": self._size})
        super().close()


def _member(
    wacz: zipfile.ZipFile, name: str, resources: list[dict[str, Any]], now: datetime, *, large: bool = False
) -> Any:
    return _Member(wacz, name, resources, now, large=large)


def _is_large(folder: Path, rows: list[tuple[Any, ...]]) -> bool:
    """Whether the captures may need the ZIP64 form. ReplayWeb.page 2.4 looks for a member's bytes in the wrong place
    where its local header alone has ZIP64 fields, so it is used for large files only."""
    files = {folder / file for file, _, _ in rows}
    size: int = sum(path.stat().st_size for path in files if path.is_file())
    return size > _ZIP64 // 2


def _add_index(wacz: zipfile.ZipFile, lines: list[str], resources: list[dict[str, Any]], now: datetime) -> None:
    """The index in gzip members of some thousand lines, and an index of these, which a browser reads first."""
    meta = json.dumps({"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"})
    places, offset = [f"!meta 0 {meta}"], 0
    with _member(wacz, "indexes/index.cdx.gz", resources, now) as index:
        for start in range(0, len(lines), _LINES):
            block = gzip.compress("".join(f"{line}\n" for line in lines[start : start + _LINES]).encode(), mtime=0)
            index.write(block)
            place = {"offset": offset, "length": len(block), "digest": f"sha256:{sha256(block).hexdigest()}"}
            first = lines[start].partition(" {")[0]
            places.append(f"{first} {json.dumps(place | {'filename': 'index.cdx.gz'})}")
            offset += len(block)
    with _member(wacz, "indexes/index.idx", resources, now) as index:
        index.write("".join(f"{place}\n" for place in places).encode())


def _add_pages(
    wacz: zipfile.ZipFile,
    archive: Archive,
    urls: Collection[str],
    packed: Packed,
    resources: list[dict[str, Any]],
    now: datetime,
) -> None:
    """The articles whose page is in the file, newest first, with title and date of publication."""
    with _member(wacz, "pages/pages.jsonl", resources, now) as pages:
        pages.write(b'{"format": "json-pages-1.0", "id": "pages", "title": "Articles"}\n')
        for row in archive.execute(
            "SELECT articles.id, captures.url FROM articles JOIN captures ON captures.id = articles.capture"
            " ORDER BY articles.id DESC"
        ).fetchall():
            if row["url"] not in urls:
                continue
            article = load_article(archive, row["id"]).article
            published = article.published_at or article.published_day
            page = {
                "id": f"{article.site}/{article.key}",
                "url": row["url"],
                "ts": article.captured_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "title": article.title,
                "published": published.isoformat() if published else None,
            }
            pages.write(json.dumps(page, ensure_ascii=False).encode() + b"\n")
            packed.articles += 1


def _add_package(wacz: zipfile.ZipFile, resources: list[dict[str, Any]], title: str, now: datetime) -> None:
    created = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    package = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": title,
        "software": f"tinkhoi {__version__}",
        "created": created,
        "modified": created,
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=2).encode()
    with _member(wacz, "datapackage.json", [], now) as member:
        member.write(text)
    digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(text).hexdigest()}"}
    with _member(wacz, "datapackage-digest.json", [], now) as member:
        member.write(json.dumps(digest, indent=2).encode())
