"""What one run did, how it is judged, and how the archive stands after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flows.outcome.exit_codes import MEANING, ExitCode
from scraper.store.runs import RunSummary


@dataclass(frozen=True, slots=True)
class Completeness:
    """From which day one site is complete, and what is still to be done. Days are None where nothing is known."""

    site: str
    complete_from: date | None
    wanted: date
    waiting: int  # links listed and not yet collected


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something a person should look at, and the command that looks."""

    site: str
    kind: str  # short and stable
    detail: str  # a sentence of flows.outcome.messages
    command: str


@dataclass(frozen=True, kw_only=True)
class NightSummary:
    """One run: what it did, how it is judged, and how the archive stands after it."""

    counted: RunSummary
    started: datetime
    ended: datetime
    exit_code: ExitCode
    failures: Mapping[str, str]  # site to what could not be done there, a sentence of flows.outcome.messages
    findings: Sequence[Finding]
    bytes_total: int  # database and captures
    bytes_added: int
    bytes_free: int
    notes: Sequence[str] = field(default=())  # for example that no Prefect server could start
    way_back: Sequence[Completeness] = ()  # sites not yet complete from the day asked for
    missed: Sequence[date] = field(default=())  # nights before this one that did not happen
    next_run: datetime | None = None  # where a schedule is known

    @property
    def run(self) -> str:
        """The run's id."""
        return self.counted.run


class VerdictError(Exception):
    """Ends a flow run whose verdict is not good, so that Prefect shows it as failed. Carries what was done."""

    def __init__(self, summary: NightSummary) -> None:
        super().__init__(f"run {summary.run}: code {int(summary.exit_code)}: {MEANING[summary.exit_code]}")
        self.summary = summary
