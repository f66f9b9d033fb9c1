"""What a server says of its family, and what it does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scraper.pages.recognise import recognise, robots_sitemaps, usual_sitemaps
from tests.realsite import HOMES, REALPAGES, manifest, needs_realpages

HOST = "https://khoi.example.vn"
FIXTURES = Path(__file__).parent / "fixtures"


def links(*paths: str) -> str:
    return "".join(f'<a href="{path}">Tít</a>' for path in paths)


@pytest.mark.parametrize(
    ("html", "family", "evidence"),
    [
        ('<meta name="generator" content="NukeViet v4.5">', "nukeviet", "generator says NukeViet"),
        ('<meta name="Generator" content="WordPress 6.1.9">', "wordpress", "generator says WordPress"),
        (
            '<meta name="generator" content="Joomla! - Open Source Content Management">',
            "joomla",
            "generator says Joomla",
        ),
        ('<meta name="GENERATOR" content="Microsoft SharePoint">', "sharepoint", "generator says SharePoint"),
        (
            "<script src='/wp-content/themes/flatsome/x.js'></script>",
            "wordpress",
            "themes or scripts under /wp-content/",
        ),
        ("<script>var nv_base_siteurl='/';</script>", "nukeviet", "scripts of NukeViet (nv_…)"),
        ("<script>var _spPageContextInfo={};</script>", "sharepoint", "scripts of SharePoint"),
        ("<script>Liferay.ThemeDisplay={}</script>", "liferay", "scripts or addresses of Liferay (p_p_id)"),
        (links("/a-post1.html", "/b-post22.html", "/c-post3.html"), "cmsbody", "addresses /…-post123.html"),
        (links("/a-a1.html", "/b-a22.html", "/c-a3.html"), "anumber", "addresses /…-a123.html"),
        (
            links("/v/202304/a-79a138b/", "/v/202304/b-1f2e3d4/", "/v/202305/c-479406f/"),
            "sc",
            "addresses /yyyymm/…-<7 hex>",
        ),
        (
            links("/x/202007/a-904186/", "/x/202007/b-904187/", "/x/202007/c-904188/index.htm"),
            "apbac",
            "addresses /yyyymm/…-123456/",
        ),
        ('<div class="b-maincontent"></div>', "maincontent", "the markup b-maincontent"),
        ('<div class="article__body zce-content-body cms-body"></div>', "cmsbody", "the markup cms-body"),
    ],
)
def test_family_is_told_with_its_evidence(html, family, evidence):
    found = recognise(f"<html><head></head><body>{html}</body></html>", f"{HOST}/")
    assert found.family == family
    assert evidence in found.evidence


@pytest.mark.parametrize(
    "html",
    [
        "<p>Website dùng WordPress rất dễ.</p>",
        '<meta name="generator" content="Hugo 0.120">',
        links("/a-post1.html"),
        '<a href="https://khac.example.vn/wp-content/uploads/a.pdf">Văn bản</a>',
        links(
            "https://baogialai.com.vn/a-post1.html",
            "https://baogialai.com.vn/b-post2.html",
            "https://baogialai.com.vn/c-post3.html",
        ),
    ],
)
def test_too_little_is_generic(html):
    found = recognise(f"<html><body>{html}</body></html>", f"{HOST}/")
    assert (found.family, found.evidence) == ("generic", ())


@pytest.mark.parametrize(
    ("header", "family"),
    [
        (("Link", '<https://khoi.example.vn/wp-json/>; rel="https://api.w.org/"'), "wordpress"),
        (("MicrosoftSharePointTeamServices", "16.0.0.5469"), "sharepoint"),
        (("Liferay-Portal", "Liferay Digital Experience Platform"), "liferay"),
    ],
)
def test_headers_speak_too(header, family):
    assert recognise("<html><body></body></html>", f"{HOST}/", [header]).family == family


@pytest.mark.parametrize(
    "family", ["apbac", "sc", "anumber", "cmsbody", "maincontent", "sharepoint", "liferay", "joomla"]
)
def test_some_fixture_of_each_family_is_recognised(family):
    found = set()
    for page in (FIXTURES / family).glob("*.html"):
        url = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))["url"]
        found.add(recognise(page.read_text(encoding="utf-8"), url).family)
    assert family in found
    assert found <= {family, "generic"}


def test_feeds_of_comments_are_left_out():
    page = """<html><head><link rel="alternate" type="application/rss+xml" title="Dòng thông tin" href="/feed/">
    <link rel="alternate" type="application/rss+xml" title="Dòng phản hồi" href="/comments/feed/">
    <link rel="alternate" type="application/rss+xml" title="Bài một Dòng phản hồi" href="/bai-mot/feed/">
    <link rel="alternate" type="application/json" href="/wp-json/1"></head></html>"""
    assert recognise(page, f"{HOST}/").feeds == (f"{HOST}/feed/",)


def test_sections_are_the_menus_and_no_articles():
    page = f"""<html><head><meta name="generator" content="WordPress"></head><body><nav>
    {links("/", "/lien-he/", "/chinh-tri/", "/category/xay-dung-dang/", "/anh.jpg", "https://facebook.com/khoi")}</nav>
    <article><h2><a href="/chinh-tri/bai-mot/">Bài một</a></h2></article></body></html>"""
    assert [s.url for s in recognise(page, f"{HOST}/").sections] == [
        f"{HOST}/chinh-tri/",
        f"{HOST}/category/xay-dung-dang/",
    ]


@pytest.mark.parametrize(
    ("title", "path", "name"),
    [
        ("Báo Ấp Bắc - Trang chủ", "/", "Báo Ấp Bắc"),
        ("Trang chủ | Đảng ủy Khối", "/", "Đảng ủy Khối"),
        ("Bài một – Đảng ủy Khối", "/bai-mot/", "Đảng ủy Khối"),
    ],
)
def test_name_is_read_from_the_title(title, path, name):
    assert recognise(f"<html><head><title>{title}</title></head></html>", HOST + path).name == name


def test_sitemaps_of_robots_txt():
    robots = "User-agent: *\nDisallow: /admin/\nSitemap: /a.xml\nsitemap:https://khoi.example.vn/b.xml\n"
    assert robots_sitemaps(robots, f"{HOST}/robots.txt") == (f"{HOST}/a.xml", f"{HOST}/b.xml")
    assert usual_sitemaps("nukeviet", f"{HOST}/")[0] == f"{HOST}/sitemap-vi.news.xml"


@needs_realpages
@pytest.mark.parametrize("site", sorted(HOMES))
def test_every_page_of_a_real_server_tells_its_family(site):
    pages = [p for p in manifest()["pages"] if p["file"].startswith(site) and p["status"] == 200]
    whole = [p for p in pages if p["kind"] in {"home", "listing", "article", "tag"} and p["file"].endswith(".html")]
    assert len(whole) > 10
    for page in whole:
        html = (REALPAGES / page["file"]).read_text(encoding="utf-8")
        assert recognise(html, page["url"]).family == site, page["file"]


DRUPAL = [
    ('<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">', ()),
    ('<script data-drupal-selector="drupal-settings-json">{}</script>', ()),
    ("<p>Tin</p>", (("X-Generator", "Drupal 10 (https://www.drupal.org)"),)),
]


@pytest.mark.parametrize(("html", "headers"), DRUPAL)
def test_drupal_is_recognised_as_software_that_has_no_family(html, headers):
    found = recognise(f"<html><head>{html}</head></html>", "https://khoi.example.vn/", headers)
    assert found.family == "generic"
    assert len(found.evidence) == 1
    assert "Drupal" in found.evidence[0]
