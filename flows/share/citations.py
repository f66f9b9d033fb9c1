"""Citations that reference managers read: RIS, BibTeX and CSL-JSON.

A Vietnamese name stays in one field, in its printed order: its last word is a given name, and a reference manager
that splits it would sort and cite it wrongly. An agency, the newsroom or a role that signs an article is not an
author. Each citation leads to the original and to what this archive holds of it.

RIS: the tags of Research Information Systems' format as Zotero and rispy read them (NEWS is a newspaper article).
BibTeX: biblatex's fields in UTF-8. CSL-JSON: the schema of citationstyles.org, version 1.0.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from flows.share.exports import opened
from scraper.clock import VIETNAM
from scraper.store import Archive

CitationForm = Literal["ris", "bibtex", "csl-json"]
ARCHIVE = "Tin Khối"

_BETWEEN = re.compile(r"\s*[,;/&–—]\s*|\s+(?:-|và|VÀ)\s+")
_LABEL = re.compile(
    r"^(?:(?:tin|bài|ảnh|thực hiện|tác giả|nguồn)(?:\s*(?:,|và|-|&)\s*(?:tin|bài|ảnh))*\s*:\s*|theo\s+)", re.I
)
_REMARK = re.compile(r"\s*\([^()]*\)\s*")
_NO_PERSON = re.compile(
    r"(?:nhóm )?(?:pv|p\.? ?v\.?|phóng viên|btv|b\.? ?t\.? ?v\.?|biên tập viên|ctv|cộng tác viên)|bbt|ban biên tập"
    r"|tổng hợp|tòa soạn|toà soạn|ttxvn|ttx|thông tấn xã việt nam|vov|vtv|vietnam\+|vietnamplus"
    r"|quản trị|admin(?:istrator)?|(?:báo|đài|trang tin|trang thông tin|cổng thông tin) .*|tin|bài|ảnh"
    r"|[a-z0-9.-]+\.(?:vn|com|net|org)",
    re.I,
)
"""Signatures that name no person: roles, agencies, newsrooms, accounts. ``Bảo`` and ``Anh`` are names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What a reference to one article says."""

    site: str
    key: str
    title: str
    authors: tuple[str, ...]  # as printed, persons alone
    publication: str
    day: date | None
    url: str
    captured: datetime
    text_hash: str
    section: str | None = None

    @property
    def place(self) -> str:
        """Which article and which words of the archive the reference means."""
        return f"{self.site}/{self.key}, SHA-256 {self.text_hash}"


def authors(byline: str | None) -> tuple[str, ...]:
    """The persons whom a byline names, each as printed: ``"Tin, ảnh: Mai Hà - P. NAM (TTXVN)"`` names two."""
    bare = _REMARK.sub(" ", _LABEL.sub("", (byline or "").strip()))
    named = (_LABEL.sub("", part.strip()).strip(" :") for part in _BETWEEN.split(bare))
    persons = (name for part in named for name in _joined(part) if name and not _NO_PERSON.fullmatch(name))
    return tuple(dict.fromkeys(persons))


def _joined(name: str) -> list[str]:
    """The two names of ``Minh Hòa-Lê An``; the one of ``Y Blŏk-Êban``, whose hyphen is his own."""
    parts = name.split("-")
    return parts if len(parts) == 2 and all(len(part.split()) > 1 for part in parts) else [name]


def citations(archive: Archive, ids: Iterable[int]) -> Iterator[Citation]:
    """The citations of the articles with these ids; unknown ids are skipped."""
    for id_ in ids:
        row = archive.row(
            "SELECT citations.*, articles.section FROM citations JOIN articles USING (id) WHERE id = ?", (id_,)
        )
        if row is not None:
            yield Citation(
                site=row["site"],
                key=row["key"],
                title=row["title"],
                authors=authors(row["author"]),
                publication=row["source"],
                day=date.fromisoformat(row["published_day"]) if row["published_day"] else None,
                url=row["url"],
                captured=datetime.fromisoformat(row["captured_at"]),
                text_hash=row["text_hash"],
                section=row["section"],
            )


def as_csl(citation: Citation) -> dict[str, Any]:
    """One item of CSL-JSON."""
    accessed = citation.captured.astimezone(VIETNAM).date()
    item: dict[str, Any] = {
        "id": f"{citation.site}/{citation.key}",
        "type": "article-newspaper",
        "title": citation.title,
        "container-title": citation.publication,
        "URL": citation.url,
        "accessed": {"date-parts": [_parts(accessed)]},
        "language": "vi",
        "archive": ARCHIVE,
        "archive_location": citation.place,
    }
    if citation.authors:
        item["author"] = [{"literal": name} for name in citation.authors]
    if citation.day is not None:
        item["issued"] = {"date-parts": [_parts(citation.day)]}
    if citation.section:
        item["section"] = citation.section
    return item


def as_ris(citation: Citation) -> str:
    """One record of RIS, with its end."""
    lines = [("TY", "NEWS"), ("TI", citation.title)]
    # Without a comma the whole is the family name: the one field that RIS has for a name in its own order.
    lines += [("AU", name) for name in citation.authors]
    lines.append(("T2", citation.publication))
    if citation.day is not None:
        lines += [("PY", str(citation.day.year)), ("DA", f"{citation.day:%Y/%m/%d/}")]
    if citation.section:
        lines.append(("SE", citation.section))
    lines += [
        ("LA", "vi"),
        ("UR", citation.url),
        ("Y2", f"{citation.captured.astimezone(VIETNAM):%Y/%m/%d/}"),
        ("DB", ARCHIVE),
        ("AN", citation.place),
    ]
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines) + "ER  - \r\n"


def as_bibtex(citation: Citation) -> str:
    """One entry for biblatex, in UTF-8."""
    fields = {
        "author": " and ".join(f"{{{_tex(name)}}}" for name in citation.authors),
        "title": f"{{{_tex(citation.title)}}}",
        "journaltitle": _tex(citation.publication),
        "date": citation.day.isoformat() if citation.day else "",
        "entrysubtype": "newspaper",
        "langid": "vietnamese",
        "url": citation.url.translate({ord("{"): "%7B", ord("}"): "%7D"}),
        "urldate": citation.captured.astimezone(VIETNAM).date().isoformat(),
        "note": _tex(f"{ARCHIVE}, {citation.place}"),
    }
    inside = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@article{{{_entry_key(citation)},\n{inside}\n}}\n"


def write(found: Iterable[Citation], form: CitationForm, output: Path | None) -> int:
    """Writes the citations to ``output``, or to standard output, and returns how many.

    Raises RunError where it cannot be written.
    """
    count = 0
    with opened(output, "") as sink:
        for count, citation in enumerate(found, start=1):
            sink.write(("[\n" if count == 1 else ",\n") if form == "csl-json" else "\n" if count > 1 else "")
            sink.write(written(citation, form))
        if form == "csl-json":
            sink.write("\n]\n" if count else "[]\n")
    return count


def written(citation: Citation, form: CitationForm) -> str:
    """One citation in ``form``; in CSL-JSON an object, which stands in a list."""
    if form == "csl-json":
        return json.dumps(as_csl(citation), ensure_ascii=False)
    return as_ris(citation) if form == "ris" else as_bibtex(citation)


def _parts(day: date) -> list[int]:
    return [day.year, day.month, day.day]


def _entry_key(citation: Citation) -> str:
    return re.sub(r"[^A-Za-z0-9_:.-]+", "-", f"{citation.site}:{citation.key}").strip("-")


def _tex(text: str) -> str:
    """``text`` with what TeX takes for commands escaped; braces, which would have to balance, become brackets."""
    plain = " ".join(text.split()).translate({ord("{"): "(", ord("}"): ")", ord("\\"): "/"})
    return re.sub(r"([&%$#_])", r"\\\1", plain)
