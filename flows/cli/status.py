"""``tinkhoi status``: shows the state of the archive."""

from __future__ import annotations

import click

from flows.cli.open_archive import reader
from flows.cli.options import archive_options, data_folder, echo_json
from flows.outcome.exit_codes import ExitCode


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
