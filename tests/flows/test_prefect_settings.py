"""The names of Prefect's that we rely on: each test fails where the installed Prefect knows one no more."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import prefect_settings


def names_of(model: Any) -> Iterator[str]:
    """The environment variables that a model of Prefect's settings reads, those of the models in it too."""
    from pydantic import AliasChoices, BaseModel

    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from names_of(field.annotation)
            continue
        alias = field.validation_alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias or name]
        yield from (choice.upper() for choice in choices if isinstance(choice, str))
        yield model.model_config.get("env_prefix", "").upper() + name.upper()


def test_each_variable_that_we_set_is_a_setting_of_prefects() -> None:
    from prefect.settings import Settings

    ours = {
        value
        for name, value in vars(prefect_settings).items()
        if name.isupper() and isinstance(value, str) and value.startswith("PREFECT_")
    }
    ours |= {name for name in prefect_settings.DEFAULTS if name.startswith("PREFECT_")}
    given = prefect_settings.server_environment(4277, "user:word", ui=False)
    ours |= {name for name in given if name.startswith("PREFECT_") and name not in os.environ}
    assert {"PREFECT_SERVER_API_AUTH_STRING", "PREFECT_UI_API_URL"} < ours
    # The profile is no setting: it chooses the file from which settings are read.
    assert ours - set(names_of(Settings)) == {prefect_settings.PROFILE}


def test_a_profile_of_the_users_names_the_server(tmp_path: Path) -> None:
    (tmp_path / "profiles.toml").write_text(
        'active = "own"\n[profiles.own]\nPREFECT_API_URL = "http://127.0.0.1:4299/api"\n', encoding="utf-8"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {prefect_settings.HOME: str(tmp_path), prefect_settings.PROFILE: "own"}
    code = "from flows.prefect_settings import server_of_user; print(server_of_user())"
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "http://127.0.0.1:4299/api"


def test_a_server_named_after_prefect_was_imported_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.client.orchestration import get_client
    from prefect.context import refresh_global_settings_context

    for name in (prefect_settings.API_URL, prefect_settings.AUTH_STRING):
        monkeypatch.setenv(name, "")  # so that what the test sets is undone
    prefect_settings.use_server("http://127.0.0.1:4277", "user:word")
    try:
        client = get_client(sync_client=True)
        assert str(client.api_url).startswith("http://127.0.0.1:4277/api")
    finally:
        monkeypatch.undo()
        refresh_global_settings_context()


def test_the_server_is_told_its_secret_and_clients_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(prefect_settings.AUTH_STRING, "a-secret-of-another-server")
    given = prefect_settings.server_environment(4277, "user:word", ui=False)
    assert given["PREFECT_SERVER_API_AUTH_STRING"] == "user:word"
    assert "a-secret-of-another-server" not in given.values()
