"""``tinkhoi parse``: reads one saved page, without an archive."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from flows.cli.options import archive_options, data_folder, echo_json
from flows.cli.spoken import in_detail, in_reason, tell
from flows.outcome.exit_codes import ExitCode, RunError


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--url", required=True, help="The address at which the page was served.")
@click.option("--site", "site_id", required=True, help="The site to which the page belongs.")
@archive_options
def parse(file: Path, url: str, site_id: str) -> int:
    """Reads one saved page and prints its record as JSON, or says why it is not an article."""
    from scraper.items import Article
    from scraper.reading import read_article
    from scraper.record import record
    from scraper.sites import load_sites

    site = load_sites(data_folder().site_folders).named(site_id)
    try:
        body = file.read_bytes()
    except OSError as error:
        raise RunError(
            "{file}: cannot be read: {error}", ExitCode.CONFIGURATION, file=file, error=error.strerror
        ) from error
    captured_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    found = read_article(body, url, site, captured_at=captured_at)
    if isinstance(found, Article):
        echo_json(record(found))
        return ExitCode.OK
    tell(
        "tinkhoi: {file}: not an article: {reason}: {detail}",
        err=True,
        file=file,
        reason=in_reason(found.reason),
        detail=in_detail(found.detail),
    )
    return ExitCode.DATA
