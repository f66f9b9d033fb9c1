"""``tinkhoi rehydrate``: fills an open export with this archive's words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from flows.cli.corpus_matches import tell_matches
from flows.cli.open_archive import reader
from flows.cli.options import archive_options, form_chosen, form_option, output_option

if TYPE_CHECKING:
    from flows.share.exports import Form


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@form_option
@output_option
@archive_options
def rehydrate(file: Path, form: Form | None, output: Path | None) -> int:
    """Fills an open export (JSON lines or CSV) with this archive's words.

    It writes only words whose hash is the one in FILE; they may be those of an earlier revision. Articles that are
    missing here or have other words are named on standard error, and the exit code is then 8.
    """
    from flows.share import corpora, exports

    chosen = form_chosen(form, output, get_args(exports.Form))
    wanted = corpora.read_open_export(file)
    with reader() as archive:
        matches = list(corpora.rehydrate(archive, wanted))
    filled = (match.record for match in matches if match.record is not None)
    exports.write(filled, exports.RECORD, chosen, output)
    return tell_matches(matches)
