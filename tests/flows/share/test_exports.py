"""Exports hold the same rows in every form, open where they should, and harm no spreadsheet."""

from __future__ import annotations

import builtins
import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas
import polars
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cli import run
from flows.outcome.exit_codes import ExitCode, RunError
from flows.share.exports import EXPORT, FORMULA, OPEN, cell, harmless, write
from flows.storage.folder import DataFolder
from scraper.sample import SEED_KEY
from scraper.store import Archive, open_reader
from tests.places import REPOSITORY

Output = pytest.CaptureFixture[str]
NASTY = ["=1+1", "+84 123", "-5 độ", "@ai", "\tthụt", "\rlùi", "bình thường", "a,b\"c'd", "hai\ndòng", "'đã có", ""]


@pytest.fixture(scope="module")
def exported(demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The demo's articles in each form."""
    folder = tmp_path_factory.mktemp("exported")
    files = {form: folder / f"articles.{form}" for form in ("jsonl", "csv", "parquet")}
    for form, file in files.items():
        assert run(["export", "--data", str(demo.root), "--format", form, "--output", str(file)]) == 0
    return files


@pytest.fixture(scope="module")
def rows(exported: dict[str, Path]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in exported["jsonl"].read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def archive(demo: DataFolder) -> Iterator[Archive]:
    with open_reader(demo.database) as archive:
        yield archive


ONLY_OF_INTERVALS = {"earliest", "latest"}
"""Parts of a statement about the date that stand only where it counts back ("3 giờ trước")."""


def test_the_fields_are_those_of_the_public_record(rows: list[dict[str, Any]]) -> None:
    assert rows
    for row in rows:
        assert list(row) == list(EXPORT)
        for name, kind in EXPORT.items():
            if isinstance(kind, tuple):
                assert all(tuple(item) == tuple(part for part in kind if part in item) for item in row[name])
                assert all(set(kind) - set(item) <= ONLY_OF_INTERVALS for item in row[name])


def test_every_field_is_documented_and_none_that_there_is_not(rows: list[dict[str, Any]]) -> None:
    page = (REPOSITORY / "docs" / "fields.md").read_text(encoding="utf-8")
    record, corpus = page.split("## The record")[1].split("## The open corpus")
    assert re.findall(r"^\| `(\w+)` \|", record, re.M) == list(rows[0])
    assert re.findall(r"^\| `(\w+)` \|", corpus.split("## Tables")[0], re.M) == list(OPEN)


def typed(name: str, text: Any) -> Any:
    """What the text of a JSON line means in a file with real days and moments."""
    kind = EXPORT[name]
    if text is None or kind not in {"day", "moment", "local time"}:
        return text
    if kind == "day":
        return date.fromisoformat(text)
    return datetime.fromisoformat(text) if len(text) > 10 else None


def test_parquet_holds_the_same_rows_with_real_days_and_moments(
    exported: dict[str, Path], rows: list[dict[str, Any]]
) -> None:
    columns = pyarrow.parquet.read_table(exported["parquet"]).to_pylist()
    for row in columns:
        for evidence in row["date_evidence"]:
            for name in ONLY_OF_INTERVALS:
                assert evidence.pop(name) is None  # no article of the demo is dated by a time counted back
    wanted = [{name: typed(name, value) for name, value in row.items()} for row in rows]
    for row in wanted:  # Parquet keeps milliseconds
        row["captured_at"] = row["captured_at"].replace(microsecond=row["captured_at"].microsecond // 1000 * 1000)
    assert columns == wanted


def test_a_moment_of_which_only_the_day_is_known_is_no_midnight(tmp_path: Path) -> None:
    row = {"published_at": "2024-07-11", "published_day": "2024-07-11"}
    write([row], {name: EXPORT[name] for name in row}, "parquet", tmp_path / "day.parquet")
    (read,) = pyarrow.parquet.read_table(tmp_path / "day.parquet").to_pylist()
    assert read == {"published_at": None, "published_day": date(2024, 7, 11)}


def test_pandas_polars_and_duckdb_read_the_same_from_parquet(
    exported: dict[str, Path], rows: list[dict[str, Any]]
) -> None:
    file = exported["parquet"]
    minutes = [None if row["published_local"] is None else row["published_local"][:16] for row in rows]
    bodies, days = [row["body"] for row in rows], [date.fromisoformat(row["published_day"]) for row in rows]
    moments = [typed("published_at", row["published_at"]) for row in rows]

    frame = pandas.read_parquet(file)
    assert list(frame.columns) == list(EXPORT)
    assert [list(body) for body in frame["body"]] == bodies
    assert [None if at is pandas.NaT else f"{at:%Y-%m-%d %H:%M}" for at in frame["published_local"]] == minutes
    assert [None if at is pandas.NaT else at.to_pydatetime() for at in frame["published_at"]] == moments
    assert list(frame["published_day"]) == days

    table = polars.read_parquet(file)
    assert table["body"].to_list() == bodies
    assert table["published_day"].to_list() == days
    assert table["published_at"].to_list() == moments
    assert table["published_local"].dt.strftime("%Y-%m-%d %H:%M").to_list() == minutes

    found = duckdb.sql(
        "SELECT body, published_day, strftime(published_local, '%Y-%m-%d %H:%M'), epoch(published_at), len(urls)"
        f" FROM read_parquet('{file}')"
    ).fetchall()
    assert [row[:3] for row in found] == list(zip(bodies, days, minutes, strict=True))
    assert [row[3] for row in found] == [None if at is None else at.timestamp() for at in moments]
    assert [row[4] for row in found] == [len(row["urls"]) for row in rows]


def test_an_export_tells_what_one_counts_and_cites_by(archive: Archive, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        (known,) = archive.rows(
            "SELECT name, province, published_day, published_at, words, text_hash, state,"
            " EXISTS (SELECT 1 FROM topics WHERE article = articles.id AND topic = 'khoi') AS bloc"
            " FROM articles JOIN sites ON sites.id = site"
            " WHERE site = ? AND key = ?",
            (row["site"], row["key"]),
        )
        assert (row["source"], row["province_before"]) == (known["name"], known["province"])
        assert (row["published_day"], row["words"]) == (known["published_day"], known["words"])
        assert (row["text_hash"], row["state"]) == (known["text_hash"], known["state"])
        assert row["bloc"] is bool(known["bloc"])
        assert row["text_hash"] in row["citation"] and row["url"] in row["citation_vi"]
        at = known["published_at"]
        assert row["published_local"] == (None if at is None else f"{at[:10]} {at[11:19]}")
        assert at is None or at.endswith("+07:00")
    assert {row["province_now"] for row in rows if row["province_before"] == "Tiền Giang"} == {"Đồng Tháp"}
    assert {row["bloc"] for row in rows} == {True, False}


def test_csv_holds_the_same_rows(exported: dict[str, Path], rows: list[dict[str, Any]]) -> None:
    frame = pandas.read_csv(exported["csv"], dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert list(frame.columns) == list(EXPORT)
    assert len(frame) == len(rows)
    for found, row in zip(frame.to_dict("records"), rows, strict=True):
        assert found["revision"] == str(row["revision"])
        for name in ("title", "kicker", "lead", "author", "published_at", "updated_at"):
            assert found[name] == harmless(row[name] or "")
        assert found["body"].split("\n\n") == row["body"] or not row["body"]
        assert json.loads(found["figures"] or "[]") == row["figures"]
        assert found["urls"].split("\n") == row["urls"]


def test_excel_reads_the_vietnamese(exported: dict[str, Path]) -> None:
    data = exported["csv"].read_bytes()
    assert data.startswith(b"\xef\xbb\xbfsite,key,")
    assert data.count(b"\xef\xbb\xbf") == 1
    assert "Đảng ủy Khối".encode() in data
    assert b"\r\n" in data


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    fields = {"text": "text", "words": "list of text"}
    file = tmp_path / "nasty.csv"
    write([{"text": text, "words": [text]} for text in NASTY], fields, "csv", file)
    read = list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))
    assert len(read) == len(NASTY) + 1
    for text, cells in zip(NASTY, read[1:], strict=True):
        for found in cells:
            assert not found.startswith(FORMULA)
            assert found.removeprefix("'") == text.removeprefix("'")


@given(st.text())
def test_a_cell_made_harmless_is_the_text_with_at_most_an_apostrophe(text: str) -> None:
    assert harmless(text) in {text, f"'{text}"}
    assert not harmless(text).startswith(FORMULA)
    assert harmless(text) == text or text.startswith(FORMULA)


def test_an_empty_field_is_an_empty_cell() -> None:
    assert (cell("lead", None), cell("tags", []), cell("body", ["a", "b"]), cell("urls", ["a", "b"])) == (
        "",
        "",
        "a\n\nb",
        "a\nb",
    )


def test_filters_choose_the_same_articles_in_each_form(demo: DataFolder, tmp_path: Path) -> None:
    chosen = ["--topic", "khoi", "--since", "2024-07-01", "--until", "2024-12-31", "--province", "dong thap"]
    counts = set()
    for form in ("jsonl", "csv", "parquet"):
        file = tmp_path / f"chosen.{form}"
        assert run(["export", "--data", str(demo.root), "--format", form, "-o", str(file), *chosen]) == 0
        if form == "jsonl":
            keys = {json.loads(line)["key"] for line in file.read_text(encoding="utf-8").splitlines()}
            assert SEED_KEY in keys
            counts.add(len(keys))
        elif form == "csv":
            counts.add(len(pandas.read_csv(file, dtype=str)))
        else:
            counts.add(len(pandas.read_parquet(file)))
    assert len(counts) == 1 and counts.pop() > 3


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_nothing_found_is_a_file_without_rows(form: str, demo: DataFolder, tmp_path: Path) -> None:
    file = tmp_path / f"none.{form}"
    arguments = ["export", "--data", str(demo.root), "--format", form, "-o", str(file), "--since", "2090-01-01"]
    assert run(arguments) == 0
    if form == "jsonl":
        assert file.read_text(encoding="utf-8") == ""
    else:
        frame = pandas.read_csv(file) if form == "csv" else pandas.read_parquet(file)
        assert (list(frame.columns), len(frame)) == (list(EXPORT), 0)


def test_the_open_export_has_no_text(demo: DataFolder, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "open.jsonl"
    assert run(["export", "--open", "--data", str(demo.root), "-o", str(file)]) == 0
    shared = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [row["key"] for row in shared] == [row["key"] for row in rows]
    for row, full in zip(shared, rows, strict=True):
        assert list(row) == list(OPEN)
        assert (row["url"], row["published_at"]) == (full["url"], full["published_at"])
        assert set(row["topics"]) == {topic["topic"] for topic in full["topics"]}
    text = file.read_text(encoding="utf-8")
    assert not [full["title"] for full in rows if full["title"] in text]


def test_parquet_without_its_library_or_a_file_says_what_to_do(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RunError, match="--output"):
        write([], EXPORT, "parquet", None)
    real = builtins.__import__

    def without_pyarrow(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without_pyarrow)
    with pytest.raises(RunError, match=r"tinkhoi\[parquet\]") as refusal:
        write([], EXPORT, "parquet", tmp_path / "a.parquet")
    assert refusal.value.exit_code == ExitCode.CONFIGURATION
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_breaks_off_leaves_the_file_of_before(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("before\n", encoding="utf-8")

    def breaking() -> Iterator[dict[str, Any]]:
        yield {"key": "1"}
        raise ValueError("broke off")

    with pytest.raises(ValueError, match="broke off"):
        write(breaking(), {"key": "text"}, "jsonl", file)
    assert file.read_text(encoding="utf-8") == "before\n"
    assert list(tmp_path.iterdir()) == [file]


def test_a_place_that_cannot_be_written_is_one_line(demo: DataFolder, tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "missing" / "a.csv"
    code = run(["export", "--data", str(demo.root), "--format", "csv", "-o", str(file)])
    assert code == ExitCode.CONFIGURATION
    assert "a.csv" in capsys.readouterr().err
