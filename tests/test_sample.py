"""The sample newspaper: what it serves, and that its pages are read back as what it published."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest

from scraper.clock import VIETNAM
from scraper.dates.date_line import read_date
from scraper.dates.readings import Reading
from scraper.items import Article, NotAnArticle
from scraper.pages import load_family
from scraper.pages.feeds import read_feed
from scraper.reading import read_article
from scraper.record import record
from scraper.sample import SEED_KEY, SITE_ID, SampleNewspaper, SampleServer
from scraper.sites import Site
from scraper.sites.site import read_site
from tests.places import SHARED

TODAY = date(2026, 11, 24)
CAPTURED = datetime(2026, 11, 27, tzinfo=UTC)
APBAC = load_family("apbac")
COMPARED = (
    "url", "key", "kicker", "title", "lead", "body", "masthead", "author", "section", "figures", "published_text",
    "published_at", "updated_at",
)  # fmt: skip
ON_ANY_PAGE = ("key", "kicker", "title", "lead", "body", "masthead", "author", "figures", "url")


@pytest.fixture
def newspaper() -> SampleNewspaper:
    return SampleNewspaper(TODAY)


@pytest.fixture
def server(newspaper: SampleNewspaper) -> Iterator[SampleServer]:
    with newspaper.serve() as running:
        yield running


@pytest.fixture
def site(newspaper: SampleNewspaper, server: SampleServer, tmp_path: Path) -> Site:
    path = tmp_path / f"{SITE_ID}.toml"
    path.write_text(newspaper.site_file(server.url), encoding="utf-8")
    return read_site(path)


def ask(server: SampleServer, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    connection.request(
        "GET", path.removeprefix(server.url), headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def understood(server: SampleServer, site: Site, url: str) -> dict[str, Any]:
    response, body = ask(server, url)
    assert response.status == 200, url
    article = read_article(
        body, url, site, captured_at=CAPTURED, content_type=response.headers["Content-Type"], urls=()
    )
    assert isinstance(article, Article), article
    return record(article)


def picked(told: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: told[field] for field in fields}


def live(newspaper: SampleNewspaper, night: int, base: str = "") -> list[dict[str, Any]]:
    return [told for told in newspaper.truth(night, base) if told["state"] == "live"]


@pytest.mark.parametrize("night", [1, 2, 3])
def test_each_desktop_page_is_read_back_as_published(
    newspaper: SampleNewspaper, server: SampleServer, site: Site, night: int
) -> None:
    newspaper.night = night
    for told in live(newspaper, night, server.url):
        read = understood(server, site, told["url"])
        assert picked(read, COMPARED) == picked(told, COMPARED)
        assert read["problems"] == []


def test_each_mobile_page_gives_the_same_article_but_for_its_date_line(
    newspaper: SampleNewspaper, server: SampleServer, site: Site
) -> None:
    later = 0
    for told in live(newspaper, 1, server.url):
        mobile = next(url for url in told["urls"] if url.endswith("index.htm"))
        read = understood(server, site, mobile)
        assert picked(read, ON_ANY_PAGE) == picked(told, ON_ANY_PAGE)
        moment = datetime.fromisoformat(read["published_at"])
        assert read["published_text"] == f"Cập nhật: {moment:%H:%M, %d/%m/%Y} (GMT+7)"
        later += moment > datetime.fromisoformat(told["published_at"])
    assert later == 2


def test_the_seed_is_read_back_word_for_word(server: SampleServer, site: Site, newspaper: SampleNewspaper) -> None:
    path = SHARED / "seed" / "record.json"
    if not path.exists():
        pytest.skip("the seed's record is not in the folder beside the repository")
    says = json.loads(path.read_text(encoding="utf-8"))
    url = next(told["url"] for told in newspaper.truth(1, server.url) if told["key"] == SEED_KEY)
    read = understood(server, site, url)
    read["figures"] = [{"alt": f["alt"], "caption": f["caption"]} for f in read["figures"]]
    fields = ("kicker", "title", "lead", "masthead", "author", "published_text", "published_at", "body", "figures")
    assert picked(read, fields) == picked(says, fields)


def test_the_embedded_seed_is_the_one_of_the_fixtures(newspaper: SampleNewspaper) -> None:
    says = json.loads((Path(__file__).parent / "pages/fixtures/apbac/seed_desktop.json").read_text(encoding="utf-8"))
    told = next(told for told in newspaper.truth(1) if told["key"] == SEED_KEY)
    for field in ("kicker", "title", "lead", "body", "published_text"):
        assert told[field] == says[field]
    assert [(f["alt"], f["caption"]) for f in told["figures"]] == [(f["alt"], f["caption"]) for f in says["figures"]]
    assert told["published_at"] == "2024-07-11T15:51:00+07:00"


def test_classes_and_ids_can_be_renamed(newspaper: SampleNewspaper, server: SampleServer, site: Site) -> None:
    for told in live(newspaper, 1, server.url)[::4]:
        _, body = ask(server, told["url"])
        renamed = re.sub(rb'\b(class|id)="([^"]+)"', rb'\1="q\2z"', body)
        assert renamed != body
        article = read_article(renamed, told["url"], site, captured_at=CAPTURED)
        assert isinstance(article, Article)
        assert picked(record(article), COMPARED) == picked(told, COMPARED)


def test_what_it_has_published(newspaper: SampleNewspaper) -> None:
    told = newspaper.truth(1)
    assert len(told) >= 60
    assert len({one["title"] for one in told}) == len(told)
    assert len({json.dumps(one["body"]) for one in told}) == len(told)
    moments = [one["published_at"] for one in told]
    numbers = [int(one["key"]) for one in told]
    assert moments == sorted(moments, reverse=True)
    assert numbers == sorted(numbers, reverse=True)
    for one in told:
        assert APBAC.month(one["url"]) == (int(one["published_at"][:4]), int(one["published_at"][5:7]))
    assert len({moment[:7] for moment in moments}) >= 15
    assert moments[-1].startswith("2024-07-11")
    assert sum(moment.startswith("2026-11-24") for moment in moments) >= 4
    captions = [(f["alt"], f["caption"]) for one in told for f in one["figures"]]
    assert any(caption is None for _, caption in captions)
    assert any("Uỷ ban" in alt and "Ủy ban" in caption for alt, caption in captions if caption)
    text = json.dumps(told, ensure_ascii=False)
    for words in ("kỷ luật", "Đảng ủy Khối", "Đảng bộ các cơ quan Đảng tỉnh", "Đảng bộ UBND tỉnh", "khối lớp 12"):
        assert words in text


@pytest.mark.parametrize("night", [1, 2, 3])
def test_its_dates_are_believed_at_every_hour_of_its_first_day(newspaper: SampleNewspaper, night: int) -> None:
    """All three nights are crawled within one real day, of whose moments the first sees the dates furthest ahead."""
    newspaper.night = night
    midnight = datetime.combine(TODAY, time(), VIETNAM)
    lines = [
        line
        for article in newspaper.shown()
        for line in (article.published_text, article.mobile_text, article.updated_text)
        if line is not None
    ]
    assert len(lines) > 60
    answers = [read_date(line, base=midnight) for line in lines]
    assert [answer for answer in answers if not isinstance(answer, Reading)] == []


def test_what_happens_between_the_nights(newspaper: SampleNewspaper) -> None:
    one, two, three = ({told["key"]: told for told in newspaper.truth(night)} for night in (1, 2, 3))
    assert len(two.keys() - one.keys()) == 3
    assert {two[key]["published_at"][:10] for key in two.keys() - one.keys()} == {"2026-11-25"}
    assert len(three.keys() - two.keys()) == 1
    gone = [key for key, told in two.items() if told["state"] == "gone"]
    edited = [key for key in one if one[key]["lead"] != two[key]["lead"]]
    assert len(gone) == len(edited) == 1
    for key in (*gone, *edited):
        assert one[key]["published_at"].startswith("2026-11-24")
    assert two[edited[0]]["updated_at"] == "2026-11-25T00:55:00+07:00"
    assert set(two[edited[0]]["body"]) > set(one[edited[0]]["body"])
    silent = [key for key in two if two[key]["lead"] != three[key]["lead"]]
    assert [three[key]["updated_at"] for key in silent] == [None]
    moved = [key for key in two if two[key]["url"] != three[key]["url"]]
    assert [(two[key]["section"], three[key]["section"]) for key in moved] == [("Chính trị", "Kinh tế")]
    assert set(two[moved[0]]["urls"]) < set(three[moved[0]]["urls"])


def test_it_serves_what_the_night_says(newspaper: SampleNewspaper, server: SampleServer) -> None:
    two = {told["key"]: told for told in newspaper.truth(2, server.url)}
    gone = next(told for told in two.values() if told["state"] == "gone")
    new = newspaper.truth(2, server.url)[0]
    moved = next(t for t in newspaper.truth(3, server.url) if t["url"] != two.get(t["key"], t)["url"])
    expected = {gone["url"]: (200, 404, 404), new["url"]: (404, 200, 200), two[moved["key"]]["url"]: (200, 200, 301)}
    for url, statuses in expected.items():
        for night, status in enumerate(statuses, 1):
            newspaper.night = night
            assert ask(server, url)[0].status == status
    response, _ = ask(server, two[moved["key"]]["url"])
    assert server.url + response.headers["Location"] == moved["url"]
    assert gone["title"] not in ask(server, "/chinh-tri/")[1].decode()


def listed(server: SampleServer, path: str) -> dict[str, str]:
    """Address to status-free title of all entries of a list, page after page."""
    found: dict[str, str] = {}
    url: str | None = server.url + path
    turned = 0
    while url:
        response, body = ask(server, url)
        assert response.status == 200
        shown = APBAC.list_page(body.decode(), url)
        found |= {entry.url: entry.title or "" for entry in shown.entries}
        url = shown.next_url
        turned += 1
        assert turned < 20
    return found


def test_the_lists_show_every_article_and_only_what_they_should(
    newspaper: SampleNewspaper, server: SampleServer
) -> None:
    found: dict[str, str] = {}
    for path in ("/xay-dung-dang/", "/chinh-tri/", "/kinh-te/", "/van-hoa/"):
        found |= listed(server, path)
    articles = {told["url"]: told["title"] for told in live(newspaper, 1, server.url)}
    assert found.items() >= articles.items()
    strange = sorted(found.keys() - articles.keys())
    assert [urlsplit(url).hostname for url in strange] == ["127.0.0.1", "bao-khac.example"]
    response, body = ask(server, strange[0])
    assert response.status == 200
    assert "không tồn tại" in body.decode()
    with pytest.raises(NotAnArticle) as caught:
        APBAC.article(body.decode(), strange[0])
    assert caught.value.reason == "soft-404"


def test_a_list_prints_each_article_s_date_and_lead(newspaper: SampleNewspaper, server: SampleServer) -> None:
    told = {one["url"]: one for one in newspaper.truth(1, server.url)}
    entries = APBAC.list_page(ask(server, "/xay-dung-dang/")[1].decode(), f"{server.url}/xay-dung-dang/").entries
    for entry in entries[:8]:
        assert (entry.date_text, entry.lead) == (told[entry.url]["published_text"], told[entry.url]["lead"])
    assert ask(server, "/xay-dung-dang/?page=99")[0].status == 404


def test_a_feed_of_each_section(newspaper: SampleNewspaper, server: SampleServer) -> None:
    told = {one["url"]: one for one in newspaper.truth(1, server.url)}
    for section in ("xay-dung-dang", "chinh-tri", "kinh-te", "van-hoa"):
        response, body = ask(server, f"/{section}/index.rss")
        assert response.headers["Content-Type"].startswith("application/rss+xml")
        entries = [e for e in read_feed(body, f"{server.url}/{section}/index.rss").entries if e.url in told]
        assert len(entries) >= 11
        for entry in entries:
            assert parsedate_to_datetime(entry.date_text or "").isoformat() == told[entry.url]["published_at"]
            assert urlsplit(entry.url).path.startswith(f"/{section}/")


def test_on_the_third_night_a_section_falls_silent(newspaper: SampleNewspaper, server: SampleServer) -> None:
    newspaper.night = 3
    _, body = ask(server, "/van-hoa/")
    entries = APBAC.list_page(body.decode(), f"{server.url}/van-hoa/").entries
    assert [entry.url for entry in entries if "/van-hoa/" in entry.url] == []
    assert read_feed(ask(server, "/van-hoa/index.rss")[1], f"{server.url}/van-hoa/index.rss").entries == ()


def test_robots_allows_articles_and_forbids_the_search(server: SampleServer) -> None:
    response, body = ask(server, "/robots.txt")
    assert response.headers["Content-Type"].startswith("text/plain")
    robots = RobotFileParser()
    robots.parse(body.decode().splitlines())
    assert robots.can_fetch("tinkhoi", f"{server.url}/chinh-tri/")
    assert not robots.can_fetch("tinkhoi", f"{server.url}/tim-kiem/?q=khoi")


@pytest.mark.parametrize("path", ["/", "/chinh-tri/", "/chinh-tri/index.rss", "/robots.txt", "an article"])
def test_what_is_known_is_not_sent_again(newspaper: SampleNewspaper, server: SampleServer, path: str) -> None:
    if path == "an article":
        path = newspaper.truth(1)[20]["url"]
    first, body = ask(server, path)
    assert first.status == 200
    for condition in (
        {"If_None_Match": first.headers["ETag"]},
        {"If_Modified_Since": first.headers["Last-Modified"]},
        {"If_None_Match": first.headers["ETag"], "If_Modified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    ):
        again, nothing = ask(server, path, **condition)
        assert (again.status, nothing) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    other, whole = ask(server, path, If_None_Match='"other"', If_Modified_Since=first.headers["Last-Modified"])
    assert (other.status, whole) == (200, body)


def test_only_what_changed_is_sent_again_on_the_second_night(
    newspaper: SampleNewspaper, server: SampleServer
) -> None:
    tags = {told["url"]: ask(server, told["url"])[0].headers["ETag"] for told in newspaper.truth(1)}
    lists = {
        path: ask(server, path)[0].headers["ETag"] for path in ("/chinh-tri/", "/van-hoa/", "/van-hoa/index.rss")
    }
    newspaper.night = 2
    answers = {
        told["url"]: ask(server, told["url"], If_None_Match=tags[told["url"]])[0].status
        for told in live(newspaper, 2)
        if told["url"] in tags
    }
    edited = [told["url"] for told in newspaper.truth(2) if told["updated_at"]]
    assert answers[edited[0]] == 200
    assert sum(status == 304 for status in answers.values()) >= len(answers) - 3
    assert [ask(server, path, If_None_Match=tag)[0].status for path, tag in lists.items()] == [200, 304, 304]


def test_old_and_sloppy_addresses_lead_to_the_article(newspaper: SampleNewspaper, server: SampleServer) -> None:
    path = newspaper.truth(1)[5]["url"]
    key = newspaper.truth(1)[5]["key"]
    for sloppy in (path.rstrip("/"), f"/tin-cu/{key}.html", f"/sai/202001/sai-{key}/"):
        response, _ = ask(server, sloppy)
        assert (response.status, response.headers["Location"]) == (301, path)
    assert ask(server, "/chinh-tri")[0].headers["Location"] == "/chinh-tri/"
    for wrong in ("/khong-co/", "/chinh-tri/202401/khong-co-1/", "/tin-cu/1.html", "/%2e%2e/etc/passwd"):
        assert ask(server, wrong)[0].status == 404


def test_one_connection_serves_many_requests_and_the_log_tells_them(server: SampleServer) -> None:
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    for method, path in (("GET", "/robots.txt"), ("HEAD", "/"), ("GET", "/khong-co")):
        connection.request(method, path)
        response = connection.getresponse()
        body = response.read()
        assert response.version == 11
        assert not response.will_close
        assert bool(body) == (method == "GET")
    connection.close()
    assert [(a.method, a.path, a.status) for a in server.log] == [
        ("GET", "/robots.txt", 200),
        ("HEAD", "/", 200),
        ("GET", "/khong-co", 404),
    ]
    assert [a.time for a in server.log] == sorted(a.time for a in server.log)


def test_it_is_served_on_loopback_alone_and_says_what_it_is(server: SampleServer, site: Site) -> None:
    assert urlsplit(server.url).hostname == "127.0.0.1"
    assert (site.id, site.name, site.family, site.fetch.delay) == (SITE_ID, "Báo Mẫu", "apbac", 0)
    assert site.fetch.allow == (urlsplit(server.url).netloc,)
    assert "rebuilt" in site.checked
    for path in ("/", "/kinh-te/", "/khong-co/"):
        assert "rebuilt from notes" in ask(server, path)[1].decode()


def test_the_site_file_names_sources_that_answer(
    newspaper: SampleNewspaper, server: SampleServer, site: Site
) -> None:
    assert tomllib.loads(newspaper.site_file(server.url))["sections"]
    for url in (site.home, *site.sections, *site.feeds):
        assert ask(server, url)[0].status == 200


def test_it_has_no_day_before_its_dated_stories_end() -> None:
    with pytest.raises(ValueError, match="2025-10-10"):
        SampleNewspaper(date(2025, 9, 1))
    assert len(SampleNewspaper(date(2025, 10, 10)).truth(1)) == len(SampleNewspaper(TODAY + timedelta(900)).truth(1))
