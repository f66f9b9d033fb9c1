"""The captures as holdings: what opens each file, checksums, retention, and pywb's own index of them."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from flows.storage.capture_files import MANIFEST, apply_retention, capture_files, check_manifest
from flows.storage.folder import DataFolder
from scraper.captures import warcinfo
from scraper.store import open_archive, open_reader
from tests.conftest import ThreeNights
from tests.places import PYWB

INDEXER = PYWB / "cdx-indexer"


@pytest.fixture
def data(three_nights: ThreeNights, tmp_path: Path) -> DataFolder:
    """A copy of the three nights' archive."""
    shutil.copytree(three_nights.data.root, tmp_path / "data")
    return DataFolder(root=tmp_path / "data")


def test_each_file_opens_with_who_made_it_and_how(three_nights: ThreeNights) -> None:
    for path in capture_files(three_nights.data):
        with path.open("rb") as file:
            first = next(iter(ArchiveIterator(file)))
            assert first.rec_type == "warcinfo"
            lines = first.content_stream().read().decode().splitlines()
        told = dict(line.split(": ", 1) for line in lines if ": " in line)
        assert told["software"].startswith("tinkhoi/")
        assert (told["robots"], told["format"]) == ("obey", "WARC File Format 1.1")
        assert told["http-header-user-agent"].startswith("tinkhoi/")
        assert "UTC" in told["vantage"]
        assert told["isPartOf"] and path.name.startswith(told["isPartOf"])


def test_the_operator_is_who_can_be_written_to() -> None:
    told = warcinfo("tinkhoi/1 (+ops@example.org)", "ops@example.org", "run-1")
    assert (told["operator"], told["software"], told["isPartOf"]) == ("ops@example.org", "tinkhoi/1", "run-1")


def test_pages_carry_the_digest_of_their_payload_and_304s_are_revisits(three_nights: ThreeNights) -> None:
    kinds: set[str] = set()
    for path in capture_files(three_nights.data):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                kinds.add(record.rec_type)
                if record.rec_type == "response":
                    digest = base64.b32encode(sha1(record.raw_stream.read()).digest()).decode()
                    assert record.rec_headers.get_header("WARC-Payload-Digest") == f"sha1:{digest}"
    assert {"response", "request", "revisit"} <= kinds


def test_the_manifest_is_one_that_sha256sum_reads(data: DataFolder) -> None:
    assert check_manifest(data) == []
    assert len((data.captures / MANIFEST).read_text().splitlines()) == len(capture_files(data)) == 3
    done = subprocess.run(["sha256sum", "--check", "--strict", MANIFEST], cwd=data.captures, capture_output=True)
    assert done.returncode == 0


def test_a_changed_a_missing_and_a_strange_file_are_told(data: DataFolder) -> None:
    first, second, third = capture_files(data)
    first.write_bytes(first.read_bytes()[:-1])
    second.unlink()
    shutil.copy(third, data.captures / "strange.warc.gz")
    assert check_manifest(data) == [
        f"{second.name}: missing",
        f"{first.name}: changed since its run ended",
        f"strange.warc.gz: not in {MANIFEST}",
    ]


def test_by_default_nothing_is_removed(data: DataFolder) -> None:
    with open_archive(data.database) as archive:
        assert apply_retention(data, archive, now=datetime.now(UTC) + timedelta(days=9999)) == []
    assert len(capture_files(data)) == 3


def test_only_files_that_no_article_rests_on_are_removed_the_oldest_first(data: DataFolder) -> None:
    (data.root / "settings.toml").write_text('captures_cap = "1 kB"\n', encoding="utf-8")
    first, second, third = capture_files(data)
    with open_archive(data.database) as archive:
        assert apply_retention(data, archive) == []  # each night brought something
        with archive.transaction():  # as if the third had brought nothing
            archive.execute(
                "UPDATE revisions SET capture = (SELECT min(id) FROM captures)"
                " WHERE capture IN (SELECT id FROM captures WHERE file = ?)",
                (third.name,),
            )
            archive.execute(
                "UPDATE articles SET capture = (SELECT min(id) FROM captures)"
                " WHERE capture IN (SELECT id FROM captures WHERE file = ?)",
                (third.name,),
            )
            archive.execute("UPDATE articles SET state_capture = NULL")
            archive.execute("UPDATE problems SET closed = last_seen")
        assert apply_retention(data, archive) == [third.name]
        assert archive.value("SELECT count(*) FROM captures WHERE file = ?", (third.name,)) > 0
    assert capture_files(data) == [first, second]
    assert check_manifest(data) == []
    assert third.name in (data.captures / "REMOVED").read_text()


@pytest.mark.parametrize(("written", "means"), [('"20 GB"', 20_000_000_000), ("5000", 5000), ('"1.5 MB"', 1_500_000)])
def test_a_cap_is_written_as_people_write_it(tmp_path: Path, written: str, means: int) -> None:
    (tmp_path / "settings.toml").write_text(f"captures_cap = {written}\n", encoding="utf-8")
    assert DataFolder(root=tmp_path).settings().captures_cap == means


@pytest.mark.skipif(not INDEXER.exists(), reason="pywb is not installed: run `make install`")
def test_pywb_indexes_our_captures(three_nights: ThreeNights, tmp_path: Path) -> None:
    index = tmp_path / "index.cdxj"
    files = capture_files(three_nights.data)
    subprocess.run([INDEXER, "--sort", "--cdxj", "--output", index, *files], check=True, capture_output=True)
    lines = [line.split(" ", 2) for line in index.read_text(encoding="utf-8").splitlines() if line[:1] != "!"]
    told = [json.loads(line[2]) for line in lines if line[2:]]
    with open_reader(three_nights.data.database) as archive:
        places = {(row[0], row[1]) for row in archive.rows("SELECT file, offset FROM captures WHERE status = 200")}
    assert places
    assert places <= {(each["filename"], int(each["offset"])) for each in told}
