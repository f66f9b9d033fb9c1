"""What whole crawls look like in the server's own log: robots.txt, gaps, pauses; and the canary of the guard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from flows.outcome.exit_codes import ExitCode
from flows.outcome.night_summary import NightSummary
from tests.faults.newspaper import Asked, FaultNewspaper, Page, Reply, html, list_html, shell
from tests.faults.nights import Nights

SPELLINGS = (
    "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[fec0::1]", "[fe80::1]", "localhost",
    "127.0.0.1", "127.0.0.1.", "①②⑦.⓪.⓪.①",
)  # fmt: skip
"""Ways to write this machine's own address, or one that leads to it."""

UNREADABLE = (
    ("503", Reply(503), ExitCode.SITES_FAILED),
    ("429", Reply(429), ExitCode.SITES_FAILED),
    ("closed connection", Reply(raw=lambda _: None), ExitCode.NETWORK),
    ("no answer", Reply(raw=lambda handler: handler.rfile.read(1)), ExitCode.NETWORK),  # type: ignore[arg-type]  # waits until we hang up
)
"""How a robots.txt cannot be read, and the exit code of a night that has no other site."""


def gaps(paper: FaultNewspaper) -> list[float]:
    """Seconds from one request's arrival to the next one's."""
    began = sorted(asked.began for asked in paper.log)
    return [after - before for before, after in pairwise(began)]


def pages(paper: FaultNewspaper) -> list[str]:
    """What was asked for beside robots.txt."""
    return [path for path in paper.paths() if path != "/robots.txt"]


def play_robots(root: Path, robots: Callable[[], Reply], starts: int) -> tuple[FaultNewspaper, NightSummary]:
    """A site of ``starts`` lists, so many requests that wait for one robots.txt."""
    paper = FaultNewspaper(datetime.now(UTC))
    paper.profile = lambda paper, page: robots() if page.kind == "robots" else page.good
    paper.start()
    sections = ", ".join(f'"/xay-dung-dang/?page={n}"' for n in range(1, starts + 1))
    nights = Nights(root)
    nights.add("bao", paper)
    path = root / "sites" / "bao.toml"
    text = path.read_text(encoding="utf-8").replace('sections = ["/xay-dung-dang/"]', f"sections = [{sections}]")
    path.write_text(text, encoding="utf-8")
    try:
        return paper, nights.run()
    finally:
        paper.stop()


def play_delay(root: Path, *, two_sites: bool = False, crawl_delay: str = "") -> FaultNewspaper:
    """A short night at 0.5 s, with two site files on one host, or with a longer Crawl-delay."""
    paper = FaultNewspaper(datetime.now(UTC), first=5)
    paper.robots += crawl_delay
    paper.start()
    nights = Nights(root)
    nights.add("bao", paper, delay=0.5)
    if two_sites:
        nights.add("bao-hai", paper, delay=0.3)
    try:
        nights.run()
    finally:
        paper.stop()
    return paper


def play_retry_after(root: Path, status: int, seconds: int) -> tuple[list[float], FaultNewspaper, Nights]:
    """An article page that once asks to wait: the gaps of the log, the longest of which is the pause."""
    paper = FaultNewspaper(datetime.now(UTC), first=4)
    asked: list[str] = []

    def profile(paper: FaultNewspaper, page: Page) -> Reply:
        if page.kind == "article" and not asked:
            asked.append(page.path)
            return html("Xin chờ", status, Retry_After=str(seconds))
        return page.good

    paper.profile = profile
    paper.start()
    nights = Nights(root)
    nights.add("bao", paper)
    try:
        nights.run()
    finally:
        paper.stop()
    return gaps(paper), paper, nights


def play_canary(root: Path) -> tuple[FaultNewspaper, FaultNewspaper, NightSummary]:
    """A paper that leads to another server on this machine by every way there is; the other is the canary."""
    canary = FaultNewspaper(datetime.now(UTC), host="127.0.0.1")
    canary.start()
    addresses = [f"http://{host}:{canary.port}" for host in SPELLINGS]
    paper = FaultNewspaper(datetime.now(UTC), first=len(addresses) + 4, per_page=100)
    link = "/xay-dung-dang/202611/bai-canary-{}/"

    def profile(paper: FaultNewspaper, page: Page) -> Reply:
        if page.kind == "robots":
            return (
                Reply(302, b"", {"Location": addresses[0] + "/robots.txt"})
                if page.path != "/robots.txt"
                else page.good
            )
        if page.story is not None and page.story.number <= len(addresses):
            return Reply(302, b"", {"Location": addresses[page.story.number - 1] + page.path})
        if page.story is not None and page.story.number == len(addresses) + 1:
            text = page.good.body.decode()
            return html(
                text.replace("<head>", f'<head><meta http-equiv="refresh" content="0;url={addresses[14]}/x">')
            )
        if page.kind == "list":
            links = "".join(
                f'<p><a href="{address}{link.format(800_000 + n)}">Bài {n}</a></p>'
                for n, address in enumerate(addresses)
            )
            text = list_html(paper.stories(), f"{addresses[14]}/xay-dung-dang/?page=2")
            return html(text.replace("</body>", f"{links}</body>"))
        if page.path == "/base/":
            text = list_html(paper.stories()[:1], None).replace("<head>", f'<head><base href="{addresses[14]}/">')
            return html(text)
        if page.path == "/tin.rss":
            items = "".join(
                f"<item><link>{a}{link.format(810_000 + n)}</link></item>" for n, a in enumerate(addresses)
            )
            return Reply(200, f"<rss><channel>{items}</channel></rss>".encode(), {"Content-Type": "text/xml"})
        if page.path == "/sitemap.xml":
            maps = "".join(f"<sitemap><loc>{a}/sitemap-2.xml</loc></sitemap>" for a in addresses)
            return Reply(200, f"<sitemapindex>{maps}</sitemapindex>".encode(), {"Content-Type": "text/xml"})
        return page.good

    paper.profile = profile
    paper.start()
    nights = Nights(root)
    nights.add("bao", paper, more='feeds = ["/tin.rss"]\nsitemaps = ["/sitemap.xml"]')
    path = root / "sites" / "bao.toml"
    text = path.read_text(encoding="utf-8").replace(
        'sections = ["/xay-dung-dang/"]', 'sections = ["/xay-dung-dang/", "/base/"]'
    )
    path.write_text(text, encoding="utf-8")
    try:
        return paper, canary, nights.run()
    finally:
        paper.stop()
        canary.stop()


def play_refusal(root: Path) -> FaultNewspaper:
    """A host that answers 403 to its first article."""
    paper = FaultNewspaper(datetime.now(UTC), first=12)
    paper.profile = lambda paper, page: html(shell("Forbidden", ""), 403) if page.kind == "article" else page.good
    paper.start()
    nights = Nights(root)
    nights.add("bao", paper)
    try:
        nights.run()
    finally:
        paper.stop()
    return paper


def play_economy(root: Path, known: int, new: int) -> tuple[Nights, list[list[Asked]]]:
    """Three nights: all is new, then ``new`` more, then nothing. The server's log of each. Nothing is re-checked."""
    paper = FaultNewspaper(datetime.now(UTC), first=known, nightly=new, per_page=50, conditional=True)
    paper.start()
    nights = Nights(root)
    nights.add("bao", paper, fetch="recheck_days = []\nmax_pages = 1000\nmax_requests = 10000")
    logs = []
    try:
        for night in (1, 2, 2):
            paper.log.clear()
            nights.run(night)
            logs.append(list(paper.log))
    finally:
        paper.stop()
    return nights, logs
