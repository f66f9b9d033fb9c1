"""Files in other packings give the same records."""

from __future__ import annotations

import gzip
import struct
from io import BytesIO
from pathlib import Path

import pytest

from scraper.captures import Tally, capture_in
from scraper.captures.packing import MAX_LINE, packing, raw_records, stable_id
from scraper.captures.zstandard import zstd
from scraper.items import time_is_known
from tests.captures.records import HTTP, PAGE, warc

RECORDS = [warc(url=f"http://a.vn/{number}.html") for number in range(3)]


def urls(path: Path) -> tuple[list[str], Tally]:
    tally = Tally()
    captures = [capture_in(record.content, path.name, 0, tally) for record in raw_records(path, tally)]
    return [capture.url for capture in captures if capture is not None], tally


def with_dictionary(records: list[bytes]) -> bytes:
    trained = zstd.train_dict([record + bytes([number]) for record in records for number in range(40)], 2048)
    dictionary = zstd.compress(trained.dict_content)
    frames = [zstd.compress(record, zstd_dict=trained) for record in records]
    return struct.pack("<II", 0x184D2A5D, len(dictionary)) + dictionary + b"".join(frames)


@pytest.mark.parametrize("form", ["a frame a record", "one frame", "a dictionary"])
def test_zstandard(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a.warc.zst"
    packed = {
        "a frame a record": b"".join(zstd.compress(record) for record in RECORDS),
        "one frame": zstd.compress(b"".join(RECORDS)),
        "a dictionary": with_dictionary(RECORDS),
    }
    path.write_bytes(packed[form])
    assert packing(path) == "zstd"
    found, tally = urls(path)
    assert found == [f"http://a.vn/{number}.html" for number in range(3)]
    assert (tally.records, tally.unreadable) == (3, [])


def test_a_torn_zstandard_file_gives_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.zst"
    path.write_bytes(b"".join(zstd.compress(record) for record in RECORDS)[:-9])
    found, tally = urls(path)
    assert found == ["http://a.vn/0.html", "http://a.vn/1.html"]
    assert len(tally.unreadable) == 1 and path.name in tally.unreadable[0]


def arc() -> bytes:
    head = b"filedesc://x.arc 0.0.0.0 20130601010101 text/plain 73\n1 0 InternetArchive\n"
    head += b"URL IP-address Archive-date Content-type Archive-length\n\n"
    block = HTTP + PAGE
    lines = [b"http://a.vn/%d.html 10.0.0.1 20130601010101 text/html %d\n" % (n, len(block)) for n in range(3)]
    return head + b"\n".join(line + block for line in lines) + b"\n"


@pytest.mark.parametrize("packed", [True, False])
def test_arc(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "a.arc"
    path.write_bytes(gzip.compress(arc()) if packed else arc())
    assert packing(path) == "arc"
    found, tally = urls(path)
    assert found == [f"http://a.vn/{number}.html" for number in range(3)]
    assert tally.unreadable == []
    again = [record.content for record in raw_records(path, Tally())]
    assert again == [record.content for record in raw_records(path, Tally())]  # their ids do not change


@pytest.mark.parametrize("packed", [True, False])
def test_a_line_of_an_arc_file_has_its_limit(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "a.arc"
    content = arc() + b"\nhttp://a.vn/" + b"x" * (MAX_LINE + 1)
    path.write_bytes(gzip.compress(content) if packed else content)
    found, tally = urls(path)
    assert found == [f"http://a.vn/{number}.html" for number in range(3)]
    assert len(tally.unreadable) == 1 and f"more than {MAX_LINE} bytes" in tally.unreadable[0]


@pytest.mark.parametrize("odd", [b"http://a.vn/3.html 20130601010101 text/html", b"http://a.vn/3.html 1 2 3 4 5"])
def test_an_odd_record_of_an_arc_file_costs_none_before_it(tmp_path: Path, odd: bytes) -> None:
    path = tmp_path / "a.arc"
    path.write_bytes(arc() + b"\n" + odd + b"\n\n")
    found, tally = urls(path)
    assert found == [f"http://a.vn/{number}.html" for number in range(3)]
    assert tally.unreadable and path.name in tally.unreadable[0]


def test_an_arc_tells_no_time_that_it_does_not_have_and_no_torn_page(tmp_path: Path) -> None:
    path = tmp_path / "a.arc"
    one, two, three = (b"http://a.vn/%d.html 10.0.0.1 20130601010101" % number for number in range(3))
    content = arc().replace(one, one[:-10]).replace(two, two[:-14] + b"unknown")
    assert three in content
    path.write_bytes(content[:-20])
    tally = Tally()
    captures = [capture_in(record.content, path.name, 0, tally) for record in raw_records(path, tally)]
    assert [capture and time_is_known(capture.fetched_at) for capture in captures] == [False, False]
    (told,) = tally.unreadable
    assert "a.arc: the record of http://a.vn/2.html is torn" in told
    assert tally.records == 4


def test_the_second_version_of_arc(tmp_path: Path) -> None:
    path = tmp_path / "a.arc"
    head = b"2 0 InternetArchive\nURL IP-address Archive-date Content-type Result-code Checksum Location Offset"
    head += b" Filename Archive-length\n"
    line = b"http://a.vn/1.html 10.0.0.1 20130601010101 text/html 200 - - 0 a.arc %d\n" % len(HTTP + PAGE)
    opens = b"filedesc://a.arc 0.0.0.0 20130601010101 text/plain 200 - - 0 a.arc %d\n" % len(head)
    path.write_bytes(opens + head + b"\n" + line + HTTP + PAGE + b"\n")
    (record,) = raw_records(path, Tally())
    capture = capture_in(record.content, path.name, 0, Tally())
    assert capture is not None
    assert (capture.url, f"{capture.fetched_at:%Y%m%d%H%M%S}") == ("http://a.vn/1.html", "20130601010101")
    assert capture.body == PAGE


def test_what_is_no_file_of_captures_has_no_packing(tmp_path: Path) -> None:
    for name, content in (("a.gz", gzip.compress(b"text")), ("b.warc", b"<html>"), ("c", b"")):
        (tmp_path / name).write_bytes(content)
        assert packing(tmp_path / name) is None


def test_the_id_follows_from_all_that_is_told() -> None:
    assert stable_id("a", b"b") == stable_id(b"a", "b") != stable_id("ab", b"")
    assert BytesIO(stable_id("a").encode()).read(10) == b"<urn:uuid:"
