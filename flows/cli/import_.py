"""``tinkhoi import``: brings in captures that others have made."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli.options import archive_options, data_folder, echo_json
from flows.cli.run_and_report import show_progress
from flows.cli.spoken import in_words, tell
from flows.outcome.exit_codes import ExitCode

if TYPE_CHECKING:
    from flows.runs.imports import Imported

_SHOWN = 20  # lines of each kind for one file; --json has all of them


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--in-place", is_flag=True, help="Link to WARC files instead of copying them among the captures.")
@click.option("--dry-run", is_flag=True, help="Show everything that would come in, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON, one line for each file.")
@archive_options
def import_(files: tuple[Path, ...], in_place: bool, dry_run: bool, as_json: bool) -> int:
    """Reads captures of any program: WARC, WACZ, ARC, HAR, MHTML, SingleFile, saved pages, HTTrack; files or folders.

    Captures that the archive has already are not stored twice; older captures go into the history of their article.
    If a record cannot be read, its file, offset and reason are printed, and the import goes on. The exit code is then
    8; it is also 8 if nothing came in. A folder of plain HTML files needs a CSV with the columns file, url and, where
    it is known, captured_at. If a site file lies outside the archive's own sites/ folder, name its folder with
    --sites: captures of a site that the archive does not know are not read.
    """
    from flows.runs.imports import import_files

    show_progress()
    paths = [path.absolute() for path in files]
    imported = import_files(data_folder(), paths, in_place=in_place, dry_run=dry_run)
    for each in imported:
        if as_json:
            echo_json(asdict(each))
        else:
            _show(each)
    if not as_json:
        _show_sum(imported, dry_run)
    pages = sum(each.read + each.known for each in imported)
    whole = not any(each.unreadable or each.ingested.without_original for each in imported)
    return ExitCode.OK if pages and whole else ExitCode.DATA


def _show(each: Imported) -> None:
    read = each.ingested
    click.echo(f"{each.source} → captures/{each.file}" if each.file else each.source)
    tell("  {what}", what=_balance([each]))
    tell(
        "  articles: {new} new, {edited} edited, {earlier} earlier revisions; pages: {rejected}"
        " rejected, {failed} failed",
        new=read.new,
        edited=read.edited,
        earlier=read.earlier,
        rejected=read.rejected,
        failed=read.failed,
    )
    if each.undated:
        tell("  {count} captures carry no time: they count as older than any that does", count=each.undated)
    if read.without_original:
        tell(
            "  {count} captures say that a page was as before, and the page is not here"
            " yet: import the files that hold it",
            count=read.without_original,
        )
    for host, count in each.unowned_hosts[:10]:
        tell(
            "  {count} captures of {host}, which belongs to no site: run `tinkhoi sites new` with"
            " its address, then import again",
            count=count,
            host=host,
        )
    for what, sentences in (("cannot be read", each.unreadable), ("remarks", each.remarks)):
        for sentence in sentences[:_SHOWN]:
            tell("  {what}", what=sentence)
        if len(sentences) > _SHOWN:
            tell("  … {count} more ({what}); --json tells all", count=len(sentences) - _SHOWN, what=in_words(what))


def _show_sum(imported: list[Imported], dry_run: bool) -> None:
    if not imported:
        tell("No file of a known form was found")
    if len(imported) > 1:
        tell("{count} files: {balance}", count=len(imported), balance=_balance(imported))
    if dry_run:
        tell("Nothing was written")


def _balance(imported: list[Imported]) -> str:
    parts = {
        "read": sum(each.read for each in imported),
        "known": sum(each.known for each in imported),
        "not pages": sum(each.not_pages for each in imported),
        "not ours": sum(each.not_ours for each in imported),
        "left out": sum(each.left_out for each in imported),
        "unreadable": sum(len(each.unreadable) for each in imported),
    }
    if not parts["left out"]:
        del parts["left out"]
    told = " + ".join(f"{number} {in_words(name)}" for name, number in parts.items())
    return in_words("{count} records = {parts}", count=sum(each.records for each in imported), parts=told)
