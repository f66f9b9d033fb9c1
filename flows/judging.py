"""The verdict on a run: from what was seen to one exit code, and to what a person should look at."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flows.crawling import CrawlEnd
from flows.report import Finding
from flows.verdict import ExitCode
from scraper.store import Archive

LAYOUT_REASONS = frozenset({"no-title", "no-date", "no-body", "parser"})
"""Rejects that mean the page object no longer fits the site."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The verdict on a run."""

    exit_code: ExitCode
    failures: Mapping[str, str] = field(default_factory=dict)  # site to what could not be done there
    findings: Sequence[Finding] = ()


def judge(archive: Archive, run: str, ends: Sequence[CrawlEnd], sites: Sequence[str]) -> Judgement:
    """Judges the run by the statistics of its crawls and by the ledger, worst finding first."""
    failures = {site: end.failure for end in ends if end.failure for site in end.sites}
    failures |= {site: why for site, why in unread_sources(archive, run).items() if site not in failures}
    findings = (*changed_layouts(archive, run), *silent_sites(archive, sites))
    if any(end.disk_full for end in ends):
        code = ExitCode.DISK_FULL
    elif failures and set(failures) >= set(sites) and not was_answered(archive, run):
        code = ExitCode.NETWORK
    elif findings:
        code = ExitCode.DATA
    elif failures:
        code = ExitCode.SITES_FAILED
    else:
        code = ExitCode.OK
    return Judgement(exit_code=code, failures=failures, findings=findings)


def unread_sources(archive: Archive, run: str) -> dict[str, str]:
    """Site to the first of its lists, feeds and sitemaps that could not be read, or that nothing was answered."""
    unread: dict[str, str] = {}
    for site, url, reason in archive.rows(
        "SELECT site, url, coalesce(reason, 'not read') FROM run_sources WHERE run = ? AND NOT whole"
        " AND coalesce(reason, '') <> 'limit' ORDER BY site, url",
        (run,),
    ):
        unread.setdefault(site, f"{url}: {reason}")
    for (site,) in archive.rows("SELECT site FROM run_sites WHERE run = ? AND sources = 0", (run,)):
        unread.setdefault(site, "none of its lists, feeds and sitemaps was asked")
    return unread


def was_answered(archive: Archive, run: str) -> bool:
    """Whether any server answered anything in this run."""
    return archive.row("SELECT 1 FROM captures WHERE run = ? AND status IS NOT NULL LIMIT 1", (run,)) is not None


def changed_layouts(archive: Archive, run: str) -> list[Finding]:
    """Sites whose article pages no longer fit their page objects."""
    found = []
    for site, misfits, read in archive.rows(
        "SELECT site, sum(outcome = 'rejected' AND reason IN (SELECT value FROM json_each(?))), count(*)"
        " FROM listed WHERE decided_run = ? AND outcome IN ('collected', 'rejected') GROUP BY site",
        (json.dumps(sorted(LAYOUT_REASONS)), run),
    ):
        if layout_changed(misfits, read):
            found.append(
                Finding(
                    site=site,
                    kind="layout",
                    detail=f"{misfits} of {read} article pages no longer fit its page object",
                    command=f"tinkhoi sites check {site}",
                )
            )
    return found


def silent_sites(archive: Archive, sites: Sequence[str]) -> list[Finding]:
    """Sites of this run that have been still for too long to be chance (the view ``quiet_sites``)."""
    return [
        Finding(
            site=row["site"],
            kind="silent",
            detail=f"nothing since {row['newest_day']}, usually {row['expected_a_month']:g} a month",
            command=f"tinkhoi sites check {row['site']}",
        )
        for row in archive.rows("SELECT site, newest_day, expected_a_month FROM quiet_sites ORDER BY site")
        if row["site"] in sites
    ]


def layout_changed(misfits: int, read: int) -> bool:
    """Whether a site's pages no longer fit: at least three, and a third, of the article pages read this night."""
    return misfits >= 3 and misfits * 3 >= read
