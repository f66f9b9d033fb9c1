"""How well a site teaches its own template: leave one out, on pages of real servers and the sample newspaper.

    python benchmarks/learning.py SHARED [--pages 12] [--draws 3] [--only SERVER] [--wrong]

SHARED holds ``realpages`` and ``realpages2``. From each server ``--pages`` articles are drawn (of a server with
few: three quarters of them), their template is learned, and every other article is read with it by the same code as
a night's. No family is asked for anything but addresses (``generic``). Where pages print no date and the feed that
says it is not in the folder, the date is given as a feed would. Lists, home, search and error pages must be
refused.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scraper.items import Article, Witness, WitnessSource
from scraper.learning import Captured, Label, TooFewPages, address_of, labels_of_feed, labels_of_list, learn, merged
from scraper.learning.site_lines import site_data
from scraper.reading import read_article
from scraper.sample.articles import SECTIONS
from scraper.sample.newspaper import SampleNewspaper
from scraper.sites import Site

AT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
FIELDS = ("title", "minute", "lead", "body", "author", "captions")
SERVERS = {
    "realpages": ("nukeviet", "wordpress"),
    "realpages2": ("egovm", "jml1", "colormag", "t25", "astra"),
}
COPIES = ("print_", "savefile_", "embed")


@dataclass
class Server:
    """The pages of one server, with what its database says."""

    name: str
    folder: Path
    articles: list[dict[str, Any]]
    lists: list[Captured] = field(default_factory=list)
    junk: list[Captured] = field(default_factory=list)
    labels: dict[str, Label] = field(default_factory=dict)

    def page(self, article: Mapping[str, Any]) -> Captured:
        """The article's page as it was served."""
        if "html" in article:
            return Captured(article["url"], article["html"])
        return Captured(article["url"], (self.folder / article["file"]).read_text(errors="replace"))


def load(shared: Path, folder: str, name: str) -> Server:
    """One server of the manifest."""
    manifest = json.loads((shared / folder / "MANIFEST.json").read_text())
    articles = [
        a for a in manifest["articles"]
        if a["site"] == name and a["state"] == "published" and a.get("status", 200) == 200
        and (shared / folder / a["file"]).is_file()
    ]  # fmt: skip
    server = Server(name, shared / folder, articles)
    own = {a["url"] for a in articles}
    said = []
    for page in manifest["pages"]:
        path = shared / folder / page["file"]
        if not page["file"].startswith(f"{name}/") or not path.is_file() or not path.stat().st_size:
            continue
        if "xml" in page["content_type"] and page["status"] == 200:
            said.append(labels_of_feed(path.read_bytes()))
        if "html" not in page["content_type"] or page["kind"] == "article" or "variants" in page["file"]:
            continue
        captured = Captured(page["url"], path.read_text(errors="replace"))
        is_copy = any(copy in page["file"] for copy in COPIES)
        if page["status"] == 200 and "/special/" not in page["file"] and not is_copy:
            server.lists.append(captured)
            said.append(labels_of_list(captured.html, captured.url))
        if page["url"] not in own and page["status"] in (200, 404) and not is_copy and not is_second_copy(page):
            server.junk.append(captured)
    server.labels = merged(said)
    return server


def sample() -> Server:
    """The sample newspaper of this package, as it stands on its first night."""
    paper = SampleNewspaper(date(2026, 11, 24))
    base = "http://bao-mau.test"
    articles = [
        {
            "url": each["url"],
            "file": each["url"],
            "html": paper.answer(urlsplit(each["url"]).path, base).body.decode(),
            "title": each["title"],
            "published": each["published_at"],
            "lead": each["lead"],
            "body": each["body"],
            "author": each["author"],
            "captions": [figure["caption"] for figure in each["figures"] if figure["caption"]],
        }
        for each in paper.truth(1, base)
        if each["state"] == "live"
    ]
    server = Server("sample", Path(), articles)
    said = []
    for section in ("", *SECTIONS):
        path = f"/{section}/" if section else "/"
        server.lists.append(Captured(base + path, paper.answer(path, base).body.decode()))
        said.append(labels_of_list(server.lists[-1].html, server.lists[-1].url))
        said.append(labels_of_feed(paper.answer(f"{path}index.rss", base).body))
    missing = paper.answer("/khong-co/202611/khong-co-1.htm", base).body.decode()
    server.junk = [*server.lists, Captured(f"{base}/xay-dung-dang/202611/khong-co-bai-nay-1999999/", missing)]
    server.labels = merged(said)
    return server


def is_second_copy(page: Mapping[str, Any]) -> bool:
    """An address that serves a published article a second time."""
    return page["file"].endswith(("/query.html", "/index_php.html", "/utm.html", "/uppercase.html"))


def told(name: str, truth: Mapping[str, Any]) -> Any:
    """What the server's database says of one field, as far as the article's page or its lists show it."""
    where = truth.get("lead_where") or ""
    return {
        "title": typed(truth["title"]),
        "minute": truth["published"][:16],
        "lead": None if "not on" in where or "excerpt only" in where else typed(truth["lead"]) or None,
        "body": typed(truth["body"]),
        "author": truth["author"] or None,
        "captions": typed(truth["captions"]),
    }[name]


def said(name: str, article: Article) -> Any:
    """What was read of the same field."""
    return {
        "title": typed(article.title),
        "minute": article.published_at.isoformat()[:16] if article.published_at else str(article.published_day),
        "lead": typed(article.lead),
        "body": typed(list(article.body)),
        "author": article.author,
        "captions": typed([f.caption for f in article.figures if f.caption]),
    }[name]


def typed(text: Any) -> Any:
    """What was typed, before a CMS made quotes curly and dashes long."""
    if isinstance(text, list):
        return [typed(each) for each in text]
    return text.replace("“", '"').replace("”", '"').replace("–", "-") if text else text


def site_of(server: str, home: str, learned: Mapping[str, Any]) -> Site:
    """A site file that knows nothing but what was learned."""
    about = {
        "id": server,
        "name": server,
        "kind": "bloc",
        "province": "Tiền Giang",
        "family": "generic",
        "home": home,
    }
    return Site.model_validate({**about, **learned})


def witnesses(label: Label | None) -> list[Witness]:
    """What lists and feeds say of the date."""
    return [Witness(WitnessSource.FEED if "," in text[:5] or "T" in text else WitnessSource.LIST, text)
            for text in (label.dates if label else ())]  # fmt: skip


@dataclass
class Score:
    """How many were right of how many."""

    right: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    junk: int = 0
    junk_read: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)  # wrong days or minutes that no problem flags
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Counts another draw's too."""
        self.right += other.right
        self.of += other.of
        self.junk += other.junk
        self.junk_read += other.junk_read
        self.silent += other.silent
        self.wrong += other.wrong
        self.seconds += other.seconds


def score(server: Server, train: Sequence[Mapping[str, Any]], test: Iterable[Mapping[str, Any]]) -> Score:
    """Learned on ``train``, read on ``test``."""
    done = Score()
    started = time.process_time()
    learned = learn([server.page(a) for a in train], server.labels, server.lists)
    done.seconds.append(time.process_time() - started)
    site = site_of(server.name, server.articles[0]["url"], site_data(learned, date(2026, 11, 24)))
    for truth in test:
        page = server.page(truth)
        heard = witnesses(server.labels.get(address_of(truth["url"])))
        if "date" not in learned.fields and not heard:  # its feed is not in the folder; a crawl would have it
            heard = [Witness(WitnessSource.FEED, truth["published"])]
        read = read_article(page.html.encode(), page.url, site, captured_at=AT, witnesses=heard)
        judge(done, server.name, truth, read, prints_date="date" in learned.fields)
    for page in server.junk:
        done.junk += 1
        if isinstance(read_article(page.html.encode(), page.url, site, captured_at=AT), Article):
            done.junk_read.append(f"{server.name} {page.url}")
    return done


def left_out(server: Server, pages: int, seeds: Iterable[int]) -> Score:
    """Several draws of one server: learned on so many pages, read on the others."""
    done = Score()
    for seed in seeds:
        drawn = random.Random(seed).sample(server.articles, len(server.articles))
        count = min(pages, max(5, len(drawn) - max(1, len(drawn) // 4)))
        try:
            done.add(score(server, drawn[:count], drawn[count:] or drawn))
        except TooFewPages as few:
            done.wrong.append(f"{server.name} draw {seed}: {few}")
            for name in (*FIELDS, "all"):
                done.of[name] += len(drawn[count:])
    return done


def judge(done: Score, server: str, truth: Mapping[str, Any], read: Any, *, prints_date: bool) -> None:
    """Counts one article's fields; the minute where the pages print it."""
    whole = True
    for name in FIELDS:
        if name == "minute" and not prints_date:
            continue
        done.of[name] += 1
        answer = said(name, read) if isinstance(read, Article) else f"refused: {read.reason} {read.detail}"
        right = answer == told(name, truth)
        done.right[name] += right
        whole = whole and right
        if not right:
            done.wrong.append(f"{server} {truth['file']} {name}\n    told {told(name, truth)}\n    read {answer}")
    done.of["all"] += 1
    done.right["all"] += whole
    is_wrong = isinstance(read, Article) and str(read.published_day) != truth["published"][:10]
    if is_wrong and all(not p.kind.startswith("date") for p in read.problems):
        done.silent.append(f"{server} {truth['file']}: {read.published_day}, {truth['published'][:10]}")


def row(name: str, done: Score) -> str:
    """One line of the table."""
    shares = "".join(f"{done.right[f] / done.of[f]:>9.3f}" if done.of[f] else f"{'-':>9}" for f in (*FIELDS, "all"))
    cpu = sum(done.seconds) / max(1, len(done.seconds))
    rest = f"{len(done.junk_read):>6}/{done.junk:<5}{len(done.silent):>7}{cpu:>8.2f}"
    return f"{name:<11}{done.of['all']:>6}{shares}{rest}"


def main() -> None:
    """Prints the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("shared", type=Path)
    arguments.add_argument("--pages", type=int, default=12)
    arguments.add_argument("--draws", type=int, default=3)
    arguments.add_argument("--only")
    arguments.add_argument("--wrong", action="store_true", help="print every field that is wrong")
    asked = arguments.parse_args()
    print(f"{'server':<11}{'read':>6}" + "".join(f"{f:>9}" for f in (*FIELDS, "all")) + "  junk read  silent   cpu s")
    total = Score()
    servers = (load(asked.shared, folder, name) for folder, names in SERVERS.items() for name in names)
    for server in (*servers, sample()):
        if not asked.only or asked.only == server.name:
            done = left_out(server, asked.pages, range(asked.draws))
            print(row(server.name, done), flush=True)
            total.add(done)
    print(row("all", total))
    for line in (*total.junk_read, *total.silent, *(total.wrong if asked.wrong else ())):
        print(line)


if __name__ == "__main__":
    main()
