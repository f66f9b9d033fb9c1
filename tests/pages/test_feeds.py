"""Feeds and sitemaps: every dialect, small errors, hostile and cut-off answers."""

# ruff: noqa: E501 - lines of pages are long

from __future__ import annotations

import gzip

import pytest

from scraper.items import ListEntry, WitnessSource
from scraper.pages.feeds import looks_like_feed, looks_like_sitemap, read_feed, read_sitemap
from tests.realsite import REALPAGES, manifest, needs_realpages

HOST = "https://khoi.example.vn"
SITEMAP = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>{HOST}/bai-mot-1.html</loc><lastmod>2024-07-11T15:51:00+07:00</lastmod></url>
<url><image:image><image:loc>{HOST}/anh.jpg</image:loc></image:image><loc> {HOST}/bai-hai-2.html?a=1&amp;b=2
</loc><lastmod>2024-08-02</lastmod><news:news><news:publication_date>2024-07-12T08:00:00+07:00</news:publication_date>
<news:title>Bài hai</news:title></news:news></url></urlset>""".encode()


def rss(item: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    return f'{head}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>{item}</channel></rss>'.encode()


def only(xml: bytes) -> ListEntry:
    (entry,) = read_feed(xml, f"{HOST}/feed/").entries
    return entry


def test_rss_item():
    entry = only(
        rss(f"""<item><title>Đảng ủy Khối &amp; đoàn thể</title><link>{HOST}/bai-1.html</link>
        <pubDate>Thu, 11 Jul 2024 08:51:00 GMT</pubDate><description><![CDATA[<img src="a.jpg"><p>Sáng 11-7, <b>Đảng ủy</b>
        Khối</p>]]></description><content:encoded>Toàn văn</content:encoded></item>""")
    )
    assert entry == ListEntry(
        url=f"{HOST}/bai-1.html",
        title="Đảng ủy Khối & đoàn thể",
        date_text="Thu, 11 Jul 2024 08:51:00 GMT",
        lead="Sáng 11-7, Đảng ủy Khối",
        source=WitnessSource.FEED,
    )


@pytest.mark.parametrize(
    ("item", "address"),
    [
        ("<link>/bai-1.html</link>", f"{HOST}/bai-1.html"),
        ("<link><![CDATA[ https://khoi.example.vn/?a=1&b=2 ]]></link>", f"{HOST}/?a=1&b=2"),
        ("<link>https://khoi.example.vn/?a=1&b=2&amp;c=3</link>", f"{HOST}/?a=1&b=2&c=3"),
        ("<guid>https://khoi.example.vn/bai-1.html</guid>", f"{HOST}/bai-1.html"),
        ('<link/><guid isPermaLink="true">https://khoi.example.vn/bai-1.html</guid>', f"{HOST}/bai-1.html"),
        ("<link>https://feedproxy.example/x</link><origLink>https://khoi.example.vn/y</origLink>", f"{HOST}/y"),
    ],
)
def test_address_of_an_item(item, address):
    assert only(rss(f"<item>{item}</item>")).url == address


@pytest.mark.parametrize(
    "item",
    [
        "<link>javascript:alert(1)</link>",
        "<link>ftp://khoi.example.vn/bai</link>",
        '<guid isPermaLink="false">https://khoi.example.vn/news_46</guid>',
        "<link>https://khoi.example.vn/<b>bai</b></link>",
        "<title>Không có địa chỉ</title>",
    ],
)
def test_item_without_a_web_address_is_left_out(item):
    assert read_feed(rss(f"<item>{item}</item>"), HOST).entries == ()


def test_rdf_and_dublin_core():
    entry = only(
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        b' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>K</title></channel>'
        b"<item><title>B</title><link>/b</link><dc:date>2024-07-11T15:51:00+07:00</dc:date></item></rdf:RDF>"
    )
    assert (entry.url, entry.date_text) == (f"{HOST}/b", "2024-07-11T15:51:00+07:00")


def test_atom_hears_publication_not_update():
    page = read_feed(
        b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://khoi.example.vn/tin/"><link rel="next" href="/feed/2"/>
        <entry><title type="html">&lt;b&gt;B\xc3\xa0i&lt;/b&gt; m\xe1\xbb\x99t</title><link rel="edit" href="/sua"/><link href="mot"/>
        <updated>2024-08-02T00:00:00Z</updated><published>2024-07-11T08:51:00Z</published></entry>
        <entry><link rel="alternate" href="hai"/><updated>2024-08-02T00:00:00Z</updated></entry></feed>""",
        f"{HOST}/feed/atom/",
    )
    assert [(e.url, e.title, e.date_text) for e in page.entries] == [
        (f"{HOST}/tin/mot", "Bài một", "2024-07-11T08:51:00Z"),
        (f"{HOST}/tin/hai", None, None),
    ]
    assert page.next_url == f"{HOST}/feed/2"


def test_small_errors_are_recovered_from():
    broken = rss("<item><title>Bài&nbsp;một \x0b</title><link>/bai-1.html</link></item>", "\n\n ")
    entry = only(broken)
    assert (entry.url, entry.title) == (f"{HOST}/bai-1.html", "Bài một")


def test_sitemap_prefers_the_date_of_publication():
    page = read_sitemap(SITEMAP, f"{HOST}/sitemap-news.xml")
    assert page.whole
    assert [(e.url, e.title, e.date_text, e.source) for e in page.entries] == [
        (f"{HOST}/bai-mot-1.html", None, "2024-07-11T15:51:00+07:00", WitnessSource.SITEMAP),
        (f"{HOST}/bai-hai-2.html?a=1&b=2", "Bài hai", "2024-07-12T08:00:00+07:00", WitnessSource.SITEMAP),
    ]


def test_index_lists_its_sitemaps():
    index = (
        b"<sitemapindex><sitemap><loc>/a.xml</loc></sitemap><sitemap><loc>/b.xml.gz</loc></sitemap></sitemapindex>"
    )
    page = read_sitemap(index, f"{HOST}/sitemap.xml")
    assert (page.entries, page.children) == ((), (f"{HOST}/a.xml", f"{HOST}/b.xml.gz"))


def test_gzip_is_unpacked():
    packed = gzip.compress(SITEMAP)
    assert looks_like_sitemap(packed)
    assert read_sitemap(packed, HOST) == read_sitemap(SITEMAP, HOST)


def test_a_cut_never_yields_a_cut_address():
    whole = {e.url for e in read_sitemap(SITEMAP, HOST).entries}
    for end in range(150, len(SITEMAP) - 1):
        if looks_like_sitemap(SITEMAP[:end]):
            page = read_sitemap(SITEMAP[:end], HOST)
            assert {e.url for e in page.entries} <= whole
            assert not page.whole


def test_a_cut_gzip_never_yields_a_cut_address():
    whole = {e.url for e in read_sitemap(SITEMAP, HOST).entries}
    packed = gzip.compress(SITEMAP)
    read = 0
    for end in range(20, len(packed) - 1):
        if looks_like_sitemap(packed[:end]):
            page = read_sitemap(packed[:end], HOST)
            read += 1
            assert {e.url for e in page.entries} <= whole
            assert not page.whole
    assert read


def test_entities_are_neither_expanded_nor_read_from_files(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("bí mật", encoding="utf-8")
    layers = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    xml = f"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "http://x.example/"><!ENTITY f SYSTEM "{secret.as_uri()}">{layers}]>
    <rss><channel><item><title>&f;&e11;</title><link>&e0;</link></item><item><link>/tot</link></item></channel></rss>"""
    page = read_feed(xml.encode(), HOST)
    assert f"{HOST}/tot" in {e.url for e in page.entries}
    assert all("bí mật" not in (e.title or "") and len(e.title or "") < 100 for e in page.entries)
    assert all("x.example" not in e.url for e in page.entries)


@pytest.mark.parametrize(
    ("body", "feed", "sitemap"),
    [
        (b"<!DOCTYPE html><html><body><urlset></urlset></body></html>", False, False),
        (b"", False, False),
        (b"\x1f\x8b broken", False, False),
        (b"You are being flood-blocked", False, False),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!-- x --><?xml-stylesheet href='a'?><rss/>", True, False),
        ("<?xml version='1.0' encoding='utf-16'?><feed/>".encode("utf-16"), True, False),
        (b"<urlset/>", False, True),
    ],
)
def test_what_a_body_is(body, feed, sitemap):
    assert (looks_like_feed(body), looks_like_sitemap(body)) == (feed, sitemap)


def test_another_body_is_an_error():
    with pytest.raises(ValueError, match="not an RSS"):
        read_feed(b"<html></html>", HOST)
    with pytest.raises(ValueError, match="not a sitemap"):
        read_sitemap(rss(""), HOST)


@needs_realpages
def test_sitemap_of_a_real_nukeviet_tells_the_minute_of_every_article():
    xml = (REALPAGES / "nukeviet" / "sitemap-vi.news.xml").read_bytes()
    dates = {e.url: e.date_text for e in read_sitemap(xml, "http://127.0.0.1:18081/sitemap-vi.news.xml").entries}
    truth = {a["url"]: a["published"] for a in manifest()["articles"] if a["site"] == "nukeviet"}
    assert {url: dates[url] for url in truth if url in dates} == {url: truth[url] for url in truth if url in dates}
    assert len(truth.keys() & dates.keys()) >= 18


def wordpress_feed(entries: int, generator: str = "https://wordpress.org/?v=6.1.9") -> bytes:
    items = "".join(
        f"<item><title>Bài {n}</title><link>https://khoi.example.vn/bai-{n}/</link></item>" for n in range(entries)
    )
    return f"<rss><channel><generator>{generator}</generator>{items}</channel></rss>".encode()


@pytest.mark.parametrize(
    ("url", "entries", "generator", "following"),
    [
        ("/feed/", 10, "https://wordpress.org/?v=6.1.9", "/feed/?paged=2"),
        ("/feed/?paged=2", 10, "https://wordpress.org/?v=6.1.9", "/feed/?paged=3"),
        ("/?feed=rss2", 12, "https://wordpress.org/?v=6.1.9", "/?feed=rss2&paged=2"),
        ("/feed/?paged=3", 4, "https://wordpress.org/?v=6.1.9", None),
        ("/feed/", 10, "NukeViet v4.5", None),
    ],
)
def test_a_full_feed_of_wordpress_has_an_older_page(url, entries, generator, following):
    """Seen on a 6.1.9 server: /feed/?paged=2 and so on hold older posts, and the page after the last is a 404."""
    shown = read_feed(wordpress_feed(entries, generator), f"https://khoi.example.vn{url}")
    assert shown.next_url == (following and f"https://khoi.example.vn{following}")
