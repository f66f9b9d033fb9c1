"""Sites with no family: our own rules around the extractor, on a composed page."""

# ruff: noqa: E501 - lines of pages are long

from __future__ import annotations

import re
from pathlib import Path

import pytest

import scraper.pages.generic
from scraper.items import NotAnArticle, Paragraph, Picture
from scraper.pages import generic
from scraper.pages.around_body import is_person
from scraper.pages.article_prose import bare
from scraper.pages.blocks import blocks, parse
from scraper.pages.generic import MAX_TAGS, ExtraMissing, Generic
from scraper.pages.metadata import person
from tests.learning.markup import Paper

HTML = (Path(__file__).parent / "fixtures" / "generic" / "article.html").read_text(encoding="utf-8")
HOST = "https://cong.example.vn"
URL = f"{HOST}/tin-tuc/quyet-tam-hoan-thanh-va-vuot-cac-chi-tieu-12345.htm"
GENERIC = Generic()


def test_page_of_no_family():
    printed = GENERIC.article(HTML, URL + "?utm_source=zalo")
    assert printed.parser == "generic/1"
    assert printed.canonical_url == URL
    assert printed.title == "Quyết tâm hoàn thành và vượt các chỉ tiêu, nhiệm vụ năm 2024"
    assert printed.published_text == "Cập nhật: 15:51, 11/07/2024 (GMT+7)"
    assert printed.lead is not None
    assert printed.lead.startswith("(ABO) Sáng 11-7, Đảng ủy Khối Cơ quan")
    assert printed.lead.endswith("sơ kết công tác xây dựng Đảng 6 tháng đầu năm.")
    paragraphs = [block.text for block in printed.body if isinstance(block, Paragraph)]
    assert [text.split(",")[0] for text in paragraphs] == [
        "Trong 6 tháng đầu năm 2024",
        "Tại hội nghị",
        "Phát biểu kết luận hội nghị",
        "P. MAI",
    ]
    pictures = [(block.src, block.caption) for block in printed.body if isinstance(block, Picture)]
    assert pictures == [(f"{HOST}/anh/hoi-nghi.jpg", "Đại biểu dự hội nghị.")]
    assert printed.section == "Xây dựng Đảng"
    assert printed.tags == ("Đảng ủy Khối",)
    assert printed.byline is None


@pytest.mark.parametrize(
    ("pattern", "new", "reason"),
    [
        (r"<h1>.*?</h1>", "", "no-title"),
        (r'<div class="noi-dung">.*?P\. MAI</b></div></div>', "<p>Đang cập nhật.</p>", "no-body"),
        (r"<table>", '<input type="password"><table>', "password"),
    ],
)
def test_what_does_not_fit_is_refused(pattern, new, reason):
    changed, count = re.subn(pattern, new, HTML, count=1, flags=re.S)
    assert count == 1
    if reason == "no-title":
        changed = changed.replace("og:title", "x")
    if reason == "no-body":
        changed = re.sub(r'<div class="sapo">.*?</div>', "", changed, flags=re.S)
    with pytest.raises(NotAnArticle) as refused:
        GENERIC.article(changed, URL)
    assert refused.value.reason == reason


def test_a_page_without_a_date_needs_one_from_a_list():
    undated = re.sub(r'<div class="ngay">.*?</div>', "", HTML, count=1, flags=re.S)
    assert [GENERIC.article(page, URL).needs_date for page in (HTML, undated)] == [False, True]


def test_a_list_tells_the_date_beside_each_article():
    shown = GENERIC.list_page(
        """<body><p>Hôm nay: 28/11/2026</p><ul><li><h3><a href="/tin/dang-uy-khoi-so-ket-cong-tac-1.htm">Đảng ủy Khối sơ kết công tác</a></h3>
        <span>12/07/2024 08:15</span><p>Sáng 12-7, Đảng ủy Khối sơ kết.</p></li><li><a href="/tin/hop-mat-cuu-chien-binh-2.htm">Họp mặt cựu chiến binh</a>
        <em>[11/07/2024]</em></li><li><a href="/tin/trao-huy-hieu-dang-3.htm">Trao Huy hiệu Đảng đợt 19-5</a></li></ul></body>""",
        f"{HOST}/tin-tuc/",
    )
    assert [entry.date_text for entry in shown.entries] == ["12/07/2024 08:15", "[11/07/2024]", None]


@pytest.mark.parametrize(
    "page",
    [
        HTML.replace("</body>", "<b>x</b>" * (MAX_TAGS // 2) + "</body>"),
        HTML.replace("<h1>", f"<h1 {' a=1' * 5001}>"),
    ],
    ids=["tags", "attributes"],
)
def test_limits_come_before_the_extractor(page, monkeypatch):
    def extract(html):
        pytest.fail("the extractor has seen the page")

    monkeypatch.setattr(scraper.pages.generic, "_extract", extract)
    with pytest.raises(NotAnArticle) as refused:
        GENERIC.article(page, URL)
    assert refused.value.reason == "not-an-article"


def test_list_of_teasers_is_no_article():
    teaser = """<div class="ngay">11/07/2024</div><h3><a href="/tin-tuc/bai-so-{n}-cua-dang-uy-khoi.htm">Bài số {n} của Đảng ủy Khối</a></h3>
    <p>Trong 6 tháng đầu năm 2024, Đảng bộ Khối và cấp ủy các tổ chức cơ sở đảng trực thuộc số {n} đã phát huy tinh thần đoàn kết, tập trung lãnh đạo, chỉ đạo.</p>"""
    page = f"<html><body><div><h1>Tin của Đảng ủy Khối</h1>{''.join(teaser.format(n=n) for n in range(1, 7))}</div></body></html>"
    with pytest.raises(NotAnArticle):
        GENERIC.article(page, f"{HOST}/tin-tuc/")
    shown = GENERIC.list_page(page, f"{HOST}/tin-tuc/")
    assert [e.title for e in shown.entries] == [f"Bài số {n} của Đảng ủy Khối" for n in range(1, 7)]


def test_site_file_may_say_where_a_field_is():
    html = HTML.replace(
        '<div class="ngay">', "<div>Lượt xem: 10</div><div>Ngày khác 01/01/2020</div><div class='ngay'>"
    )
    assert Generic({"date": ".ngay"}).article(html, URL).published_text == "Cập nhật: 15:51, 11/07/2024 (GMT+7)"
    with pytest.raises(ValueError, match="no field 'content'"):
        Generic({"content": ".x"})


def test_list_page_shows_links_that_look_like_articles():
    shown = GENERIC.list_page(
        """<body><nav><a href="/tin-tuc/trong-menu-co-bai-nay-1234.htm">Trong menu có bài này</a></nav><div id="c">
        <a href="/tin-tuc/dang-uy-khoi-so-ket-cong-tac-12345.htm"><img src="a.jpg"></a>
        <a href="/tin-tuc/dang-uy-khoi-so-ket-cong-tac-12345.htm?utm_source=x">Đảng ủy Khối sơ kết công tác</a>
        <a href="newsdetail.php?id=210&amp;newsid=2394">Trao Huy hiệu Đảng đợt 19-5</a><a href="/lien-he/">Liên hệ với chúng tôi đi</a>
        <a href="https://khac.example.vn/mot-bai-o-noi-khac-99999.htm">Một bài ở nơi khác</a><a href="/van-ban-so-12-cua-khoi.pdf">Văn bản số 12 của Khối</a>
        <div class="pagination"><a href="/tin-tuc/?page=2">Trang sau</a></div></div></body>""",
        f"{HOST}/tin-tuc/",
    )
    assert [(e.url, e.title) for e in shown.entries] == [
        (f"{HOST}/tin-tuc/dang-uy-khoi-so-ket-cong-tac-12345.htm?utm_source=x", "Đảng ủy Khối sơ kết công tác"),
        (f"{HOST}/tin-tuc/newsdetail.php?id=210&newsid=2394", "Trao Huy hiệu Đảng đợt 19-5"),
    ]
    assert shown.next_url == f"{HOST}/tin-tuc/?page=2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.cong.example.vn/a/bai-viet-ve-khoi-1.htm", "https://cong.example.vn/a/bai-viet-ve-khoi-1.htm#x"),
        ("https://cong.example.vn/a/bai-viet-ve-khoi/?fbclid=1", "https://cong.example.vn/a/bai-viet-ve-khoi"),
        ("https://cong.example.vn/n.php?newsid=2&id=1", "https://cong.example.vn/n.php?id=1&newsid=2"),
    ],
)
def test_addresses_of_one_article_have_one_key(one, other):
    assert GENERIC.key(one) == GENERIC.key(other) is not None


@pytest.mark.parametrize(
    "path", ["/", "/tin-tuc/", "/tag/dang-uy-khoi-cac-co-quan", "/anh/hoi-nghi-so-12-2024.jpg", "/?page=2"]
)
def test_other_addresses_have_none(path):
    assert GENERIC.key(HOST + path) is None


@pytest.mark.parametrize("page", [HTML, HTML.replace("<p>", "<p hidden>")], ids=["clear", "in doubt"])
def test_missing_extractor_says_what_to_install(page, monkeypatch):
    monkeypatch.setattr(generic, "_has_extractor", lambda: False)
    with pytest.raises(ExtraMissing, match=re.escape("pip install tinkhoi[generic]")):
        GENERIC.article(page, URL)


def asked(monkeypatch):
    """The pages of which the extractor is asked, from now on."""
    pages: list[str] = []
    extract = generic._extract

    def ask(html: str) -> str:
        pages.append(html)
        return extract(html)

    monkeypatch.setattr(generic, "_extract", ask)
    return pages


def test_the_extractor_is_asked_only_of_pages_in_doubt(monkeypatch):
    pages = asked(monkeypatch)
    clear = GENERIC.article(HTML, URL)
    assert pages == []
    monkeypatch.setattr(generic, "find_prose", lambda texts, title, above: None)
    assert GENERIC.article(HTML, URL) == clear
    assert pages == [HTML]


def test_no_page_is_refused_without_the_extractor(monkeypatch):
    pages = asked(monkeypatch)
    refused = HTML.replace("<table>", '<input type="password"><table>', 1)
    with pytest.raises(NotAnArticle, match="password"):
        GENERIC.article(refused, URL)
    assert pages == [refused]


LONG = (
    "Trong sáu tháng đầu năm, các chi bộ của Đảng bộ Khối đã kết nạp {0} đảng viên mới và hoàn thành {0} công trình."
)


def test_the_extractor_is_asked_where_the_article_may_end_at_two_lines(monkeypatch):
    text = "".join(f"<p>{LONG.format(n)}</p>" for n in range(20, 26))
    page = """<html><head><title>Đảng ủy Khối sơ kết công tác</title></head><body><div id=c>
    <h1>Đảng ủy Khối sơ kết công tác</h1><p>11/07/2024 15:51</p>{}</div></body></html>"""
    pages = asked(monkeypatch)
    GENERIC.article(page.format(text), URL)
    assert pages == []
    undecided = page.format(text + "<div>Xin mời các bạn đến dự</div>")
    GENERIC.article(undecided, URL)
    assert pages == [undecided]


def fixtures():
    for path in sorted((Path(__file__).parent / "fixtures").rglob("*.html")):
        yield pytest.param(
            path.read_text(encoding="utf-8", errors="replace"), URL, id=f"{path.parent.name}/{path.stem}"
        )


def drawn():
    for seed in range(0, 200, 8):
        paper = Paper(seed)
        yield pytest.param(paper.article(paper.articles[12]), paper.url(paper.articles[12]), id=f"seed {seed}")
        for number, (url, html) in enumerate(paper.junk().items()):
            yield pytest.param(html, url, id=f"seed {seed}, other {number}")


@pytest.mark.parametrize(("html", "url"), [*fixtures(), *drawn()])
def test_pages_are_read_as_if_the_extractor_were_always_asked(html, url, monkeypatch):
    def read():
        try:
            return GENERIC.article(html, url)
        except NotAnArticle as refusal:
            return refusal.reason, refusal.detail

    found = read()
    monkeypatch.setattr(generic, "find_prose", lambda texts, title, above: None)
    assert found == read()


def test_a_date_in_a_box_that_is_taken_out_of_the_text_is_read():
    box = '<div><a href="/tin-tuc/trao-huy-hieu-dang-dot-19-5-2.htm">Trao Huy hiệu Đảng</a> <i>11/07/2024</i></div>'
    text = "".join(f"<p>Trong sáu tháng đầu năm, các chi bộ đã kết nạp {n} đảng viên mới.</p>" for n in range(20, 26))
    page = f"<html><head><title>Sơ kết công tác</title></head><body><div><h1>Sơ kết công tác</h1>{box}{text}</div></body></html>"
    printed = GENERIC.article(page, URL)
    assert printed.published_text == "11/07/2024"
    assert len(printed.body) == 6


@pytest.mark.parametrize(
    "line",
    [
        "11 - 7 - 2024", "Ngày 11 tháng 7", "Tháng 7, năm 2024", "July 11th, 2024", "Jul. 11   2024", "11th July, 2024",
        "3 Aug. 2024", "11 thg 7, 2024", "11 th.7 2024", "tháng 7 11, 2024", "11 THÁNG Bảy, 2024",
    ],
)  # fmt: skip
def test_a_date_is_known_in_every_form_that_sites_print(line):
    page = NEWS.replace("11/07/2024 15:51", line)
    text = "Mưa lớn gây ngập ba tuyến đường. Đến 6 giờ sáng nước đã rút."
    printed = GENERIC.article(page.format(title="Mưa lớn gây ngập một số tuyến đường", text=text), URL)
    assert printed.published_text == re.sub(" +", " ", line)


NEWS = """<html><head><title>{title}</title></head><body><h1>{title}</h1><div class="d">11/07/2024 15:51</div>
<div class="c"><p>{text}</p></div><div>Cơ quan chủ quản: Tỉnh ủy</div></body></html>"""


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Mưa lớn gây ngập một số tuyến đường", "Mưa lớn gây ngập ba tuyến đường. Đến 6 giờ sáng nước đã rút."),
        ("Giá xăng tăng từ 15 giờ hôm nay", "Giá xăng RON 95 tăng 300 đồng. Giá dầu giữ nguyên."),
    ],
)
def test_news_of_two_short_sentences_is_news(title, text):
    printed = GENERIC.article(NEWS.format(title=title, text=text), URL)
    assert [block.text for block in printed.body if isinstance(block, Paragraph)] == [text]


@pytest.mark.parametrize(
    "text", ["Đang cập nhật", "Nội dung đang được cập nhật, xin quay lại sau", "Tải về", "Không."]
)
def test_a_few_words_that_are_no_sentences_are_none(text):
    with pytest.raises(NotAnArticle, match="no-body"):
        GENERIC.article(NEWS.format(title="Thông báo của ban tổ chức", text=text), URL)


def test_prose_that_the_extractor_left_out_below_the_date_is_kept():
    first = (
        "Sáng 11-7, Đảng ủy Khối sơ kết công tác sáu tháng đầu năm và bàn nhiệm vụ sáu tháng cuối năm tại hội trường."
    )
    second = "Trong sáu tháng, Đảng bộ Khối kết nạp sáu mươi tư đảng viên mới."
    short = "“Năm nay chúng tôi làm sớm hơn”, ông nói."
    page = parse(
        f"<html><body><div><p>Xem thêm</p><h1>Sơ kết công tác</h1><p>11/07/2024 15:51</p><p>Thu Hà</p><p>{first}</p>"
        f"<p>{short}</p><p>{second}</p></div></body></html>"
    )
    content = page.div
    assert content is not None
    above = ("Sơ kết công tác", "11/07/2024 15:51")
    shown = [(b, bare(b.text)) for b in blocks(content, "https://bao.example.vn/") if isinstance(b, Paragraph)]
    found = generic._article_blocks(content, shown, lambda said: said == bare(second), above)
    assert [block.text for block in found if isinstance(block, Paragraph)] == [first, short, second]


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Thu Trang (thực hiện)", "Thu Trang"),
        ("Tác giả: Thu Trang (ghi)", "Thu Trang"),
        ("Thu Trang (Báo Tỉnh)", None),
    ],
)
def test_the_part_that_an_author_took_is_no_name(printed, name):
    assert person(printed) == (name or printed)


@pytest.mark.parametrize("name", ["Đặng Hải Đăng", "Trương Bảo Ngọc", "Phạm Đại Nghĩa", "Le Thi Mai"])
def test_names_that_differ_from_other_words_by_their_marks_are_persons(name):
    assert is_person(name)


@pytest.mark.parametrize("text", ["Đăng Nhập", "Bản In", "Báo Tỉnh", "Phản Hồi", "Bao Tinh", "Ban Tuyên Giáo"])
def test_words_of_pages_are_no_persons(text):
    assert not is_person(text)
