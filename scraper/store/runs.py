"""Runs: what a run was to do, what it did at each site, and how it was judged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from statistics import median
from typing import Any

from scraper.clock import VIETNAM
from scraper.store.archive import Archive, moment
from scraper.text.sentence import Sentence

PAST = ("import", "wayback", "commoncrawl", "reparse")
"""Triggers of runs that visit no live site: they add what was captured before, or read it anew."""

SENT = ("failed", "refused-connection", "timeout", "tls", "too-large", "truncated")
"""Outcomes of requests that were sent but not answered. With any other outcome, no request left this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSummary:
    """What a run did at one site. The same sums hold as for :class:`RunSummary`."""

    site: str
    verdict: str | None
    reason: str | None
    messages: str | None  # JSON: what ``reason`` says, as kinds and values; None in earlier archives
    sources: int
    sources_whole: int
    requests: int
    source_requests: int
    article_requests: int
    recheck_requests: int
    robots_requests: int
    other_requests: int
    links_seen: int
    already: int
    new: int
    rejected: int
    waiting: int
    set_aside: int
    edited: int
    silent: int
    gone: int
    failed: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """What a run did, in numbers whose sums balance.

    ``links_seen`` = ``already`` + ``new`` + ``rejected`` + ``waiting`` + ``set_aside``. It counts the links that
    sources showed in this run, and the new articles that no source showed. ``already``: links to articles that were
    in the archive before. ``new``: articles whose first revision this run kept. ``rejected``: pages that this run
    looked at and found to be no articles. ``waiting``: links that are pending and are tried again. ``set_aside``:
    links that are excluded: refused by robots.txt, on another host, forgotten on request, or rejected on an earlier
    night. ``requests`` is the sum of ``requests_by_kind``, and ``new`` the sum of ``new_by_topic``.
    """

    run: str
    night: str
    trigger: str
    started: str
    ended: str | None
    verdict: str | None
    exit_code: int | None
    sites: tuple[SiteSummary, ...]
    sources_total: int
    sources_whole: int
    links_seen: int
    already: int
    new: int
    rejected: int
    waiting: int
    set_aside: int
    requests: int
    requests_by_kind: Mapping[str, int]  # sources, articles, rechecks, robots, other
    new_by_topic: Mapping[str, int]  # khoi, ke-thua, xay-dung-dang, other: the first that fits an article
    edited: int
    silent: int
    gone: tuple[str, ...]  # site/key
    rejects: Mapping[str, int]  # reason to number, this run
    problems: int  # opened or seen again in this run, and still open
    bytes: int
    articles_total: int
    new_by_watch: Mapping[str, int] = field(default_factory=dict)  # watchword to new articles that have it


REQUEST_BYTES = 5_000
"""Bytes of captures that cost as much CPU to read as one request costs to make."""

_WAITING = "site = :site AND outcome = 'waiting' AND outcome <> 'collected'"
"""Links still to be fetched. The last condition lets SQLite use the index of all links that are not collected."""


def start_run(
    archive: Archive,
    run: str,
    *,
    started: datetime,
    trigger: str,
    sites: Iterable[str],
    version: str,
    vantage: str | None = None,
) -> None:
    """Notes that ``run`` begins at ``sites`` (ids known to the archive). Raises ValueError if the id is in use.

    A night is named after the day on which it began in Vietnam.
    """
    night = started.astimezone(VIETNAM).date().isoformat()
    with archive.transaction():
        if archive.row("SELECT 1 FROM runs WHERE id = ?", (run,)):
            raise ValueError(f"there is a run {run!r} already")
        archive.execute(
            "INSERT INTO runs (id, night, trigger, started, version, vantage) VALUES (?, ?, ?, ?, ?, ?)",
            (run, night, trigger, moment(started), version, vantage),
        )
        for site in sites:
            archive.execute("INSERT INTO run_sites (run, site) VALUES (?, ?)", (run, site))
            archive.execute(
                "UPDATE sites SET watched_since = ? WHERE id = ? AND watched_since IS NULL", (night, site)
            )


def judge_site(
    archive: Archive,
    run: str,
    site: str,
    verdict: str,
    reason: str | None = None,
    *,
    messages: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    """Notes how the run ended at one site, ``ok`` or ``failed``, and why.

    ``reason`` says why in English. ``messages`` says the same as kinds and values, for other languages.
    """
    with archive.transaction():
        archive.execute(
            "INSERT INTO run_sites (run, site, verdict, reason, messages) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason,"
            " messages = excluded.messages",
            (run, site, verdict, reason, None if messages is None else json.dumps(messages, ensure_ascii=False)),
        )


def end_run(archive: Archive, run: str, *, ended: datetime, verdict: str, exit_code: int) -> None:
    """Notes how the run as a whole ended."""
    with archive.transaction():
        archive.execute(
            "UPDATE runs SET ended = ?, verdict = ?, exit_code = ? WHERE id = ?",
            (moment(ended), verdict, exit_code, run),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRun:
    """A night on record. A night that was missed has the verdict ``missed`` and no exit code."""

    id: str
    started: datetime
    verdict: str | None
    exit_code: int | None


def nightly_runs(archive: Archive) -> list[NightRun]:
    """All nights on record in their order, including missed ones."""
    return [
        NightRun(id=row[0], started=datetime.fromisoformat(row[1]), verdict=row[2], exit_code=row[3])
        for row in archive.rows(
            "SELECT id, started, verdict, exit_code FROM runs WHERE trigger = 'nightly' ORDER BY started"
        )
    ]


def miss_run(archive: Archive, due: datetime) -> None:
    """Records that no night began at ``due``."""
    with archive.transaction():
        archive.execute(
            "INSERT INTO runs (id, night, trigger, started, ended, verdict) VALUES (?, ?, 'nightly', ?, ?, 'missed')"
            " ON CONFLICT DO NOTHING",
            (
                f"{due.astimezone(UTC):%Y%m%dT%H%M%SZ}-missed",
                due.astimezone(VIETNAM).date().isoformat(),
                moment(due),
                moment(due),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far back the archive reaches at one site."""

    complete_from: date | None
    last_whole: date | None  # the night on which every list was last read whole
    broken: bool  # some list was last left midway: by a limit, a stop or an error
    waiting: int  # links listed and not yet collected


def reach(archive: Archive, site: str) -> Reach:
    """How far back the archive reaches at ``site``."""
    complete = archive.value("SELECT complete_from FROM sites WHERE id = ?", (site,))
    whole = archive.value(
        "SELECT date(min(coalesce(last_whole, '0001-01-02')), '+7 hours') FROM sources"
        " WHERE site = ? AND kind = 'list'",
        (site,),
    )
    broken = archive.value(
        "SELECT EXISTS (SELECT 1 FROM run_sources AS last WHERE site = ? AND NOT whole AND pages > 0"
        " AND coalesce(reason, '') <> 'capped' AND run = (SELECT runs.id FROM run_sources AS each"
        " JOIN runs ON runs.id = each.run WHERE each.site = last.site AND each.url = last.url"
        " ORDER BY runs.started DESC LIMIT 1))",
        (site,),
    )
    waiting = archive.value(f"SELECT count(*) FROM listed WHERE {_WAITING}", {"site": site})  # noqa: S608
    return Reach(
        complete_from=date.fromisoformat(complete) if complete else None,
        last_whole=date.fromisoformat(whole) if whole and whole > "0001-01-03" else None,
        broken=bool(broken),
        waiting=waiting,
    )


def reach_back(archive: Archive, run: str, site: str, day: date) -> None:
    """Notes that ``site`` is complete from ``day``, if ``run`` read all its lists whole and nothing is pending."""
    with archive.transaction():
        archive.execute(
            "UPDATE sites SET complete_from = min(coalesce(complete_from, :day), :day) WHERE id = :site"  # noqa: S608
            " AND EXISTS (SELECT 1 FROM run_sites WHERE run = :run AND site = :site"
            " AND sources > 0 AND sources_whole = sources)"
            f" AND NOT EXISTS (SELECT 1 FROM listed WHERE {_WAITING})",
            {"day": day.isoformat(), "run": run, "site": site},
        )


def last_run(archive: Archive) -> str | None:
    """The id of the newest run that looked at live sites, or None."""
    found: str | None = archive.value(
        f"SELECT id FROM runs WHERE trigger NOT IN {PAST} ORDER BY started DESC LIMIT 1"  # noqa: S608
    )
    return found


def last_night(archive: Archive) -> str | None:
    """The id of the newest night; until there was one, of the newest crawl by hand. The view reads it."""
    found: str | None = archive.value(
        f"SELECT id FROM runs WHERE trigger NOT IN {PAST}"  # noqa: S608
        " ORDER BY trigger = 'manual', started DESC LIMIT 1"
    )
    return found


_NEW = (
    "SELECT article FROM revisions JOIN articles ON articles.id = article WHERE run = :run AND why = 'first'"
    # A known article of which this run found an older state is not new.
    " AND NOT EXISTS (SELECT 1 FROM revisions AS known JOIN runs ON runs.id = known.run"
    " WHERE known.article = revisions.article"
    " AND runs.started < (SELECT started FROM runs WHERE id = :run))"
)

_COUNTS: dict[str, str] = {
    "sources": "SELECT count(*) FROM run_sources WHERE run = :run AND site = :site",
    "sources_whole": "SELECT count(*) FROM run_sources WHERE run = :run AND site = :site AND whole",
    "new": f"SELECT count(*) FROM ({_NEW} AND articles.site = :site)",  # noqa: S608
    "edited": "SELECT count(*) FROM revisions JOIN articles ON articles.id = article"
    " WHERE run = :run AND why = 'edited' AND articles.site = :site",
    "silent": "SELECT count(*) FROM revisions JOIN articles ON articles.id = article"
    " WHERE run = :run AND why = 'edited' AND silent AND articles.site = :site",
    "gone": "SELECT count(*) FROM captures CROSS JOIN articles ON articles.state_capture = captures.id"
    " WHERE captures.run = :run AND articles.site = :site AND articles.state <> 'live'",
    "failed": "SELECT count(*) FROM listed WHERE decided_run = :run AND site = :site AND outcome = 'failed'",
    "bytes": "SELECT coalesce(sum(bytes), 0) FROM captures WHERE run = :run AND site = :site",
}
_LINKS = """
    SELECT
        sum(outcome = 'collected') AS collected,
        count(DISTINCT CASE WHEN article IN (new_articles) THEN article END) AS new_listed,
        sum(outcome = 'rejected' AND decided_run IS :run) AS rejected,
        sum(outcome IN ('waiting', 'failed')) AS waiting,
        count(*) AS seen
    FROM listed WHERE id IN (
        SELECT id FROM listed WHERE listed_run = :run AND site = :site
        UNION SELECT id FROM listed WHERE decided_run = :run AND site = :site
    )
""".replace("new_articles", _NEW)


def settle_run(archive: Archive, run: str, sites: Iterable[str]) -> None:
    """Stores what the run did at each of ``sites`` in ``run_sites``. Later nights change the rows that it counts."""
    with archive.transaction():
        for site in sites:
            about = {"run": run, "site": site}
            counts = {name: archive.value(query, about) for name, query in _COUNTS.items()}
            counts |= _requests(archive, run, site)
            links = archive.rows(_LINKS, about)[0]
            counts["rejected"] = links["rejected"] or 0
            counts["waiting"] = links["waiting"] or 0
            collected = links["collected"] or 0
            counts["already"] = collected - links["new_listed"]
            counts["set_aside"] = links["seen"] - collected - counts["rejected"] - counts["waiting"]
            counts["links_seen"] = links["seen"] - links["new_listed"] + counts["new"]
            archive.execute("INSERT INTO run_sites (run, site) VALUES (:run, :site) ON CONFLICT DO NOTHING", about)
            settings = ", ".join(f"{name} = :{name}" for name in counts)
            archive.execute(
                f"UPDATE run_sites SET {settings} WHERE run = :run AND site = :site",  # noqa: S608
                {**counts, **about},
            )


def expected_work(archive: Archive, nights: int = 7) -> dict[str, float]:
    """What a night is expected to cost at each site, in bytes of captures: the middle of the last ``nights``.

    A request counts as so many bytes as cost the same CPU to read. A site that no night has seen is left out.
    """
    costs: dict[str, list[float]] = {}
    for site, cost in archive.rows(
        "SELECT site, bytes + ? * requests FROM run_sites WHERE run IN"
        " (SELECT id FROM runs WHERE trigger = 'nightly' AND ended IS NOT NULL ORDER BY started DESC LIMIT ?)",
        (REQUEST_BYTES, nights),
    ):
        costs.setdefault(site, []).append(cost)
    return {site: median(each) for site, each in costs.items() if any(each)}


def _requests(archive: Archive, run: str, site: str) -> dict[str, int]:
    marks = ", ".join("?" * len(SENT))
    by_purpose = archive.counts(
        f"SELECT purpose, count(*) FROM captures WHERE run = ? AND site = ? AND origin = 'live'"  # noqa: S608
        f" AND (status IS NOT NULL OR outcome IN ({marks})) GROUP BY purpose",
        (run, site, *SENT),
    )
    kinds = ("source", "article", "recheck", "robots", "other")
    return {f"{kind}_requests": by_purpose.get(kind, 0) for kind in kinds} | {"requests": sum(by_purpose.values())}


def run_summary(archive: Archive, run: str) -> RunSummary:
    """What the run did. Raises LookupError if the archive does not know the run."""
    row = archive.row("SELECT * FROM runs WHERE id = ?", (run,))
    if row is None:
        raise LookupError(Sentence("no run has the id {run!r}", run=run))
    sites = tuple(
        SiteSummary(**{name: site[name] for name in site.keys() if name != "run"})  # noqa: SIM118 - a Row, not a dict
        for site in archive.rows("SELECT * FROM run_sites WHERE run = ? ORDER BY site", (run,))
    )

    def total(name: str) -> int:
        return sum(getattr(site, name) for site in sites)

    return RunSummary(
        run=run,
        night=row["night"],
        trigger=row["trigger"],
        started=row["started"],
        ended=row["ended"],
        verdict=row["verdict"],
        exit_code=row["exit_code"],
        sites=sites,
        sources_total=total("sources"),
        sources_whole=total("sources_whole"),
        links_seen=total("links_seen"),
        already=total("already"),
        new=total("new"),
        rejected=total("rejected"),
        waiting=total("waiting"),
        set_aside=total("set_aside"),
        requests=total("requests"),
        requests_by_kind={
            "sources": total("source_requests"),
            "articles": total("article_requests"),
            "rechecks": total("recheck_requests"),
            "robots": total("robots_requests"),
            "other": total("other_requests"),
        },
        new_by_topic=_new_by_topic(archive, run),
        edited=total("edited"),
        silent=total("silent"),
        gone=tuple(
            row[0]
            for row in archive.rows(
                "SELECT articles.site || '/' || articles.key FROM captures"
                " JOIN articles ON articles.state_capture = captures.id"
                " WHERE captures.run = ? AND articles.state <> 'live' ORDER BY 1",
                (run,),
            )
        ),
        rejects=archive.counts(
            "SELECT coalesce(reason, ''), count(*) FROM listed WHERE decided_run = ? AND outcome = 'rejected'"
            " GROUP BY 1 ORDER BY 2 DESC, 1",
            (run,),
        ),
        problems=archive.value("SELECT count(*) FROM problems WHERE run = ? AND closed IS NULL", (run,)),
        bytes=total("bytes"),
        articles_total=archive.value("SELECT count(*) FROM articles"),
        new_by_watch=archive.counts(
            "SELECT topics.topic, count(DISTINCT topics.article) FROM topics WHERE topics.rule = 'watch'"  # noqa: S608
            f" AND topics.article IN ({_NEW}) GROUP BY 1 ORDER BY 2 DESC, 1",
            {"run": run},
        ),
    )


def _new_by_topic(archive: Archive, run: str) -> dict[str, int]:
    topics = ("khoi", "ke-thua", "xay-dung-dang")
    cases = " ".join(
        f"WHEN EXISTS (SELECT 1 FROM topics WHERE topics.article = new.article AND topic = '{topic}')"  # noqa: S608
        f" THEN '{topic}'"
        for topic in topics
    )
    found = archive.counts(
        f"SELECT CASE {cases} ELSE 'other' END, count(*) FROM ({_NEW}) AS new GROUP BY 1",  # noqa: S608
        {"run": run},
    )
    return {topic: found.get(topic, 0) for topic in (*topics, "other")}
