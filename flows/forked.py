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
_GRACE_SECONDS = 5.0
_KEPT = 3  # the number of the child's end of the pipe that tells it whether we are still there


def can_fork() -> bool:
    """Whether this process may be forked now."""
    return sys.platform == "linux" and threading.active_count() == 1


class Forked:
    """A child that runs ``function`` in ``folder`` with ``environment``, and writes what it says to ``log``.

    It has none of our open files, and our handlers of signals and of the end of the process are not called there.
    It stands in a session of its own, so that Ctrl-C stops us and not it, as we need it until our end. However we
    end, it then gets SIGTERM, and is ended a few seconds later.
    """

    def __init__(
        self, function: Callable[[], None], *, log: IO[bytes], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.args = [*sys.orig_argv]  # what TimeoutExpired names
        self.returncode: int | None = None
        sys.stdout.flush()
        sys.stderr.flush()
        theirs, self._ours = os.pipe()  # ours is closed when we end
        self.pid = os.fork()
        if not self.pid:
            _become(function, log, folder, environment, theirs)
        os.close(theirs)

    def poll(self) -> int | None:
        """The exit code, or None while it runs; the negative number of the signal that ended it."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
                os.close(self._ours)
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


def _become(
    function: Callable[[], None], log: IO[bytes], folder: Path, environment: Mapping[str, str], parent: int
) -> None:
    """In the child: runs the function and ends the process, whatever happens."""
    import fcntl  # which Windows does not have

    code = 1
    try:
        os.setsid()
        for name in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        # Any of them may have one of these numbers already, as where our standard input was closed.
        files = [
            fcntl.fcntl(file, fcntl.F_DUPFD, _KEPT + 1) for file in (nothing, log.fileno(), log.fileno(), parent)
        ]
        for number, file in enumerate(files):
            os.dup2(file, number, inheritable=number != _KEPT)
        os.closerange(_KEPT + 1, os.sysconf("SC_OPEN_MAX"))
        sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        end_after_parent(_KEPT)
        function()
        code = 0
    except BaseException:  # what it raised is nobody's but the log's
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def end_after_parent(pipe: int) -> None:
    """In a child: ends it once its parent is gone, and with it the other end of ``pipe``."""
    threading.Thread(target=_await_end, args=(pipe,), daemon=True).start()


def _await_end(pipe: int) -> None:
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os._exit(1)
