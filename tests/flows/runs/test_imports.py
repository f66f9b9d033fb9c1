"""Capture files that others wrote come in by the same door, once."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.cli import run
from flows.outcome.exit_codes import ExitCode, RunError
from flows.runs.imports import import_files, origin_of
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from flows.storage.capture_files import check_manifest
from flows.storage.folder import DataFolder
from scraper.captures import read_capture_at, read_captures
from scraper.clock import VIETNAM
from scraper.record import record
from scraper.sample import SITE_ID, SampleNewspaper
from scraper.store import open_reader
from scraper.store.archive import open_archive
from scraper.store.articles import article_ids, forget, load_article
from tests.conftest import ThreeNights


def records(data: DataFolder) -> dict[str, dict[str, Any]]:
    """The public record of each article, without what tells when and how it was met."""
    with open_reader(data.database) as archive:
        found = [record(load_article(archive, id_).article) for id_ in article_ids(archive)]
    met = ("captured_at", "urls", "date_evidence", "problems")
    return {each["key"]: {name: value for name, value in each.items() if name not in met} for each in found}


@pytest.fixture
def empty(three_nights: ThreeNights, tmp_path: Path) -> DataFolder:
    return DataFolder(root=tmp_path / "data", extra_sites=(three_nights.data.root / "sites",))


@pytest.fixture
def night(three_nights: ThreeNights) -> Path:
    """The captures of the first night."""
    return min(three_nights.data.captures.glob("*.warc.gz"))


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
def test_what_wget_captured_gives_the_records_that_the_crawl_gives(tmp_path: Path) -> None:
    newspaper = SampleNewspaper(today=datetime.now(VIETNAM).date())
    crawled = DataFolder(root=tmp_path / "crawled")
    imported = DataFolder(root=tmp_path / "imported")
    with newspaper.serve() as server:
        for data in (crawled, imported):
            (data.root / "sites").mkdir(parents=True)
            (data.root / "sites" / f"{SITE_ID}.toml").write_text(newspaper.site_file(server.url), encoding="utf-8")
        run_night(NightRequest(data=crawled, sites=(SITE_ID,), trigger="demo"))
        command = [
            "wget", "--no-config", "--no-proxy", "--quiet", "--recursive", "--level=inf", "--delete-after",
            f"--warc-file={tmp_path / 'wget'}", "--reject=gif", f"{server.url}/",
        ]  # fmt: skip
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode in (0, 8), done.stderr  # 8: some page was answered with an error
        asked = len(server.log)
        (one,) = import_files(imported, [tmp_path / "wget.warc.gz"])
        assert len(server.log) == asked
    expected = records(crawled)
    assert len(expected) > 50
    assert records(imported) == expected
    assert one.ingested.new == len(expected)
    assert one.unowned_hosts == ()


def test_a_file_is_imported_once(three_nights: ThreeNights, empty: DataFolder, night: Path) -> None:
    (first,) = import_files(empty, [night])
    before = records(empty)
    assert first.ingested.new == len(before) > 0
    (second,) = import_files(empty, [night])
    assert (second.ingested.new, second.ingested.repeated) == (0, second.ingested.captures)
    assert records(empty) == before
    assert [path.name for path in empty.captures.glob("import-*")] == [first.file]
    assert check_manifest(empty) == []
    with open_reader(empty.database) as archive:
        assert archive.counts("SELECT DISTINCT origin, 1 FROM articles") == {"import": 1}


def test_a_plain_file_a_wacz_and_a_link_give_the_same(three_nights: ThreeNights, night: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.warc"
    plain.write_bytes(gzip.decompress(night.read_bytes()))
    wacz = tmp_path / "browsertrix.wacz"
    with zipfile.ZipFile(wacz, "w") as packed:
        packed.write(night, "archive/rec-1.warc.gz")
        packed.writestr("datapackage.json", "{}")
        packed.writestr("pages/pages.jsonl", "")
    told = []
    for name, source, in_place in (("a", plain, False), ("b", wacz, False), ("c", night, True)):
        data = DataFolder(root=tmp_path / name, extra_sites=(three_nights.data.root / "sites",))
        import_files(data, [source], in_place=in_place)
        told.append(records(data))
        (held,) = data.captures.glob("import-*")
        assert held.is_symlink() == in_place
    assert told[0] == told[1] == told[2]
    assert told[0]


def test_a_damaged_tail_costs_only_the_tail(empty: DataFolder, night: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(night.read_bytes()[:-100])
    (one,) = import_files(empty, [torn])
    assert len(one.ingested.torn) == 1 and "torn" in one.ingested.torn[0]
    assert one.ingested.new > 50


def test_hosts_of_no_site_are_named(empty: DataFolder, tmp_path: Path) -> None:
    strange = tmp_path / "strange.warc.gz"
    with strange.open("wb") as file:
        warc = WARCWriter(file, gzip=True)
        for path in ("a", "b"):
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            body = BytesIO(b"<html></html>")
            url = f"http://example.org/{path}"
            warc.write_record(warc.create_warc_record(url, "response", payload=body, http_headers=headers))
    (one,) = import_files(empty, [strange])
    assert one.unowned_hosts == (("example.org", 2),)


def test_captures_of_no_site_are_read_when_imported_again_with_a_site_file(
    empty: DataFolder, night: Path, tmp_path: Path
) -> None:
    late = DataFolder(root=tmp_path / "late")
    (unknown,) = import_files(late, [night])
    assert unknown.read == 0 and unknown.not_ours > 50
    (known,) = import_files(DataFolder(root=late.root, extra_sites=empty.extra_sites), [night])
    (at_once,) = import_files(empty, [night])
    assert (known.ingested.new, known.read, known.unowned_hosts) == (at_once.ingested.new, at_once.read, ())
    assert records(late) == records(empty) != {}
    kinds = "SELECT site, url, kind, purpose FROM captures ORDER BY record_id"
    with open_reader(late.database) as one, open_reader(empty.database) as other:
        assert [tuple(row) for row in one.rows(kinds)] == [tuple(row) for row in other.rows(kinds)]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.txt", b"x", "neither .warc, .warc.gz nor .wacz"),
        ("broken.wacz", b"PK not a zip", "not a whole WACZ"),
    ],
)
def test_another_file_is_refused(empty: DataFolder, tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RunError, match=said) as refused:
        import_files(empty, [tmp_path / name])
    assert refused.value.exit_code == ExitCode.CONFIGURATION


def test_a_torn_file_of_a_folder_costs_itself_alone_and_is_told(
    empty: DataFolder, night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "past"
    (folder / "mirror" / "hts-cache").mkdir(parents=True)
    torn = ("a.wacz", "b.wacz", "c.har", "d.mhtml", "e.warc.gz", "f.arc", "mirror/hts-cache/new.zip")
    for name in torn:
        (folder / name).write_bytes(b"")
    (folder / "b.wacz").write_bytes(b"PK not a zip")
    (folder / "read me.txt").write_text("of no form", encoding="utf-8")
    shutil.copy(night, folder / "mirror" / "night.warc.gz")
    options = ["--data", str(empty.root), "--sites", str(empty.extra_sites[0])]
    assert run([*options, "import", str(folder), "--json"]) == ExitCode.DATA
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    unread = {each["source"]: each["unreadable"] for each in told if each["unreadable"]}
    assert {Path(source).relative_to(folder).as_posix() for source in unread} == set(torn)
    assert all(len(lines) == 1 and source in lines[0] for source, lines in unread.items())
    (whole,) = (each for each in told if not each["unreadable"])
    assert whole["ingested"]["new"] == len(records(empty)) > 0


def test_the_command_says_what_came(empty: DataFolder, night: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--data", str(empty.root), "--sites", str(empty.extra_sites[0])]
    assert run([*options, "import", str(night), "--json"]) == ExitCode.OK
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["ingested"]["new"] == len(records(empty))


def test_a_file_that_lies_among_the_captures_is_read_where_it_lies(empty: DataFolder, night: Path) -> None:
    empty.create()
    ours = Path(shutil.copy(night, empty.captures))
    (imported,) = import_files(empty, [ours])
    assert imported.file == ours.name and records(empty)
    assert [path.name for path in empty.captures.glob("*.warc*")] == [ours.name]
    assert not check_manifest(empty)
    with open_reader(empty.database) as archive:  # what our own crawl saw is told as such, and nothing of its lists
        assert archive.counts("SELECT DISTINCT origin, 1 FROM captures") == {"live": 1}
        assert archive.value("SELECT count(*) FROM run_sources") == 0


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("20261124T183000Z-0a1b-1.warc.gz", "live"),
        ("20261124T183000Z-0a1b-2-1.warc.gz", "live"),
        ("20261124T183000Z-0a1b-wayback-0001.warc.gz", "wayback"),
        ("20261124T183000Z-0a1b-commoncrawl-0001.warc.gz", "commoncrawl"),
        ("import-0a1b0a1b0a1b-20261124T183000Z-0a1b-1.warc.gz", "import"),
        ("rec-1.warc.gz", "import"),
    ],
)
def test_the_name_of_a_held_file_tells_who_made_it(name: str, origin: str) -> None:
    assert origin_of(Path("captures") / name) == origin


def write_warc(path: Path, *pages: tuple[str, datetime, bytes]) -> Path:
    with path.open("wb") as file:
        warc = WARCWriter(file, gzip=True)
        for url, at, body in pages:
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            date = {"WARC-Date": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
            record = warc.create_warc_record(
                url, "response", payload=BytesIO(body), http_headers=headers, warc_headers_dict=date
            )
            warc.write_record(record)
    return path


def page_of(data: DataFolder) -> tuple[str, bytes]:
    """Address and bytes of an article page that is held here."""
    with open_reader(data.database) as archive:
        row = archive.rows(
            "SELECT articles.url, file, offset FROM articles JOIN captures ON captures.id = capture LIMIT 1"
        )[0]
    return row["url"], read_capture_at(data.captures / row["file"], row["offset"]).body


def test_a_capture_from_the_future_is_left_out_and_told(
    three_nights: ThreeNights, empty: DataFolder, tmp_path: Path
) -> None:
    url, body = page_of(three_nights.data)
    now = datetime.now(UTC)
    file = write_warc(tmp_path / "a.warc.gz", (url, now + timedelta(days=400), body), (url, now, body))
    (one,) = import_files(empty, [file])
    assert (one.left_out, one.ingested.new, one.records) == (1, 1, one.read + one.not_pages + 1)
    assert "has not come yet" in one.remarks[0]
    with open_reader(empty.database) as archive:
        assert archive.value("SELECT max(fetched_at) FROM captures") < (now + timedelta(days=1)).isoformat()


def test_what_was_taken_down_comes_back_by_no_import_and_leaves_no_byte(
    three_nights: ThreeNights, empty: DataFolder, night: Path, tmp_path: Path
) -> None:
    url, body = page_of(three_nights.data)
    file = write_warc(tmp_path / "a.warc.gz", (url, datetime.now(UTC), body))
    (first,) = import_files(empty, [file])
    with open_archive(empty.database) as archive:
        forget(archive, url, at=datetime.now(UTC))
    (empty.captures / first.file).unlink()
    for source in (file, night):
        (one,) = import_files(empty, [source])
        assert one.left_out >= 1 and any("was taken down here" in remark for remark in one.remarks)
    held = [capture.url for path in empty.captures.glob("*.warc.gz") for capture in read_captures(path)]
    assert url not in held and len(held) > 50
    with open_reader(empty.database) as archive:
        assert archive.value("SELECT count(*) FROM articles WHERE url = ?", (url,)) == 0


def test_a_revisit_is_settled_when_its_original_comes(
    three_nights: ThreeNights, empty: DataFolder, tmp_path: Path
) -> None:
    url, body = page_of(three_nights.data)
    seen, again = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    original = write_warc(tmp_path / "original.warc.gz", (url, seen, body))
    revisit = tmp_path / "revisit.warc.gz"
    fields = f"WARC/1.1\r\nWARC-Type: revisit\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-02-01T00:00:00Z\r\n"
    fields += "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-00000000000a>\r\n"
    fields += "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\n"
    revisit.write_bytes(gzip.compress(f"{fields}Content-Length: 0\r\n\r\n\r\n\r\n".encode()))
    options = ["--data", str(empty.root), "--sites", str(empty.extra_sites[0])]
    assert run([*options, "import", str(revisit)]) == ExitCode.DATA
    assert run([*options, "import", str(original)]) == ExitCode.OK
    with open_reader(empty.database) as archive:
        (row,) = archive.rows("SELECT first_seen, last_seen FROM articles")
    assert tuple(row) == (seen.isoformat(), again.isoformat())
