"""What real programs save of the sample newspaper gives the records that a crawl of it gives."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.runs.imports import Imported, import_files
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from flows.storage.folder import DataFolder
from scraper.captures import Tally, read_captures
from scraper.captures.members import whole_records
from scraper.captures.zstandard import zstd
from scraper.clock import VIETNAM, utc_now
from scraper.record import record
from scraper.sample import SEED_KEY, SITE_ID, SampleNewspaper
from scraper.store import open_reader
from scraper.store.articles import article_ids, load_article
from tests.places import PYWB, WACZ
from tests.save_page_as import MISSING, save_page_as

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
        for address in (f"{paper.url}/xay-dung-dang/", paper.article):
            answer = page.goto(address)
            assert answer is not None and answer.body()  # Chromium forgets it on the way to the next page
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


@pytest.fixture(scope="module")
def single_file(paper: Paper) -> Path:
    """The article as SingleFile saves it."""
    if SINGLE_FILE is None or CHROMIUM is None:
        pytest.skip("SingleFile is not installed: npm install --global single-file-cli")
    saved = paper.folder / "single.html"
    command = [SINGLE_FILE, paper.article, str(saved), f"--browser-executable-path={CHROMIUM}"]
    subprocess.run([*command, '--browser-args=["--no-sandbox"]'], check=True, capture_output=True, timeout=120)
    return saved


def test_single_file(paper: Paper, single_file: Path) -> None:
    data, (one,) = bring(paper, "single", single_file)
    assert (one.undated, one.unreadable) == (0, ())
    assert same(paper, data, differs=("figures",)) == 1
    # Pictures are put into the file: their addresses are gone from the page, and nothing else of them.
    assert_only_addresses_are_lost(paper, data, "ni:///sha-256;")


@pytest.fixture(scope="module")
def saved_complete(paper: Paper) -> Path:
    """The article as Chromium saves it "complete"."""
    if MISSING:
        pytest.skip(f"not installed: {', '.join(MISSING)}")
    return save_page_as(paper.article, paper.folder / "complete")


def test_a_page_that_chromium_saved_complete(paper: Paper, saved_complete: Path) -> None:
    beside = saved_complete.with_name(f"{saved_complete.stem}_files")
    assert any(beside.iterdir()), "the pictures lie beside the page"
    data, imported = bring(paper, "complete-in", saved_complete.parent)
    assert [(one.records, one.read, one.undated, one.unreadable) for one in imported] == [(1, 1, 1, ())]
    assert same(paper, data, differs=("figures",)) == 1
    assert_only_addresses_are_lost(paper, data, f"file:{beside.name}/")


def assert_only_addresses_are_lost(paper: Paper, data: DataFolder, name: str) -> None:
    found, expected = records(data)[SEED_KEY]["figures"], paper.crawled[SEED_KEY]["figures"]
    assert [(each["alt"], each["caption"]) for each in found] == [(f["alt"], f["caption"]) for f in expected]
    assert all(each["src"].startswith(name) for each in found)


@pytest.fixture(scope="module")
def recorded(paper: Paper) -> Path:
    """What pywb recorded of the whole newspaper while it passed the pages on."""
    if not (PYWB / "wayback").exists():
        pytest.skip("pywb is not installed: run `make install`")
    folder = paper.folder / "recorder"
    folder.mkdir()
    subprocess.run([PYWB / "wb-manager", "init", "rec"], cwd=folder, check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(PYWB / "wayback"), "--record", "--live", "--bind", "127.0.0.1", "--port", str(port)]
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    # pywb asks GitHub for the list of public suffixes; a proxy where nothing listens keeps it from the network.
    no_network = {**os.environ, "https_proxy": "http://127.0.0.1:9", "no_proxy": "127.0.0.1"}
    server = subprocess.Popen(command, cwd=folder, env=no_network, **quiet)
    ask = build_opener(ProxyHandler({})).open
    try:
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            try:
                ask(f"http://127.0.0.1:{port}/", timeout=10).close()
                break
            except URLError:
                time.sleep(0.2)
        lists = [f"{paper.url}/", f"{paper.url}/xay-dung-dang/"]
        for url in (*lists, *(str(each["url"]) for each in paper.crawled.values())):
            ask(f"http://127.0.0.1:{port}/rec/record/id_/{url}", timeout=60).close()
    finally:
        server.terminate()
        server.wait(10)
    (file,) = (folder / "collections" / "rec" / "archive").glob("*.warc.gz")
    return file


def test_what_pywb_recorded(paper: Paper, recorded: Path) -> None:
    data, (one,) = bring(paper, "recorder-in", recorded)
    assert (one.unreadable, one.undated, one.not_ours) == ((), 0, 0)
    assert same(paper, data) == len(paper.crawled)


def test_a_wacz_that_py_wacz_made(paper: Paper, recorded: Path) -> None:
    if not WACZ.exists():
        pytest.skip(f"py-wacz is not installed: python -m venv {WACZ.parent.parent}; pip install wacz there")
    made = paper.folder / "made.wacz"
    command = [str(WACZ), "create", "--file", str(recorded), "--output", str(made), "--detect-pages"]
    subprocess.run(command, check=True, capture_output=True)
    data, (one,) = bring(paper, "wacz-in", made)
    assert (one.unreadable, one.undated, one.not_ours) == ((), 0, 0)
    assert same(paper, data) == len(paper.crawled)


def other_forms(paper: Paper, folder: Path, night: Path) -> list[Path]:
    """The captures of a night as a zstd WARC, an ARC, a WACZ, and the seed article in a folder with a CSV."""
    packed = folder / "night.warc.zst"
    with night.open("rb") as file:
        raw = [record.content for record in whole_records(file, night.name, Tally())]
    packed.write_bytes(b"".join(zstd.compress(each) for each in raw))
    article = next(each for each in read_captures(night) if each.url == paper.article and each.status == 200)
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + article.body
    version = b"1 0 tests\nURL IP-address Archive-date Content-type Archive-length\n"
    at = f"{article.fetched_at.astimezone(UTC):%Y%m%d%H%M%S}"
    arc = folder / "article.arc"
    arc.write_bytes(
        f"filedesc://article.arc 0.0.0.0 {at} text/plain {len(version)}\n".encode() + version + b"\n"
        + f"{article.url} 127.0.0.1 {at} text/html {len(block)}\n".encode() + block + b"\n"
    )  # fmt: skip
    wacz = folder / "night.wacz"
    with zipfile.ZipFile(wacz, "w") as opened:
        opened.write(night, f"archive/{night.name}")
    listed = folder / "pages"
    listed.mkdir()
    (listed / "a.html").write_bytes(article.body)
    (listed / "list.csv").write_text(f"file,url,captured_at\na.html,{article.url},2024-08-01T08:00:00+07:00\n")
    return [packed, arc, wacz, listed / "list.csv"]


@pytest.fixture(scope="module")
def everything(
    paper: Paper, chromium_files: dict[str, Path], httrack_folder: Path, single_file: Path, saved_complete: Path
) -> list[Path]:
    """One file of each way in, twice each: as it is, and under another name."""
    night = min((paper.folder / "crawled" / "captures").glob("*.warc.gz"))
    folder, made = paper.folder / "everything", paper.folder / "made"
    folder.mkdir()
    made.mkdir()
    found = [
        night,
        *chromium_files.values(),
        single_file,
        saved_complete,
        httrack_folder / "hts-cache" / "new.zip",
        *other_forms(paper, made, night),
    ]
    copies = []
    for name in ("once", "again"):
        for number, path in enumerate(found):
            into = folder / f"{name}-{number}"
            into.mkdir()
            if path.suffix == ".csv":
                shutil.copy(path.with_name("a.html"), into)
            if path == saved_complete:
                beside = f"{path.stem}_files"
                shutil.copytree(path.with_name(beside), into / f"{name}-{beside}")
            copies.append(Path(shutil.copy(path, into / f"{name}-{path.name}")))
    return copies


def histories(data: DataFolder) -> list[tuple[Any, ...]]:
    with open_reader(data.database) as archive:
        rows = archive.rows(
            "SELECT key, number, seen_at, revisions.text_hash, revisions.published_at, first_seen, last_seen"
            " FROM revisions JOIN articles ON articles.id = revisions.article ORDER BY key, number"
        )
    return [tuple(row) for row in rows]


@given(data=st.data())
@settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_one_article_in_every_form_reads_the_same_in_any_order(
    paper: Paper, everything: list[Path], data: st.DataObject
) -> None:
    of_one_article = [path for path in everything if path.suffix in {".har", ".mhtml", ".html", ".arc", ".csv"}]
    assert len(of_one_article) == 12
    ordered = paper.empty(f"one-{token_hex(8)}")
    import_files(ordered, of_one_article)
    shuffled, done = bring(paper, f"one-{token_hex(8)}", *data.draw(st.permutations(of_one_article)))
    assert same(paper, shuffled) == same(paper, ordered) == 1
    assert histories(shuffled) == histories(ordered)
    assert sum(each.ingested.new for each in done) == 1


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


def test_the_code_tells_whether_something_could_not_be_read(
    paper: Paper, everything: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    data = paper.empty("codes")
    folder = str(paper.folder / "everything")
    assert run(["--data", str(data.root), "import", folder, "--dry-run"]) == ExitCode.OK
    torn = paper.folder / "torn.warc.gz"
    torn.write_bytes(everything[0].read_bytes()[:-20])
    assert run(["--data", str(data.root), "import", folder, str(torn)]) == ExitCode.DATA
    assert "torn.warc.gz" in capsys.readouterr().out


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
