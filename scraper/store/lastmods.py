"""Sitemaps whose ``lastmod`` says nothing: some systems write the present there, each night, for every article."""

from __future__ import annotations

from datetime import datetime, timedelta

from scraper.store.archive import Archive, moment

LEAST_LOOKS = 15
"""So many second looks in one night, none of which found an edit, are a night in vain."""

NIGHTS_IN_VAIN = 3
REMEMBERED = timedelta(days=30)
"""After so many nights in vain within this time, and none on which such looks found an edit, it is not heeded. Once
the first of them is older, it is tried again."""


def says_nothing(archive: Archive, site: str, now: datetime) -> bool:
    """Whether the ``lastmod`` of the site's sitemaps has told of edits that were none, night after night."""
    if archive.row("SELECT 1 FROM sources WHERE site = ? AND kind = 'sitemap'", (site,)) is None:
        return False
    in_vain = 0
    for run, edited in archive.rows(
        "SELECT run, edited FROM run_sites JOIN runs ON runs.id = run_sites.run WHERE run_sites.site = ?"
        " AND runs.started >= ? AND recheck_requests >= ?",
        (site, moment(now - REMEMBERED), LEAST_LOOKS),
    ):
        sent = archive.value(
            "SELECT count(*) FROM captures WHERE run = ? AND site = ? AND purpose = 'recheck' AND kind = 'article'",
            (run, site),
        )
        if sent >= LEAST_LOOKS:
            if edited:
                return False
            in_vain += 1
    return in_vain >= NIGHTS_IN_VAIN
