"""The sample newspaper: a small paper of Báo Ấp Bắc's family, rebuilt from notes, served on loopback."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from scraper.clock import VIETNAM
from scraper.sample import pages
from scraper.sample.articles import SECTIONS, SampleArticle, articles
from scraper.sample.server import SampleAnswer, SampleServer

SITE_ID = "baomau"
"""The name under which a site file of the sample newspaper is kept."""

SEED_KEY = "1015551"
"""The number of the article that is real."""

ROBOTS = "User-agent: *\nDisallow: /tim-kiem/\nDisallow: /in-bai/\n"
SILENT = "van-hoa"
"""The section whose list and feed are empty on the third night."""

_ARTICLE = re.compile(r"/(?P<section>.+)/\d{6}/[^/]*-(?P<number>\d+)(?P<tail>/?|/index\.htm)")
_GIF = bytes.fromhex("47494638396101000100800000ccc5b800000021f90400000000002c00000000010001000002024401003b")


@dataclass
class SampleNewspaper:
    """A newspaper that lives three nights; ``night`` says which of them it is.

    The first is the night of ``today`` (a day in Vietnam). Between the nights articles appear, are edited with and
    without saying so, vanish and move; on the third a section falls silent. :meth:`truth` tells what it published.
    """

    today: date
    night: int = 1

    def __post_init__(self) -> None:
        self._articles = articles(self.today)

    def serve(self, port: int = 0) -> SampleServer:
        """A server of this newspaper on 127.0.0.1, to be entered with ``with``; port 0 takes a free one."""
        return SampleServer(self.answer, port)

    def now(self) -> datetime:
        """What the page clock shows."""
        return datetime.combine(self.today + timedelta(days=self.night - 1), time(1, 5), VIETNAM)

    def shown(self, section: str = "") -> tuple[SampleArticle, ...]:
        """What the list of a section (or of the whole paper) shows tonight, the newest first."""
        if section == SILENT and self.night >= 3:
            return ()
        return tuple(
            article
            for article in self._articles[self.night]
            if not article.gone and f"{article.section}/".startswith(section and f"{section}/")
        )

    def site_file(self, url: str) -> str:
        """The site file of this newspaper served at ``url``, as TOML; its name should be ``baomau.toml``."""
        sections = ", ".join(f'"/{section}/"' for section in pages.TOP_SECTIONS)
        feeds = ", ".join(f'"/{section}/index.rss"' for section in pages.TOP_SECTIONS)
        return (
            'name = "Báo Mẫu"\nkind = "newspaper"\nprovince = "Tiền Giang"\nfamily = "apbac"\n'
            f'home = "{url.rstrip("/")}/"\nsections = [{sections}]\nfeeds = [{feeds}]\nstatus = "live"\n'
            'checked = "the sample newspaper of this package: rebuilt from notes, no real site"\n\n'
            f'[fetch]\ndelay = 0\nallow = ["{urlsplit(url).netloc}"]\n'
        )

    def truth(self, night: int, base: str = "") -> list[dict[str, Any]]:
        """The public records of all articles published by ``night``, the newest first, told from the source alone.

        Addresses are absolute where ``base`` (a server's ``url``) is given, else paths. ``state`` is ``live`` or
        ``gone``; ``urls`` holds desktop and mobile address and those the article had before it was moved.
        """
        return [_record(article, base) for article in self._articles[night] if not article.soft_404]

    def answer(self, path: str, base: str) -> SampleAnswer:
        """What the server says to a request for ``path`` (with its query) tonight."""
        parts = urlsplit(path)
        if parts.path == "/robots.txt":
            return self._answer(ROBOTS, "text/plain; charset=utf-8", self._first_hour())
        if parts.path.startswith("/dataimages/"):
            return SampleAnswer(200, _GIF, "image/gif")
        if (match := _ARTICLE.fullmatch(parts.path)) is not None:
            return self._article(match)
        if (match := re.fullmatch(r"/tin-cu/(\d+)\.html", parts.path)) is not None and (
            found := self._find(match[1])
        ):
            return SampleAnswer(301, b"", "text/html", location=found.path())
        section, _, name = parts.path.strip("/").rpartition("/")
        if name == "index.rss" and section in SECTIONS:
            shown = tuple(article for article in self.shown(section) if not article.soft_404)[:20]
            return self._answer(
                pages.feed(section, shown, base), "application/rss+xml; charset=utf-8", self._newest(shown)
            )
        section = parts.path.strip("/")
        if section == "" or section in SECTIONS:
            if not parts.path.endswith("/"):
                return SampleAnswer(301, b"", "text/html", location=f"{parts.path}/")
            return self._list(section, parse_qs(parts.query))
        return self._missing(404)

    def _list(self, section: str, query: Mapping[str, list[str]]) -> SampleAnswer:
        shown = self.shown(section)[: None if section else pages.PAGE_LENGTH]
        asked = query.get("page", ["1"])[0]
        number = int(asked) if asked.isdecimal() else 0
        if not 1 <= number <= pages.pages(shown):
            return self._missing(404)
        name = SECTIONS[section] if section else "Trang chủ"
        path = f"/{section}/" if section else "/"
        html = pages.list_page(name, path, shown, self._popular(), number, self.now())
        return self._page(html, self._newest(shown))

    def _article(self, match: re.Match[str]) -> SampleAnswer:
        found = self._find(match["number"])
        if found is None or found.gone:
            return self._missing(404)
        if found.soft_404:
            return self._missing(200)
        mobile = match["tail"] == "/index.htm"
        if match.string != found.path(mobile=mobile):
            return SampleAnswer(301, b"", "text/html", location=found.path(mobile=mobile))
        older = [other for other in self.shown(found.section) if other.number < found.number and not other.soft_404][
            :4
        ]
        if mobile:
            return self._page(pages.mobile(found, older, self.now()), found.updated or found.published)
        html = pages.desktop(found, older, self._popular(), self.now())
        return self._page(html, found.updated or found.published)

    def _find(self, number: str) -> SampleArticle | None:
        return next((article for article in self._articles[self.night] if article.number == int(number)), None)

    def _popular(self) -> tuple[SampleArticle, ...]:
        return tuple(a for a in self._articles[1] if a.since == 1 and "Đảng" in a.title and a.published.year < 2026)[
            :4
        ]

    def _newest(self, shown: tuple[SampleArticle, ...]) -> datetime:
        return max((article.updated or article.published for article in shown), default=self._first_hour())

    def _first_hour(self) -> datetime:
        return datetime.combine(self.today, time(), VIETNAM)

    def _missing(self, status: int) -> SampleAnswer:
        return SampleAnswer(status, pages.missing(self.now()).encode(), "text/html; charset=utf-8")

    def _page(self, html: str, changed: datetime) -> SampleAnswer:
        return self._answer(html, "text/html; charset=utf-8", changed)

    def _answer(self, text: str, content_type: str, changed: datetime) -> SampleAnswer:
        """The page clock does not count as a change: a weak validator, as RFC 9110 allows."""
        lasting = text.replace(pages.clock(self.now()), "")
        etag = f'W/"{blake2b(lasting.encode(), digest_size=10).hexdigest()}"'
        return SampleAnswer(200, text.encode(), content_type, etag=etag, last_modified=changed)


def _record(article: SampleArticle, base: str) -> dict[str, Any]:
    sections = (article.section, *article.former_sections)
    addresses = [article.path(mobile=mobile, section=section) for section in sections for mobile in (False, True)]
    return {
        "site": SITE_ID,
        "key": str(article.number),
        "url": urljoin(base, article.path()),
        "urls": [urljoin(base, address) for address in addresses],
        "kicker": article.kicker,
        "title": article.title,
        "lead": article.lead,
        "body": list(article.paragraphs),
        "masthead": article.masthead,
        "author": article.author,
        "section": SECTIONS[article.section],
        "tags": [],
        "figures": [
            {"src": urljoin(base, picture.src), "alt": picture.alt, "caption": picture.caption}
            for picture in article.pictures
        ],
        "published_text": article.published_text,
        "published_at": article.published.isoformat(),
        "updated_at": article.updated.isoformat() if article.updated else None,
        "state": "gone" if article.gone else "live",
    }
