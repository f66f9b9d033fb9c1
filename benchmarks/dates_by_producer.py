"""How the dates that each library prints are read: `python benchmarks/dates_by_producer.py`.

Printed are, for each producer, how many strings were read right, refused and read wrong: first of the table that was
visible when the rules of reading were written, then of strings that libraries printed afterwards for other moments,
some of them libraries that the table does not name. The strings are those of tests/dates/test_producers.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.dates.test_producers import printed, produced, scores

if __name__ == "__main__":
    for title, rows in (("the table", produced()), ("printed afterwards", printed())):
        print(f"{title}: {len(rows)} strings\n  {'producer':<50} right refused wrong")
        for producer, found in sorted(scores(rows).items()):
            print(f"  {producer:<50} {found['right']:5} {found['refused']:7} {found['wrong']:5}")
