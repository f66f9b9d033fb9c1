"""The fault newspaper: a small paper on loopback that plays what the open web does to a crawler.

It is composed, of Báo Ấp Bắc's family, and knows three nights. ``profile`` says how it misbehaves (PROFILES); the
server keeps a log of its own, and :meth:`FaultNewspaper.truth` tells what was published, whatever was served.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from hashlib import blake2b
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from typing import Any, ClassVar

_HOSTS = cycle(range(1, 255))

VIETNAM = timezone(timedelta(hours=7))
WEEKDAYS = ("Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy")
PLACES = ("huyện Cái Bè", "thị xã Gò Công", "thành phố Mỹ Tho", "huyện Chợ Gạo", "huyện Tân Phước", "thị xã Cai Lậy")
DEEDS = (
    "kết nạp đảng viên mới",
    "sơ kết công tác kiểm tra, giám sát",
    "học tập nghị quyết của Trung ương",
    "bồi dưỡng nghiệp vụ công tác đảng",
    "tặng nhà tình nghĩa cho gia đình chính sách",
)


@dataclass(frozen=True)
class Story:
    """One article that the paper published."""

    number: int
    published: datetime  # aware, to the minute
    since: int  # the night from which it is listed

    @property
    def path(self) -> str:
        return f"/xay-dung-dang/{self.published:%Y%m}/bai-so-{self.number}-{900_000 + self.number}/"

    @property
    def key(self) -> str:
        return str(900_000 + self.number)

    @property
    def title(self) -> str:
        deed, place = DEEDS[self.number % len(DEEDS)], PLACES[self.number % len(PLACES)]
        return f"Đảng ủy Khối {deed} tại {place}, đợt {self.number}"

    @property
    def lead(self) -> str:
        return f"(ABO) Đảng ủy Khối vừa tổ chức hội nghị lần thứ {self.number} với các chi bộ trực thuộc của tỉnh."

    @property
    def paragraphs(self) -> tuple[str, ...]:
        place = PLACES[self.number % len(PLACES)]
        return tuple(
            f"Nội dung {part} của hội nghị {self.number}, các chi bộ tại {place} báo cáo {self.number + 7 * part} "
            "việc đã làm, nêu rõ khó khăn còn tồn tại và đề nghị cấp ủy cấp trên tiếp tục hướng dẫn, giúp "
            "đỡ để hoàn thành các chỉ tiêu nghị quyết đã đề ra trong năm."
            for part in range(1, 6)
        )

    @property
    def date_line(self) -> str:
        day = self.published.weekday()
        name = "Chủ nhật" if day == 6 else f"Thứ {WEEKDAYS[day]}"
        return f"{name}, {self.published:%d/%m/%Y, %H:%M} (GMT+7)"


@dataclass
class Reply:
    """What the server sends. ``raw`` writes to the socket itself, after the log line."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    announced: int | None = None  # Content-Length where it is not that of the body; -1: none, the end is the close
    raw: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass(frozen=True)
class Page:
    """What was asked for, and what a sound server would say."""

    kind: str  # robots, list, article, other
    path: str
    good: Reply
    story: Story | None = None


Profile = Callable[["FaultNewspaper", Page], Reply]


@dataclass(frozen=True)
class Asked:
    """One line of the server's log; seconds are those of ``time.monotonic``."""

    began: float
    ended: float
    path: str
    status: int
    conditional: bool
    agent: str


@dataclass
class FaultNewspaper:
    """The paper. ``first`` stories are out on night 1, ``nightly`` more appear each night."""

    today: datetime
    first: int = 8
    nightly: int = 2
    per_page: int = 10
    night: int = 1
    profile: Profile | None = None
    family: str = "apbac"  # that its site file names
    conditional: bool = False  # whether it answers 304
    clock: timedelta = timedelta()  # by how much its own clock is ahead
    robots: str = "User-agent: *\nDisallow: /quan-tri/\n"
    log: list[Asked] = field(default_factory=list)
    on_request: Callable[[str], None] | None = None  # told each path before it is answered
    host: str = field(default_factory=lambda: f"127.0.1.{next(_HOSTS)}")  # a host of its own has a queue of its own
    server: ThreadingHTTPServer | None = None
    cookie: str = ""  # what came with the request that is being answered: a host is asked one at a time

    def moment(self) -> datetime:
        """The clock that the server's ``Date`` shows."""
        return datetime.now(UTC) + self.clock

    def stories(self, night: int | None = None) -> list[Story]:
        """What is out by ``night``, the newest first."""
        upto = night or self.night
        count = self.first + 3 * self.nightly
        out = []
        for number in range(1, count + 1):
            since = 1 if number <= self.first else 1 + -(-(number - self.first) // max(1, self.nightly))
            minutes = (self.first - number) * 7 if number <= self.first else -number
            published = self.today - timedelta(hours=5) - timedelta(minutes=minutes)
            if since <= upto:
                out.append(Story(number, published.astimezone(VIETNAM).replace(second=0, microsecond=0), since))
        return out[::-1]

    def truth(self, night: int | None = None) -> dict[str, tuple[str, str, str, str]]:
        """Key to title, lead, body and moment of publication of what is out by ``night``."""
        return {
            s.key: (s.title, s.lead, "\n".join(s.paragraphs), s.published.isoformat()) for s in self.stories(night)
        }

    @property
    def port(self) -> int:
        assert self.server is not None
        return int(self.server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.log]

    def site_file(self, *, delay: float = 0, more: str = "", fetch: str = "") -> str:
        """The site file of this paper, as TOML."""
        return (
            'name = "Báo Hỏng"\nkind = "newspaper"\nprovince = "Tiền Giang"\nstatus = "live"\n'
            f'family = "{self.family}"\n'
            f'home = "{self.url}/"\nsections = ["/xay-dung-dang/"]\nchecked = "composed for the tests"\n{more}\n'
            f'[fetch]\ndelay = {delay}\nallow = ["{self.host}:{self.port}"]\n{fetch}\n'
        )

    def page_of(self, path: str) -> Page:
        """What ``path`` asks for and how a sound server answers."""
        bare = path.partition("?")[0]
        if bare == "/robots.txt":
            return Page("robots", path, Reply(body=self.robots.encode(), headers={"Content-Type": "text/plain"}))
        stories = self.stories()
        for story in stories:
            if bare == story.path:
                return Page("article", path, html(article_html(story)), story)
        if bare in {"/", "/xay-dung-dang/"}:
            number = int(path.partition("page=")[2] or 1)
            shown = stories[(number - 1) * self.per_page : number * self.per_page]
            more = number * self.per_page < len(stories)
            return Page("list", path, html(list_html(shown, f"/xay-dung-dang/?page={number + 1}" if more else None)))
        return Page("other", path, html(shell("Không tìm thấy", "<p>Không tìm thấy trang này.</p>"), status=404))

    def answer(self, path: str, etag: str | None) -> Reply:
        page = self.page_of(path)
        reply = page.good if self.profile is None else self.profile(self, page)
        if self.conditional and reply is page.good and reply.status == 200 and page.kind != "robots":
            tag = f'"{blake2b(reply.body, digest_size=8).hexdigest()}"'
            if etag == tag:
                return Reply(status=304, headers={"ETag": tag})
            reply.headers["ETag"] = tag
        return reply

    def start(self, port: int = 0) -> None:
        """Serves, on a loopback address of its own."""
        handler = type("Handler", (_Handler,), {"paper": self})
        self.server = _Server((self.host, port), handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Listens no more."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()

    @contextmanager
    def serving(self) -> Iterator[FaultNewspaper]:
        """The paper, served while the block lasts."""
        self.start()
        try:
            yield self
        finally:
            self.stop()


class _Handler(BaseHTTPRequestHandler):
    """Answers for one newspaper, which a class made for it names."""

    paper: ClassVar[FaultNewspaper]
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        began = time.monotonic()
        if self.paper.on_request is not None:
            self.paper.on_request(self.path)
        tag = self.headers.get("If-None-Match")
        self.paper.cookie = self.headers.get("Cookie", "")
        reply = self.paper.answer(self.path, tag)
        line = Asked(began, 0, self.path, reply.status, tag is not None, self.headers.get("User-Agent", ""))
        self.paper.log.append(line)
        place = len(self.paper.log) - 1
        try:
            self.say(reply)
        except OSError:
            self.close_connection = True
        self.paper.log[place] = Asked(**{**vars(line), "ended": time.monotonic()})

    def say(self, reply: Reply) -> None:
        if reply.raw is not None:
            self.close_connection = True
            reply.raw(self)
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.announced == -1 or reply.announced not in (None, len(reply.body)):
            self.close_connection = True
            self.send_header("Connection", "close")
        if reply.announced != -1 and reply.status != 304:
            length = len(reply.body) if reply.announced is None else reply.announced
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(reply.body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The ``Date`` of its answers, by the paper's own clock."""
        return http_date(self.paper.moment())

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        pass


def html(text: str | bytes, status: int = 200, charset: str | None = "utf-8", **headers: str) -> Reply:
    """A page. ``_`` in a header's name stands for ``-``."""
    body = text.encode() if isinstance(text, str) else text
    kind = f"text/html; charset={charset}" if charset else "text/html"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, body, {"Content-Type": kind, **named})


def shell(title: str, main: str, charset: str = "utf-8") -> str:
    """A page of the paper around ``main``."""
    return (
        f'<!DOCTYPE html>\n<html lang="vi"><head><meta charset="{charset}"><title>{escape(title)} - Báo Hỏng</title>'
        '</head>\n<body><div class="menu"><a href="/">Trang chủ</a> <a href="/xay-dung-dang/">Xây dựng Đảng</a></div>'
        f"\n{main}\n<div>Tòa soạn Báo Hỏng, một tờ báo soạn ra để thử.</div></body></html>\n"
    )


def article_html(story: Story, *, title: str | None = None, date: bool = True, body: bool = True) -> str:
    """The page of a story; without its title (empty), date or body where a layout changed."""
    heading = story.title if title is None else title
    paragraphs = "\n".join(f"<p>{p}</p>" for p in story.paragraphs)
    return shell(
        heading,
        (f'<div class="date">{story.date_line}</div>\n<div>.</div>\n' if date else "")
        + (f'<h1 class="title">{heading}</h1>\n' if heading else "")
        + (f'<div class="lead">{story.lead}</div>\n<div class="content">{paragraphs}</div>\n' if body else "")
        + "<div>.</div>",
    )


def list_html(shown: list[Story], following: str | None) -> str:
    """A list page."""
    entries = "\n".join(
        f'<div><a href="{s.path}">{s.title}</a> <span>{s.date_line}</span><p>{s.lead}</p></div>' for s in shown
    )
    pager = f'<a rel="next" href="{following}">Trang sau</a>' if following else ""
    return shell("Xây dựng Đảng", f"{entries}\n{pager}")


def http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
