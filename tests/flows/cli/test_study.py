"""``tinkhoi trend``, ``context`` and ``compare``, as they are typed, and the files that they write."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.outcome.wording import catalogue
from flows.share.study_tables import LINE_FIELDS, WORD_FIELDS
from flows.storage.folder import DataFolder
from scraper.store import open_reader
from tests.flows.cli.stderr_lines import one_line

Output = pytest.CaptureFixture[str]
FIRST_DAY_OF_EXCEL = date(1899, 12, 30)


def test_trend_prints_whole_months_and_csv_a_row_a_day(demo: DataFolder, capsys: Output) -> None:
    ask = ["trend", "đảng ủy khối", "kỷ luật", "--data", str(demo.root)]
    july = ["--since", "2024-07-01", "--until", "2024-08-15"]
    assert run([*ask, *july]) == 0
    head, *rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert head[2:7] == ["articles", "đảng ủy khối ‰", "đảng ủy khối", "kỷ luật ‰", "kỷ luật"]
    assert [row[:2] for row in rows] == [["2024-07-01", "2024-07-31"]]
    with open_reader(demo.database) as archive:
        total = archive.value("SELECT count(*) FROM articles WHERE published_day LIKE '2024-07-%'")
    assert int(rows[0][2]) == total and float(rows[0][3]) == round(1000 * int(rows[0][4]) / total, 1) > 0
    assert run([*ask, *july, "--csv"]) == 0
    days = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(days) == 31 + 15
    assert sum(int(day["kỷ luật: matches"]) for day in days if day["day"] < "2024-08") == int(rows[0][6])
    assert run([*ask, "--since", "2024-07-05", "--until", "2024-07-20"]) == ExitCode.CONFIGURATION
    assert "--unfinished" in one_line(capsys.readouterr().err)


def test_trend_counts_a_topic_where_it_is_given_no_word(demo: DataFolder, capsys: Output) -> None:
    ask = ["trend", "--data", str(demo.root)]
    assert run([*ask, "--topic", "khoi", "--since", "2024-07-01", "--until", "2025-02-28"]) == 0
    head, *rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert head[2:5] == ["articles", "khoi ‰", "khoi"]
    with open_reader(demo.database) as archive:
        monthly = archive.rows(
            "SELECT month || '-01', sum(articles), sum(bloc_articles) FROM monthly"
            " WHERE month BETWEEN '2024-07' AND '2025-02' GROUP BY month ORDER BY month"
        )
    assert [(row[0], int(row[2]), int(row[4])) for row in rows] == [tuple(row) for row in monthly]
    assert float(rows[0][3]) == round(1000 * monthly[0][2] / monthly[0][1], 1) > 0
    assert run(ask) == ExitCode.CONFIGURATION
    assert "--topic" in one_line(capsys.readouterr().err)


def test_a_mistyped_filter_is_no_finding(demo: DataFolder, capsys: Output) -> None:
    for command in (["trend", "a"], ["context", "a"], ["compare"]):
        assert run([*command, "--province", "Tien Gian", "--data", str(demo.root)]) == ExitCode.CONFIGURATION
        assert "Tien Gian" in one_line(capsys.readouterr().err)


def test_context_marks_the_words_as_they_are_printed(demo: DataFolder, capsys: Output) -> None:
    assert run(["context", "dang uy khoi", "--order", "left", "--data", str(demo.root), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) > 5 and {line["hit"] for line in lines} >= {"Đảng ủy Khối"}
    assert run(["context", "dang uy khoi", "--data", str(demo.root), "--limit", "3"]) == 0
    said = capsys.readouterr()
    assert said.out.count("[Đảng") == 3 and "--limit" in said.err


def test_compare_needs_something_to_set_apart(demo: DataFolder, capsys: Output) -> None:
    assert run(["compare", "--data", str(demo.root)]) == ExitCode.CONFIGURATION
    assert "a site, a province, a topic or a period" in one_line(capsys.readouterr().err)
    assert run(["compare", "--topic", "khoi", "--data", str(demo.root), "--json"]) == 0
    words = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert "khối" in {word["word"] for word in words if word["syllables"] == 1}
    assert all(word["likelihood"] > 0 for word in words)


STUDIES: dict[str, list[str]] = {
    "context": ["context", "dang uy khoi"],
    "trend": ["trend", "đảng ủy khối", "kỷ luật", "--since", "2024-07-01", "--until", "2024-07-31"],
    "compare": ["compare", "--topic", "khoi"],
}


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a file, as another program reads them."""
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if path.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    if path.suffix == ".parquet":
        return pytest.importorskip("pyarrow.parquet").read_table(path).to_pylist()  # type: ignore[no-any-return]
    with zipfile.ZipFile(path) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    names, *rows = [
        {re.sub(r"\d", "", cell.get("r", "")): "".join(cell.itertext()) for cell in row}
        for row in sheet.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}row")
    ]
    found = [{name: row.get(column, "") for column, name in names.items()} for row in rows]
    for row in found:
        row |= {name: str(FIRST_DAY_OF_EXCEL + timedelta(int(row[name]))) for name in ("day",) if name in row}
    return found


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet", "xlsx"])
@pytest.mark.parametrize("study", STUDIES)
def test_a_study_is_taken_along_in_each_form(
    study: str, ending: str, demo: DataFolder, tmp_path: Path, capsys: Output
) -> None:
    path = tmp_path / f"found.{ending}"
    assert run([*STUDIES[study], "-o", str(path), "--data", str(demo.root)]) == 0
    said = capsys.readouterr()
    rows = rows_of(path)
    assert said.out == "" and f"{path}: {len(rows)} " in said.err
    if study == "context":
        with open_reader(demo.database) as archive:
            titles = {str(row[0]) for row in archive.rows("SELECT title FROM articles")}
        assert len(rows) > 30 and {row["title"] for row in rows} < titles
        assert {row["hit"].casefold().replace("uỷ", "ủy") for row in rows} == {"đảng ủy khối"}
    elif study == "trend":
        assert [str(row["day"])[:10] for row in rows] == [date(2024, 7, day).isoformat() for day in range(1, 32)]
        of_day = next(row for row in rows if str(row["day"])[:10] == "2024-07-11")
        matches, ratio = float(of_day["đảng ủy khối: matches"]), float(of_day["đảng ủy khối: ratio"])
        assert matches >= 1 and ratio == pytest.approx(matches / float(of_day["articles"]), abs=1e-6)
        assert rows[0]["đảng ủy khối: ratio"] in {None, ""}  # no article on that day
    else:
        assert {"khối", "đảng ủy"} <= {row["word"] for row in rows}
        assert all(float(row["likelihood"]) > 0 and int(row["articles"]) >= 3 for row in rows)
    fields = list(csv.DictReader(io.StringIO((tmp_path / "found.fields.csv").read_text(encoding="utf-8-sig"))))
    assert [row["field"] for row in fields] == list(rows[0])
    assert all(row["meaning_vi"] != row["meaning_en"] for row in fields)


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_is_no_citation_and_its_file_must_be_writable(
    study: str, demo: DataFolder, tmp_path: Path, capsys: Output
) -> None:
    for name in ("found.ris", "found.wacz", "nowhere/found.csv"):
        assert run([*STUDIES[study], "-o", str(tmp_path / name), "--data", str(demo.root)]) == ExitCode.CONFIGURATION
        assert name in one_line(capsys.readouterr().err)
    assert list(tmp_path.iterdir()) == []


def test_every_field_of_a_study_is_told_in_both_languages() -> None:
    entries = {str(entry.id) for entry in catalogue("vi") if entry.context == "field"}
    assert {field.meaning for field in (*LINE_FIELDS, *WORD_FIELDS)} <= entries


def test_compare_with_a_province_says_which_has_no_article(demo: DataFolder, capsys: Output) -> None:
    ask = ["compare", "--province", "Tiền Giang", "--data", str(demo.root), "--against"]
    assert run([*ask, "Lai Châu"]) == 0
    assert "--against 'Lai Châu'" in capsys.readouterr().err
    assert run([*ask, "Không Đâu"]) == ExitCode.CONFIGURATION
    assert "Không Đâu" in one_line(capsys.readouterr().err)
    assert run(["compare", "--topic", "khoi", "--against", "Lai Châu", "--data", str(demo.root)]) == 4
    assert "name a province or a site" in one_line(capsys.readouterr().err)


def test_compare_over_no_article_says_what_was_asked(demo: DataFolder, capsys: Output) -> None:
    asked = ["--topic", "khoi", "--since", "2001-01-01", "--until", "2001-01-31"]
    assert run(["compare", *asked, "--data", str(demo.root)]) == 0
    said = capsys.readouterr()
    assert said.out == "" and said.err == (
        "nothing found: no article matches --topic khoi --since 2001-01-01 --until 2001-01-31\n"
    )
    everything = ["compare", "--since", "1990-01-01", "--until", "2100-01-01", "--data", str(demo.root)]
    assert run(everything) == 0
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("nothing to compare with: ")


def test_trend_says_which_terms_are_too_many(demo: DataFolder, capsys: Output) -> None:
    ask = ["trend", "--data", str(demo.root)]
    assert run([*ask, "kỷ", "luật", "đảng", "ủy", "khối", "tỉnh", "xã", "ấp"]) == 0
    said = capsys.readouterr()
    assert "Only the first 6 terms are compared, not: xã, ấp" in said.err
    assert "tỉnh" in said.out and "xã" not in said.out
    assert run([*ask, "kỷ", "KY", "luật"]) == 0
    assert capsys.readouterr().err == ""
    assert run([*ask, " "]) == ExitCode.CONFIGURATION
