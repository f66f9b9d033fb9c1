"""``tinkhoi import``: WARC files that others have written."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from flows.cli.options import archive_options, data_folder, echo_json
from flows.cli.run_and_report import show_progress
from flows.outcome.exit_codes import ExitCode


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--in-place", is_flag=True, help="Link to the files instead of copying them among the captures.")
@click.option("--json", "as_json", is_flag=True, help="The numbers as JSON, a line a file.")
@archive_options
def import_(files: tuple[Path, ...], in_place: bool, as_json: bool) -> int:
    """Reads WARC files (.warc, .warc.gz, .wacz) that wget, Browsertrix, Heritrix, ArchiveBox or we have written.

    What the archive has already is not doubled; older captures go into the history of their article.
    """
    from flows.runs.imports import import_files

    show_progress()
    for imported in import_files(data_folder(), [path.absolute() for path in files], in_place=in_place):
        if as_json:
            echo_json(asdict(imported))
            continue
        read = imported.ingested
        click.echo(f"{imported.source} → captures/{imported.file}")
        click.echo(
            f"  {read.captures} captures, {read.repeated} of them known; articles: {read.new} new,"
            f" {read.edited} edited, {read.earlier} earlier revisions; pages: {read.rejected} rejected,"
            f" {read.failed} failed"
        )
        for host, count in imported.unowned_hosts[:10]:
            click.echo(f"  {count} captures of {host}, which belongs to no site: scrapy newsite https://{host}/")
        for torn in read.torn:
            click.echo(f"  {torn}")
    return ExitCode.OK
