#!/usr/bin/env bash
# Prefect 3.9.1 takes a cron expression for a day that never comes. Cron("0 0 30 2 *") (30 February), the schedule that a
# client sends and the one that the server keeps are all valid: croniter, by which Prefect checks, looks at the fields one
# by one. Only when dates are asked for does it say "failed to find next date". A deployment so scheduled looks active and
# never runs. cronsim 2.8, which Prefect installs too (pydocket needs it), refuses it at once. So check there.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet "prefect==3.9.1" "cronsim==2.8"
DO_NOT_TRACK=1 PREFECT_HOME="$folder/prefect" "$folder/venv/bin/python" - <<'PYTHON'
import asyncio
from datetime import datetime, timezone

from cronsim import CronSim, CronSimError
from prefect.client.schemas.schedules import CronSchedule
from prefect.schedules import Cron
from prefect.server.schemas.schedules import CronSchedule as KeptSchedule

NEVER = "0 0 30 2 *"
assert Cron(NEVER).cron == NEVER and CronSchedule(cron=NEVER).cron == NEVER
try:
    print("dates:", asyncio.run(KeptSchedule(cron=NEVER, timezone="UTC").get_dates(1)))
    raise SystemExit("there is a next date now")
except Exception as error:
    print("Prefect:", type(error).__name__, error)
    assert "failed to find next date" in str(error)
try:
    CronSim(NEVER, datetime(2026, 11, 24, tzinfo=timezone.utc))
    raise SystemExit("cronsim takes it now")
except CronSimError as error:
    print("cronsim:", error)
PYTHON
