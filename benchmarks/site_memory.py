"""How much memory each process of a night takes, by the number of its sites, and a crawl beside a bare Scrapy crawl.

    python benchmarks/site_memory.py [--sites 100 1000 3000] [--articles 2] [--paper 1000]

So many generated papers of a few articles each are collected in one night, with the delay of 2 s that real sites get.
Told is the most resident memory of each process, and what a site adds to it from one number of sites to the next; a
crawl has its share of the sites. Then one paper of a thousand articles is collected without a delay, by our crawl
alone and by a spider of Scrapy's that keeps nothing, both with the same pages.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from capacity import papers, peak_memory
from chart import lines
from newspaper import Newspaper, Serving, serve
from nights import night, write_site
from targets import Target, at_most, write

ROLES = {"scraper.crawl": "crawl", "scraper.reading.during_crawl": "reading ahead", "one_night.py": "storing"}

SITE_MB = 0.05
"""What one more site of a night may add to each of its processes."""

BESIDE_BARE = 1.15
"""What our crawl may take, in that of a spider that keeps nothing."""

BARE = """
import json, sys
from scrapy import Spider
from scrapy.crawler import CrawlerProcess

job = json.loads(sys.argv[1])


class Bare(Spider):
    name = "bare"
    start_urls = job["urls"]

    def parse(self, response):
        pass


process = CrawlerProcess({"CONCURRENT_REQUESTS_PER_DOMAIN": 1, "LOG_LEVEL": "ERROR"})
process.crawl(Bare)
process.start()
"""


def role(process: int) -> str | None:
    """What a process of the night does; None for one that is not ours to judge, or has ended."""
    try:
        words = Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8").split("\0")
    except OSError:
        return None
    return next((told for part, told in ROLES.items() if any(part in word for word in words)), None)


def collect(folder: Path, shown: dict[str, Newspaper], serving: Serving, delay: float) -> dict[str, list[int]]:
    """One night over the papers: the bytes of its processes by role, the largest first. Raises SystemExit."""
    for site, paper in shown.items():
        write_site(folder, site, paper, serving.port, delay=delay)
    with peak_memory(role) as found:
        cost = night(folder, datetime.now(UTC))
    wanted = sum(paper.known for paper in shown.values())
    if cost.exit_code or cost.new != wanted:
        raise SystemExit(f"the night ended with code {cost.exit_code} and {cost.new} of {wanted} articles")
    return {
        does: sorted((most for (by, _), most in found.items() if by == does), reverse=True) for does in ROLES.values()
    }


def bare(paper: Newspaper, serving: Serving) -> int:
    """The most memory, in bytes, of a spider that asks for every article and keeps nothing."""
    urls = [f"http://{paper.host}:{serving.port}{paper.path(number)}" for number in range(1, paper.known + 1)]
    process = subprocess.Popen([sys.executable, "-c", BARE, json.dumps({"urls": urls})])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the bare spider ended with code {process.returncode}")
    return used.ru_maxrss * 1024


def main() -> int:
    """Prints both tables."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--sites", type=int, nargs="+", default=[100, 1000, 3000])
    ask.add_argument("--articles", type=int, default=2, help="of each site")
    ask.add_argument("--paper", type=int, default=1000, help="articles of the one paper")
    ask.add_argument("--targets", type=Path, help="add what is to hold to this file")
    asked = ask.parse_args()
    aims: list[Target] = []
    began = datetime.now(UTC).replace(second=0, microsecond=0)
    told: dict[int, dict[str, list[int]]] = {}
    print("| sites | storing MB | each crawl MB | each reading ahead MB |\n|---|---|---|---|", flush=True)
    for count in asked.sites:
        shown = papers(count, began, asked.articles)
        with serve(list(shown.values())) as serving, tempfile.TemporaryDirectory() as folder:
            told[count] = collect(Path(folder), shown, serving, delay=2)
        cells = (" + ".join(f"{size / 1e6:.0f}" for size in told[count][does]) for does in
                 ("storing", "crawl", "reading ahead"))  # fmt: skip
        print(f"| {count} | " + " | ".join(cells) + " |", flush=True)
    for few, many in pairwise(asked.sites):
        for does, sizes in told[many].items():
            if not (sizes and told[few][does]):  # so short a run that it was not seen
                continue
            added = (sizes[0] - told[few][does][0]) / (many - few) / 1e6
            what = f"MB that a site of the night adds to {does}, from {few} to {many}"
            aims.append(at_most("memory", what, added, SITE_MB, aim=True))
            own = "" if does == "storing" else f", {added * len(sizes):.3f} counted by its own sites"
            print(f"{does}: {added:.3f} MB for each further site of the night, from {few} to {many}{own}")
    if len(asked.sites) > 1 and all(told[count][does] for count in asked.sites for does in ROLES.values()):
        print(
            "\n"
            + lines(
                "Memory",
                "MB, the largest process",
                [str(count) for count in asked.sites],
                {does: [told[count][does][0] / 1e6 for count in asked.sites] for does in ROLES.values()},
            )
        )
    paper = Newspaper("127.7.1.4", asked.paper, began, sitemap=True)
    with serve([paper]) as serving, tempfile.TemporaryDirectory() as folder:
        ours = collect(Path(folder), {"paper": paper}, serving, delay=0)["crawl"][0]
        theirs = bare(paper, serving)
    print(f"a paper of {asked.paper} articles: our crawl {ours / 1e6:.0f} MB, a bare spider {theirs / 1e6:.0f} MB,"
          f" {ours / theirs:.2f}")  # fmt: skip
    aims.append(at_most("memory", "our crawl's MB ÷ a bare spider's", ours / theirs, BESIDE_BARE, aim=True))
    write(aims, asked.targets)
    return 0


if __name__ == "__main__":
    sys.exit(main())
