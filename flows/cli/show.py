"""``tinkhoi show``: shows one article, its history, the other places of its story, and how to cite it."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from flows.cli.open_archive import reader
from flows.cli.options import archive_options, data_folder, echo_json
from flows.cli.spoken import in_words, tell
from flows.outcome.exit_codes import ExitCode, RunError
from scraper.clock import VIETNAM

if TYPE_CHECKING:
    from flows.share.citations import CitationForm
    from scraper.store import Archive
    from scraper.store.revisions import Change


@click.command()
@click.argument("name", metavar="KEY")
@click.option("--history", is_flag=True, help="Show its revisions, and what changed between them.")
@click.option(
    "--places", is_flag=True, help="Show where else the same story appeared, and what differs from the first."
)
@click.option(
    "--cite", is_flag=True, help="Show how to cite it: with its address, its capture and the hash of its words."
)
@click.option(
    "--cite-as",
    "form",
    type=click.Choice(["ris", "bibtex", "csl-json"]),
    help="Print the citation for Zotero and other reference managers.",
)
@click.option(
    "--capture", is_flag=True, help="Print the page as it was served: its headers, an empty line, its bytes."
)
@click.option("--json", "as_json", is_flag=True, help="Print the public record as JSON.")
@archive_options
def show(
    name: str, history: bool, places: bool, cite: bool, form: CitationForm | None, capture: bool, as_json: bool
) -> int:
    """Shows one article: SITE/KEY, a key, or any of its addresses."""
    from scraper.record import record
    from scraper.store.articles import find_article, load_article

    with reader() as archive:
        number = find_article(archive, name)
        if number is None:
            raise RunError(
                "no article {name!r}; `tinkhoi search` finds keys and addresses", ExitCode.CONFIGURATION, name=name
            )
        stored = load_article(archive, number)
        found = record(stored.article, revision=stored.revision)
        if capture:
            _show_capture(archive, number, as_json)
        elif history:
            _show_history(archive, number, as_json)
        elif places:
            _show_places(archive, number, as_json)
        elif form is not None:
            from flows.share.citations import citations, written

            click.echo(written(next(citations(archive, [number])), form), nl=form == "csl-json")
        elif cite:
            citation = archive.rows("SELECT * FROM citations WHERE id = ?", (number,))[0]
            if as_json:
                echo_json(dict(citation))
            else:
                click.echo(citation["citation"])
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
                click.echo()
                tell("{state} since {since}; this is the copy kept", state=in_words(row["state"]), since=row["since"])
            click.echo()
            digest = row["payload_digest"] or in_words("no digest")
            tell("Capture: {file} at byte {offset}, {digest}", file=row["file"], offset=row["offset"], digest=digest)
    return ExitCode.OK


def _show_capture(archive: Archive, number: int, as_json: bool) -> None:
    from flows.share.served_page import served_page

    try:
        page = served_page(archive, data_folder().captures, number)
    except (LookupError, OSError) as error:
        raise RunError("its capture is not shown: {error}", ExitCode.DATA, error=error) from error
    if as_json:
        told = asdict(page.capture) | {"fetched_at": page.capture.fetched_at.isoformat()}
        body = page.capture.body.decode("utf-8", "replace")
        echo_json(told | {"body": body, "places": [asdict(place) for place in page.places]})
        return
    click.echo(f"{page.head()}")
    click.echo(page.capture.body, nl=False)
    for place in page.places:
        where = in_words("line {number}", number=place.line) if place.line else in_words("not as it is")
        click.echo(f"{place.field}: {where}: {place.text[:60]}", err=True)


def _readable(record: dict[str, Any]) -> str:
    lines = [record["kicker"], record["title"], record["published_text"], _interval(record)]
    lines += ["", record["lead"], *record["body"]]
    for figure in record["figures"]:
        lines.append(f"[{figure['caption'] or figure['alt'] or '—'}] {figure['src']}")
    lines += [
        "",
        record["author"],
        in_words(
            "{article}, revision {number}", article=f"{record['site']}/{record['key']}", number=record["revision"]
        ),
        *record["urls"],
    ]
    return "\n".join(line for line in lines if line is not None)


def _interval(record: dict[str, Any]) -> str | None:
    """When an article was published whose page counts back ("3 giờ trước"); None where it does not."""
    if record["published_earliest"] is None:
        return None
    first, last = record["published_earliest"], record["published_latest"]
    return in_words("published between {first} and {last}", first=first, last=last)


def _show_history(archive: Archive, number: int, as_json: bool) -> None:
    from scraper.store.revisions import history, word_diff

    revisions = history(archive, number)
    if as_json:
        for revision in revisions:
            echo_json(asdict(revision))
        return
    for before, revision in zip([None, *revisions], revisions, strict=False):
        said: dict[str, Any] = {
            "number": revision.number,
            "seen_at": _moment(revision.seen_at),
            "why": in_words(revision.why),
        }
        if revision.silent:
            tell("Revision {number}, seen {seen_at}: {why}, silently", **said)
        else:
            tell("Revision {number}, seen {seen_at}: {why}", **said)
        if before is not None:
            _echo_diff(word_diff(before.words, revision.words))


def _moment(kept: str) -> str:
    return f"{datetime.fromisoformat(kept).astimezone(VIETNAM):%Y-%m-%d %H:%M} (GMT+7)"


def _show_places(archive: Archive, number: int, as_json: bool) -> None:
    from scraper.store.revisions import standing_words, word_diff
    from scraper.store.stories import places

    ids = places(archive, number)
    if not ids and not as_json:
        tell("no other site is known to have this text", err=True)
    for place in ids:
        row = archive.rows("SELECT * FROM stories WHERE id = ?", (place,))[0]
        if as_json:
            echo_json(dict(row))
            continue
        click.echo(f"{row['place']}. {row['published_at'] or row['day']}  {row['site']}/{row['key']}  {row['title']}")
        if place != ids[0]:
            _echo_diff(word_diff(standing_words(archive, ids[0]), standing_words(archive, place)))


def _echo_diff(changes: list[Change]) -> None:
    """The lines that changed: removed words in [- -], added words in {+ +}."""
    marks = {"kept": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
    text = "".join(
        f"{marks[change.kind][0]}{line}{marks[change.kind][1]}" if line.strip() else line
        for change in changes
        for line in re.split(r"(\n)", change.text)
    )
    for line in text.splitlines():
        if "[-" in line or "{+" in line:
            click.echo(f"  {line}")
