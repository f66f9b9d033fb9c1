"""The Prefect server that we start on this machine: a child process that asks for a secret and ends with us.

``tinkhoi serve`` starts one with Prefect's UI at a port of the user's, ``tinkhoi nightly`` a short one at any port.
If the user's environment names a server, or `tinkhoi serve` has one for the same data folder, none is started.
Nothing here imports Prefect but the start of a short server, whose process is forked off after that.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from flows.forked import Forked, can_fork
from flows.outcome.exit_codes import ExitCode, RunError, archive_failures
from flows.prefect_app import PORT, serve_short
from flows.prefect_settings import import_for_both, server_environment, server_of_user, use_server
from flows.storage.folder import DataFolder
from scraper.text.sentence import Sentence
from scraper.whole_files import write_whole

START_SECONDS = 180.0
"""How long the first start of a server may take: it makes its database, which took 40 s on a loaded machine."""

NOTED = "prefect-api.txt"

ROOT = Path(__file__).resolve().parents[1]

_STARTED: list[subprocess.Popen[bytes] | Forked] = []
"""The server of this process, if it has started one."""


def need_server(data: DataFolder, *, port: int | None = None) -> str:
    """The API address of a Prefect server for this process: the one that the user named, else one of our own.

    ``port`` is where a server with the UI is to listen; None: the one of `tinkhoi serve` if that is running, else a
    short server without the UI, anywhere. What is started here is ended with this process. Raises RunError where
    none can be had.
    """
    named = server_of_user()
    if named is not None:
        return named
    if port is None and (serving := _serving(data)) is not None:
        use_server(serving, own_secret(data))
        return f"{serving}/api"
    chosen = free_port() if port is None else port
    if port is not None and not is_free(port):
        raise RunError(
            "port {port} is taken, by another server of Prefect's or another program: choose one"
            " with --port; to have nights run by a Prefect server of yours, set"
            " PREFECT_API_URL=http://127.0.0.1:{port}/api",
            ExitCode.CONFIGURATION,
            port=port,
        )
    address, secret = f"http://127.0.0.1:{chosen}", own_secret(data)
    log_file = data.root / "prefect-server.log"
    environment = {**server_environment(chosen, secret, ui=port is not None), PORT: str(chosen)}
    start = _fork if port is None and can_fork() else _spawn
    with log_file.open("ab") as log:
        child = start("short" if port is None else "resident", chosen, environment, log)
    _STARTED.append(child)
    atexit.register(_stop_server)
    _await(child, address, log_file)
    use_server(address, secret)
    return f"{address}/api"


def _spawn(kind: str, port: int, environment: Mapping[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            sys.executable, "-m", "uvicorn", "--factory", f"flows.prefect_app:{kind}",
            "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning",
            "--timeout-graceful-shutdown", "2",
        ],
        stdin=subprocess.PIPE,  # by which `resident` knows that this process was killed
        stdout=log,
        stderr=log,
        cwd=ROOT,
        env=environment,
    )  # fmt: skip


def _fork(kind: str, port: int, environment: Mapping[str, str], log: IO[bytes]) -> Forked:
    """The same in a fork, so that what the night and its server both import of Prefect is imported once."""
    import_for_both()
    return Forked(lambda: serve_short(port), log=log, folder=ROOT, environment=environment)


def _stop_server() -> None:
    """Ends the server that this process started.

    Only after the last words of Prefect's threads, which are said before the callbacks of atexit: without a server
    they would wait for one, and a run that was stopped would not end.
    """
    while _STARTED:
        child = _STARTED.pop()
        child.terminate()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def own_secret(data: DataFolder) -> str:
    """The secret that our servers ask for. Made once, kept in the data folder, readable by its owner alone."""
    path = secret_file(data)
    with (
        contextlib.suppress(FileExistsError),
        os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file,
    ):
        file.write(f"tinkhoi:{secrets.token_urlsafe(24)}\n")
    return path.read_text(encoding="utf-8").strip()


def secret_file(data: DataFolder) -> Path:
    """Where :func:`own_secret` is kept."""
    return data.root / "prefect-secret.txt"


def free_port() -> int:
    """A port of this machine at which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server can listen at ``port`` of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _await(child: subprocess.Popen[bytes] | Forked, address: str, log_file: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while not answers(address):
        if child.poll() is not None or time.monotonic() > end:
            raise RunError(
                "no Prefect server could be started at {address}; see {log_file}",
                ExitCode.CONFIGURATION,
                address=address,
                log_file=log_file,
            )
        time.sleep(0.2)


def answers(address: str) -> bool:
    """Whether a Prefect server answers at ``address``, one of our loopback addresses."""
    try:
        with urllib.request.urlopen(f"{address}/api/health", timeout=5) as answer:  # noqa: S310 - http on loopback
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _serving(data: DataFolder) -> str | None:
    """The address of the server that `tinkhoi serve` has for this data folder, or None if none takes its secret."""
    address = (noted_server(data) or "").removesuffix("/api")
    if not address.startswith("http://127.0.0.1:") or not _is_alive(data):
        return None  # a port that ours has left may be a stranger's, who must not see the secret
    secret = b64encode(own_secret(data).encode()).decode()
    asking = urllib.request.Request(  # noqa: S310 - http on loopback
        f"{address}/api/version", headers={"Authorization": f"Basic {secret}"}
    )
    try:
        with urllib.request.urlopen(asking, timeout=5) as answer:  # noqa: S310 - http on loopback
            return address if answer.status == 200 else None
    except (urllib.error.URLError, OSError):
        return None


def _is_alive(data: DataFolder) -> bool:
    """Whether the server that `tinkhoi serve` started still runs, as a process of this user."""
    try:
        os.kill(int(_noted(data)[2]), 0)
    except (ValueError, OverflowError, OSError):  # the note was spoilt, or the process is gone or another user's
        return False
    return True


def note_server(data: DataFolder, api: str) -> None:
    """Keeps in the data folder the address of the server that this process started, and the number of its process.

    For `tinkhoi doctor` also the contact that was exported here.
    """
    write_whole(data.root / NOTED, f"{api}\n{data.named_contact or ''}\n{_STARTED[-1].pid if _STARTED else ''}\n")


@contextlib.contextmanager
def only_server(data: DataFolder) -> Iterator[None]:
    """Makes this process the only one that starts the nights of ``data``, by a lock that ends with the process.

    Raises RunError where another has it. Its address is that of the user's server, if one is named here too.
    """
    from scraper.store.archive import writers_lock
    from scraper.store.errors import ArchiveLocked

    with archive_failures():
        try:
            lock = writers_lock(data.root / NOTED)
        except ArchiveLocked as error:
            noted = noted_server(data)
            is_noted = noted is not None and answers(noted.removesuffix("/api"))
            raise RunError(
                "{folder}: another `tinkhoi serve` starts its nights ({address}); use that one, or stop it first",
                ExitCode.LOCKED,
                folder=data.root,
                address=(noted if is_noted else server_of_user()) or Sentence("it is starting"),
            ) from error
    with contextlib.closing(lock):
        yield


def noted_server(data: DataFolder) -> str | None:
    """The address that :func:`note_server` kept, or None."""
    return _noted(data)[0] or None


def noted_contact(data: DataFolder) -> str | None:
    """The contact address that runs of the noted server have from its environment, or None."""
    return _noted(data)[1] or None


def _noted(data: DataFolder) -> tuple[str, str, str]:
    try:
        lines = (data.root / NOTED).read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    api, contact, process, *_ = (*lines, "", "", "")
    return api.strip(), contact.strip(), process.strip()
