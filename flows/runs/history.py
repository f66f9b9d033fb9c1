"""What earlier runs recorded."""

from __future__ import annotations

from flows.outcome.exit_codes import archive_failures
from flows.storage.folder import DataFolder
from scraper.store import open_reader


def last_successes(data: DataFolder) -> dict[str, str]:
    """Site id to the moment of its last good run; empty where there is no archive yet."""
    if not data.database.exists():
        return {}
    with archive_failures(), open_reader(data.database) as archive:
        rows = archive.rows(
            "SELECT run_sites.site, max(runs.ended) FROM run_sites JOIN runs ON runs.id = run_sites.run"
            " WHERE run_sites.verdict = 'ok' GROUP BY run_sites.site"
        )
        return {row[0]: row[1] for row in rows}
