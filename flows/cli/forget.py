"""``tinkhoi forget``: takes an article down."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from flows.cli.open_archive import reader, writer
from flows.cli.options import archive_options, echo_json
from flows.cli.spoken import in_words, tell
from flows.outcome.exit_codes import ExitCode, RunError
from scraper.clock import utc_now

if TYPE_CHECKING:
    from scraper.store import Archive


@click.command()
@click.argument("url")
@click.option("--reason", help="Why it is taken down; the archive keeps the reason.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@archive_options
def forget(url: str, reason: str | None, yes: bool, as_json: bool) -> int:
    """Takes an article down: deletes it with all its revisions. It is never collected again.

    URL is any of its addresses, or SITE/KEY. On a terminal the command asks first. Capture files are not touched: if
    the page itself must go too, delete the files that the command names.
    """
    from scraper.store.articles import forget as take_down

    is_asked = not yes and sys.stdin is not None and sys.stdin.isatty()  # None: a service without standard input
    if is_asked and not _is_meant(url):
        tell("Nothing was forgotten.", err=True)
        return ExitCode.OK
    with writer() as archive:
        number = _article(archive, url)
        files = [
            row[0]
            for row in archive.rows(
                "SELECT DISTINCT file FROM captures WHERE url IN (SELECT url FROM addresses WHERE article = ?)"
                " ORDER BY file",
                (number,),
            )
        ]
        urls = [row[0] for row in archive.rows("SELECT url FROM addresses WHERE article = ?", (number,))]
        in_storage = _forget_in_storage(urls)
        site, key = take_down(archive, url, at=utc_now(), reason=reason) or ("", "")
    if as_json:
        echo_json({"site": site, "key": key, "captures": files, "in_storage": in_storage})
    else:
        forgotten = "{site}/{key} is forgotten, and will not be collected again (the table forgotten)"
        tell(forgotten, site=site, key=key)
        tell("Captures of it are left in {files}", files=", ".join(files) or in_words("no file"))
        if in_storage:
            tell("{some} captures of it were removed from the storage of the cluster", some=in_storage)
    return ExitCode.OK


def _is_meant(url: str) -> bool:
    """Whether the person at the terminal wants the article gone. No writer waits for the answer."""
    with reader() as archive:
        found = archive.row("SELECT site, key, title FROM articles WHERE id = ?", (_article(archive, url),))
    assert found is not None  # noqa: S101 - just found
    asked = in_words("Delete {site}/{key} “{title}” with all its revisions?", **dict(found))
    try:
        return click.confirm(asked, default=False, err=True)
    except click.Abort:  # Ctrl-C or Ctrl-D is no consent
        click.echo(err=True)
        return False


def _article(archive: Archive, url: str) -> int:
    """The id of the article. Raises RunError if there is none."""
    from scraper.store.articles import find_article

    found = find_article(archive, url)
    if found is None:
        raise RunError(
            "no article {name!r}; `tinkhoi search` finds keys and addresses", ExitCode.CONFIGURATION, name=url
        )
    return found


def _forget_in_storage(urls: list[str]) -> int:
    """Removes the pages from the storage of a cluster, if one is set. Returns the number of captures removed."""
    from flows.cli.options import data_folder
    from flows.cluster.forgetting import forget_pages
    from flows.cluster.objects import StorageError
    from flows.cluster.open_storage import open_objects

    storage = data_folder().settings().storage
    if storage is None:
        return 0
    try:
        return forget_pages(open_objects(storage), urls)
    except StorageError as error:
        raise RunError(
            "nothing was forgotten: the storage of the cluster did not answer ({error}); try again when it does",
            ExitCode.NETWORK,
            error=error,
        ) from error
