"""Articles as files: JSON lines, CSV and Parquet, which hold the same rows.

A row is the public record of an article (`scraper.record`), or of the open corpus, which has no text. JSON
lines and Parquet keep lists as lists. CSV is for spreadsheets: a byte order mark so that Excel reads Vietnamese, a
body's paragraphs with an empty line between them, lists of words one a line, lists of objects as JSON, and an
apostrophe before any cell that a spreadsheet would take for a formula. (Excel shows the first 32,767 characters of
a cell.)
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal

from flows.outcome.exit_codes import ExitCode, RunError
from scraper.record import FIELDS, NUMBER, OPEN_FIELDS, TEXT, WORDS, Kind, record
from scraper.store import Archive
from scraper.store.articles import article_ids, load_article
from scraper.store.revisions import PARAGRAPH
from scraper.whole_files import is_disk_full, replacing

Form = Literal["jsonl", "csv", "parquet"]
Row = Mapping[str, Any]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""If a cell begins with one of these characters, a spreadsheet takes it for a formula."""

_BOM = "\ufeff"
_BATCH = 1000  # rows of one Parquet row group

RECORD: Mapping[str, Kind] = {field.name: field.kind for field in FIELDS}
"""The fields of the public record, with their types."""

OPEN: Mapping[str, Kind] = {field.name: field.kind for field in OPEN_FIELDS}
"""The fields of a row of the open corpus, with their types."""

_FLAGS = frozenset({"agrees"})


def records(archive: Archive, filters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The public records of all articles that pass ``filters``, newest first."""
    for number in article_ids(archive, **filters):
        stored = load_article(archive, number)
        yield record(stored.article, revision=stored.revision)


def open_rows(archive: Archive, filters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The same articles without their text: enough to find each again and to check that it is the same."""
    for number in article_ids(archive, **filters):
        found = archive.row(
            "SELECT open_corpus.* FROM open_corpus JOIN articles USING (site, key) WHERE articles.id = ?", (number,)
        )
        if found is not None:
            row = {name: found[name] for name in OPEN}
            yield row | {"topics": row["topics"].split(",") if row["topics"] else []}


def write(rows: Iterable[Row], fields: Mapping[str, Any], form: Form, output: Path | None) -> int:
    """Writes ``rows`` to ``output``, or to standard output, and returns how many. A file appears whole or not at all.

    Raises RunError where it cannot be written, and for Parquet without pyarrow or without a file.
    """
    if form == "parquet":
        if output is None:
            raise RunError("Parquet needs a file: name one with --output", ExitCode.CONFIGURATION)
        with _draft(output) as draft:
            return _write_parquet(rows, fields, draft)
    with opened(output, "" if form == "csv" else None) as sink:
        return _write_csv(rows, fields, sink) if form == "csv" else _write_jsonl(rows, sink)


def write_lines(lines: Iterable[str], output: Path | None) -> int:
    """Writes ``lines`` to ``output``, or to standard output, and returns how many. Raises RunError."""
    count = 0
    with opened(output, None) as out:
        for line in lines:
            out.write(f"{line}\n")
            count += 1
    return count


def _write_jsonl(rows: Iterable[Row], sink: IO[str]) -> int:
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the number of the last one
        sink.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def _write_csv(rows: Iterable[Row], fields: Mapping[str, Any], sink: IO[str]) -> int:
    sink.write(_BOM)
    writer = csv.writer(sink)
    writer.writerow(fields)
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007
        writer.writerow([harmless(cell(name, row[name])) for name in fields])
    return count


def cell(name: str, value: Any) -> str:
    """The value of the field ``name`` as one cell of text."""
    if value is None:
        return ""
    if isinstance(value, list):
        if any(isinstance(item, dict) for item in value):
            return json.dumps(value, ensure_ascii=False)
        return (PARAGRAPH if name == "body" else "\n").join(value)
    return str(value)


def harmless(text: str) -> str:
    """``text`` in a form that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _write_parquet(rows: Iterable[Row], fields: Mapping[str, Any], path: Path) -> int:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise RunError(
            "Parquet needs pyarrow: pip install 'tinkhoi[parquet]'; or export as jsonl or csv", ExitCode.CONFIGURATION
        ) from None
    schema = pyarrow.schema([(name, _arrow(pyarrow, kind)) for name, kind in fields.items()])
    left, count = iter(rows), 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(left, _BATCH)):
            writer.write_table(pyarrow.Table.from_pylist(batch, schema=schema))
            count += len(batch)
    return count


def _arrow(pyarrow: Any, kind: Kind) -> Any:
    if isinstance(kind, tuple):
        parts = [(name, pyarrow.bool_() if name in _FLAGS else pyarrow.string()) for name in kind]
        return pyarrow.list_(pyarrow.struct(parts))
    return {TEXT: pyarrow.string(), WORDS: pyarrow.list_(pyarrow.string()), NUMBER: pyarrow.int64()}[kind]


@contextmanager
def opened(output: Path | None, newline: str | None) -> Iterator[IO[str]]:
    """The file ``output``, which appears whole or not at all, or standard output. Raises RunError where it cannot be
    written. ``newline`` is that of :func:`open`."""
    if output is None:
        yield sys.stdout
        return
    with _draft(output) as draft, draft.open("w", encoding="utf-8", newline=newline) as file:
        yield file


@contextmanager
def _draft(output: Path) -> Iterator[Path]:
    """A draft path beside ``output``. It is renamed to ``output`` once it is written whole."""
    is_special = output.exists() and not output.is_file()  # a pipe or a device: it has no draft
    try:
        with nullcontext(output) if is_special else replacing(output) as draft:
            yield draft
    except OSError as error:
        code = ExitCode.DISK_FULL if is_disk_full(error) else ExitCode.CONFIGURATION
        raise RunError(f"{output}: cannot be written: {error.strerror or error}", code) from error
