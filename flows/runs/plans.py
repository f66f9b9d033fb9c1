"""The plan of a run: its sites divided into shards, and for each shard the file that its crawl is started with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from heapq import heappop, heappush
from pathlib import Path
from statistics import median

from flows.runs.request import NightRequest
from scraper.clock import utc_now
from scraper.fetch.plan import CrawlPlan
from scraper.sites import Site

OWN_CLOCK = timedelta(hours=1)
"""A run whose time is so far from the machine's has a clock of its own (the demo, a test): its crawls share it."""


def shards(sites: Sequence[Site], most: int, work: Mapping[str, float] | None = None) -> list[list[Site]]:
    """Divides ``sites`` into at most ``most`` groups of similar work. Sites that share a host stay together.

    One process then owns each host, so that its delay holds although two site files name it. ``work`` is what each
    site is expected to cost, in any unit; a site that it does not name counts as one in the middle of the others.
    """
    known = work or {}
    usual = median(known.values()) if known else 1.0
    groups = [(sum(known.get(site.id, usual) for site in group), group) for group in _of_shared_hosts(sites)]
    parts: list[list[Site]] = [[] for _ in range(max(1, min(most, len(groups))))]
    loads = [(0.0, number) for number in range(len(parts))]
    for cost, group in sorted(groups, key=lambda one: -one[0]):
        load, number = heappop(loads)
        parts[number].extend(group)
        heappush(loads, (load + cost, number))
    return [part for part in parts if part]


def _of_shared_hosts(sites: Sequence[Site]) -> list[list[Site]]:
    """The sites in groups: whoever shares a host with one of a group is in it. The order of the sites is kept."""
    parents = list(range(len(sites)))

    def first(number: int) -> int:
        while parents[number] != number:
            parents[number] = number = parents[parents[number]]
        return number

    owners: dict[str, int] = {}
    for number, site in enumerate(sites):
        for host in {netloc.rsplit(":", 1)[0] for netloc in site.netlocs}:
            one, other = sorted((first(number), first(owners.setdefault(host, number))))
            parents[other] = one
    groups: dict[int, list[Site]] = {}
    for number, site in enumerate(sites):
        groups.setdefault(first(number), []).append(site)
    return list(groups.values())


def write_plans(
    request: NightRequest,
    sites: Sequence[Site],
    *,
    run: str,
    folder: Path,
    back: Mapping[str, date],
    seconds: float | None,
    work: Mapping[str, float] | None = None,
) -> list[Path]:
    """Writes a plan for each shard into ``folder`` and returns the files.

    ``back`` is the day back to which a site's lists are turned, ``seconds`` the time of a site for new articles and
    list pages. ``work`` is what a site is expected to cost (:func:`shards`). The snapshot that the plans name is
    brought up to date by the caller.
    """
    settings = request.data.settings()
    most = settings.shards if settings.storage is not None else request.processes
    files = []
    for number, shard in enumerate(shards(sites, most, work), start=1):
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
