"""Commands about watchwords: words that are followed in everything collected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from flows.cli.options import archive_options, data_folder, echo_json
from flows.verdict import ExitCode, RunError

if TYPE_CHECKING:
    from scraper.store import Archive


@click.group()
@archive_options
def watch() -> None:
    """Follows words: add, list or remove watchwords.

    The morning report counts the new articles with them; the view watch_hits and `search --topic WORDS` show all.
    """


@watch.command()
@click.argument("words", nargs=-1, required=True, metavar="WORDS…")
@archive_options
def add(words: tuple[str, ...]) -> int:
    """Follows WORDS from now on, and marks the articles that have them already.

    They are words in a row, in any case: `kỷ luật` asks for these marks, `ky luat` finds all.
    """
    from scraper.store.watches import watch as follow
    from scraper.store.watches import watches

    with _writer() as archive:
        if not follow(archive, " ".join(words), datetime.now(UTC)):
            raise RunError(f"no word can be read from {' '.join(words)!r}", ExitCode.CONFIGURATION)
        found = {each.words: each.articles for each in watches(archive)}
    watchword = " ".join(" ".join(words).split())
    click.echo(f"Following «{watchword}»: {found.get(watchword, 0)} articles have it (the view watch_hits)")
    return ExitCode.OK


@watch.command("list")
@click.option("--json", "as_json", is_flag=True)
@archive_options
def list_(as_json: bool) -> int:
    """Lists the watchwords with how many articles have them."""
    from scraper.store import ArchiveError, open_reader
    from scraper.store.watches import watches

    try:
        with open_reader(data_folder().database) as archive:
            found = watches(archive)
    except ArchiveError as error:
        raise RunError(str(error), ExitCode(error.exit_code)) from error
    for each in found:
        if as_json:
            echo_json(asdict(each))
        else:
            click.echo(f"{each.articles:>6}  since {each.since[:10]}  {each.words}")
    if not found and not as_json:
        click.echo("none yet: tinkhoi watch add WORDS", err=True)
    return ExitCode.OK


@watch.command()
@click.argument("words", nargs=-1, required=True, metavar="WORDS…")
@archive_options
def remove(words: tuple[str, ...]) -> int:
    """Follows WORDS no longer. The articles stay."""
    from scraper.store.watches import unwatch

    with _writer() as archive:
        if not unwatch(archive, " ".join(words)):
            raise RunError(
                f"{' '.join(words)!r} is not followed; `tinkhoi watch list` shows what is", ExitCode.CONFIGURATION
            )
    return ExitCode.OK


@contextmanager
def _writer() -> Iterator[Archive]:
    from scraper.store import ArchiveError, open_archive

    data = data_folder()
    data.create()
    try:
        with open_archive(data.database) as archive:
            yield archive
    except ArchiveError as error:
        raise RunError(str(error), ExitCode(error.exit_code)) from error
