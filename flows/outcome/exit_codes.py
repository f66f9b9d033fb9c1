"""How a run ends: its exit code, and the errors that carry one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from scraper.text.sentence import Sentence, sentence_of


class ExitCode(IntEnum):
    """Exit codes of ``tinkhoi``. The worst of a run's findings decides."""

    OK = 0
    SITES_FAILED = 2
    DISK_FULL = 3
    CONFIGURATION = 4
    DATABASE = 5
    LOCKED = 6
    NETWORK = 7
    DATA = 8
    CRASH = 9
    STOPPED = 11


MEANING: dict[ExitCode, str] = {
    ExitCode.OK: "all is well",
    ExitCode.SITES_FAILED: "some sites failed",
    ExitCode.DISK_FULL: "the disk is full",
    ExitCode.CONFIGURATION: "configuration or schema",
    ExitCode.DATABASE: "the database is damaged",
    ExitCode.LOCKED: "another run holds the archive",
    ExitCode.NETWORK: "the network is down",
    ExitCode.DATA: "a data check failed: a silent site, a changed layout, too few articles",
    ExitCode.CRASH: "tinkhoi itself failed",
    ExitCode.STOPPED: "stopped by a signal",
}


class RunError(Exception):
    """A run that cannot begin or go on. The message is one line that says what is wrong and what to do.

    With ``values`` it is a pattern that they are put into; ``said`` can be worded in another language.
    """

    def __init__(self, message: str, exit_code: ExitCode, **values: object) -> None:
        self.said = message if isinstance(message, Sentence) and not values else Sentence(message, **values)
        super().__init__(self.said)
        self.exit_code = exit_code


@contextmanager
def archive_failures() -> Iterator[None]:
    """Turns an ArchiveError into a RunError, so that each archive fault ends the run with its own exit code."""
    from scraper.store import ArchiveError  # only when asked: the command must start quickly

    try:
        yield
    except ArchiveError as error:
        raise RunError(sentence_of(error), ExitCode(error.exit_code)) from error


class StoppedBySignal(BaseException):
    """Raised in the main thread when a signal asks the process to end; like KeyboardInterrupt, not an Exception."""
