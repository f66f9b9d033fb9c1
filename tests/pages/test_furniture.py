"""What pages print in an article's body and is none of it, and what looks like it and is."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import pytest

from scraper.items import Paragraph
from scraper.pages.blocks import blocks, parse
from scraper.pages.furniture import remove_furniture, without_furniture

URL = "https://thu.example.vn/bai-nay-1000.html"
FIRST, LAST = "Đoạn mở đầu của bài viết, đủ dài để là văn xuôi.", "Đoạn kết của bài viết, cũng đủ dài để là văn xuôi."


def key(url: str) -> str | None:
    found = re.search(r"-(\d+)\.html$", url)
    return found[1] if found else None


def texts(between: str, after: str = "") -> list[str]:
    page = parse(f"<html><body><div id=b><p>{FIRST}</p>{between}<p>{LAST}</p>{after}</div></body></html>")
    body = page.select_one("#b")
    assert body is not None
    remove_furniture(body, URL, key)
    return [block.text for block in without_furniture(blocks(body, URL)) if isinstance(block, Paragraph)]


@pytest.mark.parametrize(
    "furniture",
    [
        '<p><a href="/tin-khac-2000.html">Tin khác của báo hôm nay</a></p>',
        '<p>&gt;&gt; Xem thêm: <a href="/tin-khac-2000.html">Tin khác của báo hôm nay</a></p>',
        '<p><strong>Đọc thêm: </strong><em><a href="/tin-2000.html">Tin khác</a></em></p>',
        '<div class=zz><h3>Tin liên quan</h3><ul><li><a href="/a-1.html">Một</a>'
        '</li><li><a href="/b-2.html">Hai</a> (11/07/2024)'
        "</li></ul></div>",
        '<p>Có thể bạn quan tâm</p><ul><li><a href="/a-1.html"><img src=a.jpg>'
        '</a><a href="/a-1.html">Một</a></li></ul>',
        '<table><tr><td><a href="/a-1.html">Một tin nào đó</a></td><td>'
        '<a href="/b-2.html">Hai tin</a></td></tr></table>',
        '<div><a href="https://www.facebook.com/sharer/sharer.php?u=x">Chia sẻ Facebook</a> <a href="#">Zalo</a>'
        "</div>",
        "<div><span>Chia sẻ</span> <span>Facebook</span> <span>Zalo</span> <span>In bài</span></div>",
        "<p>Theo dõi báo trên Google News</p>",
    ],
)
def test_block_that_only_leads_elsewhere_is_no_part_of_the_text(furniture):
    assert texts(furniture) == [FIRST, LAST]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (
            '<p>Như <a href="/tin-2000.html">báo đã đưa</a>, hội nghị bàn ba việc.</p>',
            "Như báo đã đưa, hội nghị bàn ba việc.",
        ),
        ('<p><a href="/van-ban.pdf">Nghị quyết số 12</a></p>', "Nghị quyết số 12"),
        ('<p><a href="https://noi-khac.example.vn/x-1.html">Một trang khác</a></p>', "Một trang khác"),
        ('<p><a href="/bai-nay-1000.html">Chính bài này</a></p>', "Chính bài này"),
        ("<p>Xem thêm nhiều tiết mục, khán giả vỗ tay.</p>", "Xem thêm nhiều tiết mục, khán giả vỗ tay."),
        ("<h3>Tin ở cơ sở</h3>", "Tin ở cơ sở"),
        ("<p>Chia sẻ tại hội nghị, đồng chí cho biết.</p>", "Chia sẻ tại hội nghị, đồng chí cho biết."),
    ],
)
def test_text_that_looks_like_it_stays(markup, text):
    assert texts(markup) == [FIRST, text, LAST]


@pytest.mark.parametrize(
    "foot",
    [
        "<p>Giấy phép xuất bản số 12/GP-BTTTT</p>",
        "<p>Tổng biên tập: Trần Văn A</p>",
        "<p>© Bản quyền thuộc về báo</p>",
        "<p>Tin liên quan</p>",
        "<p>Bút danh</p>",
        "<p>Pages: 1 2 3</p>",
    ],
)
def test_lines_of_the_foot_end_no_article(foot):
    assert texts("", foot) == [FIRST, LAST]


@pytest.mark.parametrize("end", ["Trang bị tốt cho lực lượng.", "Tổng biên tập các báo dự họp.", "Bản tin kết thúc."])
def test_last_sentence_stays(end):
    assert texts("", f"<p>{end}</p>") == [FIRST, LAST, end]


def test_licence_above_the_author_is_no_text():
    licence = "<p>Ghi rõ nguồn Báo Thử khi phát hành lại thông tin từ trang này.</p>"
    assert texts("", f"{licence}<p><b>Hải Vân</b></p>") == [FIRST, LAST, "Hải Vân"]
    assert texts("", f"{licence}<p>{LAST}</p>")[2:] == [
        "Ghi rõ nguồn Báo Thử khi phát hành lại thông tin từ trang này.",
        LAST,
    ]


@pytest.mark.parametrize(
    "heading",
    ["Ý kiến bạn đọc", "ý kiến của độc giả (2)", "“Phản hồi”", "Gửi ý kiến của bạn",
     "Viết bình luận"],
)  # fmt: skip
def test_what_readers_say_is_no_text(heading):
    assert texts("", f"<p>{heading}</p><p>{LAST}</p>") == [FIRST, LAST]


@pytest.mark.parametrize("line", ["Bình luận viên nói gì về trận đấu", "Các ý kiến bạn đọc", "12 ý kiến"])
def test_a_line_that_names_what_readers_say_ends_nothing(line):
    assert texts("", f"<p>{line}</p><p>{LAST}</p>")[2:] == [line, LAST]


def test_what_stands_behind_a_count_of_readers_is_no_text():
    """The heading of a list whose links were taken off, and the licence below it."""
    foot = "<p>Giấy phép số 12/GP-BTTTT cấp ngày 05/03/2020</p>"
    after = f"<p>HOÀI THU</p><p>Từ khóa: thi đua</p><p>Lượt xem: 1.204</p><h4>Mới nhất</h4>{foot}"
    assert texts("", after) == [FIRST, LAST, "HOÀI THU"]


@pytest.mark.parametrize("behind", ["<p>Bài hát vang lên trong hội trường.</p>", f"<p>{LAST}</p>"])
def test_a_count_within_the_text_ends_nothing(behind):
    assert texts("", f"<p>Lượt xem: 1.204</p>{behind}")[2] == "Lượt xem: 1.204"


@pytest.mark.parametrize(
    "heading", ["Bình luận của bạn đọc (3)", "» Ý kiến bạn đọc", "-" * 40 + " Gửi bình luận của bạn", "PHẢN HỒI"]
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_readers_comments_are_no_text(heading: str, form: Literal["NFC", "NFD"]) -> None:
    text = [Paragraph(text=said) for said in ("Một.", "Hai.", unicodedata.normalize(form, heading), "Hay quá!")]
    assert [block.text for block in without_furniture(text)] == ["Một.", "Hai."]


@pytest.mark.parametrize("line", ["Bình luận viên đã đến.", "Ý kiến của cử tri được ghi nhận.", "Viết thư."])
def test_a_sentence_that_begins_so_is_text(line: str) -> None:
    text = [Paragraph(text=said) for said in ("Một.", line, "Hai.")]
    assert [block.text for block in without_furniture(text)] == ["Một.", line, "Hai."]
