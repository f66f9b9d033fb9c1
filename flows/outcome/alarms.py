"""Alarms tell a person by e-mail or webhook what is wrong and what watchwords found; at most one message a night.

A standing alarm is sent once, and again in the weekly sign of life. That message is also sent when all is well:
silence could mean that everything has stopped. What was sent is kept in ``alarms.json`` of the data folder, not in
the archive: the archive itself may have failed.
"""

from __future__ import annotations

import json
import logging
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from flows.outcome.exit_codes import MEANING, ExitCode, RunError
from flows.outcome.messages import LANGS
from flows.outcome.night_summary import NightSummary
from flows.outcome.report import render
from flows.storage.folder import DataFolder
from scraper.clock import VIETNAM
from scraper.whole_files import write_whole

log = logging.getLogger("tinkhoi")

WEEK = timedelta(days=7)
LEAST_FREE = 1_000_000_000
"""If fewer bytes than this are free on the disk of the archive, that is an alarm."""

Send = Callable[[Sequence[str], str, str], bool]
"""Sends a title and a text to addresses. Returns whether all of them accepted it."""


class AlarmsUnavailable(Exception):
    """The library that sends alarms is not installed, or an address is of no kind it knows."""


@dataclass(frozen=True)
class Alarm:
    """One thing to look at. ``name`` identifies it and stays the same as long as it lasts: new articles, a night."""

    name: str  # kind, or kind:site
    text: str


@dataclass(frozen=True)
class Told:
    """What was sent so far."""

    last: date | None = None  # the night of the last message
    standing: tuple[str, ...] = field(default=())  # names of the alarms sent that still stand

    @classmethod
    def read(cls, path: Path) -> Told:
        """What :meth:`write` kept at ``path``; empty if there is no such file or it cannot be read."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return cls(date.fromisoformat(found["last"]), tuple(found["standing"]))
        except (OSError, ValueError, TypeError, KeyError):
            return cls()

    def write(self, path: Path) -> None:
        """Keeps it at ``path``."""
        kept = {"last": self.last.isoformat() if self.last else None, "standing": list(self.standing)}
        write_whole(path, json.dumps(kept, ensure_ascii=False) + "\n")


def alarms_of(summary: NightSummary) -> list[Alarm]:
    """What is wrong after a night, most serious first, then the watchwords that have new articles."""
    return list(_alarms_of(summary))


def _alarms_of(summary: NightSummary) -> Iterator[Alarm]:
    if summary.exit_code is ExitCode.DISK_FULL or summary.bytes_free < LEAST_FREE:
        yield Alarm("disk", f"the disk is full or nearly so: {summary.bytes_free:,} bytes free")
    if summary.missed:
        nights = ", ".join(f"{night:%d/%m/%Y}" for night in summary.missed)
        yield Alarm(f"missed:{max(summary.missed)}", f"nights that did not happen: {nights}")
    if summary.exit_code is ExitCode.NETWORK:
        yield Alarm("network", MEANING[ExitCode.NETWORK])
        return
    for finding in summary.findings:
        yield Alarm(f"{finding.kind}:{finding.site}", f"{finding.site}: {finding.message} → {finding.command}")
    for site, reason in summary.failures.items():
        yield Alarm(f"failed:{site}", f"{site}: {reason} → tinkhoi crawl {site}")
    for words, count in summary.counted.new_by_watch.items():
        text = f"watched «{words}»: {count:,} new → tinkhoi search --topic {shlex.quote(words)}"
        yield Alarm(f"watched:{summary.counted.night}:{words}", text)


def after_night(data: DataFolder, summary: NightSummary, send: Send | None = None) -> None:
    """Sends what is new after a night, or once a week that all is well. A failed message never fails the night."""
    report = "\n\n".join(render(summary, lang) for lang in LANGS)
    _tell(data, summary.started, alarms_of(summary), report, send or by_apprise)


def after_failure(data: DataFolder, now: datetime, error: Exception, send: Send | None = None) -> None:
    """Sends that tonight's run did not start, or broke off, and why."""
    code = error.exit_code if isinstance(error, RunError) else ExitCode.CRASH
    text = f"the night did not happen: {error} (code {int(code)}: {MEANING[ExitCode(code)]})"
    _tell(data, now, [Alarm(f"night:{int(code)}", text)], "", send or by_apprise)


def _tell(data: DataFolder, now: datetime, alarms: Sequence[Alarm], report: str, send: Send) -> None:
    try:
        addresses = data.settings().alarms
    except RunError:
        return
    path = data.root / "alarms.json"
    if not addresses or not data.root.is_dir():
        return
    night = now.astimezone(VIETNAM).date()
    told = Told.read(path)
    new = [alarm for alarm in alarms if alarm.name not in told.standing]
    standing = [alarm for alarm in alarms if alarm.name in told.standing]
    weekly = told.last is None or night - told.last >= WEEK
    names = tuple(alarm.name for alarm in standing)
    try:
        if told.last == night or not (new or weekly):
            Told(told.last, names).write(path)
            return
        title = f"Tin Khối {night:%d/%m/%Y}: " + (
            f"{len(alarms)} ⚠ {(new or standing)[0].text}"[:100] if alarms else "all is well"
        )
        lines = [f"⚠ {alarm.text}" for alarm in new] + [f"… still: {alarm.text}" for alarm in standing]
        if send(addresses, title, "\n".join([*lines, "", report]).strip() + "\n"):
            Told(night, (*names, *(alarm.name for alarm in new))).write(path)
        else:
            log.error("an alarm could not be sent to every address; it is tried again next night")
    except (AlarmsUnavailable, OSError) as error:
        log.error("alarms cannot be sent: %s", error)


def by_apprise(addresses: Sequence[str], title: str, text: str) -> bool:
    """Sends through Apprise, which knows e-mail, webhooks and a hundred services by address.

    Raises AlarmsUnavailable if it is not installed or does not know an address.
    """
    try:
        import apprise
    except ImportError as error:
        raise AlarmsUnavailable("Apprise is not installed: pip install 'tinkhoi[alarms]'") from error
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it writes addresses, passwords and all
    sender = apprise.Apprise()
    for address in addresses:
        if not sender.add(address):
            raise AlarmsUnavailable(f"{address.split(':')[0]}://…: Apprise knows no such address")
    sent: bool = bool(sender.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT))
    return sent
