"""One night in a process of its own, whose memory can be told: ``python -m tests.faults.apart REQUEST ANSWER``.

Both are names of files, written by pickle: a :class:`~flows.runs.request.NightRequest`, and the night's summary.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

from flows.outcome.night_summary import NightSummary
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from tests.places import REPOSITORY


def run_apart(request: NightRequest) -> tuple[NightSummary, int]:
    """The night's summary, and the most memory (KB) that its process or one of its crawls had.

    Raises RuntimeError with what the process said, if it ended without a summary.
    """
    with tempfile.TemporaryDirectory() as folder:
        asked, answered, said = (Path(folder) / name for name in ("request", "answer", "said"))
        asked.write_bytes(pickle.dumps(request))
        command = [sys.executable, "-m", "tests.faults.apart", str(asked), str(answered)]
        with said.open("wb") as output:
            child = subprocess.Popen(command, cwd=REPOSITORY, stdout=output, stderr=output)
            _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if not answered.exists():
            raise RuntimeError(said.read_text(encoding="utf-8", errors="replace")[-2000:])
        return pickle.loads(answered.read_bytes()), used.ru_maxrss


def main(arguments: list[str]) -> int:
    """Runs the night that the first file asks for, and writes its summary to the second."""
    asked, answered = map(Path, arguments)
    summary = run_night(pickle.loads(asked.read_bytes()))
    answered.write_bytes(pickle.dumps(summary))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
