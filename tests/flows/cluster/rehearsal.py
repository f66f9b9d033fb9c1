"""``make cluster``: a night on two Prefect workers with PostgreSQL and an S3 stand-in, against one machine's.

Everything is started on loopback and ended again, by pid. A worker runs in a namespace of its own where the system
allows one: where the archive lies, it sees an empty disk. The second night's first worker is killed with all its
children. Then both archives, the papers' own logs and what is left in the storage are compared.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.faults.newspaper import FaultNewspaper
from tests.faults.nights import Nights, wrong
from tests.places import REPOSITORY

BIN = REPOSITORY / ".venv" / "bin"
PREFECT = (str(BIN / "python"), "-m", "prefect")
MOTO = REPOSITORY / ".venv-moto" / "bin" / "moto_server"
POOL = "tinkhoi-crawls"
PAPERS = 20
CLAIM_SECONDS = 40.0
DELAY = 0.5

LEDGERS = {
    "articles": "SELECT site, key, title, lead, body, published_at, state, revision, text_hash, url FROM articles",
    "revisions": "SELECT articles.site, articles.key, count(*) FROM revisions JOIN articles"
    " ON articles.id = revisions.article GROUP BY 1, 2",
    "listed": "SELECT site, key, outcome FROM listed",
    "addresses": "SELECT url FROM addresses",
    "verdicts of the last run": "SELECT site, verdict FROM run_sites WHERE run = (SELECT max(id) FROM runs)",
}


class MissingError(Exception):
    """A program that the rehearsal needs is not here. The message names it."""


def main() -> int:
    """Plays both nights and prints what was found. Returns 0 if nothing differs, 77 if a program is missing."""
    try:
        faults = rehearse(say)
    except MissingError as missing:
        say(f"SKIPPED: {missing}")
        return 77
    for fault in faults:
        say(f"FAULT: {fault}")
    say("VERDICT: " + (f"{len(faults)} faults" if faults else "the same archive as one machine's, the kill included"))
    return 1 if faults else 0


def say(line: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {line}", flush=True)


def rehearse(tell: Callable[[str], None]) -> list[str]:
    """The nights and their comparison: one sentence for each difference."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tinkhoi-cluster-")))
        folder.chmod(0o755)
        papers = {}
        for number in range(1, PAPERS + 1):
            paper = FaultNewspaper(datetime.now(UTC), first=4 + number % 7, nightly=2, conditional=True)
            papers[f"bao-{number:02}"] = stack.enter_context(paper.serving())
        one, many = _archive(folder / "one", papers), _archive(folder / "many", papers)
        environment = _services(stack, folder, tell)
        (many.root / "settings.toml").write_text(
            f'contact = "a@b.vn"\nshards = 4\nstorage = "s3://tinkhoi/bao"\nclaim_seconds = {CLAIM_SECONDS}\n'
        )
        workers = [_worker(stack, folder, environment, name) for name in ("w1", "w2")]
        faults: list[str] = []
        for night in (1, 2):
            for paper in papers.values():
                paper.night = night
            tell(f"night {night} on one machine")
            faults += _night(one, dict(os.environ), f"night {night}, one machine")
            before = {name: len(paper.log) for name, paper in papers.items()}
            tell(f"night {night} on two workers" + (", one of which is killed" if night == 2 else ""))
            leader = _start_night(many, environment)
            killed = _kill_amid(workers, papers, before, tell) if night == 2 else None
            faults += _ended(leader, f"night {night}, two workers")
            faults += _compared(one, many, papers, night, before, killed, tell)
        return faults


def _archive(root: Path, papers: Mapping[str, FaultNewspaper]) -> Nights:
    nights = Nights(root)
    for name, paper in papers.items():
        nights.add(name, paper, delay=DELAY)
    (root / "settings.toml").write_text('contact = "a@b.vn"\n')
    return nights


def _start_night(nights: Nights, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    program = "from flows.cli import main; main()"
    command: list[Any] = [BIN / "python", "-c", program, "nightly", "--data", str(nights.root)]
    log = (nights.root / "nightly.log").open("a")
    return subprocess.Popen(command, env=dict(environment), cwd=nights.root, stdout=log, stderr=log, text=True)


def _night(nights: Nights, environment: Mapping[str, str], name: str) -> list[str]:
    return _ended(_start_night(nights, environment), name)


def _ended(process: subprocess.Popen[str], name: str) -> list[str]:
    code = process.wait(timeout=900)
    return [f"{name} ended with code {code}"] if code else []


def _services(stack: ExitStack, folder: Path, tell: Callable[[str], None]) -> dict[str, str]:
    """Starts PostgreSQL, Prefect's server with its secret and the S3 stand-in. Returns what reaches them."""
    postgres = shutil.which("pg_ctl") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")), None)
    if postgres is None:
        raise MissingError("PostgreSQL (pg_ctl) is not here")
    if not MOTO.exists():
        raise MissingError("moto, the stand-in for S3, is not here; `make install` installs it")
    database = stack.enter_context(_postgresql(Path(postgres).resolve().parent, folder))
    secret = secrets.token_urlsafe(12)
    port, s3 = _free_port(), _free_port()
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
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{s3}",
        "AWS_ACCESS_KEY_ID": "tinkhoi",
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": "us-east-1",
        "TINKHOI_CONTACT": "a@b.vn",
    }
    server = {
        **environment,
        "PREFECT_API_DATABASE_CONNECTION_URL": database,
        "PREFECT_SERVER_API_AUTH_STRING": f"tinkhoi:{secret}",
    }
    _start(
        stack,
        [*PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        server,
        folder,
        "server",
    )
    _start(stack, [MOTO, "-H", "127.0.0.1", "-p", str(s3)], environment, folder, "s3")
    _until(lambda: _answers(f"http://127.0.0.1:{port}/api/health"), "Prefect's server")
    _until(lambda: _answers(f"http://127.0.0.1:{s3}/moto-api/"), "the S3 stand-in")
    urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{s3}/tinkhoi", method="PUT"), timeout=10).close()
    for command in (
        ["work-pool", "create", POOL, "--type", "process"],
        ["--no-prompt", "deploy", "--name", "crawl-shard"],
    ):
        subprocess.run(
            [*PREFECT, *command], env=environment, cwd=REPOSITORY, check=True, capture_output=True, timeout=120
        )
    tell("PostgreSQL, Prefect's server, the S3 stand-in and the deployment crawl-shard are there")
    return environment


@contextmanager
def _postgresql(programs: Path, folder: Path) -> Iterator[str]:
    data, port = folder / "postgresql", _free_port()
    data.mkdir()
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL does not run as root
        for name in ("postgres", "nobody"):
            with_name = [entry for entry in pwd.getpwall() if entry.pw_name == name]
            if with_name:
                owner = {"user": with_name[0].pw_uid, "group": with_name[0].pw_gid}
                os.chown(data, with_name[0].pw_uid, with_name[0].pw_gid)
                break
    password = data.parent / "password"
    password.write_text(secrets.token_urlsafe(12))
    password.chmod(0o644)
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/", **owner}
    subprocess.run(
        [programs / "initdb", "-D", data / "db", "-U", "prefect", "--auth=scram-sha-256", f"--pwfile={password}"],
        check=True,
        **quiet,
    )
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={data} -c fsync=off"
    subprocess.run([programs / "pg_ctl", "-D", data / "db", "-w", "-o", options, "start"], check=True, **quiet)
    try:
        yield f"postgresql+asyncpg://prefect:{password.read_text()}@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([programs / "pg_ctl", "-D", data / "db", "-m", "immediate", "stop"], check=False, **quiet)


def _worker(stack: ExitStack, folder: Path, environment: Mapping[str, str], name: str) -> subprocess.Popen[bytes]:
    """A worker in a session of its own, so that its whole tree can be killed; its disk is empty where that can be."""
    command = [
        *PREFECT,
        "worker",
        "start",
        "--pool",
        POOL,
        "--type",
        "process",
        "--limit",
        "1",
        "--name",
        name,
    ]
    own = {**environment, "TINKHOI_STORAGE": "s3://tinkhoi/bao", "HOME": str(folder / name)}
    own["PREFECT_HOME"] = str(folder / name / "prefect")
    (folder / name).mkdir()
    if _may_unshare():
        hidden = " && ".join(f"mount -t tmpfs none '{folder / archive}'" for archive in ("one", "many"))
        command = ["unshare", "--mount", "sh", "-c", f'{hidden} && exec "$@"', "sh", *command]
    return _start(stack, command, own, folder, name)


def _may_unshare() -> bool:
    probe = "mount -t tmpfs none /mnt"
    return (
        shutil.which("unshare") is not None
        and subprocess.run(["unshare", "--mount", "sh", "-c", probe], check=False, capture_output=True).returncode
        == 0
    )


def _start(
    stack: ExitStack, command: list[Any], environment: Mapping[str, str], folder: Path, name: str
) -> subprocess.Popen[bytes]:
    log = stack.enter_context((folder / f"{name}.log").open("ab"))
    process = subprocess.Popen(
        command,
        env=dict(environment),
        cwd=folder,
        stdout=log,
        stderr=log,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
    for pid in [process.pid, *_tree(process.pid)]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait()


def _tree(pid: int) -> list[int]:
    """The descendants of a process, by /proc."""
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


def _kill_amid(
    workers: list[subprocess.Popen[bytes]],
    papers: Mapping[str, FaultNewspaper],
    before: Mapping[str, int],
    tell: Callable[[str], None],
) -> float:
    """Kills the first worker with all its children once it is crawling. Returns the moment (monotonic)."""
    _until(
        lambda: any("scraper.crawl" in _command(pid) for pid in _tree(workers[0].pid)), "a crawl of w1", seconds=300
    )
    asked = sum(len(paper.log) - before[name] for name, paper in papers.items())
    _until(lambda: sum(len(p.log) - before[n] for n, p in papers.items()) > asked + 15, "its first answers")
    for pid in [*_tree(workers[0].pid), workers[0].pid]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    tell("w1 was killed with all its children")
    return time.monotonic()


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _compared(
    one: Nights,
    many: Nights,
    papers: Mapping[str, FaultNewspaper],
    night: int,
    before: Mapping[str, int],
    killed: float | None,
    tell: Callable[[str], None],
) -> list[str]:
    faults = []
    for name, sql in LEDGERS.items():
        here, there = (sorted(tuple(row.values()) for row in archive.rows(sql)) for archive in (one, many))
        tell(f"  {name}: {len(here)} rows on one machine, {len(there)} on two workers")
        if here != there:
            faults.append(f"night {night}: {name} differ: {len(set(here) ^ set(there))} rows")
    faults += [f"night {night}: {name}: {fault}" for name in papers for fault in wrong(many, name, night)]
    least = min(_pauses(paper, before[name]) for name, paper in papers.items())
    tell(f"  least pause between an answer and the next request at one paper: {least:.2f} s (its delay is {DELAY} s)")
    if least < DELAY * 0.98:
        faults.append(f"night {night}: a paper was asked {least:.2f} s after an answer, below its delay")
    if killed is not None:
        quiet = [_first_after_silence(paper, killed) for paper in papers.values()]
        taken_up = sorted(seconds for seconds in quiet if seconds > CLAIM_SECONDS)
        tell(
            f"  from the kill to the first request of the new attempt: {taken_up[0]:.0f} s"
            if taken_up
            else "  none again"
        )
        if not taken_up:
            faults.append("the shard of the killed worker was not taken up again")
    return faults


def _pauses(paper: FaultNewspaper, first: int) -> float:
    log = sorted(paper.log[first:], key=lambda asked: asked.began)
    return min((b.began - a.ended for a, b in pairwise(log)), default=DELAY)


def _first_after_silence(paper: FaultNewspaper, killed: float) -> float:
    """Seconds from the kill to the first request after a silence of more than ten seconds; 0 if none."""
    log = sorted(asked.began for asked in paper.log if asked.began > killed - 5)
    later = [b for a, b in zip([killed, *log], log, strict=False) if b > killed and b - max(a, killed) > 10]
    return later[0] - killed if later else 0.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except urllib.error.HTTPError:
        return True  # it asks for its secret
    except (urllib.error.URLError, OSError):
        return False
    return True


def _until(holds: Callable[[], bool], what: str, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError(f"{what} did not come in {seconds:.0f} s")
        time.sleep(0.3)


if __name__ == "__main__":
    sys.exit(main())
