import gzip
import subprocess
import sys
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from random import Random
from types import ModuleType, SimpleNamespace

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator

from scraper.captures import (
    MAX_BODY,
    CaptureWriter,
    Tally,
    capture_in,
    follow_captures,
    read_capture_at,
    read_captures,
)
from scraper.captures.writer import gzip_member
from scraper.captures.zstandard import zstd
from scraper.fetch.exchange import Exchange, NoAnswer
from tests.captures.records import warc

NOON = datetime(2026, 11, 24, 5, 0, 0, 123456, tzinfo=UTC)
PAGE = "<html><body><p>Đảng uỷ Khối</p></body></html>".encode()
EXCHANGE = Exchange(
    url="https://baoapbac.vn/xay-dung-dang/?trang=2",
    method="GET",
    request_headers=(("User-Agent", "tinkhoi/0.1"),),
    status=200,
    headers=(("Content-Type", "text/html; charset=utf-8"), ("ETag", '"1"')),
    body=PAGE,
    protocol="HTTP/1.1",
    fetched_at=NOON,
)
OUTCOME = NoAnswer(
    url="https://baoapbac.vn/x-1/", outcome="timeout", detail="took longer\r\nthan 45 s", decided_at=NOON
)


def write(path: Path, *items: Exchange | NoAnswer) -> Path:
    with path.open("xb") as file:
        writer = CaptureWriter(file)
        writer.begin({"software": "tinkhoi/0.1", "isPartOf": "night-1"}, path.name)
        for item in items:
            writer.write(item)
    return path


def member_offsets(data: bytes) -> list[int]:
    offsets, at = [], 0
    while at < len(data):
        offsets.append(at)
        unzip = zlib.decompressobj(31)
        unzip.decompress(data[at:])
        at = len(data) - len(unzip.unused_data)
    return offsets


def test_an_exchange_and_an_outcome_come_back(tmp_path: Path) -> None:
    path = write(tmp_path / "night.warc.gz", EXCHANGE, OUTCOME)
    response, outcome = read_captures(path)
    assert (response.kind, response.url, response.status) == ("response", EXCHANGE.url, 200)
    assert response.body == PAGE
    assert response.fetched_at == NOON
    assert response.header("etag") == '"1"'
    assert response.header("Last-Modified") is None
    assert response.payload_digest is not None
    assert response.payload_digest.startswith("sha1:")
    assert (response.outcome, response.file) == (None, "night.warc.gz")
    assert (outcome.kind, outcome.url, outcome.status) == ("outcome", OUTCOME.url, None)
    assert (outcome.outcome, outcome.detail) == ("timeout", "took longer than 45 s")


def test_each_record_is_one_gzip_member_and_its_offset_finds_it_again(tmp_path: Path) -> None:
    second = replace(EXCHANGE, url="https://baoapbac.vn/2/", body=b"two")
    path = write(tmp_path / "night.warc.gz", EXCHANGE, second, OUTCOME)
    assert len(member_offsets(path.read_bytes())) == 1 + 2 + 2 + 1
    captures = list(read_captures(path))
    for capture in captures:
        assert read_capture_at(path, capture.offset) == capture
    with pytest.raises(LookupError):
        read_capture_at(path, captures[1].offset + 1)


def test_a_304_is_a_revisit_without_a_body(tmp_path: Path) -> None:
    path = write(tmp_path / "night.warc.gz", replace(EXCHANGE, status=304, body=b""))
    (capture,) = read_captures(path)
    assert (capture.kind, capture.status, capture.body) == ("revisit", 304, b"")
    assert capture.headers == (("ETag", '"1"'),)
    written = gzip.decompress(path.read_bytes())
    assert b"server-not-modified" in written
    assert b"304 Not Modified" not in written  # a replay tool would show it, blank


def test_a_revisit_written_elsewhere_keeps_its_own_headers(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nETag: x\r\n\r\n"
    record = (
        b"WARC/1.0\r\nWARC-Type: revisit\r\nWARC-Target-URI: http://a.vn/\r\nWARC-Date: 2020-07-16T12:04:00Z\r\n"
        b"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n"
        b"WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest\r\n"
        b"Content-Length: %d\r\n\r\n%b\r\n\r\n"
    )
    path = tmp_path / "a.warc"
    path.write_bytes(record % (len(head), head) + record % (0, b""))
    full, empty = read_captures(path)
    assert (full.kind, full.status, full.headers) == ("revisit", 200, (("ETag", "x"),))
    assert (empty.kind, empty.status, empty.headers) == ("revisit", None, ())


def test_every_cut_of_a_file_gives_only_whole_records(tmp_path: Path) -> None:
    data = write(tmp_path / "night.warc.gz", EXCHANGE, replace(EXCHANGE, body=b"two"), OUTCOME).read_bytes()
    ends = [*member_offsets(data)[1:], len(data)]
    torn = tmp_path / "torn.warc.gz"
    for cut in range(0, len(data), 7):
        torn.write_bytes(data[:cut])
        problems: list[str] = []
        captures = list(read_captures(torn, problems.append))
        whole = sum(end <= cut for end in ends)  # warcinfo, response, request, response, request, metadata
        assert [c.body for c in captures if c.kind == "response"] == [PAGE, b"two"][: (whole >= 2) + (whole >= 4)]
        assert len(problems) == (0 if cut == 0 or cut in ends else 1)


def test_records_after_a_damaged_one_are_found(tmp_path: Path) -> None:
    path = write(tmp_path / "night.warc.gz", EXCHANGE, replace(EXCHANGE, body=b"two"))
    data = bytearray(path.read_bytes())
    first = member_offsets(bytes(data))[1]
    data[first + 60 : first + 90] = bytes(30)
    path.write_bytes(data)
    problems: list[str] = []
    assert [capture.body for capture in read_captures(path, problems.append)] == [b"two"]
    assert len(problems) == 1
    assert str(first) in problems[0]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)),
        ("gzip", gzip.compress(PAGE[:10], mtime=0) + gzip.compress(PAGE[10:], mtime=0)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("br", brotli.compress(PAGE)),
        ("zstd", zstd.compress(PAGE)),
        ("gzip, br", brotli.compress(gzip.compress(PAGE, mtime=0))),
        ("identity", PAGE),
    ],
)
def test_content_encodings_are_undone(tmp_path: Path, encoding: str, body: bytes) -> None:
    path = write(tmp_path / "a.warc.gz", replace(EXCHANGE, headers=(("content-encoding", encoding),), body=body))
    (capture,) = read_captures(path)
    assert capture.body == PAGE


def test_a_page_in_zstd_is_read_with_the_standard_librarys_decoder_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where this Python is older than 3.14, the backport under the standard library's name stands for it."""
    used: list[str] = []
    standard = ModuleType("compression")
    standard.zstd = SimpleNamespace(
        ZstdFile=lambda body, **more: (used.append("standard"), zstd.ZstdFile(body, **more))[1],  # type: ignore[func-returns-value]
        DecompressionParameter=zstd.DecompressionParameter,
    )
    path = write(
        tmp_path / "a.warc.gz",
        replace(EXCHANGE, headers=(("Content-Encoding", "zstd"),), body=zstd.compress(PAGE)),
    )
    monkeypatch.setattr(sys, "version_info", (3, 14, 0, "final", 0))
    monkeypatch.setitem(sys.modules, "compression", standard)
    monkeypatch.delitem(sys.modules, "scraper.captures.zstandard")
    (capture,) = read_captures(path)
    assert (capture.body, used) == (PAGE, ["standard"])


@pytest.mark.parametrize(
    ("encoding", "body", "outcome"),
    [
        ("gzip", gzip.compress(bytes(MAX_BODY + 1), mtime=0), "too-large"),
        ("gzip", gzip.compress(bytes(MAX_BODY // 2 + 1), mtime=0) * 2, "too-large"),
        ("br", brotli.compress(bytes(MAX_BODY + 1)), "too-large"),
        ("zstd", zstd.compress(bytes(MAX_BODY + 1)), "too-large"),
        ("deflate", zlib.compress(bytes(MAX_BODY + 1)), "too-large"),
        ("gzip", b"not gzip", "undecodable"),
        ("compress", b"\x1f\x9d\x90\x00", "undecodable"),
    ],
)
def test_a_body_that_cannot_be_undone_is_not_given(tmp_path: Path, encoding: str, body: bytes, outcome: str) -> None:
    path = write(tmp_path / "a.warc.gz", replace(EXCHANGE, headers=(("Content-Encoding", encoding),), body=body))
    (capture,) = read_captures(path)
    assert (capture.body, capture.outcome) == (b"", outcome)


ANSWER = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n"
    b"5\r\nhello\r\n3\r\n vn\r\n0\r\n\r\n"
)
FOREIGN = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <http://a.vn/1.html>\r\nWARC-Date: 2020-07-16T12:04:00Z\r\n"
    b"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n"
    b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n"
) % (len(ANSWER), ANSWER)


def test_a_plain_file_written_elsewhere_is_read(tmp_path: Path) -> None:
    path = tmp_path / "wget.warc"
    path.write_bytes(FOREIGN + FOREIGN.replace(b"1.html", b"2.html"))
    one, two = read_captures(path)
    assert (one.url, one.body, one.fetched_at) == (
        "http://a.vn/1.html",
        b"hello vn",
        datetime(2020, 7, 16, 12, 4, tzinfo=UTC),
    )
    assert two.offset == len(FOREIGN)
    assert read_capture_at(path, two.offset) == two
    path.write_bytes(FOREIGN + FOREIGN[:-20])
    problems: list[str] = []
    assert list(read_captures(path, problems.append)) == [one]
    assert len(problems) == 1


def test_a_file_packed_as_one_member_is_read(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    second = FOREIGN.replace(b"1.html", b"2.html").replace(b"000001>", b"000002>")
    path.write_bytes(gzip.compress(FOREIGN + second))
    one, two = read_captures(path)
    assert (one.url, two.url) == ("http://a.vn/1.html", "http://a.vn/2.html")
    assert read_capture_at(path, two.offset, two.record_id) == two


def test_a_file_that_is_no_warc_gives_nothing_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(b"<html>")
    problems: list[str] = []
    assert list(read_captures(path, problems.append)) == []
    assert len(problems) == 1


def test_a_reader_that_is_not_ours_finds_no_fault(tmp_path: Path) -> None:
    packed = replace(EXCHANGE, headers=(("Content-Encoding", "gzip"),), body=gzip.compress(PAGE))
    odd = replace(EXCHANGE, status=599, headers=(("X-Tên", "Đảng"),))
    path = write(tmp_path / "night.warc.gz", EXCHANGE, replace(EXCHANGE, status=304, body=b""), packed, odd, OUTCOME)
    check = [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)]
    result = subprocess.run(check, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    # Four pairs, warcinfo and metadata; a revisit has no payload, which warcio passes over.
    assert result.stdout.count("digest pass") == 9
    assert "fail" not in result.stdout


class FullDisk(BytesIO):
    def write(self, data: object) -> int:
        raise OSError(28, "No space left on device")


def test_nothing_is_written_after_a_failed_write() -> None:
    disk = FullDisk()
    writer = CaptureWriter(disk)
    with pytest.raises(OSError, match="No space"):
        writer.write(EXCHANGE)
    disk.write = BytesIO.write.__get__(disk)  # type: ignore[method-assign]
    with pytest.raises(OSError, match="No space"):
        writer.write(EXCHANGE)
    assert disk.getvalue() == b""


def test_a_file_that_is_being_written_is_followed_record_by_record(tmp_path: Path) -> None:
    whole = write(tmp_path / "whole.warc.gz", EXCHANGE, OUTCOME, EXCHANGE).read_bytes()
    growing = tmp_path / "growing.warc.gz"
    places = [0, *member_offsets(whole)[2:4], len(whole) - 7, len(whole)]
    steps = iter([whole[:end] for end in places])
    seen_at: list[int] = []

    def ended() -> bool:
        content = next(steps, None)
        if content is not None:
            growing.write_bytes(content)
        seen_at.append(len(seen))
        return content is None or content == whole

    seen: list[str | None] = []
    for capture in follow_captures(growing, ended):
        seen.append(capture.record_id)
    assert seen == [capture.record_id for capture in read_captures(tmp_path / "whole.warc.gz")]
    assert seen_at == sorted(seen_at) and seen_at[0] == 0
    assert len(set(seen_at)) > 2, "captures are given before the file is at its end"


def test_what_is_followed_is_what_is_read_later_also_where_a_digest_is_wrong(tmp_path: Path) -> None:
    record = warc(more="WARC-Payload-Digest: sha1:WRONG\r\nWARC-Block-Digest: md5:WRONG\r\n")
    path = tmp_path / "wrong.warc.gz"
    path.write_bytes(gzip.compress(record))
    later, passed = Tally(), Tally()
    (capture,) = read_captures(path, tally=later)
    assert list(follow_captures(path, lambda: True)) == [capture]
    assert capture_in(record, path.name, 0, passed, compared=False) == capture
    assert (len(later.remarks), len(passed.remarks)) == (2, 0), "whoever reads the whole file tells"


def test_following_ends_at_a_torn_record_and_where_no_file_ever_came(tmp_path: Path) -> None:
    torn = write(tmp_path / "torn.warc.gz", EXCHANGE, OUTCOME)
    torn.write_bytes(torn.read_bytes()[:-3])
    assert [capture.kind for capture in follow_captures(torn, lambda: True)] == ["response"]
    assert list(follow_captures(tmp_path / "none.warc.gz", lambda: True)) == []


@pytest.mark.parametrize("packed", [0, 1, 4096, 4097, 70_000])
@pytest.mark.parametrize("stored", [0, 1, 65_535, 65_536, 131_070, 200_000])
def test_a_member_that_is_packed_and_stored_in_parts_is_one_stream(packed: int, stored: int) -> None:
    content = b"WARC/1.1\r\n" * (packed // 10) + b"x" * (packed % 10) + Random(stored).randbytes(stored)
    assert gzip.decompress(gzip_member(content, packed)) == content


def test_a_request_names_the_response_that_it_got(tmp_path: Path) -> None:
    path = write(tmp_path / "night.warc.gz", EXCHANGE)
    with path.open("rb") as file:
        records = [(record.rec_type, record.rec_headers) for record in ArchiveIterator(file)]
    (_, answer), (_, asked) = [record for record in records if record[0] != "warcinfo"]
    assert asked["WARC-Concurrent-To"] == answer["WARC-Record-ID"] != asked["WARC-Record-ID"]
    assert asked["WARC-Date"] == answer["WARC-Date"] == "2026-11-24T05:00:00.123456Z"
    assert asked["WARC-Target-URI"] == answer["WARC-Target-URI"] == EXCHANGE.url


def test_a_header_that_is_no_ascii_is_percent_encoded(tmp_path: Path) -> None:
    odd = replace(EXCHANGE, headers=(("X-Tên", "Đảng ủy"), ("Content-Disposition", 'a; b="ủy"')))
    (response,) = read_captures(write(tmp_path / "night.warc.gz", odd))
    assert response.headers == (
        ("X-T?n", "%C4%90%E1%BA%A3ng%20%E1%BB%A7y"),
        ("Content-Disposition", "a; b*=UTF-8''%E1%BB%A7y"),
    )
    assert response.body == PAGE
