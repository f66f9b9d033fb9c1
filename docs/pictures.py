"""The pictures of the README: `python docs/pictures.py` takes them anew from the demo, with Chromium.

Each shows a page of `tinkhoi browse` over the archive of `make demo`, which must be there.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
DEMO = HERE.parent / "data" / "demo"
CHROMIUM = "/usr/bin/chromium"
WIDTH, HEIGHT = 1100, 720
PICTURES = {
    "home.png": ("/", 0),
    "trend.png": ("/xu-huong?q=khối, đảng viên, kỷ luật&since=2024-07-01&until=2025-09-30", 330),
}
"""File to address, and how far the page is scrolled."""


def main(arguments: list[str]) -> int:
    """Takes the pictures; the first argument may name another data folder than the demo's."""
    data = Path(arguments[0]) if arguments else DEMO
    command = [sys.executable, "-c", "from flows.cli import main; main()", "--data", str(data), "--lang", "en"]
    with subprocess.Popen(
        [*command, "browse", "--no-open", "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            said = (server.stdout.readline() + server.stdout.readline()) if server.stdout else ""
            match = re.search(r"^(http://\S+)/", said, re.M)
            if match is None:
                print(f"{data}: no archive can be shown; run `make demo` first", file=sys.stderr)
                return 4
            take(match[1])
        finally:
            server.terminate()
    return 0


def take(address: str) -> None:
    """Writes each of PICTURES into this folder."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        view = {"width": WIDTH, "height": HEIGHT}
        page = browser.new_context(locale="en-GB", viewport=view, base_url=address).new_page()  # type: ignore[arg-type]
        for name, (path, down) in PICTURES.items():
            page.goto(path)
            page.mouse.wheel(0, down)
            page.wait_for_timeout(300)
            page.screenshot(path=HERE / name)
            print(f"docs/{name}: {(HERE / name).stat().st_size} bytes")
        browser.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
