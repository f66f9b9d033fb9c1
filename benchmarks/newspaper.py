"""Generated newspapers of Báo Ấp Bắc's family, served on loopback by one process that keeps the log.

    python benchmarks/newspaper.py PORT

is what :func:`serve` starts and talks to. Their words are drawn by chance from Vietnamese syllables, differently for
each paper. What stands around a story, and how much of it, is paper_page.py's. The story is as long as the one page
of Báo Ấp Bắc whose text is known, about a thousand syllables, with four pictures, whose captions stand in the tables
that the paper was seen to print. Every page has an ETag and is answered conditionally.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from functools import cache, cached_property
from hashlib import blake2b
from typing import NamedTuple

from paper_page import Surroundings, Teaser, Told, picture, prose, teaser, words

VIETNAM = timezone(timedelta(hours=7))
A_DAY = 80
"""Articles a day; Báo Ấp Bắc's numbers rise by as many."""

LIST_LENGTH = 20
ROBOTS = b"User-agent: *\nDisallow: /tim-kiem/\n"

_DAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_STORY = re.compile(r"/muc-(\d+)/\d{6}/tin-(\d+)/")
_LIST = re.compile(r"/muc-(\d+)/(?:\?page=(\d+))?")
_FEED = re.compile(r"/muc-(\d+)/index\.rss")
_PICTURE = re.compile(r"/dataimages/\d{6}/original/images\d+_\d\.png")
_EMPTY = "\n<p>&nbsp;</p>\n"
BESIDE, BELOW = 40, 6
"""Stories that a story's page announces."""


class Printed(NamedTuple):
    """What a story prints beside its title."""

    lead: str
    paragraphs: list[str]
    captions: list[str]


@dataclass(frozen=True)
class Newspaper:
    """One paper. Its stories are numbered from 1; each night after the first ``nightly`` more are out."""

    host: str
    known: int  # stories that are out on night 1
    began: datetime  # aware; the newest story of night 1 is of three hours before
    nightly: int = 0
    sections: int = 2
    feeds: bool = False
    sitemap: bool = False  # one sitemap names every story, and is watched instead of the lists
    between: float = 1440 / A_DAY  # minutes from one story to the next
    new_between: float = 1.0  # the same for those of later nights

    def published(self, number: int) -> datetime:
        """When a story was published, to the minute."""
        newest = self.began - timedelta(hours=3)
        after = number - self.known
        minutes = after * (self.between if after <= 0 else self.new_between)
        return (newest + timedelta(minutes=minutes)).astimezone(VIETNAM).replace(second=0, microsecond=0)

    def out(self, night: int) -> int:
        """The number of the newest story on ``night``."""
        return self.known + (night - 1) * self.nightly

    def key(self, number: int) -> str:
        """The story's key in the archive."""
        return str(1_000_000 + number)

    def path(self, number: int) -> str:
        """The story's address."""
        return f"/muc-{number % self.sections}/{self.published(number):%Y%m}/tin-{self.key(number)}/"

    def listed(self, section: int, page: int, night: int) -> list[int]:
        """What a page of a section's list shows, the newest first."""
        last = self.out(night)
        first = last - (last - section) % self.sections - (page - 1) * LIST_LENGTH * self.sections
        return [n for n in range(first, first - LIST_LENGTH * self.sections, -self.sections) if n > 0]

    def sources(self) -> list[str]:
        """The addresses at which a crawl begins."""
        if self.sitemap:
            return ["/sitemap.xml"]
        lists = [f"/muc-{n}/" for n in range(self.sections)]
        return lists + ([f"{path}index.rss" for path in lists] if self.feeds else [])

    def site_file(self, port: int, *, delay: float) -> str:
        """The paper's site file."""
        sections = ", ".join(f'"{path}"' for path in self.sources() if path.endswith("/"))
        feeds = ", ".join(f'"{path}"' for path in self.sources() if path.endswith(".rss"))
        sitemaps = ", ".join(f'"{path}"' for path in self.sources() if path.endswith(".xml"))
        return (
            f'name = "Báo {self.host}"\nkind = "newspaper"\nprovince = "Tiền Giang"\nfamily = "apbac"\n'
            f'status = "live"\nhome = "http://{self.host}:{port}/"\nsections = [{sections}]\nfeeds = [{feeds}]\n'
            f"sitemaps = [{sitemaps}]\n"
            'checked = "generated for a benchmark"\n'
            f'[fetch]\ndelay = {delay}\nallow = ["{self.host}:{port}"]\n'
        )

    def answer(self, path: str, night: int) -> tuple[int, str, bytes]:
        """Status, media type and body for a request of ``path`` on ``night``."""
        if path == "/robots.txt":
            return 200, "text/plain", ROBOTS
        if (story := _STORY.fullmatch(path)) and (number := int(story[2]) - 1_000_000) <= self.out(night):
            return 200, "text/html; charset=utf-8", self._story(number).encode()
        if path == "/sitemap.xml" and self.sitemap:
            return 200, "application/xml; charset=utf-8", self._sitemap(night).encode()
        if feed := _FEED.fullmatch(path):
            return 200, "application/rss+xml; charset=utf-8", self._feed(int(feed[1]), night).encode()
        if (shown := _LIST.fullmatch(path)) and int(shown[1]) < self.sections:
            return 200, "text/html; charset=utf-8", self._list(int(shown[1]), int(shown[2] or 1), night).encode()
        if _PICTURE.fullmatch(path):
            return 200, "image/png", _picture()
        missing = self._around.page("Không tìm thấy", "<p>Không tìm thấy trang này.</p>")
        return 404, "text/html; charset=utf-8", missing.encode()

    def title(self, number: int) -> str:
        """A story's title."""
        return words(random.Random(f"{self.host} {number} title"), 12)

    def date_line(self, number: int) -> str:
        """A story's date as the page prints it."""
        moment = self.published(number)
        return f"{_DAYS[moment.weekday()]}, {moment:%d/%m/%Y, %H:%M} (GMT+7)"

    def words_of(self, number: int) -> Printed:
        """What a story prints beside its title."""
        chance = random.Random(f"{self.host} {number}")
        paragraphs = [prose(chance, chance.randint(35, 95)) for _ in range(15)]
        return Printed(prose(chance, 40), paragraphs, [words(chance, 14) for _ in range(4)])

    def picture(self, number: int, place: int = 0) -> str:
        """The address of a story's picture."""
        return f"/dataimages/{self.published(number):%Y%m}/original/images{self.key(number)}_{place}.png"

    def announced(self, number: int) -> list[Teaser]:
        """The stories that a story's page announces: those before it, which no later night changes."""
        before = [(number - 2 - back) % self.known + 1 for back in range(BESIDE + BELOW)]
        return [self._teaser(each) for each in before]

    def _teaser(self, number: int) -> Teaser:
        day = f"{self.published(number):%d/%m/%Y}"
        return Teaser(self.path(number), self.title(number), self.picture(number), day)

    def _story(self, number: int) -> str:
        printed, title, section = self.words_of(number), self.title(number), number % self.sections
        blocks = [f'<p style="text-align: justify;">{paragraph}</p>' for paragraph in printed.paragraphs]
        for place, caption in enumerate(printed.captions):
            blocks.insert(1 + place * 4, _figure(self.picture(number, place), caption))
        tags = "".join(
            f'\n<li class="tag"><a href="/tag/{tag}/" rel="tag">{tag}</a></li>' for tag in title.lower().split()[:5]
        )
        announced = self.announced(number)
        related = "".join(teaser(each, "related") for each in announced[BESIDE:])
        main = f"""<ul class="breadcrumb"><li><a href="/">Trang chủ</a></li>
<li><a href="/muc-{section}/">Mục {section}</a></li></ul>
<div class="date">{self.date_line(number)}</div>
<div>.</div>
<h1 class="title">{title}</h1>
<div class="lead">(ABO) {printed.lead}</div>
<div class="content" id="content">{_EMPTY.join(blocks)}</div>
<div>.</div>
<ul class="tags">{tags}
</ul>
<div class="related"><div class="related__head"><span>Tin liên quan</span></div>{related}
</div>"""
        told = self._around.told(
            Told(
                "{base}" + self.path(number),
                title,
                printed.lead,
                "{base}" + self.picture(number),
                self.published(number).isoformat(),
                f"Mục {section}",
            )
        )
        return self._around.page(title, main, announced[:BESIDE], told)

    def _list(self, section: int, page: int, night: int) -> str:
        entries = "".join(
            f"""
<div class="entry clearfix">
    <div class="entry__thumb"><a href="{self.path(n)}"><img class="lazy" src="/images/blank.gif"
        data-src="{self.picture(n)}" alt="" width="240" height="160" loading="lazy"></a></div>
    <div class="entry__text"><a href="{self.path(n)}">{self.title(n)}</a> <span>{self.date_line(n)}</span></div>
</div>"""
            for n in self.listed(section, page, night)
        )
        more = self.listed(section, page + 1, night)
        pager = f'<a rel="next" href="/muc-{section}/?page={page + 1}">Trang sau</a>' if more else ""
        return self._around.page(f"Mục {section}", f"{entries}\n{pager}")

    def _feed(self, section: int, night: int) -> str:
        items = "".join(
            f"<item><title>{self.title(n)}</title><link>{{base}}{self.path(n)}</link>"
            f"<pubDate>{format_datetime(self.published(n))}</pubDate></item>"
            for n in self.listed(section, 1, night)
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Mục {section}</title>{items}</channel></rss>'

    def _sitemap(self, night: int) -> str:
        urls = "".join(
            f"<url><loc>{{base}}{self.path(n)}</loc><lastmod>{self.published(n).isoformat()}</lastmod></url>"
            for n in range(self.out(night), 0, -1)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        )

    @cached_property
    def _around(self) -> Surroundings:
        return Surroundings(self.host)


def _figure(source: str, caption: str) -> str:
    return (
        '<table class="image center" width="500" cellspacing="0" cellpadding="0" border="0" align="center"><tbody>\n'
        f'<tr><td><img src="{source}" alt="{caption}" width="480" height="320"></td></tr>\n'
        f'<tr><td class="desc">{caption}.</td></tr></tbody></table>'
    )


_picture = cache(picture)


class Asked(NamedTuple):
    """One line of the server's log."""

    time: float  # seconds, monotonic
    host: str
    path: str
    status: int
    received: int  # bytes of the request
    sent: int  # bytes of the answer, its head with it


@dataclass
class Serving:
    """Newspapers that another process serves."""

    papers: Sequence[Newspaper]
    process: subprocess.Popen[str]
    port: int = field(init=False)

    def __post_init__(self) -> None:
        self.port = int(self._read())

    def night(self, number: int) -> None:
        """Which night the papers have."""
        self._say(f"night {number}")
        self._read()

    def log(self) -> list[Asked]:
        """What was asked since the last call."""
        self._say("log")
        return [Asked(*line) for line in json.loads(self._read())]

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _read(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@contextmanager
def serve(papers: Sequence[Newspaper], port: int = 0) -> Iterator[Serving]:
    """The papers, each on its own loopback address and all on one port, while the block lasts.

    Linux has all of 127.0.0.0/8; other systems must be given the addresses first.
    """
    spec = json.dumps([asdict(paper) | {"began": paper.began.isoformat()} for paper in papers])
    command = [sys.executable, __file__, str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        process.stdin.write(spec + "\n")
        process.stdin.flush()
        try:
            yield Serving(papers, process)
        finally:
            process.stdin.close()


class _Server:
    def __init__(self, papers: Sequence[Newspaper], port: int) -> None:
        self.papers = {paper.host: paper for paper in papers}
        self.night = 1
        self.port = port
        self.log: list[Asked] = []

    async def whole(self) -> None:
        """Serves until standard input ends."""
        loop = asyncio.get_running_loop()
        over = asyncio.Event()
        for host in self.papers:
            server = await asyncio.start_server(self.client, host, self.port)
            self.port = self.port or server.sockets[0].getsockname()[1]
        print(self.port, flush=True)
        threading.Thread(target=self.obey, args=(loop, over), daemon=True).start()
        await over.wait()

    def obey(self, loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
        for line in sys.stdin:
            command, _, value = line.strip().partition(" ")
            if command == "night":
                self.night = int(value)
                print("ok", flush=True)
            elif command == "log":
                log, self.log = self.log, []
                print(json.dumps(log), flush=True)
        loop.call_soon_threadsafe(over.set)

    async def client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(self.answer(host, head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):  # the last at the very end
            pass
        finally:
            writer.close()

    def answer(self, host: str, head: bytes) -> bytes:
        first, *lines = head.decode("latin-1").split("\r\n")
        said = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        path = first.split(" ")[1]
        status, kind, body = self.papers[host].answer(path, self.night)
        packs = not kind.startswith("image/")
        if packs:
            body = body.replace(b"{base}", f"http://{host}:{self.port}".encode())
        etag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
        headers = [f"Date: {format_datetime(datetime.now(UTC), usegmt=True)}", f"ETag: {etag}"]
        if status == 200 and said.get("if-none-match") == etag:
            status, body = 304, b""
        else:
            if packs and "gzip" in said.get("accept-encoding", ""):
                body = gzip.compress(body, 6)
                headers.append("Content-Encoding: gzip")
            headers += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        answer = "\r\n".join((f"HTTP/1.1 {status} -", *headers, "", "")).encode() + body
        loop = asyncio.get_running_loop()
        self.log.append(Asked(loop.time(), host, path, status, len(head), len(answer)))
        return answer


if __name__ == "__main__":
    _spec = json.loads(sys.stdin.readline())
    _papers = [Newspaper(**{**each, "began": datetime.fromisoformat(each["began"])}) for each in _spec]
    asyncio.run(_Server(_papers, int(sys.argv[1])).whole())
