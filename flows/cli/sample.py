"""``tinkhoi sample``: serves the sample newspaper on loopback."""

from __future__ import annotations

import click

from flows.cli.options import language_option


@click.command()
@click.option("--port", type=int, default=8765, show_default=True, help="The port, on this machine only.")
@click.option(
    "--night", type=click.IntRange(1, 3), default=1, show_default=True, help="Which of its three nights to serve."
)
@language_option
def sample(port: int, night: int) -> int:
    """Serves the sample newspaper on loopback, to try a crawl or a site file by hand."""
    from scraper.sample.__main__ import serve

    return serve(port=port, night=night)
