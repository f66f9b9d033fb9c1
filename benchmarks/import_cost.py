"""What an import costs beside an earlier version: `python benchmarks/import_cost.py [COMMIT]`.

In each round both versions, in turn, import the same WARC file (one gzip member a record, 400 articles among
pictures) into an empty archive, each in a process of its own. Printed is the median of the rounds' ratios of CPU time
(user and system), and between which two ratios the middle half of the rounds lies.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.import_memory import SITE, write

ROUNDS = 5
BEFORE = "4985521"
PROGRAM = """
import os, sys
from flows.cli import run
code = run(sys.argv[1:])
used = os.times()
print(int(code), used.user + used.system)
"""


def _import(tree: Path, folder: Path, name: str) -> float:
    command = [sys.executable, "-c", PROGRAM, "--data", str(folder / name), "--sites", str(folder / "sites")]
    done = subprocess.run(
        [*command, "import", str(folder / "film.warc.gz")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(tree)},
        cwd=tree,
    )
    code, taken = done.stdout.splitlines()[-1].split()
    if code != "0" or "400 new" not in done.stdout:
        raise SystemExit(f"{tree}: {done.stdout}{done.stderr}")
    return float(taken)


def main(before: str) -> None:
    """Prints the ratio."""
    here = Path(__file__).resolve().parent.parent
    ratios: list[float] = []
    costs: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sites").mkdir()
        (folder / "sites" / "mau.toml").write_text(SITE, encoding="utf-8")
        write(folder / "film.warc.gz", 40, 400, one_member=False)
        tree = folder / "before"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(tree), before], cwd=here, check=True)
        try:
            for round_ in range(ROUNDS):
                taken = {}
                for which in ((tree, here), (here, tree))[round_ % 2]:
                    taken[which] = _import(which, folder, f"{which.name}-{round_}")
                ratios.append(taken[here] / taken[tree])
                costs.append(taken[here])
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=here, check=True)
    low, _, high = quantiles(ratios, n=4)
    print(
        f"{median(ratios):.2f} times the CPU of {before} (half of {len(ratios)} rounds {low:.2f}–{high:.2f};"
        f" {median(costs):.1f} s)"
    )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else BEFORE)
