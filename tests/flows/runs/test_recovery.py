"""What a run that broke off has captured is read by the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.outcome.exit_codes import ExitCode
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from flows.storage.folder import DataFolder
from scraper.sample import SampleNewspaper, SampleServer
from scraper.store import open_reader

NOW = datetime.now(UTC)


@pytest.fixture
def newspaper() -> SampleNewspaper:
    return SampleNewspaper(today=NOW.date())


@pytest.fixture
def server(newspaper: SampleNewspaper) -> Iterator[SampleServer]:
    with newspaper.serve() as server:
        yield server


def test_what_a_run_that_was_killed_had_captured_is_read_by_the_next(
    tmp_path: Path, newspaper: SampleNewspaper, server: SampleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = tmp_path / "mine"
    sites.mkdir()
    (sites / "bao.toml").write_text(newspaper.site_file(server.url), encoding="utf-8")
    data = DataFolder(root=tmp_path / "data", extra_sites=(sites,))
    request = NightRequest(data=data, sites=("bao",), now=NOW)

    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("flows.runs.night.ingest", killed)
        with pytest.raises(Killed):
            run_night(request)
    asked = len(server.log)
    summary = run_night(request)
    assert summary.exit_code is ExitCode.OK
    with open_reader(data.database) as archive:
        kept = [row[0] for row in archive.rows("SELECT key FROM articles")]
    assert sorted(kept) == sorted(article["key"] for article in newspaper.truth(1))
    paths = [entry.path for entry in server.log[asked:]]
    assert not any(f"-{key}/" in path for path in paths for key in kept)
