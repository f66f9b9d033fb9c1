"""The three nights of the sample newspaper, served by other archives, fill an empty database as the crawl did."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode, RunError
from flows.runs.backfill import ArchiveName, Backfilled, BackfillRequest, run_backfill
from flows.storage.folder import DataFolder
from flows.storage.search_position import notes_of_backfills, unfinished
from scraper.captures import read_captures
from scraper.fetch.archives import ArchiveClient, CommonCrawl, Scope, Unanswered, Wayback
from scraper.sample import SEED_KEY, SITE_ID
from scraper.store import open_reader
from scraper.store.archive import open_archive
from scraper.store.articles import find_key, forget
from tests.archives import ArchiveStandIn
from tests.conftest import ThreeNights
from tests.places import PYWB, REPOSITORY

History = dict[str, list[tuple[object, ...]]]


def histories(data: DataFolder) -> History:
    """Key to revisions: number, second at which it was seen, reason, silent, words, dates."""
    told: History = {}
    with open_reader(data.database) as archive:
        for key, *revision in archive.rows(
            "SELECT key, number, substr(seen_at, 1, 19), why, silent, revisions.text_hash, revisions.published_at,"
            " revisions.updated_at FROM revisions JOIN articles ON articles.id = revisions.article"
            " ORDER BY key, number"
        ):
            told.setdefault(key, []).append(tuple(revision))
    return told


def count(data: DataFolder, table: str) -> int:
    with open_reader(data.database) as archive:
        return int(archive.value(f"SELECT count(*) FROM {table}"))


def backfill(data: DataFolder, source: ArchiveName, **asked: object) -> Backfilled:
    return run_backfill(BackfillRequest(data=data, site=SITE_ID, source=source, delay=0, **asked))  # type: ignore[arg-type]


def test_wayback_fills_an_empty_archive_as_the_crawl_did(
    three_nights: ThreeNights, captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = histories(three_nights.data)
    assert max(len(revisions) for revisions in live.values()) > 1
    with ArchiveStandIn(captures, rows=60, busy=1) as wayback:
        monkeypatch.setenv("TINKHOI_WAYBACK", wayback.url)
        done = backfill(empty, "wayback")
        assert (done.complete, done.failed) == (True, {})
        assert done.new == len(live)
        assert histories(empty) == live
        searches = [path for path in wayback.asked if path.startswith("/cdx/")]
        assert len(searches) > 2 and all("resumeKey=" in path for path in searches[2:])
        fetched = len(wayback.fetched)
        assert fetched == done.fetched == len(set(wayback.fetched))

        again = backfill(empty, "wayback")
        assert (again.fetched, again.new, again.edited) == (0, 0, 0)
        assert len(wayback.fetched) == fetched
        assert histories(empty) == live
    with open_reader(empty.database) as archive:
        assert archive.counts("SELECT DISTINCT origin, 1 FROM captures") == {"wayback": 1}
        assert archive.value("SELECT origin FROM articles WHERE key = ?", (SEED_KEY,)) == "wayback"
        assert archive.value("SELECT count(*) FROM sites WHERE complete_from IS NOT NULL") == 0


def test_its_captures_say_when_they_were_made_and_where_they_were_found(
    captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ArchiveStandIn(captures) as wayback:
        monkeypatch.setenv("TINKHOI_WAYBACK", wayback.url)
        backfill(empty, "wayback", section="/xay-dung-dang/", limit=3)
        assert len(wayback.fetched) == 3
        assert all(agent.startswith("tinkhoi/") for agent in wayback.agents)
    (file,) = empty.captures.glob("*-wayback-*.warc.gz")
    kept = list(read_captures(file))
    assert [capture.kind for capture in kept] == ["response"] * 3
    assert [c.fetched_at for c in kept] == sorted(c.fetched_at for c in kept)
    raw = subprocess.run([sys.executable, "-m", "warcio.cli", "index", "-f", "warc-type,warc-source-uri", file],
                         capture_output=True, text=True, check=True).stdout  # fmt: skip
    assert raw.count(f"{wayback.url}/web/") == 3
    assert '"warc-type": "request"' not in raw


def test_what_was_captured_between_the_nights_goes_between_them(
    three_nights: ThreeNights, captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = histories(three_nights.data)
    with ArchiveStandIn(captures[-1:]) as newest:
        monkeypatch.setenv("TINKHOI_WAYBACK", newest.url)
        backfill(empty, "wayback")
    with ArchiveStandIn(captures[:-1]) as older:
        monkeypatch.setenv("TINKHOI_WAYBACK", older.url)
        backfill(empty, "wayback")
    told = histories(empty)
    assert {key: [r[4] for r in revisions] for key, revisions in told.items()} == {
        key: [r[4] for r in revisions] for key, revisions in live.items()
    }


def test_killed_in_the_middle_and_run_again_nothing_is_lost_or_doubled(
    three_nights: ThreeNights, captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ArchiveStandIn(captures, rows=40, slow=0.02) as wayback:
        monkeypatch.setenv("TINKHOI_WAYBACK", wayback.url)
        command = [
            sys.executable, "-c", "from flows.cli import main; main()",
            "--data", str(empty.root), "--sites", str(empty.extra_sites[0]),
            "backfill", SITE_ID, "--from", "wayback", "--delay", "0",
        ]  # fmt: skip
        child = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        ends = time.monotonic() + 60
        while len(wayback.fetched) < 50 and time.monotonic() < ends and child.poll() is None:
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        child.wait()
        killed_after = len(wayback.fetched)
        assert killed_after >= 50
        wayback.slow = 0
        done = backfill(empty, "wayback")
        assert done.complete
        # What was on its way when it was killed may be asked for once more.
        assert len(wayback.fetched) <= len(set(wayback.fetched)) + 2
    assert histories(empty) == histories(three_nights.data)
    assert count(empty, "captures") == count(empty, "(SELECT DISTINCT url, fetched_at FROM captures)")


def test_what_was_taken_down_is_not_fetched(
    captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ArchiveStandIn(captures) as wayback:
        monkeypatch.setenv("TINKHOI_WAYBACK", wayback.url)
        backfill(empty, "wayback")
        before = len(wayback.fetched)
        with open_archive(empty.database) as archive:
            url = archive.value("SELECT url FROM articles WHERE key = ?", (SEED_KEY,))
            forget(archive, url, at=datetime.now(UTC))
            archive.execute("DELETE FROM captures WHERE url = ?", (url,))
        backfill(empty, "wayback")
        assert len(wayback.fetched) == before
        with open_reader(empty.database) as archive:
            assert find_key(archive, SITE_ID, SEED_KEY) is None


@pytest.fixture
def pywb_index(captures: list[Path], tmp_path: Path) -> Iterator[str]:
    """pywb on loopback, whose index of our captures is asked as that of a Common Crawl."""
    if not (PYWB / "wayback").exists():
        pytest.skip("pywb is not installed: run `make install`")
    for arguments in (["init", "CC-MAIN-2026-48"], ["add", "CC-MAIN-2026-48", *map(str, captures)]):
        subprocess.run([PYWB / "wb-manager", *arguments], cwd=tmp_path, check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [PYWB / "wayback", "--bind", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # type: ignore[arg-type]
    try:
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            try:
                build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/", timeout=10).close()
                break
            except URLError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/CC-MAIN-2026-48/cdx"
    finally:
        server.terminate()
        server.wait(10)


def test_common_crawl_fills_an_empty_archive_as_the_crawl_did(
    three_nights: ThreeNights,
    captures: list[Path],
    empty: DataFolder,
    pywb_index: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ArchiveStandIn(captures) as files:
        monkeypatch.setenv("TINKHOI_COMMONCRAWL_INDEX", pywb_index)
        monkeypatch.setenv("TINKHOI_COMMONCRAWL_DATA", f"{files.url}/crawl-data")
        done = backfill(empty, "commoncrawl")
        assert (done.complete, done.failed) == (True, {})
        assert histories(empty) == histories(three_nights.data)
        fetched = len(files.fetched)
        assert backfill(empty, "commoncrawl").fetched == 0
        assert len(files.fetched) == fetched
    with open_reader(empty.database) as archive:
        assert archive.counts("SELECT DISTINCT origin, 1 FROM captures") == {"commoncrawl": 1}


def test_the_indexes_of_the_days_asked_are_searched_the_oldest_first(captures: list[Path]) -> None:
    with ArchiveStandIn(captures) as archive:
        archive.indexes = [
            {"cdx-api": f"{archive.url}/{name}-index", "from": f"{name}-01T00:00:00", "to": f"{name}-20T00:00:00"}
            for name in ("2024-03", "2024-02", "2024-01")
        ] + [{"cdx-api": "http://elsewhere.example/index"}]
        client = ArchiveClient("tinkhoi-test", delay=0)
        crawl = CommonCrawl(client, f"{archive.url}/collinfo.json", f"{archive.url}/crawl-data")
        scope = Scope(prefix="x.vn/", since=date(2024, 2, 5))
        page = crawl.page(scope, None)
        assert (page.mementos, page.resume) == ((), f"{archive.url}/2024-03-index 0")
        assert crawl.page(scope, page.resume).resume is None
        client.close()


def test_a_busy_archive_is_asked_again_and_then_left_alone(captures: list[Path]) -> None:
    waits: list[float] = []
    with ArchiveStandIn(captures, busy=100) as archive:
        client = ArchiveClient("tinkhoi-test", delay=0, wait=waits.append)
        with pytest.raises(Unanswered, match="status 503, after 4 tries"):
            Wayback(client, archive.url).page(Scope(prefix="x.vn/"), None)
        client.close()
        assert waits == [1.0, 1.0, 1.0]
        assert len(archive.asked) == 4


def test_nothing_is_asked_of_the_open_web_without_a_contact(
    empty: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TINKHOI_CONTACT", raising=False)
    monkeypatch.delenv("TINKHOI_WAYBACK", raising=False)
    with pytest.raises(RunError, match="no contact address") as refused:
        backfill(empty, "wayback")
    assert refused.value.exit_code == ExitCode.CONFIGURATION
    assert os.environ.get("TINKHOI_WAYBACK") is None


class PartlyGone(ArchiveStandIn):
    """A stand-in that lists captures which it then does not give out."""

    def __init__(self, files: list[Path], gone: int, *, rows: int) -> None:
        super().__init__(files, rows=rows)
        self.gone = gone
        self.lost: dict[str, None] = {}

    def raw(self, path: str) -> tuple[int, dict[str, str], bytes]:
        if path in self.lost or len(self.lost) < self.gone:
            self.lost[path] = None
            return 404, {}, b"gone"
        return super().raw(path)


def test_a_budget_a_night_comes_to_the_end_and_tells_each_night_what_is_left(
    three_nights: ThreeNights, captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = datetime.now(UTC)
    with ArchiveStandIn(captures, rows=40) as wayback:
        monkeypatch.setenv("TINKHOI_WAYBACK", wayback.url)
        nights: list[Backfilled] = []
        while not (nights and nights[-1].complete):
            before = len(wayback.fetched)
            nights.append(backfill(empty, "wayback", limit=30, now=first + timedelta(days=len(nights))))
            assert len(wayback.fetched) - before == nights[-1].fetched <= 30
            told = unfinished(empty.runs)
            assert [(each.fetched, each.left) for each in told] == (
                [] if nights[-1].complete else [(sum(night.fetched for night in nights), nights[-1].left)]
            )
        assert len(nights) > 2 and all(night.fetched == 30 for night in nights[:-1])
        assert len(wayback.fetched) == len(set(wayback.fetched))
    total = sum(night.fetched for night in nights)
    # At the border of two index pages a page of the same bytes is counted, and then found to be here.
    for number, night in enumerate(nights, start=1):
        done = sum(each.fetched for each in nights[:number])
        assert total - done <= (night.left or 0) <= total - done + sum(each.had for each in nights)
    assert nights[-1].left == 0
    assert histories(empty) == histories(three_nights.data)


def test_captures_that_cannot_be_had_stop_no_budget(
    captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PartlyGone(captures, 5, rows=40) as wayback:
        monkeypatch.setenv("TINKHOI_WAYBACK", wayback.url)
        first = backfill(empty, "wayback", limit=5)
        assert (first.fetched, len(first.failed), len(wayback.fetched)) == (0, 5, 5)
        second = backfill(empty, "wayback", limit=5)
        assert (second.fetched, second.failed) == (5, {})
        whole = backfill(empty, "wayback")
        assert whole.complete and whole.failed == {}
        # A new search asks for them again: what could not be had then may be there now.
        wayback.gone, wayback.lost = 0, {}
        again = backfill(empty, "wayback")
        assert (again.complete, again.fetched) == (True, 5)


def test_what_is_left_stands_in_the_status_and_the_report(
    captures: list[Path], empty: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--data", str(empty.root), "--sites", str(empty.extra_sites[0])]
    with ArchiveStandIn(captures) as wayback:
        monkeypatch.setenv("TINKHOI_WAYBACK", wayback.url)
        assert run([*options, "backfill", SITE_ID, "--from", "wayback", "--delay", "0", "--limit", "7"]) == 0
        said = capsys.readouterr().out
        (left,) = re.findall(r"^  (\d+) captures are left$", said, re.MULTILINE)
        assert int(left) > 7
        assert run([*options, "status"]) == 0
        told = f"backfill of {SITE_ID} from wayback not complete: 7 captures fetched, {left} left"
        assert told in capsys.readouterr().out
        assert [str(note) for note in notes_of_backfills(empty.runs)] == [told]
        backfill(empty, "wayback")
    assert notes_of_backfills(empty.runs) == []
