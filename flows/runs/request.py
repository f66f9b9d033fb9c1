"""The request for one run, and the sites that it chooses."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from flows.outcome.exit_codes import ExitCode, RunError
from flows.outcome.messages import Message
from flows.storage.folder import DataFolder
from scraper.addresses import is_loopback
from scraper.clock import VIETNAM, utc_now
from scraper.sites import SiteError, Sites, Status, load_sites
from scraper.text.sentence import Sentence

Trigger = Literal["nightly", "manual", "demo"]


@dataclass(frozen=True, kw_only=True)
class NightRequest:
    """The request for one run."""

    data: DataFolder
    sites: tuple[str, ...] = ()  # empty: every live or watched site
    trigger: Trigger = "nightly"
    limit: int | None = None  # at most so many new articles a site
    full: bool = False  # turn list pages to their end
    since: date | None = None  # turn list pages back to this day
    recheck: tuple[str, ...] = ()  # articles to look at in any case, by key or site/key
    now: datetime = field(default_factory=utc_now)
    processes: int = field(default_factory=lambda: min(4, os.cpu_count() or 1))
    notes: tuple[Message, ...] = ()  # said in the report
    at: time | None = None  # the hour in Vietnam at which nights are due, where a schedule is known


def refuse_day_to_come(since: date, now: datetime) -> None:
    """Raises RunError where ``since``, the day back to which is collected, is still to come in Vietnam."""
    if since > now.astimezone(VIETNAM).date():
        raise RunError("--since {day!r}: this day is still to come", ExitCode.CONFIGURATION, day=str(since))


def choose_sites(request: NightRequest, known: Sites | None = None) -> Sites:
    """The sites of this run, and those of it whose files cannot be used; ``known`` are all, if they were read before.

    A night does not know whether a file that cannot be used says ``live``, so it names each. Raises RunError for an
    unknown site, for no site, for a missing contact address, and for a day back that is still to come.
    """
    if request.since is not None:
        refuse_day_to_come(request.since, request.now)
    if known is None:
        known = load_sites(request.data.site_folders)
    settings = request.data.settings()
    chosen = _named(request.sites, known) if request.sites else _nightly(settings.watch, known)
    if not chosen and chosen.broken:
        first = next(iter(chosen.broken.values()))
        raise RunError("no site to crawl: {first}", ExitCode.CONFIGURATION, first=first) from first
    if not chosen:
        raise RunError(
            "no site to crawl: none is live or watched; choose some with `tinkhoi setup --province …`",
            ExitCode.CONFIGURATION,
        )
    outside = [site.id for site in chosen.values() if not is_loopback(site.home)]
    if outside and not settings.contact:
        raise RunError(
            "no contact address is set, so nothing is asked of the open web ({hosts}); set"
            " one with `tinkhoi setup --contact ADDRESS`",
            ExitCode.CONFIGURATION,
            hosts=", ".join([*outside[:3], *["…"][: len(outside) > 3]]),
        )
    return chosen


def _named(ids: tuple[str, ...], known: Sites) -> Sites:
    unknown = [site for site in ids if site not in known and site not in known.broken]
    if unknown:
        raise RunError(
            "unknown site {unknown}; `tinkhoi sites` lists them",
            ExitCode.CONFIGURATION,
            unknown=", ".join(map(repr, unknown)),
        )
    broken = {site: known.broken[site] for site in ids if site in known.broken}
    return Sites({site: known[site] for site in ids if site in known}, broken)


def _nightly(watched: tuple[str, ...], known: Sites) -> Sites:
    chosen = {
        site.id: site
        for site in known.values()
        if site.status is Status.LIVE or (site.id in watched and site.status is not Status.GONE)
    }
    missing = [site for site in watched if site not in known and site not in known.broken]
    gone = {
        site: SiteError(Sentence("settings.toml: watch: there is no site file {site}.toml", site=site))
        for site in missing
    }
    return Sites(chosen, known.broken | gone)
