"""Families of their own layout refuse what stands beside a text, as the others do. The pages are composed."""

from __future__ import annotations

import pytest

from scraper.items import Paragraph
from scraper.pages import load_family

LEAD = "Chiều 11-7, Đảng ủy Khối tổ chức hội nghị sơ kết công tác sáu tháng đầu năm 2024."
FIRST = "Toàn Đảng bộ hiện có 42 tổ chức cơ sở đảng với 4.142 đảng viên sinh hoạt."
LAST = "Hội nghị thống nhất tám nhiệm vụ trọng tâm trong thời gian tới."
TITLE = "Đảng ủy Khối sơ kết sáu tháng"

NUKEVIET = (
    "https://x.example.vn/news/thoi-su/so-ket-sau-thang-1234.html",
    ("/news/thoi-su/ket-nap-12-1230.html", "/news/thoi-su/thi-hanh-1231.html"),
    f"""<html><head><title>{TITLE}</title><meta property="og:title" content="{TITLE}"></head><body>
<h1 class="title">{TITLE}</h1><span>Thứ năm - 11/07/2024 15:51</span><div class="hometext">{LEAD}</div>
<div id="news-bodyhtml"><p>{FIRST}</p>%(inside)s<p>{LAST}</p>
<p style="text-align:right"><strong>P. MAI</strong></p>%(behind)s</div></body></html>""",
)
APBAC = (
    "http://x.example.vn/chinh-tri/202407/dang-uy-khoi-so-ket-sau-thang-1015551/",
    ("/chinh-tri/202407/ket-nap-1015550/", "/chinh-tri/202407/thi-hanh-1015549/"),
    f"""<html><head><title>{TITLE}</title></head><body><div>Thứ Năm, 11/07/2024, 15:51 (GMT+7)</div>
<h1>{TITLE}</h1><p><b>{LEAD}</b></p><div><p>{FIRST}</p>%(inside)s<p>{LAST}</p><p><b>P. MAI</b></p>%(behind)s</div>
</body></html>""",
)
RELATED = (
    '<p><b>Tin liên quan</b></p><ul><li><a href="%s">Kết nạp 12 đảng viên mới dịp 27-7</a></li>'
    '<li><a href="%s">Thi hành kỷ luật tám đảng viên</a></li></ul>'
)
MORE = '<p>Xem thêm: <a href="%s">Kết nạp 12 đảng viên mới dịp 27-7</a></p><p>Đọc tiếp: <a href="%s">Kỷ luật</a></p>'


@pytest.mark.parametrize("family", ["nukeviet", "apbac"])
@pytest.mark.parametrize(
    ("inside", "behind"),
    [
        (RELATED, ""),
        (RELATED, RELATED),
        (MORE, ""),
        ("", "<div>Chia sẻ Facebook Zalo In bài Gửi email</div>"),
        ("", "<p>Giấy phép số 12/GP-TTĐT ngày 1-1-2020</p>"),
        ("", "<p>Ghi rõ nguồn khi phát hành lại thông tin</p>"),
    ],
)
def test_what_is_no_part_of_the_article_is_left_out(family, inside, behind):
    url, others, page = NUKEVIET if family == "nukeviet" else APBAC
    inside, behind = (text % others if "%s" in text else text for text in (inside, behind))
    html = page % {"inside": inside, "behind": behind}
    printed = load_family(family).article(html, url)
    texts = [block.text for block in printed.body if isinstance(block, Paragraph)]
    assert printed.lead == LEAD
    assert texts[:2] == [FIRST, LAST]
    assert [*texts[2:], *filter(None, [printed.byline])] == ["P. MAI"]
