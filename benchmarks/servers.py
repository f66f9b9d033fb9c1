"""How much of other servers' and papers' pages is read right, server by server, and what reading costs.

    python benchmarks/servers.py

The pages are those of ``tests/servers.py``, which needs the folder ``shared`` beside the repository. Prints one
line a server: pages, pages refused because they print no date, pages right in all fields, and for each field how
often it is right among the pages read.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the tests are no installed package

from tests.servers import FIELDS, SHARED, Outcome, outcomes


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
        cells = [str(len(read) - sum(name in outcome.wrong for outcome in read)) for name in FIELDS]
        lines.append(
            f"| {server} | {len(found)} | {len(found) - len(read)} | {right} | " + " | ".join(cells) + f" | {junk} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Prints the table."""
    if not (SHARED / "realpages2").is_dir():
        print(f"{SHARED} is not there: nothing to measure", file=sys.stderr)
        return 1
    print(table(outcomes()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
