"""Nights as Prefect runs them: flow runs that end well or fail, a served schedule, a night without a server."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from base64 import b64decode
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import httpx
import pytest

from flows import prefect_server as our_server
from flows import with_prefect
from flows.outcome.exit_codes import ExitCode, RunError
from flows.prefect_server import note_server, only_server, own_secret
from flows.prefect_settings import DEFAULTS
from flows.runs.request import NightRequest
from flows.storage.folder import DataFolder
from scraper.clock import vietnam_today
from scraper.sample import SITE_ID, SampleNewspaper
from scraper.sample.server import SampleServer
from scraper.store import open_reader

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.filters import LogFilter
    from prefect.client.schemas.objects import TaskRun

TINKHOI = [sys.executable, "-c", "from flows.cli import main; main()"]


@pytest.fixture(scope="module")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One Prefect server with a database of its own for all tests of this file."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in DEFAULTS.items():
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


def test_a_good_night_is_one_completed_run_with_its_crawls_report_and_table(
    prefect_server: None, paper: SampleServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.artifacts import Artifact
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import LogFilter, LogFilterTaskRunId

    from flows.nightly import nightly

    monkeypatch.setenv("TINKHOI_DATA", str(tmp_path))
    state = nightly(at="01:30", return_state=True)
    assert state.is_completed()
    assert articles(tmp_path) > 60

    with get_client(sync_client=True) as client:
        (run,) = client.read_flow_runs()
        assert run.name == f"night of {vietnam_today()}"
        tasks = await_tasks(client, 4)
        assert {task.name: task.state_name for task in tasks} == {
            "plan": "Completed",
            f"crawl shard-1: {SITE_ID}": "Completed",
            f"read shard-1: {SITE_ID}": "Completed",
            "conclude": "Completed",
        }
        crawl = next(task for task in tasks if task.name.startswith("crawl"))
        await_line(client, LogFilter(task_run_id=LogFilterTaskRunId(any_=[crawl.id])), "articles 6")
        told = {each.type: each for each in client.read_artifacts()}
    assert told["progress"].data == 100
    assert told["progress"].task_run_id == crawl.id
    assert {told[kind].flow_run_id for kind in ("markdown", "table")} == {run.id}
    (row,) = json.loads(str(told["table"].data))
    assert (row["site"], row["verdict"], row["lists read"], row["new"]) == (SITE_ID, "ok", "8/8", articles(tmp_path))
    report = Artifact.get(key="morning-report")
    assert report is not None and "TIN KHỐI" in str(report.data)

    asked = len(paper.log)
    again = nightly(at="01:30", return_state=True)
    assert (again.name, len(paper.log)) == ("Skipped", asked)


def await_tasks(client: SyncPrefectClient, number: int) -> list[TaskRun]:
    """The task runs of the server: they are written some time after they end."""
    end = time.monotonic() + 30
    while len(tasks := [t for t in client.read_task_runs() if t.state and t.state.is_final()]) < number:
        assert time.monotonic() < end, tasks
        time.sleep(0.5)
    return tasks


def await_line(client: SyncPrefectClient, of_task: LogFilter, words: str) -> None:
    """Waits until the server has a log line with ``words``: lines are sent some time after they are said."""
    end = time.monotonic() + 30
    while words not in (said := "\n".join(line.message for line in client.read_logs(of_task))):
        assert time.monotonic() < end, said
        time.sleep(0.5)


def move_to_nobody(paper: SampleServer, root: Path) -> None:
    """Lets the site file name a port at which nothing listens."""
    file = root / "sites" / f"{SITE_ID}.toml"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{closed.getsockname()[1]}"
    text = file.read_text(encoding="utf-8").replace(paper.url.removeprefix("http://"), nobody)
    file.write_text(text, encoding="utf-8")


def test_a_failing_site_is_a_failed_run(
    prefect_server: None, paper: SampleServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.collect import collect

    monkeypatch.setenv("TINKHOI_DATA", str(tmp_path))
    move_to_nobody(paper, tmp_path)
    state = collect(sites=(SITE_ID,), return_state=True)
    assert state.is_failed() and "code" in str(state.message)


def test_a_command_s_failed_night_is_a_failed_run_without_a_traceback(
    prefect_server: None,
    paper: SampleServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from prefect.client.orchestration import get_client

    monkeypatch.setattr(with_prefect, "why_no_server", lambda _: None)
    monkeypatch.setattr(with_prefect, "prepare_environment", lambda *_, **__: None)
    move_to_nobody(paper, tmp_path)
    request = NightRequest(data=DataFolder(root=tmp_path), trigger="nightly")
    assert with_prefect.run_with_prefect(request).exit_code is ExitCode.SITES_FAILED
    with get_client(sync_client=True) as client:
        last = max(client.read_flow_runs(), key=lambda run: str(run.created))
    assert last.state is not None and last.state.is_failed() and "some sites failed" in str(last.state.message)
    told = capsys.readouterr()
    assert "Traceback" not in told.err + told.out


def test_where_no_server_can_be_had_the_night_happens_and_says_so(
    paper: SampleServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(with_prefect, "why_no_server", lambda _: "ConnectError: nobody there")
    monkeypatch.setattr(with_prefect, "prepare_environment", lambda *_, **__: None)
    summary = with_prefect.run_with_prefect(NightRequest(data=DataFolder(root=tmp_path), trigger="nightly"))
    assert summary.exit_code is ExitCode.OK
    assert any("without one" in str(note) and "nobody there" in str(note) for note in summary.notes)
    assert articles(tmp_path) > 60


def test_what_refuses_a_night_refuses_it_before_a_server_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(with_prefect, "need_server", lambda *_: pytest.fail("a server was started"))
    with pytest.raises(RunError, match="no site to crawl"):
        with_prefect.run_with_prefect(NightRequest(data=DataFolder(root=tmp_path / "new"), trigger="nightly"))


@pytest.fixture
def served() -> Iterator[ThreadingHTTPServer]:
    """Something that listens where `tinkhoi serve` is noted. It answers 200 to the secret that the test sets."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown = self.headers.get("Authorization", "").removeprefix("Basic ")
            good = shown and b64decode(shown).decode() == vars(self.server)["secret"]
            self.send_response(200 if good else 401)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("knows_the_secret", "is_ours"), [(True, True), (False, True), (True, False)])
def test_a_night_uses_the_server_of_serve_if_that_runs_and_takes_its_secret(
    served: ThreadingHTTPServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    knows_the_secret: bool,
    is_ours: bool,
) -> None:
    class Process:
        pid = os.getpid() if is_ours else 2**22 + 1  # Linux gives no such number

    class Started(Exception):
        pass

    def start(*_: object, **__: object) -> None:
        raise Started

    for name in ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING", "PREFECT_PROFILE"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(our_server, "use_server", lambda *given: used.append(given))
    monkeypatch.setattr(our_server.subprocess, "Popen", start)
    used: list[tuple[str, str]] = []
    data = DataFolder(root=tmp_path)
    vars(served)["secret"] = own_secret(data) if knows_the_secret else "tinkhoi:another"
    address = f"http://127.0.0.1:{served.server_port}"
    monkeypatch.setattr(our_server, "_STARTED", [Process])
    note_server(data, f"{address}/api")
    if knows_the_secret and is_ours:
        assert our_server.need_server(data) == f"{address}/api"
        assert used == [(address, own_secret(data))]
    else:
        with pytest.raises(Started):
            our_server.need_server(data)


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
        for _ in range(90):
            assert serving.poll() is None, (tmp_path / "serve.out").read_text()
            if answers(port):
                told = subprocess.run(doctor, env=environment, capture_output=True, text=True, check=False).stdout
                if "✓ schedule" in told:
                    break
            time.sleep(2)
        assert f"nights scheduled at http://127.0.0.1:{port}/api" in told, told
        assert "01:30 Vietnam time" in told
        assert "next night: " in (tmp_path / "serve.out").read_text()
        assert not paper.log

        secret = own_secret(DataFolder(root=tmp_path))
        a_second_is_refused(tmp_path, port, environment)

        environment |= {"PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_API_AUTH_STRING": secret}
        good = crawl_by_hand(port, environment)
        assert good.returncode == 0, good.stdout
        assert articles(tmp_path) == 5
        move_to_nobody(paper, tmp_path)
        bad = crawl_by_hand(port, environment)
        assert bad.returncode != 0 and "Failed" in bad.stdout, bad.stdout
        assert articles(tmp_path) == 5
        unknown = crawl_by_hand(port, environment, site="nosuch")
        assert unknown.returncode != 0 and "nosuch" in unknown.stdout + unknown.stderr
        the_door_is_shut(tmp_path, port, secret)
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(60)
    assert not answers(port)


def a_second_is_refused(root: Path, port: int, environment: dict[str, str]) -> None:
    """Neither the same folder nor the same port is served twice, and the first stays noted."""
    noted = (root / "prefect-api.txt").read_text()
    for data, code, said in (
        (root, ExitCode.LOCKED, f"http://127.0.0.1:{port}/api"),
        (root / "another", ExitCode.CONFIGURATION, f"port {port} is taken"),
    ):
        second = [*TINKHOI, "serve", "--data", str(data), "--port", str(port)]
        refused = subprocess.run(second, env=environment, capture_output=True, text=True, check=False, timeout=60)
        assert refused.returncode == code and said in refused.stderr, refused.stderr
    assert (root / "prefect-api.txt").read_text() == noted


def test_a_second_server_of_a_folder_is_refused_until_the_first_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PREFECT_API_URL", "PREFECT_PROFILE"):
        monkeypatch.setenv(name, "")
    data = DataFolder(root=tmp_path)
    hold = (
        "import sys; from pathlib import Path; from flows.prefect_server import only_server;"
        " from flows.storage.folder import DataFolder; data = DataFolder(root=Path(sys.argv[1]))\n"
        "with only_server(data): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None and first.stdout.readline() == "held\n"
        try:
            with pytest.raises(RunError, match="it is starting") as refused, only_server(data):
                pytest.fail("two servers start the nights of one folder")
            assert refused.value.exit_code is ExitCode.LOCKED
        finally:
            first.kill()
    with only_server(data):
        pass


def test_the_server_of_a_killed_process_ends_and_frees_its_port(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    start = (
        "import sys; from pathlib import Path; from flows.prefect_server import need_server;"
        " from flows.prefect_settings import prepare_environment; from flows.storage.folder import DataFolder;"
        " data = DataFolder(root=Path(sys.argv[1])); prepare_environment(data.prefect_home);"
        " need_server(data, port=int(sys.argv[2])); print('answers', flush=True); sys.stdin.read()"
    )
    port = our_server.free_port()
    with subprocess.Popen(
        [sys.executable, "-c", start, str(tmp_path), str(port)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as owner:  # fmt: skip
        try:
            assert owner.stdout is not None and owner.stdout.readline() == "answers\n"
        finally:
            owner.kill()
    end = time.monotonic() + 60
    while not our_server.is_free(port):
        assert time.monotonic() < end, "the server outlives the process that started it"
        time.sleep(0.2)


def the_door_is_shut(root: Path, port: int, secret: str) -> None:
    """The server wants the secret, which is its owner's alone and in no log."""
    assert (status(port), status(port, secret)) == (401, 200)
    assert httpx.get(f"http://127.0.0.1:{port}/ui-settings", headers={"host": "paper.example"}).status_code == 400
    assert httpx.get(f"http://127.0.0.1:{port}/ui-settings").json()["api_url"] == "/api"
    assert (root / "prefect-secret.txt").stat().st_mode & 0o777 == 0o600
    kept = [path for path in root.rglob("*") if path.suffix in {".log", ".out", ".json", ".md"}]
    assert kept and not [path for path in kept if secret.partition(":")[2] in path.read_text(encoding="utf-8")]


def crawl_by_hand(port: int, environment: dict[str, str], site: str = SITE_ID) -> subprocess.CompletedProcess[str]:
    """Five new articles at most, back to a day, asked for on the command line and watched to the end."""
    command = [
        sys.executable, "-m", "prefect", "deployment", "run", "collect/collect", "--watch",
        "--param", f'sites=["{site}"]', "--param", "limit=5", "--param", "since=2026-11-01",
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


def status(port: int, secret: str | None = None) -> int:
    """The status with which the server's version is told to one who shows ``secret``."""
    auth = tuple(secret.split(":", 1)) if secret is not None else None
    return httpx.get(f"http://127.0.0.1:{port}/api/version", auth=auth).status_code  # type: ignore[arg-type]


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
