"""``tinkhoi setup``: what is given is kept, what is wrong is named, and nothing is written then."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.storage.folder import DataFolder
from tests.flows.cli.stderr_lines import one_line


def test_what_is_given_is_added_to_what_was_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path)]
    assert run(["setup", "--contact", "a@b.vn", "--since", "2020-01-31", *data]) == 0
    assert run(["setup", "--province", "Tiền Giang", "--alarm", "json://key@127.0.0.1/", *data]) == 0
    told = capsys.readouterr().out
    assert "alarms go to: json\n" in told and "key" not in told, "an address holds passwords"
    settings = DataFolder(root=tmp_path).settings()
    assert (settings.contact, settings.since) == ("a@b.vn", date(2020, 1, 31))
    assert "thtg" in settings.watch
    assert settings.alarms == ("json://key@127.0.0.1/",)


def test_a_province_is_watched_at_the_successor_of_a_site_that_moved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["setup", "--province", "Tiền Giang", "--data", str(tmp_path)]) == 0
    watched = DataFolder(root=tmp_path).settings().watch
    assert "baodongthap" in watched and "baoapbac" not in watched
    assert "baoapbac moved: baodongthap takes its place" in capsys.readouterr().out
    assert run(["setup", "--site", "baoapbac", "--data", str(tmp_path)]) == 0
    assert "baoapbac" in DataFolder(root=tmp_path).settings().watch, "who names a site means it"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--contact", "nobody"),
        ("--since", "31/01/2020"),
        ("--since", "2999-01-01"),
        ("--site", "khong-co"),
        ("--province", "Không Đâu"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    assert run(["setup", option, value, "--data", str(tmp_path)]) == ExitCode.CONFIGURATION
    assert value in one_line(capsys.readouterr().err)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["nonsense", "", "nosuchkind://name:secret@host", "mailto:a@b.vn", "mailto://"])
def test_an_address_that_no_alarm_reaches_is_refused_without_its_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    if importlib.util.find_spec("apprise") is None and "://" in address:
        pytest.skip("Apprise is not installed (the extra `alarms`)")
    assert run(["setup", "--alarm", address, "--data", str(tmp_path)]) == ExitCode.CONFIGURATION
    line = one_line(capsys.readouterr().err)
    assert repr(address.partition(":")[0]) in line and "secret" not in line
    assert list(tmp_path.iterdir()) == []


def test_without_apprise_an_address_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert run(["setup", "--alarm", "nosuchkind://host", "--data", str(tmp_path)]) == 0
    assert run(["setup", "--alarm", "nonsense", "--data", str(tmp_path)]) == ExitCode.CONFIGURATION
    assert DataFolder(root=tmp_path).settings().alarms == ("nosuchkind://host",)
