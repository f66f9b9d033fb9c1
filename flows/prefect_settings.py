"""Everything that we know of Prefect's environment and of its private names; nowhere else is either named.

Nothing here imports Prefect until it is needed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

API_URL = "PREFECT_API_URL"
HOME = "PREFECT_HOME"
PROFILE = "PREFECT_PROFILE"
API_KEY = "PREFECT_API_KEY"
ALLOWED_ORIGINS = "PREFECT_SERVER_CORS_ALLOWED_ORIGINS"

QUIET: dict[str, str] = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    # Its own 20 seconds are too few for the first start on a slow machine: making its database took 8 (measured).
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}
_CHOSEN_BY_USER = (API_URL, PROFILE, HOME)


def prepare_environment(home: Path, *, private: bool = False) -> None:
    """Sets Prefect's environment of this process, before Prefect is imported.

    A server, profile or home that the user chose by environment is kept; else Prefect keeps its files in ``home``
    and starts a server for the time of the run. With ``private`` the user's choice is set aside (the demo).
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if private:
        for name in (*_CHOSEN_BY_USER, API_KEY):
            os.environ.pop(name, None)
    if not any(os.environ.get(name) for name in _CHOSEN_BY_USER):
        os.environ[HOME] = str(home)


def server_of_user() -> str | None:
    """The API address of the server that the user's environment or profile names, or None."""
    if os.environ.get(API_URL):
        return os.environ[API_URL]
    if not os.environ.get(PROFILE):
        return None
    from prefect.settings import get_current_settings

    return get_current_settings().api.url


def stop_server() -> None:
    """Ends the server that this process started, if it did. A signal during a flow would else leave it behind."""
    module = sys.modules.get("prefect.server.api.server")
    if module is not None:
        for server in list(module.SubprocessASGIServer._instances.values()):
            server.stop()
