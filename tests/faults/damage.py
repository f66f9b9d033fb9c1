"""Damage to a file of the archive is never answered in silence, never with a traceback, and its way back works."""

from __future__ import annotations

import io
import random
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.schedule.archive_checks import archive_checks
from flows.storage.folder import DataFolder
from scraper.clock import utc_now
from scraper.fetch.snapshot import Snapshot
from scraper.sites import load_sites
from scraper.store import ArchiveError, open_archive
from scraper.store.snapshot import write_snapshot

Spoil = Callable[[bytearray, random.Random], None]


def _flip(content: bytearray, chance: random.Random) -> None:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def _overwrite(content: bytearray, chance: random.Random) -> None:
    at, size = chance.randrange(len(content)), chance.randrange(1, 64)
    content[at : at + size] = chance.randbytes(len(content[at : at + size]))


def _empty(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content)) // 512 * 512
    content[at : at + 4096] = bytes(len(content[at : at + 4096]))


def _cut(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content)) :]


def _repeat(content: bytearray, chance: random.Random) -> None:
    one, other = (chance.randrange(len(content)) // 4096 * 4096 for _ in range(2))
    content[one : one + 4096] = content[other : other + 4096][: len(content[one : one + 4096])]


DAMAGES: tuple[Spoil, ...] = (_flip, _overwrite, _empty, _cut, _repeat)


@dataclass
class Told:
    """What came of the damages. ``wrong`` is empty where all was as promised."""

    wrong: list[str] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)


def spoilt(path: Path, chance: random.Random) -> str:
    """Damages the file at ``path`` so that it differs, and says how."""
    before = path.read_bytes()
    content = bytearray(before)
    how = chance.choice(DAMAGES)
    while bytes(content) == before:
        how(content, chance)
    path.write_bytes(content)
    return how.__name__.strip("_")


def answer(data: DataFolder, *words: str) -> tuple[int, str, str]:
    """Exit code, output and errors of one command."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([*words, "--data", str(data.root)])
    return code, out.getvalue(), err.getvalue()


def _answers(data: DataFolder, keys: list[str]) -> list[tuple[int, str, str]]:
    questions = [("search", "dang uy khoi", "--json"), ("search", "ky luat", "--json"), ("status", "--json")]
    return [answer(data, *words) for words in (*questions, *(("show", key) for key in keys), ("export",))]


def _bad(data: DataFolder, *, whole: bool = False) -> list[str]:
    return [check.detail for check in archive_checks(data, whole=whole) if not check.good]


def play_database(data: DataFolder, times: int, seed: int, copy: Path) -> Told:
    """Damages the database of ``data`` again and again, and puts the backup ``copy`` back each time."""
    told, chance = Told(), random.Random(seed)
    with open_archive(data.database) as archive:
        keys = [f"{site}/{key}" for site, key in archive.rows("SELECT site, key FROM articles ORDER BY id LIMIT 3")]
    good = _answers(data, keys)
    assert [code for code, _, _ in good] == [ExitCode.OK] * len(good)
    for number in range(times):
        how = f"database {number}, {spoilt(data.database, chance)}"
        found = _answers(data, keys)
        doctor = _bad(data)
        for before, now in zip(good, found, strict=True):
            if now[0] == ExitCode.CRASH or "Traceback" in now[2]:
                told.wrong.append(f"{how}: {now[2][-300:]}")
            elif now[0] != ExitCode.OK and "tinkhoi restore" not in now[2]:
                told.wrong.append(f"{how}: no way back in {now[2]!r}")
            elif now != before and now[0] == ExitCode.OK and not doctor:
                told.wrong.append(f"{how}: a wrong answer in silence")
        if not doctor:
            told.wrong.append(f"{how}: doctor finds nothing")
        told.said["named by an answer" if any(code for code, _, _ in found) else "named by doctor alone"] += 1
        code, _, err = answer(data, "restore", str(copy))
        if code or _answers(data, keys) != good or _bad(data):
            told.wrong.append(f"{how}: the way back does not work: {err or _bad(data)}")
        for kept in data.root.glob("tinkhoi.db.before-*"):
            kept.unlink()
    return told


def play_captures(data: DataFolder, times: int, seed: int) -> Told:
    """Damages one capture file at a time, and copies it back."""
    told, chance = Told(), random.Random(seed)
    files = sorted(data.captures.glob("*.warc.gz"))
    for number in range(times):
        path = chance.choice(files)
        kept = path.read_bytes()
        how = f"captures {number}, {spoilt(path, chance)}"
        code, _, err = answer(data, "reparse", "--workers", "1")
        if code not in {ExitCode.OK, ExitCode.DATA}:
            told.wrong.append(f"{how}: reparse ended with {code}: {err[-300:]}")
        said = _bad(data, whole=True)
        if not any(path.name in each for each in said):
            told.wrong.append(f"{how}: doctor does not name {path.name}: {said}")
        told.said["named by reparse, too" if code else "named by doctor --whole"] += 1
        path.write_bytes(kept)
        if _bad(data, whole=True):
            told.wrong.append(f"{how}: the file is back, and is not believed")
    return told


def _content(path: Path, sites: list[str]) -> list[object]:
    with Snapshot(path) as snapshot:
        rows = snapshot._connection.execute("SELECT site, key FROM known ORDER BY 1, 2").fetchall()
        return [
            rows,
            *(list(snapshot.pending(site)) for site in sites),
            *(list(snapshot.due(site)) for site in sites),
        ]


def play_snapshot(data: DataFolder, times: int, seed: int) -> Told:
    """Damages the snapshot file between two nights; the next one must hold what one made from nothing holds."""
    told, chance, now = Told(), random.Random(seed), utc_now()
    sites = load_sites(data.site_folders)
    chosen = [sites[name] for name in sorted(sites) if name in _sites_of(data)]
    ids = [site.id for site in chosen]
    with open_archive(data.database) as archive:
        fresh = data.root / "fresh.db"
        for number in range(times):
            write_snapshot(archive, data.snapshot, chosen, now)
            how = f"snapshot {number}, {spoilt(data.snapshot, chance)}"
            try:
                write_snapshot(archive, data.snapshot, chosen, now)
                found = _content(data.snapshot, ids)
                fresh.unlink(missing_ok=True)
                write_snapshot(archive, fresh, chosen, now)
                if found != _content(fresh, ids):
                    told.wrong.append(f"{how}: the next snapshot is another than one made from nothing")
            except ArchiveError as error:
                told.wrong.append(f"{how}: {error}")
            told.said["made anew"] += 1
    return told


def _sites_of(data: DataFolder) -> set[str]:
    with open_archive(data.database) as archive:
        return {row[0] for row in archive.rows("SELECT DISTINCT site FROM articles")}


def play(
    base: DataFolder, folder: Path, counts: tuple[int, int, int], seed: int = 1
) -> Iterator[tuple[str, int, Told]]:
    """Plays all damages on copies of the archive ``base``: what was damaged, how often, and what came of it."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(base.root, folder / "data")
    data, copy = DataFolder(root=folder / "data"), folder / "copy.db"
    assert answer(data, "backup", str(copy))[0] == ExitCode.OK
    yield "the database", counts[0], play_database(data, counts[0], seed, copy)
    yield "a capture file", counts[1], play_captures(data, counts[1], seed)
    yield "the snapshot", counts[2], play_snapshot(data, counts[2], seed)


if __name__ == "__main__":
    times = (int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
    for what, count, told in play(DataFolder(root=Path(sys.argv[1])), Path(sys.argv[2]), times):
        print(f"{what}: {count} damages, {dict(told.said)}, wrong: {told.wrong or 'nothing'}", flush=True)
