"""The articles of any search as one file to take along, in any form, with a dictionary of its fields beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from flows.outcome.exit_codes import ExitCode, RunError
from flows.outcome.messages import LANGS
from flows.outcome.wording import translated
from flows.share import citations, exports
from flows.share.citations import CitationForm
from flows.share.exports import Form
from flows.share.study_tables import Table
from scraper.record import Field
from scraper.store import Archive

ArticleForm = Form | CitationForm
DownloadForm = Literal["csv", "xlsx", "parquet", "jsonl", "ris", "bibtex", "csl-json", "wacz"]


@dataclass(frozen=True, slots=True)
class FileKind:
    """How files of a form are called, and what a web server calls them."""

    name: str  # as people call it, in every language
    ending: str
    media_type: str


KINDS: dict[DownloadForm, FileKind] = {
    "csv": FileKind("CSV", "csv", "text/csv; charset=utf-8"),
    "xlsx": FileKind("Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "parquet": FileKind("Parquet (R, Python)", "parquet", "application/vnd.apache.parquet"),
    "jsonl": FileKind("JSONL", "jsonl", "application/x-ndjson; charset=utf-8"),
    "ris": FileKind("RIS (Zotero)", "ris", "application/x-research-info-systems; charset=utf-8"),
    "bibtex": FileKind("BibTeX", "bib", "application/x-bibtex; charset=utf-8"),
    "csl-json": FileKind("CSL-JSON", "csl.json", "application/vnd.citationstyles.csl+json; charset=utf-8"),
    "wacz": FileKind("WACZ", "wacz", "application/wacz"),
}


def form_of(path: Path) -> DownloadForm | None:
    """The form that the ending of a file's name means, or None."""
    return next((form for form, kind in KINDS.items() if path.name.lower().endswith(f".{kind.ending}")), None)


def is_citation(form: str) -> bool:
    """Whether files of this form hold citations, not articles."""
    return form in get_args(CitationForm)


def write_articles(
    archive: Archive, ids: Iterable[int], form: ArticleForm, output: Path | None, *, is_open: bool = False
) -> int:
    """Writes the articles with these ids to ``output``, or to standard output, and returns how many.

    ``is_open`` leaves the text out; citations have none. Raises RunError where the file cannot be written.
    """
    if form == "ris" or form == "bibtex" or form == "csl-json":
        return citations.write(citations.citations(archive, ids), form, output)
    if is_open:
        return exports.write(exports.open_rows(archive, ids), exports.OPEN, form, output)
    return exports.write(exports.records(archive, ids), exports.EXPORT, form, output)


def dictionary_path(output: Path) -> Path:
    """Where the dictionary of the fields of ``output`` stands: ``bloc.fields.csv`` beside ``bloc.csv``."""
    return output.with_name(f"{output.stem}.fields.csv")


def write_dictionary(output: Path, fields: Iterable[Field] = exports.EXPORT_FIELDS) -> None:
    """Writes to ``output`` what fields are called, of what type they are, and what they mean.

    Raises RunError where the file cannot be written.
    """
    rows = [
        {
            "field": field.name,
            "type": exports.kind_text(field.kind),
            **{f"meaning_{lang}": translated(field.meaning, "field", lang) for lang in LANGS},
        }
        for field in fields
    ]
    exports.write(rows, dict.fromkeys(rows[0], "text"), "csv", output)


def write_table(table: Table, form: DownloadForm, output: Path) -> int:
    """Writes what a study of words found to ``output``, and returns how many rows. Raises RunError."""
    if form == "csv" or form == "xlsx" or form == "parquet" or form == "jsonl":
        kinds = {field.name: field.kind for field in table.fields}
        return exports.write(table.rows, kinds, form, output, told=table.fields, sheet=table.name)
    raise RunError(
        "{path}: {form} holds whole articles; name a file .csv, .xlsx, .parquet or .jsonl",
        ExitCode.CONFIGURATION,
        path=output,
        form=form,
    )
