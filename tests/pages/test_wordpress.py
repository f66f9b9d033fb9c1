"""WordPress: composed pages of several themes beside what they say, refusals, a real server."""

# ruff: noqa: E501 - lines of pages are long

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scraper.items import NotAnArticle, Paragraph, Picture, PrintedArticle
from scraper.pages.wordpress import WordPress
from tests.realsite import REALPAGES, manifest, needs_realpages

FIXTURES = Path(__file__).parent / "fixtures" / "wordpress"
THEMES = ["classic", "block", "twentytwenty", "newspaper"]
HOST = "https://khoi.example.vn"
WP = WordPress()


def pair(name: str) -> tuple[str, dict[str, Any]]:
    html = (FIXTURES / f"{name}.html").read_text(encoding="utf-8")
    return html, json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def told(printed: PrintedArticle) -> dict[str, Any]:
    return {
        "url": printed.url,
        "canonical_url": printed.canonical_url,
        "native_id": printed.native_id,
        "title": printed.title,
        "lead": printed.lead,
        "paragraphs": [block.text for block in printed.body if isinstance(block, Paragraph)],
        "pictures": [[block.src, block.caption] for block in printed.body if isinstance(block, Picture)],
        "byline": printed.byline,
        "section": printed.section,
        "tags": list(printed.tags),
        "published_text": printed.published_text,
        "updated_text": printed.updated_text,
        "witnesses": {witness.source.value: witness.text for witness in printed.witnesses},
    }


@pytest.mark.parametrize("name", THEMES)
def test_page_says_what_its_fixture_says(name):
    html, says = pair(name)
    assert told(WP.article(html, says["url"])) == says


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("alignwide", "narrow"),
        ("sapo", "first"),
        ('id="masthead"', 'id="top"'),
        ("Published ", "Đăng ngày "),
        ("wp-element-caption", "caption"),
        ("entry-footer", "entry-end"),
    ],
)
def test_renaming_what_is_not_relied_on_changes_nothing(old, new):
    html, says = pair("classic")
    assert told(WP.article(html.replace(old, new), says["url"])) == says


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("single single-post postid-6", "error404", "soft-404"),
        ("single single-post postid-6", "archive category", "not-an-article"),
        ("single single-post postid-6", "page page-id-6", "not-an-article"),
        ("single single-post postid-6", "attachment single-attachment postid-6", "not-an-article"),
        ('<p class="sapo">', '<form class="post-password-form"></form><p class="sapo">', "password"),
        ('<h1 class="entry-title">', '<h1 class="entry-title" style="display:none" hidden>', "no-title"),
    ],
)
def test_what_is_not_an_article_is_refused_with_its_reason(old, new, reason):
    html, says = pair("classic")
    assert old in html
    changed = html.replace(old, new)
    if reason == "no-title":
        changed = changed.replace("Quyết tâm hoàn thành các chỉ tiêu nhiệm kỳ 2020 &#8211; 2025", "")
    with pytest.raises(NotAnArticle) as refused:
        WP.article(changed, says["url"])
    assert refused.value.reason == reason


def test_embedded_copy_is_refused():
    html = '<body class="single single-post postid-6"><div class="wp-embed post-6 hentry"><a href="/x/">Tít</a></div></body>'
    with pytest.raises(NotAnArticle, match="not-an-article"):
        WP.article(html, f"{HOST}/x/embed/")


def test_excerpt_cut_by_wordpress_is_no_lead():
    html, says = pair("twentytwenty")
    cut = html.replace(
        "Chiều 8-7, Đảng ủy Khối trao Huy hiệu Đảng.</p></div>", "Chiều 8-7, Đảng ủy Khối […]</p></div>"
    )
    printed = WP.article(cut, says["url"])
    assert printed.lead == "Chiều 8-7, Đảng ủy Khối trao Huy hiệu Đảng."
    assert [b.text for b in printed.body if isinstance(b, Paragraph)] == [says["paragraphs"][1]]


@pytest.mark.parametrize("account", ["Quản trị", "admin", "Administrator", "quantri", "Admin 2"])
def test_account_is_no_author(account):
    html, says = pair("twentytwenty")
    assert WP.article(html.replace("P. MAI", account), says["url"]).byline is None


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/tin-hoat-dong/bai-mot/", "tin-hoat-dong/bai-mot"),
        ("/tin-hoat-dong/bai-mot", "tin-hoat-dong/bai-mot"),
        ("/TIN-HOAT-DONG/BAI-MOT/?utm_source=zalo#noi-dung", "tin-hoat-dong/bai-mot"),
        ("/bai-mot/", "bai-mot"),
        ("/bai-mot.html", "bai-mot.html"),
        ("/2024/07/11/bai-mot/", "2024/07/11/bai-mot"),
        ("/archives/123", "archives/123"),
        ("/?p=6", "p=6"),
        ("/%C4%91%E1%BA%A3ng-b%E1%BB%99/", "đảng-bộ"),
        ("/", None),
        ("/?s=Đảng", None),
        ("/page/2/", None),
        ("/tin-hoat-dong/page/2/", None),
        ("/tin-hoat-dong/bai-mot/2/", None),
        ("/category/tin-hoat-dong/", None),
        ("/chuyen-muc/tin-hoat-dong/", None),
        ("/tag/dang-uy-khoi/", None),
        ("/author/p-mai/", None),
        ("/2024/07/", None),
        ("/tin-hoat-dong/2024/07/", None),
        ("/feed/", None),
        ("/tin-hoat-dong/bai-mot/feed/", None),
        ("/tin-hoat-dong/bai-mot/embed/", None),
        ("/wp-json/wp/v2/posts/6", None),
        ("/wp-content/uploads/2024/07/hoi-nghi.jpg", None),
        ("/wp-sitemap-posts-post-1.xml", None),
    ],
)
def test_key_is_the_path(path, key):
    assert WP.key(HOST + path) == key


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/bai-mot/?replytocom=12#respond", "/bai-mot/"),
        ("/bai-mot/?utm_source=zalo", "/bai-mot/"),
        ("/?p=6", "/?p=6"),
        ("/feed/?paged=2", "/feed/?paged=2"),
        ("/wp-sitemap-posts-post-1.xml", "/wp-sitemap-posts-post-1.xml"),
        ("/wp-sitemap-taxonomies-category-1.xml", None),
        ("/wp-json/wp/v2/posts/6", None),
        ("/wp-admin/admin-ajax.php", None),
        ("/bai-mot/embed/", None),
        ("/?rest_route=/wp/v2/posts", None),
    ],
)
def test_address_to_ask_for(path, asked):
    assert WP.fetch_url(HOST + path) == (HOST + asked if asked else None)


LIST = """<body class="archive category"><header class="site-header"><h1><a href="/">Đảng bộ Khối</a></h1></header>
<nav><ul><li class="menu-item"><a href="/tin-hoat-dong/">Tin hoạt động</a></li></ul></nav><main><h1>Tin hoạt động</h1>
<article class="post-6 post hentry"><h2 class="entry-title"><a href="/tin-hoat-dong/bai-mot/">Bài một</a></h2>
<div class="entry-content"><p>Tóm tắt một. <a class="more-link" href="/tin-hoat-dong/bai-mot/">Đọc tiếp</a></p></div>
<time class="entry-date published" datetime="2024-07-11T15:51:00+07:00">11/07/2024</time><time class="updated" datetime="2024-08-02T19:37:17+07:00">2/8</time>
<a href="/category/tin-hoat-dong/" rel="category tag">Tin hoạt động</a></article>
<article class="post-7 post hentry"><h2 class="entry-title"><a href="https://www.khoi.example.vn/tin-hoat-dong/bai-hai/">Bài <em>hai</em></a></h2></article>
<h3><a href="/tin-hoat-dong/">Tin hoạt động</a></h3><h3><a href="https://baoapbac.vn/xa-hoi/bai-khac/">Bài ở nơi khác</a></h3>
<div class="nav-links"><a class="page-numbers" href="/category/tin-hoat-dong/page/4/">4</a>
<a class="next page-numbers" href="/category/tin-hoat-dong/page/2/">Sau</a></div></main>
<aside class="widget-area"><h2><a href="/bai-ben-le/">Bài bên lề</a></h2></aside></body>"""


def test_list_shows_its_entries_and_its_next_page():
    shown = WP.list_page(LIST, f"{HOST}/category/tin-hoat-dong/")
    assert [(e.url, e.title, e.date_text, e.lead) for e in shown.entries] == [
        (f"{HOST}/tin-hoat-dong/bai-mot/", "Bài một", "2024-07-11T15:51:00+07:00", "Tóm tắt một."),
        ("https://www.khoi.example.vn/tin-hoat-dong/bai-hai/", "Bài hai", None, None),
    ]
    assert shown.next_url == f"{HOST}/category/tin-hoat-dong/page/2/"


@pytest.mark.parametrize(
    ("here", "link", "following"),
    [
        ("/category/x/page/2/", "/category/x/page/3/", "/category/x/page/3/"),
        ("/category/x/page/4/", "/category/x/page/3/", None),
        ("/?cat=3", "/?cat=3&amp;paged=2", "/?cat=3&paged=2"),
        ("/category/x/", "/category/y/page/2/", None),
    ],
)
def test_next_page_is_the_one_after_this(here, link, following):
    shown = WP.list_page(f'<body><a href="{link}">»</a></body>', HOST + here)
    assert shown.next_url == (HOST + following if following else None)


# Rebuilt from the class names of Elementor's theme builder, which prints no microformat.
BUILDER = """<html><head><meta property="article:published_time" content="2024-07-11T08:51:00+00:00"></head>
<body class="post-template-default single single-post postid-77">
<div class="elementor elementor-5 post-77 post type-post hentry">
<div class="elementor-widget-theme-post-title"><h1 class="elementor-heading-title">Đảng ủy Khối sơ kết</h1></div>
<span class="elementor-post-info__item elementor-post-info__item--type-date"><time>11/07/2024</time></span>
<span class="elementor-post-info__item elementor-post-info__item--type-author">P. MAI</span>
<div class="elementor-widget-theme-post-content"><div class="elementor-widget-container">
<p><strong>Sáng 11-7, Đảng ủy Khối tổ chức hội nghị sơ kết.</strong></p><p>Trong 6 tháng đầu năm, Đảng bộ Khối
tập trung lãnh đạo.</p></div></div></div></body></html>"""


@pytest.mark.parametrize("wrapped", [True, False], ids=["with-container", "without-container"])
def test_page_of_a_theme_builder(wrapped):
    html = BUILDER if wrapped else BUILDER.replace('<div class="elementor-widget-container">', "<div>")
    printed = WP.article(html, f"{HOST}/tin/so-ket/")
    assert (printed.title, printed.lead) == (
        "Đảng ủy Khối sơ kết",
        "Sáng 11-7, Đảng ủy Khối tổ chức hội nghị sơ kết.",
    )
    assert [block.text for block in printed.body if isinstance(block, Paragraph)] == [
        "Trong 6 tháng đầu năm, Đảng bộ Khối tập trung lãnh đạo."
    ]
    assert (printed.byline, printed.published_text) == ("P. MAI", "11/07/2024")
    assert [witness.text for witness in printed.witnesses] == ["2024-07-11T08:51:00+00:00"]


def test_date_that_is_plain_text_in_the_head_of_a_post_is_read():
    html, says = pair("classic")
    plain = re.sub(r'<span class="posted-on">.*?</span>', "", html, flags=re.S).replace(
        "</header>", '<span class="date">Thứ Năm, 11/07/2024 15:51</span></header>'
    )
    assert plain != html
    assert WP.article(plain, says["url"]).published_text == "Thứ Năm, 11/07/2024 15:51"


def test_unknown_field_of_select_is_refused():
    with pytest.raises(ValueError, match="no field 'content'"):
        WordPress({"content": ".x"})


def test_site_file_may_say_where_a_field_is():
    html, says = pair("classic")
    printed = WordPress({"title": ".neu", "body": ".noi-dung"}).article(
        html.replace("entry-title", "neu").replace("entry-content", "noi-dung"), says["url"]
    )
    assert printed.title == says["title"]
    assert printed.lead == says["lead"]


REAL = manifest()["pages"] if REALPAGES.is_dir() else []
TRUTH = {a["file"]: a for a in manifest()["articles"]} if REALPAGES.is_dir() else {}


def typed(text: str) -> str:
    """``text`` as it may have been typed, before wptexturize made quotes curly and dashes long."""
    return text.replace("“", '"').replace("”", '"').replace("–", "-")


@needs_realpages
@pytest.mark.parametrize("file", [f for f in TRUTH if f.startswith("wordpress/")])
def test_article_of_a_real_server(file):
    truth = TRUTH[file]
    printed = WP.article((REALPAGES / file).read_text(encoding="utf-8"), truth["url"])
    assert typed(printed.title) == typed(truth["title"])
    assert printed.lead == (None if "not on the article page" in truth["lead_where"] else truth["lead"])
    paragraphs = [typed(block.text) for block in printed.body if isinstance(block, Paragraph)]
    assert [p for p in paragraphs if p in {typed(b) for b in truth["body"]}] == [typed(b) for b in truth["body"]]
    extra = {p for p in paragraphs if p not in {typed(b) for b in truth["body"]}}
    assert extra <= {*truth["captions"], truth["author"]}
    captions = {block.caption for block in printed.body if isinstance(block, Picture)} | extra
    assert set(truth["captions"]) <= captions
    assert printed.byline == (truth["author"] if truth["author_where"] == "byline" else None)
    assert printed.section == truth["category"]
    assert sorted(printed.tags) == sorted(truth["tags"])
    assert [w.text for w in printed.witnesses] == [truth["published"]]


@needs_realpages
@pytest.mark.parametrize(
    "page",
    [p for p in REAL if p["file"].startswith("wordpress/") and p["file"].endswith(".html")],
    ids=lambda page: page["file"],
)
def test_only_articles_of_a_real_server_are_articles(page):
    html = (REALPAGES / page["file"]).read_text(encoding="utf-8")
    is_article = page["note"] == "published" or page["file"].endswith(("/utm.html", "/uppercase.html"))
    if is_article:
        key = WP.key(WP.article(html, page["url"]).canonical_url or "")
        assert key in {WP.key(truth["url"]) for truth in TRUTH.values()}
    else:
        with pytest.raises(NotAnArticle):
            WP.article(html, page["url"])


def test_content_is_found_by_its_shape_where_the_theme_names_it_otherwise():
    html = (FIXTURES / "classic.html").read_text("utf-8")
    url = json.loads((FIXTURES / "classic.json").read_text("utf-8"))["url"]
    renamed = html.replace('<div class="entry-content">', '<div class="cm-noi-dung">')
    assert renamed != html
    assert WordPress().article(renamed, url).body == WordPress().article(html, url).body


UNNAMED = """<html><head><title>Đại hội Đảng bộ Công ty Điện lực - Báo</title></head><body class="post-template-default single single-post postid-9"><div class="bar">
<a href="/category/the-gioi/">Thế giới</a><a href="/author/khac/">Người khác</a></div><main>
<div class="mg-blog-category"><a class="newsup-categories" href="/category/thoi-su/">Thời sự</a></div>
<h1>Đại hội Đảng bộ Công ty Điện lực</h1><h4>By <a href="/author/minhthu/">Minh Thư</a></h4>
<a href="/tag/dien-luc/">#Điện lực</a>, <a href="/tag/dai-hoi/">#đại hội</a>
<div class="noi-dung"><p>Sáng 15-3, Đảng bộ Công ty Điện lực tổ chức đại hội nhiệm kỳ mới.</p>
<p>Đại hội bầu 15 đồng chí vào Ban Chấp hành.</p></div></main></body></html>"""


def test_section_tags_and_author_are_told_by_where_their_links_lead():
    """Newsup and other themes give these links no rel and classes of their own (seen on a 6.1.9 server)."""
    printed = WP.article(UNNAMED, f"{HOST}/dai-hoi-dang-bo-cong-ty-dien-luc-9/")
    assert (printed.section, printed.tags, printed.byline) == ("Thời sự", ("Điện lực", "đại hội"), "Minh Thư")


def test_a_page_that_marks_no_post_tells_none_of_them_by_its_menus():
    printed = WP.article(UNNAMED.replace("main>", "div>"), f"{HOST}/dai-hoi-dang-bo-cong-ty-dien-luc-9/")
    assert (printed.section, printed.tags, printed.byline) == (None, (), None)


CLASSES = """<html><head><title>Sơ kết công tác dân vận - Báo</title></head><body class="single postid-9">
<nav><a href="/category/thoi-su/">Thời sự</a><a href="/category/xay-dung-dang/">Xây dựng Đảng</a></nav>
<article class="post-9 hentry category-thoi-su tag-dan-van-kheo tag-dang-uy-khoi"><a rel="category tag"
href="/category/thoi-su/">Thời sự</a> <a rel="category tag" href="/category/xay-dung-dang/">Xây dựng Đảng</a>
<h1 class="entry-title">Sơ kết công tác dân vận</h1><div class="entry-content"><p>Đảng ủy Khối sơ kết 5 năm dân vận
khéo.</p><p>Đảng ủy Khối khen thưởng 12 tập thể.</p></div></article></body></html>"""
IN_PARTY = f"{HOST}/xay-dung-dang/so-ket-cong-tac-dan-van/"


def test_tags_that_only_classes_tell_are_spelled_by_the_post():
    assert WP.article(CLASSES, IN_PARTY).tags == ("dân vận khéo", "Đảng ủy Khối")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dân vận\nkhéo", "dân vận, khéo"),
        ("khen thưởng", "dẫn vạn kheo và khen thưởng"),  # two spellings of one short name
        ("tag-dang-uy-khoi", "tag-dang-uy-khoi tag-chuyen-doi-so"),
        ("tag-dang-uy-khoi", "tag-khen"),  # one syllable may be many words
    ],
)
def test_no_tag_is_told_where_one_of_them_cannot_be_spelled(old, new):
    changed = CLASSES.replace(old, new)
    assert changed != CLASSES
    assert WP.article(changed, IN_PARTY).tags == ()


TRAIL = (
    '<script type="application/ld+json">{"@type":"BreadcrumbList","itemListElement":[{"@type":"ListItem","name":'
    '"Trang chủ"},{"@type":"ListItem","name":"Xây dựng Đảng"},{"@type":"ListItem","name":"Sơ kết"}]}</script></head>'
)


@pytest.mark.parametrize(
    ("old", "new", "section"),
    [
        ("", "", "Thời sự"),  # printed first, and first in the menu
        ("<nav>", '<nav><a href="/category/xay-dung-dang/">Xây dựng Đảng</a>', "Xây dựng Đảng"),
        ("nav>", "div>", "Xây dựng Đảng"),  # no menu: the address
        ("</head>", TRAIL, "Xây dựng Đảng"),  # an SEO plugin states the editors' choice
    ],
)
def test_section_of_a_post_in_two_categories(old, new, section):
    """WordPress prints them by the alphabet and puts the oldest into the address."""
    assert WP.article(CLASSES.replace(old, new) if old else CLASSES, IN_PARTY).section == section


@pytest.mark.parametrize(
    ("markup", "numbers"),
    [
        ('<p class="post-nav-links">Trang: <span class="post-page-numbers current">1</span> <a href="{0}/2/" class='
         '"post-page-numbers">2</a> <a href="{0}/3/" class="post-page-numbers">3</a></p>', [2, 3]),
        ('<div class="page-links">Pages: <a href="{0}/2">Next page</a></div>', [2]),
        ('<div class="page-links">Pages: <a href="/bai-khac/2/">2</a></div>', []),
        ("", []),
    ],
)  # fmt: skip
def test_the_pages_on_which_a_post_goes_on(markup, numbers):
    url = f"{HOST}/dai-hoi-dang-bo-cong-ty-dien-luc-9"
    html = UNNAMED.replace("</p></div>", f"</p>{markup.format(url)}</div>")
    printed = WP.article(html, f"{url}/")
    assert [int(page.rstrip("/").rpartition("/")[2]) for page in printed.further_pages] == numbers
    assert len(printed.body) == 2


def test_the_picture_of_a_related_post_is_not_the_articles():
    """CoverNews prints related posts with their pictures below a post that has none (seen on a 6.1.9 server)."""
    related = '<a href="/bai-khac-cua-bao/"><img class="wp-post-image" src="/khac.jpg" alt=""></a>'
    printed = WP.article(
        UNNAMED.replace("</main>", f"{related}</main>"), f"{HOST}/dai-hoi-dang-bo-cong-ty-dien-luc-9/"
    )
    assert [block for block in printed.body if isinstance(block, Picture)] == []
