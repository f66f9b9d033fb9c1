"""One night in a process of its own, whose memory can be told: ``python -m tests.faults.apart REQUEST ANSWER``.

Both are names of files, written by pickle: a :class:`~flows.runs.request.NightRequest`, and the night's summary with
the most memory (KB) that its process or one of its crawls had.
"""

from __future__ import annotations

import pickle
import resource
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
            child.wait()
        if not answered.exists():
            raise RuntimeError(said.read_text(encoding="utf-8", errors="replace")[-2000:])
        summary, memory = pickle.loads(answered.read_bytes())
        return summary, memory


def main(arguments: list[str]) -> int:
    """Runs the night that the first file asks for, and writes its summary to the second."""
    asked, answered = map(Path, arguments)
    summary = run_night(pickle.loads(asked.read_bytes()))
    crawls = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    answered.write_bytes(pickle.dumps((summary, max(own_peak(), crawls))))
    return 0


def own_peak() -> int:
    """The most memory of this process, in KB. Linux's ru_maxrss also counts that of the process which started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
