"""How whole each source of a site was read: its first page, and the pages that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scraper.fetch.snapshot import Validators
from scraper.ingest.answers import HOPS, Answer, Answers, plain
from scraper.sites import Site
from scraper.store.archive import Archive
from scraper.store.ledgers import SETTLED, look_at_source, outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class _SourceRead:
    """How far one source was followed."""

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
    """Notes how each source of a site was read, and keeps the validators of those that left nothing open."""
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
            # A list that shows nothing may be a new layout: its validators would hide the next good page.
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
    """Notes since when the site is complete: the oldest article ``shown`` where its lists were read to their ends,
    else, where nothing is known yet, this night."""
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


def _follow_source(answers: Answers, site: Site, root: str) -> _SourceRead | None:
    """The source from its first page on; None where its first page was not asked for."""
    keys: set[str] = set()
    visited: set[str] = set()
    children: list[str] = []
    url, pages, unseen = root, 0, 0
    first: Answer | None = None
    landing: Answer | None = None
    whole, to_the_end, reason = False, False, None
    for _ in range(site.fetch.max_pages + HOPS):
        answer = answers.of(site.id, url)
        if answer is None:
            if first is None:
                return None
            reason = "stopped before its end"
            break
        first = first or answer
        if plain(url) in visited:
            whole = to_the_end = True
            break
        visited.add(plain(url))
        if answer.kind == "redirect" and answer.target is not None:
            url = answer.target
            continue
        landing = landing or answer
        if answer.kind == "unchanged":
            whole = True
            break
        if answer.kind != "page" or answer.page is None:
            reason = answer.reason or answer.kind
            whole = reason == "window"
            break
        pages += 1
        news = set(answer.keys) - keys
        keys |= news
        unseen += answer.unseen
        children += answer.page.children
        if not answer.page.whole:
            reason = "cut short"
            break
        if answer.page.next_url is None:
            whole = to_the_end = True
            break
        url = answer.page.next_url
        if (not answer.unseen or not news) and answers.of(site.id, url) is None:
            whole = True
            break
    if first is None:
        return None
    landing = landing or first
    return _SourceRead(
        kind=landing.source_kind if landing.kind == "page" else _kind_of_root(site, root),
        at=landing.at,
        status=landing.status,
        pages=pages,
        keys=keys,
        unseen=unseen,
        whole=whole,
        to_the_end=to_the_end,
        reason=None if whole else reason,
        validators=landing.validators,
        children=tuple(children),
    )


def _kind_of_root(site: Site, url: str) -> str:
    """What a site's file calls a source of which no page was sent."""
    return "feed" if url in site.feeds else "list" if url in site.sections or url == site.home else "sitemap"
