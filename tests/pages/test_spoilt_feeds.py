"""Feeds and sitemaps with the errors that servers really make: what they hold is read all the same."""

from __future__ import annotations

import pytest

from scraper.pages.feeds import looks_like_feed, looks_like_sitemap, read_feed, read_sitemap

URL = "https://thu.example.vn/rss"
ITEM = "<item><title>{title}</title><link>https://thu.example.vn/bai-{n}.html</link></item>"
ITEMS = ITEM.format(title="Đảng ủy họp", n=1) + ITEM.format(title="Kết nạp đảng viên", n=2)
CHANNEL = f'<rss version="2.0"><channel>{ITEMS}</channel></rss>'


@pytest.mark.parametrize(
    "body",
    [
        f'<?xml version="1.0" encoding="utf-16"?>{CHANNEL}',
        f'<?xml version="1.0" encoding="us-ascii"?>{CHANNEL}',
        f'<?xml version="1.0" encoding="windows-1258"?>{CHANNEL}',
        f'<?xml version="1.0" encoding="ISO-8859-1"?>{CHANNEL}',
        f'<br />\n<b>Notice</b>: biến chưa đặt in <b>/a.php</b><br />\n<?xml version="1.0"?>{CHANNEL}',
        f"\n\n{CHANNEL}",
    ],
)
def test_feed_is_read_whatever_stands_before_it(body):
    raw = body.encode()
    shown = read_feed(raw, URL)
    assert looks_like_feed(raw)
    assert shown.whole
    assert [entry.title for entry in shown.entries] == ["Đảng ủy họp", "Kết nạp đảng viên"]


@pytest.mark.parametrize("broken", ["Lương < 5 triệu", "Xã A <B", "Tin <b>đậm", "Một & hai < ba"])
def test_broken_item_costs_itself_alone(broken):
    body = f'<rss version="2.0"><channel>{ITEM.format(title=broken, n=0)}{ITEMS}</channel></rss>'
    titles = [entry.title for entry in read_feed(body.encode(), URL).entries]
    assert {"Đảng ủy họp", "Kết nạp đảng viên"} <= set(titles)


def test_feed_that_was_cut_is_not_whole():
    shown = read_feed(CHANNEL[:-60].encode(), URL)
    assert (len(shown.entries), shown.whole) == (1, False)


def test_sitemap_of_lines():
    body = "\ufeffhttps://thu.example.vn/bai-1.html\r\n\r\nhttps://thu.example.vn/bai-2.html\n".encode()
    assert looks_like_sitemap(body)
    shown = read_sitemap(body, "https://thu.example.vn/sitemap.txt")
    assert shown.whole
    assert [entry.url[-10:] for entry in shown.entries] == ["bai-1.html", "bai-2.html"]


@pytest.mark.parametrize(
    "body", [b"", b"Trang nay khong co\nhttps://thu.example.vn/", b"<html><body><rss></rss></body></html>"]
)
def test_other_text_is_neither(body):
    assert not looks_like_sitemap(body)
    assert not looks_like_feed(body)
