"""Articles as files: JSON lines, CSV, Excel and Parquet, which hold the same rows.

A row is the public record of an article with what the archive knows of it (`scraper.record`), or a row of the open
corpus, which has no text. JSON lines and Parquet keep lists as lists, and Parquet has real days and moments. CSV is
for spreadsheets: a byte order mark so that Excel reads Vietnamese, a body's paragraphs with an empty line between
them, lists of words one a line, lists of objects as JSON, and an apostrophe before any cell that a spreadsheet would
take for a formula. `flows.share.excel` writes the same cells into a workbook, where no apostrophe is needed.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal

from flows.outcome.exit_codes import ExitCode, RunError
from scraper.clock import VIETNAM
from scraper.record import (
    CONTEXT_FIELDS,
    DAY,
    DECIMAL,
    FIELDS,
    FLAG,
    LOCAL,
    MOMENT,
    NUMBER,
    OPEN_FIELDS,
    TEXT,
    WORDS,
    Field,
    Kind,
    record,
)
from scraper.store import Archive
from scraper.store.articles import load_article
from scraper.store.revisions import PARAGRAPH
from scraper.whole_files import is_disk_full, replacing

Form = Literal["jsonl", "csv", "xlsx", "parquet"]
Row = Mapping[str, Any]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""If a cell begins with one of these characters, a spreadsheet takes it for a formula."""

_BOM = "\ufeff"
_BATCH = 1000  # rows of one Parquet row group

RECORD: Mapping[str, Kind] = {field.name: field.kind for field in FIELDS}
"""The fields of the public record, with their types."""

EXPORT_FIELDS: tuple[Field, ...] = (*FIELDS, *CONTEXT_FIELDS)
EXPORT: Mapping[str, Kind] = {field.name: field.kind for field in EXPORT_FIELDS}
"""The fields of an exported article: its record, and what the archive knows of it."""

OPEN: Mapping[str, Kind] = {field.name: field.kind for field in OPEN_FIELDS}
"""The fields of a row of the open corpus, with their types."""

_FLAGS = frozenset({"agrees"})


def records(archive: Archive, ids: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The articles with these ids as rows of an export, in their order; unknown ids are skipped."""
    for number in ids:
        context = archive.row(_CONTEXT, (number,))
        if context is not None:
            stored = load_article(archive, number)
            known = {**dict(context), "bloc": bool(context["bloc"]), "published_local": _local(context)}
            yield {**record(stored.article, revision=stored.revision), **{name: known[name] for name in _KNOWN}}


_KNOWN = tuple(field.name for field in CONTEXT_FIELDS)
_CONTEXT = (
    "SELECT reading.source, province_before, province_now, day AS published_day, reading.published_at, bloc,"
    " reading.words, text_hash, reading.state, citation, citation_vi"
    " FROM reading JOIN citations USING (id) WHERE reading.id = ?"
)


def _local(row: Any) -> str | None:
    at = row["published_at"]
    return None if at is None else f"{datetime.fromisoformat(at).astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}"


def open_rows(archive: Archive, ids: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The same articles without their text: enough to find each again and to check that it is the same."""
    for number in ids:
        found = archive.row(
            "SELECT open_corpus.* FROM open_corpus JOIN articles USING (site, key) WHERE articles.id = ?", (number,)
        )
        if found is not None:
            row = {name: found[name] for name in OPEN}
            yield row | {"topics": row["topics"].split(",") if row["topics"] else []}


KNOWN = (*OPEN_FIELDS, *EXPORT_FIELDS)


def write(
    rows: Iterable[Row],
    fields: Mapping[str, Any],
    form: Form,
    output: Path | None,
    *,
    told: Iterable[Field] = KNOWN,
    sheet: str = "articles",
) -> int:
    """Writes ``rows`` to ``output``, or to standard output, and returns how many. A file appears whole or not at all.

    ``told`` says what the fields mean. ``sheet`` is the name of an Excel workbook's first sheet.
    Raises RunError where it cannot be written, for Parquet and Excel without a file, and for Parquet without pyarrow.
    """
    if form == "parquet" or form == "xlsx":
        if output is None:
            name = "Parquet" if form == "parquet" else "Excel"
            raise RunError("{name} needs a file: name one with --output", ExitCode.CONFIGURATION, name=name)
        with draft(output) as path:
            if form == "parquet":
                return _write_parquet(rows, fields, path, dictionary(fields, told))
            return _write_excel(rows, fields, path, dictionary(fields, told), sheet)
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
    if isinstance(value, bool):
        return str(int(value))  # as SQL has it, and so that it can be summed
    return str(value)


def harmless(text: str) -> str:
    """``text`` in a form that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _write_excel(
    rows: Iterable[Row], fields: Mapping[str, Any], path: Path, told: list[tuple[str, str, str]], sheet: str
) -> int:
    from flows.outcome.wording import translated
    from flows.share.excel import write_workbook

    cells = ([_excel(kind, name, row[name]) for name, kind in fields.items()] for row in rows)
    meanings = [(name, kind, translated(meaning, "field", "vi"), meaning) for name, kind, meaning in told]
    return write_workbook(path, list(fields), cells, meanings, sheet)


def _excel(kind: Kind, name: str, value: Any) -> Any:
    """A value for a workbook: days as days, moments on Vietnam's clock, everything else as in CSV."""
    if value is None or kind in {FLAG, NUMBER, DECIMAL}:
        return value
    if isinstance(kind, str) and kind in {DAY, MOMENT, LOCAL}:
        read = _moment(kind, value)
        return read.astimezone(VIETNAM).replace(tzinfo=None) if isinstance(read, datetime) and read.tzinfo else read
    return cell(name, value)


def _moment(kind: str, value: str) -> date | datetime:
    """The day or moment that the text of a field means. A moment of which only the day is known is that day."""
    return date.fromisoformat(value) if kind == DAY or len(value) == 10 else datetime.fromisoformat(value)


def dictionary(fields: Iterable[str], told: Iterable[Field] = KNOWN) -> list[tuple[str, str, str]]:
    """What each of the fields is called, of what type it is, and what it means."""
    known = {field.name: field for field in told}
    return [(name, kind_text(known[name].kind), known[name].meaning) for name in fields if name in known]


def kind_text(kind: Kind) -> str:
    """The type of a field in words."""
    return kind if isinstance(kind, str) else f"list of objects: {', '.join(kind)}"


def _write_parquet(
    rows: Iterable[Row], fields: Mapping[str, Any], path: Path, told: list[tuple[str, str, str]]
) -> int:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise RunError(
            "Parquet needs pyarrow: pip install 'tinkhoi[parquet]'; or export as jsonl or csv", ExitCode.CONFIGURATION
        ) from None
    meanings = {name: meaning for name, _, meaning in told}
    schema = pyarrow.schema(
        pyarrow.field(name, _arrow(pyarrow, kind), metadata={"meaning": meanings.get(name, "")})
        for name, kind in fields.items()
    )
    left, count = iter(rows), 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(left, _BATCH)):
            typed = [{name: _typed(kind, row[name]) for name, kind in fields.items()} for row in batch]
            writer.write_table(pyarrow.Table.from_pylist(typed, schema=schema))
            count += len(batch)
    return count


def _typed(kind: Kind, value: Any) -> Any:
    """A value as Parquet holds it. A moment of which only the day is known is null; the day has its own field."""
    if value is None or not isinstance(kind, str) or kind not in {DAY, MOMENT, LOCAL}:
        return value
    read = _moment(kind, value)
    return None if kind != DAY and not isinstance(read, datetime) else read


def _arrow(pyarrow: Any, kind: Kind) -> Any:
    if isinstance(kind, tuple):
        parts = [(name, pyarrow.bool_() if name in _FLAGS else pyarrow.string()) for name in kind]
        return pyarrow.list_(pyarrow.struct(parts))
    return {
        TEXT: pyarrow.string(),
        WORDS: pyarrow.list_(pyarrow.string()),
        NUMBER: pyarrow.int64(),
        DECIMAL: pyarrow.float64(),
        FLAG: pyarrow.bool_(),
        DAY: pyarrow.date32(),
        MOMENT: pyarrow.timestamp("ms", tz="Asia/Ho_Chi_Minh"),
        LOCAL: pyarrow.timestamp("ms"),
    }[kind]


@contextmanager
def opened(output: Path | None, newline: str | None) -> Iterator[IO[str]]:
    """The file ``output``, which appears whole or not at all, or standard output. Raises RunError where it cannot be
    written. ``newline`` is that of :func:`open`."""
    if output is None:
        yield sys.stdout
        return
    with draft(output) as path, path.open("w", encoding="utf-8", newline=newline) as file:
        yield file


@contextmanager
def draft(output: Path) -> Iterator[Path]:
    """A draft path beside ``output``. It is renamed to ``output`` once it is written whole."""
    is_special = output.exists() and not output.is_file()  # a pipe or a device: it has no draft
    try:
        with nullcontext(output) if is_special else replacing(output) as path:
            yield path
    except OSError as error:
        code = ExitCode.DISK_FULL if is_disk_full(error) else ExitCode.CONFIGURATION
        said = error.strerror or error
        raise RunError("{path}: cannot be written: {error}", code, path=output, error=said) from error
