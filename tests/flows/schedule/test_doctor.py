"""The doctor: each thing that would stop tonight's night is named, with the right code."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import socket
from collections import namedtuple
from datetime import date
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.schedule import doctor
from flows.schedule.system_timers import timer
from flows.storage.folder import DataFolder
from flows.storage.settings import Settings
from scraper.sample import SITE_ID, SampleNewspaper

Usage = namedtuple("Usage", "total used free")

OUTSIDE = """
name = "Báo Xa"
kind = "newspaper"
province = "Tiền Giang"
family = "apbac"
home = "https://xa.example/"
status = "live"
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """A folder whose nights would happen: the sample newspaper's site file, a timer installed, no name to resolve."""
    for name in ("TINKHOI_CONTACT", "TINKHOI_SITES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(doctor, "this_system", lambda: "systemd")
    folder = DataFolder(root=tmp_path / "data")
    folder.create()
    sites = folder.root / "sites"
    sites.mkdir()
    newspaper = SampleNewspaper(today=date(2026, 11, 24))
    (sites / f"{SITE_ID}.toml").write_text(newspaper.site_file("http://127.0.0.1:9"), encoding="utf-8")
    for path, text in timer("systemd", folder, doctor.AT).files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def found(data: DataFolder) -> dict[str, doctor.Check]:
    return {answer.about: answer for answer in doctor.examine(data)}


def test_all_is_well(data: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--data", str(data.root), "--json"]) == ExitCode.OK
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(answer["good"] for answer in told)
    assert {"schedule", "versions", "sites", "contact", "disk", "database", "clock", "network"} <= {
        answer["about"] for answer in told
    }


def test_nothing_that_starts_a_night(data: DataFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "empty"))
    monkeypatch.setattr(doctor, "in_crontab", lambda: False)
    answer = found(data)["schedule"]
    assert answer.exit_code is ExitCode.CONFIGURATION and "tinkhoi serve" in answer.detail


def test_a_library_outside_its_range(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "2.1.9" if name.lower() == "sqlalchemy" else real(name)
    )
    answer = found(data)["versions"]
    assert answer.exit_code is ExitCode.CONFIGURATION and "sqlalchemy is 2.1.9" in answer.detail


def test_a_full_disk(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - 10**6, 10**6))
    assert found(data)["disk"].exit_code is ExitCode.DATA
    assert doctor.verdict(list(doctor.examine(data))) is ExitCode.DATA


def test_a_damaged_database(data: DataFolder) -> None:
    data.database.write_bytes(b"no database, but something" * 100)
    assert found(data)["database"].exit_code is ExitCode.DATA


def test_no_contact_and_a_site_outside(data: DataFolder) -> None:
    (data.root / "sites" / "xa.toml").write_text(OUTSIDE, encoding="utf-8")
    answer = found(data)["sites"]
    assert answer.exit_code is ExitCode.CONFIGURATION and "contact" in answer.detail
    assert doctor.verdict(list(doctor.examine(data))) is ExitCode.CONFIGURATION


def test_names_that_do_not_resolve(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise socket.gaierror("no name")

    (data.root / "sites" / "xa.toml").write_text(OUTSIDE, encoding="utf-8")
    data.save_settings(Settings(contact="a@b.example"))
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert found(data)["network"].exit_code is ExitCode.DATA


def test_a_site_file_that_cannot_be_used(data: DataFolder) -> None:
    (data.root / "sites" / "xa.toml").write_text("name = 1", encoding="utf-8")
    answer = found(data)["sites"]
    assert answer.exit_code is ExitCode.CONFIGURATION and "xa.toml" in answer.detail
