"""The flow `collect`: a crawl of chosen sites, its steps visible as Prefect tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from flows.outcome.exit_codes import ExitCode
from flows.outcome.messages import LANGS
from flows.outcome.night_summary import NightSummary, VerdictError
from flows.outcome.report import render
from flows.runs.night import run_night
from flows.runs.request import NightRequest, Trigger
from flows.storage.folder import DataFolder, default_folder
from scraper.clock import utc_now


def as_task(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` as a Prefect task that runs where it is called, in the main thread, where signals arrive."""
    made: Callable[..., Any] = task(name=function.__name__, cache_policy=NO_CACHE, persist_result=False)(function)
    return made


@flow(name="collect", persist_result=False, validate_parameters=False)
def collect(
    sites: list[str] | None = None,
    data: str | None = None,
    site_folders: list[str] | None = None,
    trigger: Trigger = "manual",
    limit: int | None = None,
    full: bool = False,
    since: date | None = None,
    now: datetime | None = None,
    at: time | None = None,
) -> NightSummary:
    """Crawls ``sites`` (none: every live or watched site) into the archive of the folder ``data``.

    Raises VerdictError, which carries the summary, where the exit code is not 0: the flow run is then a failed one.
    """
    request = NightRequest(
        data=DataFolder(
            root=Path(data) if data else default_folder(),
            extra_sites=tuple(Path(folder) for folder in site_folders or ()),
        ),
        sites=tuple(sites or ()),
        trigger=trigger,
        limit=limit,
        full=full,
        since=since,
        now=now or utc_now(),
        at=at,
    )
    summary = run_night(request, step=as_task)
    create_markdown_artifact(
        key="morning-report",
        markdown="\n\n".join(f"```\n{render(summary, lang)}\n```" for lang in LANGS),
        description=f"Run {summary.run}: {summary.exit_code.name.lower()}",
    )
    if summary.exit_code is not ExitCode.OK:
        raise VerdictError(summary)
    return summary
