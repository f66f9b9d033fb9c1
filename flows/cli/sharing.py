"""Commands that give articles away, and take them back: export, rehydrate, freeze, forget."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli.filters import filters, valid
from flows.cli.opening import reader, writer
from flows.cli.options import archive_options, data_folder, echo_json
from flows.outcome.exit_codes import ExitCode, RunError

if TYPE_CHECKING:
    from flows.share import corpora
    from flows.share.exports import Form

_OUTPUT = click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="A file; standard output if none."
)
_FORM = click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv", "parquet"]), default="jsonl", show_default=True
)


@click.command()
@_FORM
@_OUTPUT
@click.option("--open", "is_open", is_flag=True, help="Without the text: addresses, dates, topics and hashes alone.")
@filters
@archive_options
def export(form: Form, output: Path | None, is_open: bool, **chosen: str | None) -> int:
    """Writes articles as public records, newest first. `scraper/items.py` tells each field.

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


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_FORM
@_OUTPUT
@archive_options
def rehydrate(file: Path, form: Form, output: Path | None) -> int:
    """Fills an open export (JSON lines or CSV) with this archive's words.

    Only words with the very hash that FILE names are written, if need be those of an earlier revision. What is
    missing here or reads otherwise is named on standard error, with code 8.
    """
    from flows.share import corpora
    from flows.share.exports import RECORD, write

    wanted = corpora.read_open_export(file)
    with reader() as archive:
        matches = list(corpora.rehydrate(archive, wanted))
    write((match.record for match in matches if match.record is not None), RECORD, form, output)
    return _tell(matches)


@click.command()
@click.argument("name")
@click.option("--verify", "only_verify", is_flag=True, help="Tell whether this archive still has every word of it.")
@filters
@archive_options
def freeze(name: str, only_verify: bool, **chosen: str | None) -> int:
    """Writes the manifest NAME of the articles as they stand now, so that a corpus can be cited.

    It names each article with its revision and the hash of its words, tells how complete each site was, and has a
    hash of its own. It holds no text. It lies in freezes/ of the data folder and is never overwritten.
    """
    from flows.share import corpora

    path = corpora.freeze_path(data_folder().root / "freezes", name)
    with reader() as archive:
        if only_verify:
            manifest = corpora.load_freeze(path)
            matches = list(corpora.verify(archive, manifest))
            click.echo(corpora.citation(manifest))
            return _tell(matches)
        manifest = corpora.freeze(archive, name, valid(chosen), datetime.now(UTC))
    corpora.save_freeze(manifest, path)
    click.echo(f"Written to {path}\n{corpora.citation(manifest)}")
    return ExitCode.OK


@click.command()
@click.argument("url")
@click.option("--reason", help="Why it is taken down; kept on record.")
@click.option("--json", "as_json", is_flag=True)
@archive_options
def forget(url: str, reason: str | None, as_json: bool) -> int:
    """Takes an article down: deletes it with all its revisions, and remembers never to collect it again.

    URL is any of its addresses, or SITE/KEY. Capture files are not touched: where the page itself must go too, the
    files that are named have to be deleted.
    """
    from scraper.store.articles import find_article
    from scraper.store.articles import forget as take_down

    with writer() as archive:
        number = find_article(archive, url)
        if number is None:
            raise RunError(f"no article {url!r}; `tinkhoi search` finds keys and addresses", ExitCode.CONFIGURATION)
        files = [
            row[0]
            for row in archive.rows(
                "SELECT DISTINCT file FROM captures WHERE url IN (SELECT url FROM addresses WHERE article = ?)"
                " ORDER BY file",
                (number,),
            )
        ]
        site, key = take_down(archive, url, at=datetime.now(UTC), reason=reason) or ("", "")
    if as_json:
        echo_json({"site": site, "key": key, "captures": files})
    else:
        click.echo(f"{site}/{key} is forgotten, and will not be collected again (the table forgotten)")
        click.echo(f"Captures of it are left in {', '.join(files) or 'no file'}")
    return ExitCode.OK


def _tell(matches: list[corpora.Match]) -> int:
    fates: Counter[str] = Counter(match.fate for match in matches)
    for match in matches:
        if match.fate not in {"held", "earlier"}:
            click.echo(f"{match.fate}: {match.name} {match.url}", err=True)
    whole = fates["held"] + fates["earlier"]
    click.echo(f"{whole} of {len(matches)} articles are here word for word", err=True)
    for fate, said in (
        ("earlier", "of them as an earlier revision"),
        ("differs", "read otherwise here"),
        ("missing", "are missing here"),
        ("forgotten", "were taken down here"),
    ):
        if fates[fate]:
            click.echo(f"{fates[fate]} {said}", err=True)
    return ExitCode.OK if whole == len(matches) else ExitCode.DATA
