"""Nights as Prefect runs them: flow runs that end well or fail, a served schedule, a night without a server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows import prefect_server as server
from flows.outcome.exit_codes import ExitCode
from flows.prefect_settings import QUIET
from flows.runs.request import NightRequest
from flows.storage.folder import DataFolder
from scraper.sample import SITE_ID, SampleNewspaper
from scraper.sample.server import SampleServer
from scraper.store import open_reader

TINKHOI = [sys.executable, "-c", "from flows.cli import main; main()"]


@pytest.fixture(scope="module")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One Prefect server with a database of its own for all tests of this file."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in QUIET.items():
            patch.setenv(name, value)
        patch.delenv("PREFECT_API_URL", raising=False)
        from prefect.testing.utilities import prefect_test_harness

        with prefect_test_harness(server_startup_timeout=120):
            yield


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[SampleServer]:
    newspaper = SampleNewspaper(today=date(2026, 11, 24))
    with newspaper.serve() as served:
        (tmp_path / "sites").mkdir()
        (tmp_path / "sites" / f"{SITE_ID}.toml").write_text(newspaper.site_file(served.url), encoding="utf-8")
        yield served


def articles(root: Path) -> int:
    with open_reader(DataFolder(root=root).database) as archive:
        return int(archive.value("SELECT count(*) FROM articles"))


def test_a_good_night_is_a_completed_run_with_its_report(
    prefect_server: None, paper: SampleServer, tmp_path: Path
) -> None:
    from prefect.artifacts import Artifact

    from flows.nightly import nightly

    state = nightly(data=str(tmp_path), at="01:30", return_state=True)
    assert state.is_completed()
    assert articles(tmp_path) > 60
    report = Artifact.get(key="morning-report")
    assert report is not None and "TIN KHỐI" in str(report.data)

    asked = len(paper.log)
    again = nightly(data=str(tmp_path), at="01:30", return_state=True)
    assert again.is_completed() and len(paper.log) == asked


def move_to_nobody(paper: SampleServer, root: Path) -> None:
    """Lets the site file name a port at which nothing listens."""
    file = root / "sites" / f"{SITE_ID}.toml"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{closed.getsockname()[1]}"
    text = file.read_text(encoding="utf-8").replace(paper.url.removeprefix("http://"), nobody)
    file.write_text(text, encoding="utf-8")


def test_a_failing_site_is_a_failed_run(prefect_server: None, paper: SampleServer, tmp_path: Path) -> None:
    from flows.collect import collect

    move_to_nobody(paper, tmp_path)
    state = collect(sites=[SITE_ID], data=str(tmp_path), return_state=True)
    assert state.is_failed() and "code" in str(state.message)


def test_where_no_server_can_be_had_the_night_happens_and_says_so(
    paper: SampleServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "why_no_server", lambda: "ConnectError: nobody there")
    monkeypatch.setattr(server, "prepare_environment", lambda *_, **__: None)
    summary = server.run_with_prefect(NightRequest(data=DataFolder(root=tmp_path), trigger="nightly"))
    assert summary.exit_code is ExitCode.OK
    assert any("without one" in str(note) and "nobody there" in str(note) for note in summary.notes)
    assert articles(tmp_path) > 60


def test_serve_schedules_nights_takes_runs_by_hand_and_leaves_no_process(paper: SampleServer, tmp_path: Path) -> None:
    """Runs by hand are asked for as users do, with Prefect's own command: its exit code tells how they ended."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*TINKHOI, "serve", "--data", str(tmp_path), "--port", str(port)]
    with (tmp_path / "serve.out").open("wb") as out:
        serving = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        doctor = [*TINKHOI, "doctor", "--data", str(tmp_path)]
        told = ""
        for _ in range(30):
            assert serving.poll() is None, (tmp_path / "serve.out").read_text()
            if answers(port):
                told = subprocess.run(doctor, env=environment, capture_output=True, text=True, check=False).stdout
                if "✓ schedule" in told:
                    break
            time.sleep(2)
        assert f"nights scheduled at http://127.0.0.1:{port}/api" in told, told
        assert "01:30 Vietnam time" in told
        assert not paper.log

        environment |= {"PREFECT_HOME": str(tmp_path / "prefect")}
        good = crawl_by_hand(port, environment)
        assert good.returncode == 0, good.stdout
        assert articles(tmp_path) == 5
        move_to_nobody(paper, tmp_path)
        bad = crawl_by_hand(port, environment)
        assert bad.returncode != 0 and "Failed" in bad.stdout, bad.stdout
        assert articles(tmp_path) == 5
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(60)
    assert not answers(port)


def crawl_by_hand(port: int, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Five new articles at most, asked for on the command line and watched to the end."""
    command = [
        sys.executable, "-m", "prefect", "deployment", "run", "collect/collect", "--watch",
        "--param", f'sites=["{SITE_ID}"]', "--param", "limit=5",
    ]  # fmt: skip
    address = {"PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}
    return subprocess.run(
        command, env={**environment, **address}, capture_output=True, text=True, timeout=180, check=False
    )


def test_the_doctor_sees_a_server_that_schedules_nothing(prefect_server: None) -> None:
    from prefect.settings import PREFECT_API_URL

    from flows.schedule.doctor import scheduled_runs

    answer = scheduled_runs(str(PREFECT_API_URL.value()))
    assert answer.exit_code is ExitCode.DATA and "no scheduled run of nightly" in answer.detail


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
