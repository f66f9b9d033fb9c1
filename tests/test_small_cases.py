"""Small pages after public bug reports of other programs: each is read right, or refused for what it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scraper.items import Article, Reject
from scraper.reading import read_article
from scraper.sites import read_site
from tests.servers import SHARED

CASES = SHARED / "cases"
PAGES = sorted((CASES / "pages").glob("*.html")) if CASES.is_dir() else []
SITES = {
    "g": ("gx", "https://bao.example.vn/xay-dung-dang/bai-viet-100001.html"),
    "m": ("mc", "https://mc.example.vn/bai-viet-3140001.html"),
    "w": ("wp", "https://wp.example.vn/bai-viet/"),
    "a": ("ap", "http://ap.example.vn/chinh-tri/202407/bai-viet-1015551/"),
}
REFUSED = {"g06_time_of_related", "g06b_time_of_related_inframe", "m_english", "wb_0", "wb_1", "wb_2"}
AUTHORS = {"g01_ld_entities": "NHẬT XUÂN", "g02_ld_two_authors": "Nguyễn Văn An, Trần Thị Bình"}
PARAGRAPHS = {"g10_emoji_inline": 4, "g13_list_table": 11, "g20_ads": 4, "m_emoji": 2}
PICTURES = {"g11_picture_srcset": ["a-960.jpg"], "g11c_placeholder_svg": ["a-480.jpg"]}

pytestmark = pytest.mark.skipif(not PAGES, reason="the folder shared, with small pages, is not beside the repository")


def read(name: str) -> Article | Reject:
    site, url = SITES[name[0]]
    return read_article(
        (CASES / "pages" / f"{name}.html").read_bytes(),
        url,
        read_site(CASES / "sites" / f"{site}.toml"),
        captured_at=datetime(2024, 7, 13, tzinfo=UTC),
        content_type="text/html; charset=utf-8",
    )


@pytest.mark.parametrize("name", [path.stem for path in PAGES])
def test_page_is_read_right(name):
    article = read(name)
    if name in REFUSED:
        assert isinstance(article, Reject)
        return
    assert isinstance(article, Article), article
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-07-11T15:51:00+07:00"
    assert article.url == SITES[name[0]][1]
    if name in AUTHORS:
        assert article.author == AUTHORS[name]
    if name in PARAGRAPHS:
        assert len(article.body) == PARAGRAPHS[name]
    if name in PICTURES:
        assert [figure.src.rpartition("/")[2] for figure in article.figures] == PICTURES[name]
