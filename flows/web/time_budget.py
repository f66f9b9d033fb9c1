"""How long one page may ask the archive."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from scraper.store import Archive
from scraper.text.sentence import Sentence

_STEPS = 10_000  # steps of SQLite's virtual machine between two looks at the clock: under a millisecond


class OutOfTime(Exception):
    """The archive did not answer within the time given."""


@contextmanager
def within(archive: Archive, seconds: float) -> Iterator[None]:
    """Interrupts a query to ``archive`` after ``seconds`` seconds. Raises OutOfTime."""
    deadline = time.monotonic() + seconds
    archive.connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise OutOfTime(Sentence("no answer within {seconds} seconds", seconds=f"{seconds:g}")) from error
        raise
    finally:
        archive.connection.set_progress_handler(None, 0)
