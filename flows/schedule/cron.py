"""When a cron expression starts nights, in Vietnam's time."""

from __future__ import annotations

from datetime import datetime

from cronsim import CronSim, CronSimError

from flows.outcome.exit_codes import ExitCode, RunError
from scraper.clock import VIETNAM


def next_by_cron(cron: str, now: datetime) -> datetime:
    """The first moment after ``now`` that the five fields of ``cron`` name. Raises RunError if there is none."""
    try:
        return next(CronSim(cron, now.astimezone(VIETNAM)))
    except CronSimError as error:
        raise RunError(
            "--cron {cron!r}: {error}; write five fields, such as '30 1 * * *' for 01:30 each night",
            ExitCode.CONFIGURATION,
            cron=cron,
            error=error,
        ) from error
    except StopIteration:
        raise RunError("--cron {cron!r}: there is no such day", ExitCode.CONFIGURATION, cron=cron) from None
