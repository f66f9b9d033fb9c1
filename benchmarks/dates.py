"""What reading a date costs beside an earlier version: `python benchmarks/dates.py [COMMIT]`.

In each round both versions, in turn, read the same lines, each in a new process that has remembered nothing. Printed
is, for each kind of lines, the median of the rounds' ratios of CPU time (user and system), and between which two
ratios the middle half of the rounds lies. What a process loads before the first line is a row of its own.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles

ROUNDS = 15
BEFORE = "4985521"
READER = """
import json, sys, time
lines = json.load(sys.stdin)
taken = {}
begun = time.process_time()
from datetime import datetime, timedelta, timezone
try:
    from scraper.dates.date_line import read_date
    import scraper.dates.free_text
except ImportError:
    from scraper.dates import read_date
base = datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=7)))
taken["loading"] = time.process_time() - begun
begun = time.process_time()
for text in lines:
    read_date(text, base=base)
taken["reading"] = time.process_time() - begun
print(json.dumps(taken))
"""

NUMERIC = (
    "Thứ Năm, {0.day:02}/{0.month:02}/{0.year}, 15:51 (GMT+7)",
    "Cập nhật: 19:04, {0.day:02}/{0.month:02}/{0.year} (GMT+7)",
    "{0.day:02}/{0.month:02}/{0.year} - 16:39",
    "{0.day:02}-{0.month:02}-{0.year}",
)
STAMPS = ("{0.year}-{0.month:02}-{0.day:02}T15:51:00+07:00",)
WORDS = (
    "Thứ Năm, {0.day} Tháng {0.month} {0.year} 15:51",
    "Đăng lúc: 15h51 ngày {0.day}/{0.month}/{0.year} | Lượt xem: 1.234",
)
NO_DATE = ("Đảng ủy Khối", "Lượt xem: 7370", "nhiệm kỳ 2020 - 2025", "98,76%", "Tin tức » Sự kiện")
LAST_DAY = date(2026, 2, 28)


def kinds(round_: int) -> dict[str, list[str]]:
    """The lines of one round by their kind.

    A night reads 300 articles, each in a list and on its page: most are of the last three days, the others of the
    last thirty. Six of ten dates are numeric, three are stamps, one stands among words; as many lines hold none. A
    backfill reads as many of fifteen years.
    """
    draw = random.Random(round_)
    recent = [LAST_DAY - timedelta(days=min(int(draw.expovariate(0.5)), 30)) for _ in range(300)]
    years = [LAST_DAY - timedelta(days=draw.randrange(15 * 365)) for _ in range(300)]
    each = [LAST_DAY - timedelta(days=days) for days in draw.sample(range(15 * 365), 300)]
    return {
        "a night": _lines(recent, draw),
        "a backfill": _lines(years, draw),
        "numeric": [form.format(day) for day in each for form in NUMERIC * 4],
        "stamps": [form.format(day) for day in each for form in STAMPS * 12],
        "words, days recur": [form.format(day) for day in recent for form in WORDS],
        "words, each day new": [WORDS[number % 2].format(day) for number, day in enumerate(each)],
        "no date": [*NO_DATE] * 400,
    }


def _lines(days: list[date], draw: random.Random) -> list[str]:
    lines = []
    for day in days:
        forms = draw.choices((NUMERIC, STAMPS, WORDS), (6, 3, 1))[0]
        form = draw.choice(forms)
        lines += [form.format(day), form.format(day), *draw.choices(NO_DATE, k=2)]
    return lines


def _read(tree: Path, lines: list[str]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", READER],
        input=json.dumps(lines),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(tree)},
        cwd=tree,
    )
    taken: dict[str, float] = json.loads(done.stdout)
    return taken


def main(before: str) -> None:
    """Prints the ratios."""
    here = Path(__file__).resolve().parent.parent
    ratios: dict[str, list[float]] = {"loading": []}
    costs: dict[str, list[float]] = {"loading": []}
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "before"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(tree), before], cwd=here, check=True)
        try:
            for round_ in range(ROUNDS):
                for name, lines in kinds(round_).items():
                    taken = {}
                    for which in ((tree, here), (here, tree))[round_ % 2]:
                        taken[which] = _read(which, lines)
                    ratios["loading"].append(taken[here]["loading"] / taken[tree]["loading"])
                    costs["loading"].append(taken[here]["loading"])
                    ratios.setdefault(name, []).append(taken[here]["reading"] / taken[tree]["reading"])
                    costs.setdefault(name, []).append(taken[here]["reading"])
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=here, check=True)
    for name, found in ratios.items():
        low, _, high = quantiles(found, n=4)
        half = f"half of {len(found)} rounds {low:.2f}–{high:.2f}; {median(costs[name]) * 1000:.0f} ms"
        print(f"{name:<20} {median(found):.2f} times the CPU of {before} ({half})")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else BEFORE)
