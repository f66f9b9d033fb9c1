"""A run that is stopped while two crawls are at work: it ends in time, leaves no process, keeps what it captured."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest

from flows.outcome.exit_codes import ExitCode
from flows.prefect_server import own_secret
from flows.storage.folder import DataFolder
from scraper.captures import read_captures
from scraper.sample import SampleNewspaper
from scraper.store import open_reader

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc and all of 127/8")

TINKHOI = [sys.executable, "-c", "from flows.cli import main; main()"]
HOSTS = {"mot": "127.0.0.2", "hai": "127.0.0.3"}
STOP_SECONDS = 15 + 5
"""What the documents say of a stop, and something for a loaded machine."""


class SlowPaper:
    """The sample newspaper on an address of its own, where each answer takes a fifth of a second."""

    def __init__(self, newspaper: SampleNewspaper, host: str) -> None:
        self.answered: list[str] = []  # the paths of whole answers, in their order
        self.pause = 0.2
        paper = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                time.sleep(paper.pause)
                said = newspaper.answer(self.path, paper.url)
                self.send_response(said.status)
                if said.location:
                    self.send_header("Location", said.location)
                self.send_header("Content-Type", said.content_type)
                self.send_header("Content-Length", str(len(said.body)))
                self.end_headers()
                self.wfile.write(said.body)
                paper.answered.append(self.path)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer((host, 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://{host}:{self.http.server_port}"
        self.thread = Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def newspaper() -> SampleNewspaper:
    return SampleNewspaper(today=date(2026, 11, 24))


@pytest.fixture
def papers(newspaper: SampleNewspaper, tmp_path: Path) -> Iterator[dict[str, SlowPaper]]:
    (tmp_path / "sites").mkdir()
    served = {site: SlowPaper(newspaper, host) for site, host in HOSTS.items()}
    for site, paper in served.items():
        (tmp_path / "sites" / f"{site}.toml").write_text(newspaper.site_file(paper.url), encoding="utf-8")
    yield served
    for paper in served.values():
        paper.close()


def descendants(pid: int) -> dict[int, str]:
    """Process id to command line of all that ``pid`` started, and they."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found: dict[int, str] = {}
    wanted = {pid}
    while wanted:
        wanted = {child for child, parent in parents.items() if parent in wanted}
        found.update({child: command_line(child) for child in wanted})
    return found


def command_line(pid: int) -> str:
    """Empty where there is no such process, or only its exit code is left of it."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def alive(started: dict[int, str]) -> dict[int, str]:
    """Those of ``started`` that still run."""
    return {pid: line for pid, line in started.items() if command_line(pid) == line != ""}


def own_environment() -> dict[str, str]:
    """This process's environment, without what would lead to another archive or another Prefect server."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "TINKHOI_"))}


@pytest.mark.parametrize("options", [["--plain"], []], ids=["plain", "with Prefect's own server"])
def test_a_night_that_is_stopped_amid_two_crawls(
    options: list[str], newspaper: SampleNewspaper, papers: dict[str, SlowPaper], tmp_path: Path
) -> None:
    environment = own_environment()
    command = [*TINKHOI, "nightly", *options, "--data", str(tmp_path)]
    with (tmp_path / "night.out").open("wb") as out:
        night = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        end = time.monotonic() + 150
        while any(len(paper.answered) < 25 for paper in papers.values()):
            assert night.poll() is None and time.monotonic() < end, (tmp_path / "night.out").read_text()
            time.sleep(0.1)
        started = descendants(night.pid)
        own = command_line(night.pid)
        answered = {site: set(paper.answered[:-2]) for site, paper in papers.items()}
        stopped = time.monotonic()
        night.send_signal(signal.SIGTERM)
        code = night.wait(60)
        took = time.monotonic() - stopped
    finally:
        night.kill()
        night.wait()
    said = (tmp_path / "night.out").read_text()
    assert sum("scraper.crawl" in line for line in started.values()) == 2, started
    assert (own in started.values()) is not bool(options), started  # the server is a fork of the night
    assert code == ExitCode.STOPPED, said
    assert took < STOP_SECONDS, said
    assert not alive(started)

    captured = {
        (site, article["key"])
        for site, paper in papers.items()
        for article in newspaper.truth(1, paper.url)
        if any(urlsplit(url).path in answered[site] for url in article["urls"])
    }
    with open_reader(DataFolder(root=tmp_path).database) as archive:
        kept = {(row[0], row[1]) for row in archive.rows("SELECT site, key FROM articles")}
        verdicts = [tuple(row) for row in archive.rows("SELECT verdict, exit_code FROM runs")]
    assert {site for site, _ in captured} == set(HOSTS)
    assert captured <= kept
    assert len(kept) < 2 * len(newspaper.truth(1)), "the night had ended before it was stopped"
    assert verdicts == [("stopped, recovered", int(ExitCode.STOPPED))]


class Served:
    """``tinkhoi serve`` at work, asked through Prefect's client, which asks again while its database is locked."""

    def __init__(self, pid: int, client: SyncPrefectClient, secret: str, out: Path) -> None:
        self.pid = pid
        self.secret = secret
        self.client = client
        self.out = out
        self.started: dict[int, str] = {}  # what a run started: it may outlive its parent, and is ended with the test

    def run(self, deployment: str) -> UUID:
        """Starts a run of ``deployment`` by hand."""
        found = self.client.read_deployment_by_name(deployment)
        return self.client.create_flow_run_from_deployment(found.id).id

    def cancel(self, run: UUID) -> None:
        environment = {
            **os.environ, "PREFECT_API_URL": str(self.client.api_url), "PREFECT_API_AUTH_STRING": self.secret
        }  # fmt: skip
        command = [sys.executable, "-m", "prefect", "flow-run", "cancel", str(run)]
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)

    def ends_of_crawls(self, run: UUID) -> list[str | None]:
        """The states in which the tasks of the run's crawls ended."""
        from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

        tasks = self.client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run])))
        return [task.state_name for task in tasks if task.name.startswith("crawl ")]

    def await_state(self, run: UUID, wanted: str, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (state := self.client.read_flow_run(run).state_name) != wanted:
            assert time.monotonic() < end, f"{state}, not {wanted}: {self.out.read_text()}"
            time.sleep(0.5)


@pytest.fixture
def served(papers: dict[str, SlowPaper], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Served for runs by hand: the schedule has a night only on the 29th of February."""
    environment = own_environment()
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.exceptions import ObjectNotFound

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*TINKHOI, "serve", "--cron", "0 0 29 2 *", "--data", str(tmp_path), "--port", str(port)]
    out = tmp_path / "serve.out"
    with out.open("wb") as file:
        serving = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    secret = own_secret(DataFolder(root=tmp_path))
    client = SyncPrefectClient(f"http://127.0.0.1:{port}/api", auth_string=secret)
    found = Served(serving.pid, client, secret, out)
    try:
        with client:
            end = time.monotonic() + 180
            while True:
                assert serving.poll() is None and time.monotonic() < end, out.read_text()
                try:
                    client.read_deployment_by_name("collect/collect")
                    break
                except (httpx.TransportError, ObjectNotFound):
                    time.sleep(0.5)
            yield found
    finally:
        started = {**found.started, **descendants(serving.pid)}
        serving.send_signal(signal.SIGTERM)
        try:
            serving.wait(60)
        finally:
            serving.kill()
            serving.wait()
            left = alive(started)
            for pid in left:
                os.kill(pid, signal.SIGKILL)
    assert not left


@pytest.mark.parametrize("deployment", ["collect/collect", "nightly/nightly"])
def test_a_run_that_is_cancelled_in_prefect_amid_two_crawls(
    deployment: str, newspaper: SampleNewspaper, papers: dict[str, SlowPaper], served: Served, tmp_path: Path
) -> None:
    server = descendants(served.pid)
    run = served.run(deployment)
    end = time.monotonic() + 150
    while any(len(paper.answered) < 25 for paper in papers.values()):
        assert time.monotonic() < end, served.out.read_text()
        time.sleep(0.1)
    started = {pid: line for pid, line in descendants(served.pid).items() if pid not in server}
    served.started.update(started)
    assert sum("scraper.crawl" in line for line in started.values()) == 2, started
    for paper in papers.values():
        paper.pause = 1  # the command takes some seconds, in which no crawl must come to its end
    early = {paper.url + path for paper in papers.values() for path in paper.answered[:-2]}
    served.cancel(run)
    end = time.monotonic() + STOP_SECONDS
    while left := alive(started):
        assert time.monotonic() < end, left
        time.sleep(0.1)
    served.await_state(run, "Cancelled", 30)
    assert sorted(served.ends_of_crawls(run)) == ["Cancelled", "Cancelled"]  # type: ignore[type-var]

    captures = [capture for file in tmp_path.glob("captures/*.warc.gz") for capture in read_captures(file)]
    urls = {capture.url for capture in captures if capture.status == 200}
    articles = {
        (site, article["key"]): urls.intersection(article["urls"])
        for site, paper in papers.items()
        for article in newspaper.truth(1, paper.url)
        if urls.intersection(article["urls"])
    }
    with open_reader(DataFolder(root=tmp_path).database) as archive:
        kept = {(row[0], row[1]) for row in archive.rows("SELECT site, key FROM articles")}
        read = {row[0] for row in archive.rows("SELECT record_id FROM captures")}
        verdicts = [tuple(row) for row in archive.rows("SELECT verdict, exit_code FROM runs")]
    assert verdicts == [("stopped, recovered", int(ExitCode.STOPPED))]
    assert read == {capture.record_id for capture in captures}
    assert early <= {capture.url for capture in captures}
    assert kept == set(articles)
    assert {site for site, _ in kept} == set(HOSTS)
    assert len(kept) < 2 * len(newspaper.truth(1)), "the run had ended before it was cancelled"

    for paper in papers.values():
        paper.pause = 0
        del paper.answered[:]
    served.await_state(served.run(deployment), "Completed", 150)
    again = {paper.url + path for paper in papers.values() for path in paper.answered}
    assert again
    assert not again & set().union(*articles.values())
    with open_reader(DataFolder(root=tmp_path).database) as archive:
        assert archive.value("SELECT count(*) FROM articles") == 2 * len(newspaper.truth(1))
