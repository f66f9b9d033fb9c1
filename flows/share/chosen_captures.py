"""The captures that are handed on: those of chosen articles with the lists that showed them, or all of a site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scraper.captures import Capture, Tally, capture_in
from scraper.captures.members import records_at
from scraper.store import Archive
from scraper.store.articles import article_ids
from scraper.store.filters import Filters
from scraper.text.sentence import Sentence

_ID = re.compile(rb"^warc-record-id[ \t]*:[ \t]*(\S+)", re.I | re.M)
_OF_SITES = "captures.site IS NOT NULL AND captures.kind NOT IN ('outcome', 'unowned')"


@dataclass(frozen=True, slots=True)
class ChosenCapture:
    """One capture, with its record as it stands in its file."""

    capture: Capture
    record: bytes


def choose(archive: Archive, filters: Filters, ids: Iterable[int] | None = None) -> list[tuple[Any, ...]]:
    """File, offset and record id of the captures to hand on, in the order of the files.

    Without filters, or with a site alone, this is everything that was captured of the sites. With other filters, or
    with the ``ids`` of articles, it is each capture of each of their addresses and of each source that listed them.
    """
    named = {name: value for name, value in filters.chosen.items() if value is not None}
    if ids is None and named.keys() <= {"site"}:
        site = named.get("site")
        where = f"{_OF_SITES} AND (:site IS NULL OR captures.site = :site)"
        rows = archive.rows(_select(where), {"site": site})
        return [tuple(row) for row in rows]
    urls: set[str] = set()
    for id_ in ids if ids is not None else article_ids(archive, filters):
        found = archive.rows(
            "SELECT url FROM addresses WHERE article = :id UNION SELECT url FROM articles WHERE id = :id"
            " UNION SELECT source FROM listed WHERE article = :id",
            {"id": id_},
        )
        urls.update(row["url"] for row in found)
    return sorted(row for some in _in_parts(sorted(urls), 500) for row in _captures_of(archive, some))


def _in_parts(urls: list[str], size: int) -> Iterator[list[str]]:
    return (urls[start : start + size] for start in range(0, len(urls), size))


def _captures_of(archive: Archive, urls: list[str]) -> list[tuple[Any, ...]]:
    marks = ", ".join("?" * len(urls))
    rows = archive.rows(_select(f"{_OF_SITES} AND captures.url IN ({marks})"), urls)
    return [tuple(row) for row in rows]


def _select(where: str) -> str:
    return f"SELECT file, offset, record_id FROM captures WHERE {where} ORDER BY file, offset, id"  # noqa: S608


class TakenDown:
    """What was taken down here. No capture of it is handed on, not even a list that names it."""

    def __init__(self, archive: Archive) -> None:
        keys, urls = set(), set()
        for row in archive.rows("SELECT key, url FROM forgotten"):
            keys.add(row["key"])
            urls |= {row["url"], urlsplit(row["url"]).path}
        # A key that is a number of the page, or its address, stands in every link to it.
        self._marks = tuple(mark.encode() for mark in {*keys, *urls} if len(mark) >= 5)

    def is_in(self, capture: Capture) -> bool:
        """Whether the capture is of something taken down, or names it."""
        place = capture.url.encode()
        return any(mark in place or mark in capture.body for mark in self._marks)


def read_chosen(folder: Path, rows: Iterable[tuple[Any, ...]], lost: list[str]) -> Iterator[ChosenCapture]:
    """The captures of these rows. Those that their files no longer hold are passed to ``lost``."""
    for file, offset, record_id in rows:
        path = folder / file
        found: ChosenCapture | None = None
        try:
            with path.open("rb") as opened:
                for raw in records_at(opened, offset, Tally()):
                    stated = _ID.search(raw)
                    if stated is not None and stated.group(1).decode("utf-8", "replace") not in {record_id}:
                        continue
                    capture = capture_in(raw, file, offset, Tally())
                    if capture is not None:
                        found = ChosenCapture(capture, raw)
                        break
        except OSError as error:
            lost.append(f"{path}: {error.strerror}")
            continue
        if found is None:
            lost.append(Sentence("{path}: no whole record at byte {offset}", path=path, offset=offset))
        else:
            yield found
