"""``tinkhoi sites check``: a site file held against the site, on loopback."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from scraper.sample import SITE_ID, SampleNewspaper
from scraper.sample.server import SampleAnswer, SampleServer
from scraper.sites.checked import site_path, with_checked
from scraper.sites.site import BUILT_IN, SiteError
from tests.realsite import needs_realpages, serve_manifest

Output = pytest.CaptureFixture[str]
PAPER = SampleNewspaper(date(2026, 11, 24))


class Paper:
    """The sample newspaper, some of whose answers a test replaces, and its site file."""

    def __init__(self, folder: Path) -> None:
        self.instead: dict[str, SampleAnswer] = {}
        self.folder = folder
        self.server = SampleServer(self.answer)
        self.file = folder / "sites" / f"{SITE_ID}.toml"

    def answer(self, path: str, base: str) -> SampleAnswer:
        return self.instead.get(path) or PAPER.answer(path, base)

    def describe(self, old: str = "", new: str = "") -> None:
        text = PAPER.site_file(self.server.url)
        assert old in text
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")

    def check(self, *options: str) -> int:
        return run(["sites", "check", SITE_ID, "--data", str(self.folder), *options])


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    for name in ("TINKHOI_CONTACT", "TINKHOI_SITES", "TINKHOI_DATA"):
        monkeypatch.delenv(name, raising=False)
    made = Paper(tmp_path)
    with made.server:
        yield made


def failing(output: str) -> list[dict[str, Any]]:
    return [point for point in map(json.loads, output.splitlines()) if not point["holds"]]


def test_a_file_that_holds_ends_with_0_and_nothing_is_written(paper: Paper, capsys: Output) -> None:
    paper.describe()
    before = paper.file.read_bytes()
    assert paper.check() == ExitCode.OK
    said = capsys.readouterr().out
    assert said.count("✓") == 11  # home, robots.txt, four sections, four feeds, one article
    assert "✗" not in said
    assert f"{SITE_ID}: 8 of 8 lists, an article reads" in said
    assert paper.file.read_bytes() == before
    assert [path.name for path in paper.folder.iterdir()] == ["sites"]
    asked = [path for _, _, path, _ in paper.server.log]
    assert len(asked) == len(set(asked)) == 11


def test_write_changes_the_one_line(paper: Paper, capsys: Output) -> None:
    paper.describe()
    before = paper.file.read_text(encoding="utf-8").splitlines()
    assert paper.check("--write") == ExitCode.OK
    after = paper.file.read_text(encoding="utf-8").splitlines()
    (changed,) = [line for line in after if line not in before]
    assert changed.startswith('checked = "20') and changed.endswith(': 8 of 8 lists, an article reads"')
    assert len(after) == len(before)


def not_found(path: str) -> SampleAnswer:
    return replace(PAPER.answer("/khong-co/", ""), status=404)


def empty(html: str = "<html><body><p>Trang mới</p></body></html>") -> SampleAnswer:
    return SampleAnswer(200, html.encode(), "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("path", "instead", "what", "said"),
    [
        ("/chinh-tri/", not_found("/chinh-tri/"), "section", "answered 404"),
        ("/chinh-tri/", empty(), "section", "lists no article of the family apbac"),
        ("/chinh-tri/index.rss", empty(), "feed", "is no feed (text/html; charset=utf-8)"),
        ("/chinh-tri/", SampleAnswer(301, b"", "text/html", location="/kinh-te/"), "section", "leads to http"),
        ("/chinh-tri/", SampleAnswer(302, b"", "text/html", location="http://127.0.0.2:9/"), "section", "offsite"),
        (
            "/robots.txt",
            SampleAnswer(200, b"User-agent: *\nDisallow: /chinh-tri/\nAllow: /xay\n", "text/plain"),
            "robots",
            "robots.txt forbids it",
        ),
    ],
)
def test_what_no_longer_holds_is_said_with_what_to_change(
    paper: Paper, capsys: Output, path: str, instead: SampleAnswer, what: str, said: str
) -> None:
    paper.describe()
    paper.instead[path] = instead
    assert paper.check("--json") == ExitCode.DATA
    wrong = {point["what"]: point for point in failing(capsys.readouterr().out)}
    assert said in wrong[what]["said"]
    assert wrong[what]["change"]
    assert "article" not in wrong


def test_a_changed_layout_is_said_with_its_reason(paper: Paper, capsys: Output) -> None:
    def undated(answer: SampleAnswer) -> SampleAnswer:
        return replace(answer, body=re.sub(rb"\d{2}/\d{2}/\d{4}", b"", answer.body))

    paper.describe()
    for record in PAPER.truth(1):
        paper.instead[record["url"]] = undated(PAPER.answer(record["url"], paper.server.url))
    assert paper.check("--json") == ExitCode.DATA
    (point,) = failing(capsys.readouterr().out)
    assert (point["what"], point["reached"]) == ("article", True)
    assert point["said"].startswith("no-date")
    assert "[select]" in point["change"]


def test_another_family_is_named(paper: Paper, capsys: Output) -> None:
    paper.describe('family = "apbac"', 'family = "nukeviet"')
    assert paper.check("--json") == ExitCode.DATA
    wrong = {point["what"]: point for point in failing(capsys.readouterr().out)}
    assert wrong.keys() == {"family", "article"}
    assert wrong["family"]["change"] == 'family = "apbac"'


def test_a_site_that_gives_no_answer_ends_with_2_and_is_left_as_it_was(paper: Paper, capsys: Output) -> None:
    paper.describe()
    text = paper.file.read_text(encoding="utf-8").replace(paper.server.url[7:], "127.0.0.1:9")
    paper.file.write_text(text, encoding="utf-8")
    assert paper.check("--write") == ExitCode.SITES_FAILED
    assert "? home http://127.0.0.1:9/" in capsys.readouterr().out
    assert paper.file.read_text(encoding="utf-8") == text


def test_without_a_contact_address_the_open_web_is_not_asked(paper: Paper, capsys: Output) -> None:
    paper.file.parent.mkdir()
    paper.file.write_text(PAPER.site_file("https://xa.example"), encoding="utf-8")
    assert paper.check() == ExitCode.CONFIGURATION
    assert "contact" in capsys.readouterr().err


@needs_realpages
@pytest.mark.parametrize("family", ["nukeviet", "wordpress"])
def test_real_servers_hold(paper: Paper, capsys: Output, family: str) -> None:
    with serve_manifest(family) as copy:
        lists = {"nukeviet": '["/sitemap.xml"]', "wordpress": '["/wp-sitemap.xml"]'}
        paper.file.parent.mkdir()
        paper.file.write_text(
            f'name = "Khối"\nkind = "bloc"\nprovince = "Tiền Giang"\nfamily = "{family}"\nhome = "{copy.home}"\n'
            f'sitemaps = {lists[family]}\n[fetch]\ndelay = 0\nallow = ["{copy.home[7:-1]}"]\n',
            encoding="utf-8",
        )
        code = paper.check()
    assert (code, capsys.readouterr().out.count("✓")) == (ExitCode.OK, 4)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            'home = "x"\nchecked = "unverified"\n[fetch]\ndelay = 1\n',
            'home = "x"\nchecked = "A"\n[fetch]\ndelay = 1\n',
        ),
        ('home = "x"\n', 'home = "x"\nchecked = "A"\n'),
        ('home = "x"\n\n[fetch]\ndelay = 1\n', 'home = "x"\nchecked = "A"\n[fetch]\ndelay = 1\n'),
    ],
)
def test_checked_is_one_line_above_the_tables(text: str, line: str) -> None:
    assert with_checked(text, "A") == line


def test_checked_survives_quotes_and_backslashes() -> None:
    said = 'báo "A" \\ «Đ»'
    assert json.dumps(said, ensure_ascii=False) in with_checked('checked = ""\n', said)


def test_a_line_that_cannot_be_found_is_left_to_a_person() -> None:
    with pytest.raises(ValueError, match="by hand"):
        with_checked('"checked" = "x"\n', "A")


def test_ones_own_file_comes_before_ours(tmp_path: Path) -> None:
    assert site_path("baoapbac") == BUILT_IN / "baoapbac.toml"
    (tmp_path / "baoapbac.toml").write_text("", encoding="utf-8")
    assert site_path("baoapbac", [tmp_path]) == tmp_path / "baoapbac.toml"
    with pytest.raises(SiteError, match="khong-co"):
        site_path("khong-co")
