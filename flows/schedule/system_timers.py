"""Starts nights by the system's own scheduler, without a resident server: systemd, launchd, Task Scheduler.

Each starts ``tinkhoi nightly --if-due``, which does nothing if tonight's night has already run. So it may also be
started after waking, at login and after a boot, and one night catches up.
"""

from __future__ import annotations

import os
import plistlib
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape, unescape

from flows.outcome.exit_codes import ExitCode, RunError
from flows.storage.folder import DataFolder
from scraper.clock import VIETNAM, ZONE, vietnam_today

System = Literal["systemd", "launchd", "windows", "cron"]
LABEL = "vn.tinkhoi.nightly"


@dataclass(frozen=True)
class Timer:
    """What one system's scheduler gets."""

    system: System
    files: Mapping[Path, str]
    install: Sequence[Sequence[str]] = field(default=())  # commands, after the files are written
    remove: Sequence[Sequence[str]] = field(default=())  # commands, before the files are deleted

    @property
    def installed(self) -> bool:
        """Whether its files exist, with any hour."""
        return bool(self.files) and all(path.exists() for path in self.files)


def this_system() -> System:
    """The scheduler of this machine; ``cron`` if it has none that catches up."""
    if sys.platform == "darwin":
        return "launchd"
    if sys.platform == "win32":
        return "windows"
    return "systemd" if Path("/run/systemd/system").is_dir() else "cron"


def command(data: DataFolder, at: time) -> list[str]:
    """The command to start: this very installation, with its data folder and site folders named in full.

    A scheduler sees nothing of a shell's environment, so what TINKHOI_SITES and TINKHOI_CONTACT say here is named.
    """
    sites = [word for folder in data.named_sites for word in ("--sites", str(folder))]
    contact = ["--contact", data.named_contact] if data.named_contact else []
    program = Path(sys.executable).with_name("tinkhoi.exe" if sys.platform == "win32" else "tinkhoi")
    hour = ["--if-due", "--at", f"{at:%H:%M}"]
    return [str(program), "--data", str(data.root), *sites, "nightly", *hour, *contact]


def timer(system: System, data: DataFolder, at: time) -> Timer:
    """The timer of ``data``'s nights at ``at`` in Vietnam."""
    started = command(data, at)
    if system == "systemd":
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
        return Timer(
            system,
            {
                folder / "tinkhoi.service": systemd_service(started),
                folder / "tinkhoi.timer": systemd_timer(at),
            },
            install=[
                ["systemctl", "--user", "daemon-reload"],
                ["systemctl", "--user", "enable", "--now", "tinkhoi.timer"],
            ],
            remove=[["systemctl", "--user", "disable", "--now", "tinkhoi.timer"]],
        )
    if system == "launchd":
        path = Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"
        return Timer(
            system,
            {path: launchd_plist(started, at, data.root / "nightly.log")},
            install=[["launchctl", "load", "-w", str(path)]],
            remove=[["launchctl", "unload", "-w", str(path)]],
        )
    if system == "windows":
        path = data.root / "tinkhoi-task.xml"
        return Timer(
            system,
            {path: task_xml(started, at)},
            install=[["schtasks", "/Create", "/F", "/TN", "tinkhoi", "/XML", str(path)]],
            remove=[["schtasks", "/Delete", "/F", "/TN", "tinkhoi"]],
        )
    return Timer(system, {})


def installed_command(chosen: Timer) -> list[str] | None:
    """The command that the installed timer, or this user's crontab, starts; None if no timer is installed."""
    if chosen.system == "cron" or not chosen.installed:
        return cron_command()
    text = next(iter(chosen.files)).read_text(encoding="utf-16" if chosen.system == "windows" else "utf-8")
    if chosen.system == "launchd":
        return [str(word) for word in plistlib.loads(text.encode())["ProgramArguments"]]
    if chosen.system == "windows":
        program, arguments = (unescape(_between(text, f"<{tag}>", f"</{tag}>")) for tag in ("Command", "Arguments"))
        return [program, *(quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|(\S+)', arguments))]
    line = _between(text, "ExecStart=", "\n")
    return [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(line)]


def cron_command() -> list[str] | None:
    """The words of the line in this user's crontab that starts nights; None where there is none."""
    program = shutil.which("crontab")
    if program is None:
        return None
    lines = subprocess.run([program, "-l"], capture_output=True, text=True, check=False).stdout.splitlines()
    for line in lines:
        if "nightly --if-due" in line and not line.lstrip().startswith(("#", "@")):
            return shlex.split(line.split(maxsplit=5)[5].replace(r"\%", "%"))
    return None


def _between(text: str, begins: str, ends: str) -> str:
    return text.partition(begins)[2].partition(ends)[0]


def systemd_service(started: Sequence[str]) -> str:
    """The unit that runs one night. Without a network it tries again every quarter of an hour, four times."""
    line = " ".join(_systemd_word(word) for word in started)
    return (
        "[Unit]\n"
        "Description=Tin Khối: one night over the watched sites\n"
        "StartLimitIntervalSec=6h\n"
        "StartLimitBurst=5\n\n"
        "[Service]\n"
        "Type=exec\n"
        f"ExecStart={line}\n"
        "Nice=10\n"
        "KillMode=mixed\n"
        "TimeoutStopSec=60\n"
        f"RestartForceExitStatus={int(ExitCode.NETWORK)}\n"
        "RestartSec=15min\n"
    )


def systemd_timer(at: time) -> str:
    """The unit that starts the night; if the machine slept or was off at that hour, it starts it once afterwards."""
    return (
        "[Unit]\n"
        "Description=Tin Khối: each night\n\n"
        "[Timer]\n"
        f"OnCalendar=*-*-* {at:%H:%M}:00 {ZONE}\n"
        "Persistent=true\n\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )


def _systemd_word(word: str) -> str:
    quoted = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{quoted}"'


def launchd_plist(started: Sequence[str], at: time, log: Path) -> str:
    """The agent for macOS: starts at its hour, or on waking later, and at login. launchd has only the local zone."""
    local = local_hour(at)
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(started),
            "StartCalendarInterval": {"Hour": local.hour, "Minute": local.minute},
            "RunAtLoad": True,
            "LowPriorityIO": True,
            "StandardOutPath": str(log),
            "StandardErrorPath": str(log),
        },
        sort_keys=False,
    ).decode()


def task_xml(started: Sequence[str], at: time) -> str:
    """The task for Windows starts at its hour, or as soon after as it can. Its start has Vietnam's offset."""
    arguments = subprocess.list2cmdline(started[1:])
    begins = f"2026-01-01T{at:%H:%M}:00+07:00"
    return (
        '<?xml version="1.0" encoding="UTF-16"?>\n'
        '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">\n'
        "  <RegistrationInfo><Description>Tin Khối: one night over the watched sites</Description>"
        "</RegistrationInfo>\n"
        "  <Triggers>\n"
        f"    <CalendarTrigger><StartBoundary>{begins}</StartBoundary>"
        "<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay></CalendarTrigger>\n"
        "  </Triggers>\n"
        "  <Settings>\n"
        "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>\n"
        "    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>\n"
        "    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>\n"
        "    <StartWhenAvailable>true</StartWhenAvailable>\n"
        "    <RunOnlyIfNetworkAvailable>true</RunOnlyIfNetworkAvailable>\n"
        "    <ExecutionTimeLimit>PT12H</ExecutionTimeLimit>\n"
        "  </Settings>\n"
        "  <Actions>\n"
        f"    <Exec><Command>{escape(started[0])}</Command><Arguments>{escape(arguments)}</Arguments></Exec>\n"
        "  </Actions>\n"
        "</Task>\n"
    )


def cron_line(started: Sequence[str], at: time) -> str:
    """Two lines for crontab: one at the local hour, and one for after a boot, since cron does not catch up."""
    local = local_hour(at)
    line = shlex.join(started).replace("%", r"\%")
    return f"{local.minute} {local.hour} * * * {line}\n@reboot {line}\n"


def local_hour(at: time) -> time:
    """``at`` in Vietnam as an hour of this machine's zone, as it is today."""
    today = vietnam_today()
    return datetime.combine(today, at, VIETNAM).astimezone().time()


def install(chosen: Timer) -> list[str]:
    """Writes the files, runs the commands, and returns those that failed, in words. Raises RunError."""
    try:
        for path, text in chosen.files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-16" if chosen.system == "windows" else "utf-8")
    except OSError as error:
        raise RunError("the schedule cannot be written: {error}", ExitCode.CONFIGURATION, error=error) from error
    return [failure for words in chosen.install if (failure := _try(words))]


def remove(chosen: Timer) -> list[str]:
    """Runs the commands, deletes the files, and returns commands that failed, in words."""
    failures = [failure for words in chosen.remove if (failure := _try(words))]
    for path in chosen.files:
        path.unlink(missing_ok=True)
    return failures


def _try(words: Sequence[str]) -> str | None:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{shlex.join(words)}: {error}"
    return None if done.returncode == 0 else f"{shlex.join(words)}: {(done.stderr or done.stdout).strip()}"
