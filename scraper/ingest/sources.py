"""Judges how much of each source of a site was read: its first page, and the pages that follow."""

from __future__ import annotations

import json
from typing import Any

from scraper.fetch.snapshot import Validators
from scraper.ingest.answers import Answers
from scraper.ingest.walks import Walk, follow_source
from scraper.sites import Site
from scraper.store.archive import Archive, moment
from scraper.store.ledgers import SETTLED, has_doubts, look_at_source, outcomes
from scraper.store.source_walks import close_gap, is_walk_due, note_gap, note_walk, source_state

_ASKED_FOR = frozenset({"limit", "capped", "window"})
"""Reasons for which a list was turned no further that the run itself was given: no gap, but the reach of the run."""


def judge_sources(archive: Archive, site: Site, answers: Answers, run: str) -> None:
    """Notes how each source of a site was read. Keeps the validators of those whose links are all settled."""
    roots = list(site.roots)
    ends: list[bool] = []
    shown: set[str] = set()
    every_whole = True
    for root in roots:
        before = source_state(archive, site.id, root)
        walk = follow_source(answers, site, root, before)
        if walk is None:
            every_whole = False
            continue
        roots.extend(url for url in walk.children if url not in roots)
        kept = _keep_source(archive, site, root, walk, answers, before, run)
        every_whole = every_whole and kept
        if walk.source_kind == "list":
            ends.append(walk.to_the_end)
        shown |= walk.keys
    if every_whole and roots:
        _note_complete(archive, site, shown if ends and all(ends) else None, run)


def _keep_source(
    archive: Archive, site: Site, root: str, walk: Walk, answers: Answers, before: dict[str, Any], run: str
) -> bool:
    """Keeps what one source has shown; whether it was read whole and leaves no link open."""
    known = set(outcomes(archive, site.id, walk.keys).values())
    unchanged = walk.pages == 0 and walk.whole
    look_at_source(
        archive,
        site=site.id,
        url=root,
        kind=walk.source_kind,
        at=walk.at,
        whole=walk.whole,
        # A list that shows nothing may be a new layout: its validators would hide the next good page.
        validators=None
        if unchanged
        else walk.validators
        if walk.whole and walk.keys and known <= SETTLED and not has_doubts(archive, site.id, walk.keys)
        else Validators(),
    )
    _record_source(archive, site, root, walk, run)
    if walk.pages:
        note_walk(archive, site.id, root, last_sent=moment(walk.at))
    if walk.source_kind == "list":
        _note_how_far(archive, site, root, walk, answers, before, run)
    return walk.whole and known <= SETTLED


def _head(archive: Archive, site: Site, walk: Walk, before: dict[str, Any]) -> set[str]:
    """The keys that the first page showed in the list's own order: those of boxes of chosen articles, which stand on
    every page or came to the first one without being new, would join what is not joined."""
    shown = set(walk.first_keys)
    if walk.pages > 1:
        return (shown - walk.repeated) or shown
    if before["head"] is None or before["last_looked"] is None:
        return shown
    new = {
        key
        for key in shown
        if (archive.value("SELECT first_listed FROM listed WHERE site = ? AND key = ?", (site.id, key)) or "")
        > before["last_looked"]
    }
    return (shown & (set(json.loads(before["head"])) | new)) or shown


def _note_how_far(
    archive: Archive, site: Site, root: str, walk: Walk, answers: Answers, before: dict[str, Any], run: str
) -> None:
    """The head of a list that was read whole, the gap of one that was not, and how far its walk has come."""
    columns: dict[str, Any] = {"pages": max(before["pages"], walk.pages)}
    if walk.end_seen is not None:
        columns["end_seen"] = walk.end_seen
    if walk.whole:
        close_gap(archive, site.id, root, at=walk.at, run=run)
        if walk.pages:
            columns["head"] = json.dumps(sorted(_head(archive, site, walk, before)))
    elif walk.reason not in _ASKED_FOR:
        note_gap(archive, site.id, root, walk.reason or "not read", at=walk.at, run=run)
        if walk.pages and before["head"] is None and before["last_whole"] is None:
            columns["head"] = "[]"
    note_walk(archive, site.id, root, **columns, **_how_far(site, walk, answers, before))


def _how_far(site: Site, walk: Walk, answers: Answers, before: dict[str, Any]) -> dict[str, Any]:
    """The columns that tell when the list was last walked to its end, or where the walk goes on tomorrow."""
    if not walk.to_the_end and not is_walk_due(before, walk.at):
        return {}
    goes_on = before["walk_from"] is not None and not walk.to_the_end
    further = follow_source(answers, site, before["walk_from"], before) if goes_on else walk
    if further is not None and further.to_the_end:
        return {"last_walked": moment(walk.at), "walk_from": None}
    return {"walk_from": further.last_page} if further is not None and further.pages > 1 else {}


def _record_source(archive: Archive, site: Site, root: str, walk: Walk, run: str) -> None:
    archive.execute(
        "INSERT INTO run_sources (run, site, url, kind, status, pages, entries, unseen, whole, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET kind = excluded.kind,"
        " status = excluded.status, pages = excluded.pages, entries = excluded.entries,"
        " unseen = excluded.unseen, whole = excluded.whole, reason = excluded.reason",
        (
            run,
            site.id,
            root,
            walk.source_kind,
            walk.status,
            walk.pages,
            len(walk.keys),
            walk.unseen,
            walk.whole,
            walk.reason,
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
