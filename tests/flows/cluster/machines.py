"""Workers without Prefect: each attempt is a process on this machine, which a test may kill."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from flows.cluster.open_storage import open_objects
from flows.cluster.run_objects import Attempt
from flows.cluster.worker import work_on
from flows.runs.steps import LoggedSteps


class ProcessWorkers:
    """Starts this module as a program for each attempt, in a session of its own."""

    def __init__(self, storage: str, scratch: Path) -> None:
        self.storage, self.scratch = storage, scratch
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def submit(self, attempt: Attempt, sites: Sequence[str]) -> str:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, attempt.address, self.storage, str(self.scratch)],
            start_new_session=True,
            cwd=Path(__file__).resolve().parents[3],
            stdin=subprocess.DEVNULL,
        )
        self.processes[attempt.address] = process
        return attempt.address

    def ended(self, runs: Sequence[str]) -> frozenset[str]:
        return frozenset(run for run in runs if self.processes[run].poll() is not None)

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


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    address, storage, scratch = sys.argv[1:]
    work_on(address, open_objects(storage), LoggedSteps(), scratch=Path(scratch))
