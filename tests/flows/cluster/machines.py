"""Workers without Prefect: each attempt is a process on this machine, which a test may kill."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from flows.cluster.leader import RunState
from flows.cluster.objects import Objects
from flows.cluster.open_storage import open_objects
from flows.cluster.run_objects import Attempt
from flows.cluster.worker import work_on
from flows.runs.steps import LoggedSteps


class ProcessWorkers:
    """Starts this module as a program for each attempt, in a session of its own."""

    def __init__(self, storage: str, scratch: Path, *, first_dies: str = "") -> None:
        self.storage, self.scratch = storage, scratch
        self.first_dies = first_dies  # how the first worker dies, as `dying` reads it
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def submit(self, attempt: Attempt, sites: Sequence[str]) -> str:
        how = "" if self.processes else self.first_dies
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, attempt.address, self.storage, str(self.scratch), how],
            start_new_session=True,
            cwd=Path(__file__).resolve().parents[3],
            stdin=subprocess.DEVNULL,
        )
        self.processes[attempt.address] = process
        return attempt.address

    def states(self, runs: Sequence[str]) -> Mapping[str, RunState]:
        return {
            run: RunState.BEGUN if self.processes[run].poll() is None else RunState.ENDED
            for run in runs
            if run in self.processes
        }

    def cancel(self, runs: Sequence[str]) -> None:
        """Nothing: the stop in the storage is what must work."""

    def kill(self, run: str) -> None:
        """The machine dies: the worker and its children with SIGKILL."""
        os.killpg(self.processes[run].pid, signal.SIGKILL)
        self.processes[run].wait()

    def end(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class DiesAt:
    """A storage at whose ``number``-th write of a key like ``pattern`` the process and its children are killed.

    ``after`` says whether the write still goes through.
    """

    def __init__(self, objects: Objects, pattern: str, *, number: int = 1, after: bool = False) -> None:
        self._objects, self._pattern = objects, re.compile(pattern)
        self._left, self._after = number, after

    def __getattr__(self, name: str) -> Any:
        done = getattr(self._objects, name)
        return self._watched(done) if name in {"put", "create", "replace", "delete"} else done

    def _watched(self, done: Callable[..., Any]) -> Callable[..., Any]:
        def write(key: str, *rest: Any) -> Any:
            self._left -= bool(self._pattern.search(key))
            dies = self._left == 0 and self._pattern.search(key) is not None
            if dies and not self._after:
                os.killpg(os.getpid(), signal.SIGKILL)
            result = done(key, *rest)
            if dies:
                os.killpg(os.getpid(), signal.SIGKILL)
            return result

        return write


def dying(objects: Objects, how: str) -> Objects:
    """The storage that dies as ``PATTERN NUMBER before|after`` says; the same storage for an empty text."""
    if not how:
        return objects
    pattern, number, when = how.split()
    return cast(Objects, DiesAt(objects, pattern, number=int(number), after=when == "after"))


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    address, storage, scratch, how = sys.argv[1:]
    work_on(address, dying(open_objects(storage), how), LoggedSteps(), scratch=Path(scratch))
