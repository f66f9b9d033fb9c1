"""Judges a run: derives one exit code, and what a person should look at, from what was seen."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flows.outcome.crawl_end import CrawlEnd
from flows.outcome.exit_codes import ExitCode
from flows.outcome.messages import Message, Value, message
from flows.outcome.night_summary import Finding
from scraper.addresses import endpoint
from scraper.fetch.hosts import queue_of
from scraper.sites import Site, Sites
from scraper.store import Archive
from scraper.store.ledgers import DOUBT, EDIT_NOT_SEEN

LAYOUT_REASONS = frozenset({"no-title", "no-date", "no-body", "parser"})
"""Reject reasons that mean that the page object no longer fits the site."""

LIES = frozenset(
    {"soft-404", "login", "maintenance", "blocked", "parked", "hacked", "same-title", "encoding", "truncated"}
)
"""Reject reasons that mean that the site shows something else in place of its articles."""

NO_ANSWER = ("blocked", "dns", "failed", "paused", "refused-connection", "timeout", "tls", "truncated", "unreachable")
"""Outcomes without an answer that the host itself caused."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The verdict on a run."""

    exit_code: ExitCode
    failures: Mapping[str, Message] = field(default_factory=dict)  # site to what could not be done there
    findings: Sequence[Finding] = ()


def judge(archive: Archive, run: str, ends: Sequence[CrawlEnd], sites: Sites) -> Judgement:
    """Judges the run by the statistics of its crawls and by the ledger, worst finding first."""
    failures = {site: end.failure for end in ends if end.failure for site in end.sites}
    failures |= {site: why for site, why in unread_sources(archive, run).items() if site not in failures}
    failures |= {site: why for site, why in unanswered_pages(archive, run).items() if site not in failures}
    failures |= {site: why for site, why in pending_links(archive, run).items() if site not in failures}
    failures |= {site: why for site, why in unseen_edits(archive, run).items() if site not in failures}
    findings = (
        *refused_pages(archive, run),
        *mass_vanishings(archive, run),
        *led_away(archive, run),
        *further_pages(archive, run),
        *emptied_lists(archive, run),
        *doubted_links(archive, run),
        *silent_sites(archive, list(sites)),
    )
    unusable = {site: message("site-file", error=str(error)) for site, error in sites.broken.items()}
    if any(end.disk_full for end in ends):
        code = ExitCode.DISK_FULL
    elif any(end.exit_code == ExitCode.CONFIGURATION for end in ends):
        code = ExitCode.CONFIGURATION  # a plan that cannot be used: nothing was asked, so the network is not to blame
    elif failures and set(failures) >= set(sites) and not was_answered(archive, run):
        code = ExitCode.NETWORK
    elif findings:
        code = ExitCode.DATA
    elif failures or unusable:
        code = ExitCode.SITES_FAILED
    else:
        code = ExitCode.OK
    return Judgement(exit_code=code, failures=unusable | failures, findings=findings)


def unread_sources(archive: Archive, run: str) -> dict[str, Message]:
    """For each site, the first of its lists, feeds and sitemaps that could not be read or got no answer."""
    unread: dict[str, Message] = {}
    for site, url, reason in archive.rows(
        "SELECT site, url, coalesce(reason, 'not read') FROM run_sources WHERE run = ? AND NOT whole"
        " AND coalesce(reason, '') NOT IN ('limit', 'shows no article link') ORDER BY site, url",
        (run,),
    ):
        unread.setdefault(site, message("unread", url=url, why=reason))
    for (site,) in archive.rows("SELECT site FROM run_sites WHERE run = ? AND sources = 0", (run,)):
        unread.setdefault(site, message("not-asked"))
    return unread


def was_answered(archive: Archive, run: str) -> bool:
    """Whether any machine answered anything in this run: a refused connection shows a network that works."""
    return (
        archive.row(
            "SELECT 1 FROM captures WHERE run = ? AND (status IS NOT NULL"
            " OR outcome IN ('refused-connection', 'refused-address', 'tls', 'no-contact')) LIMIT 1",
            (run,),
        )
        is not None
    )


def unanswered_pages(archive: Archive, run: str) -> dict[str, Message]:
    """Sites that refused us, or a third of whose article pages (at least three) gave no answer or an error."""
    unanswered: dict[str, Message] = {}
    for site, missing, asked, why in archive.rows(
        "SELECT site, sum(NOT answered), count(*), max(why) FROM ("
        " SELECT site, max(status < 500 AND status <> 403 AND outcome IS NULL) IS 1 AS answered,"
        " max(coalesce(outcome, 'http ' || status)) AS why"
        " FROM captures WHERE run = ? AND purpose IN ('article', 'recheck')"
        " AND (status IS NOT NULL OR outcome IN (SELECT value FROM json_each(?))) GROUP BY site, url"
        ") GROUP BY site",
        (run, json.dumps(NO_ANSWER)),
    ):
        refused = archive.row(
            "SELECT 1 FROM captures WHERE run = ? AND site = ? AND outcome IN ('blocked', 'unreachable')", (run, site)
        )
        if refused or is_many(missing, asked):
            unanswered[site] = message("no-answer", some=missing, all=asked, why=why)
    return unanswered


def refused_pages(archive: Archive, run: str) -> list[Finding]:
    """Sites whose article pages no longer fit their page objects, or show something else in place of articles."""
    refused: dict[str, Counter[str]] = {}
    for site, reason, count in archive.rows(
        "SELECT captures.site, problems.kind, count(DISTINCT captures.url) FROM captures"
        " JOIN problems ON problems.capture = captures.id"
        " WHERE captures.run = ? AND captures.kind = 'rejected' GROUP BY 1, 2 ORDER BY 1, 2",
        (run,),
    ):
        refused.setdefault(site, Counter())[reason] = count
    read = archive.counts(
        "SELECT site, count(DISTINCT url) FROM captures WHERE run = ? AND kind IN ('article', 'rejected') GROUP BY 1",
        (run,),
    )
    lost_links = archive.rows(
        "SELECT site, sum(outcome = 'rejected' AND reason IN ('http', 'redirected')), count(*) FROM listed"
        " WHERE decided_run = ? AND outcome IN ('collected', 'rejected') GROUP BY site ORDER BY site",
        (run,),
    )
    found = []
    for site, reasons in refused.items():
        misfits = sum(reasons[reason] for reason in LAYOUT_REASONS)
        lies = {reason: reasons[reason] for reason in reasons if reason in LIES}
        if is_many(misfits, read[site]):
            found.append(_finding(site, "layout", some=misfits, all=read[site]))
        if is_many(sum(lies.values()), read[site]):
            found.append(_finding(site, "lies", all=read[site], reasons=lies))
    for site, lost, decided in lost_links:
        if lost >= 3 and lost * 2 >= decided:
            found.append(_finding(site, "lost", some=lost, all=decided))
    return found


def pending_links(archive: Archive, run: str) -> dict[str, Message]:
    """Sites with links that were asked for and gave no answer that says anything: they are asked for again."""
    return {
        site: message("pending", some=some, why=why)
        for site, some, why in archive.rows(
            "SELECT site, count(*), max(coalesce(nullif(reason, 'http'), 'http ' || detail)) FROM listed"
            " WHERE decided_run = ? AND outcome IN ('failed', 'waiting') AND coalesce(reason, '') NOT IN"
            " ('capped', 'limit') GROUP BY site ORDER BY site",
            (run,),
        )
    }


def unseen_edits(archive: Archive, run: str) -> dict[str, Message]:
    """Sites whose lists show other titles of known articles that could not be looked at since."""
    return {
        site: message("edits", some=some)
        for site, some in archive.rows(
            "SELECT listed.site, count(*) FROM listed JOIN articles ON articles.id = listed.article"  # noqa: S608
            f" WHERE listed_run = ? AND {EDIT_NOT_SEEN} GROUP BY listed.site ORDER BY listed.site",
            (run,),
        )
    }


def doubted_links(archive: Archive, run: str) -> list[Finding]:
    """Sites one of whose lists shows links of late that were refused this night, or that robots.txt forbids.

    A page that says itself that it does not exist is taken at its word, and only looked at again.
    """
    refused: dict[str, dict[str, int]] = {}
    for site, reason, some in archive.rows(
        "SELECT site, reason, count(*) FROM listed WHERE decided_run = ?"
        " AND (outcome = 'rejected' AND reason <> 'never-asked' OR outcome = 'offsite' AND reason = 'redirected')"
        " AND reason <> 'soft-404' AND NOT (reason = 'http' AND substr(detail, 1, 3) IN ('404', '410'))"
        " AND julianday(decided_at) - julianday(first_listed) < ? GROUP BY site, reason ORDER BY site, reason",
        (run, DOUBT.days),
    ):
        refused.setdefault(site, {})[reason] = some
    forbidden = archive.rows(
        "SELECT site, sum(outcome = 'refused by robots') AS forbidden, count(*) AS decided FROM listed"
        " WHERE decided_run = ? AND julianday(decided_at) - julianday(first_listed) < ? GROUP BY site"
        " HAVING forbidden * 2 >= decided AND forbidden > 0 ORDER BY site",
        (run, DOUBT.days),
    )
    walls = {site: reasons["redirect-loop"] for site, reasons in refused.items() if _is_wall(reasons)}
    return [
        *(_finding(site, "cookie-wall", some=some) for site, some in walls.items()),
        *(_finding(site, "refused", reasons=reasons) for site, reasons in refused.items() if site not in walls),
        *(_finding(site, "forbidden", some=some, all=decided) for site, some, decided in forbidden),
    ]


def mass_vanishings(archive: Archive, run: str) -> list[Finding]:
    """Sites where half of the known articles vanished in one night. Those are not marked as gone at once."""
    return [
        _finding(site, "vanished", some=count)
        for site, count in archive.rows(
            "SELECT site, count(*) FROM problems WHERE run = ? AND kind = 'vanished' AND closed IS NULL"
            " GROUP BY site ORDER BY site",
            (run,),
        )
    ]


def led_away(archive: Archive, run: str) -> list[Finding]:
    """Sites of whose known articles a third (at least three) lead elsewhere since this night."""
    looked = archive.counts(
        "SELECT site, count(DISTINCT url) FROM captures WHERE run = ? AND purpose = 'recheck'"
        " AND kind IN ('article', 'unchanged', 'redirect', 'error', 'rejected') GROUP BY site",
        (run,),
    )
    return [
        _finding(site, "led-away", some=some, all=looked[site])
        for site, some in archive.rows(
            "SELECT articles.site, count(*) FROM captures CROSS JOIN articles ON articles.state_capture = captures.id"
            " WHERE captures.run = ? AND articles.state = 'redirected' GROUP BY articles.site ORDER BY articles.site",
            (run,),
        )
        if is_many(some, looked.get(site, some))
    ]


def further_pages(archive: Archive, run: str) -> list[Finding]:
    """Sites with articles of several pages, of which this run kept the first."""
    return [
        _finding(site, "parts", some=some)
        for site, some in archive.rows(
            "SELECT site, count(DISTINCT article) FROM problems WHERE run = ? AND kind = 'further-pages'"
            " AND closed IS NULL GROUP BY site ORDER BY site",
            (run,),
        )
    ]


def emptied_lists(archive: Archive, run: str) -> list[Finding]:
    """Lists that were answered and show no link to an article: a new layout, or the wrong page.

    Feeds and sitemaps count only where they showed one before.
    """
    return [
        _finding(site, "empty" if showed else "no-links", url=url)
        for site, url, kind, showed in archive.rows(
            "SELECT site, url, kind, EXISTS (SELECT 1 FROM run_sources AS before WHERE before.site = now.site"
            " AND before.url = now.url AND before.run <> now.run AND before.entries > 0) AS showed"
            " FROM run_sources AS now WHERE run = ? AND pages > 0 AND entries = 0 ORDER BY site, url",
            (run,),
        )
        if showed or kind == "list"
    ]


def silent_sites(archive: Archive, sites: Sequence[str]) -> list[Finding]:
    """Sites of this run that have been silent for too long to be chance (the view ``quiet_sites``)."""
    return [
        _finding(row["site"], "silent", day=row["newest_day"], rate=row["expected_a_month"])
        for row in archive.rows("SELECT site, newest_day, expected_a_month FROM quiet_sites ORDER BY site")
        if row["site"] in sites
    ]


def insecure_connections(ends: Sequence[CrawlEnd], sites: Mapping[str, Site]) -> dict[str, Message]:
    """For each site, the exceptions from secure connections that its file allows and its crawl used."""
    used: dict[str, list[tuple[str, str]]] = {}
    for end in ends:
        for count in sorted(count for count in end.stats if count.startswith("tls/")):
            _, exception, host = count.split("/")
            for site in end.sites:
                if getattr(sites[site].fetch, exception) and queue_of(host) in _hosts(sites[site]):
                    used.setdefault(site, []).append((exception, host))
    return {site: message("accepted", exceptions=each) for site, each in used.items()}


def _is_wall(reasons: Mapping[str, int]) -> bool:
    """Whether most of the refused addresses lead back to themselves, as where a script must set a cookie first."""
    loops = reasons.get("redirect-loop", 0)
    return is_many(loops, sum(reasons.values())) and loops * 2 > sum(reasons.values())


def is_many(some: int, of_all: int) -> bool:
    """Whether there are too many to be chance: at least three, and a third of all."""
    return some >= 3 and some * 3 >= of_all


def _hosts(site: Site) -> set[str]:
    """The hosts that the file of ``site`` makes rules for."""
    own = [f"http://{netloc}/" for netloc in site.netlocs]
    return {queue_of(endpoint(url)[0]) for url in (*own, site.home, *site.feeds, *site.sitemaps, *site.sections)}


def _finding(site: str, kind: str, **values: Value) -> Finding:
    command = "learn" if kind == "layout" else "check"
    return Finding(site=site, message=message(kind, **values), command=f"tinkhoi sites {command} {site}")
