"""Pages of servers that were set up or copied to measure by, and how many of their fields are read right.

They lie in the folder ``shared`` beside the repository: ``realpages2`` (pages of Joomla, NukeViet and WordPress
servers, with the rows of their databases), ``realpages3`` (reduced copies of seven papers' pages, with what they
say, read by eye) and ``realhtml`` (whole pages of four national papers; what they say stands in ``realhtml.json``,
as digests).
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from scraper.items import Article, Reject, Witness, WitnessSource
from scraper.pages import pages_of
from scraper.pages.feeds import looks_like_feed, read_feed
from scraper.reading import read_article
from scraper.sites import Site, load_sites

SHARED = Path(__file__).resolve().parents[2] / "shared"
FAMILIES = {"astra": "wordpress", "colormag": "wordpress", "t25": "wordpress", "egovm": "nukeviet", "jml1": "joomla"}
CAPTURED = datetime(2026, 11, 28, tzinfo=UTC)
UNDATED = frozenset({"astra", "t25"})
"""Servers whose themes print no date on an article's page."""
FIELDS = ("title", "lead", "body", "minute", "author", "section", "tags", "captions")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was read of one page: the fields that are wrong, or why the page was refused."""

    server: str
    page: str
    wrong: tuple[str, ...]
    refused: str | None = None
    is_junk: bool = False  # a page that is no article and was read as one
    problems: tuple[str, ...] = ()  # their kinds, as the record tells them
    path: Path | None = None  # of the page
    url: str = ""
    truth: Mapping[str, Any] = field(default_factory=dict)  # what the page says, in plain words where it may be


def outcomes() -> list[Outcome]:
    """All pages at hand, each read once."""
    return [*_of_cms_servers(), *_of_papers(), *_of_national_papers()]


def _site(server: str, family: str, url: str) -> Site:
    return Site(id=server, name=server, kind="bloc", province="Tiền Giang", family=family, home=urljoin(url, "/"))


def _read(path: Path, url: str, site: Site, witnesses: tuple[Witness, ...] = ()) -> Article | Reject:
    kind = "text/html; charset=utf-8"
    return read_article(path.read_bytes(), url, site, captured_at=CAPTURED, content_type=kind, witnesses=witnesses)


def _fields(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "lead": article.lead,
        "body": list(article.body),
        "minute": article.published_at.isoformat()[:16] if article.published_at else None,
        "author": article.author,
        "section": article.section,
        "tags": sorted(article.tags),
        "captions": [figure.caption for figure in article.figures if figure.caption],
    }


def _outcome(server: str, page: str, path: Path, url: str, read: Article | Reject, said: dict[str, Any]) -> Outcome:
    if isinstance(read, Reject):
        return Outcome(server, page, (), read.reason, path=path, url=url, truth=said)
    problems = tuple(problem.kind for problem in read.problems)
    wrong = wrong_fields(_fields(read), said)
    return Outcome(server, page, wrong, problems=problems, path=path, url=url, truth=said)


def wrong_fields(found: Mapping[str, Any], said: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that ``found`` does not have as the page says them."""
    return tuple(name for name in FIELDS if name in said and _typed(found.get(name)) != _typed(said[name]))


def _typed(value: Any) -> Any:
    """As typed: white space folded, the curly quotes and long dashes of WordPress plain."""
    if isinstance(value, list):
        return [_typed(each) for each in value]
    if not isinstance(value, str):
        return value
    for printed, typed in (("“", '"'), ("”", '"'), ("–", "-"), ("‘", "'"), ("’", "'")):
        value = value.replace(printed, typed)
    return " ".join(value.split())


def _of_cms_servers() -> Iterator[Outcome]:
    folder = SHARED / "realpages2"
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    witnesses = {server: _listed(folder, manifest, server) for server in FAMILIES}
    for said in manifest["articles"]:
        server = said["site"]
        path = folder / said["file"]
        if server not in FAMILIES or not path.is_file():
            continue
        site = _site(server, FAMILIES[server], said["url"])
        key = pages_of(site).key(said["url"])
        heard = tuple(witnesses[server].get(key or "", ()))
        is_rebuilt = server in UNDATED and not heard
        if is_rebuilt:
            heard = (_in_an_older_feed(said["published"]),)
        read = _read(path, said["url"], site, heard)
        if said["state"] != "published":
            yield Outcome(server, said["file"], (), is_junk=isinstance(read, Article))
            continue
        truth = {
            "title": said["title"],
            "lead": None if said.get("lead_where") else said["lead"] or None,
            "body": said["body"],
            "minute": said["published"][:16],
            "author": said["author"] or None,
            "section": said["category"],
            "tags": sorted(said["tags"]),
            "captions": [caption for caption in said["captions"] if caption],
        }
        if is_rebuilt:
            del truth["minute"]
        yield _outcome(server, said["file"], path, said["url"], read, truth)


def _in_an_older_feed(published: str) -> Witness:
    """What the server's feed says of a post's date, rebuilt from the row that it would have been made of.

    Themes without a date on the article's page leave it to ``/feed/?paged=N``, and no feed of these servers is at
    hand. A page that it dates shows whether the other fields are right. Its minute would prove nothing and is
    not counted.
    """
    return Witness(WitnessSource.FEED, format_datetime(datetime.fromisoformat(published).astimezone(UTC)))


def _listed(folder: Path, manifest: dict[str, Any], server: str) -> dict[str, list[Witness]]:
    """What the server's lists and feeds say of dates, by the article's key."""
    found: dict[str, list[Witness]] = {}
    for page in manifest["pages"]:
        path = folder / page["file"]
        if page["file"].split("/")[0] != server or not path.is_file():
            continue
        pages = pages_of(_site(server, FAMILIES[server], page["url"]))
        body = path.read_bytes()
        shown = (
            read_feed(body, page["url"])
            if looks_like_feed(body)
            else pages.list_page(body.decode("utf-8"), page["url"])
        )
        for entry in shown.entries:
            if entry.date_text and (key := pages.key(entry.url)):
                found.setdefault(key, []).append(Witness(entry.source, entry.date_text))
    return found


def _of_papers() -> Iterator[Outcome]:
    sites = load_sites()
    for path in sorted((SHARED / "realpages3").glob("*.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        read = _read(path.with_suffix(".html"), said["url"], sites[said["site"]])
        truth = {name: said[name] for name in FIELDS if name in said}
        truth |= {"minute": said["published_at"][:16], "tags": sorted(said["tags"])}
        yield _outcome(said["site"], path.stem, path.with_suffix(".html"), said["url"], read, truth)


def _of_national_papers() -> Iterator[Outcome]:
    folder = SHARED / "realhtml"
    rows = [line.split("\t") for line in (folder / "LIST.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    addresses = {row[0]: row[1].replace("…", "mot-bai-cua-bao") for row in rows}
    truths = json.loads(Path(__file__).with_name("realhtml.json").read_text(encoding="utf-8"))["articles"]
    for said in truths:
        url = addresses[said["file"]]
        read = _read(folder / said["file"], url, _site("national", "generic", url))
        path = folder / said["file"]
        truth = {name: said[name] for name in FIELDS if name in said}
        if isinstance(read, Reject):
            yield Outcome("national", said["file"], (), read.reason, path=path, url=url, truth=truth)
            continue
        wrong = wrong_fields(digests(_fields(read)), truth)
        yield Outcome("national", said["file"], wrong, path=path, url=url, truth=truth)


def digests(found: Mapping[str, Any]) -> dict[str, Any]:
    """What was read of a national paper's page, as ``realhtml.json`` says it: words as digests."""
    told = {name: found[name] for name in ("minute", "section") if name in found}
    told |= {name: _digest(found[name]) for name in ("title", "lead", "author") if name in found}
    told["body"] = _digest(" ¶ ".join(_plain(text) for text in found["body"]))
    if "captions" in found:
        told["captions"] = [_digest(caption) for caption in found["captions"]]
    return told


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _digest(text: str | None) -> str | None:
    return hashlib.sha256(_plain(text).encode()).hexdigest()[:16] if text else None
