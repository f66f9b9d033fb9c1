"""The pages that benchmarks of reading share: the tests' own, generated ones, and those of servers, if at hand.

Each page has the family that reads it, its address and its bytes. The folders ``shared/realpages*`` and
``shared/realhtml`` lie beside the repository and are no part of it; without them there are fewer pages.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from newspaper import Newspaper

from scraper.sites.families import FAMILIES

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"
FIXTURES = REPOSITORY / "tests" / "pages" / "fixtures"
SERVERS = {
    "nukeviet": "nukeviet",
    "wordpress": "wordpress",
    "astra": "wordpress",
    "colormag": "wordpress",
    "t25": "wordpress",
    "egovm": "nukeviet",
    "jml1": "joomla",
}
"""Folders of servers' pages to the family of their CMS."""

PAPER = Newspaper("127.7.9.1", 60, datetime(2026, 11, 28, 1, 30, tzinfo=UTC))
_TAG = re.compile(rb"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class PageAtHand:
    """One page."""

    name: str
    family: str
    url: str
    body: bytes


def fixtures() -> Iterator[PageAtHand]:
    """The pages of the tests, whose addresses stand beside them, by family: a folder each."""
    for path in sorted(FIXTURES.rglob("*.html")):
        if path.parent.name not in FAMILIES:
            continue
        beside = path.with_suffix(".json")
        said = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
        url = said.get("url", f"https://bao.example/{path.stem}-1234567.html")
        yield PageAtHand(f"fixtures/{path.parent.name}/{path.stem}", path.parent.name, url, path.read_bytes())


def of_servers() -> Iterator[PageAtHand]:
    """The pages of real servers and papers."""
    for folder in ("realpages", "realpages2"):
        manifest = SHARED / folder / "MANIFEST.json"
        if not manifest.exists():
            continue
        told = json.loads(manifest.read_text(encoding="utf-8"))
        seen: set[str] = set()
        for said in (*told["articles"], *told["pages"]):
            file = said.get("file") or ""
            path, family = SHARED / folder / file, SERVERS.get(file.split("/")[0])
            if family and file not in seen and path.is_file():
                seen.add(file)
                yield PageAtHand(f"{folder}/{file}", family, said["url"], path.read_bytes())
    for path in sorted((SHARED / "realpages3").glob("*.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        body = path.with_suffix(".html").read_bytes()
        yield PageAtHand(f"realpages3/{path.stem}", said["family_in_site_file"], said["url"], body)
    listed = SHARED / "realhtml" / "LIST.tsv"
    for line in listed.read_text(encoding="utf-8").splitlines()[1:] if listed.exists() else ():
        file, url, *_ = line.split("\t")
        for path in sorted((SHARED / "realhtml").glob(file.split(" ")[0])):
            address = url.replace("…", "mot-bai-cua-bao")
            yield PageAtHand(f"realhtml/{path.name}", "generic", address, path.read_bytes())


def generated(count: int = 40) -> Iterator[PageAtHand]:
    """Stories and lists of a generated paper of Báo Ấp Bắc's family."""
    base = f"http://{PAPER.host}"
    for path in [PAPER.path(number) for number in range(1, count + 1)] + PAPER.sources():
        body = PAPER.answer(path, 1)[2].replace(b"{base}", base.encode())
        yield PageAtHand(f"generated{path}", "apbac", base + path, body)


def drawn(seeds: int = 60) -> Iterator[PageAtHand]:
    """Papers in markups drawn at random."""
    sys.path.insert(0, str(REPOSITORY))
    from tests.learning.markup import Paper

    for seed in range(seeds):
        paper = Paper(seed)
        for number, truth in enumerate(paper.articles[:2]):
            yield PageAtHand(f"drawn/{seed}/{number}", "described", paper.url(truth), paper.article(truth).encode())
        for number, (url, html) in enumerate(list(paper.junk().items())[:3]):
            yield PageAtHand(f"drawn/{seed}/other {number}", "described", url, html.encode())


def spoilt(page: PageAtHand, number: int) -> PageAtHand:
    """The page with some of its tags lost, doubled or out of their order, or with its end cut off."""
    chance = random.Random(f"{page.name} {number}")
    body = page.body
    for _ in range(chance.randint(1, 6)):
        places = [found.span() for found in _TAG.finditer(body)]
        if not places:
            break
        start, end = chance.choice(places)
        kind = chance.randrange(5)
        if kind == 0:
            body = body[:start] + body[end:]
        elif kind == 1:
            body = body[:end] + body[start:end] + body[end:]
        elif kind == 2:
            other = chance.choice(places)
            body = body[:start] + body[other[0] : other[1]] + body[start:]
        elif kind == 3:
            body = (
                body[:start]
                + chance.choice((b"<", b"</p>", b"</div>", b"<table><tr>", b"&nbsp;", b"<b>", b"<!--"))
                + body[start:]
            )
        elif chance.random() < 0.3:
            body = body[:start]
    return PageAtHand(f"{page.name} spoilt {number}", page.family, page.url, body)


def all_pages(spoilt_copies: int = 1) -> list[PageAtHand]:
    """Every page at hand, and so many spoilt copies of each."""
    whole = [*fixtures(), *of_servers(), *generated(), *drawn()]
    return whole + [spoilt(page, number) for page in whole for number in range(spoilt_copies)]
