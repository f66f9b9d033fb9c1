"""Limits the time for reading one page, as a hostile page may be made to take very long."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

READING_SECONDS = 10.0
"""CPU seconds that reading one page may take. The slowest real page seen takes half a second."""


class TooSlow(Exception):
    """Reading a page took too long."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises TooSlow in the block once it has taken ``seconds`` of CPU time, even inside a regular expression.

    Works in the main thread of systems with interval timers (not on Windows). Elsewhere the block has no limit.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_: int, __: FrameType | None) -> None:
        raise TooSlow(f"reading took more than {seconds:g} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
