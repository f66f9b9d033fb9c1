"""``tinkhoi reindex``: builds the search index anew and accepts what another program wrote."""

from __future__ import annotations

import click

from flows.cli.open_archive import writer
from flows.cli.options import archive_options
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode


@click.command()
@archive_options
def reindex() -> int:
    """Builds the search index, the views and the triggers anew, and checks the rest of the database.

    If all else is whole, the database counts as right from now on, although another program wrote to it. If it is
    not, the command ends with code 5 and says what is wrong: only a backup mends that.
    """
    from scraper.store import seal
    from scraper.store.health import mend

    with writer() as archive:
        found = mend(archive)
        pages = seal.noted_changes(archive.path)
        seal.accept(archive.path)
        articles = archive.value("SELECT count(*) FROM articles")
    for said in found:
        tell("mended: {said}", said=said)
    if pages:
        tell("accepted: {count} pages that another program wrote", count=len(pages))
    tell("{count} articles in the search index", count=articles)
    return ExitCode.OK
