"""The pages for research: their figures are those of plain SQL, and each leads to its articles."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest

from flows.web.line_chart import line, scale, strips
from flows.web.study_request import StudyRequest
from flows.web.tile_map import BEFORE, NAMES, NOW, tiles
from scraper.sample import SITE_ID
from scraper.sites.reference import provinces, provinces_named
from scraper.store import open_reader
from scraper.study.ledger import Unproven
from scraper.study.periods import periods
from tests.flows.web.conftest import get

if TYPE_CHECKING:
    from tests.conftest import ThreeNights

ROWS = re.compile(r"<tr>(.*?)</tr>", re.S)
PARTS = ("coalesce(kicker, '')", "title", "coalesce(lead, '')", "body", "captions")
FOLDED = "fold(" + " || '. ' || ".join(PARTS) + ")"
CELLS = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.S)


def table(page: str) -> list[list[str]]:
    """The cells of a page's first table without their markup."""
    body = page[page.index("<tbody") : page.index("</tbody>")]
    return [[unescape(re.sub(r"<[^>]*>", "", cell)) for cell in CELLS.findall(row)] for row in ROWS.findall(body)]


def count_of(address: str, path: str) -> int:
    """How many articles the search at ``path`` finds, by its heading."""
    text = get(address, path)[2]
    found = re.search(r'<h1 id="found">(?:([\d.]+) bài|Không)', text)
    assert found, text[text.index("<h1") :][:200]
    return int((found[1] or "0").replace(".", ""))


@pytest.mark.parametrize(
    ("asked", "chooses"),
    [
        ({"q": "kỷ luật"}, False),
        ({"measure": "share", "by": "month", "site": "", "since": ""}, False),
        ({"by": "week"}, True),
        ({"order": "left"}, False),
        ({"province": "Tiền Giang"}, True),
        ({"until": "2024-08-15"}, True),
        ({"since": "no day"}, True),
        ({"exact": "1"}, True),
    ],
)
def test_the_options_are_open_where_one_of_them_is_chosen(asked: dict[str, str], chooses: bool) -> None:
    assert StudyRequest.read(asked).chooses("measure", "by", "shown") is chooses


def test_the_figures_under_a_trend_are_those_of_sql_and_lead_to_their_articles(
    address: str, three_nights: ThreeNights
) -> None:
    path = "/xu-huong?q=" + quote("đảng ủy khối, kỷ luật") + "&since=2024-05-01&until=2024-08-31"
    status, _, text = get(address, path)
    assert status == 200
    rows = table(text)
    assert [row[0] for row in rows] == ["08/2024", "07/2024", "06/2024", "05/2024"]
    with open_reader(three_nights.data.database) as archive:
        for row in rows:
            month = f"{row[0][3:]}-{row[0][:2]}"
            found = archive.rows(f"SELECT {FOLDED} FROM articles WHERE published_day LIKE '{month}-%'")
            counts = [
                sum(bool(re.search(rf"\b{words}\b", text)) for (text,) in found)
                for words in ("dang uy khoi", "ky luat")
            ]
            assert [int(row[1]), int(row[2]), int(row[4])] == [len(found), *counts]
            if found:
                assert row[3] == f"{1000 * counts[0] / len(found):.1f}".rstrip("0").rstrip(".").replace(".", ",")
    july = re.findall(r'<td class="n"><a href="(/tim[^"]*since=2024-07-01[^"]*)"', text)
    assert [count_of(address, unescape(link)) for link in july] == [
        int(cell) for cell in (rows[1][1], rows[1][2], rows[1][4])
    ]
    points = set(re.findall(r'<a href="(/tim[^"]*)" tabindex="-1"', text))
    assert set(july[1:]) <= points, "a point of the chart leads where its figure does"


def test_a_trend_of_a_topic_alone_is_its_share_of_all_articles(address: str, three_nights: ThreeNights) -> None:
    asked = "?q=&topic=khoi&since=2024-07-01&until=2025-03-31"
    text = get(address, "/xu-huong" + asked)[2]
    with open_reader(three_nights.data.database) as archive:
        monthly = archive.rows(
            "SELECT substr(month, 6) || '/' || substr(month, 1, 4), sum(articles), sum(bloc_articles) FROM monthly"
            " WHERE month BETWEEN '2024-07' AND '2025-03' GROUP BY month ORDER BY month DESC"
        )
    rows = table(text)
    assert [(row[0], int(row[1]), int(row[2])) for row in rows] == [tuple(row) for row in monthly]
    assert 0 < sum(row[2] for row in monthly) < sum(row[1] for row in monthly)
    links = re.findall(r'<td class="n"><a href="(/tim[^"]*since=2024-07-01[^"]*)"', text)
    assert [count_of(address, unescape(link)) for link in links] == [int(rows[-1][1]), int(rows[-1][2])]
    assert "/ngu-canh?q=" not in text, "a topic has no place in a sentence"
    days = list(csv.DictReader(io.StringIO(get(address, "/xu-huong.csv" + asked)[2].removeprefix("\ufeff"))))
    assert sum(int(day["khoi: matches"]) for day in days) == sum(row[2] for row in monthly)


def test_a_trend_is_taken_along_as_csv_by_day_and_as_svg(address: str) -> None:
    asked = "?q=" + quote("khối, =x") + "&since=2024-07-01&until=2024-07-31"
    _, headers, sheet = get(address, "/xu-huong.csv" + asked)
    assert sheet.startswith("\ufeff") and "attachment" in headers["content-disposition"]
    days = list(csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"))))
    assert [day["day"] for day in days] == [f"2024-07-{number:02}" for number in range(1, 32)]
    assert "'=x: matches" in days[0], "no cell is a formula"
    rows = table(get(address, "/xu-huong" + asked)[2])
    assert sum(int(day["khối: matches"]) for day in days) == int(rows[0][2])
    assert sum(int(day["articles"]) for day in days) == int(rows[0][1])
    for path in ("/xu-huong.svg" + asked, "/ban-do.svg?map=63", "/xu-huong.svg"):
        _, headers, drawing = get(address, path)
        assert headers["content-type"].startswith("image/svg+xml") and "attachment" in headers["content-disposition"]
        root = ET.fromstring(drawing)
        assert root.tag == "{http://www.w3.org/2000/svg}svg" and "style" not in drawing and "<script" not in drawing


def test_a_line_in_context_leads_to_its_marked_place(address: str) -> None:
    _, _, text = get(address, "/ngu-canh?q=" + quote("kỷ luật") + "&order=right")
    places = re.findall(r'<a href="(/bai/[^"]*)#(cho-\d+)"><mark>([^<]*)</mark>', text)
    assert len(places) > 10
    for path, anchor, hit in places[:8]:
        article = get(address, unescape(path))[2]
        assert f'<mark id="{anchor}">{hit}</mark>' in article
    folded = get(address, "/ngu-canh?q=" + quote("ky luat"))[2]
    assert "<mark>kỷ luật</mark>" in folded or "<mark>Kỷ luật</mark>" in folded
    exact = get(address, "/ngu-canh?exact=1&q=" + quote("ky luat"))[2]
    assert "<mark>" not in exact


def test_a_comparison_shows_counts_and_leads_to_the_words(address: str, three_nights: ThreeNights) -> None:
    _, _, text = get(address, "/so-sanh?topic=khoi")
    words = {row[0]: row for row in table(text)}
    assert "ủy khối" in words
    with open_reader(three_nights.data.database) as archive:
        inside = archive.value("SELECT count(DISTINCT article) FROM topics WHERE topic = 'khoi'")
        outside = archive.value("SELECT count(*) FROM articles") - inside
    assert f"{inside} bài (" in text and f"so với {outside} bài" in text
    assert get(address, "/so-sanh?site=khong-co")[0] == 200


def test_the_squares_of_a_map_sum_up_to_all_articles(address: str, three_nights: ThreeNights) -> None:
    with open_reader(three_nights.data.database) as archive:
        total = archive.value(
            "SELECT count(*) FROM articles WHERE published_day BETWEEN '2024-07-01' AND '2024-07-31'"
        )
        bloc = archive.value(
            "SELECT count(DISTINCT article) FROM topics JOIN articles ON id = article"
            " WHERE topic = 'khoi' AND published_day BETWEEN '2024-07-01' AND '2024-07-31'"
        )
    for map_ in ("34", "63"):
        _, _, text = get(address, f"/ban-do?map={map_}&tiles=share&since=2024-07-01&until=2024-07-31")
        rows = [row for row in table(text) if row[1] != "0"]
        assert [row[0].split(" ")[0] for row in rows] == [{"34": "Đồng", "63": "Tiền"}[map_]]
        assert [int(rows[0][1]), int(rows[0][2])] == [total, bloc]
        square = re.search(rf'<a href="([^"]*)"><svg (?:(?!</a>).)*\({bloc}/{total} bài\)', text, re.S)
        assert square and count_of(address, unescape(square[1])) == bloc


def test_every_province_has_one_square_in_its_time() -> None:
    for grid, names in ((BEFORE, {p.name_before for p in provinces()}), (NOW, {p.name_now for p in provinces()})):
        squares = tiles(grid)
        assert sorted(tile.name for tile in squares) == sorted(names)
        assert len({(tile.column, tile.row) for tile in squares}) == len(squares)
    assert len(NAMES) == 64 and len(tiles(NOW)) == 34
    assert provinces_named("Đồng Tháp") == {"Đồng Tháp", "Tiền Giang"}
    assert provinces_named("dong thap (cu)") == {"Đồng Tháp"}


def test_a_scale_begins_at_nothing_and_covers_all_at_round_numbers() -> None:
    assert [tick.value for tick in scale(0.93)] == [0, 0.25, 0.5, 0.75, 1]
    assert [tick.value for tick in scale(3, whole=True)] == [0, 1, 2, 3]
    for most in (0, 0.001, 1, 7, 33, 99, 1234, 10**6):
        ticks = scale(most)
        assert ticks[0].value == 0 and ticks[-1].value >= most and 2 <= len(ticks) <= 6
        steps = [other.value - one.value for one, other in pairwise(ticks)]
        assert max(steps) == pytest.approx(min(steps)) and (ticks[0].y, ticks[-1].y) == (100, 0)


def test_a_line_breaks_where_there_are_no_articles_and_the_strip_lies_under_its_days() -> None:
    months = periods(date(2024, 1, 1), date(2024, 4, 30), "month")
    values = [
        (month, count, all_, "") for month, count, all_ in zip(months, (1, 2, 0, 4), (10, 10, 0, 10), strict=True)
    ]
    drawn = line("x", "x", 0, values, 400, share=True)
    assert [point.y for point in drawn.points] == [75, 50, 100, 0] and len(drawn.pieces) == 1
    assert len(line("x", "x", 0, values, 4, share=False).pieces[0].split()) == 4
    days = Unproven(date(2024, 1, 1), date(2024, 1, 31), 1, 1)
    late = Unproven(date(2024, 4, 30), date(2024, 5, 9), 1, 1)
    first, last = strips([days, late], months)
    assert first.x == 0 and last.x + last.width == 100 and last.width < 1 < first.width


def test_an_address_keeps_what_was_chosen_and_forgets_what_is_no_choice() -> None:
    study = StudyRequest.read({"q": "kỷ luật", "by": "week", "measure": "x", "site": "bao", "order": "left"})
    assert (study.by, study.measure, study.order) == ("week", "share", "left")
    again = study.address("/ngu-canh", q="khối", order="newest")
    assert again == "/ngu-canh?q=kh%E1%BB%91i&site=bao&by=week"
    assert StudyRequest.read({"until": "2024-08-15"}).since(None) == date(2022, 8, 1)
    assert StudyRequest.read({"until": "2024-08-15"}).since(date(2024, 7, 11)) == date(2024, 7, 1)
    assert study.until - StudyRequest().until == timedelta(0)


def test_a_comparison_without_another_side_is_no_finding(address: str) -> None:
    """All articles of the sample newspaper are of one province."""
    text = get(address, "/so-sanh?province=" + quote("Tiền Giang"))[2]
    assert "Không có gì để so" in text and "Không có từ nào vượt trội" not in text
    for asked in ("province=" + quote("Tiền Giang"), f"site={SITE_ID}"):
        text = get(address, f"/so-sanh?{asked}&against=" + quote("Lai Châu"))[2]
        assert "Không có gì để so" in text and '<option lang="vi" selected>Lai Châu</option>' in text
    assert get(address, "/so-sanh?topic=khoi&against=" + quote("Lai Châu"))[0] == 200
    text = get(address, "/so-sanh?province=" + quote("Lai Châu"))[2]
    assert "Không bài nào ứng với lựa chọn này" in text and "Không có gì để so" not in text


def test_provinces_are_offered_in_the_order_of_the_alphabet(address: str) -> None:
    offered = re.findall(r'<option lang="vi">([^<]+)</option>', get(address, "/xu-huong")[2])
    former = [each.name_before for each in provinces()]
    assert [name for name in offered if name in former] == [name for name in former if name in offered]
    assert offered.index("Bà Rịa - Vũng Tàu") < offered.index("Bạc Liêu") < offered.index("Bình Dương")
    assert offered.index("Cần Thơ") < offered.index("Đà Nẵng") < offered.index("Gia Lai")


def test_a_province_among_the_words_is_offered_as_a_choice_of_sources(address: str) -> None:
    """An article of a province's paper seldom names the province."""
    words, offer = "kỷ luật khối tỉnh tien giang", re.compile(r'<a href="([^"]*)">“Tiền Giang” đang là từ')
    text = get(address, "/tim?q=" + quote(words))[2]
    (link,) = map(unescape, offer.findall(text))
    assert link == "/tim?" + urlencode({"q": "kỷ luật khối", "province": "Tiền Giang"})
    assert count_of(address, link) > count_of(address, "/tim?q=" + quote(words))
    for other in ("kỷ luật", '"tiền giang"', "kỷ luật lai châu"):
        assert not offer.findall(get(address, "/tim?q=" + quote(other))[2])
        assert "đang là từ phải có" not in get(address, "/tim?q=" + quote(other))[2]


def test_an_article_names_the_province_then_and_now(address: str) -> None:
    link = re.findall(r'href="(/bai/[^"]*)"', get(address, "/tim")[2])[0]
    text = get(address, unescape(link))[2]
    assert ">Tiền Giang, nay là Đồng Tháp</a>" in text
