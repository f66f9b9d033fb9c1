import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import HtmlResponse
from scrapy.settings import Settings
from scrapy.statscollectors import StatsCollector

from scraper.fetch.hosts import HostRule, queue_of
from scraper.fetch.snapshot import SNAPSHOT_SCHEMA, Snapshot
from scraper.items import ListPage
from scraper.pages import load_family
from scraper.pages.family import Family
from scraper.sites import Fetch, Site
from scraper.spiders.loader import SiteSpiderLoader
from scraper.spiders.news import HOSTS_AT_A_TIME, NewsSpider, host_table, user_agent


def site(name: str = "bao", *, fetch: Fetch | None = None, **fields: Any) -> Site:
    values = {"home": "https://bao.vn/", "kind": "newspaper", "province": "Tiền Giang", "family": "apbac"}
    return Site(id=name, name=name, fetch=fetch or Fetch(), **{**values, **fields})


def test_two_sites_on_one_host_keep_the_gentler_manners_of_both() -> None:
    one = site("mot", fetch=Fetch(delay=5, max_requests=1000, legacy_tls=True))
    two = site("hai", home="http://www.bao.vn/khac/", fetch=Fetch(delay=3, max_requests=50))
    table = host_table([one, two], contact=True)
    assert table.rule("www.bao.vn") == HostRule(delay=5, max_requests=50, legacy_tls=True)
    assert table.rule("khac.vn") == HostRule()


def test_exceptions_and_ports_are_those_of_the_site_file() -> None:
    table = host_table([site(home="http://may.local:8080/", fetch=Fetch(allow=("may.local:8080",)))], contact=False)
    assert table.allowed == {"bao": frozenset({("may.local", 8080)})}
    assert table.ports >= {("may.local", 8080)}


def test_a_queue_is_of_a_host_with_and_without_www() -> None:
    assert queue_of("WWW.Bao.vn") == queue_of("bao.vn") == "bao.vn"


def test_the_user_agent_carries_the_contact() -> None:
    assert user_agent("mailto:toi@example.vn").endswith(" (+mailto:toi@example.vn)")
    assert "(" not in user_agent("")
    for unfit in ("a@b\r\nX: y", "tôi@example.vn"):
        with pytest.raises(ValueError, match="contact"):
            user_agent(unfit)


def spider(*sites: Site, **arguments: Any) -> NewsSpider:
    crawler = Crawler(NewsSpider, Settings({"TINKHOI_CONTACT": "mailto:toi@example.vn"}))
    crawler.stats = StatsCollector(crawler)
    return NewsSpider.from_crawler(crawler, sites=sites, **arguments)


def show(news: NewsSpider, url: str, html: str) -> list[Request]:
    """What the spider asks for after the source ``url`` was answered with ``html``."""
    (source,) = news._sources(news._crawls["bao"])
    response = HtmlResponse(url, body=html.encode(), request=source)
    return list(news.parse_source(response, **source.cb_kwargs))


def link(url: str) -> str:
    return f'<li><a href="{url}">Hội nghị Đảng bộ Khối</a></li>'


def test_all_addresses_of_one_article_give_one_request_for_its_desktop_page() -> None:
    addresses = [
        "/xd/202407/hoi-nghi-1016437/index.htm",
        "http://www.bao.vn/xd/202407/hoi-nghi-1016437",
        "https://bao.vn/xd/202407/hoi-nghi-1016437/",
        "https://khac.vn/xd/202407/hoi-nghi-1016438/",
    ]
    asked = show(spider(site()), "https://bao.vn/", f"<ul>{''.join(map(link, addresses))}</ul>")
    assert [request.url for request in asked] == ["https://bao.vn/xd/202407/hoi-nghi-1016437/"]


def test_a_site_on_a_shared_host_asks_only_for_its_own_part() -> None:
    part = site(home="https://bao.vn/donvi/", path="/donvi/")
    links = link("/donvi/xd/202407/a-1016437/") + link("/khac/xd/202407/b-1016438/")
    asked = show(spider(part), "https://bao.vn/donvi/", f"<ul>{links}</ul>")
    assert [request.url for request in asked] == ["https://bao.vn/donvi/xd/202407/a-1016437/"]


@pytest.mark.parametrize(
    "trap",
    [
        link("/xd/202407/a-1016437/") * 60_000,
        link("/xd/202407/a-1016437/") + "<p " + " ".join(f"a{n}" for n in range(9000)) + ">",
        link("/xd/202407/a-1016437/") + "<p " + "".join(f'a{n}="1"' for n in range(9000)) + ">",
    ],
)
def test_a_list_page_that_is_a_trap_for_parsers_is_passed_over(trap: str) -> None:
    news = spider(site())
    assert show(news, "https://bao.vn/", trap) == []
    assert news.crawler.stats.get_value("sites/bao/sources/unreadable") == 1


def test_a_list_page_with_a_pasted_picture_is_read() -> None:
    picture = f'<img src="data:image/png;base64,{"QUJD" * 50_000}==">'
    asked = show(spider(site()), "https://bao.vn/", picture + link("/xd/202407/a-1016437/"))
    assert len(asked) == 1


@pytest.mark.parametrize(("hosts", "under_way"), [(1, 4), (3, 8), (HOSTS_AT_A_TIME + 20, 2 * HOSTS_AT_A_TIME + 2)])
def test_requests_under_way_are_two_a_host_and_bounded(hosts: int, under_way: int) -> None:
    news = spider(*(site(f"bao{number}", home=f"https://bao{number}.vn/") for number in range(hosts)))
    assert news.crawler.settings.getint("CONCURRENT_REQUESTS") == under_way


class BrokenFamily(Family):
    """A page object that fails on every list page."""

    name = "broken"

    def list_page(self, html: str, url: str) -> ListPage:
        raise AttributeError("a bug")


def snapshot_with_one_pending(folder: Path) -> Snapshot:
    path = folder / "snapshot.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SNAPSHOT_SCHEMA)
        connection.execute("INSERT INTO pending VALUES ('bao', '1', 'https://bao.vn/xd/202407/a-1016437/')")
        connection.commit()
    return Snapshot(path)


def test_what_is_pending_is_asked_for_although_a_page_object_failed(tmp_path: Path) -> None:
    news = spider(site(), snapshot=snapshot_with_one_pending(tmp_path))
    news._crawls["bao"].family = BrokenFamily()
    asked = show(news, "https://bao.vn/", "<html></html>")
    assert [request.url for request in asked] == ["https://bao.vn/xd/202407/a-1016437/"]
    assert news.crawler.stats.get_value("sites/bao/sources/unreadable") == 1


def test_an_address_at_which_a_page_object_fails_costs_no_other() -> None:
    news = spider(site())
    odd = load_family("apbac")
    real = odd.key

    def key(url: str) -> str | None:
        if "1016438" in url:
            raise AttributeError("a bug")
        return real(url)

    odd.key = key  # type: ignore[method-assign]
    odd.list_page = load_family("apbac").list_page  # type: ignore[method-assign]
    news._crawls["bao"].family = odd
    links = "".join(link(f"/xd/202407/a-{number}/") for number in (1016437, 1016438, 1016439))
    asked = show(news, "https://bao.vn/", links)
    assert [request.url[-8:-1] for request in asked] == ["1016437", "1016439"]


def test_what_is_pending_is_asked_for_although_the_spider_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = spider(site(), snapshot=snapshot_with_one_pending(tmp_path))

    def fails(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(NewsSpider, "_follow", fails)
    with pytest.raises(KeyError):
        show(news, "https://bao.vn/", link("/xd/202407/a-1016438/"))
    asked: list[str] = []
    news.crawler.engine = SimpleNamespace(crawl=lambda request: asked.append(request.url))  # type: ignore[assignment]
    with pytest.raises(DontCloseSpider):
        news.rest_of_all()
    news.rest_of_all()
    assert asked == ["https://bao.vn/xd/202407/a-1016437/"]


def test_each_site_file_is_a_spider(tmp_path: Path) -> None:
    (tmp_path / "cua-toi.toml").write_text(
        'name = "Của tôi"\nkind = "bloc"\nprovince = "Tiền Giang"\nfamily = "apbac"\nhome = "https://toi.vn/"\n',
        encoding="utf-8",
    )
    loader = SiteSpiderLoader.from_settings(Settings({"TINKHOI_SITE_FOLDERS": [str(tmp_path)]}))
    assert "cua-toi" in loader.list()
    assert "baoapbac" in loader.list()
    made = loader.load("cua-toi")
    assert issubclass(made, NewsSpider)
    assert (made.name, made.own_sites[0].home) == ("cua-toi", "https://toi.vn/")
    assert loader.find_by_request(Request("https://www.toi.vn/x")) == ["cua-toi"]
    with pytest.raises(KeyError, match="no-such"):
        loader.load("no-such")
