"""A night that is stopped while two crawls run: it ends in time, leaves no process, and keeps what it captured."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from flows.data_folder import DataFolder
from flows.verdict import ExitCode
from scraper.sample import SampleNewspaper
from scraper.store import open_reader

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc and all of 127/8")

TINKHOI = [sys.executable, "-c", "from flows.cli import main; main()"]
HOSTS = {"mot": "127.0.0.2", "hai": "127.0.0.3"}
STOP_SECONDS = 15 + 5
"""What the documents say of a stop, and something for a loaded machine."""


class SlowPaper:
    """The sample newspaper on an address of its own, where each answer takes a fifth of a second."""

    def __init__(self, newspaper: SampleNewspaper, host: str) -> None:
        self.answered: list[str] = []  # the paths of whole answers, in their order
        paper = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                time.sleep(0.2)
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


@pytest.mark.parametrize("options", [["--plain"], []], ids=["plain", "with Prefect's own server"])
def test_a_night_that_is_stopped_amid_two_crawls(
    options: list[str], newspaper: SampleNewspaper, papers: dict[str, SlowPaper], tmp_path: Path
) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "TINKHOI_"))}
    command = [*TINKHOI, "nightly", *options, "--data", str(tmp_path)]
    with (tmp_path / "night.out").open("wb") as out:
        night = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        end = time.monotonic() + 150
        while any(len(paper.answered) < 25 for paper in papers.values()):
            assert night.poll() is None and time.monotonic() < end, (tmp_path / "night.out").read_text()
            time.sleep(0.1)
        started = descendants(night.pid)
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
    assert any("uvicorn" in line for line in started.values()) is not bool(options), started
    assert code == ExitCode.STOPPED, said
    assert took < STOP_SECONDS, said
    assert not {pid: line for pid, line in started.items() if command_line(pid) == line != ""}

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
