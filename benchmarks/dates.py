"""What reading a date costs beside an earlier version: `python benchmarks/dates.py [COMMIT]`.

Both versions read the same lines in turn, each in a process of its own, round by round, so that what else the machine
does weighs on both alike. Printed is the ratio of the medians of the CPU time, first for a night's lines (nine of ten
are numeric or stamps, as newspapers print them), then for each kind alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROUNDS = 25
BEFORE = "4985521"
READER = """
import json, sys, time
from datetime import datetime, timedelta, timezone
try:
    from scraper.dates.date_line import read_date
except ImportError:
    from scraper.dates import read_date
base = datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=7)))
for line in sys.stdin:
    lines = json.loads(line)
    begun = time.process_time()
    for text in lines:
        read_date(text, base=base)
    print(time.process_time() - begun, flush=True)
"""


def kinds(round_: int) -> dict[str, list[str]]:
    """The lines of one round; each round has other days, so that no version lives by what it remembers."""
    days = [(1 + (round_ * 7 + n) % 28, 1 + (round_ + n) % 12, 2010 + (round_ * 3 + n) % 16) for n in range(30)]
    numeric = [
        text
        for day, month, year in days
        for text in (
            f"Thứ Năm, {day:02}/{month:02}/{year}, 15:51 (GMT+7)",
            f"Cập nhật: 19:04, {day:02}/{month:02}/{year} (GMT+7)",
            f"{day:02}/{month:02}/{year} - 16:39",
            f"{day:02}-{month:02}-{year}",
        )
    ]
    stamps = [f"{year}-{month:02}-{day:02}T15:51:00+07:00" for day, month, year in days] * 4
    words = [
        text
        for day, month, year in days
        for text in (
            f"Thứ Năm, {day} Tháng {month} {year} 15:51",
            f"Đăng lúc: 15h51 ngày {day}/{month}/{year} | Lượt xem: 1.234",
        )
    ]
    refused = ["Đảng ủy Khối", "Lượt xem: 7370", "nhiệm kỳ 2020 - 2025", "98,76%", "Tin tức » Sự kiện"] * 10
    return {
        "a night": numeric * 3 + stamps + words[:20],
        "numeric": numeric * 5,
        "stamps": stamps * 4,
        "among words": words,
        "no date": refused,
    }


def _start(tree: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    return subprocess.Popen(
        [sys.executable, "-c", READER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=tree,
    )


def _ask(reader: subprocess.Popen[str], lines: list[str]) -> float:
    assert reader.stdin is not None and reader.stdout is not None
    reader.stdin.write(json.dumps(lines) + "\n")
    reader.stdin.flush()
    return float(reader.stdout.readline())


def main(before: str) -> None:
    """Prints the ratios."""
    here = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "before"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(tree), before], cwd=here, check=True)
        try:
            readers = [_start(tree), _start(here)]
            taken: dict[str, tuple[list[float], list[float]]] = {}
            for round_ in range(-1, ROUNDS):
                for name, lines in kinds(round_).items():
                    order = (0, 1) if round_ % 2 else (1, 0)
                    seconds = {which: _ask(readers[which], lines) for which in order}
                    if round_ >= 0:  # the first round warms up
                        old, new = taken.setdefault(name, ([], []))
                        old.append(seconds[0])
                        new.append(seconds[1])
            for reader in readers:
                reader.communicate()
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=here, check=True)
    for name, (old, new) in taken.items():
        print(f"{name:<12} {median(new) / median(old):.2f} times the CPU of {before} ({median(new) * 1000:.1f} ms)")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else BEFORE)
