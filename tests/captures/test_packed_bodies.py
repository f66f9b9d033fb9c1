"""A body that its server has packed is stored as it is, in a gzip member like any other."""

from __future__ import annotations

import gzip
import os
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.captures import CaptureWriter, read_captures
from scraper.captures.writer import gzip_member
from tests.captures.test_captures import EXCHANGE


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 200_000])
@pytest.mark.parametrize("stored_from", [0, 7, None])
def test_both_parts_unpack_as_one(size: int, stored_from: int | None) -> None:
    content = b"WARC/1.1 " + os.urandom(size)
    assert gzip.decompress(gzip_member(content, len(content) if stored_from is None else stored_from)) == content


def test_a_packed_body_comes_back_and_makes_the_file_no_larger(tmp_path: Path) -> None:
    page = b"<html><body>" + b"".join(b"<p>%s</p>" % os.urandom(30).hex().encode() for _ in range(500))
    packed = gzip.compress(page)
    path = tmp_path / "night.warc.gz"
    with path.open("wb") as file:
        CaptureWriter(file).write(
            replace(EXCHANGE, body=packed, headers=(*EXCHANGE.headers, ("Content-Encoding", "gzip")))
        )
    (capture,) = read_captures(path)
    assert capture.body == page
    assert path.stat().st_size < len(gzip.compress(gzip.decompress(path.read_bytes()))) * 1.05
