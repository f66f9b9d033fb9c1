"""Software that no family describes: what `generic` reads of pages rebuilt after each one's own templates."""

# ruff: noqa: E501 - lines of pages are long

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scraper.items import Article, Reject
from scraper.reading import read_article
from scraper.sites import Site

TITLE = "Đảng ủy Khối sơ kết công tác sáu tháng đầu năm"
LEAD = (
    "Chiều 11-7, Đảng ủy Khối Cơ quan và Doanh nghiệp tỉnh tổ chức hội nghị sơ kết công tác sáu tháng đầu năm 2024."
)
TEXT = (
    "Theo báo cáo, đến ngày 8-2 toàn Đảng bộ có 42 tổ chức cơ sở đảng với 4.142 đảng viên; đã kết nạp 60 đảng viên mới.",
    "Phát biểu chỉ đạo, đồng chí Phó Bí thư Thường trực nhấn mạnh mỗi cán bộ, đảng viên phải là một tấm gương.",
    "Hội nghị thống nhất tám nhiệm vụ trọng tâm trong thời gian tới và giao các chi bộ triển khai.",
)
BODY = "".join(f"<p>{text}</p>" for text in TEXT)
OTHERS = (
    '<ul><li><a href="/ket-nap-muoi-hai-dang-vien-moi-100.html">Kết nạp mười hai đảng viên mới dịp 27-7</a>'
    ' (27/07/2024)</li><li><a href="/thi-hanh-ky-luat-tam-dang-vien-101.html">Thi hành kỷ luật tám đảng viên</a></li></ul>'
)
STATED = f'<meta property="og:title" content="{TITLE}">'


def read(page: str, head: str = "") -> Article | Reject:
    html = f"<!DOCTYPE html><html><head><title>{TITLE} | Báo Tỉnh</title>{head}</head><body>{page}</body></html>"
    home = "https://bao.example.vn/"
    site = Site(id="gx", name="Báo", kind="newspaper", province="Tiền Giang", family="generic", home=home)
    url = f"{home}tin-tuc/dang-uy-khoi-so-ket-cong-tac-sau-thang-100001.html"
    captured = datetime(2026, 11, 28, tzinfo=UTC)
    return read_article(html.encode(), url, site, captured_at=captured, content_type="text/html; charset=utf-8")


PAGES = {
    "Drupal 10": f"""<main><h1><span>{TITLE}</span></h1><article class="node"><div class="node__meta">By <span>admin</span>,
<time datetime="2024-07-11T15:51:00+07:00">11 Tháng 7, 2024</time></div><div class="node__content"><div class="text-content">
<p>{LEAD}</p>{BODY}</div></div></article></main>""",
    "Umbraco": f"""<section class="news-detail"><h1>{TITLE}</h1><p class="news-date">11/07/2024 15:51</p><p class="intro"><strong>
{LEAD}</strong></p><div class="rte">{BODY}</div><div class="other-news"><h3>Tin khác</h3>{OTHERS}</div></section>""",
    "DotNetNuke": f"""<form id="Form"><div class="ArticleTitle"><span id="dnn_ctr_lblTitle"><h1>{TITLE}</h1></span></div>
<span id="dnn_ctr_lblPublishDate">Thứ năm, 11/07/2024 | 15:51</span><div class="ArticleSummary"><b>{LEAD}</b></div>
<div id="dnn_ctr_lblContent">{BODY}</div><div><b>Các tin khác:</b>{OTHERS}</div><div id="dnn_footer">Giấy phép số 12/GP</div></form>""",
    "VNPT portal": f"""<div class="news-detail"><div class="title-detail"><h3>{TITLE}</h3></div><div class="date-detail"><i>Ngày đăng:
11/07/2024 15:51</i> | Lượt xem: 1234</div><div class="desc"><p><b>{LEAD}</b></p></div><div class="content-detail">{BODY}</div>
<div class="tools"><a href="javascript:print()">In trang</a></div><div><p>Tin liên quan</p>{OTHERS}</div></div>""",
    "Blogger": f"""<h2 class="date-header"><span>Thứ Năm, 11 tháng 7, 2024</span></h2><div class="post hentry">
<h3 class="post-title entry-title">{TITLE}</h3><div class="post-body entry-content"><p>{LEAD}</p>{BODY}</div><div class="post-footer">
vào lúc <a href="#"><abbr class="published" title="2024-07-11T15:51:00+07:00">15:51</abbr></a></div></div>""",
    "Plone": f"""<article id="content"><header><h1 class="documentFirstHeading">{TITLE}</h1><div class="documentByLine"><span><span>đã xuất
bản</span> 11/07/2024 15:51</span>, <span><span>sửa lần cuối</span> 12/07/2024 08:00</span></div><p class="documentDescription lead">{LEAD}</p></header>
<div id="content-core"><div>{BODY}</div></div></article>""",
    "ASP of 2008": f"""<table><tr><td>Hôm nay: Thứ Bảy, 28/11/2026</td></tr><tr><td><table><tr><td class="Title">{TITLE}</td></tr>
<tr><td>(Ngày đăng: 11/07/2024 15:51)</td></tr><tr><td><b>{LEAD}</b></td></tr><tr><td>{"<br><br>".join(TEXT)}</td></tr>
<tr><td>Các tin đã đưa: {OTHERS}</td></tr></table></td></tr></table>""",
    "TYPO3": f"""<div class="news-single"><div class="header"><h1>{TITLE}</h1></div><time itemprop="datePublished" datetime="2024-07-11">
11.07.2024</time><div class="teaser-text"><p>{LEAD}</p></div><div class="news-text-wrap">{BODY}</div><div class="news-related-wrap">
<h4>Related news</h4>{OTHERS}</div></div>""",
}


@pytest.mark.parametrize("software", PAGES)
def test_title_text_and_day_are_right(software):
    article = read(PAGES[software], STATED if software in {"VNPT portal", "ASP of 2008"} else "")
    assert isinstance(article, Article), article
    assert article.title == TITLE
    assert [*filter(None, [article.lead]), *article.body] == [LEAD, *TEXT]
    assert str(article.published_day) == "2024-07-11"


DRUPAL_7 = """<h1 id="page-title">{title}</h1><div id="node-5" class="node"><div class="meta submitted"><span property="dc:date dc:created"
content="2024-07-11T15:51:00+07:00">Submitted by <span>admin</span> on Thứ 5, 07/11/2024 - 15:51</span></div>
<div class="content"><div class="field-item"><p>{lead}</p>{body}</div></div></div>"""


def test_the_month_first_line_of_drupal_7_yields_to_its_rdfa():
    """Its default date formats print the month first. A Thursday in both orders proves none; its RDFa does."""
    article = read(DRUPAL_7.format(title=TITLE, lead=LEAD, body=BODY))
    assert isinstance(article, Article)
    assert str(article.published_day) == "2024-07-11"
    assert [problem.kind for problem in article.problems] == ["date-unread"]


def test_a_term_page_of_drupal_is_no_article():
    teasers = "".join(
        f'<div class="node"><h2><a href="/node/{n}">Bài viết số {n} của Đảng bộ Khối</a></h2><div>on 11/07/2024 - 15:51</div>'
        f'<p>{TEXT[n % 3]}</p><a href="/node/{n}">{more}</a></div>'
        for n, more in ((5, "Read more"), (6, "Đọc thêm"), (7, "Xem tiếp"))
    )
    refused = read(f"<div><h1>{TITLE}</h1><div>{teasers}</div></div>")
    assert isinstance(refused, Reject)


@pytest.mark.parametrize("clock", ["Thứ Bảy, 28/11/2026 08:15", "Hôm nay: 28/11/2026"])
def test_a_page_whose_only_date_is_its_clock_is_refused(clock):
    assert isinstance(read(f'<div class="top">{clock}</div><div><h1>{TITLE}</h1><p>{LEAD}</p>{BODY}</div>'), Reject)
