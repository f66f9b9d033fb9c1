"""An archive that serves something else than its index promised is told, and what it served is left."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path

import httpx
import pytest

from flows.runs.index_check import NotAsPromised, check_against_index, refuse_future
from scraper.fetch.archives import ArchiveClient, CommonCrawl, Memento, Scope, Unanswered, Wayback
from scraper.fetch.exchange import Exchange
from tests.captures.records import HTTP, PAGE, warc

URL = "http://a.vn/1.html"
AT = datetime(2013, 6, 1, 1, 1, 1, tzinfo=UTC)
DIGEST = base64.b32encode(sha1(PAGE).digest()).decode()
STATED = f"WARC-Payload-Digest: sha1:{DIGEST}\r\n"


def promised(**changed: object) -> Memento:
    values = {"url": URL, "captured_at": AT, "digest": DIGEST, "address": "http://archive/x", **changed}
    return Memento(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("more", ["", STATED])
@pytest.mark.parametrize("url", [URL, "http://a.vn:80/1.html", "https://a.vn/1.html"])
def test_the_record_that_was_promised_is_taken(more: str, url: str) -> None:
    assert check_against_index(promised(), gzip.compress(warc(url=url, more=more))) is None


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (warc(url="http://a.vn/2.html"), "promised http://a.vn/1.html"),
        (warc(url="http://b.vn/1.html"), "is of http://b.vn/1.html"),
        (warc(date="2014-06-01T01:01:01Z"), "the record 2014-06-01"),
        (warc(HTTP.replace(b"200 OK", b"404 Not Found") + PAGE), "the record 404"),
        (warc(HTTP + b"another page", more=STATED), "not the one of the digest"),
        (warc(more=STATED.replace(DIGEST, "A" * 32)), "not the one of the digest"),
        (warc(kind="request"), "not one whole record"),
        (b"no record", "not one whole record"),
    ],
)
def test_another_record_is_refused(record: bytes, said: str) -> None:
    with pytest.raises(NotAsPromised, match=said):
        check_against_index(promised(), gzip.compress(record))


def test_another_digest_of_an_unpacked_page_is_a_remark() -> None:
    exchange = Exchange(
        url=URL,
        method="GET",
        request_headers=(),
        status=200,
        headers=(),
        body=PAGE,
        protocol="HTTP/1.1",
        fetched_at=AT,
    )
    assert check_against_index(promised(), exchange) is None
    remark = check_against_index(promised(digest="B" * 32), exchange)
    assert remark is not None and DIGEST in remark


def test_a_capture_dated_ahead_is_refused_and_a_slow_clock_is_not() -> None:
    refuse_future(promised(), AT - timedelta(minutes=5))
    with pytest.raises(NotAsPromised, match="has not come yet"):
        refuse_future(promised(), AT - timedelta(hours=1))


@contextmanager
def answering(
    answer: Callable[[httpx.Request], httpx.Response], monkeypatch: pytest.MonkeyPatch
) -> Iterator[ArchiveClient]:
    """A client whose requests are answered here."""
    client = ArchiveClient("tinkhoi-test", delay=0, wait=lambda _: None)
    monkeypatch.setattr(client, "_http", httpx.Client(transport=httpx.MockTransport(answer)))
    yield client
    client.close()


SCOPE = Scope(prefix="a.vn/")
FIELDS = ["timestamp", "original", "digest"]


def test_default_ports_in_an_index_are_no_part_of_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [FIELDS, ["20130601010101", "http://a.vn:80/1.html", "D"]]
    with answering(lambda _: httpx.Response(200, json=rows), monkeypatch) as client:
        (memento,) = Wayback(client, "http://archive").page(SCOPE, None).mementos
    assert memento.url == URL
    assert memento.address == "http://archive/web/20130601010101id_/http://a.vn:80/1.html"


def test_one_odd_row_of_an_index_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [FIELDS, ["20139999010101", URL, "D"], ["20130601010101", URL, "D"], [1], ["20130601010101", URL, "D"]]
    with answering(lambda _: httpx.Response(200, json=rows), monkeypatch) as client:
        page = Wayback(client, "http://archive").page(SCOPE, None)
    assert (len(page.mementos), len(page.odd)) == (2, 2)


@pytest.mark.parametrize(
    "text",
    [
        "<html>Temporarily Offline</html>",
        '{"a": 1}',
        json.dumps([FIELDS, ["x"]]),
        json.dumps([FIELDS, [], [["not", "a", "key"]]]),
    ],
)
def test_an_answer_that_is_no_index_ends_with_a_clear_line(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        answering(lambda _: httpx.Response(200, text=text), monkeypatch) as client,
        pytest.raises(Unanswered, match="row"),
    ):
        Wayback(client, "http://archive").page(SCOPE, None)


@pytest.mark.parametrize(
    "total", ["{}", '{"blocks": 3}', '{"pages": null}', '{"pages": "many"}', '{"pages": -1}', "[]"]
)
def test_a_missing_total_of_an_index_is_refused_and_not_read_as_none(
    total: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        answering(lambda _: httpx.Response(200, text=total), monkeypatch) as client,
        pytest.raises(Unanswered, match="not a number of pages"),
    ):
        CommonCrawl(client, "http://archive/index").page(SCOPE, None)


def test_an_empty_list_of_indexes_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        answering(lambda _: httpx.Response(200, json=[]), monkeypatch) as client,
        pytest.raises(Unanswered, match="try again later"),
    ):
        CommonCrawl(client, "http://archive/collinfo.json").page(SCOPE, None)


def test_a_memento_of_another_time_is_not_the_one_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"Memento-Datetime": "Mon, 01 Jun 2015 01:01:01 GMT"}
    with (
        answering(lambda _: httpx.Response(200, content=PAGE, headers=headers), monkeypatch) as client,
        pytest.raises(Unanswered, match="2015-06-01"),
    ):
        Wayback(client, "http://archive").fetch(promised())


@pytest.mark.parametrize(
    ("original", "is_taken"),
    [("http://www.a.vn:80/1.html", True), ("https://a.vn/1.html", True), ("http://a.vn/2.html", False)],
)
def test_a_memento_of_another_address_is_not_the_one_asked_for(
    monkeypatch: pytest.MonkeyPatch, original: str, is_taken: bool
) -> None:
    headers = {"Link": f'<{original}>; rel="original", <http://archive/timemap/1>; rel="timemap"'}
    with answering(lambda _: httpx.Response(200, content=PAGE, headers=headers), monkeypatch) as client:
        if is_taken:
            assert Wayback(client, "http://archive").fetch(promised()).body == PAGE
            return
        with pytest.raises(Unanswered, match=original):
            Wayback(client, "http://archive").fetch(promised())


def test_a_file_outside_the_archive_is_an_odd_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    row = {"url": URL, "timestamp": "20130601010101", "digest": "D", "offset": "0", "length": "9"}
    lines = "\n".join(json.dumps(row | {"filename": name}) for name in ("http://b.vn/x", "a.warc.gz"))
    with answering(lambda _: httpx.Response(200, text=lines), monkeypatch) as client:
        crawl = CommonCrawl(client, "http://archive/index", "http://archive/data")
        page = crawl.page(SCOPE, None)
    assert [memento.address for memento in page.mementos] == ["http://archive/data/a.warc.gz"]
    assert len(page.odd) == 1 and "outside" in page.odd[0]
