"""``scrapy newsite`` and ``scrapy savefixture``, on copies of real servers and on saved pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.captures import read_captures
from scraper.commands.savefixture import name_of
from scraper.commands.site_survey import Findings, fetch_rules, kind_of, province_of, site_file, site_id
from scraper.items import Article
from scraper.pages.recognise import recognise
from scraper.reading import read_article
from scraper.sites import Site
from scraper.sites.site import Fetch, read_site
from tests.places import REPOSITORY
from tests.realsite import needs_realpages, serve_manifest

FIXTURES = REPOSITORY / "tests" / "pages" / "fixtures"


def scrapy(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs scrapy as a person in the repository would, with site files and captures of its own."""
    own = {"TINKHOI_SITES": str(folder), "TINKHOI_DATA": str(folder / "data"), "TINKHOI_CONTACT": ""}
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@needs_realpages
@pytest.mark.parametrize(("site", "variant"), [("nukeviet", None), ("wordpress", None), ("wordpress", "tt3")])
def test_written_file_crawls_a_real_site_without_an_edit(site, variant, tmp_path):
    with serve_manifest(site) as copy:
        made = scrapy(tmp_path, "newsite", copy.home, "--id", "moi")
        assert made.returncode == 0, made.stdout + made.stderr
        assert f"family: {site}" in made.stdout
        written = (tmp_path / "moi.toml").read_text(encoding="utf-8")
        assert len(written.splitlines()) <= 15
        described = read_site(tmp_path / "moi.toml")
        assert (described.family, described.status, described.kind) == (site, "live", "bloc")
        assert described.province == "Tiền Giang"
        asked = len(copy.asked)
        warc = tmp_path / "night.warc.gz"
        crawled = scrapy(tmp_path, "crawl", "moi", "-O", f"{warc}:warc")
        assert crawled.returncode == 0, crawled.stderr
        assert len(copy.asked) > asked
    keys = articles_by_key(warc, described)
    for truth in copy.articles:
        met = [article for article in keys.values() if truth["url"] in (article.url, *article.urls)]
        assert len(met) == (truth["state"] == "published"), truth["url"]
    published = {truth["url"] for truth in copy.articles if truth["state"] == "published"}
    assert {article.url for article in keys.values()} == published


def articles_by_key(warc: Path, site: Site) -> dict[str, Article]:
    found: dict[str, Article] = {}
    for capture in read_captures(warc):
        content_type = capture.header("Content-Type") or ""
        if capture.kind != "response" or capture.status != 200 or not content_type.startswith("text/html"):
            continue
        read = read_article(
            capture.body,
            capture.url,
            site,
            captured_at=datetime.now(UTC),
            content_type=content_type,
        )
        if isinstance(read, Article):
            found[read.key] = read
    return found


@needs_realpages
def test_fixture_holds_the_page_and_what_was_read(tmp_path):
    with serve_manifest("wordpress") as copy:
        scrapy(tmp_path, "newsite", copy.home, "--id", "moi")
        truth = copy.articles[1]
        saved = scrapy(tmp_path, "savefixture", truth["url"], "--site", "moi", "--out", str(tmp_path / "kept"))
    assert saved.returncode == 0, saved.stdout + saved.stderr
    (page,) = (tmp_path / "kept" / "wordpress").glob("*.html")
    says = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert truth["title"] in page.read_text(encoding="utf-8")
    assert (says["url"], says["family"], says["checked"]) == (truth["url"], "wordpress", False)
    assert says["article"]["title"] == truth["title"]
    assert says["article"]["lead"] == truth["lead"]


def test_saved_page_is_enough(tmp_path):
    page = FIXTURES / "wordpress" / "classic.html"
    made = scrapy(tmp_path, "newsite", str(page), "--id", "moi", "--province", "Tiền Giang")
    assert made.returncode == 0, made.stdout + made.stderr
    site = read_site(tmp_path / "moi.toml")
    assert (site.family, site.home, site.province) == ("wordpress", "https://khoi.example.vn/", "Tiền Giang")
    says = json.loads((tmp_path / "fixtures" / "wordpress" / "moi.json").read_text(encoding="utf-8"))
    assert says["article"]["native_id"] == "6"
    again = scrapy(tmp_path, "newsite", str(page), "--id", "moi")
    assert again.returncode == 1
    assert "is there already" in again.stdout


def test_folder_of_ones_own_sites_is_made(tmp_path):
    page = FIXTURES / "wordpress" / "classic.html"
    made = scrapy(tmp_path / "my-sites", "newsite", str(page), "--id", "moi")
    assert made.returncode == 0, made.stdout + made.stderr
    assert (tmp_path / "my-sites" / "moi.toml").is_file()


def test_saved_page_without_an_address_asks_for_it(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<html><body><h1>Tít</h1></body></html>", encoding="utf-8")
    made = scrapy(tmp_path, "newsite", str(page))
    assert made.returncode == 1
    assert "--url" in made.stdout


def test_site_that_does_not_answer_is_said_plainly(tmp_path):
    made = scrapy(tmp_path, "newsite", "http://127.0.0.1:9/")
    assert made.returncode == 1
    assert "http://127.0.0.1:9/: it gave no answer" in made.stdout
    assert not list(tmp_path.glob("*.toml"))


@pytest.mark.parametrize(
    ("home", "name"),
    [
        ("https://baoapbac.vn/", "baoapbac"),
        ("https://www.baodongnai.com.vn/", "baodongnai"),
        ("https://dongnai.gov.vn/", "dongnai.gov"),
        ("https://binhdinh.dcs.vn/", "binhdinh.dcs"),
        ("http://127.0.0.1:18081/", "127.0.0.1-18081"),
    ],
)
def test_id_is_the_host(home, name):
    assert site_id(home) == name


@pytest.mark.parametrize(
    ("name", "kind", "province"),
    [
        ("Báo Ấp Bắc điện tử", "newspaper", None),
        ("Báo Đồng Nai", "newspaper", "Đồng Nai"),
        ("Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh Tiền Giang", "bloc", "Tiền Giang"),
        ("Đảng ủy Khối các cơ quan tỉnh Đắk Nông", "bloc", "Đắk Nông"),
        ("Tỉnh ủy Bình Phước", "committee", "Bình Phước"),
        ("Đài Phát thanh - Truyền hình Tiền Giang", "broadcaster", "Tiền Giang"),
        ("Cổng thông tin điện tử tỉnh Đồng Nai", "government", "Đồng Nai"),
    ],
)
def test_kind_and_province_are_read_from_the_name(name, kind, province):
    assert (kind_of(name), province_of(name)) == (kind, province)


def test_longest_file_has_fifteen_lines():
    page = '<html><head><meta name="generator" content="WordPress 6"><title>Báo "A"\\</title></head></html>'
    found = Findings(home="http://127.0.0.1:80/", recognition=recognise(page, "http://127.0.0.1:80/"))
    found.sections, found.feeds, found.sitemaps = [f"{found.home}x/{n}/" for n in range(40)], ["/f"], ["/s"]
    text = site_file(found, Fetch(delay=0, allow=("127.0.0.1:80",)), kind=None, province=None, today="2026-11-24")
    assert len(text.splitlines()) == 14
    assert 'name = "Báo \\"A\\"\\\\"' in text
    assert 'status = "unverified"' in text
    assert 'checked = "unverified"' in text


def test_only_a_server_of_ones_own_is_asked_without_delay():
    assert fetch_rules("http://127.0.0.1:18081/") == Fetch(delay=0, allow=("127.0.0.1:18081",))
    assert fetch_rules("https://baoapbac.vn/") == Fetch()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a.vn/tin/dang-uy-khoi-46.html", "dang-uy-khoi-46"),
        ("https://a.vn/xa-hoi/202007/bai-904186/", "bai-904186"),
        ("https://a.vn/", "home"),
    ],
)
def test_fixture_is_named_after_its_address(url, name):
    assert name_of(url) == name
