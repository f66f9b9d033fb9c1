"""What a packed answer becomes when it is unpacked."""

from __future__ import annotations

import gzip

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse
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


def test_an_answer_that_is_not_packed_stays_as_it_is() -> None:
    plain = HtmlResponse("http://paper.example/", body=PAGE.encode())
    assert unpacked(plain) is plain
