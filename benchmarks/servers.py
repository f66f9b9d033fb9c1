"""How much of other servers' and papers' pages is read right, server by server, and what reading costs.

    python benchmarks/servers.py [--peers]

The pages are those of ``tests/servers.py``, which needs the folder ``shared`` beside the repository. Prints one
line a server: pages, pages refused because they print no date, pages right in all fields, and for each field how
often it is right among the pages read. With ``--peers``, a second table says of how many pages trafilatura,
newspaper4k, news-please and fundus (with the parsers of ``fundus_parsers.py``) read title, body and minute right; it
needs the environment that ``make .venv-peers/installed`` makes.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the tests are no installed package

from benchmarks.accuracy import read_with
from tests.servers import FIELDS, SHARED, Outcome, digests, outcomes, wrong_fields

PEERS = ("trafilatura", "newspaper4k", "news-please", "fundus")
ENVIRONMENT = Path(__file__).resolve().parents[1] / ".venv-peers" / "bin" / "python"


def table(seen: list[Outcome]) -> str:
    """The outcomes as a Markdown table, a line a server."""
    by_server: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in seen:
        by_server[outcome.server].append(outcome)
    lines = [
        "| server | pages | refused | right in all fields | " + " | ".join(FIELDS) + " | junk |",
        "|---|--:|--:|--:|" + "--:|" * (len(FIELDS) + 1),
    ]
    for server, found in by_server.items():
        junk = sum(outcome.is_junk for outcome in found)
        read = [outcome for outcome in found if not outcome.refused]
        right = sum(not outcome.wrong and not outcome.is_junk for outcome in read)
        cells = [_cell(read, name) for name in FIELDS]
        lines.append(
            f"| {server} | {len(found)} | {len(found) - len(read)} | {right} | " + " | ".join(cells) + f" | {junk} |"
        )
    return "\n".join(lines)


def _cell(read: list[Outcome], name: str) -> str:
    """On how many pages a field is right, and of how many, if the truth does not know it of all."""
    known = [outcome for outcome in read if not outcome.truth or name in outcome.truth]
    right = len(known) - sum(name in outcome.wrong for outcome in known)
    return str(right) if len(known) == len(read) else f"{right} of {len(known)}"


def peers_table(seen: list[Outcome], python: Path) -> str:
    """Of each server's pages, how many each tool reads right: title / body / minute / all fields that it offers.

    ``python`` is that of the environment that holds the tools.
    """
    pages = [outcome for outcome in seen if outcome.path is not None and outcome.truth]
    found = read_with(python, PEERS[:-1], [{"file": str(o.path), "url": o.url} for o in pages])
    own_parsers = [{"file": str(o.path), "url": f"{_fundus_parser(o)} {o.url}"} for o in pages]
    for file, read in read_with(python, PEERS[-1:], own_parsers).items():
        found[file] |= read
    lines = ["| server | pages | tinkhoi | " + " | ".join(PEERS) + " |", "|---|--:|--:|" + "--:|" * len(PEERS)]
    for server in dict.fromkeys(outcome.server for outcome in pages):
        own = [outcome for outcome in pages if outcome.server == server]
        ours = [frozenset(FIELDS) if outcome.refused else frozenset(outcome.wrong) for outcome in own]
        timed = [n for n, outcome in enumerate(own) if "minute" in outcome.truth]
        cells = [_right(ours, timed, frozenset(FIELDS))]
        for name in PEERS:
            reads = [found[str(outcome.path)][name] for outcome in own]
            if server == "national":
                reads = [digests(read) for read in reads]
            wrong = [frozenset(wrong_fields(read, o.truth)) for read, o in zip(reads, own, strict=True)]
            cells.append(_right(wrong, timed, frozenset().union(*reads) & frozenset(FIELDS)))
        lines.append(f"| {server} | {len(own)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _fundus_parser(outcome: Outcome) -> str:
    """The name of its server's parser in ``fundus_parsers.py``. Each national paper has its own."""
    return urlsplit(outcome.url).netloc if outcome.server == "national" else outcome.server


def _right(wrong: list[frozenset[str]], timed: list[int], offered: frozenset[str]) -> str:
    """``timed`` are the numbers of the pages whose minute the truth knows."""
    title, body = (str(sum(name not in fields for fields in wrong)) for name in ("title", "body"))
    minute = str(sum("minute" not in wrong[n] for n in timed)) if timed else "–"
    return " / ".join([title, body, minute, str(sum(not fields & offered for fields in wrong))])


def main() -> int:
    """Prints the table, or both."""
    if not (SHARED / "realpages2").is_dir():
        print(f"{SHARED} is not there: nothing to measure", file=sys.stderr)
        return 1
    seen = outcomes()
    print(table(seen))
    if "--peers" in sys.argv[1:]:
        if not ENVIRONMENT.exists():
            print("the other programs are not installed: make .venv-peers/installed", file=sys.stderr)
            return 1
        print(peers_table(seen, ENVIRONMENT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
