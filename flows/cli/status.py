"""``tinkhoi status``: shows the state of the archive."""

from __future__ import annotations

from dataclasses import asdict

import click

from flows.cli.open_archive import reader
from flows.cli.options import archive_options, data_folder, echo_json, language
from flows.cli.spoken import in_words, tell
from flows.outcome.exit_codes import ExitCode
from flows.outcome.messages import Message
from flows.storage.search_position import notes_of_backfills, unfinished


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@archive_options
def status(as_json: bool) -> int:
    """Shows the state of the archive: articles, last run, open problems, what was listed and not collected."""
    data = data_folder()
    with reader() as archive:
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
            "backfills": [asdict(each) for each in unfinished(data.runs)],
        }
    if as_json:
        echo_json(found)
        return ExitCode.OK
    tell("Data folder: {path}", path=found["data"])
    told = {"articles": found["articles"], "first": found["first_day"], "last": found["last_day"]}
    if found["first_day"]:
        tell("Articles: {articles} ({first} … {last}), {gone} gone", gone=found["gone"], **told)
    else:
        tell("Articles: {articles}", articles=found["articles"])
    if last:
        verdict = in_words("still running, or killed")
        if last["ended"]:
            verdict = in_words(
                "{verdict} (code {code})",
                verdict=", ".join(map(in_words, last["verdict"].split(", "))),
                code=last["exit_code"],
            )
        tell("Last run: {run}, night {night}: {verdict}", run=last["id"], night=last["night"], verdict=verdict)
    tell("Listed and not collected: {missed} (the view missed)", missed=found["missed"])
    tell("Open problems: {problems} (the table problems)", problems=found["open_problems"])
    for note in notes_of_backfills(data.runs):
        click.echo(_worded(note))
    return ExitCode.OK


def _worded(note: Message) -> str:
    if language() == "en":
        return str(note)
    from flows.outcome.wording import say  # reads Babel: only where another language is asked for

    return say(note, language())
