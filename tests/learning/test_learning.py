"""What a site's pages teach, and what they do not."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from scraper.items import NotAnArticle
from scraper.learning import Captured, Label, TooFewPages, address_of, labels_of_feed, labels_of_list, learn
from scraper.learning.site_lines import site_data, site_lines
from scraper.pages import pages_of
from scraper.sites import Site, read_site
from scraper.sites.learned_lines import with_learned, without_learned
from tests.learning.markup import Paper
from tests.learning.scoring import site_of, teach

DAY = date(2026, 11, 28)


def page(number: int, *, clock: str = "Thứ Bảy, 28/11/2026 08:15", body: str = "") -> Captured:
    """An article of a small paper, in its own markup; its number is in every line of it."""
    text = body or "".join(
        f"<p>Đoạn {part} của bài {number}: chi bộ thứ {number * part} báo cáo việc đã làm trong quý vừa qua.</p>"
        for part in range(1, 5)
    )
    source = (
        f"<html><head><title>Hội nghị lần thứ {number} của Đảng ủy Khối - Báo Thử</title></head><body>"
        f'<div class="dong-ho">{clock}</div><div class="khung"><h2 class="ten">Hội nghị lần thứ {number} của Đảng ủy'
        f' Khối</h2><span class="luc">{number:02}/03/2026 {number:02}:30</span>'
        f'<div class="chinh">{text}<div class="kem"><a href="/bai-khac-so-{number + 1}-cua-bao-thu.html">Bài khác số'
        f" {number + 1} của Báo Thử</a></div></div></div></body></html>"
    )
    return Captured(f"http://bao-thu.test/hoi-nghi-lan-thu-{number}-cua-khoi.html", source)


def told(pages: list[Captured], dates: bool = True) -> dict[str, Label]:
    return {
        address_of(p.url): Label(dates=(f"{n:02}/03/2026 {n:02}:30",) if dates else ())
        for n, p in enumerate(pages, 1)
    }


PAGES = [page(number) for number in range(1, 13)]


def test_selectors_are_found_with_the_pages_that_agree() -> None:
    learned = learn(PAGES, told(PAGES))
    assert {name: found.css for name, found in learned.fields.items()} == {
        "title": "h2.ten",
        "date": "span.luc",
        "body": "div.chinh",
    }
    assert (learned.fields["title"].right, learned.fields["title"].of) == (12, 12)
    assert [f.text for f in learned.furniture] == ["div.kem"]
    assert learned.date_on_every_page and learned.title_in_head


def test_below_five_pages_nothing_is_learned() -> None:
    with pytest.raises(TooFewPages, match="4 pages of articles; 5 are needed"):
        learn(PAGES[:4], told(PAGES[:4]))
    assert learn(PAGES[:5], told(PAGES[:5])).fields["title"].of == 5


def test_pages_whose_title_nothing_says_teach_nothing() -> None:
    blank = [Captured(p.url, p.html[p.html.index("<body>") :]) for p in PAGES]
    with pytest.raises(TooFewPages, match="the title was found on 0 of 12 pages"):
        learn(blank, {})


@pytest.mark.parametrize("dates", [True, False], ids=["lists tell the day", "nothing tells the day"])
def test_a_page_clock_never_becomes_the_date(dates: bool) -> None:
    learned = learn(PAGES, told(PAGES, dates))
    assert learned.fields["date"].css == "span.luc"


def test_a_clock_that_runs_is_not_the_date_where_lists_say_the_day() -> None:
    running = [page(n, clock=f"Thứ Bảy, 28/11/2026 08:{n:02}") for n in range(1, 13)]
    assert learn(running, told(running)).fields["date"].css == "span.luc"


def test_a_sentence_that_closes_many_articles_is_text_and_a_licence_is_not() -> None:
    def body(number: int) -> str:
        closing = "<p>Ban tổ chức trân trọng cảm ơn các đơn vị đã phối hợp đợt này.</p>" if number % 3 else ""
        return (
            f"<p>Bài {number} kể về hội nghị thứ {number} của khối, có đông đảo đại biểu tham dự từ sáng sớm.</p>"
            f"<p>Phần hai của bài {number} nêu các việc mà đơn vị số {number} đã hoàn thành trước hạn.</p>{closing}"
            "<p>Ghi rõ nguồn Báo Thử khi phát hành lại thông tin từ trang này.</p>"
        )

    learned = learn([page(n, body=body(n)) for n in range(1, 13)], told(PAGES))
    assert [line.text for line in learned.lines] == ["Ghi rõ nguồn Báo Thử khi phát hành lại thông tin từ trang này."]


def portal(number: int) -> Captured:
    """An article of a portal whose head and heading call every page alike, whose text stands in an ASP.NET label."""
    text = "".join(
        f"<p>Đoạn {part} của bài {number}: chi bộ thứ {number * part} báo cáo việc đã làm trong quý vừa qua.</p>"
        for part in range(1, 5)
    )
    title = f"Hội nghị lần thứ {number} của Đảng ủy Khối"
    source = (
        "<html><head><title>Chi tiết tin - Cổng thông tin</title></head><body><form><h1>Chi tiết tin</h1><ol><li"
        f' class="cuoi">{title}</li></ol><div class="ten-bai">{title}</div><div>{number:02}/03/2026</div>'
        f'<div class="anh"><img src="/anh-{number}.jpg"><div class="chu">Các đại biểu dự hội nghị lần thứ {number}'
        f' chụp ảnh lưu niệm trước hội trường.</div></div><table><tr><td><span id="lblNoiDung">{text}</span></td>'
        "</tr></table></form></body></html>"
    )
    return Captured(f"http://bao-thu.test/hoi-nghi-lan-thu-{number}-cua-khoi.html", source)


def test_what_all_pages_are_called_is_no_title_and_a_caption_no_lead() -> None:
    pages = [portal(number) for number in range(1, 13)]
    names = {
        address_of(p.url): Label(titles=(f"Hội nghị lần thứ {n} của Đảng ủy Khối",)) for n, p in enumerate(pages, 1)
    }
    learned = learn(pages, names)
    found = {name: field.css for name, field in learned.fields.items()}
    assert found["title"] in {"div.ten-bai", "li.cuoi"}
    assert found["body"] == "#lblNoiDung"
    assert not {"lead", "kicker"} & found.keys()
    assert not learned.title_in_head


def test_lists_and_feeds_say_titles_days_and_descriptions() -> None:
    entry = (
        '<ul><li><a href="/a-1.html">Một bài viết của báo</a> <span>11/07/2024 15:51</span><p>Lời dẫn đủ dài của bài'
        ' viết này.</p></li><li><a href="/b-2.html">Một bài viết khác nữa</a></li></ul>'
    )
    label = labels_of_list(f"<body>{entry}</body>", "http://bao.test/")["bao.test/a-1.html"]
    assert label.titles[0] == "Một bài viết của báo"
    assert label.dates == ("11/07/2024 15:51",)
    assert label.descriptions == ("Lời dẫn đủ dài của bài viết này.",)
    feed = (
        b"<rss><channel><item><title>T</title><link>http://bao.test/a-1.html</link>"
        b"<pubDate>Thu, 11 Jul 2024 15:51:00 +0700</pubDate></item></channel></rss>"
    )
    assert labels_of_feed(feed)["bao.test/a-1.html"].dates == ("Thu, 11 Jul 2024 15:51:00 +0700",)
    assert labels_of_feed(b"not a feed") == {}


# As data.


def test_lines_of_the_site_file_carry_their_evidence_and_are_read_back(tmp_path: Path) -> None:
    lines = site_lines(learn(PAGES, told(PAGES)), DAY)
    assert 'title = "h2.ten"  # agrees on 12 of 12 pages with lists, feeds and the page\'s head' in lines
    about = (
        'name = "Báo Thử"\nkind = "newspaper"\nprovince = "Tiền Giang"\nfamily = "generic"\n'
        'home = "http://bao-thu.test/"\n\n[select]\ntitle = "h1"\n\n[fetch]\ndelay = 3\n'
    )
    text = with_learned(about, "baothu", lines)
    (tmp_path / "baothu.toml").write_text(text, encoding="utf-8")
    site = read_site(tmp_path / "baothu.toml")
    assert (site.select["title"], site.fetch.delay) == ("h2.ten", 3)
    assert site.learned is not None and site.learned.furniture == ("div.kem",)
    assert '#~ title = "h1"' in text
    assert without_learned(text) == about


def test_learned_twice_is_taken_back_twice() -> None:
    first = 'name = "x"\n\n[select]\ntitle = "h1"\n'
    second = with_learned(first, "x", ["[select]", 'title = "h2"', "", "[learned]", "pages = 7"])
    third = with_learned(second, "x", ["[select]", 'title = "h3"'])
    assert tomllib.loads(third)["select"] == {"title": "h3"}
    assert without_learned(third) == second
    assert without_learned(second) == first
    assert without_learned(first) is None


# Read with it.


def site() -> Site:
    about = {"id": "baothu", "name": "Báo Thử", "kind": "newspaper", "province": "Tiền Giang", "family": "generic"}
    return Site.model_validate({**about, "home": "http://bao-thu.test/", **site_data(learn(PAGES, told(PAGES)), DAY)})


def test_an_article_is_read_where_it_was_learned() -> None:
    other = page(25)
    printed = pages_of(site()).article(other.html, other.url)
    assert printed.parser == "learned/1"
    assert (printed.title, printed.published_text) == ("Hội nghị lần thứ 25 của Đảng ủy Khối", "25/03/2026 25:30")
    assert len(printed.body) == 4


@pytest.mark.parametrize(
    ("part", "reason"),
    [('class="ten"', "no-title"), ('class="luc"', "no-date"), ('class="chinh"', "no-body")],
)
def test_a_page_that_lacks_what_was_learned_is_refused(part: str, reason: str) -> None:
    other = page(20)
    with pytest.raises(NotAnArticle) as refusal:
        pages_of(site()).article(other.html.replace(part, 'class="khac"'), other.url)
    assert refusal.value.reason == reason


def test_a_page_whose_head_says_another_title_is_refused() -> None:
    other = page(20)
    source = other.html.replace("<title>Hội nghị lần thứ 20", "<title>Kết quả tìm kiếm")
    with pytest.raises(NotAnArticle, match="head does not repeat"):
        pages_of(site()).article(source, other.url)


def test_where_the_family_fits_it_reads_what_was_not_learned() -> None:
    """A site of a known family whose new layout was learned: pages of before are read by the family."""
    from scraper.sample.newspaper import SampleNewspaper

    paper = SampleNewspaper(DAY)
    article = paper.shown()[0]
    source = paper.answer(article.path(), "http://bao-thu.test").body.decode()
    known = site().model_copy(update={"family": "apbac"})
    printed = pages_of(known).article(source, f"http://bao-thu.test{article.path()}")
    assert printed.parser.startswith("apbac/") and printed.title == article.title


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"select": {"title": "h1"}}, "needs body"),
        ({"select": {"title": "h1", "body": "p", "picture": "img"}}, "no field 'picture'"),
        ({"select": {"title": "h1[", "body": "p"}}, "is not a CSS selector"),
    ],
)
def test_lines_that_cannot_be_used_are_named(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pages_of(site().model_copy(update=change))


def test_learned_lines_of_a_drawn_paper_read_as_toml_whatever_it_prints() -> None:
    for seed in range(5):
        paper = Paper(seed)
        assert site_of(paper, teach(paper)).learned is not None
