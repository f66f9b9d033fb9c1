"""Commands that ask the archive: search, show, status, export, backup."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.cli.options import archive_options, data_folder, echo_json
from flows.verdict import ExitCode, RunError

if TYPE_CHECKING:
    from scraper.store import Archive


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the filters that search and export share."""
    for option in (
        click.option("--site", help="Only this site."),
        click.option("--province", help="Only this province, by its old or new name."),
        click.option("--section", help="Only this section, as the page prints it."),
        click.option("--topic", help="Only this topic: khoi, ke-thua, xay-dung-dang or a watchword."),
        click.option("--author", help="Only this byline."),
        click.option("--since", metavar="DATE", help="Published on or after this day (2024-07-11)."),
        click.option("--until", metavar="DATE", help="Published on or before this day."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="WORDS…")
@filters
@click.option("--newest/--relevance", default=False, help="Order of the hits; relevance by default.")
@click.option("--exact", is_flag=True, help="Marks must be as typed: Đảng does not find đang.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@archive_options
def search(words: tuple[str, ...], newest: bool, exact: bool, limit: int, as_json: bool, **chosen: str | None) -> int:
    """Finds articles. Marks may be typed or not, in either tone placement.

    "A phrase" in quotes, word* for a beginning, -word to leave out.
    """
    from scraper.store.search import search as find

    with _reader() as archive:
        hits = find(
            archive,
            " ".join(words),
            **_valid(chosen),
            order="newest" if newest else "relevance",
            exact=exact,
            limit=limit,
        )
        for hit in hits:
            if as_json:
                echo_json(asdict(hit))
            else:
                click.echo(f"{hit.published_day or '—':<10}  {hit.site}/{hit.key}  {hit.title}\n    {hit.snippet}")
        if not hits and not as_json:
            click.echo("nothing found", err=True)
    return ExitCode.OK


@click.command()
@click.argument("name", metavar="KEY")
@click.option("--history", is_flag=True, help="Its revisions, and what changed between them.")
@click.option("--json", "as_json", is_flag=True, help="The public record.")
@archive_options
def show(name: str, history: bool, as_json: bool) -> int:
    """Shows one article: SITE/KEY, a key, or any of its addresses."""
    from scraper.cleaning import record
    from scraper.store.articles import find_article, load_article

    with _reader() as archive:
        number = find_article(archive, name)
        if number is None:
            raise RunError(f"no article {name!r}; `tinkhoi search` finds keys and addresses", ExitCode.CONFIGURATION)
        stored = load_article(archive, number)
        found = record(stored.article, revision=stored.revision)
        if history:
            _show_history(archive, number, as_json)
        elif as_json:
            echo_json(found)
        else:
            click.echo(_readable(found))
            row = archive.rows(
                "SELECT state, articles.since, file, offset, payload_digest FROM articles"
                " JOIN captures ON captures.id = articles.capture WHERE articles.id = ?",
                (number,),
            )[0]
            if row["state"] != "live":
                click.echo(f"\n{row['state']} since {row['since']}; this is the copy kept")
            click.echo(f"\nCapture: {row['file']} at byte {row['offset']}, {row['payload_digest'] or 'no digest'}")
    return ExitCode.OK


@click.command()
@click.option("--json", "as_json", is_flag=True)
@archive_options
def status(as_json: bool) -> int:
    """Says how the archive stands: articles, last run, open problems, what was listed and not collected."""
    data = data_folder()
    with _reader() as archive:
        last = archive.row(
            "SELECT id, night, started, ended, verdict, exit_code FROM runs ORDER BY started DESC LIMIT 1"
        )
        found = {
            "data": str(data.root),
            "articles": archive.value("SELECT count(*) FROM articles"),
            "gone": archive.value("SELECT count(*) FROM articles WHERE state = 'gone'"),
            "first_day": archive.value("SELECT min(published_day) FROM articles"),
            "last_day": archive.value("SELECT max(published_day) FROM articles"),
            "missed": archive.value("SELECT count(*) FROM missed"),
            "open_problems": archive.value("SELECT count(*) FROM problems WHERE closed IS NULL"),
            "last_run": dict(last) if last else None,
        }
    if as_json:
        echo_json(found)
        return ExitCode.OK
    click.echo(f"Data folder: {found['data']}")
    click.echo(f"Articles: {found['articles']} ({found['first_day']} … {found['last_day']}), {found['gone']} gone")
    if last:
        verdict = f"{last['verdict']} (code {last['exit_code']})" if last["ended"] else "still running, or killed"
        click.echo(f"Last run: {last['id']}, night {last['night']}: {verdict}")
    click.echo(f"Listed and not collected: {found['missed']} (the view missed)")
    click.echo(f"Open problems: {found['open_problems']} (the table problems)")
    return ExitCode.OK


@click.command()
@click.option("--format", "form", type=click.Choice(["jsonl"]), default="jsonl", show_default=True)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="A file; standard output if none."
)
@filters
@archive_options
def export(form: str, output: Path | None, **chosen: str | None) -> int:
    """Writes articles as public records, newest first: one JSON object a line."""
    from scraper.cleaning import record
    from scraper.store.articles import article_ids, load_article

    with _reader() as archive, _sink(output) as sink:
        for number in article_ids(archive, **_valid(chosen)):
            stored = load_article(archive, number)
            sink.write(json.dumps(record(stored.article, revision=stored.revision), ensure_ascii=False) + "\n")
    return ExitCode.OK


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@archive_options
def backup(file: Path) -> int:
    """Copies the database to FILE, consistently, also while a run writes."""
    from scraper.store.care import backup as copy

    with _reader() as archive:
        copy(archive, file)
    click.echo(f"{file.absolute()}: {file.stat().st_size} bytes")
    return ExitCode.OK


@contextmanager
def _reader() -> Iterator[Archive]:
    from scraper.store import ArchiveError, open_reader

    try:
        with open_reader(data_folder().database) as archive:
            yield archive
    except ArchiveError as error:
        raise RunError(str(error), ExitCode(error.exit_code)) from error


@contextmanager
def _sink(output: Path | None) -> Iterator[Any]:
    if output is None:
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8") as file:
            yield file
    except OSError as error:
        raise RunError(f"{output}: cannot be written: {error.strerror}", ExitCode.CONFIGURATION) from error


def _valid(chosen: dict[str, str | None]) -> dict[str, Any]:
    """The filters with their days checked. Raises RunError for a day that is none."""
    from datetime import date

    found: dict[str, Any] = dict(chosen)
    for name in ("since", "until"):
        day = chosen.get(name)
        if day is not None:
            try:
                found[name] = date.fromisoformat(day)
            except ValueError:
                raise RunError(f"--{name} {day!r}: write a day as 2024-07-11", ExitCode.CONFIGURATION) from None
    return found


def _readable(record: dict[str, Any]) -> str:
    lines = [record["kicker"], record["title"], record["published_text"], "", record["lead"], *record["body"]]
    for figure in record["figures"]:
        lines.append(f"[{figure['caption'] or figure['alt'] or '—'}] {figure['src']}")
    lines += [
        "",
        record["author"],
        f"{record['site']}/{record['key']}, revision {record['revision']}",
        *record["urls"],
    ]
    return "\n".join(line for line in lines if line is not None)


def _show_history(archive: Archive, number: int, as_json: bool) -> None:
    from scraper.store.revisions import history, word_diff

    revisions = history(archive, number)
    if as_json:
        for revision in revisions:
            echo_json(asdict(revision))
        return
    for before, revision in zip([None, *revisions], revisions, strict=False):
        silent = ", silently" if revision.silent else ""
        click.echo(f"Revision {revision.number}, seen {revision.seen_at}: {revision.why}{silent}")
        if before is not None:
            for change in word_diff(before.words, revision.words):
                click.echo(f"  {change}")
