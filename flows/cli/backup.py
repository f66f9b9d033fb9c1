"""``tinkhoi backup``: a consistent copy of the database."""

from __future__ import annotations

from pathlib import Path

import click

from flows.cli.open_archive import reader
from flows.cli.options import archive_options
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@archive_options
def backup(file: Path) -> int:
    """Makes a consistent copy of the database in FILE, even while a run writes. It does not copy the captures.

    An earlier backup of that name is replaced, once the copy is whole; a file that is no database never is.
    """
    from scraper.store.backups import backup as copy

    with reader() as archive:
        copy(archive, file)
    tell("{path}: {count} bytes", path=file.absolute(), count=file.stat().st_size)
    return ExitCode.OK
