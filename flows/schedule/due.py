"""When a night is due: the hour in Vietnam, whether tonight's night has been, and which nights were missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from flows.outcome.exit_codes import ExitCode, archive_failures
from flows.storage.folder import DataFolder
from scraper.clock import VIETNAM
from scraper.store import Archive, open_reader
from scraper.store.runs import NightRun, miss_run, nightly_runs

AT = time(1, 30)
"""When a night begins by default, in Vietnam."""

LATE = timedelta(hours=1)
"""If a night begins later than this after its hour, it is a catch-up, and the night itself was missed."""

UNDONE = frozenset({ExitCode.NETWORK, ExitCode.CRASH, ExitCode.STOPPED})
"""Verdicts after which the same night is due again."""


def hour(text: str) -> time:
    """``01:30`` as a time. Raises ValueError for anything else."""
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day, of no day


def last_hour(now: datetime, at: time) -> datetime:
    """The last moment, up to ``now``, at which a night was due."""
    today = datetime.combine(now.astimezone(VIETNAM).date(), at, VIETNAM)
    return today if today <= now else today - timedelta(days=1)


def next_hour(now: datetime, at: time) -> datetime:
    """The next moment, after ``now``, at which a night is due."""
    return last_hour(now, at) + timedelta(days=1)


def missed_hours(runs: Sequence[NightRun], now: datetime, at: time) -> list[datetime]:
    """The hours since the newest night of ``runs`` at which no night began. None is missed before the first night."""
    if not runs:
        return []
    missed = []
    due = next_hour(max(run.started for run in runs), at)
    while due + LATE < now:
        missed.append(due)
        due += timedelta(days=1)
    return missed


def is_done(runs: Sequence[NightRun], now: datetime, at: time) -> bool:
    """Whether a night that began at or after the last hour has ended, other than by a stop or a crash."""
    begun = last_hour(now, at)
    return any(run.started >= begun and run.exit_code is not None and run.exit_code not in UNDONE for run in runs)


def is_due(data: DataFolder, now: datetime, at: time) -> bool:
    """Whether the archive in ``data`` still wants the night of the last hour. Raises RunError."""
    return not data.database.exists() or not is_done(read_nights(data), now, at)


def read_nights(data: DataFolder) -> list[NightRun]:
    """The nights that the archive in ``data`` has on record. Raises RunError."""
    with archive_failures(), open_reader(data.database) as archive:
        return nightly_runs(archive)


def note_missed(archive: Archive, now: datetime, at: time) -> list[date]:
    """Records each missed night once and returns their days, oldest first."""
    missed = missed_hours(nightly_runs(archive), now, at)
    for due in missed:
        miss_run(archive, due)
    return [due.date() for due in missed]
