"""A small newspaper on loopback whose every address can be made to misbehave, and crawls of it as child processes."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from scraper.captures import Capture, read_captures
from scraper.fetch.plan import CrawlPlan

Answer = Callable[[BaseHTTPRequestHandler], None]


def page(body: str | bytes, status: int = 200, **headers: str) -> Answer:
    """An answer with ``body``; ``_`` in a header's name stands for ``-``."""
    data = body.encode() if isinstance(body, str) else body

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Type": "text/html; charset=utf-8", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def redirect(to: str, status: int = 301) -> Answer:
    return page("", status, Location=to)


def listing(*ids: int, after: str | None = None) -> str:
    """A list page of the family apbac: an article a number, and a link to the next page."""
    items = "".join(f'<li><a href="{article(i)}">Bài số {i} về Đảng bộ Khối</a></li>' for i in ids)
    more = f'<a rel="next" href="{after}">Trang sau</a>' if after else ""
    return f"<html><body><ul>{items}</ul>{more}</body></html>"


def article(number: int) -> str:
    return f"/xd/202407/bai-{number}-{900_000 + number}/"


@dataclass
class Loopback:
    """One server; ``pages`` is changed by the test. Articles that are not in it answer with a page of their own."""

    pages: dict[str, Answer] = field(default_factory=dict)
    log: list[tuple[float, str, int]] = field(default_factory=list)  # arrival, path, port of the connection
    headers: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.log.append((time.monotonic(), self.path, self.client_address[1]))
                site.headers.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                default = page(f"<h1>{self.path}</h1>", 200 if self.path.startswith("/xd/2024") else 404)
                site.pages.get(self.path, default)(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.log]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Crawl:
    """How a crawl ended, and what it left."""

    code: int
    stats: dict[str, Any]
    captures: list[Capture]
    stdout: str
    stderr: str

    def outcomes(self) -> dict[str, str]:
        return {c.url: c.outcome or "" for c in self.captures if c.kind == "outcome"}

    def statuses(self) -> list[tuple[str, int | None]]:
        return [(c.url, c.status) for c in self.captures if c.kind != "outcome"]


@pytest.fixture
def loopback() -> Iterator[Callable[[], Loopback]]:
    started: list[Loopback] = []

    def start() -> Loopback:
        started.append(Loopback())
        return started[-1]

    yield start
    for site in started:
        site.close()


@pytest.fixture
def site(loopback: Callable[[], Loopback]) -> Loopback:
    return loopback()


@dataclass
class Crawler:
    """Writes site files and plans into a folder of the test's own, and runs them."""

    folder: Path

    def write_site(self, site: Loopback, name: str = "bao", *, fetch: str = "delay = 0", **fields: str) -> None:
        values = {"sections": '["/xd/"]', "home": f'"{site.url}/"'} | fields
        allow = f'allow = ["127.0.0.1:{site.port}"]\n'
        lines = "\n".join(f"{key} = {value}" for key, value in values.items())
        (self.folder / "sites" / f"{name}.toml").write_text(
            f'name = "Báo"\nkind = "newspaper"\nprovince = "Tiền Giang"\nfamily = "apbac"\nstatus = "live"\n{lines}\n'
            f"[fetch]\n{fetch if 'allow' in fetch else allow + fetch}\n",
            encoding="utf-8",
        )

    def plan(self, *names: str, **fields: Any) -> CrawlPlan:
        values: dict[str, Any] = {
            "run": "night-1",
            "sites": names or ("bao",),
            "site_folders": (self.folder / "sites",),
            "captures": self.folder / f"captures-{len(list(self.folder.glob('captures*')))}.warc.gz",
            "stats": self.folder / "stats.json",
        }
        return CrawlPlan(**values | fields)

    def command(self, plan: CrawlPlan) -> list[str]:
        path = self.folder / "plan.json"
        path.write_text(plan.to_json(), encoding="utf-8")
        return [sys.executable, "-m", "scraper.crawl", str(path)]

    def run(self, *names: str, timeout: float = 60, **fields: Any) -> Crawl:
        plan = self.plan(*names, **fields)
        ended = subprocess.run(
            self.command(plan), capture_output=True, text=True, timeout=timeout, check=False, stdin=subprocess.DEVNULL
        )
        return self.read(plan, ended.returncode, ended.stdout, ended.stderr)

    def read(self, plan: CrawlPlan, code: int, stdout: str = "", stderr: str = "") -> Crawl:
        stats, captures = plan.stats, plan.captures
        return Crawl(
            code=code,
            stats=json.loads(stats.read_text(encoding="utf-8")) if stats.exists() else {},
            captures=list(read_captures(captures)) if captures.is_file() else [],
            stdout=stdout,
            stderr=stderr,
        )


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    (tmp_path / "sites").mkdir()
    return Crawler(tmp_path)
