"""Judges how much of each source of a site was read: its first page, and the pages that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scraper.addresses import comparable
from scraper.fetch.snapshot import Validators
from scraper.ingest.answers import HOPS, Answers, CapturedAnswer
from scraper.items import ListPage
from scraper.sites import Site
from scraper.store.archive import Archive
from scraper.store.ledgers import SETTLED, look_at_source, outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class _SourceRead:
    """How far one source was read."""

    kind: str
    at: datetime
    status: int | None
    pages: int
    keys: set[str]
    unseen: int
    whole: bool
    to_the_end: bool
    reason: str | None
    validators: Validators
    children: tuple[str, ...]


def judge_sources(archive: Archive, site: Site, answers: Answers, run: str) -> None:
    """Notes how each source of a site was read. Keeps the validators of those whose links are all settled."""
    roots = list(site.roots)
    ends: list[bool] = []
    shown: set[str] = set()
    every_whole = True
    for root in roots:
        read = _follow_source(answers, site, root)
        if read is None:
            every_whole = False
            continue
        roots.extend(url for url in read.children if url not in roots)
        settled = all(o in SETTLED for o in outcomes(archive, site.id, read.keys).values())
        unchanged = read.pages == 0 and read.whole
        keeps = read.whole and settled
        look_at_source(
            archive,
            site=site.id,
            url=root,
            kind=read.kind,
            at=read.at,
            whole=read.whole,
            # A list that shows nothing may have a new layout. With its validators, the next request would get a 304.
            validators=None if unchanged else read.validators if keeps and read.keys else Validators(),
        )
        _record_source(archive, site, root, read, run)
        every_whole = every_whole and keeps
        if read.kind == "list":
            ends.append(read.to_the_end)
        shown |= read.keys
    if every_whole and roots:
        _note_complete(archive, site, shown if ends and all(ends) else None, run)


def _record_source(archive: Archive, site: Site, root: str, read: _SourceRead, run: str) -> None:
    archive.execute(
        "INSERT INTO run_sources (run, site, url, kind, status, pages, entries, unseen, whole, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET kind = excluded.kind,"
        " status = excluded.status, pages = excluded.pages, entries = excluded.entries,"
        " unseen = excluded.unseen, whole = excluded.whole, reason = excluded.reason",
        (
            run,
            site.id,
            root,
            read.kind,
            read.status,
            read.pages,
            len(read.keys),
            read.unseen,
            read.whole,
            read.reason,
        ),
    )


def _note_complete(archive: Archive, site: Site, shown: set[str] | None, run: str) -> None:
    """Notes the day from which the site is complete.

    If its lists were read to their ends, this is the day of the oldest article ``shown``. Otherwise, if no day is
    known yet, it is this night.
    """
    day = archive.value("SELECT night FROM runs WHERE id = ?", (run,))
    if shown:
        days = [
            archive.value(
                "SELECT published_day FROM articles JOIN listed ON listed.article = articles.id"
                " WHERE listed.site = ? AND listed.key = ?",
                (site.id, key),
            )
            for key in shown
        ]
        day = min((each for each in days if each), default=day)
    archive.execute(
        "UPDATE sites SET complete_from = min(coalesce(complete_from, :day), :day) WHERE id = :site",
        {"day": day, "site": site.id},
    )


class _Walk:
    """Follows one source from its first page through its redirects and further pages."""

    def __init__(self, answers: Answers, site: Site, root: str) -> None:
        self._answers = answers
        self._site = site
        self._visited: set[str] = set()
        self.url = root
        self.first: CapturedAnswer | None = None
        self.landing: CapturedAnswer | None = None
        self.keys: set[str] = set()
        self.children: list[str] = []
        self.pages = 0
        self.unseen = 0
        self.whole = False
        self.to_the_end = False
        self.reason: str | None = None

    def follow(self) -> None:
        """Goes on until the source ends, or turns out not to be whole."""
        for _ in range(self._site.fetch.max_pages + HOPS):
            if not self._step():
                return

    def _step(self) -> bool:
        """Handles one answer. Returns False when the walk has ended."""
        answer = self._answers.of(self._site.id, self.url)
        if answer is None:
            return self._end(None if self.first is None else "stopped before its end")
        self.first = self.first or answer
        if comparable(self.url) in self._visited:
            return self._end(to_the_end=True)
        self._visited.add(comparable(self.url))
        if answer.kind == "redirect" and answer.target is not None:
            self.url = answer.target
            return True
        self.landing = self.landing or answer
        if answer.kind == "unchanged":
            return self._end()
        if answer.kind != "page" or answer.page is None:
            reason = answer.reason or answer.kind
            return self._end(reason, whole=reason == "window")
        return self._turn(answer, answer.page)

    def _turn(self, answer: CapturedAnswer, page: ListPage) -> bool:
        self.pages += 1
        news = set(answer.keys) - self.keys
        self.keys |= news
        self.unseen += answer.unseen
        self.children += page.children
        if not page.whole:
            return self._end("cut short")
        if page.next_url is None:
            return self._end(to_the_end=True)
        self.url = page.next_url
        if (not answer.unseen or not news) and self._answers.of(self._site.id, self.url) is None:
            return self._end()
        return True

    def _end(self, reason: str | None = None, *, whole: bool | None = None, to_the_end: bool = False) -> bool:
        self.whole = reason is None if whole is None else whole
        self.to_the_end = to_the_end
        self.reason = None if self.whole else reason
        return False


def _follow_source(answers: Answers, site: Site, root: str) -> _SourceRead | None:
    """Follows the source from its first page on. Returns None if its first page was not requested."""
    walk = _Walk(answers, site, root)
    walk.follow()
    if walk.first is None:
        return None
    landing = walk.landing or walk.first
    return _SourceRead(
        kind=landing.source_kind if landing.kind == "page" else _kind_of_root(site, root),
        at=landing.at,
        status=landing.status,
        pages=walk.pages,
        keys=walk.keys,
        unseen=walk.unseen,
        whole=walk.whole,
        to_the_end=walk.to_the_end,
        reason=walk.reason,
        validators=landing.validators,
        children=tuple(walk.children),
    )


def _kind_of_root(site: Site, url: str) -> str:
    """The kind that the site file gives to a source whose first page was never received."""
    return "feed" if url in site.feeds else "list" if url in site.sections or url == site.home else "sitemap"
