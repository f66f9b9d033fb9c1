"""Compares, month by month, what another archive holds of a site with what is here, from its index alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flows.outcome.exit_codes import ExitCode, RunError
from flows.runs.backfill import BackfillRequest, archive_of, scopes_of, site_of
from scraper.fetch.archives import Memento, Unanswered, WebArchive
from scraper.pages import pages_of
from scraper.sites import Site
from scraper.store import Archive, open_reader
from scraper.text.sentence import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthHeld:
    """The captures of one month."""

    month: str  # 2024-07
    theirs: int  # captures of the site that the other archive lists
    ours: int  # captures of the site that are here
    articles_missing: int  # articles first captured there in this month of which nothing is here


def compare_holdings(request: BackfillRequest) -> list[MonthHeld]:
    """The months in which either archive has captures of the site, oldest first. It fetches no page.

    Raises RunError as a backfill does.
    """
    site = site_of(request)
    with archive_of(request) as source:
        try:
            mementos = _all_mementos(request, site, source)
        except Unanswered as error:
            raise RunError("{source}: {error}", ExitCode.NETWORK, source=request.source, error=error) from error
    theirs = Counter(f"{memento.captured_at:%Y-%m}" for memento in mementos)
    ours: dict[str, int] = {}
    held: set[str] = set()
    if request.data.database.exists():
        with open_reader(request.data.database) as archive:
            ours = archive.counts(
                "SELECT substr(fetched_at, 1, 7), count(*) FROM captures WHERE site = ? AND status = 200 GROUP BY 1",
                (site.id,),
            )
            held = _keys_held(archive, site)
    missing = Counter(_first_months(site, mementos, held).values())
    return [
        MonthHeld(month=month, theirs=theirs[month], ours=ours.get(month, 0), articles_missing=missing[month])
        for month in sorted({*theirs, *ours})
    ]


def _all_mementos(request: BackfillRequest, site: Site, source: WebArchive) -> list[Memento]:
    found: list[Memento] = []
    for scope in scopes_of(site, request):
        resume: str | None = None
        seen: set[str] = set()
        while True:
            page = source.page(scope, resume)
            found += [memento for memento in page.mementos if site.owns(memento.url)]
            resume = page.resume
            if resume is None:
                break
            if resume in seen:
                raise Unanswered(
                    Sentence(
                        "{prefix}: the index names the same next page again: {resume!r:.100}",
                        prefix=scope.prefix,
                        resume=resume,
                    )
                )
            seen.add(resume)
    return found


def _keys_held(archive: Archive, site: Site) -> set[str]:
    rows = archive.rows(
        "SELECT key FROM articles WHERE site = :site UNION SELECT key FROM addresses WHERE site = :site"
        " UNION SELECT key FROM forgotten WHERE site = :site",
        {"site": site.id},
    )
    return {row["key"] for row in rows}


def _first_months(site: Site, mementos: list[Memento], held: set[str]) -> dict[str, str]:
    """The articles that are not here: key to the month of the first capture there."""
    key_of = pages_of(site).key
    first: dict[str, str] = {}
    for memento in mementos:
        key = key_of(memento.url)
        month = f"{memento.captured_at:%Y-%m}"
        if key is not None and key not in held:
            first[key] = min(first.get(key, month), month)
    return first
