"""The command, without what the environment of the person who tests it sets."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_user_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TINKHOI_CONTACT", "TINKHOI_SITES", "TINKHOI_DATA"):
        monkeypatch.delenv(name, raising=False)
