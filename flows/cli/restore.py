"""``tinkhoi restore``: a backup in the archive's place."""

from __future__ import annotations

from pathlib import Path

import click

from flows.cli.options import archive_options, data_folder
from flows.outcome.exit_codes import ExitCode, archive_failures


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@archive_options
def restore(file: Path) -> int:
    """Puts the backup FILE in the archive's place, once it is found whole. The database of before is kept beside it.

    Captures made since the backup are still in captures/: `tinkhoi import` reads them again.
    """
    from scraper.store.backups import restore as put_back

    data = data_folder()
    data.create()
    with archive_failures():
        articles, kept = put_back(file, data.database)
    click.echo(f"{data.database}: {articles} articles" + (f"; the one of before is {kept}" if kept else ""))
    return ExitCode.OK
