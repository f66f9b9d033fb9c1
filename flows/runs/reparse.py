"""Reads all captures again with today's page objects; shows what would change and, on request, writes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flows.outcome.exit_codes import archive_failures
from flows.runs.past_run import past_run
from flows.storage.folder import DataFolder
from scraper.clock import utc_now
from scraper.ingest.file_reading import is_of_the_archive, said
from scraper.items import Article, Reject
from scraper.pages import pages_of
from scraper.pages.family import Family
from scraper.reading.parallel import Again, Task, read_again
from scraper.record import FIELDS, record
from scraper.sites import Site, load_sites
from scraper.store import Archive, open_reader
from scraper.store.articles import Seen, Stored, find_key, load_article, save_article
from scraper.store.ledgers import Decision, LinkOutcome, decide, witnesses
from scraper.store.watches import RULE

COMPARED = tuple(field.name for field in FIELDS if field.compared)
"""Fields of the public record that are compared."""

_SHOWN = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field of one article that today's page object reads differently."""

    site: str
    key: str
    field: str
    before: str
    after: str


@dataclass(kw_only=True)
class Reparsed:
    """What a reparse found, and which part of it was written."""

    read: int = 0  # captures
    differences: list[Difference] = field(default_factory=list)
    found: list[str] = field(default_factory=list)  # addresses that were refused before and are articles today
    refused: list[Reject] = field(default_factory=list)  # articles that would be refused today; they stay
    lost: list[str] = field(default_factory=list)  # captures whose file or record is not there any more
    written: int = 0

    @property
    def articles_that_differ(self) -> int:
        """The articles with at least one field that differs."""
        return len({(each.site, each.key) for each in self.differences})

    def by_field(self) -> dict[str, list[Difference]]:
        """The differences of each field, in the order of the record."""
        grouped = {name: [each for each in self.differences if each.field == name] for name in COMPARED}
        return {name: found for name, found in grouped.items() if found}


def run_reparse(
    data: DataFolder, *, site: str | None = None, accept: bool = False, workers: int = 1, now: datetime | None = None
) -> Reparsed:
    """Reads again the capture of every article's current words, and every page that was refused.

    Makes no request. Without ``accept`` nothing is written; with it what differs becomes a revision of the parser,
    and the date of update stays, because no newspaper has edited anything. Raises RunError.
    """
    known = load_sites(data.site_folders)
    if site is not None:
        known.named(site)
    done = Reparsed()
    with _opened(data, accept, now or utc_now()) as (archive, run):
        for again in read_again(tasks(archive, data, known, site), workers):
            done.read += 1
            try:
                judge(archive, again, run, done)
            except Exception as error:  # one article must not cost the others
                if is_of_the_archive(error):
                    raise
                done.lost.append(f"{again.url}: cannot be compared or stored: {said(error)}")
    return done


@contextmanager
def _opened(data: DataFolder, accept: bool, now: datetime) -> Iterator[tuple[Archive, str | None]]:
    if accept:
        with past_run(data, "reparse", now) as (archive, _, run):
            yield archive, run
        return
    with archive_failures(), open_reader(data.database) as archive:
        yield archive, None


def tasks(archive: Archive, data: DataFolder, sites: dict[str, Site], site: str | None = None) -> list[Task]:
    """The captures to be read again, file by file and in the order of each."""
    families = {each.id: pages_of(each) for each in sites.values()}
    rows = archive.rows(
        "SELECT captures.id, captures.site, captures.url, captures.fetched_at, captures.file, captures.offset,"
        " captures.record_id, articles.id AS article"
        " FROM captures LEFT JOIN articles ON articles.capture = captures.id"
        " WHERE (articles.id IS NOT NULL OR captures.kind = 'rejected') AND (:site IS NULL OR captures.site = :site)"
        " ORDER BY captures.file, captures.offset",
        {"site": site},
    )
    parts = _parts(archive, families)
    found = []
    for row in rows:
        if row["site"] not in sites:
            continue
        key = families[row["site"]].key(row["url"])
        found.append(
            Task(
                capture=row["id"],
                article=row["article"],
                path=data.captures / row["file"],
                offset=row["offset"],
                record_id=row["record_id"],
                site=sites[row["site"]],
                witnesses=witnesses(archive, row["site"], key) if key else (),
                parts=tuple(parts.get((row["site"], key, row["file"]), ())),
            )
        )
    return found


def _parts(archive: Archive, families: dict[str, Family]) -> dict[tuple[str, str | None, str], list[tuple[int, str]]]:
    """Offset and record of the captured further pages of divided articles, by site, key and file."""
    found: dict[tuple[str, str | None, str], list[tuple[int, str]]] = {}
    for row in archive.rows("SELECT site, url, file, offset, record_id FROM captures WHERE kind = 'part'"):
        if row["site"] in families:
            place = row["site"], families[row["site"]].key_of_part(row["url"]), row["file"]
            found.setdefault(place, []).append((row["offset"], row["record_id"]))
    return found


def judge(archive: Archive, again: Again, run: str | None, done: Reparsed) -> None:
    """Adds one capture, read again, to what was ``done``; writes it where there is a ``run``."""
    result, article = again.result, again.task.article
    if result is None:
        done.lost.append(again.lost or "")
    elif isinstance(result, Reject):
        if article is not None:
            done.refused.append(result)
    elif article is not None:
        stored = load_article(archive, article)
        found = differences(stored, result)
        done.differences += found
        if found and run is not None:
            _write(archive, again, replace(result, updated_at=stored.article.updated_at), run)
            done.written += 1
    elif find_key(archive, result.site, result.key) is None:
        done.found.append(again.url)
        if run is not None:
            _write(archive, again, result, run)
            done.written += 1


def differences(stored: Stored, today: Article) -> list[Difference]:
    """The fields that today's reading gives differently."""
    before, after = _read(stored.article), _read(today)
    return [
        Difference(
            site=stored.article.site,
            key=stored.article.key,
            field=name,
            before=_shown(before[name], after[name]),
            after=_shown(after[name], before[name]),
        )
        for name in COMPARED
        if _comparable(name, before[name]) != _comparable(name, after[name])
    ]


def _read(article: Article) -> dict[str, Any]:
    """The record without watchwords: a user follows them, a page object does not read them."""
    found = record(article)
    return found | {"topics": [topic for topic in found["topics"] if topic["rule"] != RULE]}


def _comparable(name: str, value: Any) -> Any:
    if name in ("topics", "problems"):  # sets, which the archive keeps in an order of its own
        return sorted(str(sorted(each.items())) for each in value)
    return value


def _shown(value: Any, other: Any) -> str:
    """A value for the report; of a list only the parts that the other list lacks."""
    if isinstance(value, list) and isinstance(other, list):
        value = [each for each in value if each not in other]
    text = "nothing" if value in (None, [], "") else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _write(archive: Archive, again: Again, article: Article, run: str) -> None:
    seen = Seen(
        capture=again.task.capture,
        run=run,
        origin=archive.value("SELECT origin FROM captures WHERE id = ?", (again.task.capture,)),
        url=again.url,
        etag=again.etag,
        last_modified=again.last_modified,
    )
    with archive.transaction():
        saved = save_article(archive, article, seen, same_as=again.task.article)
        if saved.id is None:
            return
        archive.execute("UPDATE captures SET kind = 'article' WHERE id = ?", (again.task.capture,))
        decision = Decision(LinkOutcome.COLLECTED, article=saved.id)
        decide(archive, article.site, article.key, decision, at=article.captured_at, run=run)
