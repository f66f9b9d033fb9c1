"""What one page of unknown software shows by its shape alone: captions, names, leads, and boxes of other articles."""

from __future__ import annotations

import pytest
from bs4 import Tag

from scraper.items import NotAnArticle, Picture
from scraper.pages.around_body import is_person
from scraper.pages.blocks import blocks, parse, words
from scraper.pages.captions import bind_marked_captions
from scraper.pages.furniture import remove_teasers
from scraper.pages.generic import Generic

URL = "https://bao.test/tin/hoi-nghi-so-ket-o-xa-binh-phu-12345.html"
TITLE = "Hội nghị sơ kết ở xã Bình Phú"
PROSE = (
    "Sáng ngày 2-3, Đảng ủy xã tổ chức hội nghị sơ kết công tác quý một với sự tham dự của các chi bộ.",
    "Trong quý, các chi bộ đã kết nạp mười hai đảng viên mới và hoàn thành ba công trình chào mừng đại hội.",
    "Phát biểu tại hội nghị, Bí thư Đảng ủy xã đề nghị các chi bộ tiếp tục đổi mới nội dung sinh hoạt hằng tháng.",
    "Hội nghị đã biểu dương năm tập thể và mười cá nhân có thành tích trong phong trào xây dựng nông thôn mới.",
)


def page(body: str, above: str = "", below: str = "", title: str = TITLE) -> str:
    head = f"<head><title>{TITLE} - Báo Sông Xanh</title></head>"
    heading = f"<h1>{title}</h1><p>05/03/2024 08:15</p>"
    return f'<html>{head}<body><div>{above}{heading}<div class="z">{body}</div>{below}</div></body></html>'


def body_of(html: str) -> Tag:
    root = parse(f"<div>{html}</div>").find("div")
    assert isinstance(root, Tag)
    return root


def prose(first: str = '<p class="q">{}</p>') -> str:
    return first.format(PROSE[0]) + "".join(f"<p>{text}</p>" for text in PROSE[1:])


def test_a_caption_has_a_name_that_no_other_line_has() -> None:
    first = "<p><img src=a.jpg></p><p class=q>Quang cảnh hội nghị.</p><p>Chữ.</p>"
    named = f"{first}<p><img src=b.jpg></p><p class=q>Đại biểu.</p>"
    body = body_of(named)
    bind_marked_captions(body)
    assert [b.caption for b in blocks(body, URL) if isinstance(b, Picture)] == ["Quang cảnh hội nghị.", "Đại biểu."]
    body = body_of(named.replace("<p>Chữ.</p>", "<p class=q>Chữ.</p>"))
    bind_marked_captions(body)
    assert [b.caption for b in blocks(body, URL) if isinstance(b, Picture)] == [None, None]


def test_a_frame_holds_a_picture_and_its_caption() -> None:
    body = body_of("<div class=f><img src=a.jpg><span>Quang cảnh hội nghị.</span></div><p>Chữ.</p>")
    bind_marked_captions(body)
    assert [b.caption for b in blocks(body, URL) if isinstance(b, Picture)] == ["Quang cảnh hội nghị."]


def test_boxes_of_other_articles_are_removed_and_running_text_is_not() -> None:
    link = '<a href="/tin/bai-khac-ve-viec-khac-{0}.html">Bài khác về việc khác {0}</a>'
    card = f"<div><h4>{link}</h4><p>Tóm tắt.</p></div>"
    earlier = '<a href="/tin/mot-bai-truoc-do-99991.html">trong một bài trước đó</a>'
    text = f"<p>Như đã đưa tin {earlier}, hội nghị đã xong.</p>"
    body = body_of(text * 2 + "<section>" + card.format(11111) + card.format(22222) + "</section>")
    assert remove_teasers(body, URL, Generic().key) > 0
    assert "Tóm tắt" not in words(body)
    assert words(body).count("hội nghị đã xong") == 2
    one = body_of(text + card.format(11111))
    assert remove_teasers(one, URL, Generic().key) == 0


@pytest.mark.parametrize("name", ["Trần Văn Bình", "P. MAI", "Hải Vân", "Lê Thị Hoa - Nguyễn Minh Tân", "HỮU NGHỊ"])
def test_names_of_persons(name: str) -> None:
    assert is_person(name)


@pytest.mark.parametrize(
    "text",
    ["Thứ Hai", "Chia sẻ", "Thời sự", "Trang chủ", "Ban Tuyên giáo", "Bình", "Hội nghị sơ kết", "Báo Sông Xanh"],
)
def test_what_is_no_person(text: str) -> None:
    assert not is_person(text)


def test_a_lead_is_set_apart_by_its_own_name() -> None:
    read = Generic().article(page(prose()), URL)
    assert read.lead == PROSE[0]
    assert [b.text for b in read.body if not isinstance(b, Picture)] == list(PROSE[1:])
    assert Generic().article(page(prose('<p class="has-drop-cap">{}</p>')), URL).lead is None
    assert Generic().article(page(prose("<p>{}</p>")), URL).lead is None


def test_kicker_author_and_tags_have_places() -> None:
    below = '<div>Trần Văn Bình</div><p><a href="/tag/hoi-nghi">hội nghị</a>, <a href="/tag/chi-bo">chi bộ</a></p>'
    read = Generic().article(page(prose(), "<p>Đảng bộ xã Bình Phú:</p>", below), URL)
    assert (read.kicker, read.byline) == ("Đảng bộ xã Bình Phú:", "Trần Văn Bình")
    assert read.tags == ("hội nghị", "chi bộ")


def test_the_sites_own_sign_is_no_title() -> None:
    sign = '<h1><a href="/">Báo Sông Xanh</a></h1>'
    titled = page(prose(), sign).replace(f"<h1>{TITLE}</h1>", f'<div class="w">{TITLE}</div>')
    assert Generic().article(titled, URL).title == TITLE


def test_what_follows_the_text_is_no_text() -> None:
    after = "<p>Lượt xem: 1.024</p><p>Ý kiến bạn đọc (2)</p><p>Bạn đọc Minh: Bài viết rất hay.</p>"
    first = "<div><button>Nghe</button><span>00:00</span> / <span>02:15</span></div>"
    follow = "<p>Theo dõi Báo Sông Xanh trên <a href='https://news.google.com/publications/x'>Google News</a></p>"
    read = Generic().article(page(first + prose("<p>{}</p>") + follow + after), URL)
    assert [b.text for b in read.body if not isinstance(b, Picture)] == list(PROSE)


def test_the_only_entry_of_a_list_is_no_article() -> None:
    link = '<a href="/tin/mot-bai-viet-ve-hoi-nghi-77777.html">Một bài viết về hội nghị</a>'
    entry = f"<h3>{link}</h3><span>05/03/2024 08:15</span><p>{PROSE[0]}</p>"
    body = f"<div><h1>Kinh tế</h1><div>{entry}</div></div>"
    listed = f"<html><head><title>Kinh tế - Báo</title></head><body>{body}</body></html>"
    with pytest.raises(NotAnArticle):
        Generic().article(listed, "https://bao.test/kinh-te/")
