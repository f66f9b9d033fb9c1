"""The paper of a scenario: a server whose answers are a function of scenario, night, path and how often it was asked.

It notes what each answer showed, so that the oracle needs no parser: the links of a list, and whether an article's
own address said that there is no such article.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.faults import profiles
from tests.faults.newspaper import FaultNewspaper, Page, Reply, Story, article_html, html, list_html, shell
from tests.faults.scenario import Fault, Scenario, stories_of

STATUSES = {"403", "404", "410", "429", "500", "503"}
WORDS = {
    "login": profiles.LOGIN,
    "maintenance": profiles.MAINTENANCE,
    "flood": profiles.FLOOD,
    "captcha": profiles.CAPTCHA,
    "not-found": profiles.NOT_FOUND,
}
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
    wrong: int = 0  # answers of this night that a sound server would not have given
    _asked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.per_page = self.scenario.page_size
        self.conditional = self.scenario.etags
        self.profile = lambda _, page: self.perturbed(page)

    def begin(self, night: int) -> None:
        """Goes on to ``night``."""
        self.night = night
        self.denied.clear()
        self._asked.clear()
        self.wrong = 0

    def stories(self, night: int | None = None) -> list[Story]:
        return list(stories_of(self.scenario, self.today, night or self.night))

    def page_of(self, path: str) -> Page:
        if path == "/dang-nhap/":
            return Page("other", path, profiles.LOGIN(Page("other", path, Reply())))
        if path.partition("?")[0] == "/":
            return Page("home", path, html(list_html(self.stories()[:3], None)))
        return super().page_of(path)

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
            return number >= fault.place if fault.kind == "cached-on" else number == fault.place
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

    def _bad_list(self, fault: Fault, page: Page) -> Reply:
        number, size = self._number(page), self.per_page
        stories = self.stories()
        following = f"/xay-dung-dang/?page={number + 1}" if number * size < len(stories) else None
        if fault.kind in {"cached", "cached-on"}:
            stories = stories[fault.depth :]
        shown = stories[(number - 1) * size : number * size]
        if fault.kind == "empty":
            shown, following = [], None
        elif fault.kind == "no-next":
            following = None
        elif fault.kind == "back":
            following = "/xay-dung-dang/"
        elif fault.kind == "short":
            shown = shown[:1]
        return html(list_html(shown, following))

    def _bad_article(self, fault: Fault, page: Page) -> Reply:
        assert page.story is not None
        others = [story for story in self.stories() if story.number != page.story.number] or [page.story]
        if fault.kind == "to-other":
            return Reply(302, b"", {"Location": others[0].path})
        if fault.kind == "another":
            return html(article_html(others[-1]))
        if fault.kind == "to-itself":
            return Reply(302, b"", {"Location": page.path})
        if fault.kind == "cookie":
            return page.good if self._asked[page.path] % 2 == 0 else Reply(
                302, b"", {"Location": page.path, "Set-Cookie": "seen=1; Path=/"}
            )  # fmt: skip
        if fault.kind == "older":
            older = stories_of(self.scenario, self.today, max(1, self.night - 2))
            return next((html(article_html(s)) for s in older if s.number == page.story.number), page.good)
        raise ValueError(fault.kind)

    def _witness(self, page: Page, reply: Reply) -> None:
        text = reply.body.decode("utf-8", "replace")
        if page.kind in {"list", "home"}:
            self.shown |= {story.key for story in self.stories() if f'href="{story.path}"' in text}
        elif page.story is not None and (reply.status in {404, 410} or reply.body == WORDS["not-found"](page).body):
            self.denied.add(page.story.key)
