"""Compares this machine's clock with the storage's, which all machines of a run share."""

from __future__ import annotations

from datetime import timedelta

from flows.cluster.objects import Objects
from scraper.clock import utc_now

MOST = timedelta(seconds=60)
"""By how much two machines of a run may differ: what they capture is dated by their own clocks."""


class WrongClockError(Exception):
    """This machine's clock differs from the storage's. The message says by how much."""


def need_clock(objects: Objects, key: str) -> None:
    """Writes the object ``key`` and looks when the storage says that this was.

    Raises WrongClockError if that is more than a minute before or after by this machine's clock; StorageError.
    """
    before = utc_now()
    objects.put(key, b"")
    after = utc_now()
    written = objects.written(key)
    if written is None:
        return  # deleted meanwhile: the run has ended
    if written < before - MOST or written > after + MOST:
        off = written - after
        seconds = abs(off.total_seconds())
        raise WrongClockError(
            f"this machine's clock is {seconds:.0f} s {'behind' if off > timedelta() else 'ahead of'} the storage's:"
            " set the clock"
        )
