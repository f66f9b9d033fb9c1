"""Where an article's prose stands, on pages that leave no doubt of it, and on pages that do."""

from __future__ import annotations

import pytest
from bs4 import Tag

from scraper.pages.article_prose import Prose, bare, find_prose
from scraper.pages.blocks import parse

TITLE = "Hội nghị sơ kết ở xã Bình Phú"
SENTENCES = (
    "Sáng ngày 2-3, Đảng ủy xã tổ chức hội nghị sơ kết công tác quý một với sự tham dự của các chi bộ.",
    "Trong quý, các chi bộ đã kết nạp mười hai đảng viên mới và hoàn thành ba công trình chào mừng đại hội.",
    "Phát biểu tại hội nghị, Bí thư Đảng ủy xã đề nghị các chi bộ tiếp tục đổi mới nội dung sinh hoạt hằng tháng.",
    "Hội nghị đã biểu dương năm tập thể và mười cá nhân có thành tích trong phong trào xây dựng nông thôn mới.",
    "Dịp này, Đảng ủy xã cũng phát động thi đua lập thành tích chào mừng đại hội các cấp trong toàn Đảng bộ.",
)
OTHER = "Ở tỉnh bên, mưa lớn kéo dài từ đêm qua làm ngập nhiều tuyến đường, nước đã rút vào trưa nay."
BODY = "".join(f"<p>{text}</p>" for text in SENTENCES)


def found(html: str, described: str = "") -> Prose | None:
    page = parse(f"<html><body>{html}</body></html>")
    title = page.find("h1")
    assert isinstance(title, Tag)
    return find_prose(page.outline(), title, bare(TITLE + described))


def article(body: str = BODY, *, inner: str = "", beside: str = "") -> str:
    return f'<div><h1>{TITLE}</h1>{inner}<div id="x">{body}</div></div>{beside}'


def test_the_smallest_element_with_the_prose_holds_it() -> None:
    prose = found(article(inner="<p>02/03/2024 08:15</p>"))
    assert prose is not None
    assert prose.body["id"] == "x"
    assert all(prose.is_certain(bare(text)) for text in SENTENCES)
    assert prose.is_certain(bare(f"{SENTENCES[1]} Ảnh: Thu Hà"))
    assert not prose.is_certain(bare("02/03/2024 08:15"))


def test_little_prose_is_in_doubt() -> None:
    assert found(article("".join(f"<p>{text}</p>" for text in SENTENCES[:3]))) is None


@pytest.mark.parametrize(
    "beside",
    [
        f"<aside>{f'<p>{OTHER}</p>' * 3}</aside>",
        f'<div class="c-footer-main">{f"<p>{OTHER}</p>" * 3}</div>',
        f'<div style="display:none">{f"<p>{OTHER}</p>" * 3}</div>',
        f"<div>{f'<h3><a href=/1.html>{OTHER}</a></h3>' * 3}</div>",
        f"<script>'{OTHER * 3}'</script>",
    ],
    ids=["side column", "footer", "hidden", "links", "script"],
)
def test_what_is_never_an_article_leaves_no_doubt(beside: str) -> None:
    prose = found(article(beside=beside))
    assert prose is not None
    assert prose.body["id"] == "x"


@pytest.mark.parametrize(
    "beside",
    [
        f"<div>{f'<p>{OTHER}</p>' * 3}</div>",
        f"<div>{'<p>Số điện thoại của tòa soạn Báo Sông Xanh: 0270 000 000</p>' * 3}</div>",
    ],
    ids=["prose", "lines"],
)
def test_much_text_beside_the_article_is_in_doubt(beside: str) -> None:
    assert found(article(beside=beside)) is None


def test_short_lines_count_only_near_the_article() -> None:
    lines = "<p>Chia sẻ lên Zalo</p>" * 10
    assert found(article(beside=lines)) is not None
    assert found(article(inner=lines)) is None


def test_more_may_stand_beside_a_long_article() -> None:
    beside = "<div>" + "<p>Số điện thoại của tòa soạn Báo Sông Xanh: 0270 000 000</p>" * 18 + "</div>"
    assert found(article(BODY * 7, beside=beside)) is not None
    assert found(article(BODY * 5, beside=beside)) is None


def test_what_one_part_may_hold_by_itself_is_in_doubt() -> None:
    parts = f"<div>{BODY}</div><p>{OTHER}</p><p>{OTHER}</p>"
    assert found(article(parts)) is None


def test_another_article_beside_the_article_is_in_doubt() -> None:
    assert found(f"<h1>{TITLE}</h1><div>{BODY}</div><div>{BODY}</div>") is None


def test_a_small_box_in_the_article_is_not_certain() -> None:
    boxed = f"{BODY}<section><p>{OTHER}</p><p>{OTHER} Hết.</p></section>"
    prose = found(article(BODY + boxed))
    assert prose is not None
    assert not prose.is_certain(bare(OTHER))


def test_boxes_in_what_the_page_names_the_body_are_certain() -> None:
    boxed = f"{BODY}<section>{BODY}<p>{OTHER}</p></section>"
    assert found(article(boxed)) is None
    named = found(article(boxed).replace('id="x"', 'itemprop="articleBody"'))
    assert named is not None
    assert named.is_certain(bare(OTHER))


def test_readers_comments_are_not_certain() -> None:
    prose = found(article(f'{BODY}<div class="binh-luan"><p>{OTHER}</p></div>'))
    assert prose is None or not prose.is_certain(bare(OTHER))


def test_bare_text_beside_paragraphs_is_not_certain() -> None:
    prose = found(article(f"{BODY}<div>{OTHER}</div>"))
    assert prose is not None
    assert not prose.is_certain(bare(OTHER))
    bare_text = found(article("<br>".join((*SENTENCES, OTHER))))
    assert bare_text is not None
    assert bare_text.is_certain(bare(OTHER))


def test_a_style_sheet_that_lost_its_tag_is_in_doubt() -> None:
    assert found(article(beside="<div>" + ".a{color:#555;font-size:13px;text-align:center} " * 5 + "</div>")) is None


def test_what_repeats_the_description_does_not_count() -> None:
    beside = f"<div><p>{OTHER}</p><p>{OTHER}</p></div>"
    assert found(article(beside=beside)) is None
    assert found(article(beside=beside), described=OTHER) is not None
