"""The doctor: each thing that would stop tonight's night is named, with the right code."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import socket
from collections import namedtuple
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.outcome.wording import in_language
from flows.schedule import doctor, system_timers
from flows.schedule.check import Check
from flows.schedule.system_timers import command, timer
from flows.storage.folder import DataFolder
from flows.storage.settings import Settings
from scraper.sample import SITE_ID, SampleNewspaper
from scraper.sites import load_sites
from scraper.store import open_archive
from scraper.store.reference import sync_sites
from scraper.store.runs import start_run

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


def found(data: DataFolder) -> dict[str, Check]:
    return {answer.about: answer for answer in doctor.examine(data)}


def test_all_is_well(data: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--data", str(data.root), "--json"]) == ExitCode.OK
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(answer["good"] for answer in told)
    assert {"schedule", "versions", "sites", "contact", "disk", "database", "clock", "network"} <= {
        answer["about"] for answer in told
    }


def test_a_site_whose_dates_prove_another_order(data: DataFolder) -> None:
    with open_archive(data.database) as archive:
        sync_sites(archive, load_sites(data.site_folders))
        night = datetime(2024, 7, 26, tzinfo=UTC)
        start_run(archive, "night-1", started=night, trigger="nightly", sites=[SITE_ID], version="0")
        archive.connection.execute(
            "INSERT INTO listed (site, key, url, source, list_date, first_listed, last_listed, outcome, listed_run)"
            " VALUES (?, '1', 'http://127.0.0.1:9/1', 'list', '07/25/2024', ?, ?, 'waiting', 'night-1')",
            (SITE_ID, night.isoformat(), night.isoformat()),
        )
    answer = found(data)["dates"]
    assert answer.exit_code is ExitCode.CONFIGURATION
    assert "07/25/2024" in answer.detail and 'date_order = "mdy"' in answer.detail


def test_nothing_that_starts_a_night(data: DataFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "empty"))
    monkeypatch.setattr(system_timers, "cron_command", lambda: None)
    answer = found(data)["schedule"]
    assert answer.exit_code is ExitCode.CONFIGURATION and "tinkhoi serve" in answer.detail


def test_a_library_outside_its_range(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "3.8.8" if name.lower() == "prefect" else real(name)
    )
    answer = found(data)["versions"]
    assert answer.exit_code is ExitCode.CONFIGURATION and "prefect is 3.8.8" in answer.detail


def test_a_full_disk(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - 10**6, 10**6))
    assert found(data)["disk"].exit_code is ExitCode.DATA
    assert doctor.verdict(list(doctor.examine(data))) is ExitCode.DATA


def test_free_space_is_spelled_as_the_reader_does(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - 74_800_000_000, 74_800_000_000))
    said = found(data)["disk"].detail
    assert "74.8 GB" in said and "74,8 GB" in in_language(said, "vi")


def test_a_damaged_database(data: DataFolder) -> None:
    data.database.write_bytes(b"no database, but something" * 100)
    assert found(data)["database"].exit_code is ExitCode.DATABASE


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


def outside(folder: Path) -> Path:
    """A folder of one's own site files, with one site of the open web."""
    folder.mkdir()
    (folder / "xa.toml").write_text(OUTSIDE, encoding="utf-8")
    return folder


def install_again(data: DataFolder) -> None:
    for path, text in timer("systemd", data, doctor.AT).files.items():
        path.write_text(text, encoding="utf-8")


def test_what_only_the_shell_exports_is_not_taken_for_what_the_schedule_sees(
    data: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data.root / "sites" / "xa.toml").write_text(OUTSIDE, encoding="utf-8")
    monkeypatch.setenv("TINKHOI_CONTACT", "a@b.example")
    answer = found(data)["sites"]
    assert answer.exit_code is ExitCode.CONFIGURATION
    assert "contact" in answer.detail and "TINKHOI_CONTACT of this shell" in answer.detail
    install_again(data)
    monkeypatch.delenv("TINKHOI_CONTACT")
    assert found(data)["sites"].good
    assert found(data)["contact"].detail == "a@b.example"


def test_exported_site_folders_are_named_by_the_schedule(
    data: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data.save_settings(Settings(contact="a@b.example"))
    assert found(data)["sites"].detail.startswith("1 of ")
    monkeypatch.chdir(tmp_path)
    outside(tmp_path / "my-sites")
    monkeypatch.setenv("TINKHOI_SITES", "my-sites")
    assert found(data)["sites"].detail.startswith("1 of ")
    install_again(data)
    monkeypatch.delenv("TINKHOI_SITES")
    assert found(data)["sites"].detail.startswith("2 of ")
    shutil.rmtree(tmp_path / "my-sites")
    answer = found(data)["sites"]
    assert answer.exit_code is ExitCode.CONFIGURATION and str(tmp_path / "my-sites") in answer.detail


def test_a_schedule_of_another_folder_or_of_a_program_that_is_gone(data: DataFolder, tmp_path: Path) -> None:
    assert found(data)["schedule"].good
    other = DataFolder(root=tmp_path / "other")
    answer = found(other)["schedule"]
    assert answer.exit_code is ExitCode.CONFIGURATION and str(data.root) in answer.detail
    (service,) = [path for path in timer("systemd", data, doctor.AT).files if path.suffix == ".service"]
    text = service.read_text(encoding="utf-8")
    program = command(data, doctor.AT)[0]
    service.write_text(text.replace(program, "/nowhere/tinkhoi"), encoding="utf-8")
    answer = found(data)["schedule"]
    assert answer.exit_code is ExitCode.CONFIGURATION and "/nowhere/tinkhoi, which is not there" in answer.detail


def test_an_address_that_no_alarm_reaches_is_named_without_its_password(data: DataFolder) -> None:
    pytest.importorskip("apprise", reason="Apprise is not installed (the extra `alarms`)")
    data.save_settings(Settings(alarms=("json://127.0.0.1/", "nosuchkind://name:secret@host")))
    answer = doctor.alarms(data)
    assert answer.exit_code is ExitCode.CONFIGURATION
    assert "nosuchkind" in answer.detail and "secret" not in answer.detail
    data.save_settings(Settings(alarms=("json://127.0.0.1/",)))
    assert doctor.alarms(data).good
