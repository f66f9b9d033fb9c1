"""Each form of saved pages, written here as its program writes it."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scraper.captures import Tally, capture_in
from scraper.items import time_is_known
from scraper.saved import Form, SavedPage, form_of, saved_pages
from scraper.saved.records import record_of

URL = "https://bao.example.vn/xay-dung-dang/bai-viet-100001.html"
TEXT = "<!DOCTYPE html><html><head><title>Đảng uỷ Khối</title></head><body><p>một</p></body></html>"
NOW = datetime(2026, 11, 28, tzinfo=UTC)


def pages(path: Path, form: Form) -> tuple[list[SavedPage], Tally]:
    assert form_of(path) is form
    tally = Tally()
    return list(saved_pages(path, form, tally)), tally


def entry(**changed: Any) -> dict[str, Any]:
    content = {"size": 9, "mimeType": "text/html; charset=windows-1258", "text": TEXT, **changed.pop("content", {})}
    headers = [
        {"name": "content-type", "value": "text/html; charset=windows-1258"},
        {"name": "Content-Encoding", "value": "br"},
        {"name": "ETag", "value": '"1"'},
    ]
    response = {"status": 200, "headers": headers, "content": content, **changed.pop("response", {})}
    request = {"method": "GET", "url": URL, **changed.pop("request", {})}
    return {"startedDateTime": "2024-07-11T15:51:00.123+07:00", "request": request, "response": response, **changed}


def har(path: Path, *entries: object) -> Path:
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), encoding="utf-8")
    return path


def test_har(tmp_path: Path) -> None:
    coded = {"text": base64.b64encode(TEXT.encode()).decode(), "encoding": "base64"}
    picture = entry(content={"mimeType": "image/png", "text": "x"})
    path = har(tmp_path / "a.har", entry(), entry(content=coded), picture, entry(response={"status": 0}))
    (text, base), tally = pages(path, Form.HAR)
    assert (text.url, text.status, text.body.decode()) == (URL, 200, TEXT)
    assert text.captured_at == datetime(2024, 7, 11, 8, 51, 0, 123000, tzinfo=UTC)
    headers = dict(text.headers)
    assert headers["Content-Type"] == "text/html; charset=utf-8"  # a text in JSON is Unicode
    assert headers["ETag"] == '"1"' and "Content-Encoding" not in headers
    assert dict(base.headers)["content-type"] == "text/html; charset=windows-1258"  # bytes as they were sent
    assert (tally.records, tally.no_captures, tally.unreadable) == (4, 2, [])


def test_one_odd_entry_of_a_har_costs_no_other(tmp_path: Path) -> None:
    lost = entry()
    del lost["response"]["content"]["text"]
    path = har(tmp_path / "a.har", lost, {"request": 1}, None, entry())
    (page,), tally = pages(path, Form.HAR)
    assert page.url == URL
    assert [told.partition(" cannot")[0] for told in tally.unreadable] == [f"a.har: entry {n}" for n in range(3)]
    assert "save the HAR with content" in tally.unreadable[0]


@pytest.mark.parametrize("time", ["long ago", None, "", 1720687860, "2024-07-11T15:51:00", "2024-07-11"])
def test_an_entry_of_a_har_whose_time_is_uncertain_has_none_and_says_so(tmp_path: Path, time: object) -> None:
    (page, good), tally = pages(har(tmp_path / "a.har", entry(startedDateTime=time), entry()), Form.HAR)
    assert page.captured_at is None and good.captured_at is not None
    (told,) = tally.remarks
    assert told.startswith("a.har: entry 0: its time") and repr(time) in told
    assert (tally.records, tally.unreadable) == (2, [])


def test_a_har_whose_log_does_not_stand_first(tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    path.write_text(json.dumps({"comment": "x", "log": {"entries": [entry()]}}), encoding="utf-8")
    (page,), _ = pages(path, Form.HAR)
    assert page.url == URL


def test_a_torn_har_gives_what_stands_before_the_tear_and_is_told(tmp_path: Path) -> None:
    path = har(tmp_path / "a.har", entry(), entry())
    path.write_bytes(path.read_bytes()[:-30])
    (found,), tally = pages(path, Form.HAR)
    assert found.url == URL
    assert len(tally.unreadable) == 1 and "a.har: not a whole HAR file from entry 1 on" in tally.unreadable[0]


MHTML = f"""From: <Saved by Blink>
Snapshot-Content-Location: {URL}
Subject: =?utf-8?Q?=C4=90=E1=BA=A3ng?=
Date: Thu, 11 Jul 2024 15:51:00 +0700
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="----b"

------b
Content-Type: text/html
Content-Transfer-Encoding: base64
Content-Location: https://bao.example.vn/frame

{base64.b64encode(b"<p>frame</p>").decode()}
------b
Content-Type: text/html
Content-Transfer-Encoding: base64
Content-Location: {URL}

{base64.encodebytes(TEXT.encode()).decode()}
------b
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: https://bao.example.vn/a.png

AAAA
------b--
"""


def test_mhtml(tmp_path: Path) -> None:
    path = tmp_path / "a.mhtml"
    path.write_bytes(MHTML.replace("\n", "\r\n").encode())
    (page,), tally = pages(path, Form.MHTML)
    assert (page.url, page.body.decode(), page.kind) == (URL, TEXT, "conversion")
    assert page.captured_at == datetime(2024, 7, 11, 8, 51, tzinfo=UTC)
    assert (tally.records, tally.no_captures) == (3, 2)
    path.write_bytes(MHTML.replace(URL, "cid:x").encode())
    found, tally = pages(path, Form.MHTML)
    assert found == [] and "no address of the web" in tally.unreadable[0]


SINGLE_FILE = f"""<!DOCTYPE html> <html><!--
 Page saved with SingleFile{" "}
 url: {URL}{" "}
 saved date: Thu Jul 11 2024 15:51:00 GMT+0700 (Indochina Time)
--><meta charset=utf-8>
<p>một"""


def test_single_file_tells_its_time_and_save_page_as_does_not(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(SINGLE_FILE, encoding="utf-8")
    (page,), _ = pages(path, Form.SAVED_HTML)
    assert (page.url, page.captured_at) == (URL, datetime(2024, 7, 11, 8, 51, tzinfo=UTC))
    path.write_text(f"<!DOCTYPE html>\n<!-- saved from url=({len(URL):04}){URL} -->\n{TEXT}", encoding="utf-8")
    (page,), _ = pages(path, Form.SAVED_HTML)
    assert (page.url, page.captured_at) == (URL, None)
    path.write_text(TEXT, encoding="utf-8")
    assert form_of(path) is None


def cache(path: Path, **fields: str) -> Path:
    """A cache as HTTrack writes it: the headers in the extra field of the local header alone."""
    lines = {"X-In-Cache": "1", "X-StatusCode": "200", "Content-Type": "text/html", "X-Charset": "utf-8", **fields}
    lines["Last-Modified"] = "Thu, 11 Jul 2024 08:51:00 GMT"
    extra = ("HTTP/1.1 200 OK\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())).encode()
    name, body = URL.encode(), TEXT.encode()
    sizes = (zlib.crc32(body), len(body), len(body))
    local = (
        struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 0, *sizes, len(name), len(extra)) + name + extra + body
    )
    central = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 0, 20, 0, 0, 0, 0, *sizes, len(name), 0, 0, 0, 0, 0, 0)
    central += name
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(local + central + end)
    return path


def test_httrack(tmp_path: Path) -> None:
    path = cache(tmp_path / "site" / "hts-cache" / "new.zip", **{"X-Save": "bao/a.html"})
    (page,), _ = pages(path, Form.HTTRACK)
    assert (page.url, page.status, page.body.decode(), page.captured_at) == (URL, 200, TEXT, None)
    assert dict(page.headers) == {
        "Content-Type": "text/html; charset=utf-8", "Last-Modified": "Thu, 11 Jul 2024 08:51:00 GMT",
    }  # fmt: skip
    mirrored = tmp_path / "site" / "bao" / "a.html"
    mirrored.parent.mkdir()
    mirrored.write_text(
        f"{TEXT}<!-- Mirrored from bao/a.html by HTTrack Website Copier/3.x [XR&CO'2014],"
        " Fri, 12 Jul 2024 01:02:03 GMT -->",
        encoding="utf-8",
    )
    (page,), _ = pages(path, Form.HTTRACK)
    assert page.captured_at == datetime(2024, 7, 12, 1, 2, 3, tzinfo=UTC)


def test_httrack_names_outside_the_mirror_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("Mirrored from", encoding="utf-8")
    path = cache(tmp_path / "site" / "hts-cache" / "new.zip", **{"X-In-Cache": "0", "X-Save": "../secret.html"})
    found, tally = pages(path, Form.HTTRACK)
    assert (found, tally.no_captures) == ([], 1)


def test_a_folder_with_a_list_of_addresses(tmp_path: Path) -> None:
    (tmp_path / "trang").mkdir()
    (tmp_path / "trang" / "một.html").write_text(TEXT, encoding="utf-8")
    listed = tmp_path / "addresses.csv"
    listed.write_text(
        "file,url,captured_at\n"
        f"trang/một.html,{URL},2024-07-11T15:51:00+07:00\n"
        f"trang/một.html,{URL}?2,\n"
        f"../outside.html,{URL},\n"
        f"trang/một.html,{URL},11/07/2024\n"
        "trang/một.html,bai-viet,\n"
        f"none.html,{URL},\n",
        encoding="utf-8",
    )
    (dated, undated), tally = pages(listed, Form.LISTED_FOLDER)
    assert (dated.captured_at, undated.captured_at) == (datetime(2024, 7, 11, 8, 51, tzinfo=UTC), None)
    assert (dated.kind, dated.body.decode()) == ("resource", TEXT)
    assert [told.partition(" cannot")[0] for told in tally.unreadable] == [
        f"addresses.csv: line {number}" for number in (4, 5, 6, 7)
    ]


def test_a_csv_of_something_else_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,age\nx,1\n", encoding="utf-8")
    assert form_of(tmp_path / "a.csv") is None


@pytest.mark.parametrize("kind", ["response", "resource", "conversion"])
def test_a_record_holds_the_page_and_the_same_page_has_the_same_id(kind: Any) -> None:
    status = 200 if kind == "response" else None
    page = SavedPage(
        kind=kind, url=URL, body=TEXT.encode(), place="x", captured_at=NOW, status=status, content_type="text/html",
        headers=(("Content-Type", "text/html"),) if status else (),
    )  # fmt: skip
    tally = Tally()
    capture = capture_in(record_of(page, NOW), "x", 0, tally)
    later = capture_in(record_of(page, datetime(2027, 1, 1, tzinfo=UTC)), "y", 0, tally)
    assert capture is not None and later is not None
    assert (capture.url, capture.status, capture.body.decode(), capture.fetched_at) == (URL, status, TEXT, NOW)
    assert capture.record_id == later.record_id and tally.remarks == []


def test_a_page_without_a_time_is_filed_before_all_others() -> None:
    page = SavedPage(kind="resource", url=URL, body=b"<p>", place="x", captured_at=None, content_type="text/html")
    capture = capture_in(record_of(page, NOW), "x", 0, Tally())
    assert capture is not None and not time_is_known(capture.fetched_at)


@pytest.mark.parametrize(("separator", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16"), (",", "utf-8")])
def test_a_list_as_a_spreadsheet_writes_it(tmp_path: Path, separator: str, encoding: str) -> None:
    (tmp_path / "bài.html").write_text(TEXT, encoding="utf-8")
    path = tmp_path / "list.csv"
    rows = [("file", "url", "captured_at"), ("bài.html", URL, "2024-07-11T15:51:00+07:00")]
    path.write_text("\r\n".join(separator.join(row) for row in rows), encoding=encoding, newline="")
    (page,), tally = pages(path, Form.LISTED_FOLDER)
    assert (page.url, page.body.decode(), tally.unreadable) == (URL, TEXT, [])
    assert page.captured_at == datetime(2024, 7, 11, 8, 51, tzinfo=UTC)
