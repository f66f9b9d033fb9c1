"""Corpora that can be shared and cited: fills an open export with words, and writes and checks manifests.

A freeze is a JSON file: which articles, each by the hash of its words, how complete each site was, and the file's own
SHA-256, so that a citation of the hash is a citation of those words. It holds no text, so it may be published.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from flows.outcome.exit_codes import ExitCode, RunError
from flows.share.exports import open_rows
from scraper import __version__
from scraper.record import record
from scraper.store import Archive
from scraper.store.articles import article_ids, find_article, load_article
from scraper.store.filters import Filters
from scraper.store.revisions import history
from scraper.text.sentence import Sentence
from scraper.whole_files import write_whole

_NAME = re.compile(r"[^\W_][\w.-]{0,99}")
_HASH = re.compile(r"[0-9a-f]{64}")
_FROZEN = ("site", "key", "url", "revision", "text_hash", "published_day", "captured_at")

Fate = Literal["held", "earlier", "differs", "forgotten", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What this archive has of an article that a shared corpus names.

    ``held``: the same words, as the newest revision. ``earlier``: as an earlier one. ``differs``: other words only.
    ``forgotten``: taken down here on request. ``missing``: never collected here.
    """

    name: str  # site/key
    url: str
    fate: Fate
    record: dict[str, Any] | None  # with the words of the hash that was asked for


def rehydrate(archive: Archive, rows: Iterable[Mapping[str, Any]]) -> Iterator[Match]:
    """For each row of an open export, the record of this archive whose words have the row's hash."""
    for row in rows:
        name = f"{row['site']}/{row['key']}"
        number = find_article(archive, name) or find_article(archive, row["url"])
        if number is None:
            taken_down = archive.row(
                "SELECT 1 FROM forgotten WHERE (site = ? AND key = ?) OR url = ?",
                (row["site"], row["key"], row["url"]),
            )
            yield Match(name=name, url=row["url"], fate="forgotten" if taken_down else "missing", record=None)
            continue
        found = _record_of(archive, number, row["text_hash"])
        fate: Fate = "differs"
        if found is not None:
            newest = archive.value("SELECT revision FROM articles WHERE id = ?", (number,))
            fate = "held" if found["revision"] == newest else "earlier"
        yield Match(name=name, url=row["url"], fate=fate, record=found)


def read_open_export(path: Path) -> list[dict[str, str]]:
    """The rows of an open export, JSON lines or CSV: ``site``, ``key``, ``url`` and ``text_hash`` of each.

    Raises RunError for a file that is not an open export.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.suffix.lower() == ".csv":
                rows: list[dict[str, Any]] = list(csv.DictReader(file))
            else:
                rows = [json.loads(line) for line in file if line.strip()]
        found = [{name: str(row[name]) for name in ("site", "key", "url", "text_hash")} for row in rows]
    except FileNotFoundError as error:
        raise RunError("{path}: there is no such file", ExitCode.CONFIGURATION, path=path) from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, csv.Error, KeyError, TypeError) as error:
        raise RunError(
            "{path}: not an open export ({error}); make one with `tinkhoi export --open`",
            ExitCode.CONFIGURATION,
            path=path,
            error=error,
        ) from error
    for row in found:
        if not _HASH.fullmatch(row["text_hash"]):
            raise RunError(
                "{path}: {text_hash!r} is no SHA-256 of a text",
                ExitCode.CONFIGURATION,
                path=path,
                text_hash=row["text_hash"],
            )
    return found


def freeze(archive: Archive, name: str, filters: Filters, now: datetime) -> dict[str, Any]:
    """The manifest of the articles that pass ``filters``, as they are now."""
    rows = sorted(
        open_rows(archive, article_ids(archive, filters)),
        key=lambda row: (row["site"], row["published_day"] or "", row["key"]),
    )
    manifest = {
        "name": name,
        "made_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "program": f"tinkhoi {__version__}",
        "filters": {key: str(value) for key, value in sorted(filters.chosen.items()) if value is not None},
        "sites": [_completeness(archive, site, rows) for site in sorted({row["site"] for row in rows})],
        "fields": list(_FROZEN),
        "articles": [[row[field] for field in _FROZEN] for row in rows],
    }
    return {**manifest, "sha256": manifest_hash(manifest)}


def manifest_hash(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of the manifest without its own hash, as JSON in UTF-8 with sorted keys and no blanks."""
    rest = {key: value for key, value in manifest.items() if key != "sha256"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def citation(manifest: Mapping[str, Any]) -> str:
    """The citation of the frozen corpus."""
    sites = ", ".join(site["source"] for site in manifest["sites"][:3]) + (
        ", …" if len(manifest["sites"]) > 3 else ""
    )
    return Sentence(
        "Tin Khối, corpus “{name}”: {articles} articles of {sites}, frozen {made_at}, SHA-256 {sha256}",
        name=manifest["name"],
        articles=len(manifest["articles"]),
        sites=sites or Sentence("no site"),
        made_at=manifest["made_at"],
        sha256=manifest["sha256"],
    )


def freeze_path(folder: Path, name: str) -> Path:
    """Where the freeze ``name`` is kept. Raises RunError for a name that no file can have."""
    if not _NAME.fullmatch(name):
        raise RunError(
            "freeze {name!r}: letters, digits, dots and hyphens make a name", ExitCode.CONFIGURATION, name=name
        )
    return folder / f"{name}.json"


def save_freeze(manifest: Mapping[str, Any], path: Path) -> None:
    """Writes a new manifest. Raises RunError if it exists: what is cited must not change."""
    if path.exists():
        raise RunError("{path}: is frozen already; choose another name", ExitCode.CONFIGURATION, path=path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")


def load_freeze(path: Path) -> dict[str, Any]:
    """A saved manifest. Raises RunError if there is none, or if it was changed since it was made."""
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        whole = manifest["sha256"] == manifest_hash(manifest) and manifest["fields"] == list(_FROZEN)
    except FileNotFoundError as error:
        raise RunError("{path}: there is no such file", ExitCode.CONFIGURATION, path=path) from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise RunError(
            "{path}: no freeze can be read there: {error}", ExitCode.CONFIGURATION, path=path, error=error
        ) from error
    if not whole:
        raise RunError("{path}: was changed after it was made; its hash is not its own", ExitCode.DATA, path=path)
    return manifest


def verify(archive: Archive, manifest: Mapping[str, Any]) -> Iterator[Match]:
    """For each article of a freeze, whether this archive still has its words."""
    return rehydrate(archive, (dict(zip(_FROZEN, row, strict=True)) for row in manifest["articles"]))


def _record_of(archive: Archive, number: int, text_hash: str) -> dict[str, Any] | None:
    stored = load_article(archive, number)
    if stored.text_hash == text_hash:
        return record(stored.article, revision=stored.revision)
    for revision in reversed(history(archive, number)):
        if revision.text_hash == text_hash:
            words = revision.words
            article = replace(
                stored.article,
                kicker=words.kicker,
                title=words.title,
                lead=words.lead,
                body=words.body,
                # What an earlier revision keeps of its figures is their captions.
                figures=tuple(figure for figure in stored.article.figures if figure.caption in words.captions),
                updated_at=datetime.fromisoformat(revision.updated_at) if revision.updated_at else None,
                captured_at=datetime.fromisoformat(revision.seen_at),
                parser=revision.parser,
            )
            return record(article, revision=revision.number)
    return None


def _completeness(archive: Archive, site: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    known = archive.rows("SELECT name, complete_from, watched_since FROM sites WHERE id = ?", (site,))[0]
    missed = archive.counts("SELECT outcome, count(*) FROM missed WHERE site = ? GROUP BY 1 ORDER BY 1", (site,))
    return {
        "site": site,
        "source": known["name"],
        "articles": sum(row["site"] == site for row in rows),
        "complete_from": known["complete_from"],
        "watched_since": known["watched_since"],
        "listed_and_not_collected": missed,
    }
