"""What one run did, how it is judged, and how the archive stands after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from flows.outcome.exit_codes import MEANING, ExitCode
from flows.outcome.messages import Message, as_json
from scraper.store.runs import RunSummary


@dataclass(frozen=True, slots=True)
class Completeness:
    """The day from which one site is complete, and what is left to do. A day is None if it is not known."""

    site: str
    complete_from: date | None
    wanted: date
    waiting: int  # links listed and not yet collected


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something a person should look at, and the command that looks."""

    site: str
    message: Message
    command: str

    @property
    def kind(self) -> str:
        """What it is, short and stable."""
        return self.message.kind


@dataclass(frozen=True, kw_only=True)
class NightSummary:
    """One run: what it did, how it is judged, and how the archive stands after it."""

    counted: RunSummary
    started: datetime
    ended: datetime
    exit_code: ExitCode
    failures: Mapping[str, Message]  # for each failed site, what could not be done there
    findings: Sequence[Finding]
    bytes_total: int  # database and captures
    bytes_added: int
    bytes_free: int
    notes: Sequence[Message] = field(default=())  # for example that no Prefect server could start
    way_back: Sequence[Completeness] = ()  # sites not yet complete from the day asked for
    missed: Sequence[date] = field(default=())  # nights before this one that did not happen
    next_run: datetime | None = None  # where a schedule is known
    by_hand: bool = False  # a crawl of chosen sites, and no night
    limit: int | None = None  # the limit of new articles for each site, if one was given

    @property
    def run(self) -> str:
        """The run's id."""
        return self.counted.run

    def as_json(self) -> dict[str, Any]:
        """The summary as ``report.json`` and ``--json`` give it: messages in English, beside them kind and values."""
        found = asdict(self)
        found["failures"] = {site: str(failure) for site, failure in self.failures.items()}
        found["findings"] = [
            {
                "site": finding.site,
                "kind": finding.kind,
                "detail": str(finding.message),
                "command": finding.command,
                "values": dict(finding.message.values),
            }
            for finding in self.findings
        ]
        found["notes"] = [str(note) for note in self.notes]
        found["messages"] = {
            "failures": dict(zip(self.failures, as_json(self.failures.values()), strict=True)),
            "notes": as_json(self.notes),
        }
        return found

    @property
    def is_cut(self) -> bool:
        """Whether the limit of new articles left links that the lists showed."""
        unfinished = self.counted.sources_whole < self.counted.sources_total
        return self.limit is not None and bool(unfinished or self.counted.waiting)


class VerdictError(Exception):
    """Ends a flow run whose exit code is not 0, so that Prefect shows it as failed. Carries the summary."""

    def __init__(self, summary: NightSummary) -> None:
        super().__init__(f"run {summary.run}: code {int(summary.exit_code)}: {MEANING[summary.exit_code]}")
        self.summary = summary
