"""The plan of a run: its sites divided into shards, and for each shard the file that its crawl is started with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from flows.runs.request import NightRequest
from scraper.clock import utc_now
from scraper.fetch.plan import CrawlPlan
from scraper.sites import Site

OWN_CLOCK = timedelta(hours=1)
"""A run whose time is so far from the machine's has a clock of its own (the demo, a test): its crawls share it."""


def shards(sites: Sequence[Site], most: int) -> list[list[Site]]:
    """Divides ``sites`` into at most ``most`` groups of similar size. Sites that share a host stay together.

    One process then owns each host, so that its delay holds although two site files name it.
    """
    groups: list[tuple[set[str], list[Site]]] = []
    for site in sites:
        hosts = {netloc.rsplit(":", 1)[0] for netloc in site.netlocs}
        joined = [group for group in groups if group[0] & hosts]
        groups = [group for group in groups if not group[0] & hosts]
        groups.append((hosts.union(*(g[0] for g in joined)), [*(s for g in joined for s in g[1]), site]))
    parts: list[list[Site]] = [[] for _ in range(max(1, min(most, len(groups))))]
    for _, members in sorted(groups, key=lambda group: -len(group[1])):
        min(parts, key=len).extend(members)
    return [part for part in parts if part]


def write_plans(
    request: NightRequest,
    sites: Sequence[Site],
    *,
    run: str,
    folder: Path,
    back: Mapping[str, date],
    seconds: float | None,
) -> list[Path]:
    """Writes a plan for each shard into ``folder`` and returns the files.

    ``back`` is the day back to which a site's lists are turned, ``seconds`` the time of a site for new articles and
    list pages. The snapshot that the plans name is brought up to date by the caller.
    """
    settings = request.data.settings()
    most = settings.shards if settings.storage is not None else request.processes
    files = []
    for number, shard in enumerate(shards(sites, most), start=1):
        plan = CrawlPlan(
            run=run,
            sites=tuple(site.id for site in shard),
            site_folders=request.data.site_folders,
            snapshot=request.data.snapshot,
            captures=request.data.captures / f"{run}-{number}.warc.gz",
            stats=folder / f"shard-{number}.stats.json",
            contact=settings.contact or "",
            limit=request.limit,
            full=request.full,
            back={site.id: back[site.id] for site in shard if site.id in back},
            seconds=seconds,
            now=request.now if abs(request.now - utc_now()) > OWN_CLOCK else None,
        )
        file = folder / f"shard-{number}.json"
        file.write_text(plan.to_json(), encoding="utf-8")
        files.append(file)
    return files
