"""From markup to paragraphs and pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.items import Block, Paragraph, Picture
from scraper.pages.blocks import _holds_more, attribute, blocks, is_hidden, parse, words, words_up_to

URL = "https://khoi.example.vn/tin/bai-1.html"


def read(html: str) -> list[Block]:
    body = parse(f"<html><body>{html}</body></html>").body
    assert body is not None
    return blocks(body, URL)


def texts(html: str) -> list[str]:
    return [block.text for block in read(html) if isinstance(block, Paragraph)]


def pictures(html: str) -> list[tuple[str, str | None, str | None]]:
    return [(b.src.rsplit("/", 1)[-1], b.alt, b.caption) for b in read(html) if isinstance(b, Picture)]


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p>Một</p><p>Hai</p>", ["Một", "Hai"]),
        ("Một<br /><br />\nHai<br>&nbsp;", ["Một", "Hai"]),
        ("<div>Một<br>Hai</div>Ba", ["Một", "Hai", "Ba"]),
        ("<p>Đảng <b>ủy</b>\n Khối</p>", ["Đảng ủy Khối"]),
        ("<ul><li>Một</li><li>Hai</li></ul>", ["Một", "Hai"]),
        ("<p>Một</p><p>&nbsp;</p><p> </p>", ["Một"]),
        ("<p>Một</p><script>x</script><style>y</style><!-- z --><noscript>n</noscript>", ["Một"]),
        ('<p>Một</p><div style="display: none">Hai</div><p class="hidden">Ba</p><p hidden>Bốn</p>', ["Một"]),
        ("<p>Ti\u0065\u0302\u0301n</p>", ["Tiến"]),
        ("", []),
    ],
)
def test_paragraphs_end_where_the_page_ends_them(html, said):
    assert texts(html) == said


@pytest.mark.parametrize(
    ("html", "align", "bold", "italic"),
    [
        ('<p style="text-align: right;"><strong>P. MAI</strong></p>', "right", True, False),
        ('<p align="center"><em>Chú thích</em></p>', "center", False, True),
        ('<div class="text-right">P. MAI</div>', "right", False, False),
        ('<div style="text-align:center"><i>Một</i> <i>hai</i></div>', "center", False, True),
        ("<p><b>Một</b> hai</p>", None, False, False),
        ('<center><span style="font-style: italic">Một</span></center>', "center", False, True),
        ('<p style="font-size:1em"><span style="font-weight: bold;">Một</span></p>', None, True, False),
    ],
)
def test_paragraph_keeps_its_type(html, align, bold, italic):
    (block,) = read(html)
    assert isinstance(block, Paragraph)
    assert (block.align, block.bold, block.italic) == (align, bold, italic)


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<figure><img src="a.jpg" alt="A"><figcaption>Lời một</figcaption></figure>', [("a.jpg", "A", "Lời một")]),
        ('<figure><img src="a.jpg"></figure>', [("a.jpg", None, None)]),
        ('<table><tr><td><img src="a.jpg"></td></tr><tr><td>Lời</td></tr></table>', [("a.jpg", None, "Lời")]),
        ('<table><tr><td><img src="a.jpg"></td></tr><tr><td>&nbsp;</td></tr></table>', [("a.jpg", None, None)]),
        (
            '<table><tr><td><img src="a.jpg"></td><td><img src="b.jpg"></td></tr>'
            "<tr><td>Lời a</td><td>Lời b</td></tr></table>",
            [("a.jpg", None, "Lời a"), ("b.jpg", None, "Lời b")],
        ),
        ('<p><img src="a.jpg"></p><p>Không phải lời chú</p>', [("a.jpg", None, None)]),
        ('<img src="data:image/gif;base64,R0" data-src="/a.jpg">', [("a.jpg", None, None)]),
        ('<img src="holder.gif" data-original="/a.jpg">', [("a.jpg", None, None)]),
        ('<img src="pixel.gif" width="1" height="1">', []),
        ('<img alt="không có địa chỉ">', []),
    ],
)
def test_caption_is_bound_only_by_markup(html, shown):
    assert pictures(html) == shown


def test_words_of_a_frame_are_not_said_twice():
    html = '<p>Đầu</p><table><tr><td><img src="a.jpg"></td></tr><tr><td>Lời</td></tr></table><p>Cuối</p>'
    assert texts(html) == ["Đầu", "Cuối"]


@pytest.mark.parametrize(
    "html",
    [
        f'<table><tr><td><img src="a.jpg"></td><td>{"Văn xuôi của bài. " * 20}</td></tr></table>',
        '<table><tr><td>Văn xuôi đứng trên ảnh.</td></tr><tr><td><img src="a.jpg"></td></tr></table>',
        '<table><tr><td><img src="a.jpg"></td><td>Văn xuôi.</td></tr><tr><td><img src="b.jpg"></td></tr></table>',
        '<table><tr><tr><tr><td>Văn xuôi.<img src="a.jpg"></td></tr><tr><td><img src="b.jpg"></td></tr></table>',
    ],
)
def test_prose_of_a_table_that_lays_out_a_page_stays_prose(html):
    assert all(caption is None for _, _, caption in pictures(html))
    assert texts(html)[0].startswith("Văn xuôi")


def test_addresses_of_pictures_are_absolute_and_in_order():
    found = read('<p>Một</p><img src="/uploads/a.jpg"><p>Hai</p><img src=" b.jpg ">')
    assert [block.src if isinstance(block, Picture) else block.text for block in found] == [
        "Một",
        "https://khoi.example.vn/uploads/a.jpg",
        "Hai",
        "https://khoi.example.vn/tin/b.jpg",
    ]


def test_words_are_all_visible_words_on_one_line():
    tag = parse("<div>Một<br>hai <em>ba</em><img alt='không'><span style='visibility:hidden'>bốn</span></div>").div
    assert tag is not None
    assert words(tag) == "Một hai ba"


@pytest.mark.parametrize(("most", "said"), [(10, "Một hai ba"), (9, None), (0, None)])
def test_words_are_read_up_to_a_length(most, said):
    tag = parse("<div>Một<br><script>không</script>hai <em>ba</em><p></p><img src='a.jpg'></div>").div
    assert tag is not None
    assert words_up_to(tag, most) == said


def test_attribute_is_one_string():
    tag = parse('<p class="a b" id="c">x</p>').p
    assert tag is not None
    assert (attribute(tag, "class"), attribute(tag, "id"), attribute(tag, "style")) == ("a b", "c", "")
    assert not is_hidden(tag)


def test_deep_markup_is_read():
    assert texts("<div>" * 1000 + "Một" + "</div>" * 1000) == ["Một"]


def test_a_page_that_stands_in_one_form_keeps_its_captions():
    """ASP.NET puts the whole page into a form; a form in an article is none of its text."""
    table = "<table><tr><td><img src='/a.jpg'></td></tr><tr><td><i>Quang cảnh lớp học.</i></td></tr></table>"
    page = parse(f"<body><form><div id='x'><p>Một.</p>{table}</div></form></body>")
    label = page.select_one("#x")
    assert label is not None
    assert blocks(label, URL) == [
        Paragraph(text="Một."),
        Picture(src="https://khoi.example.vn/a.jpg", alt=None, caption="Quang cảnh lớp học."),
    ]


def test_a_picture_that_is_repeated_for_readers_without_scripts_is_one():
    lazy = "<img src='data:x' alt=''><noscript><img src='/a.jpg' alt=''></noscript>"
    assert pictures(f"<figure><span>{lazy}</span><figcaption>Quang cảnh.</figcaption></figure>") == [
        ("a.jpg", None, "Quang cảnh.")
    ]


@given(st.text("<a", max_size=40), st.integers(0, 45))
def test_tags_are_not_counted_where_they_cannot_be_too_many(text: str, most: int) -> None:
    assert _holds_more(text, "<", most) is (text.count("<") > most)
