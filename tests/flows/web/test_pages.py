"""`tinkhoi browse`: its pages as a reader meets them, over the archive of the sample newspaper's three nights.

The command itself is started, and Chromium drives it; what the pages should say is what the newspaper published.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.web.captured_page import captured_address
from flows.web.charts import DayCounts, bars, months_between, months_up_to, squares
from flows.web.language import WORDS, preferred
from flows.web.questions import QUESTIONS
from flows.web.search_request import SearchRequest
from scraper.sample import SEED_KEY, SITE_ID
from scraper.store import Archive, open_archive, open_reader
from scraper.store.backups import backup
from scraper.store.revisions import standing_words
from scraper.text import fold
from tests.flows.web.conftest import BROWSE, get, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.conftest import ThreeNights

ATOM = "{http://www.w3.org/2005/Atom}"
PAGES = (
    "/",
    "/tim",
    "/tim?q=dang+uy+khoi",
    "/tim?q=khong-co-tu-nay",
    f"/bai/{SITE_ID}/{SEED_KEY}",
    "/lich",
    "/theo-doi?words=khoi",
    "/tinkhoi",
    "/tinkhoi/articles",
    "/tinkhoi/how_blocs_ended",
    "/xu-huong?q=khoi",
    "/ngu-canh?q=ky+luat",
    "/so-sanh?topic=khoi",
    "/ban-do?map=63",
    "/tinkhoi?sql=select+1",
    f"/tinkhoi/sites/{SITE_ID}",
    captured_address(SITE_ID, SEED_KEY),
)


def follow(page: Page, act: Callable[[], object]) -> None:
    """Does what leads to another page, and waits for that page."""
    with page.expect_navigation():
        act()


def titles_with(truth: dict[str, dict[str, Any]], *words: str) -> set[str]:
    """The titles of the articles that were published with all of these words, marks aside."""
    return {
        record["title"]
        for record in truth.values()
        if set(words) <= set(re.findall(r"\w+", fold(" ".join(printed_words(record)))))
    }


def printed_words(record: dict[str, Any]) -> list[str]:
    captions = [figure["caption"] for figure in record["figures"]]
    return [part for part in (record["kicker"], record["title"], record["lead"], *record["body"], *captions) if part]


def test_a_reader_searches_without_marks_narrows_and_reads(page: Page, three_nights: ThreeNights) -> None:
    truth = three_nights.truth(3)
    page.goto("/")
    page.get_by_label("Tìm trong kho").fill("dang uy khoi")
    follow(page, lambda: page.keyboard.press("Enter"))
    expected = titles_with(truth, "dang", "uy", "khoi")
    assert set(page.locator(".found h2").all_inner_texts()) == expected
    assert page.locator("h1").inner_text() == f"{len(expected)} bài"
    assert {"Đảng ủy Khối"} <= set(page.locator("mark").all_inner_texts())

    follow(page, page.locator(".facets").get_by_role("link", name="Kiểm tra, giám sát").click)
    narrowed = {r["title"] for r in truth.values() if r["section"] == "Kiểm tra, giám sát"} & expected
    assert set(page.locator(".found h2").all_inner_texts()) == narrowed

    follow(page, page.get_by_role("link", name="Bỏ điều kiện Chuyên mục: Kiểm tra, giám sát").click)
    seed = truth[SEED_KEY]
    follow(page, page.get_by_role("link", name=seed["title"]).click)
    assert page.locator("article h1").inner_text() == seed["title"]
    assert page.locator("article .kicker").inner_text() == seed["kicker"]
    assert page.locator("article .lead").inner_text() == seed["lead"]
    assert page.locator("article .signed").inner_text() == seed["author"]
    assert page.locator("article > p:not(.lead, .signed)").all_inner_texts() == seed["body"]
    assert page.locator("figcaption").all_inner_texts() == [figure["caption"] for figure in seed["figures"]]
    assert page.locator("img").count() == 0
    assert [link.get_attribute("href") for link in page.locator("figure a").all()] == [
        figure["src"] for figure in seed["figures"]
    ]
    assert page.get_by_role("link", name="Trang gốc ↗", exact=True).get_attribute("href") == seed["url"]
    assert "warc.gz, từ byte" in page.locator(".evidence").inner_text()


def test_a_silent_edit_is_shown_word_by_word_in_either_language(page: Page, three_nights: ThreeNights) -> None:
    before, after = three_nights.truth(2), three_nights.truth(3)
    changed = [key for key in before if printed_words(before[key]) != printed_words(after[key])]
    assert len(changed) == 1
    old, new = (" ".join(printed_words(records[changed[0]])) for records in (before, after))
    page.goto(f"/bai/{SITE_ID}/{changed[0]}")
    diff = page.get_by_role("group", name="Thay đổi so với bản trước")
    assert "sửa lặng" in page.locator(".revisions").inner_text()
    gone = {word for text in diff.locator("del").all_inner_texts() for word in text.split()}
    come = {word for text in diff.locator("ins").all_inner_texts() for word in text.split()}
    assert gone and gone - come == set(old.split()) - set(new.split())
    assert set(new.split()) - set(old.split()) <= come
    assert all(word in new for word in come)

    follow(page, page.get_by_role("link", name="English").click)
    assert page.url.endswith(f"/bai/{SITE_ID}/{changed[0]}")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", name="Revisions").is_visible()
    assert "silent: the date of update did not move" in page.locator(".revisions").inner_text()
    page.goto("/")
    assert page.get_by_role("heading", name="Last night").is_visible()
    follow(page, page.get_by_role("link", name="Tiếng Việt").click)
    assert page.get_by_role("heading", name="Đêm qua").is_visible()


def test_a_citation_is_in_the_readers_language_and_says_the_second_in_utc(page: Page) -> None:
    page.goto(f"/bai/{SITE_ID}/{SEED_KEY}")
    evidence = page.locator(".evidence")
    second = r"\d{2}:\d{2}:\d{2}"
    assert re.search(rf"\(chụp lúc {second}, \d{{2}}/\d{{2}}/\d{{4}} \(UTC\), SHA-256", evidence.inner_text())
    follow(page, page.get_by_role("link", name="English").click)
    assert re.search(rf"\(captured \d{{4}}-\d{{2}}-\d{{2}} {second} UTC, SHA-256", evidence.inner_text())


def test_when_an_article_was_published_and_edited_is_told_as_papers_print_it(
    page: Page, three_nights: ThreeNights
) -> None:
    truth = three_nights.truth(3)
    edited = next(record for record in truth.values() if record["updated_at"])
    for record, term, moment in (
        (truth[SEED_KEY], "Đăng", "published_at"),
        (edited, "Đăng", "published_at"),
        (edited, "Trang ghi sửa lúc", "updated_at"),
    ):
        page.goto(f"/bai/{SITE_ID}/{record['key']}")
        shown = page.locator(f".evidence dt:text-is('{term}') + dd")
        time = shown.locator("time")
        printed = datetime.fromisoformat(record[moment])
        assert time.inner_text() == f"{printed:%H:%M}, {printed:%d/%m/%Y} (GMT+7)"
        assert datetime.fromisoformat(str(time.get_attribute("datetime"))) == printed
        assert not re.search(r"\d{4}-\d{2}-\d{2}T", shown.inner_text())
    page.goto(f"/bai/{SITE_ID}/{SEED_KEY}")
    published = page.locator(".evidence dt:text-is('Đăng') + dd").inner_text()
    assert published == "15:51, 11/07/2024 (GMT+7) (trang in: “Thứ Năm, 11/07/2024, 15:51 (GMT+7)”)"


def test_the_first_page_tells_the_night_and_the_days(page: Page, three_nights: ThreeNights) -> None:
    summary = three_nights.nights[-1]
    page.goto("/")
    night = page.locator("section", has=page.get_by_role("heading", name="Đêm qua"))
    assert f"mã {int(summary.exit_code)}" in night.inner_text()
    told = night.locator(".troubles li").all_inner_texts()
    assert len(told) == len(summary.findings) + len(summary.failures)
    assert all("/van-hoa/" in text for text in told), told
    assert sum(text.endswith(" không còn nêu bài nào") for text in told) == len(summary.findings) > 0
    new = three_nights.truth(3).keys() - three_nights.truth(2).keys()
    listed = page.locator("section", has=page.get_by_role("heading", name="Mới hôm nay")).locator("li a")
    assert listed.all_inner_texts() == [three_nights.truth(3)[key]["title"] for key in new]
    assert page.locator("h3:has-text('Theo chủ đề') + ul .chart").count() == 3
    assert "Đồng Tháp" in page.locator("h3:has-text('Theo tỉnh, thành') + ul").inner_text()
    assert page.locator(".calendar .day-settled, .calendar .day-open").count() >= 1
    page.goto("/lich")
    with open_reader(three_nights.data.database) as archive:
        links = archive.value("SELECT count(*) FROM listed")
    assert (
        sum(int(line.split()[1]) for line in page.locator("table:not(.nights) tbody tr").all_inner_texts()) == links
    )


CUT = """() => [...document.querySelectorAll('.fields select')].flatMap(select => {
    const pen = document.createElement('canvas').getContext('2d'), look = getComputedStyle(select)
    pen.font = look.font
    const room = select.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight) - 18  // the arrow
    return [...select.options].map(option => option.text).filter(text => pen.measureText(text).width > room + 1)
})"""
"""The choices of which a closed list shows only a part."""


def test_every_page_is_light_fits_a_phone_and_can_be_used_by_keyboard(chromium: Browser, address: str) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, locale="vi-VN", base_url=address
    )
    unnamed = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
        .filter(field => !field.labels.length && !field.ariaLabel).map(field => field.outerHTML)"""
    for path in PAGES:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))  # type: ignore[call-overload]
        page.goto(path)
        asked = [url for url in asked if not url.startswith("data:")]
        assert asked == [address + path, f"{address}/giao-dien/tinkhoi.css"], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert page.locator("h1").count() == 1, path
        assert page.evaluate(unnamed) == [], path
        assert page.evaluate(CUT) == [], path
        assert page.locator("script:not([type='application/ld+json']), style, [style], [onclick]").count() == 0, path
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip", path
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content", path
        page.close()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_table_that_is_cut_shows_on_which_side_it_goes_on_and_scrolls_by_keyboard(
    chromium: Browser, address: str, scheme: Any
) -> None:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="vi-VN", base_url=address, color_scheme=scheme
    )
    page = context.new_page()
    page.goto("/tinkhoi/how_blocs_ended")
    table = page.get_by_role("region", name="Bảng kết quả, cuộn ngang được")
    box = table.bounding_box()
    assert box is not None and table.evaluate("region => region.scrollWidth > region.clientWidth")
    table.evaluate("region => { region.firstElementChild.style.visibility = 'hidden' }")
    edges = (box["x"], box["x"] + box["width"] - 12)

    def seen() -> list[bytes]:
        """The left and the right edge of the table, without its words."""
        return [page.screenshot(clip={"x": x, "y": box["y"], "width": 12, "height": 200}) for x in edges]

    left_at_first, right_at_first = seen()
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)  # the move is smooth
    assert table.evaluate("region => region.scrollLeft") > 0
    table.evaluate("region => { region.scrollLeft = region.scrollWidth; region.blur() }")
    left_at_last, right_at_last = seen()
    assert left_at_first == right_at_last, "nothing is shown where the table ends"
    assert right_at_first != right_at_last and left_at_last != left_at_first
    context.close()


def test_every_answer_carries_the_strict_headers(address: str) -> None:
    for path in (*PAGES, "/tim.atom?q=a", "/giao-dien/tinkhoi.css", "/khong-co", "/tinkhoi/articles.json"):
        _, headers, _ = get(address, path)
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'") and "unsafe" not in policy, path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer", path


def test_strangers_and_writers_are_refused(address: str) -> None:
    assert get(address, "/", host="attacker.example")[0] == 421
    assert get(address, "/", host=f"localhost:{urlsplit(address).port}")[0] == 200
    assert get(address, "/tim", method="POST")[0] == 405
    assert get(address, "/ngon-ngu/en?ve=https://attacker.example/")[1]["location"] == "/"
    assert get(address, "/ngon-ngu/en?ve=//attacker.example/")[1]["location"] == "/"
    assert get(address, "/ngon-ngu/en?ve=/tim%3Fq%3Dx")[1]["location"] == "/tim?q=x"
    status, _, body = get(address, "/tinkhoi?" + urlencode({"sql": "delete from articles"}))
    assert status == 400 and "Traceback" not in body


def test_the_language_is_the_link_then_the_browser_then_the_locale(address: str) -> None:
    assert '<html lang="vi">' in get(address, "/")[2]
    assert '<html lang="en">' in get(address, "/", **{"accept-language": "fr, en;q=0.8, vi;q=0.5"})[2]
    assert '<html lang="vi">' in get(address, "/", **{"accept-language": "en", "cookie": "tinkhoi_lang=vi"})[2]
    assert '<html lang="en">' in get(address, "/khong-co", **{"accept-language": "en"})[2]
    assert preferred("xx", "de", "vi") == "vi"
    assert preferred(None, "vi;q=abc, en;q=0.1", "vi") == "en"


@pytest.mark.parametrize(
    "typed", ["Đảng ủy Khối", "dang uy khoi", "ĐẢNG UỶ KHỐI", "\u0110a\u0309ng u\u0309y Khô\u0301i"]
)
def test_datasettes_own_search_box_finds_it_however_it_is_spelled(
    address: str, three_nights: ThreeNights, typed: str
) -> None:
    query = urlencode({"_search": typed, "_shape": "array", "_size": "max"})
    expected = titles_with(three_nights.truth(3), "dang", "uy", "khoi")
    for table in ("articles", "reading"):
        rows = json.loads(get(address, f"/tinkhoi/{table}.json?{query}")[2])
        assert {row["title"] for row in rows} == expected


def test_the_feed_of_a_search_is_atom_with_the_newest_first(address: str, three_nights: ThreeNights) -> None:
    status, headers, body = get(address, "/tim.atom?q=dang+uy+khoi&section=Ch%C3%ADnh+tr%E1%BB%8B")
    assert status == 200 and headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(body)
    truth = three_nights.truth(3)
    expected = titles_with({k: r for k, r in truth.items() if r["section"] == "Chính trị"}, "dang", "uy", "khoi")
    newest = sorted(
        (r for r in truth.values() if r["title"] in expected), key=lambda r: r["published_at"], reverse=True
    )
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [record["title"] for record in newest]
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [record["url"] for record in newest]
    for name in ("id", "updated", "title"):
        assert feed.findtext(f"{ATOM}{name}")
    assert get(address, f"/bai/{SITE_ID}/{newest[0]['key']}")[0] == 200


def test_each_canned_question_is_answered_and_hides_its_sql(address: str) -> None:
    for question in QUESTIONS:
        status, _, body = get(address, f"/tinkhoi/{question.name}")
        assert status == 200, (question.name, body)
        assert question.vi.partition("“")[0] in body
        assert question.sql[:40] not in body
        assert len(question.sql) < 420


def test_canned_questions_answer_what_the_newspaper_did(address: str, three_nights: ThreeNights) -> None:
    def ask(name: str, **parameters: str) -> list[dict[str, Any]]:
        query = urlencode({"_shape": "array", **parameters})
        found: list[dict[str, Any]] = json.loads(get(address, f"/tinkhoi/{name}.json?{query}")[2])
        return found

    first, second, third = (three_nights.truth(night) for night in (1, 2, 3))
    seed = f"{SITE_ID}/{SEED_KEY}"
    assert {row["key"] for row in ask("new_last_night")} == third.keys() - second.keys()
    edited = {key for key in second if printed_words(second[key]) != printed_words(third[key])}
    assert {row["key"] for row in ask("silent_edits")} == edited
    for row in ask("titles_before_and_after"):
        if row["key"] in edited:
            told = (row["title_before"], row["title_after"], row["lead_before"], row["lead_after"])
            assert told == tuple(of[row["key"]][name] for name in ("title", "lead") for of in (second, third))
    nights = ask("sites_by_night")
    assert nights[-1]["state"] == "read whole" and {row["site"] for row in nights} == {SITE_ID}
    assert [row["new"] for row in nights] == [len(third) - len(second), len(second) - len(first), len(first)]
    listed = {row["key"] for row in ask("listed_on_day", day=nights[0]["night"])}
    assert third.keys() - second.keys() <= listed
    assert {row["key"] for row in ask("taken_down")} == {k for k, r in third.items() if r["state"] == "gone"}
    days = {row["day"]: row["articles"] for row in ask("by_day")}
    assert sum(days.values()) == len(third)
    assert days["2024-07-11"] == sum(record["published_at"].startswith("2024-07-11") for record in first.values())
    assert {row["url"] for row in ask("addresses_of_an_article", article=seed)} == set(third[SEED_KEY]["urls"])
    assert [row["status"] for row in ask("captures_of_an_address", url=third[SEED_KEY]["url"])][:1] == [200]
    assert third[SEED_KEY]["title"] in ask("citation", article=seed)[0]["citation"]
    captions = [figure["caption"] for record in third.values() for figure in record["figures"]]
    assert sorted(row["caption"] for row in ask("captions_that_say")) == sorted(
        caption for caption in captions if caption and "phat bieu" in fold(caption)
    )
    assert {row["key"] for row in ask("bloc_articles_of_a_province", province="tien giang")} >= {SEED_KEY}
    assert ask("bloc_articles_of_a_province", province="Lai Châu") == []
    assert {row["province_now"]: row["articles"] for row in ask("by_present_province")} == {"Đồng Tháp": len(third)}


@pytest.fixture(scope="module")
def hostile(three_nights: ThreeNights, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the archive in which one article's words try to be markup, and its picture a script."""
    path = tmp_path_factory.mktemp("hostile") / "tinkhoi.db"
    with open_reader(three_nights.data.database) as archive:
        backup(archive, path)
    markup = "=1+1 <script>alert(1)</script> <img src=x onerror=alert(2)> [dấu] \"' & khối"
    with open_archive(path) as archive, archive.transaction():
        number = archive.value("SELECT id FROM articles WHERE key = ?", (SEED_KEY,))
        for column in ("title", "kicker", "lead", "author", "section", "body", "published_text"):
            archive.execute(f"UPDATE articles SET {column} = ? WHERE id = ?", (markup, number))
        archive.execute("UPDATE articles SET url = 'javascript:alert(3)' WHERE id = ?", (number,))
        archive.execute("UPDATE figures SET src = 'javascript:alert(3)', caption = ?", (markup,))
        archive.execute("UPDATE OR IGNORE topics SET words = ?, rule = ?", (markup, markup))
        archive.execute("UPDATE sites SET name = ? WHERE id = ?", (markup, SITE_ID))
        _seal(archive)
    return path


def _seal(archive: Archive) -> None:
    """Puts the hashes of the words beside them: an article whose words have another is shown as damage."""
    for number in [row["id"] for row in archive.rows("SELECT id FROM articles")]:
        digest = standing_words(archive, number).hash
        archive.execute("UPDATE articles SET text_hash = ? WHERE id = ?", (digest, number))


@pytest.fixture(scope="module")
def hostile_address(hostile: Path) -> Iterator[str]:
    with serving(hostile.parent) as found:
        yield found


def test_nothing_from_a_page_is_ever_html(hostile_address: str) -> None:
    typed = urlencode({"q": '"><script>alert(1)</script>', "since": "<script>"})
    for path in (*PAGES, "/tim?q=script", f"/tim?{typed}", "/tinkhoi/why_bloc", "/tinkhoi/figures"):
        _, _, text = get(hostile_address, path)
        # Linked data is no program: it stands in a script's element, and no character in it can end that.
        text = re.sub(r'<script type="application/ld\+json">[^<>]*</script>', "", text)
        assert "<script" not in text, path
        assert "<img" not in text, path
        assert not re.search(r"""(href|src|action)=["']?\s*javascript:""", text, re.IGNORECASE), path
    assert "&lt;script&gt;alert(1)" in get(hostile_address, f"/bai/{SITE_ID}/{SEED_KEY}")[2]
    feed = ET.fromstring(get(hostile_address, "/tim.atom?q=script")[2])
    assert str(feed.findtext(f"{ATOM}entry/{ATOM}title")).startswith("=1+1 <script>")


def test_a_cell_of_csv_is_never_a_formula_and_excel_reads_its_vietnamese(hostile_address: str) -> None:
    _, _, sheet = get(hostile_address, f"/tinkhoi/articles.csv?key={SEED_KEY}")
    assert sheet.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"))))
    assert len(rows) == 1 and rows[0]["title"].startswith("'=1+1")
    assert rows[0]["published_day"] == "2024-07-11"
    assert get(hostile_address, "/tinkhoi.csv?sql=select+'%2Bx'+as+x")[2].splitlines()[1] == "'+x"


TYPED = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="\"*-()^:{}+,;\\%_'đĐ AND OR NEAR NOT\x00\u0301", max_size=30),
    st.sampled_from(["", "a" * 10_000, '"' * 999, "-x", "*", "NEAR(a b)", "title : x", "🌾", "\u202e", "{a}:b", "%"]),
)


@settings(max_examples=80, deadline=None)
@given(typed=TYPED, other=TYPED)
def test_any_text_is_answered(hostile_address: str, typed: str, other: str) -> None:
    def written(**values: str) -> str:
        return urlencode(values, errors="replace")

    for path in (
        "/tim?" + written(q=typed, order="relevance"),
        "/tim?" + written(q=typed, exact="1", province=other, author=other, page=other),
        "/tim?" + written(q=other, section=typed, since=typed, until=other, topic=typed),
        "/tim.atom?" + written(q=typed),
        "/lich?" + written(site=typed),
        "/xu-huong?" + written(q=typed, site=other, since=other, by=typed),
        "/xu-huong.csv?" + written(q=typed),
        "/ngu-canh?" + written(q=typed, order=other, province=other),
        "/so-sanh?" + written(province=typed, since=other),
        "/ban-do?" + written(q=typed, map=other),
        f"/bai/{SITE_ID}/{SEED_KEY}?" + written(tim=typed),
        "/tinkhoi/articles.json?" + written(_search=typed),
        "/tinkhoi/words_this_month.json?" + written(words=typed),
    ):
        assert get(hostile_address, path)[0] == 200, path
    if typed not in {"", ".", ".."}:
        assert get(hostile_address, "/bai/" + quote(typed, safe="", errors="replace"))[0] in {200, 404}


def test_a_page_is_answered_while_a_run_writes(hostile: Path, hostile_address: str) -> None:
    with open_archive(hostile) as archive, archive.transaction():
        archive.execute("UPDATE articles SET title = 'Đang ghi' WHERE key = ?", (SEED_KEY,))
        _seal(archive)
        status, _, text = get(hostile_address, "/tim?q=script")
        assert status == 200 and "Đang ghi" not in text
    assert "Đang ghi" in get(hostile_address, f"/bai/{SITE_ID}/{SEED_KEY}")[2]


def test_without_an_archive_or_a_port_it_says_what_to_do(
    tmp_path: Path, address: str, three_nights: ThreeNights
) -> None:
    def run(root: Path, port: int | None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", BROWSE, "--data", str(root), "browse", "--no-open", "--port", str(port)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    nothing = run(tmp_path, 0)
    assert nothing.returncode == 4 and "there is no archive yet" in nothing.stderr
    taken = run(three_nights.data.root, urlsplit(address).port)
    assert taken.returncode == 4 and "--port" in taken.stderr
    assert nothing.stderr.count("\n") == taken.stderr.count("\n") == 1


def test_all_words_are_there_in_both_languages() -> None:
    for name, (vietnamese, english) in WORDS.items():
        assert vietnamese and english, name
        assert sorted(re.findall(r"{\w+}", vietnamese)) == sorted(re.findall(r"{\w+}", english)), name


def test_the_address_of_a_search_reads_back_as_the_same_search() -> None:
    search = SearchRequest(q='"kỷ luật" -x&y', province="Đồng Tháp", since=date(2024, 7, 1), exact=True, page=3)
    query = dict(pair.split("=") for pair in urlsplit(search.address(page=3)).query.split("&"))
    assert query["since"] == "2024-07-01" and query["page"] == "3" and "until" not in query
    assert (
        SearchRequest.read({"q": search.q, "province": "Đồng Tháp", "since": "01/07/2024", "exact": "1", "page": "3"})
        == search
    )
    assert search.address(q="", province=None, since=None, exact=False) == "/tim"
    assert SearchRequest.read({"since": "31/02/2024", "page": "-4"}).misread == ("31/02/2024",)


def test_months_run_over_the_year_and_bars_keep_their_proportions() -> None:
    assert months_between("2023-11", "2024-02") == ["2023-11", "2023-12", "2024-01", "2024-02"]
    assert months_up_to(date(2024, 1, 9), 3) == ["2023-11", "2023-12", "2024-01"]
    drawn = bars({"2024-01": 10, "2024-03": 5}, ["2024-01", "2024-02", "2024-03"], width=30, height=100)
    assert [bar.height for bar in drawn] == [100, 0, 50]
    assert [bar.x for bar in drawn] == [0, 10, 20]


def luminance(colour: str) -> float:
    """The relative luminance of ``#rrggbb``, as WCAG 2.2 defines it."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, as WCAG 2.2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_day_of_the_calendar_stands_out_from_the_page(theme: int, repository: Path) -> None:
    css = (repository / "flows/web/static/tinkhoi.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", re.findall(r":root {(.*?)}", css, re.S)[theme]))
    for state in ("settled", "open", "quiet", "unseen"):
        rules = re.findall(rf"^\.day-{state} {{(.*)}}$", css, re.M)
        drawn = [colours[name] for name in re.findall(r"(?:fill|stroke): var\(--([\w-]+)\)", rules[0])]
        assert max(contrast(colour, colours["paper"]) for colour in drawn) >= 3, state
    assert re.search(r"^\.mark { stroke: var\(--paper\)", css, re.M), "the mark stands on the colour of an open day"


def test_no_news_and_could_not_look_never_look_alike() -> None:
    monday = date(2024, 7, 8)
    counts = {date(2024, 7, 9): DayCounts(5, 5, 0, 0), date(2024, 7, 10): DayCounts(5, 3, 1, 1)}
    drawn = squares(counts, {monday}, last=date(2024, 7, 11), weeks=1)
    assert [square.state for square in drawn] == ["quiet", "settled", "open", "unseen"]
    assert drawn[2].counts is not None and drawn[2].counts.open == 2
    later = squares({}, {date(2024, 7, 10)}, last=date(2024, 7, 11), weeks=2)
    assert [square.day for square in later] == [date(2024, 7, 10), date(2024, 7, 11)], "nobody watched before"
