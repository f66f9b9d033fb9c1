"""Oddities of the ``anumber`` papers: doubled addresses, ``base``, captions in ``em``."""

from __future__ import annotations

import pytest

from scraper.items import Paragraph, Picture
from scraper.pages.anumber import ANumber


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://baolongan.vn/dang-uy-khoi-ket-nap-dang-vien-a89746.html", "89746"),
        ("http://baolongan.vn/index.php/dang-uy-khoi-ket-nap-dang-vien-a89746.html", "89746"),
        ("https://www.baolongan.vn/ten-khac-a89746.html?fbclid=x", "89746"),
        ("https://baotayninh.vn/video/xem-video/phim-17777.html", None),
        ("https://baoangiang.com.vn/xay-dung-dang/?p=26", None),
        ("https://baolongan.vn/chinh-tri/", None),
    ],
)
def test_key_is_the_number(url, key):
    assert ANumber().key(url) == key


def test_doubled_address_is_asked_for_once():
    family = ANumber()
    assert family.fetch_url("https://baotayninh.vn/index.php/bai-a5.html?p=2") == "https://baotayninh.vn/bai-a5.html"
    assert family.fetch_url("https://baotayninh.vn/index.php/video/?p=2") == "https://baotayninh.vn/video/?p=2"


@pytest.mark.parametrize(
    ("number", "following"),
    [("", "2"), ("?p=1", "2"), ("?p=2", "3"), ("?p=25", "26"), ("?p=26", None), ("?p=99", None)],
)
def test_pager_counts_to_its_end(number, following):
    links = "".join(f'<a href="/chinh-tri/?p={n}">{n}</a>' for n in (1, 2, 3, 26))
    html = f'<html><body><a href="/bai-a5.html">Bài</a>{links}<a href="/van-hoa/?p=30">30</a></body></html>'
    shown = ANumber().list_page(html, f"https://baolongan.vn/chinh-tri/{number}")
    assert shown.next_url == (f"https://baolongan.vn/chinh-tri/?p={following}" if following else None)


def test_caption_in_the_paragraph_of_its_picture_is_bound_to_it():
    html = """<html><body><div><span>16/10/2015 - 16:39</span><h1>Tít</h1>
        <div id="newscontents"><div class="content-fck">
        <p><span><img alt="IMG_1.JPG" src="/a.jpg"></span><em>Quang cảnh hội nghị. Ảnh: T.L</em></p>
        <p><img alt="Đại biểu" src="/b.jpg"></p><p><em>Dòng nghiêng của bài.</em></p>
        <p><img src="/c.jpg">Chữ cạnh ảnh. Câu sau <em>nghiêng</em></p></div></div></div></body></html>"""
    printed = ANumber().article(html, "https://baolongan.vn/bai-a5.html")
    pictures = [block for block in printed.body if isinstance(block, Picture)]
    assert [(p.src, p.alt, p.caption) for p in pictures] == [
        ("https://baolongan.vn/a.jpg", None, "Quang cảnh hội nghị. Ảnh: T.L"),
        ("https://baolongan.vn/b.jpg", "Đại biểu", None),
        ("https://baolongan.vn/c.jpg", None, None),
    ]
    assert [block.text for block in printed.body if isinstance(block, Paragraph)] == [
        "Dòng nghiêng của bài.",
        "Chữ cạnh ảnh. Câu sau nghiêng",
    ]


@pytest.mark.parametrize("place", ["before", "after"])
def test_date_is_found_above_or_below_the_title(place):
    date, title = "<div>24/09/2020 - 12:39</div>", "<h1>Tít</h1>"
    head = date + title if place == "before" else title + date
    html = f'<html><body><div>{head}<div id="newscontents">Đoạn.</div></div><p>25/09/2020 - 07:00</p></body></html>'
    assert (
        ANumber().article(html, "https://baoangiang.com.vn/bai-a284784.html").published_text == "24/09/2020 - 12:39"
    )
