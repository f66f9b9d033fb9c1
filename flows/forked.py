"""A fork of this process that runs one function, asked after as a child of ``subprocess`` is.

What this process has imported need not be imported again there. A fork is safe only while no other thread runs, and
on Linux: system libraries of macOS end a forked process, and Windows has none.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

_POLL_SECONDS = 0.05


def can_fork() -> bool:
    """Whether this process may be forked now."""
    return sys.platform == "linux" and threading.active_count() == 1


class Forked:
    """A child that runs ``function`` in ``folder`` with ``environment``, and writes what it says to ``log``.

    It has none of our open files, and our handlers of signals and of the end of the process are not called there.
    """

    def __init__(
        self, function: Callable[[], None], *, log: IO[bytes], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.args = [*sys.orig_argv]  # what TimeoutExpired names
        self.returncode: int | None = None
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if not self.pid:
            _become(function, log, folder, environment)

    def poll(self) -> int | None:
        """The exit code, or None while it runs; the negative number of the signal that ended it."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended. Raises subprocess.TimeoutExpired after ``timeout`` seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
            time.sleep(_POLL_SECONDS)
        return code

    def terminate(self) -> None:
        """Asks it to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def _become(function: Callable[[], None], log: IO[bytes], folder: Path, environment: Mapping[str, str]) -> None:
    """In the child: runs the function and ends the process, whatever happens."""
    code = 1
    try:
        for name in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for file, number in ((nothing, 0), (log.fileno(), 1), (log.fileno(), 2)):
            os.dup2(file, number)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        function()
        code = 0
    except BaseException:  # what it raised is nobody's but the log's
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
