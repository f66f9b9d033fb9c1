"""Parts: whole records only, in order, again and again until they are there."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from flows.cluster import parts
from flows.cluster.objects import FolderObjects, Objects, StorageError
from flows.cluster.parts import CAPTURES, PAGES, Downloader, Uploader, whole_lines, whole_members
from flows.cluster.run_objects import Attempt, part_key
from scraper.captures.members import Tally, whole_records
from tests.flows.cluster.test_forgetting import record

ATTEMPT = Attempt("run", "shard-1")


def members(number: int, seed: int = 1) -> list[bytes]:
    drawn = random.Random(seed)
    return [gzip.compress(drawn.randbytes(drawn.randrange(10, 3000))) for _ in range(number)]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_file_that_grows_by_any_bytes_arrives_as_whole_members(objects: Objects, tmp_path: Path) -> None:
    written, clock = members(60), Clock()
    content = b"".join(written)
    ends = {sum(map(len, written[:n])) for n in range(61)}
    source, here = tmp_path / "s.warc.gz", tmp_path / "here.warc.gz"
    upload = Uploader(objects, ATTEMPT, CAPTURES, source, whole_members, clock=clock)
    download = Downloader(objects, ATTEMPT, CAPTURES, here)
    drawn = random.Random(2)
    place = 0
    while place < len(content):
        step = drawn.randrange(1, 9000)
        with source.open("ab") as file:
            file.write(content[place : place + step])
        place += step
        clock.now += drawn.randrange(20)
        upload.step()
        download.step()
        size = here.stat().st_size if here.exists() else 0
        assert size in ends and here.read_bytes() == content[:size] if size else True
    while upload.step(last=True):
        pass
    download.step()
    assert here.read_bytes() == content
    assert upload.parts == download.parts > 3


def test_a_torn_end_stays_behind(tmp_path: Path) -> None:
    source, here = tmp_path / "s.warc.gz", tmp_path / "here.warc.gz"
    first, second = members(2)
    source.write_bytes(first + second[:-3])
    objects = FolderObjects(tmp_path / "storage")
    upload = Uploader(objects, ATTEMPT, CAPTURES, source, whole_members)
    assert upload.step(last=True) and not upload.step(last=True)
    Downloader(objects, ATTEMPT, CAPTURES, here).step()
    assert here.read_bytes() == first


def test_lines_are_cut_at_their_ends(tmp_path: Path) -> None:
    source, here = tmp_path / "pages", tmp_path / "here"
    source.write_bytes(b"mot\nhai\nba")
    objects = FolderObjects(tmp_path / "storage")
    upload = Uploader(objects, ATTEMPT, PAGES, source, whole_lines)
    assert upload.step(last=True)
    Downloader(objects, ATTEMPT, PAGES, here).step()
    assert here.read_bytes() == b"mot\nhai\n"


def test_a_part_waits_for_its_bytes_or_its_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART_BYTES", 5000)
    source, clock = tmp_path / "s.warc.gz", Clock()
    upload = Uploader(FolderObjects(tmp_path / "storage"), ATTEMPT, CAPTURES, source, whole_members, clock=clock)
    source.write_bytes(gzip.compress(b"short"))
    assert not upload.step()
    clock.now = 9.9
    assert not upload.step()
    clock.now = 10.0
    assert upload.step()
    with source.open("ab") as file:
        file.write(gzip.compress(random.Random(3).randbytes(6000)))
    assert upload.step()  # at once


def test_what_the_storage_refused_is_put_again(tmp_path: Path) -> None:
    class Refuses(FolderObjects):
        left = 2

        def put(self, key: str, content: bytes) -> None:
            if self.left:
                self.left -= 1
                raise StorageError("500")
            super().put(key, content)

    source, here = tmp_path / "s.warc.gz", tmp_path / "here.warc.gz"
    content = b"".join(members(5))
    source.write_bytes(content)
    objects = Refuses(tmp_path / "storage")
    upload = Uploader(objects, ATTEMPT, CAPTURES, source, whole_members)
    for _ in range(2):
        with pytest.raises(StorageError):
            upload.step(last=True)
    assert upload.step(last=True)
    Downloader(objects, ATTEMPT, CAPTURES, here).step()
    assert here.read_bytes() == content


def test_a_part_that_was_cut_costs_the_record_at_the_cut_and_no_other(tmp_path: Path) -> None:
    whole = [record(number, f"http://bao.test/{number}/", "lời " * 20) for number in range(6)]
    objects, here = FolderObjects(tmp_path / "storage"), tmp_path / "here.warc.gz"
    for number, part in enumerate(([*whole[:2]], [*whole[2:4]], [*whole[4:]]), start=1):
        objects.put(part_key(ATTEMPT, CAPTURES, number), b"".join(part)[: -25 if number == 2 else None])
    Downloader(objects, ATTEMPT, CAPTURES, here).step()
    tally = Tally()
    with here.open("rb") as file:
        read = list(whole_records(file, here.name, tally))
    assert len(read) == 5 and len(tally.unreadable) == 1


def test_a_leader_that_begins_again_writes_the_file_anew(tmp_path: Path) -> None:
    source, here = tmp_path / "s.warc.gz", tmp_path / "here.warc.gz"
    source.write_bytes(b"".join(members(3)))
    objects = FolderObjects(tmp_path / "storage")
    Uploader(objects, ATTEMPT, CAPTURES, source, whole_members).step(last=True)
    for _ in range(2):
        Downloader(objects, ATTEMPT, CAPTURES, here).step()
    assert here.read_bytes() == source.read_bytes()
