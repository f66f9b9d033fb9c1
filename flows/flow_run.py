"""A run as a flow run of Prefect's: its name, its tasks, its log lines, its report and its table by site."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.logging.handlers import APILogHandler

from flows.cluster.choice import chosen_machines
from flows.cluster.prefect_workers import PrefectWorkers
from flows.outcome.exit_codes import ExitCode
from flows.outcome.messages import LANGS, Message
from flows.outcome.night_summary import NightSummary, VerdictError
from flows.outcome.report import render
from flows.prefect_steps import TaskSteps, crawl_log
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from scraper.clock import VIETNAM
from scraper.garbage import uncollected_at_exit
from scraper.store.runs import SiteSummary


def run_in_flow(request: NightRequest) -> NightSummary:
    """The run, called within a flow run: shows its tasks, log lines and artifacts there.

    Raises VerdictError, which carries the summary, where the exit code is not 0: the flow run is then a failed one.
    """
    uncollected_at_exit()
    with shown_logs():
        summary = run_night(request, steps=TaskSteps(), machines=chosen_machines(request, PrefectWorkers()))
    about = f"{run_name(request)} · run {summary.run}: {summary.exit_code.name.lower()}"
    create_table_artifact(key="sites-of-the-run", table=by_site(summary), description=about)
    create_markdown_artifact(
        key="morning-report",
        markdown="\n\n".join(f"```\n{render(summary, lang)}\n```" for lang in LANGS),
        description=about,
    )
    if summary.exit_code is not ExitCode.OK:
        raise VerdictError(summary)
    return summary


@contextmanager
def shown_logs() -> Iterator[None]:
    """Within the block, our log lines are shown with the run, or with the task that logs them."""
    handler = APILogHandler()
    loggers = [logging.getLogger("tinkhoi"), crawl_log]
    crawl_log.propagate = False
    for logger in loggers:
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


def run_name(request: NightRequest) -> str:
    """The name of a run: ``night of 2026-11-24``, ``baoapbac, thtg by hand, 2026-11-24 14:05`` (Vietnam time)."""
    now = request.now.astimezone(VIETNAM)
    if request.trigger != "manual":
        return f"{'demo: ' if request.trigger == 'demo' else ''}night of {now:%Y-%m-%d}"
    sites = ", ".join(request.sites[:3]) + (f" and {len(request.sites) - 3} more" if len(request.sites) > 3 else "")
    return f"{sites or 'all watched sites'} by hand, {now:%Y-%m-%d %H:%M}"


def by_site(summary: NightSummary) -> list[dict[str, Any]]:
    """The rows of the table: what the run did at each site, those that failed first."""
    rows = [row(site, summary.failures.get(site.site)) for site in summary.counted.sites]
    return sorted(rows, key=lambda each: (each["verdict"] == "ok", each["site"]))


def row(site: SiteSummary, failure: Message | None) -> dict[str, Any]:
    """What the run did at one site."""
    return {
        "site": site.site,
        "verdict": "failed" if failure else "ok",
        "lists read": f"{site.sources_whole}/{site.sources}",
        "links seen": site.links_seen,
        "new": site.new,
        "edited": site.edited,
        "gone": site.gone,
        "rejected": site.rejected,
        "pending": site.waiting,
        "requests": site.requests,
        "reason": str(failure or ""),
    }
