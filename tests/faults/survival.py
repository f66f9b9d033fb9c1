"""Nights that are killed, stopped, cut off or left without space, each followed by one sound night."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from scraper.captures import read_captures
from tests.faults.newspaper import FaultNewspaper
from tests.faults.nights import Nights, waiting, wrong

SITE = "bao"
COMMAND = "import sys; sys.modules['pandas'] = None; from flows.cli import main; main()"
"""The program as it is installed: sqlite-utils loads pandas where it finds it, and here it is a tool of the tests."""


def new_night(root: Path, **paper: int) -> tuple[Nights, FaultNewspaper]:
    """A paper that can be asked conditionally, and an empty archive for it. The paper is not yet served."""
    made = FaultNewspaper(datetime.now(UTC), conditional=True, **paper)  # type: ignore[arg-type]
    made.start()
    nights = Nights(root)
    nights.add(SITE, made)
    return nights, made


def begin(nights: Nights, through: Sequence[str] = ()) -> subprocess.Popen[str]:
    """A night as a process group of its own, crawls included; begun by the command ``through`` where one is given."""
    return subprocess.Popen(
        [*through, sys.executable, "-c", COMMAND, "crawl", SITE, "--data", str(nights.root)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def end(process: subprocess.Popen[str], timeout: float = 120) -> tuple[int, str]:
    """The exit code and what was said on standard error."""
    try:
        said = process.communicate(timeout=timeout)[1]
    except subprocess.TimeoutExpired:
        kill(process)
        raise
    return process.returncode, said


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL to the night and its crawls."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def faults_after(nights: Nights, night: int = 1) -> list[str]:
    """One more night, and what is then not as it must be."""
    code, said = end(begin(nights))
    faults = [f"the next night ended with {code}: {said[-500:]}"] if code else []
    faults += wrong(nights, SITE, night)
    faults += [f"{key} is left waiting" for key in waiting(nights, SITE)]
    if nights.integrity() != "ok":
        faults.append("the database is damaged")
    return faults


def torn_read_as_whole(nights: Nights, paper: FaultNewspaper) -> list[str]:
    """Captures whose body is not what the paper served."""
    faults = []
    for file in sorted((nights.root / "captures").glob("*.warc.gz")):
        for capture in read_captures(file, lambda _: None):
            if capture.kind == "response" and capture.status == 200:
                path = capture.url.removeprefix(paper.url)
                if capture.body != paper.page_of(path).good.body:
                    faults.append(f"{file.name}: {path} is read as {len(capture.body)} bytes")
    return faults


def play_kill(root: Path, after: float | None, chance: random.Random) -> list[str]:
    """A night killed ``after`` seconds, or where None between its list page and one of its articles.

    Every other time the capture file also loses a piece of its end, as after a loss of power.
    """
    nights, paper = new_night(root, first=14)
    reached = threading.Event()
    seen = [0]
    last = chance.randrange(1, paper.first)

    def watch(path: str) -> None:
        if "/bai-so-" in path:
            seen[0] += 1
            if seen[0] == last:
                reached.set()
                time.sleep(0.2)

    try:
        paper.on_request = watch if after is None else None
        process = begin(nights)
        if after is None:
            if not reached.wait(60):
                return ["the crawl never came to its articles"]
        else:
            time.sleep(after)
        kill(process)
        paper.on_request = None
        for file in (nights.root / "captures").glob("*.warc.gz"):
            if chance.random() < 0.5 and file.stat().st_size > 400:
                os.truncate(file, file.stat().st_size - chance.randrange(1, 400))
        faults = torn_read_as_whole(nights, paper)
        return faults + faults_after(nights)
    finally:
        paper.stop()


def play_stop(root: Path) -> list[str]:
    """A night asked to end (SIGTERM) in the middle of its articles."""
    nights, paper = new_night(root, first=30)
    reached = threading.Event()

    def watch(path: str) -> None:
        if "/bai-so-" in path:
            reached.set()
            time.sleep(0.1)

    try:
        paper.on_request = watch
        process = begin(nights)
        if not reached.wait(60):
            return ["the crawl never came to its articles"]
        began = time.monotonic()
        process.terminate()
        code, _ = end(process)
        paper.on_request = None
        faults = [] if code == 11 else [f"SIGTERM ended the night with {code}, not 11"]
        if time.monotonic() - began > 15:
            faults.append(f"it took {time.monotonic() - began:.0f} s to stop")
        return faults + faults_after(nights)
    finally:
        paper.stop()


def play_two_at_once(root: Path) -> list[str]:
    """A second night while the first is at work."""
    nights, paper = new_night(root)
    reached, go_on = threading.Event(), threading.Event()

    def watch(path: str) -> None:
        if "/bai-so-" in path and not reached.is_set():
            reached.set()
            go_on.wait(60)

    try:
        paper.on_request = watch
        first = begin(nights)
        if not reached.wait(60):
            return ["the crawl never came to its articles"]
        asked = len(paper.log)
        code, said = end(begin(nights))
        faults = [] if code == 6 else [f"the second night ended with {code}, not 6: {said[-300:]}"]
        if len(paper.log) != asked:
            faults.append("the second night asked the server")
        go_on.set()
        code, said = end(first)
        if code:
            faults.append(f"the first night ended with {code}: {said[-300:]}")
        return faults + wrong(nights, SITE, 1) + faults_after(nights)
    finally:
        go_on.set()
        paper.stop()


def play_network_lost(root: Path) -> tuple[list[str], int]:
    """A server that is gone after a few articles, and back on the next night. The first night's exit code too."""
    nights, paper = new_night(root, first=14)
    port = paper.port
    seen = [0]

    def watch(path: str) -> None:
        seen[0] += "/bai-so-" in path
        if seen[0] == 5:
            paper.stop()
        if seen[0] >= 5:
            raise ConnectionResetError

    try:
        paper.on_request = watch
        code, said = end(begin(nights))
        faults = [] if code in {2, 7} else [f"the night ended with {code}: {said[-300:]}"]
        paper.on_request = None
        paper.start(port)
        return faults + faults_after(nights), code
    finally:
        paper.stop()


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A file system of its own in memory. Raises OSError where the machine does not allow it."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        raise PermissionError(mounted.stderr.strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path, leave: int) -> Path:
    """Takes the free space but ``leave`` bytes; returns the file to be deleted."""
    filler = folder / "filler"
    state = os.statvfs(folder)
    with filler.open("wb") as file:
        file.write(b"x" * max(0, state.f_bavail * state.f_frsize - leave))
    return filler


def play_disk_full(root: Path, *, storing: bool) -> list[str]:
    """A disk that fills while articles are captured, or when they are all captured and are about to be stored."""
    nights, paper = new_night(root, first=6, nightly=120)
    paper.per_page = 400
    try:
        code, said = end(begin(nights))
        if code:
            return [f"the first night ended with {code}: {said[-300:]}"]
        before = nights.standing(SITE)
        paper.night = 2
        asked = len(paper.log)

        def watch(path: str) -> None:
            count = len(paper.log) - asked
            if "/bai-so-" in path and not (root / "filler").exists() and count >= (121 if storing else 20):
                fill(root, 64 * 1024 if storing else 0)

        paper.on_request = watch
        code, said = end(begin(nights))
        paper.on_request = None
        faults = [] if code == 3 else [f"the full night ended with {code}, not 3: {said[-400:]}"]
        if not (root / "filler").exists():
            faults.append("the disk was never filled")
        (root / "filler").unlink(missing_ok=True)
        after = nights.standing(SITE)
        faults += [f"{key} was acknowledged and is not as it was" for key in before if after.get(key) != before[key]]
        return faults + faults_after(nights, 2)
    finally:
        paper.stop()
