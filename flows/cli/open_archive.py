"""Opens the archive of this call's data folder for a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flows.cli.options import data_folder
from flows.outcome.exit_codes import archive_failures

if TYPE_CHECKING:
    from scraper.store import Archive


@contextmanager
def reader() -> Iterator[Archive]:
    """Opens the archive for reading; a run may write at the same time. Raises RunError if it cannot be used."""
    from scraper.store import open_reader

    with archive_failures(), open_reader(data_folder().database) as archive:
        yield archive


@contextmanager
def writer() -> Iterator[Archive]:
    """Opens the archive for writing and creates it if there is none. Raises RunError if it cannot be used."""
    from scraper.store import open_archive

    data = data_folder()
    data.create()
    with archive_failures(), open_archive(data.database) as archive:
        yield archive
