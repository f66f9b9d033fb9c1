"""Capture files that others wrote come in by the same door, once."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.cli import run
from flows.outcome.exit_codes import ExitCode, RunError
from flows.runs.imports import import_files
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from flows.storage.capture_files import check_manifest
from flows.storage.folder import DataFolder
from scraper.clock import VIETNAM
from scraper.record import record
from scraper.sample import SITE_ID, SampleNewspaper
from scraper.store import open_reader
from scraper.store.articles import article_ids, load_article
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
