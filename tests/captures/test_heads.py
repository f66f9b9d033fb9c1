"""Heads that are read at once are read as warcio, which reads any, reads them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParser
from warcio.timeutils import iso_date_to_datetime

from scraper.captures.heads import plain_fields, read_record
from scraper.captures.http_message import NoHttp, read_response
from scraper.captures.members import MAX_HEAD
from scraper.captures.reader import moment_of

NAMES = st.sampled_from(
    ["WARC-Type", "warc-type", "WARC-Target-URI", "Content-Length", "X-Odd_1", "Date ", "\tA", ""]
)
VALUES = st.sampled_from(
    ["response", "<http://a.vn/>", "http://a.vn/b c", "5", "+5", "0", "9" * 5000, " a: b ", "", "é", "\x0b", "\x85"]
)
ENDS = st.sampled_from(["\r\n"] * 8 + ["\n", "\r", "\r\n folded\r\n", "\r\nno field\r\n"])
LINES = st.lists(st.tuples(NAMES, st.sampled_from([": ", ":", " :\t"]), VALUES, ENDS).map("".join), max_size=6)
USUAL = [
    "Content-Type: text/html\r\n",
    "WARC-Date: 2026-11-29T22:44:09Z\r\n",
    "Date: Sun, 29 Nov 2026 22:44:09 GMT\r\n",
]


def head_of(lines: list[str]) -> bytes:
    return "".join((*lines, *USUAL, "\r\n")).encode()


@given(LINES, st.sampled_from([b"WARC/1.1\r\n", b"WARC/1.0\r\n", b"WARC/1.0\n", b"WARC/0.17\r\n"]))
def test_the_head_of_a_record(lines: list[str], version: bytes) -> None:
    raw = version + head_of(lines) + b"<p>block</p>\r\n\r\n"
    ours = read_record(raw)
    theirs = ArcWarcRecordLoader().parse_record_stream(BytesIO(raw), known_format="warc", no_record_parse=True)
    for name in ("WARC-Type", "WARC-Target-URI", "Content-Length", "x-odd_1", "Content-Type", "Date", "A", "missing"):
        assert ours.get(name) == theirs.rec_headers.get_header(name)
    assert ours.block == theirs.raw_stream.read()


@given(
    LINES, st.sampled_from([b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\n", b"HTTP/2 404\r\n", b"HTTP/1.1 200 OK\r"])
)
def test_the_head_of_an_answer(lines: list[str], status: bytes) -> None:
    block = status + head_of(lines) + b"<p>body</p>\r\n"
    stream = BytesIO(block)
    theirs = StatusAndHeadersParser([], verify=False).parse(stream)
    ours = read_response(block)
    assert list(ours.headers) == theirs.headers
    assert ours.raw == stream.read()


def test_usual_heads_need_no_warcio(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: object, **__: object) -> None:
        raise AssertionError("asked warcio")

    monkeypatch.setattr(StatusAndHeadersParser, "parse", parse)
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServer:\r\n\r\n<p>"
    raw = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(block), block)
    record = read_record(raw)
    answer = read_response(record.block)
    assert (record.get("warc-type"), answer.headers, answer.raw) == (
        "response", (("Content-Type", "text/html"), ("Server", "")), b"<p>",
    )  # fmt: skip


@pytest.mark.parametrize(
    "odd", [b"A: \xc3\xa9\r\n", b" folded\r\n", b"no field\r\n", b"A: b\n", b"A : b\r\n", b": b\r\n"]
)
def test_other_fields_are_not_plain(odd: bytes) -> None:
    assert plain_fields(b"A: b\r\n" + odd + b"\r\n", 0) is None
    assert plain_fields(b"A: b\r\nB: c\r\n\r\nrest", 6) == ((("B", "c"),), 14)


def test_a_head_as_long_as_may_be_is_plain_and_a_longer_one_is_none() -> None:
    status = b"HTTP/1.1 200 OK\r\n"
    lines = b"a:\r\n" * ((MAX_HEAD - len(status) - 2) // 4)
    longest = status + lines[: -len(b"a:\r\n")] + b"b" * ((MAX_HEAD - len(status) - 2) % 4) + b"a:\r\n\r\n"
    assert len(longest) == MAX_HEAD
    assert plain_fields(longest + b"<p>", len(status)) is not None
    assert read_response(longest + b"<p>").raw == b"<p>"
    longer = longest[:-2] + b"a:\r\n" * 10 + b"\r\n"
    assert plain_fields(longer, len(status)) is None
    with pytest.raises(NoHttp, match="header block"):
        read_response(longer)


def test_an_endless_head_takes_up_little_memory() -> None:
    block = b"HTTP/1.1 200 OK\r\n" + b"a:\r\n" * 1_000_000
    tracemalloc.start()
    try:
        with pytest.raises(NoHttp, match="header block"):
            read_response(block)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 2 * len(block) + 32 * MAX_HEAD


def moment_by(read: Callable[[str], datetime], stated: str) -> datetime | None:
    try:
        return read(stated).replace(tzinfo=UTC)
    except ValueError:
        return None


@given(
    st.tuples(*[st.integers(0, most) for most in (9999, 13, 32, 25, 61, 61)], st.sampled_from(["", ".5", ".000001"]))
)
def test_a_plain_moment_is_read_as_warcio_reads_it(parts: tuple[int, int, int, int, int, int, str]) -> None:
    stated = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z".format(*parts)
    assert moment_by(moment_of, stated) == moment_by(iso_date_to_datetime, stated)
