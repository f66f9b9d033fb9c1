"""Reads captures again with today's page objects, on all cores. Imports little, as each process imports it first."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from scraper.captures import Capture, read_capture_at
from scraper.items import Article, PrintedArticle, Reject, Witness
from scraper.reading import read_article, read_printed
from scraper.reading.parts import place_of
from scraper.sites import Site

_CHUNK = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One capture to be read again."""

    capture: int  # captures.id
    article: int | None  # the article whose words it holds; None for a page that was rejected
    path: Path
    offset: int
    record_id: str
    site: Site
    witnesses: tuple[Witness, ...]
    parts: tuple[tuple[int, str], ...] = ()  # offset and record of its further pages in the same file


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """One capture that was read again."""

    task: Task
    url: str = ""
    etag: str | None = None
    last_modified: str | None = None
    result: Article | Reject | None = None
    lost: str | None = None  # why the capture is no longer there


def read_again(all_tasks: Sequence[Task], workers: int) -> Iterator[Again]:
    """Reads the captures with today's page objects, in their order, in ``workers`` processes (1: in this one)."""
    if workers == 1 or len(all_tasks) <= _CHUNK:
        yield from map(_read, all_tasks)
        return
    chunks = iter([all_tasks[start : start + _CHUNK] for start in range(0, len(all_tasks), _CHUNK)])
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        # Few at a time, because results wait in memory, and a stop must wait for all that was handed out.
        running: list[Future[list[Again]]] = [pool.submit(_read_all, chunk) for chunk in islice(chunks, 2 * workers)]
        while running:
            done = running.pop(0).result()
            running += [pool.submit(_read_all, chunk) for chunk in islice(chunks, 1)]
            yield from done


def _read_all(some_tasks: Iterable[Task]) -> list[Again]:
    return [_read(task) for task in some_tasks]


def _read(task: Task) -> Again:
    try:
        capture = _capture(task.path, task.offset, task.record_id)
    except (LookupError, OSError) as error:
        return Again(task=task, lost=str(error))
    return Again(
        task=task,
        url=capture.url,
        etag=capture.header("ETag"),
        last_modified=capture.header("Last-Modified"),
        result=_article(task, capture),
    )


def _capture(path: Path, offset: int, record_id: str) -> Capture:
    # A record without an id of its own is identified by its place.
    return read_capture_at(path, offset, record_id if record_id.startswith("<") else None)


def _parts(task: Task) -> Iterator[tuple[str, PrintedArticle]]:
    for offset, record_id in task.parts:
        capture = _capture(task.path, offset, record_id)
        kind = capture.header("Content-Type")
        printed = read_printed(
            capture.body, capture.url, task.site, content_type=kind, captured_at=capture.fetched_at
        )
        if isinstance(printed, PrintedArticle):
            yield place_of(capture.url), printed


def _article(task: Task, capture: Capture) -> Article | Reject:
    try:
        return read_article(
            capture.body,
            capture.url,
            task.site,
            captured_at=capture.fetched_at,
            content_type=capture.header("Content-Type"),
            witnesses=task.witnesses,
            parts=dict(_parts(task)),
        )
    except Exception as error:
        return Reject(reason="parser", detail=f"{type(error).__name__}: {error}", url=capture.url)
