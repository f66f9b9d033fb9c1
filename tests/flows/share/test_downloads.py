"""What is taken along opens in LibreOffice, R and Python, and holds nothing that was forgotten."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from flows.cli import run
from flows.share.downloads import KINDS, dictionary_path, form_of, write_articles
from flows.share.excel import CUT, LETTERS
from flows.share.exports import EXPORT, cell, write
from flows.storage.folder import DataFolder
from scraper.sample import SEED_KEY, SITE_ID
from scraper.store import open_archive, open_reader
from scraper.store.articles import article_ids, find_article, forget
from scraper.store.backups import backup
from scraper.store.filters import Filters
from scraper.store.search import search_ids
from tests.places import REPOSITORY

NASTY = [
    "=1+1",
    "+84 123",
    "-5 độ",
    "@ai",
    "\tthụt",
    "http://bao.vn/",
    "mailto:a@bao.vn",
    "{=1+1}",
    "'đã có",
    "Đảng uỷ",
]
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


@pytest.fixture(scope="module")
def taken(demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The hits of a search in the forms that are tables."""
    folder = tmp_path_factory.mktemp("taken")
    files = {form: folder / f"hits.{form}" for form in ("csv", "xlsx", "parquet", "jsonl")}
    for file in files.values():
        assert run(["--data", str(demo.root), "search", "dang uy khoi", "--output", str(file)]) == 0
    return files


@pytest.fixture(scope="module")
def rows(taken: dict[str, Path]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in taken["jsonl"].read_text(encoding="utf-8").splitlines()]


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def sheet_of(file: Path, folder: Path) -> list[list[Any]]:
    """The first sheet of ``file`` as LibreOffice reads it: days as dates, everything else as text; no formula."""
    options = ["--infilter=CSV:44,34,UTF8"] if file.suffix == ".csv" else []
    subprocess.run(
        [
            *(program("soffice"), "--headless", f"-env:UserInstallation=file://{folder}/office", *options),
            *("--convert-to", "fods:OpenDocument Spreadsheet Flat XML", "--outdir", str(folder), str(file)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    root = ET.parse(folder / f"{file.stem}.fods").getroot()
    assert [cell for cell in root.iter(f"{TABLE}table-cell") if cell.get(f"{TABLE}formula")] == []
    table = next(root.iter(f"{TABLE}table"))
    found = []
    for row in table.iter(f"{TABLE}table-row"):
        cells: list[Any] = []
        for each in row.iter(f"{TABLE}table-cell"):
            value = _value(each)
            cells += [value] * (int(each.get(f"{TABLE}number-columns-repeated", "1")) if len(cells) < 64 else 0)
        found.append(cells[: len(EXPORT)])
    return [row for row in found if any(row)]


def _value(each: ET.Element) -> Any:
    kind = each.get(f"{OFFICE}value-type")
    if kind == "date":
        return datetime.fromisoformat(str(each.get(f"{OFFICE}date-value"))[:19])
    if kind == "float":
        return float(str(each.get(f"{OFFICE}value")))
    return "\n".join("".join(part.itertext()) for part in each.findall(f"{TEXT}p"))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_libreoffice_reads_days_as_days_and_vietnamese_whole(
    form: str, taken: dict[str, Path], rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    names, *found = sheet_of(taken[form], tmp_path)
    assert names == list(EXPORT)
    assert len(found) == len(rows) > 10
    for cells, row in zip(found, rows, strict=True):
        read = dict(zip(names, cells, strict=False))
        assert read["published_day"] == datetime.fromisoformat(row["published_day"])
        local = row["published_local"]
        assert read["published_local"] == (datetime.fromisoformat(local) if local else "")
        assert (read["title"], read["source"]) == (row["title"], row["source"])
        assert (read["province_now"], read["state"]) == (row["province_now"] or "", row["state"])
        assert (read["words"], read["bloc"]) == (row["words"], float(row["bloc"]))
        assert re.sub(r"\n+", "\n", read["body"]) == "\n".join(row["body"])


def test_a_workbook_holds_text_as_text_and_says_what_the_columns_mean(tmp_path: Path) -> None:
    file = tmp_path / "nasty.xlsx"
    write([{"title": text} for text in [*NASTY, "dài " * LETTERS]], {"title": "text"}, "xlsx", file)
    with zipfile.ZipFile(file) as book:
        sheet, fields = (book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2))
    assert "<f>" not in sheet and "hyperlink" not in sheet
    texts = ["".join(each.itertext()) for each in ET.fromstring(sheet).iter() if each.tag.endswith("}is")]
    assert texts[1:-1] == NASTY
    assert len(texts[-1]) == LETTERS and texts[-1].endswith(CUT)
    assert "The title as printed." in fields


def test_the_dictionary_beside_a_file_tells_of_each_field(taken: dict[str, Path]) -> None:
    import pandas

    for form in ("csv", "xlsx", "parquet", "jsonl"):
        told = pandas.read_csv(dictionary_path(taken[form]), encoding="utf-8-sig")
        assert list(told["field"]) == list(EXPORT)
        assert not told.isna().any().any()


@pytest.mark.parametrize("block", [0, 1])
def test_the_lines_of_the_page_on_r_read_day_and_minute(
    block: int, demo: DataFolder, taken: dict[str, Path], rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    rscript = program("Rscript")
    if block and subprocess.run([rscript, "-e", "library(RSQLite)"], capture_output=True).returncode:
        pytest.skip("r-cran-rsqlite is not installed")
    (tmp_path / "data").symlink_to(demo.root)
    shutil.copy(taken["csv"], tmp_path / "hits.csv")
    lines = re.findall(r"```r\n(.+?)```", (REPOSITORY / "docs" / "r.md").read_text(encoding="utf-8"), re.S)[block]
    name = ("hits", "reading")[block]
    shown = f'cat(format({name}$day), format({name}$minute, "%H:%M"), sum({name}$bloc), sep = "\\n")\n'
    done = subprocess.run(
        [rscript, "-e", f"{lines}\n{shown}"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    if block:
        with sqlite3.connect(demo.database) as archive:
            known = archive.execute(
                "SELECT published_day, substr(published_at, 12, 5) FROM articles ORDER BY id"
            ).fetchall()
            blocs = archive.execute("SELECT count(DISTINCT article) FROM topics WHERE topic = 'khoi'").fetchone()[0]
    else:
        known = [(row["published_day"], (row["published_local"] or "")[11:16]) for row in rows]
        blocs = sum(row["bloc"] for row in rows)
    wanted = [*(day for day, _ in known), *(minute or "NA" for _, minute in known), str(blocs)]
    assert (
        done.stdout.split("\n")[-len(wanted) - 1 :] == [*wanted, ""] or done.stdout.split()[-len(wanted) :] == wanted
    )


def test_the_lines_of_the_page_on_r_sum_a_trend_by_month(demo: DataFolder, tmp_path: Path) -> None:
    rscript = program("Rscript")
    july = ["--since", "2024-07-01", "--until", "2024-07-31"]
    assert run(["trend", '"đảng ủy khối"', *july, "-o", str(tmp_path / "trend.csv"), "--data", str(demo.root)]) == 0
    lines = re.findall(r"```r\n(.+?)```", (REPOSITORY / "docs" / "r.md").read_text(encoding="utf-8"), re.S)[2]
    shown = 'cat(names(share), share, sep = "\\n")'
    done = subprocess.run(
        [rscript, "-e", f"{lines}\n{shown}"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(demo.database) as archive:
        total = archive.execute("SELECT count(*) FROM articles WHERE published_day LIKE '2024-07-%'").fetchone()[0]
        found = archive.execute(
            "SELECT count(*) FROM articles WHERE published_day LIKE '2024-07-%' AND id IN"
            " (SELECT rowid FROM articles_fts('\"dang uy khoi\"'))"
        ).fetchone()[0]
    month, share = done.stdout.split()[-2:]
    assert month == "2024-07" and float(share) == pytest.approx(found / total) and 0 < found < total


def test_the_lines_of_the_page_on_python_read_day_and_minute(
    demo: DataFolder,
    taken: dict[str, Path],
    rows: list[dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "data").symlink_to(demo.root)
    shutil.copy(taken["parquet"], tmp_path / "hits.parquet")
    monkeypatch.chdir(tmp_path)
    page = (REPOSITORY / "docs" / "python.md").read_text(encoding="utf-8")
    said: dict[str, Any] = {}
    exec("\n".join(re.findall(r"```python\n(.+?)```", page, re.S)), said)
    assert int(said["by_month"]["sum"].sum()) == sum(row["bloc"] for row in rows if row["published_local"])
    minutes = sorted(row["published_local"] for row in rows if row["published_local"])
    assert [f"{at:%Y-%m-%d %H:%M:%S}" for at in said["first"]["published_local"].dropna()] == minutes
    assert len(said["paragraphs"]) == sum(len(row["body"]) or 1 for row in rows)
    assert (said["reading"]["minute"].dropna().dt.date == said["reading"].dropna()["day"].dt.date).all()


def test_a_forgotten_article_is_in_no_download(demo: DataFolder, tmp_path: Path) -> None:
    with open_reader(demo.database) as archive:
        backup(archive, tmp_path / "tinkhoi.db")
    with open_archive(tmp_path / "tinkhoi.db") as archive:
        number = find_article(archive, f"{SITE_ID}/{SEED_KEY}")
        assert number is not None
        for form in KINDS:
            if form != "wacz":  # its own test has it
                write_articles(archive, [number], form, tmp_path / f"before.{form}")
                assert _holds(tmp_path / f"before.{form}")
        forget(archive, f"{SITE_ID}/{SEED_KEY}", at=datetime.now(UTC))
        for form in KINDS:
            if form != "wacz":
                ids = [number, *article_ids(archive), *search_ids(archive, "dang uy khoi", Filters(), limit=1000)]
                write_articles(archive, ids, form, tmp_path / f"after.{form}")
                assert not _holds(tmp_path / f"after.{form}")


def _holds(file: Path) -> bool:
    if file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as book:
            return any(SEED_KEY.encode() in book.read(name) for name in book.namelist())
    if file.suffix == ".parquet":
        import pandas

        return SEED_KEY in set(pandas.read_parquet(file)["key"])
    return SEED_KEY.encode() in file.read_bytes()


def test_the_ending_of_a_file_says_its_form() -> None:
    assert {form: form_of(Path(f"Hits.{kind.ending.upper()}")) for form, kind in KINDS.items()} == {
        form: form for form in KINDS
    }
    assert form_of(Path("hits.txt")) is None


def test_export_takes_what_a_search_finds(demo: DataFolder, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "matching.jsonl"
    assert run(["--data", str(demo.root), "export", "--matching", "dang uy khoi", "-o", str(file)]) == 0
    assert [json.loads(line)["key"] for line in file.read_text(encoding="utf-8").splitlines()] == [
        row["key"] for row in rows
    ]


def test_a_flag_is_a_number_in_a_cell() -> None:
    assert (cell("bloc", True), cell("bloc", False)) == ("1", "0")
