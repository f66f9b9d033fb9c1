"""The archive: one SQLite file, one writer, many readers.

Opening (:mod:`scraper.store.archive`)
    ``open_archive(path, *, wait=0.0) -> Archive`` makes or opens the file for writing, brings its schema up to date
    and holds the writer's lock until ``close()`` (a context manager). ``open_reader(path) -> Archive`` opens it
    read-only, beside a writer. ``Archive.transaction()`` is one write, all or nothing; ``Archive.rows(sql, …)``
    reads. Every failure is an ``ArchiveError`` with ``exit_code``: 3 disk full, 4 newer schema or unusable path,
    5 damaged or foreign, 6 locked.

Reference (:mod:`scraper.store.reference`)
    ``sync_sites(archive, sites)`` copies site files into ``sites``; ``load_reference(archive)`` the packaged
    provinces and party bodies (done at each opening where they changed).

Runs (:mod:`scraper.store.runs`)
    ``start_run(archive, run, *, started, trigger, sites, version, vantage)``, ``judge_site(archive, run, site,
    verdict, reason)``, ``end_run(archive, run, *, ended, verdict, exit_code)``, ``run_summary(archive, run) ->
    RunSummary`` with numbers whose sums balance, ``last_run(archive)`` and
    ``last_night(archive) -> str | None``.

Articles (:mod:`scraper.store.articles`)
    ``save_article(archive, article, seen)``, ``find_article(archive, name) -> int | None`` (``site/key``, a key that
    only one site has, or any address), ``load_article(archive, id) -> Stored`` (its ``article`` and ``revision`` go
    to ``scraper.cleaning.record``), ``article_ids(archive, …)`` newest first, ``forget(archive, url, …)``.

Revisions (:mod:`scraper.store.revisions`)
    ``history(archive, id) -> list[Revision]``, ``word_diff(before, after) -> list[Change]``.

Snapshot (:mod:`scraper.store.snapshot`)
    ``write_snapshot(archive, path, sites, now)`` writes what a crawl may know.

Search (:mod:`scraper.store.search`)
    ``search(archive, words, …) -> list[Hit]``, ``facets``, ``reindex``,
    ``check_index``.

Watchwords (:mod:`scraper.store.watches`)
    ``watch(archive, words, at) -> bool``, ``unwatch(archive, words) -> bool``, ``watches(archive) -> list[Watch]``.

Backups (:mod:`scraper.store.backups`)
    ``backup(archive, path)``, ``check(archive) -> list[str]``: everything that is wrong with the file.
"""

from scraper.store.archive import Archive, open_archive, open_reader
from scraper.store.errors import (
    ArchiveDamaged,
    ArchiveError,
    ArchiveLocked,
    ArchiveNewer,
    ArchiveUnusable,
    DiskFull,
)

__all__ = [
    "Archive",
    "ArchiveDamaged",
    "ArchiveError",
    "ArchiveLocked",
    "ArchiveNewer",
    "ArchiveUnusable",
    "DiskFull",
    "open_archive",
    "open_reader",
]
