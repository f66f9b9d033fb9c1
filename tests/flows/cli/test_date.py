"""``tinkhoi date``: what a printed date means, and how it was read."""

from __future__ import annotations

import json

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode

Output = pytest.CaptureFixture[str]


def test_date_prints_the_moment_and_how_it_was_read(capsys: Output) -> None:
    assert run(["date", "Cập nhật: 09:13, 24/07/2024 (GMT+7)"]) == 0
    assert capsys.readouterr().out.startswith("2024-07-24T09:13:00+07:00\t")
    assert run(["date", "31/02/2024", "--json"]) == ExitCode.DATA
    assert json.loads(capsys.readouterr().out)["means"] is None
