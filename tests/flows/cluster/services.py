"""What a cluster stands on, on loopback: PostgreSQL, Prefect's server with its secret, an S3 stand-in, workers.

Everything is a process of ours that can be killed, stopped for a while and started again, and is ended by its pid.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.places import REPOSITORY

BIN = REPOSITORY / ".venv" / "bin"
PREFECT = (str(BIN / "python"), "-m", "prefect")
MOTO = REPOSITORY / ".venv-moto" / "bin" / "moto_server"
POOL = "tinkhoi-crawls"
BUCKET = "tinkhoi"
STORAGE = f"s3://{BUCKET}/bao"


class MissingError(Exception):
    """A program that the services need is not here. The message names it."""


@dataclass
class Service:
    """One process in a session of its own. Its output goes to ``NAME.log`` of its folder."""

    name: str
    command: list[Any]
    environment: Mapping[str, str]
    folder: Path
    process: subprocess.Popen[bytes] = field(init=False)
    orphans: list[int] = field(default_factory=list)  # descendants that outlived it

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Starts it, for the first time or again."""
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                cwd=self.folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def kill(self, *, alone: bool = False) -> None:
        """Ends it with SIGKILL, and all its descendants unless it is to die ``alone``."""
        below = descendants(self.process.pid)
        if alone:
            self.orphans += below
        self.process.kill()  # nothing, if it has ended
        for pid in [] if alone else below:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def signal(self, number: int) -> None:
        """Sends a signal to it and all its descendants."""
        for pid in [self.process.pid, *descendants(self.process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def end(self) -> None:
        """Asks it to end, and ends what is left of it and of its descendants."""
        below = descendants(self.process.pid)
        if self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        for pid in [*below, *self.orphans]:
            if str(BIN) in command_of(pid):  # no other that has its number now
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.kill()


class PostgreSQL:
    """A database cluster of our own in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("pg_ctl") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")), None)
        if found is None:
            raise MissingError("PostgreSQL (pg_ctl) is not here")
        self._programs = Path(found).resolve().parent
        self._data, port = folder / "postgresql", free_port()
        self._data.mkdir()
        self._quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        if os.geteuid() == 0:  # PostgreSQL does not run as root
            owner = next(entry for entry in pwd.getpwall() if entry.pw_name in {"postgres", "nobody"})
            self._quiet |= {"user": owner.pw_uid, "group": owner.pw_gid}
            os.chown(self._data, owner.pw_uid, owner.pw_gid)
        password = folder / "password"
        password.write_text(secrets.token_urlsafe(12))
        password.chmod(0o644)
        subprocess.run(
            [
                self._programs / "initdb", "-D", self._data / "db", "-U", "prefect",
                "--auth=scram-sha-256", f"--pwfile={password}",
            ],
            check=True,
            **self._quiet,
        )  # fmt: skip
        self.address = f"postgresql+asyncpg://prefect:{password.read_text()}@127.0.0.1:{port}/postgres"
        self._options = (
            f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={self._data} -c fsync=off"
        )
        self.start()

    @property
    def version(self) -> str:
        told = subprocess.run([self._programs / "postgres", "--version"], capture_output=True, text=True, check=True)
        return told.stdout.strip()

    def start(self) -> None:
        self._control("-w", "-o", self._options, "start", check=True)

    def kill(self) -> None:
        """Stops it as a loss of power does: at once, nothing finished."""
        self._control("-m", "immediate", "stop")

    def _control(self, *words: str, check: bool = False) -> None:
        subprocess.run([self._programs / "pg_ctl", "-D", self._data / "db", *words], check=check, **self._quiet)


@dataclass
class Services:
    """All that a night on many machines needs, but for its workers."""

    folder: Path
    database: PostgreSQL
    server: Service
    s3: Service
    environment: Mapping[str, str]
    """What the leader and the workers need to reach them; it holds their secrets."""

    secrets: tuple[str, ...]
    stack: ExitStack

    def worker(self, name: str, *, limit: int = 1) -> Service:
        """A worker. It sees nothing of this machine's disk but programs, and a disk of its own that is empty."""
        command = [
            *PREFECT, "worker", "start", "--pool", POOL, "--type", "process", "--limit", str(limit), "--name", name,
        ]  # fmt: skip
        own = {**self.environment, "TINKHOI_STORAGE": STORAGE}
        if may_hide_disks():
            command = ["unshare", "--mount", "sh", "-c", f'{_EMPTY_DISK} && exec "$@"', "sh", *command]
            own |= {"HOME": "/tmp", "PREFECT_HOME": "/tmp/prefect"}
        else:
            (self.folder / name).mkdir()
            own |= {"HOME": str(self.folder / name), "PREFECT_HOME": str(self.folder / name / "prefect")}
        service = Service(name, command, own, self.folder)
        self.stack.callback(service.end)
        return service

    def told_secrets(self) -> list[str]:
        """The files of this folder in which a secret stands, but for the one from which the database has its own."""
        return sorted(
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*")
            if path.is_file() and path.name != "password" and "postgresql" not in path.parts
            if any(secret.encode() in path.read_bytes() for secret in self.secrets)
        )


_EMPTY_DISK = (
    "mount --make-rprivate / && mount -t tmpfs none /tmp"
    + (f" && mount -t tmpfs none '{tempfile.gettempdir()}'" if tempfile.gettempdir() != "/tmp" else "")
    + " && mount -o remount,bind,ro / && cd /tmp"
)
"""An empty disk where temporary files go, and all else read-only."""


def sees(worker: Service, path: Path) -> bool:
    """Whether a worker could open the file ``path`` of this machine."""
    return (Path("/proc", str(worker.process.pid), "root") / path.relative_to("/")).exists()


@contextmanager
def services(folder: Path) -> Iterator[Services]:
    """Starts them and deploys ``crawl-shard``; ends them with the block. Raises MissingError."""
    if not MOTO.exists():
        raise MissingError("moto, the stand-in for S3, is not here; `make install` installs it")
    folder.chmod(0o755)  # PostgreSQL may run as another user
    with ExitStack() as stack:
        database = PostgreSQL(folder)
        stack.callback(database.kill)
        secret, key = secrets.token_urlsafe(12), secrets.token_urlsafe(12)
        port, s3_port = free_port(), free_port()
        environment = {
            **os.environ,
            "PYTHONPATH": str(REPOSITORY),
            "HOME": str(folder),
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
            "PREFECT_API_AUTH_STRING": f"tinkhoi:{secret}",
            "PREFECT_WORKER_QUERY_SECONDS": "2",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PREFECT_LOGGING_LEVEL": "WARNING",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{s3_port}",
            "AWS_ACCESS_KEY_ID": "tinkhoi",
            "AWS_SECRET_ACCESS_KEY": key,
            "AWS_REGION": "us-east-1",
            "TINKHOI_CONTACT": "a@b.vn",
        }
        own = {
            **environment,
            "PREFECT_API_DATABASE_CONNECTION_URL": database.address,
            "PREFECT_SERVER_API_AUTH_STRING": f"tinkhoi:{secret}",
        }
        start = [*PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        server = Service("server", start, own, folder)
        stack.callback(server.end)
        s3 = Service("s3", [MOTO, "-H", "127.0.0.1", "-p", str(s3_port)], environment, folder)
        stack.callback(s3.end)
        until(lambda: answers(f"http://127.0.0.1:{port}/api/health"), "Prefect's server")
        until(lambda: answers(f"http://127.0.0.1:{s3_port}/moto-api/"), "the S3 stand-in")
        bucket = urllib.request.Request(f"http://127.0.0.1:{s3_port}/{BUCKET}", method="PUT")
        urllib.request.urlopen(bucket, timeout=10).close()
        for command in (
            ["work-pool", "create", POOL, "--type", "process"],
            ["--no-prompt", "deploy", "--name", "crawl-shard"],
        ):
            subprocess.run(
                [*PREFECT, *command], env=environment, cwd=REPOSITORY, check=True, capture_output=True, timeout=180
            )
        password = database.address.split(":")[2].partition("@")[0]
        yield Services(folder, database, server, s3, environment, (secret, key, password), stack)


def may_hide_disks() -> bool:
    """Whether a process may have mounts of its own here, which do not hide the program itself."""
    return (
        shutil.which("unshare") is not None
        and not REPOSITORY.is_relative_to(tempfile.gettempdir())
        and subprocess.run(
            ["unshare", "--mount", "sh", "-c", _EMPTY_DISK], check=False, capture_output=True
        ).returncode
        == 0
    )


def descendants(pid: int) -> list[int]:
    """The ids of a process's children, their children, and so on, by /proc."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        children.setdefault(parent, []).append(int(entry.name))
    found, ahead = [], [pid]
    while ahead:
        below = children.get(ahead.pop(), [])
        found += below
        ahead += below
    return found


def command_of(pid: int) -> str:
    """The command line of a process; empty if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def is_crawling(worker: Service) -> bool:
    """Whether a crawl runs below the worker."""
    return any("scraper.crawl" in command_of(pid) for pid in descendants(worker.process.pid))


def free_port() -> int:
    """A port of loopback at which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(address: str) -> bool:
    """Whether a web server answers at ``address``, be it with a refusal."""
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except urllib.error.HTTPError as said:
        return said.code < 500
    except (urllib.error.URLError, OSError):
        return False
    return True


def until(holds: Callable[[], bool], what: str, seconds: float = 180) -> None:
    """Waits until ``holds``. Raises RuntimeError that names ``what`` if that takes too long."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError(f"{what} did not come in {seconds:.0f} s")
        time.sleep(0.3)
