"""Citations say what the article says, to the programs that researchers keep references with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import bibtexparser
import pytest
import rispy
from citeproc import Citation as Cited
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from flows.cli import run
from flows.share.citations import Citation, as_bibtex, as_csl, as_ris, authors
from flows.storage.folder import DataFolder
from scraper.sample import SEED_KEY, SITE_ID
from scraper.store import Archive, open_reader

ARTICLE = Citation(
    site="baomau",
    key="12/a b",
    title="Kết quả 50% & {nhiệm vụ} 6 tháng",
    authors=("Nguyễn Thị Ngọc Ánh Tuyết", "P. MAI"),
    publication="Báo Mẫu",
    day=date(2024, 7, 11),
    url="https://paper.example/a_1.html?x=1",
    captured=datetime(2026, 11, 27, 18, 30, tzinfo=UTC),  # 28 November in Vietnam
    text_hash="0f" * 32,
    section="Xây dựng Đảng",
)


@pytest.fixture(scope="module")
def archive(demo: DataFolder) -> Iterator[Archive]:
    with open_reader(demo.database) as archive:
        yield archive


@pytest.mark.parametrize(
    ("byline", "persons"),
    [
        ("P. MAI", ("P. MAI",)),
        ("Mai Hà - Lê Nam", ("Mai Hà", "Lê Nam")),
        ("Minh Hòa-Lê An", ("Minh Hòa", "Lê An")),
        ("Y Blŏk-Êban", ("Y Blŏk-Êban",)),
        ("Tin, ảnh: Nguyễn Văn An và Trần Thị Bình", ("Nguyễn Văn An", "Trần Thị Bình")),
        ("Hoài Thu, ảnh: Lê Minh", ("Hoài Thu", "Lê Minh")),
        ("Thu Hà/TTXVN", ("Thu Hà",)),
        ("Bảo Anh", ("Bảo Anh",)),
        ("Vàng A Pó – Hà Và", ("Vàng A Pó", "Hà Và")),
        ("T.H", ("T.H",)),
        ("PV (tổng hợp)", ()),
        ("Theo TTXVN", ()),
        ("Theo Báo Nhân Dân", ()),
        ("Ban Biên tập", ()),
        ("Theo chinhphu.vn", ()),
        (None, ()),
    ],
)
def test_authors_are_the_persons_whom_the_byline_names(byline: str | None, persons: tuple[str, ...]) -> None:
    assert authors(byline) == persons


def test_ris_is_read_with_names_in_one_field() -> None:
    (entry,) = rispy.loads(as_ris(ARTICLE))
    assert entry["type_of_reference"] == "NEWS"
    assert entry["title"] == ARTICLE.title
    assert entry["authors"] == list(ARTICLE.authors)
    assert entry["secondary_title"] == "Báo Mẫu"
    assert (entry["year"], entry["date"]) == ("2024", "2024/07/11/")
    assert entry["urls"] == [ARTICLE.url]
    assert entry["access_date"] == "2026/11/28/"
    assert ARTICLE.text_hash in entry["accession_number"]


def test_bibtex_is_read_with_names_in_one_field() -> None:
    library = bibtexparser.parse_string(
        as_bibtex(ARTICLE),
        append_middleware=[
            bibtexparser.middlewares.SeparateCoAuthors(),
            bibtexparser.middlewares.SplitNameParts(),
        ],
    )
    assert not library.failed_blocks
    (entry,) = library.entries
    fields = {name: field.value for name, field in entry.fields_dict.items()}
    whole = [([], [f"{{{name}}}"]) for name in ARTICLE.authors]  # type: ignore[var-annotated]
    assert [(name.first, name.last) for name in fields["author"]] == whole
    assert fields["title"] == r"{Kết quả 50\% \& (nhiệm vụ) 6 tháng}"
    assert (fields["journaltitle"], fields["date"], fields["urldate"]) == ("Báo Mẫu", "2024-07-11", "2026-11-28")
    assert fields["url"] == ARTICLE.url


def test_csl_is_read_and_cited() -> None:
    item = as_csl(ARTICLE)
    source = CiteProcJSON([item])
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Cited([CitationItem(item["id"])]))
    (entry,) = (str(text) for text in bibliography.bibliography())
    for said in ("Nguyễn Thị Ngọc Ánh Tuyết", "P. MAI", "2024", "Báo Mẫu", "nhiệm vụ"):
        assert said in entry
    assert item["issued"] == {"date-parts": [[2024, 7, 11]]}
    assert item["accessed"] == {"date-parts": [[2026, 11, 28]]}


@pytest.mark.parametrize("form", ["ris", "bibtex", "csl-json"])
def test_every_article_found_is_in_the_file(form: str, archive: Archive, demo: DataFolder, tmp_path: Path) -> None:
    titles = {row[0]: row[1] for row in archive.rows("SELECT key, title FROM articles WHERE site = ?", (SITE_ID,))}
    path = tmp_path / "citations"
    assert run(["--data", str(demo.root), "export", "--format", form, "--output", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    if form == "ris":
        found = {entry["accession_number"].split(",")[0].split("/")[1]: entry["title"] for entry in rispy.loads(text)}
    elif form == "bibtex":
        entries = bibtexparser.parse_string(text).entries
        found = {entry.key.split(":")[1]: entry["title"].strip("{}").replace("\\", "") for entry in entries}
    else:
        found = {item["id"].split("/")[1]: item["title"] for item in json.loads(text)}
    assert found == titles


def test_no_article_makes_a_valid_file(demo: DataFolder, tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    nothing = ["--data", str(demo.root), "export", "--format", "csl-json", "--since", "2099-01-01", "-o", str(path)]
    assert run(nothing) == 0
    assert json.loads(path.read_text(encoding="utf-8")) == []


def test_one_article_is_shown_for_a_reference_manager(
    demo: DataFolder, archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--data", str(demo.root), "show", f"{SITE_ID}/{SEED_KEY}", "--cite-as", "ris"]) == 0
    (entry,) = rispy.loads(capsys.readouterr().out)
    row = archive.rows("SELECT title, author, url FROM articles WHERE key = ?", (SEED_KEY,))[0]
    assert (entry["title"], entry["authors"], entry["urls"]) == (row["title"], [row["author"]], [row["url"]])


def test_citations_have_no_text_to_leave_out(demo: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--data", str(demo.root), "export", "--format", "ris", "--open"]) == 4
    assert "--open" in capsys.readouterr().err
