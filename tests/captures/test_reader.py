"""Records of any writer: what is odd is read or told, and costs no neighbour."""

from __future__ import annotations

import base64
import gzip
import random
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path

import brotli
import pytest

import scraper.captures.decoders
import scraper.captures.reader
from scraper.captures import (
    MAX_RECORD,
    OPENING,
    Capture,
    Heads,
    Tally,
    capture_in,
    ignore,
    is_good,
    is_html,
    look_through,
    read_capture_at,
    read_captures,
)
from scraper.captures.decoders import MAX_GZIP_MEMBERS, MAX_WINDOW
from scraper.captures.http_message import MAX_CHUNKS
from scraper.captures.members import MAX_HEAD, MAX_ODD
from scraper.captures.zstandard import zstd
from scraper.fetch.limits import MAX_ENCODINGS
from scraper.items import time_is_known
from tests.captures.records import HTTP, PAGE, warc


def read(path: Path, *records: bytes, packed: bool = True) -> tuple[list[Capture], Tally]:
    path.write_bytes(b"".join(gzip.compress(record) for record in records) if packed else b"".join(records))
    tally = Tally()
    return list(read_captures(path, tally.remarks.append, tally)), tally


GOOD = warc(url="http://a.vn/good.html")


@pytest.mark.parametrize("line", ["HTTP/2 200 ", "HTTP/3 200", "HTTP/1.1 200", "http/1.0 200 OK", "ICY 200 OK"])
def test_an_odd_status_line_is_read_by_its_number(tmp_path: Path, line: str) -> None:
    odd = warc(HTTP.replace(b"HTTP/1.1 200 OK", line.encode()) + PAGE)
    (capture, _), tally = read(tmp_path / "a.warc.gz", odd, GOOD)
    assert (capture.status, capture.body, is_good(capture), is_html(capture)) == (200, PAGE, True, True)
    assert tally.unreadable == []


def test_line_ends_before_the_status_line_are_passed_over(tmp_path: Path) -> None:
    (capture,), _ = read(tmp_path / "a.warc.gz", warc(b"\r\n" + HTTP + PAGE))
    assert (capture.status, capture.body) == (200, PAGE)


def test_a_page_without_any_http_head_is_read_and_told(tmp_path: Path) -> None:
    (capture, good), tally = read(tmp_path / "a.warc.gz", warc(PAGE), GOOD)
    assert (capture.kind, capture.status, capture.body, is_good(capture)) == ("resource", None, PAGE, True)
    assert good.kind == "response"
    (remark,) = tally.remarks
    assert "no HTTP response" in remark and "a.warc.gz" in remark and "byte 0" in remark


@pytest.mark.parametrize("block", [b"", b"HTTP/1.1 OK\r\n\r\n", b"\x00\x01 no response at all"])
def test_what_is_no_response_is_told_with_its_place_and_costs_no_neighbour(tmp_path: Path, block: bytes) -> None:
    captures, tally = read(tmp_path / "a.warc.gz", GOOD, warc(block), warc(url="http://a.vn/last.html"))
    assert [capture.url for capture in captures] == ["http://a.vn/good.html", "http://a.vn/last.html"]
    (told,) = tally.unreadable
    assert f"a.warc.gz: the record at byte {len(gzip.compress(GOOD))} cannot be read" in told
    assert tally.records == 3


@pytest.mark.parametrize("date", [None, "", "yesterday", "2013-99-01T00:00:00Z", "20139901000000", "2013"])
def test_without_a_date_the_time_is_not_known(tmp_path: Path, date: str | None) -> None:
    (capture, good), tally = read(tmp_path / "a.warc.gz", warc(date=date), GOOD)
    assert not time_is_known(capture.fetched_at) and time_is_known(good.fetched_at)
    assert capture.fetched_at < good.fetched_at
    assert tally.undated == 1 and len(tally.remarks) == 1
    (again, _), _ = read(tmp_path / "b.warc.gz", warc(date=date), GOOD)
    assert again.fetched_at == capture.fetched_at


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("2013-06-01T01:01Z", datetime(2013, 6, 1, 1, 1, tzinfo=UTC)),
        ("2013-06-01 01:01:01", datetime(2013, 6, 1, 1, 1, 1, tzinfo=UTC)),
        ("2013-06-01T08:01:01+07:00", datetime(2013, 6, 1, 1, 1, 1, tzinfo=UTC)),
        ("20130601010101", datetime(2013, 6, 1, 1, 1, 1, tzinfo=UTC)),
        ("2013-06-01T01:01:01.123456789Z", datetime(2013, 6, 1, 1, 1, 1, 123456, tzinfo=UTC)),
    ],
)
def test_dates_of_other_precision_are_read(tmp_path: Path, date: str, moment: datetime) -> None:
    (capture,), _ = read(tmp_path / "a.warc.gz", warc(date=date))
    assert capture.fetched_at == moment


@pytest.mark.parametrize(
    ("stored", "url"),
    [
        ("http://a.vn:80/1.html", "http://a.vn/1.html"),
        ("https://a.vn:443/1.html", "https://a.vn/1.html"),
        ("http://a.vn:443/1.html", "http://a.vn:443/1.html"),
        ("http://a.vn:8080/1.html", "http://a.vn:8080/1.html"),
        ("<http://a.vn:80/1.html>", "http://a.vn/1.html"),
    ],
)
def test_a_default_port_is_no_part_of_the_address(tmp_path: Path, stored: str, url: str) -> None:
    (capture,), _ = read(tmp_path / "a.warc.gz", warc(url=stored))
    assert capture.url == url


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "zstd"])
def test_a_body_that_was_decoded_already_is_taken_as_it_is(tmp_path: Path, encoding: str) -> None:
    head = HTTP.replace(b"\r\n\r\n", f"\r\nContent-Encoding: {encoding}\r\n\r\n".encode())
    (capture,), _ = read(tmp_path / "a.warc.gz", warc(head + PAGE))
    assert (capture.body, capture.outcome) == (PAGE, None)


@pytest.mark.parametrize("encoding", ["none", "UTF-8", "aws-chunked", "gzip, gzip"])
def test_an_encoding_that_is_none_costs_no_page(tmp_path: Path, encoding: str) -> None:
    head = HTTP.replace(b"\r\n\r\n", f"\r\nContent-Encoding: {encoding}\r\n\r\n".encode())
    once = gzip.compress(PAGE) if "gzip" in encoding else PAGE  # named twice, and done once
    (capture,), _ = read(tmp_path / "a.warc.gz", warc(head + once))
    assert (capture.body, capture.outcome) == (PAGE, None)
    (other,), _ = read(tmp_path / "a.warc.gz", warc(head + b"\x00\x01\x02"))
    assert (other.body, other.outcome) == (b"", "undecodable")


def test_a_record_without_a_type_is_told(tmp_path: Path) -> None:
    odd = warc().replace(b"WARC-Type: response\r\n", b"")
    (good,), tally = read(tmp_path / "a.warc.gz", odd, GOOD)
    assert good.url == "http://a.vn/good.html"
    (told,) = tally.unreadable
    assert told == "a.warc.gz: the record at byte 0 cannot be read: it has no WARC-Type"


def chunked(body: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (body[:7], body[7:])) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("Chunked", chunked(PAGE)),
        ("gzip, chunked", chunked(gzip.compress(PAGE, mtime=0))),
        ("chunked", PAGE),  # the header kept, the body unframed
        ("gzip, chunked", PAGE),
    ],
)
def test_transfer_encodings_are_undone_where_the_body_has_them(tmp_path: Path, header: str, body: bytes) -> None:
    head = HTTP.replace(b"\r\n\r\n", f"\r\nTransfer-Encoding: {header}\r\n\r\n".encode())
    (capture,), _ = read(tmp_path / "a.warc.gz", warc(head + body))
    assert capture.body == PAGE


@pytest.mark.parametrize("kind", ["resource", "conversion"])
def test_a_resource_is_a_page_without_its_response(tmp_path: Path, kind: str) -> None:
    (capture,), _ = read(tmp_path / "a.warc.gz", warc(PAGE, kind=kind, content_type="text/html; charset=utf-8"))
    assert (capture.kind, capture.status, capture.body) == ("resource", None, PAGE)
    assert capture.header("content-type") == "text/html; charset=utf-8"
    assert is_good(capture) and is_html(capture)


def test_records_that_hold_no_page_are_counted(tmp_path: Path) -> None:
    request = warc(b"GET / HTTP/1.1\r\n\r\n", kind="request", content_type="application/http; msgtype=request")
    captures, tally = read(tmp_path / "a.warc.gz", request, GOOD, warc(b"x", url="dns:a.vn", kind="resource"))
    assert (len(captures), tally.records, tally.no_captures) == (1, 3, 2)


def test_line_feeds_alone_end_the_lines_of_a_record(tmp_path: Path) -> None:
    (one, two), tally = read(
        tmp_path / "a.warc", warc(line_end=b"\n"), warc(url="http://a.vn/2.html", line_end=b"\n"), packed=False
    )
    assert (one.body, two.url, tally.unreadable) == (PAGE, "http://a.vn/2.html", [])


@pytest.mark.parametrize("packed", [True, False])
def test_a_record_that_lost_its_carriage_returns_on_the_way_gets_them_back(tmp_path: Path, packed: bool) -> None:
    lost = [warc(url=f"http://a.vn/{number}.html").replace(b"\r\n", b"\n") for number in range(3)]
    captures, tally = read(tmp_path / "a.warc", GOOD, *lost, GOOD, packed=packed)
    assert [capture.body for capture in captures] == [PAGE] * 5
    assert (tally.records, tally.unreadable, len(tally.remarks)) == (5, [], 3)
    for capture in captures:
        assert read_capture_at(tmp_path / "a.warc", capture.offset).url == capture.url


def test_a_record_that_lost_more_than_carriage_returns_is_told(tmp_path: Path) -> None:
    lost = warc().replace(b"\r\n", b"\n").replace(b"<p>", b"<p")
    path = tmp_path / "a.warc"
    path.write_bytes(lost + GOOD)
    tally = Tally()
    (only,) = read_captures(path, tally=tally)
    assert only.url == "http://a.vn/good.html"
    assert tally.unreadable == ["a.warc: the record at byte 0 is torn, or is not as long as it states: passed over"]


@pytest.mark.parametrize("media_type", ["text/html; charset=utf-8", "application/xml", None])
def test_a_page_in_gzip_that_no_header_names_is_unpacked(tmp_path: Path, media_type: str | None) -> None:
    head = f"Content-Type: {media_type}\r\n" if media_type else ""
    block = f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + gzip.compress(PAGE)
    (capture,), tally = read(tmp_path / "a.warc.gz", warc(block))
    assert (capture.body, capture.outcome, tally.unreadable) == (PAGE, None, [])


@pytest.mark.parametrize(
    ("media_type", "body"),
    [("application/gzip", gzip.compress(PAGE)), ("text/html", gzip.compress(PAGE)[:40] + PAGE)],
    ids=["a gzip file", "a broken stream"],
)
def test_what_is_a_gzip_file_or_none_stays_as_it_is(tmp_path: Path, media_type: str, body: bytes) -> None:
    block = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n\r\n".encode() + body
    (capture,), _ = read(tmp_path / "a.warc.gz", warc(block))
    assert capture.body == body


@pytest.mark.parametrize("zeros", [1, 512, 200_000])
@pytest.mark.parametrize("among", [True, False])
def test_zeros_after_a_gzip_member_are_passed_over_with_a_remark(tmp_path: Path, zeros: int, among: bool) -> None:
    path = tmp_path / "a.warc.gz"
    members = [gzip.compress(GOOD), bytes(zeros), gzip.compress(warc()) if among else b""]
    path.write_bytes(b"".join(members))
    tally = Tally()
    captures = list(read_captures(path, tally=tally))
    assert len(captures) == 1 + among
    assert (tally.records, tally.unreadable) == (1 + among, [])
    (remark,) = tally.remarks
    assert f"{zeros} bytes of zeros at byte {len(members[0])}" in remark


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_wrong_payload_digest_is_told(tmp_path: Path, algorithm: str, right: bool) -> None:
    import hashlib

    digest = hashlib.new(algorithm, PAGE if right else b"another page").digest()
    stated = f"{algorithm}:{base64.b32encode(digest).decode()}"
    (capture,), tally = read(tmp_path / "a.warc.gz", warc(more=f"WARC-Payload-Digest: {stated}\r\n"))
    assert capture.body == PAGE
    assert [stated in remark for remark in tally.remarks] == ([] if right else [True])


def test_the_digest_of_a_chunked_body_may_be_of_either_form(tmp_path: Path) -> None:
    head = HTTP.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")
    for body in (PAGE, chunked(PAGE)):
        stated = base64.b32encode(sha1(body).digest()).decode()
        record = warc(head + chunked(PAGE), more=f"WARC-Payload-Digest: sha1:{stated}\r\n")
        _, tally = read(tmp_path / "a.warc.gz", record)
        assert tally.remarks == []


def test_one_gzip_member_of_many_records_is_read_as_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "one.warc.gz"
    film = bytes(MAX_RECORD + 1)
    pages = [warc(url=f"http://a.vn/{number}.html") for number in range(50)]
    path.write_bytes(gzip.compress(b"".join((*pages[:25], warc(film, kind="resource"), *pages[25:])), 1))
    tally = Tally()
    captures = list(read_captures(path, tally.remarks.append, tally))
    assert [capture.url for capture in captures] == [f"http://a.vn/{number}.html" for number in range(50)]
    assert tally.records == 51 and len(tally.remarks) == 1 and str(MAX_RECORD) in tally.remarks[0]
    assert read_capture_at(path, captures[30].offset, captures[30].record_id) == captures[30]


def test_the_records_before_a_torn_one_of_one_member_are_read(tmp_path: Path) -> None:
    path = tmp_path / "one.warc.gz"
    pages = b"".join(warc(url=f"http://a.vn/{number}.html") for number in range(3))
    pack = zlib.compressobj(wbits=31)
    packed = (
        pack.compress(pages) + pack.flush(zlib.Z_SYNC_FLUSH) + pack.compress(warc(url="http://a.vn/torn.html")[:80])
    )
    path.write_bytes(packed + pack.flush(zlib.Z_SYNC_FLUSH))
    tally = Tally()
    captures = list(read_captures(path, tally.remarks.append, tally))
    assert [capture.url for capture in captures] == ["http://a.vn/0.html", "http://a.vn/1.html"]
    assert len(tally.unreadable) == 1 and "torn" in tally.unreadable[0]


def test_a_header_block_and_nested_encodings_have_their_limits(tmp_path: Path) -> None:
    long = HTTP.replace(b"\r\n\r\n", b"\r\nX: %b\r\n\r\n" % (b"y" * MAX_HEAD)) + PAGE
    packed = PAGE
    for _ in range(MAX_ENCODINGS + 1):
        packed = brotli.compress(packed)
    names = ", ".join(["br"] * (MAX_ENCODINGS + 1))
    nested = HTTP.replace(b"\r\n\r\n", f"\r\nContent-Encoding: {names}\r\n\r\n".encode()) + packed
    members = b"".join(gzip.compress(b"a") for _ in range(MAX_GZIP_MEMBERS + 1))
    many = HTTP.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n") + members
    captures, tally = read(tmp_path / "a.warc.gz", warc(long), warc(nested), warc(many), GOOD)
    assert [(capture.outcome, capture.body) for capture in captures[:2]] == [("undecodable", b"")] * 2
    assert captures[2].body == PAGE
    assert [str(MAX_HEAD) in told for told in tally.unreadable] == [True]


def encoded(names: str, body: bytes) -> bytes:
    return warc(HTTP.replace(b"\r\n\r\n", f"\r\nContent-Encoding: {names}\r\n\r\n".encode()) + body)


PACKERS = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}


@pytest.mark.parametrize("outer", PACKERS)
@pytest.mark.parametrize("inner", PACKERS)
def test_encodings_over_each_other_are_undone_and_share_one_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inner: str, outer: str
) -> None:
    monkeypatch.setattr(scraper.captures.decoders, "MAX_BODY", 80_000)
    names = f"{inner}, {outer}"
    small = encoded(names, PACKERS[outer](PACKERS[inner](PAGE)))
    noise = random.Random(1).randbytes(50_000)  # packed once, it is as long again
    large = encoded(names, PACKERS[outer](PACKERS[inner](noise)))
    captures, _ = read(tmp_path / "a.warc.gz", small, large, GOOD)
    assert [capture.outcome for capture in captures] == [None, "too-large", None]
    assert captures[0].body == captures[2].body == PAGE


def test_a_body_of_zstd_may_not_ask_for_more_memory_than_the_web_allows(tmp_path: Path) -> None:
    level = {
        int(zstd.CompressionParameter.window_log): MAX_WINDOW + 1,
        int(zstd.CompressionParameter.content_size_flag): 0,
    }
    pack = zstd.ZstdCompressor(options=level)
    (capture, good), _ = read(tmp_path / "a.warc.gz", encoded("zstd", pack.compress(PAGE) + pack.flush()), GOOD)
    assert (capture.outcome, good.outcome) == ("undecodable", None)


def test_a_body_of_as_many_chunks_as_may_be_is_read(tmp_path: Path) -> None:
    head = HTTP.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")
    body = b"1\r\nx\r\n" * MAX_CHUNKS + b"0\r\n\r\n"
    captures, _ = read(tmp_path / "a.warc", warc(head + body), packed=False)
    assert [capture.body for capture in captures] == [b"x" * MAX_CHUNKS]


@pytest.mark.parametrize("end", [b"", b"\r", b"\r\n"])
def test_a_chunked_body_that_is_torn_at_the_end_of_a_chunk_shows_no_frame(tmp_path: Path, end: bytes) -> None:
    head = HTTP.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")
    torn = chunked(PAGE).removesuffix(b"\r\n0\r\n\r\n") + end
    (capture,), _ = read(tmp_path / "a.warc", warc(head + torn), packed=False)
    assert capture.body == PAGE


def test_a_body_of_too_many_chunks_is_told(tmp_path: Path) -> None:
    head = HTTP.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")
    body = b"1\r\nx\r\n" * (MAX_CHUNKS + 1) + b"0\r\n\r\n"
    captures, tally = read(tmp_path / "a.warc", warc(head + body), GOOD, packed=False)
    assert [capture.url for capture in captures] == ["http://a.vn/good.html"]
    assert len(tally.unreadable) == 1 and "a.warc: the record at byte 0" in tally.unreadable[0]


@pytest.mark.parametrize("kind", ["response", "resource", "revisit"])
def test_a_wrong_block_digest_is_told_with_file_and_offset(tmp_path: Path, kind: str) -> None:
    block = HTTP + PAGE
    right, wrong = (base64.b32encode(sha1(content).digest()).decode() for content in (block, PAGE))
    records = [warc(block, kind=kind, more=f"WARC-Block-Digest: sha1:{digest}\r\n") for digest in (right, wrong)]
    captures, tally = read(tmp_path / "a.warc.gz", *records)
    assert len(captures) == 2
    place = f"a.warc.gz: the record at byte {len(gzip.compress(records[0]))}"
    assert tally.remarks == [f"{place}: its block is not the one whose digest it states (sha1:{wrong})"]


ODD_RECORDS = {
    "a header block without end": warc(more="a:b\r\n" * (MAX_HEAD // 5 + 1)),
    "no length": warc().replace(b"Content-Length", b"Content-Size"),
    "a length too short": warc(more="Content-Length: 10\r\n"),
    "a length too long": warc(more="Content-Length: 900\r\n"),
    "a length beyond the file": warc(more="Content-Length: 99999999999\r\n"),
    "another program's lines": b"Warning: no more space\r\n\r\n<p>...</p>\n" * 3,
    "another version": warc().replace(b"WARC/1.0", b"WARC/7.0"),
    "a negative length": warc().replace(b"Content-Length: ", b"Content-Length: -"),
}


@pytest.mark.parametrize("name", ODD_RECORDS)
@pytest.mark.parametrize("packed", [None, "one", "each"])
def test_an_odd_record_costs_no_neighbour(tmp_path: Path, name: str, packed: str | None) -> None:
    pages = [warc(url=f"http://a.vn/{number}.html") for number in range(6)]
    records = [*pages[:3], ODD_RECORDS[name], *pages[3:]]
    content = b"".join(gzip.compress(each) if packed == "each" else each for each in records)
    path = tmp_path / ("a.warc" if packed is None else "a.warc.gz")
    path.write_bytes(gzip.compress(content) if packed == "one" else content)
    tally = Tally()
    told: list[str] = []
    captures = list(read_captures(path, told.append, tally))
    if name == "a length beyond the file" and packed == "one":
        pages = pages[:3]  # a packed stream cannot be asked how long it is
    assert [capture.url for capture in captures] == [f"http://a.vn/{number}.html" for number in range(len(pages))]
    assert tally.unreadable and tally.unreadable == told and path.name in told[0]
    for capture in captures if packed != "one" else ():
        assert read_capture_at(path, capture.offset).url == capture.url


def test_looking_for_the_next_record_has_its_limit(tmp_path: Path) -> None:
    odd = b"WARC/1.0\r\nContent-Length: 90\r\n\r\nx\r\n"
    captures, tally = read(tmp_path / "a.warc", GOOD, *[odd] * (MAX_ODD + 5), GOOD, packed=False)
    assert len(captures) == 1
    assert len(tally.unreadable) == MAX_ODD + 2 and str(MAX_ODD) in tally.unreadable[-1]


LONG = PAGE.replace(b"</p>", b"</p>" + b"<p>hai</p>" * 10_000)


@pytest.mark.parametrize("packed", [True, False])
def test_a_look_through_a_file_unpacks_only_the_opening_of_what_is_not_wanted(tmp_path: Path, packed: bool) -> None:
    long = HTTP.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n") + gzip.compress(LONG)
    records = (GOOD, warc(long, url="http://a.vn/long.html"), warc(b"GET / HTTP/1.1\r\n\r\n", kind="request"))
    captures, _ = read(tmp_path / "a", *records, packed=packed)
    asked: list[bytes] = []

    def is_wanted(capture: Capture) -> bool:
        asked.append(capture.body)
        return capture.url == wanted

    for wanted in ("http://a.vn/long.html", "http://a.vn/good.html"):
        looked = list(look_through(tmp_path / "a", is_wanted))
        assert [replace(each, body=b"") for each in looked] == [replace(each, body=b"") for each in captures]
        whole = [each.body for each in captures if each.url == wanted]
        assert [each.body for each in looked if each.url == wanted] == whole
    assert asked == [PAGE, LONG[:OPENING]] * 2
    assert looked[1].body == LONG[:OPENING]


@pytest.mark.parametrize("encoding", [*PACKERS, "identity", "rot13"])
def test_the_opening_of_a_body_is_how_it_begins_whatever_its_encoding(tmp_path: Path, encoding: str) -> None:
    packer = PACKERS.get(encoding, bytes)
    captures, _ = read(tmp_path / "a", *(encoded(encoding, packer(page)) for page in (PAGE, LONG, b"")))
    openings = [each.body for each in look_through(tmp_path / "a", lambda _: False)]
    for capture, opening in zip(captures, openings, strict=True):
        assert capture.body.startswith(opening) and len(opening) >= min(OPENING, len(capture.body))


@pytest.mark.parametrize("packed", [True, False])
def test_a_page_whose_body_nobody_needs_is_read_once(
    tmp_path: Path, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = [f"http://a.vn/{number}.html" for number in range(6)]
    captures, tally = read(tmp_path / "a", *(warc(url=url) for url in urls), packed=packed)
    sizes = {capture.record_id: len(PAGE) for capture in captures if capture.url in urls[1:5]}
    heads = Heads(sizes.get, most=2)
    looked = list(look_through(tmp_path / "a", lambda capture: capture.url == urls[2], heads=heads))
    bodies = [capture.body for capture in looked]
    assert bodies == [PAGE, b"", PAGE, b"", PAGE, PAGE], "one is wanted whole, and no more than two are kept"
    assert [capture.size for capture in looked] == [len(PAGE)] * 6

    parsed: list[int] = []

    def noted(raw: bytes, file: str, offset: int, tally: Tally) -> Capture | None:
        parsed.append(offset)
        return capture_in(raw, file, offset, tally)

    monkeypatch.setattr(scraper.captures.reader, "capture_in", noted)
    again = Tally()
    second = list(read_captures(tmp_path / "a", again.remarks.append, again, heads=heads))
    assert [replace(each, body=b"", dropped=0) for each in second] == [replace(each, body=b"") for each in captures]
    assert [capture.body for capture in second] == [PAGE, b"", PAGE, b"", PAGE, PAGE]
    assert parsed == [captures[place].offset for place in (0, 2, 4, 5)]
    assert again == tally and not heads.kept


@pytest.mark.parametrize(
    "odd",
    [
        warc(more="WARC-Payload-Digest: sha1:OTHER\r\n"), warc(more="WARC-Block-Digest: sha1:OTHER\r\n"),
        warc(date=None),
        warc(HTTP.replace(b"Content-Type: text/html; charset=utf-8\r\n", b"") + PAGE),
        warc(HTTP.replace(b"HTTP/1.1", b"HTTP/2") + PAGE),
    ],
)  # fmt: skip
def test_an_odd_page_is_read_twice_so_that_it_is_told(tmp_path: Path, odd: bytes) -> None:
    captures, tally = read(tmp_path / "a", odd, GOOD)
    heads, again = Heads(lambda _: len(PAGE)), Tally()
    looked = list(look_through(tmp_path / "a", lambda _: False, heads=heads))
    assert [capture.body for capture in looked] == [PAGE, b""]
    (first, _) = list(read_captures(tmp_path / "a", again.remarks.append, again, heads=heads))
    assert first == captures[0] and again == tally


def test_a_page_that_shares_its_gzip_member_is_read_twice(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(gzip.compress(GOOD + warc(url="http://a.vn/last.html")))
    heads = Heads(lambda _: len(PAGE))
    assert [each.body for each in look_through(tmp_path / "a", lambda _: False, heads=heads)] == [PAGE, PAGE]
    assert [each.body for each in read_captures(tmp_path / "a", heads=heads)] == [PAGE, PAGE]


@pytest.mark.parametrize(
    "member",
    [GOOD + b"no record\r\n", b"no record\r\n\r\n" + GOOD, GOOD + GOOD[:-9], GOOD.replace(b"\r\n", b"\n")],
    ids=["after it", "before it", "torn", "without returns"],
)
def test_what_is_odd_in_the_gzip_member_of_a_page_is_told_though_nobody_needs_its_body(
    tmp_path: Path, member: bytes
) -> None:
    (tmp_path / "a").write_bytes(gzip.compress(member) + gzip.compress(GOOD))
    tally, again, heads = Tally(), Tally(), Heads(lambda _: len(PAGE))
    captures = list(read_captures(tmp_path / "a", ignore, tally))
    looked = list(look_through(tmp_path / "a", lambda _: False, heads=heads))
    assert [capture.body for capture in looked] == [PAGE, b""]
    assert [each.size for each in read_captures(tmp_path / "a", ignore, again, heads=heads)] == [len(PAGE)] * 2
    assert len(captures) == 2 and again == tally and tally.unreadable + tally.remarks


def test_a_look_through_a_file_passes_over_what_cannot_be_read(tmp_path: Path) -> None:
    read(tmp_path / "a", GOOD, warc(b"HTTP/1.1 OK\r\n\r\n"), warc(kind=""), warc(url="http://a.vn/last.html"))
    urls = [capture.url for capture in look_through(tmp_path / "a", lambda _: True)]
    assert urls == ["http://a.vn/good.html", "http://a.vn/last.html"]
