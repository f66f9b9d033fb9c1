"""``tinkhoi export``: articles as public records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli.filters import filters, valid
from flows.cli.open_archive import reader
from flows.cli.options import archive_options, form_option, output_option
from flows.outcome.exit_codes import ExitCode

if TYPE_CHECKING:
    from flows.share.exports import Form


@click.command()
@form_option
@output_option
@click.option("--open", "is_open", is_flag=True, help="Without the text: addresses, dates, topics and hashes alone.")
@filters
@archive_options
def export(form: Form, output: Path | None, is_open: bool, **chosen: str | None) -> int:
    """Writes articles as public records, newest first. The page docs/fields.md tells each field.

    CSV opens in Excel with its Vietnamese intact; no cell of it is a formula. What `--open` leaves out,
    `tinkhoi rehydrate` fills in again from an archive that has it.
    """
    from flows.share.exports import OPEN, RECORD, open_rows, records, write

    with reader() as archive:
        rows = (open_rows if is_open else records)(archive, valid(chosen))
        count = write(rows, OPEN if is_open else RECORD, form, output)
    if output is not None:
        click.echo(f"{output.absolute()}: {count} articles", err=True)
    return ExitCode.OK
