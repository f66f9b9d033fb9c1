"""One night over all sites whose files lie in ``FOLDER/sites``; what it did, as JSON.

    python benchmarks/one_night.py FOLDER NOW

It is a process of its own, so that its cost can be told (see ``nights.py``).
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import datetime
from pathlib import Path

# sqlite-utils loads pandas where it is installed; it is a tool of our tests, which no night has need of.
sys.modules["pandas"] = None  # type: ignore[assignment]

from scraper.garbage import uncollected, uncollected_at_exit  # noqa: E402

with uncollected():  # as tinkhoi nightly does
    from flows.runs.night import run_night
    from flows.runs.request import NightRequest
    from flows.storage.folder import DataFolder


def own_memory() -> int:
    """The most bytes that this process had. ``getrusage`` begins with those of the process that forked it."""
    try:
        told = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return next(int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("VmHWM:"))


def main(folder: str, now: str) -> None:
    """Runs the night and prints what it did."""
    uncollected_at_exit()
    data = DataFolder(root=Path(folder))
    sites = tuple(sorted(path.stem for path in (data.root / "sites").glob("*.toml")))
    summary = run_night(NightRequest(data=data, sites=sites, trigger="nightly", now=datetime.fromisoformat(now)))
    crawls = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = {
        "memory": max(own_memory(), crawls.ru_maxrss * 1024),
        "crawl_cpu": crawls.ru_utime + crawls.ru_stime,
        "exit_code": int(summary.exit_code),
        "requests": dict(summary.counted.requests_by_kind),
        "new": summary.counted.new,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
