"""Loss of power: what was written and not synced may be gone, whole or in part; what was acknowledged must be there.

A child process brings captures into an archive under ``strace``, which records every write and sync with its bytes.
At a chosen point of that record the power fails: each file is made again from what had been synced until then, and a
random choice of the later writes, the last of them torn in the middle of a sector. An acknowledgement is a line that
the child printed before that point.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scraper.captures import read_capture_at
from scraper.store import open_archive
from scraper.store.backups import check

SECTOR = 512
CALLS = "openat,open,creat,close,write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename,lseek"

WRITER = """
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from scraper.captures.writer import CaptureWriter
from scraper.fetch.exchange import Exchange
from scraper.ingest import ingest
from scraper.sites import read_site
from scraper.store import open_archive
from scraper.store.reference import sync_sites
from scraper.store.runs import start_run
from tests.faults.newspaper import FaultNewspaper, article_html

root, rounds = Path(sys.argv[1]), int(sys.argv[2])
now = datetime(2026, 11, 20, 18, tzinfo=UTC)
paper = FaultNewspaper(now, first=3 * rounds)
site = read_site(root / "bao.toml")
with open_archive(root / "tinkhoi.db") as archive:
    sync_sites(archive, {"bao": site})
    start_run(archive, "r", started=now, trigger="nightly", sites=["bao"], version="0")
    stories = paper.stories(1)
    for number in range(rounds):
        path = root / f"r-{number}.warc.gz"
        with path.open("xb") as file:
            writer = CaptureWriter(file)
            writer.begin({"software": "test"}, path.name)
            for story in stories[3 * number : 3 * number + 3]:
                writer.write(Exchange(
                    url="http://127.0.0.1:9" + story.path, method="GET", request_headers=(), status=200,
                    headers=(("Content-Type", "text/html; charset=utf-8"),), body=article_html(story).encode(),
                    protocol="HTTP/1.1", fetched_at=now))
        ingest(archive, path, {"bao": site}, "r")
        for story in stories[3 * number : 3 * number + 3]:
            os.write(1, b"ack %s\\n" % story.key.encode())
"""


@dataclass
class _File:
    synced: bytes = b""
    later: list[tuple[int, bytes]] = field(default_factory=list)  # offset and bytes; at -1 the file's new length

    def now(self) -> bytes:
        return _applied(self.synced, self.later)


def _applied(begin: bytes, writes: list[tuple[int, bytes]]) -> bytes:
    content = bytearray(begin)
    for offset, data in writes:
        if offset < 0:
            size = int(data)
            content = content[:size] + bytes(max(0, size - len(content)))
            continue
        content.extend(bytes(max(0, offset - len(content))))
        content[offset : offset + len(data)] = data
    return bytes(content)


@dataclass(frozen=True)
class Event:
    """One call: what it did to which file. ``ack`` has the key in ``data``."""

    call: str
    path: str = ""
    offset: int = 0
    data: bytes = b""


def record(folder: Path, rounds: int) -> list[Event]:
    """Runs the writer in ``folder`` and returns its calls. Raises FileNotFoundError where there is no strace."""
    if (strace := shutil.which("strace")) is None:
        raise FileNotFoundError("strace is not installed")
    folder.mkdir(parents=True)
    site = 'name = "Báo"\nkind = "newspaper"\nprovince = "Tiền Giang"\nfamily = "apbac"\n'
    (folder / "bao.toml").write_text(f'{site}home = "http://127.0.0.1:9/"\n', encoding="utf-8")
    log = folder.parent / "calls"
    options = ["-f", "-xx", "-s", "20000000", "-e", f"trace={CALLS}", "-e", "signal=none", "-o", str(log)]
    done = subprocess.run(
        [strace, *options, sys.executable, "-c", WRITER, str(folder), str(rounds)], capture_output=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode()[-2000:])
    return list(_events(log, folder))


_LINE = re.compile(r"^\d+\s+(\w+)\((.*)\)\s+= (-?\d+)")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


def _events(log: Path, folder: Path) -> Iterator[Event]:
    reading = _Reading(folder)
    for line in log.read_text(encoding="ascii", errors="replace").splitlines():
        found = _LINE.match(line)
        if found is not None and int(found[3]) >= 0:
            yield from reading.of(found[1], found[2], int(found[3]))


class _Reading:
    """The files that are open at one line of the record: descriptor to path and position."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open: dict[int, tuple[str, int]] = {}

    def of(self, call: str, said: str, result: int) -> Iterator[Event]:
        strings = [bytes.fromhex(text.replace("\\x", "")) for text in _STRING.findall(said)]
        if call in {"openat", "open", "creat"}:
            yield from self.opened(strings[0].decode(), said, result)
        elif call in {"unlink", "rename"}:
            names = [text.decode() for text in strings]
            if Path(names[0]).parent == self.folder:
                yield Event(call, names[0], data=names[-1].encode())
        else:
            yield from self.used(call, int(said.partition(",")[0]), said, strings, result)

    def opened(self, path: str, said: str, result: int) -> Iterator[Event]:
        self.open.pop(result, None)
        if Path(path).parent == self.folder and not Path(path).is_dir():
            self.open[result] = (path, 0)
            if "O_TRUNC" in said:
                yield Event("cut", path)

    def used(self, call: str, number: int, said: str, strings: list[bytes], result: int) -> Iterator[Event]:
        if call == "write" and number == 1 and strings[0].startswith(b"ack "):
            yield Event("ack", data=strings[0].split()[1])
        if number not in self.open:
            return
        path, place = self.open[number]
        last = said.rpartition(",")[2].strip()
        if call == "close":
            del self.open[number]
        elif call == "lseek":
            self.open[number] = (path, result)
        elif call == "write":
            self.open[number] = (path, place + result)
            yield Event("write", path, place, strings[0][:result])
        elif call == "pwrite64":
            yield Event("write", path, int(last), strings[0][:result])
        elif call == "ftruncate":
            yield Event("cut", path, int(last))
        else:
            yield Event("sync", path)


def fail(events: list[Event], at: int, chance: random.Random, folder: Path) -> set[str]:
    """Makes in ``folder`` what the disk may hold if the power fails before event ``at``. Returns the keys that were
    acknowledged. Names of files are changed at once, as file systems with a journal do in their order."""
    files: dict[str, _File] = {}
    acknowledged: set[str] = set()
    for event in events[:at]:
        file = files.setdefault(event.path, _File()) if event.path else _File()
        if event.call == "ack":
            acknowledged.add(event.data.decode())
        elif event.call == "write":
            file.later.append((event.offset, event.data))
        elif event.call == "cut":
            file.later.append((-1, str(event.offset).encode()))
        elif event.call == "sync":
            files[event.path] = _File(file.now())
        elif event.call == "unlink":
            files.pop(event.path)
        elif event.call == "rename":
            files[event.data.decode()] = files.pop(event.path)
    for name, file in files.items():
        kept = [write for write in file.later if chance.random() < 0.5]
        if kept and kept[-1][0] >= 0:
            offset, data = kept.pop()
            kept.append(
                (offset, data[: chance.randrange(len(data) + 1) // SECTOR * SECTOR + chance.randrange(2) * 17])
            )
        (folder / Path(name).name).write_bytes(_applied(file.synced, kept))
    return acknowledged


def lost(folder: Path, acknowledged: set[str]) -> list[str]:
    """What is wrong after the power has come back; empty where every acknowledged row and its capture are there."""
    (folder / "tinkhoi.db-shm").unlink(missing_ok=True)  # shared memory, which does not outlive the machine
    if not (folder / "tinkhoi.db").exists():
        return [f"{len(acknowledged)} rows and no database"] if acknowledged else []
    with open_archive(folder / "tinkhoi.db") as archive:
        wrong = check(archive)
        rows = archive.rows(
            "SELECT key, file, offset, record_id FROM articles JOIN captures ON captures.id = articles.capture"
        )
        wrong += [f"{key} was acknowledged and is lost" for key in acknowledged - {row["key"] for row in rows}]
        for row in rows:
            try:
                read_capture_at(folder / row["file"], row["offset"], row["record_id"])
            except (OSError, LookupError) as error:
                wrong.append(f"the capture of {row['key']} is lost: {error}")
    return wrong


def play(folder: Path, cuts: int, seed: int, rounds: int = 6) -> tuple[list[str], int]:
    """Lets the power fail at ``cuts`` points. Returns what was lost, and how many cuts had rows to lose."""
    chance = random.Random(seed)
    events = record(folder / "writer", rounds)
    wrong, with_rows = [], 0
    for number in range(cuts):
        disk = folder / "disk"
        shutil.rmtree(disk, ignore_errors=True)
        disk.mkdir()
        at = chance.randrange(len(events) // 20, len(events) + 1)
        acknowledged = fail(events, at, chance, disk)
        with_rows += bool(acknowledged)
        wrong += [f"cut {number} before call {at}: {each}" for each in lost(disk, acknowledged)]
    return wrong, with_rows


if __name__ == "__main__":
    found, telling = play(Path(sys.argv[1]), int(sys.argv[2]), 1)
    print("\n".join(found) or f"nothing lost; {telling} cuts after the first acknowledged row")
