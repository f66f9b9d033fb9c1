"""What a packed answer becomes when it is unpacked."""

from __future__ import annotations

import gzip
import random
import zlib

import brotli
import pytest
from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response, TextResponse
from scrapy.utils.test import get_crawler

from scraper.fetch.packed_bodies import FewLayers

PAGE = "<meta charset=utf-8><p>Đảng ủy</p>"


class Asked(HtmlResponse):
    """An answer as Scrapy makes it, which fails where someone wants the encoding of its characters."""

    @property
    def encoding(self) -> str:
        pytest.fail("packed bytes were searched for an encoding")


def unpacked(response: TextResponse) -> object:
    return FewLayers.from_crawler(get_crawler()).process_response(Request(response.url), response)


def test_a_packed_answer_is_not_searched_for_an_encoding_before_it_is_unpacked() -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/html", "ETag": "x"}
    told = unpacked(Asked("http://paper.example/", headers=headers, body=gzip.compress(PAGE.encode()), status=203))
    assert isinstance(told, HtmlResponse) and not isinstance(told, Asked)
    assert (told.text, told.status, told.headers["ETag"]) == (PAGE, 203, b"x")


def packed(content: bytes) -> bytes:
    """In gzip, each time as the same bytes: they are in the tests' names."""
    return gzip.compress(content, mtime=0)


class Reader(Spider):
    """A spider that reads what it is told to read."""

    name = "reader"
    wants = False

    def reads(self, request: Request, response: Response) -> bool:
        return self.wants


def passed_on(body: bytes, encoding: str, *, wants: bool = False, most: int = 10_000) -> Response:
    crawler = get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": most})
    crawler.spider = Reader(wants=wants)
    told = FewLayers.from_crawler(crawler).process_response(
        Request("http://paper.example/"),
        HtmlResponse("http://paper.example/", headers={"Content-Encoding": encoding}, body=body),
    )
    assert isinstance(told, Response)
    return told


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", packed(PAGE.encode())),
        ("GZIP", packed(PAGE.encode())),
        ("br", brotli.compress(PAGE.encode())),
        ("deflate", zlib.compress(PAGE.encode())),
        ("gzip, br", brotli.compress(packed(PAGE.encode()))),
    ],
)
def test_an_answer_that_nobody_reads_stays_packed(encoding: str, body: bytes) -> None:
    kept = passed_on(body, encoding)
    assert (kept.body, kept.headers["Content-Encoding"]) == (body, encoding.encode())
    read = passed_on(body, encoding, wants=True)
    assert (read.body, "Content-Encoding" in read.headers) == (PAGE.encode(), False)


WHOLE = packed(PAGE.encode())


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", packed(b" " * 10_001)),
        ("gzip", b"x"),
        ("gzip", b""),
        ("gzip", WHOLE[:12]),
        ("gzip", WHOLE[:-9]),
        ("gzip", WHOLE[:-8] + b"\0" * 8),
        ("gzip", WHOLE + WHOLE),
        ("gzip", WHOLE + b"x"),
        ("br", b"x"),
        ("br", brotli.compress(b" " * 10_001)),
        ("deflate", b"x"),
        ("rot13", b"x"),
        ("rot13, gzip", WHOLE),
    ],
)
def test_what_cannot_be_unpacked_ends_alike_whether_it_is_read_or_not(encoding: str, body: bytes) -> None:
    ends = []
    for wants in (True, False):
        try:
            passed_on(body, encoding, wants=wants)
        except Exception as error:
            ends.append(f"{error!r}")
        else:
            ends.append("goes on")
    assert ends[0] == ends[1]


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
@pytest.mark.parametrize("content", ["alike", "drawn"])
def test_a_body_of_any_size_stays_packed(size: int, content: str) -> None:
    body = packed(b" " * size if content == "alike" else random.Random(size).randbytes(size))
    assert passed_on(body, "gzip", most=size + 1).body == body
    assert passed_on(body, "gzip", most=size + 1, wants=True).headers.get("Content-Encoding") is None


def test_as_many_bytes_as_are_accepted_are_unpacked_and_not_one_more() -> None:
    assert passed_on(packed(b" " * 10_000), "gzip").headers["Content-Encoding"] == b"gzip"
    with pytest.raises(IgnoreRequest, match="DOWNLOAD_MAXSIZE"):
        passed_on(packed(b" " * 10_001), "gzip")


def test_an_answer_that_is_not_packed_stays_as_it_is() -> None:
    plain = HtmlResponse("http://paper.example/", body=PAGE.encode())
    assert unpacked(plain) is plain
