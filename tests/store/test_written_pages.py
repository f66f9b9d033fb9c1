"""The seal of a large archive is renewed from the pages that were written, and is the seal of the whole file."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from scraper.store import Archive, archive, open_archive, open_reader, seal

ROWS = 4000


@pytest.fixture
def large(path: Path, begin: Callable[[Path], Archive], monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of some thousand pages, more than are compared at once, with a log that is moved often."""
    with begin(path) as made, made.transaction():
        write(made, range(ROWS))
    monkeypatch.setattr(seal, "PART", 100)
    monkeypatch.setattr(archive, "LONGEST_LOG", 100_000)
    return path


def write(into: Archive, numbers: range) -> None:
    into.connection.executemany(
        "INSERT INTO about VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        [(f"row {number:06}", f"{number} " * 300) for number in numbers],
    )


def pages_read(path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Archive], None]) -> int:
    """How many pages are read while the archive is opened, ``act`` is done and it is closed."""
    read = 0
    checksums = seal._checksums

    def counted(*args: object) -> object:
        nonlocal read
        for checksum in checksums(*args):  # type: ignore[arg-type]
            read += 1
            yield checksum

    with monkeypatch.context() as patched:
        patched.setattr(seal, "_checksums", counted)
        with open_archive(path) as opened:
            act(opened)
    return read


def size_of(path: Path) -> int:
    return path.stat().st_size // 8192


def test_a_night_that_writes_little_reads_little(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def act(opened: Archive) -> None:
        with opened.transaction():
            write(opened, range(1, 3))

    read = pages_read(large, monkeypatch, act)
    assert size_of(large) > 600 and 100 < read < 200
    assert seal.changed_pages(large) == []


@pytest.mark.parametrize("seed", range(5))
def test_the_seal_is_that_of_the_whole_file_whatever_was_written(large: Path, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(3):
        with open_archive(large) as opened:
            for _ in range(chance.randrange(1, 12)):
                with opened.transaction():
                    first = chance.randrange(ROWS + 500)
                    write(opened, range(first, first + chance.randrange(1, 60)))
                    opened.execute("DELETE FROM about WHERE name = ?", (f"row {chance.randrange(ROWS):06}",))
                if chance.random() < 0.3:
                    write(opened, range(7, 9))  # a write outside of a transaction
                if chance.random() < 0.1:
                    opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # behind the back of what notes the pages
                if chance.random() < 0.1:
                    opened.execute("VACUUM")
            held = open_reader(large) if chance.random() < 0.5 else None
            if held is not None:
                assert held.value("SELECT count(*) FROM about") > 100
                held.close()
        assert seal.seal_of(large).exists()
        assert seal.changed_pages(large) == []


def test_a_flipped_bit_is_found_within_as_many_nights_as_there_are_parts(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = size_of(large) - 50
    time = large.stat()
    with large.open("r+b") as file:
        file.seek((changed - 1) * 8192 + 4000)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    os.utime(large, ns=(time.st_atime_ns, time.st_mtime_ns))  # as a disk does it
    parts = -(-size_of(large) // 100)
    found = [seal.changed_pages(large, turn) for turn in range(parts)]
    assert sorted(filter(None, found)) == [[changed]]
    assert seal.changed_pages(large) == [changed]


def test_what_another_program_wrote_is_found_at_once(large: Path) -> None:
    with closing(sqlite3.connect(large)) as other:
        other.execute("UPDATE about SET value = 'x' WHERE name = 'row 002000'")
        other.commit()
    for turn in range(3):
        assert seal.changed_pages(large, turn)
    with open_archive(large) as opened, opened.transaction():
        write(opened, range(1))
    assert seal.changed_pages(large) == [] and seal.noted_changes(large) != []
