"""A fork runs one function in a process of its own, with nothing of ours but what was imported."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from flows.forked import Forked, can_fork

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks are made on Linux alone")


def fork(function: Callable[[], None], folder: Path, **environment: str) -> Forked:
    with (folder / "log").open("ab") as log:
        return Forked(function, log=log, folder=folder, environment=environment)


def wait_in(folder: Path) -> None:
    """Says that it is there, then goes on for a minute."""
    (folder / "here").touch()
    time.sleep(60)


def await_file(path: Path) -> None:
    end = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_it_has_its_own_folder_environment_output_and_no_file_of_ours(tmp_path: Path) -> None:
    with (tmp_path / "ours").open("w") as ours:

        def tell() -> None:
            print(Path.cwd(), dict(os.environ), os.read(0, 1))
            try:
                os.fstat(ours.fileno())
            except OSError:
                print("no file of ours")

        child = fork(tell, tmp_path, ONLY="this")
        assert child.wait(20) == child.poll() == 0
    told = (tmp_path / "log").read_text().splitlines()
    assert told == [f"{tmp_path} {{'ONLY': 'this'}} b''", "no file of ours"]


def test_what_it_raises_is_in_the_log_and_in_its_exit_code(tmp_path: Path) -> None:
    def fail() -> None:
        raise KeyError("nothing here")

    assert fork(fail, tmp_path).wait(20) == 1
    assert "KeyError: 'nothing here'" in (tmp_path / "log").read_text()


def test_our_handlers_are_not_called_in_it(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGTERM, lambda *_: (tmp_path / "ours").touch())
    try:
        child = fork(lambda: wait_in(tmp_path), tmp_path)
        await_file(tmp_path / "here")
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(0.1)
        assert child.poll() is None
        child.terminate()
        assert child.wait(20) == -signal.SIGTERM
    finally:
        signal.signal(signal.SIGTERM, before)
    assert not (tmp_path / "ours").exists()
    child.terminate()
    child.kill()  # it has ended: its number may be another process's


def test_one_that_does_not_heed_is_killed(tmp_path: Path) -> None:
    def deaf() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        wait_in(tmp_path)

    child = fork(deaf, tmp_path)
    await_file(tmp_path / "here")
    child.terminate()
    time.sleep(0.2)
    assert child.poll() is None
    child.kill()
    assert child.wait(20) == -signal.SIGKILL


KILLED = """
import os, sys, time
from pathlib import Path
from flows.forked import Forked
folder = Path(sys.argv[1])
said = os.dup(1)
for number in sys.argv[2:]:
    os.close(int(number))
with (folder / "log").open("ab") as log:
    child = Forked(lambda: time.sleep(60), log=log, folder=folder, environment={})
os.write(said, b"%d\\n" % child.pid)
time.sleep(60)
"""


@pytest.mark.parametrize("closed", [(), (0,), (0, 1, 2)], ids=str)
def test_it_ends_after_a_parent_that_was_killed(tmp_path: Path, closed: tuple[int, ...]) -> None:
    program = [sys.executable, "-c", KILLED, str(tmp_path), *map(str, closed)]
    parent = subprocess.Popen(program, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(0.3)
    assert is_running(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 20
    while is_running(child):
        assert time.monotonic() < end
        time.sleep(0.05)


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_what_is_said_is_in_the_log_also_without_a_standard_input(tmp_path: Path) -> None:
    program = """
import os, sys
from pathlib import Path
from flows.forked import Forked
os.close(0)
with (Path(sys.argv[1]) / "log").open("ab") as log:
    child = Forked(lambda: print("here"), log=log, folder=Path(sys.argv[1]), environment={})
sys.exit(child.wait(20))
"""
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)
    assert (tmp_path / "log").read_text() == "here\n"


def test_a_stop_by_ctrl_c_does_not_reach_it(tmp_path: Path) -> None:
    child = fork(lambda: wait_in(tmp_path), tmp_path)
    try:
        await_file(tmp_path / "here")
        assert os.getpgid(child.pid) != os.getpgrp()
    finally:
        child.kill()
        child.wait(20)


def test_none_is_made_beside_another_thread() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from flows.forked import can_fork; print(can_fork())"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "True\n"
    end = Event()
    thread = Thread(target=end.wait)
    thread.start()
    try:
        assert not can_fork()
    finally:
        end.set()
        thread.join()
