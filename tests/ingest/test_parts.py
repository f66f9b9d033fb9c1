"""An article that its site divides over several pages is one article, whatever the order of its captures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scraper.ingest import ingest
from scraper.sites import Site
from scraper.store import Archive, open_archive
from scraper.store.reference import sync_sites
from scraper.store.runs import start_run
from tests.ingest.tapes import FIRST_NIGHT, Tape

HOME = "https://khoi.example.vn"
URL = f"{HOME}/hanh-trinh-nam-muoi-nam-cua-mot-dang-bo"
WORDS = {
    1: "Trang một kể những ngày đầu thành lập của các chi bộ trong khối doanh nghiệp.",
    2: "Trang hai kể hai mươi năm xây dựng, khi Đảng bộ có thêm nhiều chi bộ mới.",
    3: "Trang ba kể những việc còn lại của nhiệm kỳ này và lời hứa của lớp trẻ.",
}


def page(number: int, links: str = "a") -> bytes:
    """A page as WordPress divides a post."""
    shown = " ".join(
        f'<span class="post-page-numbers current">{n}</span>'
        if n == number
        else f'<{links} href="{URL}{f"/{n}/" if n > 1 else "/"}" class="post-page-numbers">{n}</{links}>'
        for n in WORDS
    )
    return (
        '<html><head><title>Hành trình năm mươi năm</title><meta property="article:published_time"'
        ' content="2024-04-30T06:00:00+07:00"></head><body class="single single-post postid-5"><main>'
        '<article id="post-5" class="post-5 hentry"><h1 class="entry-title">Hành trình năm mươi năm</h1>'
        f'<div class="entry-content"><img src="/dau.jpg" alt="Đầu trang"><p>{WORDS[number]}</p>'
        f'<p class="post-nav-links">Trang: {shown}</p></div></article></main></body></html>'
    ).encode()


@pytest.fixture
def site() -> Site:
    return Site(id="khoi", name="Khối", kind="bloc", province="Tiền Giang", family="wordpress", home=f"{HOME}/")


@pytest.fixture
def archive(tmp_path: Path, site: Site) -> Iterator[Archive]:
    with open_archive(tmp_path / "tinkhoi.db") as archive:
        sync_sites(archive, {site.id: site})
        start_run(archive, "night-1", started=FIRST_NIGHT, trigger="nightly", sites=[site.id], version="0")
        yield archive


def taken(tape: Callable[..., Tape], numbers: list[int]) -> Path:
    written = tape()
    for number in numbers:
        written.get(URL + (f"/{number}/" if number > 1 else "/"), page(number))
    return written.close()


@pytest.mark.parametrize("order", [[1, 2, 3], [3, 2, 1], [2, 1, 3]])
def test_its_pages_make_one_article(
    archive: Archive, site: Site, tape: Callable[..., Tape], order: list[int]
) -> None:
    done = ingest(archive, taken(tape, order), {site.id: site}, "night-1")
    assert done.new == 1
    body = archive.value("SELECT body FROM articles")
    places = [body.index(text) for text in WORDS.values()]
    assert places == sorted(places)
    assert archive.value("SELECT count(*) FROM problems") == 0
    assert archive.value("SELECT count(*) FROM listed") == 0
    kinds = archive.counts("SELECT kind, count(*) FROM captures GROUP BY kind")
    assert kinds == {"article": 1, "part": 2}
    assert archive.value("SELECT count(*) FROM figures") == 1


@pytest.mark.parametrize(("numbers", "missing"), [([1], 2), ([1, 2], 3), ([1, 3], 2)])
def test_a_page_that_is_missing_is_told(
    archive: Archive, site: Site, tape: Callable[..., Tape], numbers: list[int], missing: int
) -> None:
    ingest(archive, taken(tape, numbers), {site.id: site}, "night-1")
    problem = archive.row("SELECT kind, detail FROM problems")
    assert problem is not None
    assert problem["kind"] == "parts"
    assert f"{URL}/{missing}/" in problem["detail"]
    body = archive.value("SELECT body FROM articles")
    kept = [number for number, text in WORDS.items() if text in body]
    assert kept == list(range(1, missing))


def test_the_pages_of_a_list_are_no_parts(archive: Archive, site: Site, tape: Callable[..., Tape]) -> None:
    written = tape()
    written.get(f"{HOME}/page/2/", page(2, "i"))
    written.get(f"{HOME}/tin-tuc/2024/", page(2, "i"))
    ingest(archive, written.close(), {site.id: site}, "night-1")
    assert archive.value("SELECT count(*) FROM captures WHERE kind = 'part'") == 0
