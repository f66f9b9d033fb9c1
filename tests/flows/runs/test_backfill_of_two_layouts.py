"""What an archive holds of a paper that changed its CMS: each page is read by the page objects that fit it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.runs.backfill import BackfillRequest, run_backfill
from flows.storage.folder import DataFolder
from scraper.store import open_reader
from tests.archives import ArchiveStandIn
from tests.ingest.tapes import Tape

FIXTURES = Path(__file__).parents[2] / "pages" / "fixtures"
TODAY = "https://baohaiphong.vn/dang-uy-khoi-so-ket-6-thang-dau-nam-500123.html"


def test_pages_of_2019_and_of_today_are_read_each_by_its_page_objects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = json.loads((FIXTURES / "former/baohaiphong.json").read_text("utf-8"))
    today = json.loads((FIXTURES / "maincontent/article.json").read_text("utf-8"))
    files = []
    for name, url, at in (
        ("former/baohaiphong.html", before["url"].replace("www.", ""), datetime(2019, 6, 2, 14, tzinfo=UTC)),
        ("maincontent/article.html", TODAY, datetime(2026, 10, 1, 5, tzinfo=UTC)),
    ):
        tape = Tape(tmp_path / f"{at.year}.warc.gz", at)
        tape.get(url, (FIXTURES / name).read_bytes())
        files.append(tape.close())
    data = DataFolder(root=tmp_path / "data")
    with ArchiveStandIn(files) as wayback:
        monkeypatch.setenv("TINKHOI_WAYBACK", wayback.url)
        done = run_backfill(BackfillRequest(data=data, site="baohaiphong", source="wayback", delay=0))
    assert (done.new, done.failed) == (2, {})
    with open_reader(data.database) as archive:
        rows = archive.rows("SELECT parser, key, title, captured_at FROM articles ORDER BY published_at")
    assert [(row["parser"], row["key"], row["title"], row["captured_at"][:4]) for row in rows] == [
        ("described/1", "described-88214", before["title"], "2019"),
        ("maincontent/1", "500123", today["title"], "2026"),
    ]
