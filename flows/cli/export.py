"""``tinkhoi export``: articles as public records."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.cli.filters import filters, valid
from flows.cli.open_archive import reader
from flows.cli.options import archive_options, form_option, output_option
from flows.outcome.exit_codes import ExitCode, RunError

if TYPE_CHECKING:
    from flows.share.citations import CitationForm
    from flows.share.exports import Form
    from scraper.store import Archive


@click.command()
@partial(form_option, more=("ris", "bibtex", "csl-json"))
@output_option
@click.option("--open", "is_open", is_flag=True, help="Without the text: addresses, dates, topics and hashes alone.")
@filters
@archive_options
def export(form: Form | CitationForm, output: Path | None, is_open: bool, **chosen: str | None) -> int:
    """Writes articles as public records, newest first. The page docs/fields.md tells each field.

    CSV opens in Excel with its Vietnamese intact; no cell of it is a formula. What `--open` leaves out,
    `tinkhoi rehydrate` fills in again from an archive that has it. ris, bibtex and csl-json are citations for Zotero
    and other reference managers.
    """
    with reader() as archive:
        count = _write(archive, form, output, valid(chosen, archive), is_open=is_open)
    if output is not None:
        click.echo(f"{output.absolute()}: {count} articles", err=True)
    return ExitCode.OK


def _write(
    archive: Archive, form: Form | CitationForm, output: Path | None, chosen: Mapping[str, Any], *, is_open: bool
) -> int:
    from flows.share import citations, exports

    if form == "ris" or form == "bibtex" or form == "csl-json":
        if is_open:
            raise RunError(f"{form} has no text to leave out: drop --open", ExitCode.CONFIGURATION)
        return citations.write(citations.citations_of(archive, chosen), form, output)
    rows = (exports.open_rows if is_open else exports.records)(archive, chosen)
    return exports.write(rows, exports.OPEN if is_open else exports.RECORD, form, output)
