"""Brings one file of captures into the archive: first each capture, then what became of every link."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scraper.addresses import comparable
from scraper.captures import Capture, Heads, Tally, ignore, is_good, is_html, look_through, read_captures
from scraper.clock import utc_now
from scraper.garbage import rarely_collected
from scraper.ingest.answers import CapturedAnswer
from scraper.ingest.article_pages import PageRead, keep_pages, read_page
from scraper.ingest.failed_pages import keep_error, keep_no_answer, keep_no_page, keep_unchanged, note_absent_pages
from scraper.ingest.file_reading import FileReading, IngestedSite, is_of_the_archive, is_robots, said
from scraper.ingest.list_pages import look_for_sources, may_be_source
from scraper.ingest.missing_articles import settle_absences
from scraper.ingest.redirects import resolve_redirect
from scraper.ingest.sources import judge_sources
from scraper.items import Problem
from scraper.reading.captured_pages import KnownPages
from scraper.sites import Site
from scraper.store.archive import Archive, moment
from scraper.store.ledgers import add_problem, capture_id, note_unseen_edit
from scraper.store.reference import sync_sites
from scraper.store.runs import settle_run
from scraper.text.sentence import Sentence
from scraper.whole_files import sync

BATCH = 200
"""How many captures one transaction holds. What a crash loses is read from the file again."""

BATCH_BYTES = 16 * 1024 * 1024
"""How many bytes of pages one transaction holds. All of them stay in memory until it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What one file added to the archive, in numbers."""

    file: str
    captures: int  # all captures in the file
    repeated: int  # captures that were known before
    new: int
    edited: int
    earlier: int  # revisions older than those already known
    silent: int  # how many of the edited were edited silently
    unchanged: int
    gone: int
    rejected: int
    failed: int
    unowned: int  # captures that belong to no known site
    others: int  # pictures, styles and the like, and notes about addresses that gave no answer
    without_original: int  # captures that call an article unchanged which the archive does not hold
    torn: tuple[str, ...]  # records that could not be read: for each a sentence with file, offset and reason
    tally: Tally  # of all records of the file

    @property
    def not_pages(self) -> int:
        """The number of records that hold no page: requests, pictures, notes about the file."""
        return self.tally.no_captures + self.others

    @property
    def read(self) -> int:
        """The number of new captures of pages. Records = read + known + not pages + not ours + unreadable."""
        return self.captures - self.repeated - self.others - self.unowned


_COUNTED = (
    "captures", "repeated", "new", "edited", "earlier", "silent", "unchanged", "gone", "rejected", "failed",
    "unowned", "others", "without_original",
)  # fmt: skip


def nothing_of(file: str) -> Ingested:
    """What a file adds of which nothing can be read."""
    return Ingested(file=file, torn=(), tally=Tally(), **dict.fromkeys(_COUNTED, 0))


def ingest(
    archive: Archive,
    warc_path: Path,
    sites: Mapping[str, Site],
    run_id: str,
    *,
    origin: str = "live",
    of_past: bool = False,
    again: bool = False,
    known_pages: KnownPages | None = None,
) -> Ingested:
    """Brings the captures of a WARC file into the archive, for the run ``run_id``.

    ``origin`` is live, import, wayback or commoncrawl. ``of_past``: what a live crawl saw is read again, so it says
    nothing about how whole the site's lists are today. With ``again``, the article pages of a known file are read
    anew, after a page object or a rule was changed. What then differs is a ``parser`` revision, not an edit of the
    page. ``known_pages`` are pages of the file that today's page objects have already read.

    A page that cannot be read or kept becomes a problem; the other pages are read all the same. Raises ArchiveError
    if the archive cannot be used, OSError if the file cannot be opened, LookupError if the run is unknown.
    """
    if archive.row("SELECT 1 FROM runs WHERE id = ?", (run_id,)) is None:
        raise LookupError(Sentence("no run has the id {run_id!r}", run_id=run_id))
    known = {row["id"] for row in archive.rows("SELECT id FROM sites")}
    if not known >= sites.keys():
        sync_sites(archive, sites)
    reading = FileReading(
        archive, warc_path, sites, run_id, origin=origin, of_past=of_past, reread=again, known_pages=known_pages
    )
    with rarely_collected():
        return _read_file(reading)


def _read_file(reading: FileReading) -> Ingested:
    path, heads = reading.path, Heads(reading.pages.body_size)
    sync(path)  # a row must never outlive its evidence
    openings = look_through(path, lambda capture: _may_be_source(reading, capture), heads=heads)
    _in_batches(reading, openings, lambda capture: _look_first(reading, capture))
    pages: list[PageRead] = []
    with reading.archive.many_small_writes():
        _in_batches(
            reading,
            read_captures(path, ignore, reading.tally, heads=heads),
            lambda capture: _look_at_the_rest(reading, capture, pages),
            after=lambda: keep_pages(reading, pages),
        )
    _settle(reading)
    return Ingested(
        file=path.name,
        torn=tuple(reading.tally.unreadable),
        tally=reading.tally,
        **{name: reading.counts[name] for name in _COUNTED},
    )


def _may_be_source(reading: FileReading, capture: Capture) -> bool:
    try:
        return may_be_source(reading, capture)
    except Exception:  # whatever is odd about its address is told by the look at it
        return True


def _look_first(reading: FileReading, capture: Capture) -> None:
    reading.began = reading.began or moment(capture.fetched_at)
    look_for_sources(reading, capture)


def _in_batches(
    reading: FileReading,
    captures: Iterator[Capture],
    look: Callable[[Capture], None],
    *,
    after: Callable[[], None] = lambda: None,
) -> None:
    """Calls ``look`` with each capture and ``after`` at the end of each batch. Each batch is one transaction."""
    more = True
    while more:
        with reading.archive.transaction():
            more = False
            size = 0
            for _, capture in zip(range(BATCH), captures, strict=False):
                more = True
                try:
                    look(capture)
                except Exception as error:  # one page must not stop the others
                    if is_of_the_archive(error):
                        raise
                    reading.note_crash(capture, error, _site_of(reading, capture))
                size += len(capture.body)
                if size > BATCH_BYTES:
                    break
            after()


def _look_at_the_rest(reading: FileReading, capture: Capture, pages: list[PageRead]) -> None:
    """Keeps what is neither a source nor a redirect. Article pages are read and added to ``pages``.

    A capture noted before is left alone, unless it belonged to no site then and belongs to one now.
    """
    owner = reading.site_of(capture.url)
    known = capture_id(reading.archive, capture)
    kind = None if known is None else reading.archive.value("SELECT kind FROM captures WHERE id = ?", (known,))
    has_site_now = kind == "unowned" and owner is not None
    if known is not None and not has_site_now:
        reading.counts["repeated"] += 1
        if not reading.reread or owner is None or kind not in {"article", "rejected"}:
            return
    if owner is None:
        reading.counts["unowned"] += 1
        reading.record(capture, None, "unowned", "other")
        return
    purpose = reading.purpose_of(capture.url, owner)
    if not _keep_without_page(reading, capture, owner, purpose):
        _keep_page(reading, capture, owner, purpose, pages)


def _keep_without_page(reading: FileReading, capture: Capture, owner: IngestedSite, purpose: str) -> bool:
    """Keeps a capture that holds no page, or that the first pass has read. Returns False for any other."""
    found = reading.kinds.get((owner.site.id, comparable(capture.url), capture.fetched_at))
    if capture.kind == "outcome":
        reading.record(capture, owner, "outcome", purpose)
        reading.counts["others"] += 1
        keep_no_answer(reading, capture, owner)
    elif is_robots(capture.url):
        reading.record(capture, owner, "robots", "robots")
    elif capture.kind == "revisit" or capture.status == 304:
        reading.record(capture, owner, "unchanged", purpose)
        keep_unchanged(reading, capture, owner)
    elif found is not None:
        is_listed = found not in {"redirect", "part"}
        reading.record(capture, owner, found, "source" if is_listed and purpose == "other" else purpose)
    else:
        return False
    return True


def _keep_page(
    reading: FileReading, capture: Capture, owner: IngestedSite, purpose: str, pages: list[PageRead]
) -> None:
    if not is_good(capture):
        keep_error(reading, capture, owner, reading.record(capture, owner, "error", purpose))
    elif not is_html(capture) or purpose == "other":
        reading.record(capture, owner, "other", purpose)
        reading.counts["others"] += 1
        keep_no_page(reading, capture, owner)
    elif purpose == "source":
        reading.record(capture, owner, "error", purpose)
        reason = "not a list, feed or sitemap"
        answer = CapturedAnswer("error", capture.fetched_at, capture.status, reason=reason)
        reading.answers.note(owner.site.id, capture.url, answer)
    else:
        pages.append(read_page(reading, capture, owner))


def _note_unseen_edits(reading: FileReading) -> None:
    """Notes the edits that sitemaps told of and that were asked for in vain. Others wait for their night."""
    for (site, key), (address, modified, at) in reading.modified.items():
        if address in reading.asked:
            note_unseen_edit(reading.archive, site, key, modified, at)


def _settle(reading: FileReading) -> None:
    """Settles what only the whole file tells: redirects, articles that are gone, whether sources are whole."""
    archive, run = reading.archive, reading.run
    with archive.transaction():
        for id_, url, answer in reading.answers.redirects():
            with _alone(reading, id_, url, answer.at):
                resolve_redirect(reading, reading.touched[id_], url, answer)
        note_absent_pages(reading)
        _note_unseen_edits(reading)
        for id_, owner in reading.touched.items():
            with _alone(reading, id_, owner.site.home, utc_now()):
                reading.counts["gone"] += settle_absences(
                    archive, reading.absences[id_], standing=reading.standing[id_], run=run
                )
            if reading.is_tonight:  # for captures by others, nobody knows how much of each list was read
                with _alone(reading, id_, owner.site.home, utc_now()):
                    judge_sources(archive, owner.site, reading.answers, run)
    settle_run(archive, run, sorted(reading.touched))


def _site_of(reading: FileReading, capture: Capture) -> IngestedSite | None:
    try:
        return reading.site_of(capture.url)
    except ValueError:  # no address at all
        return None


@contextmanager
def _alone(reading: FileReading, site: str, url: str, at: datetime) -> Iterator[None]:
    """Makes a problem of what goes wrong in the block, so that it costs no other address or site.

    What the block had written by then is taken back.
    """
    try:
        with reading.archive.transaction():
            yield
    except Exception as error:
        if is_of_the_archive(error):
            raise
        problem = Problem(kind="parser", detail=said(error))
        add_problem(reading.archive, problem, site=site, url=url, at=at, run=reading.run)
