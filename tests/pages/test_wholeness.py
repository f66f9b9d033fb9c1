"""Cut pages and whole ones, whatever end tags they print."""

from __future__ import annotations

import pytest

from scraper.pages.wholeness import is_cut

TEXT = "<div id=a><article><h1>Tít</h1><p>Một đoạn văn.</p></article></div>"


@pytest.mark.parametrize(
    "html",
    [
        f"<html><body>{TEXT}</body></html>",
        f"<!DOCTYPE html><title>Tít</title><body>{TEXT}",  # end tags of body and html are optional
        f"<html><body>{TEXT}<p>Chân trang<ul><li>Một<li>Hai</ul>",
        f"</html><head></head><body>{TEXT}</body></html>",  # printed before its time, and again at its end
        f"<html><body><div><html><body><p>Dán vào.</p></body></html></div>{TEXT}</body></html>",
        f"<html><body>{TEXT}</html><script>dem()</script><!-- 0,1 giây --><img src=dem.gif>",
        f"<html><body><div>{TEXT}</body></html>",  # a div too many is no cut
        f"<HTML><BODY>{TEXT}</BODY ><div></HTML\n><a></a></p>",  # other end tags behind the last of the body's
        "<p>một mảnh không có body",
    ],
)
def test_whole_page(html):
    assert not is_cut(html)


@pytest.mark.parametrize(
    "html",
    [
        "<html><body>",
        "<html><body><div id=a><article><h1>Tít</h1><p>Một đo",
        f"<html><body>{TEXT}<div class=foo",
        f"</html><head></head><body><div>{TEXT}",
        f"<html><body><div><html><body><p>Dán vào.</p></body></html><p>Một đoạn{TEXT[:30]}",
        f"<html><body>{TEXT}<script>var a = 1;",
        f"</body></html><body><div>{TEXT}</bode></htm",  # the end tags are another body's, or none
    ],
)
def test_page_that_was_cut(html):
    assert is_cut(html)
