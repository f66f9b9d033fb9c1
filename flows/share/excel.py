"""Rows as an Excel workbook: days as days, text as text, and what the columns mean on a second sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flows.outcome.exit_codes import ExitCode, RunError

ROWS = 1_048_575
"""The rows of a sheet below its headings (Excel's own limit)."""

LETTERS = 32_767
"""The characters of a cell (Excel's own limit)."""

CUT = " […]"
"""What ends a text that is longer than a cell."""

_FIRST_YEAR = 1900  # Excel's days begin there


def write_workbook(
    path: Path,
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    dictionary: Iterable[Sequence[str]],
    sheet: str = "articles",
) -> int:
    """Writes the sheets ``sheet`` and *fields* to ``path``, and returns how many rows there are.

    Text is written as text, so no cell is a formula or a link. A text longer than a cell holds ends with CUT. Raises
    RunError for more rows than a sheet holds, and OSError where the file cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})  # rows go to a temporary file as they come
    try:
        forms = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        bold = book.add_format({"bold": True})
        count = _fill(book.add_worksheet(sheet), names, rows, forms, bold)
        _fill(book.add_worksheet("fields"), ("field", "type", "meaning_vi", "meaning_en"), dictionary, forms, bold)
    finally:
        try:
            book.close()
        except FileCreateError as error:  # it holds the OSError that says why
            raise OSError(*error.args[0].args) from error
    return count


def _fill(sheet: Any, names: Sequence[str], rows: Iterable[Sequence[Any]], forms: Any, bold: Any) -> int:
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(names):
        sheet.set_column(column, column, 20 if name.endswith(("_at", "_local")) else 14 if name != "title" else 60)
        sheet.write_string(0, column, name, bold)
    count = 0
    for count, row in enumerate(rows, start=1):
        if count > ROWS:
            raise RunError(
                "a sheet of Excel holds {rows} rows: narrow the search, or take CSV or Parquet",
                ExitCode.CONFIGURATION,
                rows=ROWS,
            )
        for column, value in enumerate(row):
            _write(sheet, count, column, value, forms)
    return count


def _write(sheet: Any, row: int, column: int, value: Any, forms: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):  # LibreOffice would read a cell TRUE as the formula =TRUE()
        sheet.write_number(row, column, int(value))
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, date) and value.year >= _FIRST_YEAR:
        sheet.write_datetime(row, column, value, forms[type(value)])
    else:
        text = str(value)
        sheet.write_string(row, column, text if len(text) <= LETTERS else text[: LETTERS - len(CUT)] + CUT)
