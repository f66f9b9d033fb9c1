"""What a night is expected to cost at a site, by what the last ones did there."""

from __future__ import annotations

from datetime import timedelta

from scraper.store import Archive
from scraper.store.runs import REQUEST_BYTES, end_run, expected_work, start_run
from tests.store.conftest import NIGHT


def ran(archive: Archive, number: int, did: dict[str, tuple[int, int]], *, trigger: str = "nightly") -> None:
    """A run that made so many requests at each site and captured so many bytes."""
    run, at = f"run-{number:02}", NIGHT + timedelta(days=number)
    start_run(archive, run, started=at, trigger=trigger, sites=list(did), version="1")
    for site, (requests, size) in did.items():
        archive.execute(
            "UPDATE run_sites SET requests = ?, bytes = ? WHERE run = ? AND site = ?", (requests, size, run, site)
        )
    end_run(archive, run, ended=at, verdict="ok", exit_code=0)


def test_the_middle_of_the_last_nights_counts(archive: Archive) -> None:
    assert expected_work(archive) == {}
    for number, requests in enumerate([500, 3, 4, 400, 5], start=1):
        ran(archive, number, {"baoapbac": (requests, 100)})
    assert expected_work(archive, 4) == {"baoapbac": 4.5 * REQUEST_BYTES + 100}  # of 3, 4, 400 and 5
    assert expected_work(archive) == {"baoapbac": 5 * REQUEST_BYTES + 100}


def test_runs_by_hand_and_sites_that_were_not_asked_tell_nothing(archive: Archive) -> None:
    ran(archive, 1, {"baoapbac": (2, 7), "baobinhdinh": (0, 0)})
    ran(archive, 2, {"baoapbac": (900, 9_000_000)}, trigger="manual")
    assert expected_work(archive) == {"baoapbac": 2 * REQUEST_BYTES + 7}
