"""All that we know of Prefect's environment and private names. No other module names them.

Nothing here imports Prefect until it is needed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from scraper.garbage import uncollected

API_URL = "PREFECT_API_URL"
API_KEY = "PREFECT_API_KEY"
AUTH_STRING = "PREFECT_API_AUTH_STRING"
HOME = "PREFECT_HOME"
PROFILE = "PREFECT_PROFILE"

DEFAULTS: dict[str, str] = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}
"""Settings that apply unless the user's environment says otherwise: few log lines, no telemetry."""

_SHORT = {
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
}
"""What a server of one night leaves out unless the user's environment says otherwise: keeping events beside runs,
tasks and logs, and automations, which need a server that goes on. They take a tenth of its CPU."""

_CHOSEN_BY_USER = (API_URL, PROFILE, HOME)


def prepare_environment(home: Path, *, private: bool = False) -> None:
    """Sets Prefect's environment of this process, before Prefect is imported.

    A server, profile or home that the user chose by environment is kept; else Prefect keeps its files in ``home``.
    With ``private`` the user's choice is ignored (the demo).
    """
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    if private:
        for name in (*_CHOSEN_BY_USER, API_KEY, AUTH_STRING):
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


def use_server(address: str, secret: str) -> None:
    """Lets this process, and those that it starts, ask the server at ``address`` (``http://127.0.0.1:4200``)."""
    os.environ[API_URL] = f"{address}/api"
    os.environ[AUTH_STRING] = secret
    heed_environment()


def import_for_both() -> None:
    """Imports what a night and its server both use of Prefect: a third of what either imports."""
    with uncollected():
        import prefect.client.orchestration  # noqa: F401


def heed_environment() -> None:
    """Lets Prefect read its settings again, if it was imported before the environment changed."""
    if "prefect" in sys.modules:
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()


def server_environment(port: int, secret: str, *, ui: bool) -> Mapping[str, str]:
    """The environment of a server that we start at ``port`` of this machine. Its requests need ``secret``."""
    own = {
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_API_AUTH_STRING": secret,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{port}",
        "PREFECT_SERVER_UI_ENABLED": str(ui).lower(),
        "PREFECT_UI_API_URL": "/api",
    }
    kept = {name: value for name, value in os.environ.items() if name not in {API_URL, API_KEY, AUTH_STRING}}
    return {**({} if ui else _SHORT), **kept, **own}
