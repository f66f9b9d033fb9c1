"""The calendar of what another archive holds and what is here comes from the archive's index alone."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from flows.cli import run
from flows.runs.archive_calendar import MonthHeld, compare_holdings
from flows.runs.backfill import ArchiveName, BackfillRequest, run_backfill
from flows.storage.folder import DataFolder
from scraper.sample import SITE_ID
from scraper.store import open_reader
from tests.archives import ArchiveStandIn
from tests.conftest import ThreeNights

PAGES = 3


class CrawlIndex(ArchiveStandIn):
    """A stand-in that also answers as one index of Common Crawl, in three pages."""

    def answer(self, path: str, span: str | None) -> tuple[int, dict[str, str], bytes]:
        if not path.startswith("/index"):
            return super().answer(path, span)
        asked = parse_qs(urlsplit(path).query)
        if "showNumPages" in asked:
            return 200, {}, json.dumps({"pages": PAGES}).encode()
        page = int(asked.get("page", ["0"])[0])
        rows = [row for row in self.index if row.capture.status == 200 and "html" in self.value(row, "mimetype")]
        told = [
            {"url": row.capture.url, "timestamp": row.timestamp, "digest": row.digest}
            | {"filename": "f", "offset": "1", "length": "1"}
            for row in rows[page::PAGES]
        ]
        return 200, {}, "\n".join(map(json.dumps, told)).encode()


def request(data: DataFolder, source: ArchiveName) -> BackfillRequest:
    return BackfillRequest(data=data, site=SITE_ID, source=source, delay=0)


def total(months: list[MonthHeld]) -> tuple[int, int, int]:
    return (
        sum(month.theirs for month in months),
        sum(month.ours for month in months),
        sum(month.articles_missing for month in months),
    )


def test_wayback_beside_an_empty_archive_and_beside_a_full_one(
    three_nights: ThreeNights, captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_reader(three_nights.data.database) as archive:
        articles = archive.value("SELECT count(*) FROM articles")
    with ArchiveStandIn(captures, rows=50) as wayback:
        monkeypatch.setenv("TINKHOI_WAYBACK", wayback.url)
        before = compare_holdings(request(empty, "wayback"))
        theirs, ours, missing = total(before)
        assert ours == 0 and theirs > articles
        assert missing >= articles
        assert not empty.database.exists(), "it writes nothing"
        assert not wayback.fetched, "it fetches no page"
        assert run_backfill(request(empty, "wayback")).complete
        fetched = len(wayback.fetched)
        after = compare_holdings(request(empty, "wayback"))
        assert len(wayback.fetched) == fetched
    assert [month.theirs for month in after] == [month.theirs for month in before]
    assert total(after)[1] == fetched
    # What is listed and turned out to be no article stays missing: nothing is here of it.
    assert total(after)[2] == missing - articles


def test_common_crawl_in_several_pages(
    captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with CrawlIndex(captures) as crawl:
        monkeypatch.setenv("TINKHOI_COMMONCRAWL_INDEX", f"{crawl.url}/index")
        monkeypatch.setenv("TINKHOI_COMMONCRAWL_DATA", f"{crawl.url}/crawl-data")
        options = ["--data", str(empty.root), "--sites", str(empty.extra_sites[0]), "backfill", SITE_ID]
        assert run([*options, "--from", "commoncrawl", "--delay", "0", "--calendar", "--json"]) == 0
        told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert not crawl.fetched
        html = [r for r in crawl.index if r.capture.status == 200 and "html" in crawl.value(r, "mimetype")]
    months = Counter(f"{row.timestamp[:4]}-{row.timestamp[4:6]}" for row in html)
    assert {each["month"]: each["theirs"] for each in told} == months
    assert all(each["ours"] == 0 for each in told)
