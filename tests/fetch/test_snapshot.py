import sqlite3
from pathlib import Path

import pytest

from scraper.fetch.snapshot import SNAPSHOT_SCHEMA, Snapshot, Validators, Wanted


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "snapshot #1.db"
    connection = sqlite3.connect(file)
    connection.executescript(SNAPSHOT_SCHEMA)
    connection.execute("INSERT INTO known VALUES ('baoapbac', '1016437')")
    connection.execute("INSERT INTO due VALUES ('baoapbac', '7', 'https://x.vn/7', '\"e\"', NULL, NULL)")
    connection.execute("INSERT INTO pending VALUES ('baoapbac', '8', 'https://x.vn/8')")
    connection.execute(
        "INSERT INTO sources (url, etag, last_modified) VALUES (?, ?, ?)",
        ("https://x.vn/index.rss", None, "Thu, 11 Jul 2024 08:51:00 GMT"),
    )
    connection.commit()
    connection.close()
    return file


def test_a_snapshot_answers_by_site_and_key(path: Path) -> None:
    with Snapshot(path) as snapshot:
        assert snapshot.is_known("baoapbac", "1016437")
        assert not snapshot.is_known("baodongthap", "1016437")
        assert list(snapshot.due("baoapbac")) == [Wanted("7", "https://x.vn/7", Validators('"e"', None))]
        assert list(snapshot.pending("baoapbac")) == [Wanted("8", "https://x.vn/8")]
        assert list(snapshot.due("baodongthap")) == []
        assert snapshot.validators("https://x.vn/index.rss") == Validators(None, "Thu, 11 Jul 2024 08:51:00 GMT")
        assert snapshot.validators("https://x.vn/other") == Validators()


def test_a_snapshot_is_never_written(path: Path) -> None:
    with Snapshot(path) as snapshot, pytest.raises(sqlite3.OperationalError):
        snapshot._connection.execute("DELETE FROM known")


def test_an_empty_archive_knows_nothing() -> None:
    with Snapshot(None) as snapshot:
        assert not snapshot.is_known("baoapbac", "1")
        assert list(snapshot.pending("baoapbac")) == []


def test_a_file_that_is_no_snapshot_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE t (x)")
    with pytest.raises(sqlite3.Error):
        Snapshot(other)
    with pytest.raises(sqlite3.Error):
        Snapshot(tmp_path / "missing.db")
    assert not (tmp_path / "missing.db").exists()


@pytest.mark.parametrize(
    ("title", "lastmod", "edited"),
    [
        ("Đảng ủy Khối kết nạp đảng viên", None, False),
        ("Đảng ủy Khối kết nạp đoàn viên", None, True),
        (None, "2024-07-11", False),  # the day before the last look
        (None, "2024-07-12", True),  # the day of it, which was not over
        (None, "2024-07-12T01:00:00+07:00", False),
        (None, "2024-07-12T02:00:00+07:00", True),
        (None, "2099-07-12", False),  # a wrong clock tells nothing
        (None, "hôm qua", False),
    ],
)
def test_a_list_tells_of_an_edit(path: Path, title: str | None, lastmod: str | None, edited: bool) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO shown VALUES ('bao', '1', 'https://x.vn/1', ?, '2024-07-11T18:30:00+00:00')",
            ('["Đảng ủy Khối kết nạp đảng viên mới", ""]',),
        )
    with Snapshot(path) as snapshot:
        assert snapshot.edited("bao", "1", title, lastmod) == (Wanted("1", "https://x.vn/1") if edited else None)
        assert snapshot.edited("bao", "2", title, lastmod) is None
