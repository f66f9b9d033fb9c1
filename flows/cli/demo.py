"""``tinkhoi demo``: runs two nights on the embedded sample newspaper."""

from __future__ import annotations

import click

from flows.cli.options import archive_options, data_folder, language
from flows.cli.run_and_report import show_progress


@click.command()
@click.option("--plain", is_flag=True, help="Run without Prefect.")
@archive_options
def demo(plain: bool) -> int:
    """Runs two nights on the embedded sample newspaper, then shows a search and an article.

    Each time it makes the folder `demo` of the data folder anew: what an earlier demo left there is deleted.
    """
    from flows.share.demo import run_demo

    show_progress()
    return run_demo(data_folder(), language(), plain=plain, say=click.echo)
