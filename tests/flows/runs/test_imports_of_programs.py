"""What real programs save of the sample newspaper gives the records that a crawl of it gives."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.runs.imports import Imported, import_files
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from flows.storage.folder import DataFolder
from scraper.clock import VIETNAM, utc_now
from scraper.record import record
from scraper.sample import SEED_KEY, SITE_ID, SampleNewspaper
from scraper.store import open_reader
from scraper.store.articles import article_ids, load_article

CHROMIUM = shutil.which("chromium")
SINGLE_FILE = shutil.which("single-file")


@dataclass(frozen=True)
class Paper:
    """The sample newspaper as it is served, and what a crawl of it gave."""

    url: str
    site_file: str
    crawled: dict[str, dict[str, Any]]  # by key
    folder: Path

    @property
    def article(self) -> str:
        return str(self.crawled[SEED_KEY]["url"])

    def empty(self, name: str) -> DataFolder:
        data = DataFolder(root=self.folder / name)
        (data.root / "sites").mkdir(parents=True)
        (data.root / "sites" / f"{SITE_ID}.toml").write_text(self.site_file, encoding="utf-8")
        return data


def records(data: DataFolder) -> dict[str, dict[str, Any]]:
    """The public record of each article, without what tells when and how it was met."""
    with open_reader(data.database) as archive:
        found = [record(load_article(archive, id_).article) for id_ in article_ids(archive)]
    met = ("captured_at", "urls", "date_evidence", "problems")
    return {each["key"]: {name: value for name, value in each.items() if name not in met} for each in found}


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    folder = tmp_path_factory.mktemp("programs")
    newspaper = SampleNewspaper(today=utc_now().astimezone(VIETNAM).date())
    with newspaper.serve() as server:
        crawled = DataFolder(root=folder / "crawled")
        (crawled.root / "sites").mkdir(parents=True)
        site_file = newspaper.site_file(server.url)
        (crawled.root / "sites" / f"{SITE_ID}.toml").write_text(site_file, encoding="utf-8")
        run_night(NightRequest(data=crawled, sites=(SITE_ID,), trigger="demo"))
        yield Paper(server.url, site_file, records(crawled), folder)


def bring(paper: Paper, name: str, *files: Path, **options: Any) -> tuple[DataFolder, list[Imported]]:
    data = paper.empty(name)
    done = import_files(data, files, **options)
    for each in done:
        parts = each.read + each.known + each.not_pages + each.not_ours + each.left_out + len(each.unreadable)
        assert each.records == parts, each
    return data, done


def same(paper: Paper, data: DataFolder, *, differs: tuple[str, ...] = ()) -> int:
    """Checks each record against the crawl's, but for the fields ``differs``, and returns how many there are."""
    found = records(data)
    for key, held in found.items():
        expected = paper.crawled[key]
        assert {k: v for k, v in held.items() if k not in differs} == {
            k: v for k, v in expected.items() if k not in differs
        }
    return len(found)


@pytest.fixture(scope="module")
def chromium_files(paper: Paper) -> dict[str, Path]:
    """The HAR of a visit to an article and a list page, and the article as MHTML, by Chromium."""
    api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    har, mhtml = paper.folder / "visit.har", paper.folder / "article.mhtml"
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(record_har_path=har)
        page = context.new_page()
        page.goto(f"{paper.url}/xay-dung-dang/")
        page.goto(paper.article)
        session = context.new_cdp_session(page)
        mhtml.write_bytes(session.send("Page.captureSnapshot", {"format": "mhtml"})["data"].encode())
        context.close()
        browser.close()
    return {"har": har, "mhtml": mhtml}


def test_har_of_chromium(paper: Paper, chromium_files: dict[str, Path]) -> None:
    data, (one,) = bring(paper, "har", chromium_files["har"])
    assert (same(paper, data), one.undated, one.unreadable) == (1, 0, ())
    with open_reader(data.database) as archive:
        assert archive.value("SELECT count(*) FROM captures WHERE kind = 'list' AND status = 200") == 1


def test_mhtml_of_chromium(paper: Paper, chromium_files: dict[str, Path]) -> None:
    data, (one,) = bring(paper, "mhtml", chromium_files["mhtml"])
    # A browser writes every address of a picture in full, and so does the crawl; what it showed is what was sent.
    assert (same(paper, data), one.undated, one.unreadable) == (1, 0, ())


@pytest.fixture(scope="module")
def httrack_folder(paper: Paper) -> Path:
    if shutil.which("httrack") is None:
        pytest.skip("HTTrack is not installed")
    folder = paper.folder / "httrack"
    command = ["httrack", f"{paper.url}/", "-O", str(folder), "-q", "-r4", "-%c50", "-c4", "-A10000000", "--robots=0"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder


def test_httrack_folder(paper: Paper, httrack_folder: Path) -> None:
    data, imported = bring(paper, "ht", httrack_folder)
    assert len(imported) == 1 and imported[0].unreadable == ()
    assert same(paper, data) == len(paper.crawled)
    with open_reader(data.database) as archive:
        known = archive.value("SELECT count(*) FROM captures WHERE fetched_at > '2020'")
    assert known > 0, "the mirrored files tell when they were fetched"


def test_httrack_cache_without_its_mirror(paper: Paper, httrack_folder: Path) -> None:
    cache = shutil.copy(httrack_folder / "hts-cache" / "new.zip", paper.folder / "new.zip")
    data, (one,) = bring(paper, "ht-cache", Path(cache))
    assert same(paper, data) == len(paper.crawled)
    assert one.undated == one.read > 0


def test_single_file(paper: Paper) -> None:
    if SINGLE_FILE is None or CHROMIUM is None:
        pytest.skip("SingleFile is not installed: npm install --global single-file-cli")
    saved = paper.folder / "single.html"
    command = [SINGLE_FILE, paper.article, str(saved), f"--browser-executable-path={CHROMIUM}"]
    subprocess.run([*command, '--browser-args=["--no-sandbox"]'], check=True, capture_output=True, timeout=120)
    data, (one,) = bring(paper, "single", saved)
    assert (one.undated, one.unreadable) == (0, ())
    # Pictures are put into the file: their addresses are gone from the page.
    assert same(paper, data, differs=("figures",)) == 1


@pytest.fixture(scope="module")
def everything(paper: Paper, chromium_files: dict[str, Path], httrack_folder: Path) -> list[Path]:
    """One file of each way in, twice each: as it is, and under another name."""
    night = min((paper.folder / "crawled" / "captures").glob("*.warc.gz"))
    folder = paper.folder / "everything"
    folder.mkdir()
    found = [night, *chromium_files.values(), httrack_folder / "hts-cache" / "new.zip"]
    copies = [Path(shutil.copy(path, folder / f"{n}-{path.name}")) for n, path in enumerate(found)]
    return copies + [Path(shutil.copy(path, folder / f"again-{path.name}")) for path in copies]


def histories(data: DataFolder) -> list[tuple[Any, ...]]:
    with open_reader(data.database) as archive:
        rows = archive.rows(
            "SELECT key, number, seen_at, revisions.text_hash, revisions.published_at, first_seen, last_seen"
            " FROM revisions JOIN articles ON articles.id = revisions.article ORDER BY key, number"
        )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("seed", range(2))
def test_in_every_order_each_article_comes_once_with_the_same_history(
    paper: Paper, everything: list[Path], seed: int
) -> None:
    ordered = paper.empty(f"ordered-{seed}")
    import_files(ordered, [paper.folder / "everything"])
    shuffled = random.Random(seed).sample(everything, len(everything))
    data, done = bring(paper, f"shuffled-{seed}", *shuffled)
    assert same(paper, data) == len(paper.crawled)
    assert histories(data) == histories(ordered)
    assert sum(each.ingested.new for each in done) == len(paper.crawled)


def test_a_dry_run_tells_all_and_writes_nothing(paper: Paper, everything: list[Path]) -> None:
    data = paper.empty("dry")
    before = sorted(path for path in data.root.rglob("*"))
    told = import_files(data, everything, dry_run=True)
    assert sorted(path for path in data.root.rglob("*")) == before
    done = import_files(data, everything)
    assert [(each.records, each.read, each.known, each.ingested.new) for each in told] == [
        (each.records, each.read, each.known, each.ingested.new) for each in done
    ]
    again = import_files(data, everything, dry_run=True)
    assert sum(each.read for each in again) == 0
