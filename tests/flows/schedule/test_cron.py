from __future__ import annotations

from datetime import datetime

import pytest

from flows.outcome.exit_codes import ExitCode, RunError
from flows.schedule.cron import next_by_cron
from scraper.clock import VIETNAM


def test_the_fields_are_vietnams_time() -> None:
    now = datetime(2026, 11, 24, 18, 29, tzinfo=VIETNAM)
    assert next_by_cron("30 1 * * *", now) == datetime(2026, 11, 25, 1, 30, tzinfo=VIETNAM)
    assert next_by_cron("30 18 * * 1-5", now) == datetime(2026, 11, 24, 18, 30, tzinfo=VIETNAM)


@pytest.mark.parametrize("cron", ["", "nightly", "61 1 * * *", "30 1 * *", "30 25 * * *", "0 0 30 2 *"])
def test_what_is_no_time_is_refused(cron: str) -> None:
    with pytest.raises(RunError, match="--cron") as refused:
        next_by_cron(cron, datetime(2026, 11, 24, tzinfo=VIETNAM))
    assert refused.value.exit_code is ExitCode.CONFIGURATION
