"""Crawls forked from the test's own process, with everything imported: a crawl that starts anew costs two seconds."""

from __future__ import annotations

import importlib
import logging
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import flows.runs.crawls
import scraper.spiders.crawl_of_plan  # noqa: F401 - imported before the fork


class Forked:
    """What the night uses of ``subprocess.Popen``: ``python -m MODULE PLAN``, run in a fork of this process."""

    def __init__(self, arguments: Sequence[str], *, stderr: IO[bytes], **_: Any) -> None:
        module, plan = arguments[2:]
        own_input, to_child = os.pipe()
        from_child, own_output = os.pipe()
        self.returncode: int | None = None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of threads; the child uses none
            self.pid = os.fork()
        if not self.pid:
            _become(module, plan, (own_input, own_output, stderr.fileno()))
        os.close(own_input)
        os.close(own_output)
        self.stdin, self.stdout = os.fdopen(to_child, "wb"), os.fdopen(from_child, "rb")

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Waits without a limit: a forked crawl that hangs is seen as a test that hangs."""
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def _become(module: str, plan: str, standard: tuple[int, int, int]) -> None:
    """In the child: runs the module's ``main`` with these three as its standard streams, and ends the process."""
    code = 9
    try:
        for number, file in enumerate(standard):
            os.dup2(file, number)
        os.closerange(3, 4096)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
        logging.getLogger().handlers.clear()
        code = importlib.import_module(module).main([plan])
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


@contextmanager
def forked_crawls() -> Iterator[None]:
    """Nights in this block fork their crawls."""
    whole = flows.runs.crawls.subprocess.Popen
    flows.runs.crawls.subprocess.Popen = Forked
    try:
        yield
    finally:
        flows.runs.crawls.subprocess.Popen = whole
