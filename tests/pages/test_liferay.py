"""Oddities of Liferay portals: many addresses of one article, pages counted per portlet."""

from __future__ import annotations

import pytest

from scraper.pages.liferay import Liferay

LIST = "http://www.baobacninh.com.vn/web/bbn/xay-dung-ang"
CONTENT = f"{LIST}/-/asset_publisher/x1/content/dang-uy-khoi-giam-sat"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (CONTENT, "dang-uy-khoi-giam-sat"),
        (CONTENT + "?redirect=%2Fweb%2Fbbn%3Fp_p_id%3D101&inheritRedirect=true", "dang-uy-khoi-giam-sat"),
        (f"{LIST}?p_p_id=101_INSTANCE_x1&_101_INSTANCE_x1_urlTitle=dang-uy-khoi-giam-sat", "dang-uy-khoi-giam-sat"),
        ("http://www.baobacninh.com.vn/news/-/details/20182/dang-uy-khoi-giam-sat", "dang-uy-khoi-giam-sat"),
        ("https://dukccq.danang.gov.vn/w/dang-uy-khoi-giam-sat", "dang-uy-khoi-giam-sat"),
        ("https://dukccq.danang.gov.vn/tin-tuc/-/dang-uy-khoi-giam-sat", "dang-uy-khoi-giam-sat"),
        (LIST, None),
        (f"{LIST}?p_p_id=101_INSTANCE_x1&_101_INSTANCE_x1_cur=3", None),
        ("https://dukccq.danang.gov.vn/documents/14005/0/anh.jpg?t=1650000000000", None),
    ],
)  # fmt: skip
def test_key_is_the_title_in_the_address(url, key):
    assert Liferay().key(url) == key


def test_state_of_the_page_is_no_part_of_an_article_address():
    assert Liferay().fetch_url(CONTENT + "?redirect=%2Fweb%2Fbbn") == CONTENT
    assert Liferay().fetch_url(f"{LIST}?p_p_id=x&_x_urlTitle=a") == f"{LIST}?p_p_id=x&_x_urlTitle=a"


@pytest.mark.parametrize("state", ["p_p_state=pop_up", "p_p_lifecycle=1", "_101_viewMode=print"])
def test_dialogs_actions_and_print_copies_are_never_asked_for(state):
    assert Liferay().fetch_url(f"{CONTENT}?p_p_id=101&{state}") is None


@pytest.mark.parametrize(("number", "following"), [(None, 2), (1, 2), (2, 3), (3, None)])
def test_pages_are_counted_by_their_portlet(number, following):
    def turned(cur: int, portlet: str = "x1") -> str:
        return f"{LIST}?p_p_id=101_INSTANCE_{portlet}&p_p_lifecycle=0&_101_INSTANCE_{portlet}_cur={cur}"

    links = "".join(f'<a href="{turned(n).replace("&", "&amp;")}">{n}</a>' for n in (1, 2, 3))
    other = f'<a href="{turned(9, "banner").replace("&", "&amp;")}">9</a>'
    html = f'<html><body><h3><a href="{CONTENT}">Bài</a></h3>{links}{other if number else ""}</body></html>'
    shown = Liferay().list_page(html, turned(number) if number else LIST)
    assert shown.next_url == (turned(following) if following else None)
