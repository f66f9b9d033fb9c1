"""An article that is taken down goes from the storage too."""

from __future__ import annotations

import gzip

from flows.cluster.forgetting import forget_pages
from flows.cluster.objects import Objects

GONE, KEPT = "http://bao.test/mot-1/", "http://bao.test/hai-2/"


def record(number: int, url: str, words: str) -> bytes:
    body = words.encode()
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + body + b"\r\n\r\n", mtime=0)


def test_every_trace_of_the_article_goes_and_nothing_else(objects: Objects) -> None:
    base = "runs/r/shard-1/1"
    objects.put(f"{base}/captures/00000001", record(1, KEPT, "lời hai") + record(2, GONE, "lời một"))
    objects.put(f"{base}/captures/00000002", record(3, GONE, "lời một, lần nữa"))
    objects.put(f"{base}/pages/00000001", b'<urn:uuid:1> PrintedArticle {}\n<urn:uuid:2> PrintedArticle {"x": 1}\n')
    objects.put(f"{base}/crawl.log", f"asked {KEPT}\nasked {GONE}\n".encode())
    objects.put(f"{base}/plan.json", b"{}")
    assert forget_pages(objects, {GONE}) == 2
    left = {key: (objects.read(key) or (b"", ""))[0] for key in objects.keys("runs/")}
    assert left == {
        f"{base}/captures/00000001": record(1, KEPT, "lời hai"),
        f"{base}/captures/00000002": b"",
        f"{base}/pages/00000001": b"<urn:uuid:1> PrintedArticle {}\n",
        f"{base}/crawl.log": f"asked {KEPT}\n".encode(),
        f"{base}/plan.json": b"{}",
    }
    assert forget_pages(objects, {GONE}) == 0


def test_a_part_that_was_cut_in_the_middle_hides_nothing(objects: Objects) -> None:
    key = "runs/r/shard-1/1/captures/00000001"
    kept, gone, torn = record(1, KEPT, "lời hai"), record(2, GONE, "lời một"), record(3, KEPT, "lời ba" * 50)[:-30]
    objects.put(key, torn + gone + kept)
    assert forget_pages(objects, {GONE}) == 1
    assert (objects.read(key) or (b"", ""))[0] == torn + kept
    objects.put(key, kept + record(4, GONE, "".join(map(chr, range(0x1EA0, 0x1EF9))))[:-40] + kept)
    assert forget_pages(objects, {GONE}) == 1
    assert (objects.read(key) or (b"", ""))[0] == kept + kept
