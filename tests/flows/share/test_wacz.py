"""A WACZ opens in other programs, comes back by our own import, and holds nothing that was taken down."""

from __future__ import annotations

import gzip
import json
import shutil
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.runs.imports import import_files
from flows.share.wacz import WARC, write_wacz
from flows.storage.folder import DataFolder
from scraper.captures import read_captures
from scraper.captures.cdxj import url_key
from scraper.clock import utc_now
from scraper.sample import SEED_KEY
from scraper.store import open_reader
from scraper.store.archive import open_archive
from scraper.store.articles import forget
from scraper.store.filters import Filters
from tests.conftest import ThreeNights
from tests.places import PYWB, WACZ


@pytest.fixture(scope="module")
def nights(three_nights: ThreeNights, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A copy of the archive of three nights, of which something is taken down in the end."""
    folder = tmp_path_factory.mktemp("handed-on") / "data"
    shutil.copytree(three_nights.data.root, folder)
    return DataFolder(root=folder)


@pytest.fixture(scope="module")
def wacz(nights: DataFolder) -> Path:
    path = nights.root.parent / "all.wacz"
    assert run(["--data", str(nights.root), "export", "--format", "wacz", "--output", str(path)]) == ExitCode.OK
    return path


def histories(data: DataFolder) -> list[tuple[Any, ...]]:
    with open_reader(data.database) as archive:
        rows = archive.rows(
            "SELECT site, key, title, number, seen_at, revisions.text_hash, why, silent, first_seen, last_seen, state"
            " FROM revisions JOIN articles ON articles.id = revisions.article ORDER BY key, number"
        )
    return [tuple(row) for row in rows]


def test_it_comes_back_without_a_difference(nights: DataFolder, wacz: Path, tmp_path: Path) -> None:
    back = DataFolder(root=tmp_path / "back", extra_sites=(nights.root / "sites",))
    (one,) = import_files(back, [wacz])
    assert (one.unreadable, one.left_out, one.not_ours, one.remarks) == ((), 0, 0, ())
    assert histories(back) == histories(nights)
    kept = "SELECT kind, count(*) FROM captures WHERE kind <> 'outcome' GROUP BY kind"
    with open_reader(back.database) as mine, open_reader(nights.database) as theirs:
        assert mine.counts(kept) == theirs.counts(kept)


def test_py_wacz_finds_it_valid(wacz: Path) -> None:
    if not WACZ.exists():
        pytest.skip(f"py-wacz is not installed: python -m venv {WACZ.parent.parent}; pip install wacz there")
    done = subprocess.run([WACZ, "validate", "-f", wacz], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validation succeeded" in done.stdout


def test_its_pages_tell_titles_and_dates_and_its_index_each_record(nights: DataFolder, wacz: Path) -> None:
    with zipfile.ZipFile(wacz) as packed:
        head, *pages = (json.loads(line) for line in packed.read("pages/pages.jsonl").splitlines())
        (seed,) = (page for page in pages if page["id"].endswith(f"/{SEED_KEY}"))
        assert head["format"] == "json-pages-1.0"
        assert seed["published"] == "2024-07-11T15:51:00+07:00"
        assert seed["title"].startswith("Quyết tâm hoàn thành và vượt các chỉ tiêu")
        lines = gzip.decompress(packed.read("indexes/index.cdx.gz")).decode().splitlines()
        assert lines == sorted(lines)
        assert {entry.compress_type for entry in packed.infolist()} == {zipfile.ZIP_STORED}
        data = packed.read(WARC)
    with open_reader(nights.database) as archive:
        assert len(pages) == archive.value("SELECT count(*) FROM articles")
        assert len(lines) == archive.value("SELECT count(*) FROM captures WHERE kind <> 'outcome'")
    for line in lines:
        fields = json.loads(line.split(" ", 2)[2])
        start = int(fields["offset"])
        record = gzip.decompress(data[start : start + int(fields["length"])])
        assert record.startswith(b"WARC/1.")
        assert (b"WARC-Type: revisit" in record) == (fields["mime"] == "warc/revisit")
        if b"WARC-Type: revisit" in record:
            assert b"WARC-Refers-To-Date: " in record and b"WARC-Refers-To-Target-URI: " in record


def test_filters_choose_articles_with_the_lists_that_showed_them(nights: DataFolder, tmp_path: Path) -> None:
    path = tmp_path / "month.wacz"
    days = Filters(since=date(2024, 7, 1), until=date(2024, 7, 31))
    with open_reader(nights.database) as archive:
        packed = write_wacz(archive, nights.captures, days, path, title="July", now=utc_now())
        wanted = archive.value("SELECT count(*) FROM articles WHERE published_day LIKE '2024-07-%'")
    assert packed.articles == wanted > 0
    with zipfile.ZipFile(path) as opened:
        opened.extract(WARC, tmp_path)
    captures = list(read_captures(tmp_path / WARC))
    assert any("/xay-dung-dang/" in capture.url and SEED_KEY not in capture.url for capture in captures)
    assert len(captures) == packed.captures < 80


def test_a_search_and_a_frozen_corpus_choose_too(nights: DataFolder, tmp_path: Path) -> None:
    data = ["--data", str(nights.root)]
    assert run([*data, "freeze", "july", "--since", "2024-07-01", "--until", "2024-07-31"]) == ExitCode.OK
    for name, option in (("a", ["--matching", "nhiệm kỳ 2020 - 2025"]), ("b", ["--frozen", "july"])):
        path = tmp_path / f"{name}.wacz"
        assert run([*data, "export", "--format", "wacz", "--output", str(path), *option]) == ExitCode.OK
        with zipfile.ZipFile(path) as packed:
            pages = [json.loads(line) for line in packed.read("pages/pages.jsonl").splitlines()[1:]]
        assert any(page["id"].endswith(SEED_KEY) for page in pages) and len(pages) < 20


@contextmanager
def pywb(folder: Path) -> Iterator[str]:
    """pywb on loopback over the collection ``sample`` of ``folder``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [PYWB / "wayback", "--bind", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # type: ignore[arg-type]
    try:
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            try:
                get(f"http://127.0.0.1:{port}/")
                break
            except URLError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/sample"
    finally:
        server.terminate()
        server.wait(10)


def get(url: str) -> tuple[int, str]:
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=30) as response:
            return response.status, response.read().decode("utf-8", "replace")
    except HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


@pytest.fixture(scope="module", params=["wacz", "cdxj", "captures"])
def replay(request: pytest.FixtureRequest, nights: DataFolder, wacz: Path) -> Iterator[str]:
    """pywb over the WACZ, over the files of captures by our own index of them, and over these files by its own."""
    if not (PYWB / "wayback").exists():
        pytest.skip("pywb is not installed: run `make install`")
    folder = nights.root.parent / request.param
    folder.mkdir()
    subprocess.run([PYWB / "wb-manager", "init", "sample"], cwd=folder, check=True, capture_output=True)
    if request.param == "wacz":
        add = [PYWB / "wb-manager", "add", "--unpack-wacz", "sample", wacz]
        subprocess.run(add, cwd=folder, check=True, capture_output=True)  # type: ignore[arg-type]
    elif request.param == "captures":
        add = [PYWB / "wb-manager", "add", "sample", *nights.captures.glob("*.warc.gz")]
        subprocess.run(add, cwd=folder, check=True, capture_output=True)  # type: ignore[arg-type]
    else:
        for path in nights.captures.glob("*.warc.gz"):
            shutil.copy(path, folder / "collections" / "sample" / "archive")
        index = folder / "collections" / "sample" / "indexes" / "index.cdxj"
        options = ["--data", str(nights.root), "export", "--format", "cdxj", "--output", str(index)]
        assert run(options) == ExitCode.OK
    with pywb(folder) as home:
        yield home


def test_pywb_opens_the_article_its_list_and_its_404(nights: DataFolder, replay: str) -> None:
    with open_reader(nights.database) as archive:
        article = archive.value("SELECT url FROM articles WHERE key = ?", (SEED_KEY,))
        listed = archive.value("SELECT source FROM listed WHERE key = ?", (SEED_KEY,))
        gone = archive.value("SELECT url FROM captures WHERE status = 404 AND kind = 'error'")
    status, page = get(f"{replay}/mp_/{article}")
    assert status == 200 and "Thứ Năm, 11/07/2024, 15:51 (GMT+7)" in page
    status, page = get(f"{replay}/mp_/{listed}")
    assert status == 200 and SEED_KEY in page
    with open_reader(nights.database) as archive:
        at = archive.value("SELECT fetched_at FROM captures WHERE url = ? AND status = 404", (gone,))
    assert get(f"{replay}/{stamp(at)}mp_/{gone}")[0] == 404


def test_pywb_serves_the_version_of_each_moment_the_304s_included(nights: DataFolder, replay: str) -> None:
    with open_reader(nights.database) as archive:
        rows = archive.rows(
            "SELECT url, fetched_at, file, offset, kind FROM captures WHERE kind IN ('article', 'list', 'unchanged')"
            " AND status IN (200, 304) AND url IN (SELECT url FROM captures WHERE kind = 'unchanged')"
            " ORDER BY url, fetched_at"
        )
    served: dict[str, str] = {}
    looked = 0
    for row in rows:
        if row["kind"] != "unchanged":
            captures = read_captures(nights.captures / row["file"])
            body = next(c.body for c in captures if c.offset == row["offset"])
            served[row["url"]] = body.decode()
        if row["url"] not in served:
            continue
        status, page = get(f"{replay}/{stamp(row['fetched_at'])}id_/{row['url']}")
        assert (status, page) == (200, served[row["url"]]), dict(row)
        looked += row["kind"] == "unchanged"
    assert looked > 0


def stamp(fetched_at: str) -> str:
    return f"{datetime.fromisoformat(fetched_at).astimezone(UTC):%Y%m%d%H%M%S}"


ADDRESSES = [
    "http://www.A.vn/X/?b=2&a=1",
    "https://a.vn",
    "http://a.vn:8080/x/",
    "http://127.0.0.1:8801/xay-dung-dang/?page=2",
    "http://a.vn/Tin%20Tức/bài.html",
    "http://www2.a.vn/x//y/../z/",
    "http://a.vn/x?",
    "http://a.vn/a.html#f",
    "http://user:p@a.vn/x",
    "http://a.vn/x%2Fy%c3%a1",
    "http://a.vn/index.html?trang=2&",
    "http://a.vn/a+b?q=a+b",
    "https://a.vn:443/?sid=0123456789abcdef0123456789abcdef&x=1",
]


def test_an_address_has_the_key_by_which_pywb_looks_it_up() -> None:
    if not PYWB.exists():
        pytest.skip("pywb is not installed: run `make install`")
    program = "import json, surt, sys; print(json.dumps([surt.surt(url) for url in json.load(sys.stdin)]))"
    told = subprocess.run(
        [PYWB / "python", "-c", program], input=json.dumps(ADDRESSES), capture_output=True, text=True, check=True
    )
    assert [url_key(url) for url in ADDRESSES] == json.loads(told.stdout)


def test_what_is_taken_down_leaves_no_byte(nights: DataFolder, tmp_path: Path) -> None:
    copy = DataFolder(root=tmp_path / "data")
    shutil.copytree(nights.root, copy.root)
    with open_archive(copy.database) as archive:
        url, title = archive.rows("SELECT url, title FROM articles WHERE key = ?", (SEED_KEY,))[0]
        forget(archive, url, at=datetime.now(UTC))
    wacz, index = tmp_path / "rest.wacz", tmp_path / "index.cdxj"
    options = ["--data", str(copy.root), "export"]
    assert run([*options, "--format", "wacz", "--output", str(wacz)]) == ExitCode.OK
    assert run([*options, "--format", "cdxj", "--output", str(index)]) == ExitCode.OK
    with zipfile.ZipFile(wacz) as packed:
        packed.extractall(tmp_path / "opened")
    held = gzip.decompress((tmp_path / "opened" / WARC).read_bytes())
    texts = [held, index.read_bytes(), (tmp_path / "opened" / "pages" / "pages.jsonl").read_bytes()]
    for mark in (SEED_KEY.encode(), title.encode()):
        assert not any(mark in text for text in texts)
    assert len(list(read_captures(tmp_path / "opened" / WARC))) > 50
