"""The files given to each system's scheduler. systemd's are held to systemd itself, the others' to their text."""

from __future__ import annotations

import plistlib
import shlex
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from flows.cli import run
from flows.schedule.system_timers import (
    System,
    command,
    cron_line,
    install,
    installed_command,
    launchd_plist,
    local_hour,
    remove,
    task_xml,
    timer,
)
from flows.storage.folder import DataFolder
from scraper.sample import SITE_ID, SampleNewspaper
from scraper.store import open_reader
from tests.places import REPOSITORY

AT = time(1, 30)
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    """A folder whose name has what schedulers read as their own: a space, a per cent sign, a dollar."""
    return DataFolder(root=tmp_path / "tin 100% $khối", extra_sites=(tmp_path / "my sites",))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_accepts_the_units(tmp_path: Path, data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    chosen = timer("systemd", data, AT)
    for path, text in chosen.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    units = [str(path) for path in chosen.files]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", *units],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)},
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "tinkhoi" in line]
    assert done.returncode == 0 and not ours, done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_reads_the_hour_as_vietnams(data: DataFolder) -> None:
    text = next(text for path, text in timer("systemd", data, AT).files.items() if path.suffix == ".timer")
    when = next(line.partition("=")[2] for line in text.splitlines() if line.startswith("OnCalendar="))
    done = subprocess.run(
        ["systemd-analyze", "calendar", when, "--base-time", "2026-11-24 00:00:00 UTC"],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "TZ": "UTC"},
        check=False,
    )
    assert "2026-11-24 18:30:00 UTC" in done.stdout, done.stdout + done.stderr
    assert "Persistent=true" in text


def test_a_night_is_started_only_if_due_with_its_folders_named(data: DataFolder) -> None:
    words = command(data, AT)
    assert Path(words[0]).is_absolute() and Path(words[0]).name.startswith("tinkhoi")
    assert words[1:] == [
        "--data",
        str(data.root),
        "--sites",
        str(data.extra_sites[0]),
        "nightly",
        "--if-due",
        "--at",
        "01:30",
    ]


def test_per_cent_and_dollar_are_not_systemds(data: DataFolder) -> None:
    text = next(text for path, text in timer("systemd", data, AT).files.items() if path.suffix == ".service")
    line = next(line for line in text.splitlines() if line.startswith("ExecStart="))
    assert "100%% $$khối" in line


def test_launchd_is_given_the_words_and_the_local_hour(data: DataFolder, tmp_path: Path) -> None:
    found = plistlib.loads(launchd_plist(command(data, AT), AT, tmp_path / "log").encode())
    assert found["ProgramArguments"] == command(data, AT)
    local = local_hour(AT)
    assert found["StartCalendarInterval"] == {"Hour": local.hour, "Minute": local.minute}
    assert found["RunAtLoad"] is True


def test_windows_is_given_vietnams_hour_and_catches_up(data: DataFolder) -> None:
    root = ElementTree.fromstring(task_xml(command(data, AT), AT).partition("\n")[2])
    assert root.findtext(f".//{TASK}StartBoundary", "").endswith("T01:30:00+07:00")
    assert root.findtext(f".//{TASK}StartWhenAvailable") == "true"
    assert root.findtext(f".//{TASK}MultipleInstancesPolicy") == "IgnoreNew"
    assert root.findtext(f".//{TASK}Command") == command(data, AT)[0]
    assert f'"{data.root}"' in root.findtext(f".//{TASK}Arguments", "")


def test_cron_is_given_the_same_words(data: DataFolder) -> None:
    first, second = cron_line(command(data, AT), AT).splitlines()
    local = local_hour(AT)
    assert first.startswith(f"{local.minute} {local.hour} * * * ")
    assert second.startswith("@reboot ")
    words = first.replace(r"\%", "%")  # cron takes a bare per cent sign for the end of the command
    assert shlex.split(words)[5:] == command(data, AT)
    assert "%" not in first.replace(r"\%", "")


def test_install_writes_and_remove_deletes(tmp_path: Path, data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    called = tmp_path / "called"
    fake = tmp_path / "bin" / "systemctl"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\necho "$@" >> {called}\n', encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent), prepend=":")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    chosen = timer("systemd", data, AT)
    assert not chosen.installed
    assert install(chosen) == []
    assert chosen.installed
    assert called.read_text().splitlines() == ["--user daemon-reload", "--user enable --now tinkhoi.timer"]  # type: ignore[unreachable]
    assert remove(chosen) == []
    assert not chosen.installed
    assert called.read_text().splitlines()[-1] == "--user disable --now tinkhoi.timer"


def test_a_command_that_fails_is_told(tmp_path: Path, data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    failures = install(timer("systemd", data, AT))
    assert len(failures) == 2 and all("systemctl --user" in failure for failure in failures)


@pytest.mark.parametrize("system", ["systemd", "launchd", "windows", "cron"])
def test_show_prints_every_systems_files(system: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schedule", "show", "--system", system, "--data", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "--if-due" in out and str(tmp_path) in out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("system", ["systemd", "launchd", "windows"])
def test_an_installed_command_is_read_back_word_by_word(
    system: System, data: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TINKHOI_CONTACT", "a@b.example")
    chosen = replace(timer(system, data, AT), install=())
    assert install(chosen) == []
    words = installed_command(chosen)
    assert words == command(data, AT)
    assert words[-2:] == ["--contact", "a@b.example"]


def test_a_line_of_the_crontab_is_read_back_word_by_word(
    data: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TINKHOI_CONTACT", raising=False)
    said = cron_line(command(data, AT), AT)
    program = tmp_path / "crontab"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n# a comment\n{said}END\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert installed_command(timer("cron", data, AT)) == command(data, AT)
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    assert installed_command(timer("cron", data, AT)) is None


@pytest.mark.slow
def test_the_scheduled_command_runs_a_night_without_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What README's route exports is found again by the schedule's own command, in an environment without it."""
    newspaper = SampleNewspaper(today=date(2026, 11, 24))
    data = DataFolder(root=tmp_path / "data")
    sites = tmp_path / "my-sites"
    sites.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TINKHOI_SITES", "my-sites")
    with newspaper.serve() as server:
        (sites / f"{SITE_ID}.toml").write_text(newspaper.site_file(server.url), encoding="utf-8")
        words = command(data, AT)
        words.insert(words.index("nightly") + 1, "--plain")
        done = subprocess.run(
            words,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(REPOSITORY)},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    with open_reader(data.database) as archive:
        assert archive.value("SELECT count(*) FROM articles WHERE site = ?", (SITE_ID,)) > 50
