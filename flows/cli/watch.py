"""``tinkhoi watch``: follows words in everything that is collected."""

from __future__ import annotations

from dataclasses import asdict

import click

from flows.cli.open_archive import reader, writer
from flows.cli.options import archive_options, echo_json
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode, RunError
from scraper.clock import utc_now


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

    The words must stand in a row; case does not matter. `kỷ luật` finds only these marks, `ky luat` finds any.
    """
    from scraper.store.watches import is_topic, watches, watchword
    from scraper.store.watches import watch as follow

    if is_topic(watchword(" ".join(words))):
        raise RunError(
            "{words!r} is the name of a topic, with `tinkhoi search --topic`; write the words with their marks",
            ExitCode.CONFIGURATION,
            words=" ".join(words),
        )
    with writer() as archive:
        if not follow(archive, " ".join(words), utc_now()):
            raise RunError("no word can be read from {words!r}", ExitCode.CONFIGURATION, words=" ".join(words))
        found = {each.words: each.articles for each in watches(archive)}
    followed = watchword(" ".join(words))
    count = found.get(followed, 0)
    tell("Following «{words}»: {count} articles have it (the view watch_hits)", words=followed, count=count)
    return ExitCode.OK


@watch.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@archive_options
def list_(as_json: bool) -> int:
    """Lists the watchwords with how many articles have them."""
    from scraper.store.watches import watches

    with reader() as archive:
        found = watches(archive)
    for each in found:
        if as_json:
            echo_json(asdict(each))
        else:
            count = f"{each.articles:>6}"
            tell("{articles}  since {since}  {words}", articles=count, since=each.since[:10], words=each.words)
    if not found and not as_json:
        tell("none yet: tinkhoi watch add WORDS", err=True)
    return ExitCode.OK


@watch.command()
@click.argument("words", nargs=-1, required=True, metavar="WORDS…")
@archive_options
def remove(words: tuple[str, ...]) -> int:
    """Stops following WORDS. The articles stay."""
    from scraper.store.watches import unwatch

    with writer() as archive:
        if not unwatch(archive, " ".join(words)):
            raise RunError(
                "{words!r} is not followed; `tinkhoi watch list` shows what is",
                ExitCode.CONFIGURATION,
                words=" ".join(words),
            )
    tell("No longer following «{words}»", words=" ".join(words))
    return ExitCode.OK
