"""One crawl, from the file of its plan to an exit code, for the process that :mod:`scraper.crawl` is."""

from __future__ import annotations

import json
import logging
import os
import signal
import sqlite3
import stat
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any, cast

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from scraper.clock import set_clock
from scraper.fetch.identity import user_agent
from scraper.fetch.plan import CrawlPlan
from scraper.fetch.recorder import WRITE_FAILED
from scraper.fetch.scrapy_internals import PlainCrawler, failed_to_start
from scraper.fetch.snapshot import Snapshot
from scraper.garbage import rarely_collected
from scraper.sites import Site, SiteError, Sites, load_sites
from scraper.spiders.host_table import host_table
from scraper.spiders.news import NewsSpider
from scraper.text.sentence import Sentence
from scraper.whole_files import is_disk_full, write_whole

GRACE_SECONDS = 3.0
"""How long a stop waits for answers under way before it is enforced."""


def crawl(arguments: list[str]) -> int:
    """Runs the crawl of the given plan file and returns the exit code, as :mod:`scraper.crawl` tells them."""
    try:
        plan = CrawlPlan.read(Path(arguments[0]))
        known = load_sites(plan.site_folders, only=plan.sites)
        sites = _usable(plan, known)
        snapshot = Snapshot(plan.snapshot)
        user_agent(plan.contact)
        host_table(sites, contact=bool(plan.contact))
        if plan.now is not None:
            set_clock(plan.now)
        if plan.captures.exists() and plan.captures.stat().st_size:
            raise ValueError(f"{plan.captures}: captures are never appended to a file")
    except (IndexError, KeyError, OSError, ValueError, SiteError, sqlite3.Error) as error:
        sys.stderr.write(f"the plan cannot be used: {error}\n")
        return 4
    settings = _settings(plan)
    process = AsyncCrawlerProcess(settings)
    # Scrapy makes several messages of each answer that it drops only where they would be printed.
    logging.getLogger("scrapy").setLevel(settings["LOG_LEVEL"])
    stopped = _heed_stops()
    crawler = process.create_crawler(PlainCrawler(NewsSpider, settings))
    process.crawl(
        crawler,
        sites=sites,
        snapshot=snapshot,
        limit=plan.limit,
        full=plan.full,
        back=plan.back,
        seconds=plan.seconds,
    )
    try:
        with rarely_collected():
            process.start()
    finally:
        stats = _write_stats(crawler, plan.stats)
    if is_disk_full(stats.get(WRITE_FAILED)):
        return 3
    if stopped.is_set() or stats.get("finish_reason") in (None, "shutdown"):
        return 11 if not failed_to_start(process) else 9
    return 9 if stats.get(WRITE_FAILED) is not None else 0


def _usable(plan: CrawlPlan, known: Sites) -> list[Site]:
    """The plan's sites. One whose file was spoilt since the plan was made is left out, unless it is the only one."""
    sites = [known[site] for site in plan.sites if site in known]
    for site in plan.sites:
        if site not in known:
            sys.stderr.write(f"{site} is not crawled: {known.broken.get(site, 'its site file is gone')}\n")
    if not sites:
        raise known.broken.get(
            plan.sites[0], SiteError(Sentence("{sites}: its site file is gone", sites=plan.sites[0]))
        )
    return sites


def _settings(plan: CrawlPlan) -> Settings:
    settings = Settings()
    settings.setmodule("scraper.settings", priority="project")
    settings.set("TINKHOI_RUN", plan.run, priority="cmdline")
    settings.set("TINKHOI_CONTACT", plan.contact, priority="cmdline")
    settings.set("TINKHOI_SITE_FOLDERS", [str(folder) for folder in plan.site_folders], priority="cmdline")
    settings.set("FEEDS", {plan.captures: {"format": "warc"}}, priority="cmdline")
    return settings


def _write_stats(crawler: Crawler, path: Path) -> dict[str, Any]:
    try:
        stats = dict(crawler.stats.get_stats())
    except RuntimeError:  # the crawl failed before it began
        return {}
    try:
        write_whole(path, json.dumps(stats, default=str, ensure_ascii=False, indent=1))
    except OSError as error:
        sys.stderr.write(f"{path}: the statistics cannot be written: {error}\n")
        if is_disk_full(error):
            stats.setdefault(WRITE_FAILED, error.errno)
    return stats


def _heed_stops() -> threading.Event:
    """Makes the process end in time after SIGTERM, or after the end of standard input if that is a pipe.

    The event is set when a stop is requested. After a first SIGTERM Scrapy finishes its open requests; after a second
    it stops at once. The second is sent after GRACE_SECONDS.
    """
    from twisted.internet import reactor

    stopped = threading.Event()

    def enforce() -> None:
        for _ in range(2):
            time.sleep(GRACE_SECONDS)
            os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        os._exit(11)

    def heed() -> None:
        ask = signal.getsignal(signal.SIGTERM)

        def first(signum: int, frame: FrameType | None) -> None:
            stopped.set()
            threading.Thread(target=enforce, daemon=True).start()
            if callable(ask):
                ask(signum, frame)

        signal.signal(signal.SIGTERM, first)

    def watch() -> None:
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    # This must run after Scrapy has set its own handlers, which happens when the reactor starts.
    cast(Any, reactor).callWhenRunning(cast(Any, reactor).callLater, 0, heed)
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=watch, daemon=True).start()
    return stopped
