"""The paper of a scenario: a server whose answers are a function of scenario, night, path and how often it was asked.

It notes what each answer showed, so that the oracle needs no parser: the links of a list, and whether an article's
own address said that there is no such article.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urljoin

from tests.faults import profiles
from tests.faults.newspaper import FaultNewspaper, Page, Reply, Story, article_html, html, list_html, shell
from tests.faults.scenario import EditedStory, Fault, Scenario, stories_of

STATUSES = {"403", "404", "410", "429", "500", "503"}
WORDS = {
    "login": profiles.LOGIN,
    "maintenance": profiles.MAINTENANCE,
    "flood": profiles.FLOOD,
    "captcha": profiles.CAPTCHA,
    "not-found": profiles.NOT_FOUND,
}
SECTION = 'sections = ["/xay-dung-dang/"]'
SECTIONS = ("/xay-dung-dang/", "/thoi-su/")
PLACES = {"to-home": "/", "to-login": "/dang-nhap/", "to-list": "/xay-dung-dang/", "to-host": "https://khac.example/"}


def close_at_once(handler: Any) -> None:
    """Ends the connection without an answer."""
    handler.close_connection = True


@dataclass
class GeneratedPaper(FaultNewspaper):
    """Serves ``scenario``, on the night that is set."""

    scenario: Scenario = field(kw_only=True)
    shown: set[str] = field(default_factory=set)  # keys that any list ever showed
    denied: set[str] = field(default_factory=set)  # keys whose own address said this night that they are not there
    older: set[str] = field(default_factory=set)  # keys whose own address gave older words this night
    aged: bool = False  # whether a list said this night that it is days old
    retold: set[str] = field(default_factory=set)  # keys of which a list or sitemap showed that they were edited
    wrong: int = 0  # answers of this night that a sound server would not have given
    missing: set[str] = field(default_factory=set)  # what was missing after the night before
    met: Counter[str] = field(default_factory=Counter)  # what the crawl did this night, as far as a server sees it
    _asked: Counter[str] = field(default_factory=Counter)
    _out: dict[int, list[EditedStory]] = field(default_factory=dict)  # of the night asked for last

    def __post_init__(self) -> None:
        self.per_page = self.scenario.page_size
        self.conditional = self.scenario.validators != "none"
        self.profile = lambda _, page: self.perturbed(page)

    def begin(self, night: int) -> None:
        """Goes on to ``night``."""
        self.night = night
        self.denied.clear()
        self.older.clear()
        self.aged = False
        self._asked.clear()
        self.met.clear()
        self.wrong = 0

    def all_stories(self, night: int | None = None) -> list[EditedStory]:
        """What was ever out by ``night``, removed ones too."""
        wanted = night or self.night
        if wanted not in self._out:
            self._out = {wanted: stories_of(self.scenario, self.today, wanted)}
        return self._out[wanted]

    def stories(self, night: int | None = None) -> list[Story]:
        upto = night or self.night
        return [each for each in self.all_stories(upto) if each.removed is None or each.removed > upto]

    def section(self, number: int) -> list[Story]:
        """The stories of a section, the newest first."""
        return [each for each in self.stories() if each.number % self.scenario.sections == number]

    def site_file(self, *, delay: float = 0, more: str = "", fetch: str = "") -> str:
        roots = 'sections = ["/xay-dung-dang/", "/thoi-su/"]' if self.scenario.sections == 2 else SECTION
        roots += '\nfeeds = ["/rss.xml"]' if self.scenario.feed else ""
        roots += '\nsitemaps = ["/sitemap.xml"]' if self.scenario.sitemap else ""
        return super().site_file(delay=delay, more=more, fetch=fetch).replace(SECTION, roots)

    def page_of(self, path: str) -> Page:
        bare = path.partition("?")[0]
        if bare in SECTIONS[: self.scenario.sections]:
            return Page("list", path, html(self._list(path, self.section(SECTIONS.index(bare)))))
        if bare == "/rss.xml" and self.scenario.feed:
            return Page("feed", path, self._feed(self.stories()))
        if bare == "/sitemap.xml" and self.scenario.sitemap:
            return Page("sitemap", path, self._sitemap(self.all_stories()))
        for story in self.all_stories():
            if story.removed is not None and story.removed <= self.night and bare == story.path:
                return Page("removed", path, html(shell("Lỗi", "<p>Bài không còn.</p>"), story.gone_as), story)
            if story.moved and bare == replace(story, moved=False).path:
                return Page("moved", path, Reply(301, b"", {"Location": story.path}), story)
            if bare == story.path:
                return Page("article", path, html(self._article(story)), story)
        if path == "/dang-nhap/":
            return Page("other", path, profiles.LOGIN(Page("other", path, Reply())))
        if path.partition("?")[0] == "/":
            return Page("home", path, html(list_html(self.stories()[:3], None)))
        return super().page_of(path)

    def _article(self, story: Story, canonical: str | None = None) -> str:
        named = canonical or (story.path if self.scenario.canonical else None)
        link = f'<link rel="canonical" href="{urljoin(self.url, named)}">' if named else ""
        return article_html(story).replace("</head>", f"{link}</head>")

    def _list(self, path: str, stories: list[Story], shift: int = 0) -> str:
        """A page of a list. ``shift`` is by how many entries what follows moved while the list was turned."""
        bare, number = path.partition("?")[0], int(path.partition("page=")[2] or 1)
        begin = max(0, (number - 1) * self.per_page + (shift if number > 1 else 0))
        more = begin + self.per_page < len(stories)
        return list_html(stories[begin : begin + self.per_page], f"{bare}?page={number + 1}" if more else None)

    def _feed(self, stories: list[Story]) -> Reply:
        items = "".join(
            f"<item><title>{s.title}</title><link>{self.url}{s.path}</link>"
            f"<pubDate>{format_datetime(s.published)}</pubDate></item>"
            for s in stories[: self.scenario.feed]
        )
        text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>B</title>{items}</channel></rss>'
        return Reply(200, text.encode(), {"Content-Type": "application/rss+xml"})

    def _sitemap(self, stories: Sequence[Story]) -> Reply:
        items = "".join(
            f"<url><loc>{self.url}{s.path}</loc><lastmod>{self._modified(s).isoformat()}</lastmod></url>"
            for s in stories
            if isinstance(s, EditedStory) and (s.removed is None or s.removed > self.night)
        )
        text = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</urlset>'
        return Reply(200, text.encode(), {"Content-Type": "application/xml"})

    def _modified(self, story: EditedStory) -> datetime:
        """Half an hour before the night of its edit, or when it was published."""
        if not story.version or story.edited is None:
            return story.published
        return (self.today + timedelta(days=story.edited - 1, minutes=-30)).replace(microsecond=0)

    def answer(self, path: str, etag: str | None) -> Reply:
        stuck = self.scenario.validators == "stuck" and self.night <= self.scenario.last_bad
        page = self.page_of(path)
        if stuck and page.kind in {"list", "feed", "sitemap"}:
            if etag == '"stuck"':
                self.wrong += 1
                return Reply(304, b"", {"ETag": etag})
            reply = self.perturbed(page)
            if reply is page.good:
                reply.headers["ETag"] = '"stuck"'
            return reply
        return super().answer(path, etag)

    def moment(self) -> datetime:
        """The clock that the server's ``Date`` shows."""
        kinds = {
            fault.kind for fault in self.scenario.faults if fault.target == "clock" and fault.night == self.night
        }
        wrong = timedelta(days=2 * ("ahead" in kinds) - 2 * ("behind" in kinds))
        return datetime.now(UTC) + timedelta(days=self.night - 1) + wrong

    def perturbed(self, page: Page) -> Reply:
        """What is really sent for a page, by the faults of the night."""
        self._asked[page.path] += 1
        reply = page.good
        for fault in self.scenario.faults:
            if fault.night == self.night and self._hits(fault, page):
                reply = self._bad(fault, page)
                self.wrong += reply is not page.good
        self._witness(page, reply)
        return reply

    def _hits(self, fault: Fault, page: Page) -> bool:
        if fault.target != page.kind or (fault.first_only and self._asked[page.path] > 1):
            return False
        if page.kind == "list":
            number = self._number(page)
            if page.path.partition("?")[0] != SECTIONS[fault.depth % self.scenario.sections]:
                return False
            on = fault.kind in {"cached-on", "aged", "delisted", "inserted"}
            return number >= fault.place if on else number == fault.place
        return page.kind != "article" or fault.place in {0, getattr(page.story, "number", None)}

    def _number(self, page: Page) -> int:
        return int(page.path.partition("page=")[2] or 1)

    def _bad(self, fault: Fault, page: Page) -> Reply:
        kind = fault.kind
        if kind in STATUSES:
            more = {"Retry_After": "0"} if kind in {"429", "503"} else {}
            return html(shell("Error", "<p>Error</p>"), int(kind), **more)
        if kind == "reset":
            return Reply(raw=close_at_once)
        if kind in WORDS:
            return WORDS[kind](page)
        if kind in PLACES:
            return Reply(302, b"", {"Location": PLACES[kind]})
        if kind == "home":
            return self.page_of("/").good
        if kind == "nothing":
            return html("")
        if kind == "cut":
            return profiles.cut(page)
        reply: Reply = getattr(self, f"_bad_{page.kind}")(fault, page)
        return reply

    def _bad_robots(self, fault: Fault, page: Page) -> Reply:
        rules = {"no-lists": "/xay-dung-dang/$", "no-articles": "/xay-dung-dang/2", "nobody": "/"}
        if fault.kind == "html":
            return html(shell("Trang chủ", "<p>Báo Hỏng</p>"))
        text = f"User-agent: *\nDisallow: {rules[fault.kind]}\n"
        return Reply(body=text.encode(), headers={"Content-Type": "text/plain"})

    def _bad_feed(self, fault: Fault, page: Page) -> Reply:
        return self._feed([] if fault.kind == "empty" else self.stories()[fault.depth :])

    def _bad_sitemap(self, fault: Fault, page: Page) -> Reply:
        return self._sitemap([] if fault.kind == "empty" else self.stories()[fault.depth :])

    def _bad_list(self, fault: Fault, page: Page) -> Reply:
        number, size = self._number(page), self.per_page
        bare = page.path.partition("?")[0]
        stories = self.section(SECTIONS.index(bare))
        following = f"{bare}?page={number + 1}" if number * size < len(stories) else None
        if fault.kind in {"delisted", "inserted"}:
            return html(self._list(page.path, stories, 1 if fault.kind == "delisted" else -1))
        if fault.kind == "aged":
            return html(self._list(page.path, stories[fault.depth :]), Age=str(3 * 86400))
        if fault.kind in {"cached", "cached-on"}:
            stories = stories[fault.depth :]
        shown = stories[(number - 1) * size : number * size]
        if fault.kind == "empty":
            shown, following = [], None
        elif fault.kind == "no-next":
            following = None
        elif fault.kind == "back":
            following = bare
        elif fault.kind == "short":
            shown = shown[:1]
        return html(list_html(shown, following))

    def _bad_article(self, fault: Fault, page: Page) -> Reply:
        assert page.story is not None
        others = [story for story in self.stories() if story.number != page.story.number] or [page.story]
        if fault.kind.startswith("canonical-"):
            where = {"home": "/", "list": "/xay-dung-dang/", "other": others[0].path, "host": "https://khac.example/"}
            return html(self._article(page.story, where[fault.kind.partition("-")[2]]))
        if fault.kind == "to-other":
            return Reply(302, b"", {"Location": others[0].path})
        if fault.kind == "another":
            return html(article_html(others[-1]))
        if fault.kind == "to-itself":
            return Reply(302, b"", {"Location": page.path})
        if fault.kind == "cookie":
            if "seen=1" in self.cookie:
                self.met["cookie sent back"] += 1
                return page.good
            return Reply(302, b"", {"Location": page.path, "Set-Cookie": "seen=1; Path=/"})
        if fault.kind == "chain":
            bare, _, steps = page.path.partition("?buoc=")
            if steps == "2":
                self.met["redirect chain"] += 1
                return page.good
            return Reply(302, b"", {"Location": f"{bare}?buoc={int(steps or 0) + 1}"})
        if fault.kind == "older":
            older = stories_of(self.scenario, self.today, max(1, self.night - 2))
            reply = next((html(article_html(s)) for s in older if s.number == page.story.number), page.good)
            self.older |= {page.story.key} if reply.body != page.good.body else set()
            return reply
        raise ValueError(fault.kind)

    def _witness(self, page: Page, reply: Reply) -> None:
        text = reply.body.decode("utf-8", "replace")
        self.aged = self.aged or "Age" in reply.headers
        if page.kind in {"list", "home", "feed", "sitemap"}:
            for story in self.all_stories():
                if f'{story.path}"' not in text and f"{story.path}<" not in text:
                    continue
                self.shown.add(story.key)
                told = f">{story.title}<" in text if story.retitled else page.kind == "sitemap"
                if story.version and told:
                    self.retold.add(story.key)
        elif page.story is None:
            return
        elif reply.status in {301, 302, 304, 404, 410} or reply.body == WORDS["not-found"](page).body:
            self.denied.add(page.story.key)
        elif reply is page.good:
            self.denied.discard(page.story.key)  # a chain of redirects has led back to it
