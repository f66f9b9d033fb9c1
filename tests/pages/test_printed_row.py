"""A row prints what the rules of blocks read from Beautiful Soup's own tree, for each element."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from scraper.items import NotAnArticle, Paragraph
from scraper.pages.blocks import MAX_ATTRIBUTES, MAX_TAGS, attribute, blocks, parse, words
from scraper.pages.printed_row import Row, row_of

URL = "https://bao.example/muc/bai/"
FIXTURES = sorted((Path(__file__).parent / "fixtures").rglob("*.html"))
PIECES = (
    "chữ ",
    "một <b>hai</b> ba",
    "<b>một</b> <strong>hai</strong>",
    " \n ",
    "&nbsp;",
    "&amp;&eacute;",
    "e\u0301",
    "x" * 1100,
    "<br>",
    "<br hidden>",
    "<!-- ghi chú -->",
    "<?php echo 1 ?>",
    "<![CDATA[a]]>",
    "<!DOCTYPE html>",
    "<",
    "</",
    "<a",
    "<a href=/muc/>Mục</a>",
    "<a href=x><template>t</template></a>",
    "<a href=/a><div>a<a href=/b>b</a></div></a>",
    "<p align=right>phải<em> nghiêng</em>",
    "<p style='text-align: center'><!-- --><span style='font-weight: bold'>đậm</span>",
    "<div class='text-left a has-text-align-right'>",
    "<center>",
    "<i>",
    "<b>",
    "<font style='font-style:italic'>",
    "<pre>  \n a",
    "<div hidden>",
    "<p class='x d-none'>ẩn",
    f"<p class='{'x' * 300} text-right d-none'>ẩn",
    "<p class=text-right> </p><img alt='😀'>sau",
    "<p> <span class=text-center> giữa</span>",
    "<span style='display: none'>ẩn</span>",
    "<form>",
    "<noscript>",
    "<svg><title>s</title>",
    "<script>a<b></script>",
    "<style> </style>",
    "<textarea> t </textarea>",
    "<template><p>t <a href=x>u</a></p></template>",
    "<ruby>x<rt>y<a href=x>z</a> <b> </b></rt><rp>(</rp></ruby>",
    "<xmp><b>a</xmp>",
    "<title>Đầu</title>",
    "<o:p>Word</o:p>",
    "<img src=/a.jpg alt=' Ảnh  a '>",
    "<img src=/blank.gif data-src=/b.jpg>",
    "<img src=/c.jpg width=1>",
    "<img alt='😀'>",
    "<img src=data:x><noscript><img src=/d.jpg></noscript>",
    "<picture><source srcset='/e.jpg 2x, /f.jpg'><img src=''>",
    "<img class='emoji x' alt=':)'>",
    "<amp-img src=/g.jpg></amp-img>",
    "<img hidden src=/h.jpg>",
    "<figure><img src=/i.jpg>a<figcaption>Chú <b>thích</b>x</figcaption></figure>",
    "<figure><img src=/j.jpg><script>a</script>b",
    "<table><tr><td><img src=/k.jpg><tr><td>Chú<!-- -->thích<form>g</form></table>",
    "<table><tr><td>chữ<td><img src=/l.jpg></table>",
    "<table><tr><td><img src=/m.jpg><td><img src=/n.jpg><tr><td>một<td>hai</table>",
    "<table><tr><td>",
    "</p>",
    "</b>",
    "</div>",
    "</table>",
    "</noscript>",
    "</svg>",
    "</body></html>",
    "<body align=center>",
    "<html class=text-right>",
    "<frameset><noframes><body>khung</body></noframes>",
    "<a {x}hidden=1 href=x>không gian</a>",
    "<div>" * 210,
    "<i>" * 120,
)


def drawn(number: int) -> str:
    chance = random.Random(number)
    pieces = chance.choices(PIECES, k=chance.randint(1, 14))
    return ("<body>" if number % 3 else "") + "".join(pieces)


PAGES = [pytest.param(page.read_text("utf-8", "replace"), id=page.stem) for page in FIXTURES[::3]]
PAGES += [pytest.param(drawn(number), id=f"drawn {number}") for number in range(200)]
PAGES += [pytest.param(markup, id=repr(markup)) for markup in ("", "x", "\ufeff<p>một", "\x00<p>a", "<!-- -->")]


def told_by_tree(tag: Tag) -> tuple[list[str], str]:
    return [block.text for block in blocks(tag, URL) if isinstance(block, Paragraph)], words(tag)


def assert_same(row: Row, page: BeautifulSoup, tags: list[Tag]) -> None:
    there = [number for number, tag in enumerate(tags) if not tag.decomposed]
    assert there == [number for number in range(len(row.names)) if number not in row.removed]
    for number in there[:: len(there) // 60 + 1]:
        tag = tags[number]
        assert (row.lines(number), row.words(number)) == told_by_tree(tag), str(tag)[:300]
        if tag.name in {"a", "title"}:
            assert row.text(number) == tag.get_text()
    body = page.body or page
    assert row.blocks(URL, keeps=bool) == blocks(body, URL)


@pytest.mark.parametrize("markup", PAGES)
def test_each_element_prints_what_it_prints_in_a_tree(markup: str) -> None:
    row, page = row_of(markup), BeautifulSoup(markup.replace("amp-img", "img"), "lxml")
    tags = [page, *page.find_all(True)]
    place = {id(tag): number for number, tag in enumerate(tags)}
    assert row.names == [tag.name for tag in tags]
    assert row.parents[1:] == [place[id(tag.parent)] for tag in tags[1:]]
    assert [set(each) for each in row.attributes] == [set(tag.attrs) for tag in tags]
    for name in ("class", "href", "rel", "style"):
        assert [row.attribute(n, name).split() for n in range(len(tags))] == [
            attribute(t, name).split() for t in tags
        ]
    assert_same(row, page, tags)
    chance = random.Random(len(markup))
    removable = [number for number, tag in enumerate(tags) if tag.name not in {"[document]", "html", "body", "head"}]
    for number in chance.sample(removable, min(len(removable), 6)):
        row.remove(number)
        if not tags[number].decomposed:
            tags[number].decompose()
    assert_same(row, page, tags)


def test_lines_that_are_not_wanted_are_left_out_of_the_body() -> None:
    row = row_of("<body><p>một<p>hai<p>ba")
    assert [block.text for block in row.blocks(URL, keeps=lambda text: text != "hai")] == ["một", "ba"]


@pytest.mark.parametrize("before", [0, 1, 4_999, 5_000, 7_777])
def test_a_page_that_no_newspaper_serves_is_refused(before: int) -> None:
    start = "<p>" + "x" * before
    for markup in (
        "<b>" * (MAX_TAGS + 1),
        "<a " + "x=1 " * (MAX_ATTRIBUTES + 1),
        "<a " + "x " * MAX_ATTRIBUTES + ">",
    ):
        for read in (parse, row_of):
            with pytest.raises(NotAnArticle):
                read(start + markup)
    picture = "<img src=data:image/png;base64," + "A" * 200_000 + ">"
    text = "<script>" + "a = 1 + " * 20_000 + "</script>"
    assert [row_of(start + markup).names[-1] for markup in (picture, text)] == ["img", "script"]
