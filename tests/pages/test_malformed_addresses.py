"""An address that is none, such as ``http://[``, is passed over: the page around it is read all the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from scraper.items import ListPage, PrintedArticle, Reject
from scraper.pages import FAMILIES, load_family
from scraper.reading import read_printed
from scraper.sites import Site

FIXTURES = Path(__file__).with_name("fixtures")
PAGES = sorted(path for path in FIXTURES.rglob("*.html") if path.parent.name in FAMILIES)
MALFORMED = ("http://[::1", "//[x")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_page_with_malformed_addresses_is_read(path: Path) -> None:
    family, whole = path.parent.name, path.read_text(encoding="utf-8", errors="replace")
    site = Site(
        id="bao", name="Báo", kind="newspaper", province="Tiền Giang", family=family, home="https://bao.example/"
    )
    url = "https://bao.example/tin/bai-viet-1234567.html"
    for name, address in product(("href", "src", "content"), MALFORMED):
        html = re.sub(rf"(\b{name}=[\"'])(?:https?:/)?/[^\"']*", rf"\g<1>{address}", whole)
        printed = read_printed(html.encode(), url, site, captured_at=datetime(2026, 11, 28, tzinfo=UTC))
        assert isinstance(printed, PrintedArticle | Reject)
        assert isinstance(load_family(family).list_page(html, url), ListPage)


def test_date_beside_a_malformed_link_is_read() -> None:
    prose = "Đảng ủy Khối tổ chức hội nghị sơ kết công tác xây dựng Đảng sáu tháng đầu năm tại thành phố Mỹ Tho. " * 6
    html = (
        "<html><head><title>Hội nghị sơ kết sáu tháng đầu năm</title></head><body><article>"
        "<h1>Hội nghị sơ kết sáu tháng đầu năm</h1>"
        '<p><a href="http://[">x</a> <time datetime="2024-07-11T15:51:00+07:00">trước</time></p>'
        f"<p>{prose}</p><p>{prose}</p></article></body></html>"
    )
    site = Site(
        id="bao", name="Báo", kind="newspaper", province="Tiền Giang", family="generic", home="https://bao.example/"
    )
    printed = read_printed(html.encode(), "https://bao.example/hoi-nghi-1234567.html", site)
    assert isinstance(printed, PrintedArticle)
    assert "2024-07-11T15:51:00+07:00" in {witness.text for witness in printed.witnesses} | {printed.published_text}
