"""How much of a page is read right: tinkhoi beside trafilatura, newspaper4k and news-please, field by field.

    python benchmarks/accuracy.py [--write]

The pages are those that real NukeViet and WordPress servers sent, where they are at hand (``tests/realsite.py``);
the truth is the rows of their databases. Each tool gets the page and its address, nothing else. newspaper4k and
news-please are installed by name into an environment of their own in the user's cache folder; trafilatura is this
project's extra ``generic``. ``--write`` writes ``docs/accuracy.md``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from scraper.items import Article
from scraper.reading import read_article
from scraper.sites import Site
from scraper.sites.families import FAMILIES

REPOSITORY = Path(__file__).resolve().parents[1]
REALPAGES = REPOSITORY.parent / "shared" / "realpages"
DOCUMENT = REPOSITORY / "docs" / "accuracy.md"
PEERS = ("trafilatura", "newspaper4k", "news-please")
INSTALLED = {"newspaper4k": "0.9.6", "news-please": "1.6.16"}
OURS = "tinkhoi"
CAPTURED = datetime(2026, 11, 24, tzinfo=UTC)

FIELDS = ("title", "lead", "body", "minute", "author", "captions", "section", "tags")
"""Fields that must be right to the letter; ``minute`` is the minute of publication."""

Read = Mapping[str, Any]


def truths() -> list[dict[str, Any]]:
    """The published articles of which a page is at hand, with what the page shows of them."""
    manifest = json.loads((REALPAGES / "MANIFEST.json").read_text(encoding="utf-8"))
    return [article for article in manifest["articles"] if article["state"] == "published"]


def no_articles() -> list[dict[str, Any]]:
    """The pages that are no articles: lists, copies to print, missing pages, an article behind a password."""
    manifest = json.loads((REALPAGES / "MANIFEST.json").read_text(encoding="utf-8"))
    copies = ("/query.html", "/index_php.html", "/utm.html", "/uppercase.html")
    return [
        page
        for page in manifest["pages"]
        if page["kind"] != "article"
        and "html" in page["content_type"]
        and page["status"] not in {301, 302}
        and not page["file"].endswith(copies)
    ]


def told(truth: Mapping[str, Any]) -> Read:
    """What the database says; a lead that WordPress shows in lists alone is none of the page's."""
    on_page = "not on the article page" not in (truth.get("lead_where") or "")
    return {
        "title": truth["title"],
        "lead": truth["lead"] if on_page else None,
        "body": truth["body"],
        "minute": truth["published"][:16],
        "author": truth["author"] or None,
        "captions": truth["captions"],
        "section": truth["category"],
        "tags": sorted(truth["tags"]),
    }


def ours(page: Mapping[str, Any]) -> Read | None:
    """What tinkhoi reads from a page, or None where it says that the page is no article."""
    family = page["file"].split("/")[0]
    home = page["url"].split("/", 3)
    site = Site(
        id=family, name=family, kind="bloc", province="Tiền Giang", family=family, home=f"{home[0]}//{home[2]}/"
    )
    body = (REALPAGES / page["file"]).read_bytes()
    article = read_article(body, page["url"], site, captured_at=CAPTURED, content_type="text/html; charset=utf-8")
    if not isinstance(article, Article):
        return None
    return {
        "title": article.title,
        "lead": article.lead,
        "body": list(article.body),
        "minute": article.published_at.isoformat()[:16] if article.published_at else None,
        "author": article.author,
        "captions": [figure.caption for figure in article.figures if figure.caption],
        "section": article.section,
        "tags": sorted(article.tags),
    }


def typed(value: Any) -> Any:
    """``value`` as it was typed, before WordPress made quotes curly and dashes long, white space folded."""
    if isinstance(value, list):
        return [typed(each) for each in value]
    if not isinstance(value, str):
        return value
    return " ".join(value.replace("“", '"').replace("”", '"').replace("–", "-").split())


def likeness(read: Sequence[str], truth: Sequence[str]) -> float:
    """F1 of the words of a body, 0 to 1: what is missing and what is too much both count, order does not."""
    one, other = (Counter(" ".join(typed(list(part))).split()) for part in (read, truth))
    common = sum((one & other).values())
    return 2 * common / (sum(one.values()) + sum(other.values())) if common else 0.0


def row(reads: Sequence[Read | None], expected: Sequence[Read], false_rows: int) -> dict[str, str]:
    """One tool's line of the table: percent right of each field, ``—`` where it does not offer the field."""
    offered = {field for read in reads if read is not None for field in read}
    cells: dict[str, str] = {}
    for field in FIELDS:
        right = sum(
            read is not None and typed(read.get(field)) == typed(e[field])
            for read, e in zip(reads, expected, strict=True)
        )
        cells[field] = f"{100 * right / len(expected):.0f} %" if field in offered else "—"
    mean = sum(
        likeness(read.get("body") or (), e["body"]) if read else 0.0 for read, e in zip(reads, expected, strict=True)
    )
    cells["words"] = f"{100 * mean / len(expected):.1f}"
    day = sum(
        bool(read) and (read.get("minute") or "")[:10] == e["minute"][:10]
        for read, e in zip(reads, expected, strict=True)
    )
    cells["day"] = f"{100 * day / len(expected):.0f} %"
    cells["false"] = str(false_rows)
    return cells


COLUMNS = {
    "title": "title",
    "lead": "lead",
    "body": "body",
    "words": "body words (F1)",
    "minute": "minute",
    "day": "day",
    "author": "author",
    "captions": "captions",
    "section": "section",
    "tags": "tags",
    "false": "rows of no articles",
}


def table(rows: Mapping[str, Mapping[str, str]]) -> str:
    """The rows as a Markdown table."""
    lines = ["| | " + " | ".join(COLUMNS.values()) + " |", "|---|" + "--:|" * len(COLUMNS)]
    lines += [f"| {name} | " + " | ".join(cells[column] for column in COLUMNS) + " |" for name, cells in rows.items()]
    return "\n".join(lines)


def is_row(read: Read | None) -> bool:
    """Whether a naive user of the tool would keep this as an article: it has a title and a text."""
    return read is not None and bool(read.get("title")) and bool(read.get("body"))


def environment() -> Path:
    """Python of the environment that holds newspaper4k and news-please; made where it is not there.

    Raises CalledProcessError where they cannot be installed.
    """
    folder = user_cache_path("tinkhoi") / ("peers-" + "-".join(INSTALLED.values()))
    python = folder / "bin" / "python"
    done = folder / "installed"
    if not done.exists():
        venv.create(folder, with_pip=True, clear=True)
        wanted = [f"{name}=={version}" for name, version in INSTALLED.items()]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
        done.touch()
    return python


def read_with(python: Path, tools: Sequence[str], pages: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Read]]:
    """By file and tool, what ``tools`` read in the environment of ``python``. Raises CalledProcessError."""
    asked = "".join(
        json.dumps({"file": p["file"], "url": p["url"], "path": str(REALPAGES / p["file"])}) + "\n" for p in pages
    )
    # -I: a module of this folder must not hide one of theirs.
    command = [python, "-I", Path(__file__).with_name("peers.py"), *tools]
    done = subprocess.run(
        command, input=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True
    )
    return {said["file"]: said["read"] for said in map(json.loads, done.stdout.splitlines())}


def our_rows() -> dict[str, dict[str, str]]:
    """tinkhoi's lines: all pages, and each server's."""
    known, others = truths(), no_articles()
    reads = [ours(truth) for truth in known]
    rows = {}
    for title, family in ((OURS, ""), (f"{OURS}, NukeViet", "nukeviet/"), (f"{OURS}, WordPress", "wordpress/")):
        chosen = [number for number, truth in enumerate(known) if truth["file"].startswith(family)]
        false_rows = sum(is_row(ours(page)) for page in others if page["file"].startswith(family))
        rows[title] = row([reads[n] for n in chosen], [told(known[n]) for n in chosen], false_rows)
    return rows


def peer_rows() -> dict[str, dict[str, str]]:
    """The other tools' lines over all pages; those that cannot be installed or run are said and left out."""
    known, others = truths(), no_articles()
    rows: dict[str, dict[str, str]] = {}
    for python, tools in ((lambda: Path(sys.executable), PEERS[:1]), (environment, PEERS[1:])):
        try:
            found = read_with(python(), tools, [*known, *others])
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{', '.join(tools)}: cannot be installed or run, so left out: {error}", file=sys.stderr)
            continue
        for name in tools:
            reads = [found[truth["file"]][name] for truth in known]
            failed = sum("failed" in read for read in reads)
            if failed:
                print(f"{name} failed on {failed} of {len(reads)} pages: {reads}", file=sys.stderr)
            false_rows = sum(is_row(found[page["file"]][name]) for page in others)
            rows[name] = row(reads, [told(truth) for truth in known], false_rows)
    return rows


def document(rows: Mapping[str, Mapping[str, str]], today: date) -> str:
    """The text of ``docs/accuracy.md``."""
    versions = {"trafilatura": version("trafilatura"), **INSTALLED}
    named = ", ".join(f"{name} {number}" for name, number in versions.items())
    other_servers = subprocess.run(
        [sys.executable, Path(__file__).with_name("servers.py")], capture_output=True, text=True, check=True
    ).stdout.strip()
    rebuilt = ", ".join(f"`{family}`" for family in FAMILIES if family not in {"nukeviet", "wordpress", "generic"})
    return f"""# Accuracy

Printed by `.venv/bin/python benchmarks/accuracy.py --write` on {today.isoformat()}:
{len(truths())} article pages and {len(no_articles())} pages that are no articles, as real servers of NukeViet 4.5.05
and WordPress 6.1.9 sent them. The truth is the rows of those servers' databases. Each tool got the page and its
address, nothing else. The others: {named}.

{table(rows)}

A field is right when it is right to the letter; white space is folded, and WordPress' curly quotes and long dashes
count as typed. *body* is the list of paragraphs without lead, captions and signature; *body words* is the mean F1 of
its words, which forgives a lead or a caption left in it. *minute* is the printed minute of publication, *day* its
day. A field that a page does not have is right when nothing is said. *rows of no articles* are pages for which a
title and a text were given.

A `—` is a field that the tool does not offer: none of the three reads captions, newspaper4k and news-please name no
section, news-please no tags. trafilatura reads a day and no time. Their *lead* is the page's description, and
paragraphs are the lines of their text.

## Other servers and papers

Printed by `.venv/bin/python benchmarks/servers.py`; `tests/test_other_servers.py` holds it. Joomla 5.3 (`jml1`),
NukeViet eGovernment's mobile theme (`egovm`) and WordPress 7.1 in the themes Astra, ColorMag and Twenty Twenty-Five
(`t25`) were set up, and the truth is the rows of their databases. Of seven provincial papers and four national ones
(`national`, read by `generic`) it was written by eye. Each cell counts the pages on which the field is right.

{other_servers}

Astra and Twenty Twenty-Five print no date on an article's page: such a page is refused until a list, a feed or a
sitemap tells its date, and the ten refused here stand in none of the lists at hand. ColorMag prints no tags, and of
an article's two categories another first than the address names; one of its posts goes on at `/2/` and `/3/`, which
are not followed. One NukeViet page has a caption that is nothing but a credit.

Reading the pages of the first table and three of these papers costs 1.03 times the CPU that it cost on 24 November
(median of five interleaved rounds), with furniture, lazy pictures and the judgement of error pages added.

## Real and rebuilt

- **Real**: `nukeviet` (4.5.05) and `wordpress` (6.1.9; articles of a classic theme, lists of a block theme too), on
  pages of running servers whose texts were composed. `tests/test_accuracy.py` crawls all of them in an ordinary night
  and compares every field.
- **Rebuilt**: {rebuilt},
  NukeViet 3.4 to 4.4 and 4.6, and articles of WordPress' block themes. No whole page of theirs is at hand: their
  pages in the tests are rebuilt from templates, or from notes of addresses, selectors and date lines that were seen.
  They show that the page objects read what the notes tell, not that a live site is as the notes say.
- **`generic`** promises no layout: its records say `generic`, and the table does not hold for it.
"""


def main() -> int:
    """Prints the table; with ``--write`` also writes the document."""
    if not REALPAGES.is_dir():
        print(f"{REALPAGES} is not there: nothing to measure", file=sys.stderr)
        return 1
    rows = our_rows() | peer_rows()
    print(table(rows))
    if "--write" in sys.argv[1:]:
        if not rows.keys() >= set(PEERS):
            return 1
        DOCUMENT.write_text(document(rows, datetime.now(UTC).date()), encoding="utf-8")
        print(f"wrote {DOCUMENT}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
