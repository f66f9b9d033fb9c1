"""``tinkhoi browse``: the archive as web pages."""

from __future__ import annotations

import click

from flows.cli.options import archive_options, data_folder, language
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode, StoppedBySignal


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8321,
    show_default=True,
    help="The port to listen on; 0 for any free port.",
)
@click.option("--open/--no-open", "open_browser", default=True, help="Whether to open a browser.")
@archive_options
def browse(port: int, open_browser: bool) -> int:
    """Shows the archive as web pages, on this machine only. Ctrl-C ends it."""
    from flows.web import serve

    try:
        serve(data_folder(), port=port, open_browser=open_browser, lang=language(), say=_say)
    except (KeyboardInterrupt, StoppedBySignal):
        tell("stopped", err=True)
    return ExitCode.OK


def _say(address: str) -> None:
    click.echo(data_folder().database)
    tell("{address}  (Ctrl-C ends)", address=address)
