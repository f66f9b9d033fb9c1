"""``python -m scraper.sample``: the sample newspaper, served by hand."""

from __future__ import annotations

import argparse
import sys

from scraper.clock import vietnam_today
from scraper.sample.articles import NIGHTS
from scraper.sample.newspaper import SITE_ID, SampleNewspaper


def serve(port: int, night: int) -> int:
    """Serves the newspaper of today on ``port`` until Ctrl-C; says first what to try."""
    newspaper = SampleNewspaper(vietnam_today(), night)
    with newspaper.serve(port) as server:
        sys.stdout.write(
            f"Báo Mẫu, night {night}, at {server.url}/ (Ctrl-C ends it). To crawl it from another shell, put this in "
            f"a folder SITES as {SITE_ID}.toml and run: tinkhoi crawl {SITE_ID} --sites SITES\n\n"
            f"{newspaper.site_file(server.url)}"
        )
        sys.stdout.flush()
        try:
            server.wait()
        except KeyboardInterrupt:
            sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m scraper.sample")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--night", type=int, choices=NIGHTS, default=1)
    options = parser.parse_args()
    sys.exit(serve(options.port, options.night))
