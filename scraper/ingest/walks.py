"""Follows one list, feed or sitemap from page to page through the answers of a file, and tells how whole it was read.

A list was read whole if the walk reached what its first page showed when it was last read whole, or a known end of
the list. A page that says less than it should (empty, cut off, without its next link, another page in its place) is
no end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any

from scraper.addresses import comparable, same_address
from scraper.fetch.snapshot import KnownSource, Validators
from scraper.ingest.answers import HOPS, Answers, CapturedAnswer
from scraper.items import ListPage
from scraper.sites import Site
from scraper.store.archive import moment

OLD = 86_400
"""Seconds. A page that a cache has kept for a day or longer cannot show what came since the last night."""

NO_FEED = "a page in place of the feed or sitemap"

NO_LINK = "shows no article link"


class Walk:
    """One source, as far as it was followed. ``before`` is its row as the last run left it."""

    def __init__(self, answers: Answers, site: Site, root: str, before: Mapping[str, Any]) -> None:
        self._answers = answers
        self._site = site
        self._root = root
        self._visited: set[str] = set()
        head = before["head"]
        self._known = KnownSource(head=None if head is None else frozenset(json.loads(head)))
        self._pages_before: int = before["pages"]
        self._end_before: str | None = before["end_seen"]
        self._looked_before: str | None = before["last_looked"]
        self._size = 0  # entries of the longest page so far
        self.url = root
        self.first: CapturedAnswer | None = None
        self.landing: CapturedAnswer | None = None
        self.last_page = root
        self.first_keys: tuple[str, ...] = ()
        self.keys: set[str] = set()
        self.repeated: set[str] = set()  # keys on several pages: boxes of chosen articles
        self.children: list[str] = []
        self.pages = 0
        self.unseen = 0
        self.whole = False
        self.to_the_end = False
        self.end_seen: str | None = None
        self.reason: str | None = None

    @property
    def _landed(self) -> CapturedAnswer:
        landed = self.landing or self.first
        assert landed is not None  # noqa: S101 - follow_source gives no walk without an answer
        return landed

    @property
    def source_kind(self) -> str:
        """list, feed or sitemap, by what the server sent, else by what the site's file calls it."""
        return self._landed.source_kind if self._landed.kind == "page" else _kind_of_root(self._site, self._root)

    @property
    def at(self) -> datetime:
        """When its first page was sent."""
        return self._landed.at

    @property
    def status(self) -> int | None:
        """The status of its first page."""
        return self._landed.status

    @property
    def validators(self) -> Validators:
        """The validators that came with its first page."""
        return self._landed.validators

    def follow(self) -> None:
        """Goes on until the source ends, or turns out not to be whole."""
        for _ in range(self._site.fetch.max_pages + HOPS):
            if not self._step():
                return

    def _step(self) -> bool:
        """Handles one answer. Returns False when the walk has ended."""
        answer = self._answers.of(self._site.id, self.url)
        if answer is None:
            return self._end(None if self.first is None else "stopped before its end")
        self.first = self.first or answer
        if comparable(self.url) in self._visited:
            return self._meet_end("its pages lead back to themselves")
        self._visited.add(comparable(self.url))
        if answer.kind == "redirect" and answer.target is not None:
            if self.pages and not same_address(self.url, answer.target):
                return self._meet_end("its next page leads elsewhere")
            self.url = answer.target
            return True
        self.landing = self.landing or answer
        if answer.kind == "unchanged":
            return self._end()
        if answer.kind != "page" or answer.page is None:
            reason = answer.reason or answer.kind
            return self._end(reason, whole=reason == "window" or (reason in {"limit", "capped"} and self._is_joined))
        return self._turn(answer, answer.page)

    def _turn(self, answer: CapturedAnswer, page: ListPage) -> bool:
        self.pages += 1
        self.last_page = self.url
        # A page whose own entries stand in a box of chosen articles too shows as many fewer than the last page may.
        # Each is one page's own entry, so the page with the fewest of them has at most this share of the box.
        longest = self._size + len(self.repeated) // max(1, self.pages - 1)
        news = set(answer.keys) - self.keys
        self.repeated |= set(answer.keys) - news
        self.keys |= news
        self.first_keys = self.first_keys or answer.keys
        self.unseen += answer.unseen
        self.children += page.children
        if not page.whole:
            return self._end("cut short")
        if answer.source_kind == "list" and self._root in (*self._site.feeds, *self._site.sitemaps):
            return self._end(NO_FEED)
        if max(answer.age, answer.behind - self._answers.usually_behind(self._site.id)) >= OLD:
            return self._end("from an old cache")
        if answer.source_kind == "list" and not answer.keys:
            return self._meet_end(NO_LINK)
        if page.next_url is None:
            return self._meet_end(self._why_no_end(answer, news, longest))
        self._size = max(self._size, len(answer.keys))
        self.url = page.next_url
        following = self._answers.of(self._site.id, self.url)
        if answer.source_kind == "feed" and (following is None or following.kind not in {"page", "redirect"}):
            return self._end(to_the_end=True)  # older pages of a feed are asked for while they show news
        if following is None and self._is_joined and (not answer.unseen or not news):
            return self._end()
        return True

    @property
    def _is_joined(self) -> bool:
        return self._known.is_joined(self.keys)

    def _why_no_end(self, answer: CapturedAnswer, news: Set[str], longest: int) -> str | None:
        """Why a page without a next link is no end of its list; None if it is. It may show ``longest`` keys."""
        if answer.source_kind != "list":
            return None
        if self.pages == 1:
            return "no further page, where there was one before" if self._pages_before > 1 else None
        if len(answer.keys) > longest:
            return "its last page is longer than those before"
        return None if news else "its last page repeats those before"

    def _meet_end(self, why_not: str | None) -> bool:
        """Ends the list here. The end is believed if nothing speaks against it, or if it was the same last time."""
        if self._landed.source_kind != "list":
            return self._end(to_the_end=True)
        self.end_seen = f"{comparable(self.url)} {why_not or ''}".strip()
        seen_twice = self.end_seen == self._end_before and self._looked_before != moment(self.at)
        if why_not is None or (seen_twice and self.pages > 1):
            return self._end(to_the_end=True)
        if self.pages and self.keys and self._known.head is not None and self._is_joined:
            return self._end()
        return self._end(why_not)

    def _end(self, reason: str | None = None, *, whole: bool | None = None, to_the_end: bool = False) -> bool:
        self.whole = reason is None if whole is None else whole
        self.to_the_end = to_the_end
        self.reason = None if self.whole else reason
        return False


def follow_source(answers: Answers, site: Site, root: str, before: Mapping[str, Any]) -> Walk | None:
    """Follows the source from its first page on. Returns None if its first page was not requested."""
    walk = Walk(answers, site, root, before)
    walk.follow()
    return walk if walk.first is not None else None


def _kind_of_root(site: Site, url: str) -> str:
    """The kind that the site file gives to a source of which no page was sent."""
    return "feed" if url in site.feeds else "list" if url in site.sections or url == site.home else "sitemap"
