"""Oddities of the ``sc`` papers: two kinds of id, the body in a script, the list service, the page clock."""

from __future__ import annotations

import json

import pytest

from scraper.items import ListEntry, NotAnArticle
from scraper.pages.sc import Sc, javascript_string

SERVICE = "https://baodaklak.vn/sc_service/api/article/list?scUnitMapId=s&saArticleCateId=c"
ROWS = [
    {
        "pageUrl": "/chinh-tri/202407/bai-mot-79a138b/",
        "title": "B&agrave;i một &amp; hai",
        "lead": "<p>(ĐL) - Tóm tắt.</p>",
        "avatar": "/s/072024/a.jpg",
        "publishDate": "2024-07-11 15:51:00.0",
    },
    {"pageUrl": "https://baodaklak.vn/chinh-tri/201412/bai-cu-2360694/", "title": "Bài cũ", "lead": None},
    {"title": "Không có địa chỉ"},
]


def page(body: str) -> str:
    return f'<html><body><h1 class="head_title">Tít</h1><p>18:13, 27/05/2023</p>{body}</body></html>'


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://baothainguyen.vn/van-hoa/202304/le-hoi-79a138b/", "79a138b"),
        ("http://baothainguyen.vn/van-hoa/202304/le-hoi-79a138b", "79a138b"),
        ("https://baothainguyen.vn/van-hoa/202304/le-hoi-79a138b/?utm_source=zalo#top", "79a138b"),
        ("https://baokhanhhoa.vn/xa-hoi/201412/tin-vui-2360694/index.htm", "2360694"),
        ("https://baoquangngai.vn/channel/2023/201611/kiem-tra-2758748/", "2758748"),
        ("https://baothainguyen.vn/van-hoa/", None),
        ("https://baothainguyen.vn/tag/dang-bo-khoi/", None),
        ("https://baothainguyen.vn/trang-in-272403.html", None),
    ],
)
def test_key_is_the_token_that_ends_the_address(url, key):
    assert Sc().key(url) == key


def test_canonical_address_has_neither_query_nor_index():
    wanted = "https://baothainguyen.vn/van-hoa/202304/le-hoi-79a138b/"
    assert Sc().fetch_url(wanted + "index.htm?utm_source=zalo") == wanted
    assert Sc().fetch_url("https://baothainguyen.vn/trang-in-272403.html") is None
    assert Sc().fetch_url(SERVICE) == SERVICE


@pytest.mark.parametrize("text", ["jQuery341_1720(%s);", "/**/cb(%s)", "%s", "\n callback( %s )"])
def test_answer_of_the_list_service_is_a_list(text):
    shown = Sc().list_page(text % json.dumps({"response": ROWS}), SERVICE + "&first=0&pageSize=3")
    assert shown.entries == (
        ListEntry(
            url="https://baodaklak.vn/chinh-tri/202407/bai-mot-79a138b/",
            title="Bài một & hai",
            date_text="2024-07-11 15:51:00.0",
            lead="(ĐL) - Tóm tắt.",
        ),
        ListEntry(url="https://baodaklak.vn/chinh-tri/201412/bai-cu-2360694/", title="Bài cũ"),
    )
    assert shown.whole
    assert shown.next_url == SERVICE + "&first=3&pageSize=3"


def test_short_answer_may_be_the_limit_of_the_service():
    shown = Sc().list_page(json.dumps({"response": ROWS, "total": 43}), SERVICE + "&first=0&pageSize=50")
    assert shown.next_url == SERVICE + "&first=3&pageSize=50"


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        ({"response": [], "total": 43}, "&first=20&pageSize=20"),
        ({"response": ROWS, "total": 43}, "&first=40&pageSize=3"),
        ({"response": []}, "&first=60&pageSize=0"),
        ({"response": None}, "&first=0"),
        ({"error": "x"}, ""),
    ],
)
def test_list_service_ends(answer, asked):
    assert Sc().list_page(f"cb({json.dumps(answer)})", SERVICE + asked).next_url is None


@pytest.mark.parametrize(
    "text", ['cb({"response":[{"pageUrl":"/chinh-tri/202407/bai-mot-79a', "cb([[[[", '{"response":']
)
def test_answer_cut_off_lists_nothing_and_is_not_whole(text):
    shown = Sc().list_page(text, SERVICE)
    assert (shown.entries, shown.whole) == ((), False)


def test_error_page_in_place_of_an_answer_is_an_empty_list():
    assert Sc().list_page("<html><body>502 Bad Gateway</body></html>", SERVICE).entries == ()


def test_section_page_without_its_ids_has_no_next_page():
    html = '<html><body><a class="title2" href="/a/202407/bai-mot-79a138b/">Bài một</a></body></html>'
    shown = Sc().list_page(html, "https://baothainguyen.vn/a/")
    assert len(shown.entries) == 1
    assert shown.next_url is None


def test_service_has_the_prefix_that_the_page_names():
    html = """<html><body><div id="site_id">s</div><div id="cate_id">c</div>
        <script>$.ajax({url: '/sc_service/api/article/list'})</script></body></html>"""
    asked = Sc().list_page(html, "https://baodaklak.vn/chinh-tri/").next_url
    assert asked == SERVICE + "&first=0&pageSize=20"


@pytest.mark.parametrize(
    "script",
    [
        'outputData = "<p>Một đoạn <b>đậm<\\/b>.</p>";',
        "var outputData='<p>Một đoạn <b>đậm</b>.</p>';",
        "$('#content').html(`<p>Một đoạn\n <b>đậm</b>.</p>`)",
        '$( "#content" ).html( "\\u003cp>Một đoạn \\x3cb>đậm</b>.</p>" );',
    ],
)
def test_body_held_in_a_script_is_read(script):
    html = page(f'<div id="content" class="content-detail"> </div><script>{script}</script>')
    printed = Sc().article(html, "https://baoquangngai.vn/a/202305/b-aa0049e/")
    assert [block.text for block in printed.body] == ["Một đoạn đậm."]


def test_script_never_replaces_a_body_that_is_printed():
    html = page('<div id="content">Đoạn in sẵn.</div><script>outputData = "<p>Khác</p>";</script>')
    printed = Sc().article(html, "https://baoquangngai.vn/a/202305/b-aa0049e/")
    assert [block.text for block in printed.body] == ["Đoạn in sẵn."]


def test_empty_body_without_a_script_is_no_article():
    with pytest.raises(NotAnArticle, match="no-body"):
        Sc().article(
            page('<div id="content"></div><script>other = "<p>x</p>";</script>'), "https://baoquangngai.vn/a/"
        )


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        (r'"a\nb\t\"c\" \/ \\"', 'a\nb\t"c" / \\'),
        (r"'\u0110\u1ea3ng \x41'", "Đảng A"),
        (r"'\u{1F600}'", "\U0001f600"),
        (r"'\ud83d\ude00'", "\U0001f600"),
        (r"'\ud83d'", "\ufffd"),
        ("'một \\\ndòng'", "một dòng"),
    ],
)
def test_javascript_string(literal, text):
    assert javascript_string(literal) == text


@pytest.mark.parametrize("clock", ["18:14, 24/10/2024", "Thứ 5, 24/10/2024, 15:5"])
@pytest.mark.parametrize("name", ["now", "today-date"])
def test_page_clock_is_never_the_date(clock, name):
    url = "https://baohagiang.vn/xa-hoi/202305/bai-aa0049e/"
    html = f"""<html><body><span class="{name}">{clock}</span><h1 class="head_title">Tít</h1>DATE
        <div id="content">Đoạn.</div></body></html>"""
    assert Sc().article(html.replace("DATE", "<p>18:13, 27/05/2023</p>"), url).published_text == "18:13, 27/05/2023"
    with pytest.raises(NotAnArticle, match="no-date"):
        Sc().article(html.replace("DATE", ""), url)


def test_date_of_a_related_list_is_never_the_date():
    html = """<html><body><div><h1 class="head_title">Tít</h1><div id="content"><p>Đoạn.</p>
        <div class="related"><span>08:00, 01/05/2023</span></div></div></div>
        <div class="list"><span>07:00, 02/05/2023</span></div></body></html>"""
    with pytest.raises(NotAnArticle, match="no-date"):
        Sc().article(html, "https://baohagiang.vn/xa-hoi/202305/bai-aa0049e/")


def test_date_split_over_elements_is_one_line():
    html = page("").replace("18:13, 27/05/2023", "<span>18:13</span>, <span>27/05/2023</span>")
    html = html.replace("</body>", '<div id="content">Đoạn.</div></body>')
    assert Sc().article(html, "https://baohagiang.vn/xa-hoi/202305/b-aa0049e/").published_text == "18:13, 27/05/2023"


def test_body_without_a_lead_keeps_its_first_paragraph():
    html = page('<div id="content"><p>Đoạn một của bài.</p><p>Đoạn hai của bài.</p></div>')
    printed = Sc().article(html, "https://baohagiang.vn/xa-hoi/202305/bai-aa0049e/")
    assert printed.lead is None
    assert [block.text for block in printed.body] == ["Đoạn một của bài.", "Đoạn hai của bài."]
