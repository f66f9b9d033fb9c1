"""``tinkhoi setup``: answers typed, piped or given as options, and what is said of those that cannot be used."""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.storage.folder import DataFolder

Output = pytest.CaptureFixture[str]


def setup(root: Path, monkeypatch: pytest.MonkeyPatch, answers: str = "", *options: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(answers))
    return run(["--data", str(root), "setup", *options])


def test_answers_may_be_piped_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    assert setup(tmp_path, monkeypatch, "a@b.example\nTiền Giang\n2024-01-31\n") == 0
    found = DataFolder(root=tmp_path).settings()
    assert (found.contact, found.since) == ("a@b.example", date(2024, 1, 31))
    assert "baodongthap" in found.watch
    assert str(tmp_path / "settings.toml") in capsys.readouterr().out


def test_answers_that_end_early_leave_the_rest_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert setup(tmp_path, monkeypatch, "a@b.example\n\n2024-01-31\n") == 0
    assert setup(tmp_path, monkeypatch, "c@d.example\n") == 0
    found = DataFolder(root=tmp_path).settings()
    assert (found.contact, found.since) == ("c@d.example", date(2024, 1, 31))
    assert setup(tmp_path, monkeypatch, "") == 0
    assert DataFolder(root=tmp_path).settings() == found


@pytest.mark.parametrize(
    ("answers", "said"),
    [("nobody\n", "contact"), ("a@b.example\nAtlantis\n", "Atlantis"), ("a@b.example\n\n31/1/2024\n", "31/1/2024")],
)
def test_an_answer_that_cannot_be_used_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, answers: str, said: str
) -> None:
    assert setup(tmp_path, monkeypatch, answers) == ExitCode.CONFIGURATION
    assert said in capsys.readouterr().err
    assert not (tmp_path / "settings.toml").exists()


def test_options_ask_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    assert setup(tmp_path, monkeypatch, "", "--contact", "a@b.example") == 0
    assert "Provinces to watch" not in capsys.readouterr().out
    assert DataFolder(root=tmp_path).settings().contact == "a@b.example"
