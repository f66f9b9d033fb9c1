"""``tinkhoi restore``: puts a backup in place of the archive."""

from __future__ import annotations

from pathlib import Path

import click

from flows.cli.options import archive_options, data_folder
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode, archive_failures


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@archive_options
def restore(file: Path) -> int:
    """Checks that the backup FILE is whole, then puts it in place of the archive.

    The database that it replaces is kept beside it.

    Captures made since the backup are still in captures/: `tinkhoi import` reads them again.
    """
    from scraper.store.backups import restore as put_back

    data = data_folder()
    data.create()
    with archive_failures():
        articles, kept = put_back(file, data.database)
    tell("{path}: {count} articles", path=data.database, count=articles)
    if kept:
        tell("The database that it replaces is kept as {path}", path=kept)
    return ExitCode.OK
