"""One truth, perturbed twice by one seed: what a paper publishes, and what each request is allowed to see.

A scenario is plain data, so that it can be kept, replayed by its seed and made smaller article by article and fault
by fault. Nights 1 to ``last_bad`` have up to three faults each; after them everything is served as it is.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tests.faults.newspaper import VIETNAM, Story

GOOD_NIGHTS = 7
"""Nights at the end on which nothing is wrong."""

ON_LISTS = (
    "empty", "login", "maintenance", "flood", "captcha", "home", "to-home", "to-login", "no-next", "back", "cut",
    "short", "cached", "cached-on", "aged", "delisted", "inserted", "403", "404", "410", "429", "500", "503",
    "reset", "nothing",
)  # fmt: skip
ON_FEEDS = ("empty", "nothing", "login", "home", "cut", "403", "404", "500", "503", "reset", "cached")
ON_SITEMAPS = ("empty", "nothing", "login", "home", "403", "404", "500", "503", "reset", "cached")
ON_ARTICLES = (
    "not-found", "login", "maintenance", "flood", "captcha", "home", "nothing", "to-home", "to-login", "to-other",
    "to-list", "to-host", "to-itself", "cookie", "chain", "another", "older", "cut",
    "canonical-home", "canonical-list", "canonical-other", "canonical-host", "403", "404", "410", "429", "500", "503",
    "reset",
)  # fmt: skip
ON_ROBOTS = ("html", "403", "404", "500", "reset", "no-lists", "no-articles", "nobody")


@dataclass(frozen=True)
class PlannedArticle:
    """An article, the night from which it is out, and what becomes of it."""

    number: int
    out: int
    minutes: int  # before half past one of that night; an old date where it is published late
    edited: int | None = None  # the night from which its words are other ones
    retitled: bool = False  # whether its title is another one then, too
    removed: int | None = None  # the night from which it is gone
    gone_as: int = 404
    moved: int | None = None  # the night from which it stands at another address, to which the old one leads


@dataclass(frozen=True)
class Fault:
    """What goes wrong on one night. ``place`` is a page's or an article's number, 0 for all of them."""

    night: int
    target: str  # list, feed, sitemap, article, robots, clock
    kind: str
    place: int = 0
    depth: int = 0  # by how many articles a cache lags
    first_only: bool = False  # the second try is answered well


@dataclass(frozen=True)
class Scenario:
    """What one seed makes."""

    seed: int
    page_size: int
    validators: str  # none, right, or stuck: the same for a changed list, while nights are bad
    last_bad: int
    articles: tuple[PlannedArticle, ...]
    faults: tuple[Fault, ...]
    sections: int = 1
    feed: int = 0  # items of its feed; 0: it has none
    sitemap: bool = False
    canonical: bool = False  # whether its pages name their own address

    @property
    def nights(self) -> int:
        return self.last_bad + GOOD_NIGHTS


@dataclass(frozen=True)
class EditedStory(Story):
    """A story whose words may have changed."""

    version: int = 0
    edited: int | None = None  # the night of its edit
    retitled: bool = False
    removed: int | None = None
    gone_as: int = 404
    moved: bool = False

    @property
    def key(self) -> str:
        return str((950_000 if self.moved else 900_000) + self.number)

    @property
    def path(self) -> str:
        return f"/xay-dung-dang/{self.published:%Y%m}/bai-so-{self.number}-{self.key}/"

    @property
    def title(self) -> str:
        return f"{super().title}: tin sửa lần {self.version}" if self.retitled and self.version else super().title

    @property
    def lasting_key(self) -> str:
        """The key of its first address."""
        return str(900_000 + self.number)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        first, *rest = super().paragraphs
        return (f"{first} Bản sửa lần {self.version}." if self.version else first, *rest)


def make_scenario(seed: int) -> Scenario:
    """The scenario of a seed."""
    chance = random.Random(seed)
    page_size = chance.choice((2, 3, 5, 5, 8, 10, 20))
    last_bad = chance.randint(4, 6)
    first, nightly = chance.randint(4, 24), chance.choice((0, 1, 1, 2, 3, 5))
    articles: list[PlannedArticle] = []

    def add(out: int, minutes: int) -> None:
        fate = chance.choices(("stays", "edited", "retitled", "removed", "moved"), (80, 6, 6, 4, 4))[0]
        then = out + chance.randint(1, 3)
        if then > last_bad:
            fate = "stays"
        articles.append(
            PlannedArticle(
                len(articles) + 1,
                out,
                minutes,
                edited=then if fate in {"edited", "retitled"} else None,
                retitled=fate == "retitled",
                removed=then if fate == "removed" else None,
                gone_as=chance.choice((404, 410)),
                moved=then if fate == "moved" else None,
            )
        )

    for _ in range(first):
        add(1, 30 + 11 * len(articles))
    for night in range(2, last_bad + 1):
        for _ in range(chance.randint(0, 2 * nightly)):
            late = chance.random() < 0.08
            add(night, chance.randint(3, 9) * 1440 if late else 20 + 7 * len(articles) % 900)
    feed, sitemap = chance.choice((0, 0, 5, 15)), chance.random() < 0.3
    faults = [
        a_fault(chance, night, articles, feed=bool(feed), sitemap=sitemap)
        for night in range(1, last_bad + 1)
        for _ in range(chance.randint(0, 3))
    ]
    return Scenario(
        seed,
        page_size,
        chance.choice(("none", "right", "right", "stuck")),
        last_bad,
        tuple(articles),
        tuple(faults),
        sections=chance.choice((1, 1, 2)),
        feed=feed,
        sitemap=sitemap,
        canonical=chance.random() < 0.5,
    )


def a_fault(chance: random.Random, night: int, articles: list[PlannedArticle], *, feed: bool, sitemap: bool) -> Fault:
    targets = ("list", "article", "robots", "clock", "feed", "sitemap")
    target = chance.choices(targets, (10, 10, 2, 1, 3 * feed, 3 * sitemap))[0]
    once = chance.random() < 0.15
    if target == "list":
        kind = chance.choice(ON_LISTS)
        return Fault(night, target, kind, chance.choice((1, 2, 2, 3)), chance.randint(1, 15), once)
    if target == "clock":
        return Fault(night, target, chance.choice(("ahead", "behind")))
    if target in {"feed", "sitemap"}:
        kind = chance.choice(ON_FEEDS if target == "feed" else ON_SITEMAPS)
        return Fault(night, target, kind, 0, chance.randint(1, 9), once)
    if target == "robots":
        return Fault(night, target, chance.choice(ON_ROBOTS))
    out = [article.number for article in articles if article.out <= night]
    place = 0 if chance.random() < 0.3 else chance.choice(out[-6:])
    return Fault(night, target, chance.choice(ON_ARTICLES), place, 0, once)


def stories_of(scenario: Scenario, today: datetime, night: int) -> list[EditedStory]:
    """What the paper shows by ``night``, the newest first. ``today`` is the moment of the first night."""
    found = []
    for each in scenario.articles:
        if each.out > night:
            continue
        published = today + timedelta(days=each.out - 1) - timedelta(minutes=each.minutes, hours=1)
        moment = published.astimezone(VIETNAM).replace(second=0, microsecond=0)
        version = int(each.edited is not None and each.edited <= night)
        found.append(
            EditedStory(
                each.number,
                moment,
                each.out,
                version,
                each.edited,
                each.retitled,
                each.removed,
                each.gone_as,
                each.moved is not None and each.moved <= night,
            )
        )
    return sorted(found, key=lambda story: (story.published, story.number), reverse=True)


def without(scenario: Scenario, *, fault: int | None = None, article: int | None = None) -> Scenario:
    """The scenario without one fault (by its place) or article (by its number): smaller ones are easier to read."""
    faults = tuple(each for place, each in enumerate(scenario.faults) if place != fault)
    return replace(scenario, faults=faults, articles=tuple(a for a in scenario.articles if a.number != article))


def single_faults(night: int) -> list[Scenario]:
    """Each kind of fault alone, on ``night``: on the first page and on the second, on all articles and on one.

    Each paper has twelve articles in lists of five, and one more on the second night and on the third. Seeds from
    1000 on number them.
    """

    def alone(seed: int, fault: Fault) -> Scenario:
        made = Scenario(seed, 5, "none", 2, tuple(articles), (fault,))
        return replace(made, feed=5 * (fault.target == "feed"), sitemap=fault.target == "sitemap")

    articles = [PlannedArticle(number, 1, 30 + 11 * number) for number in range(1, 13)]
    articles += [PlannedArticle(12 + each, each, 20) for each in (2, 3)]
    faults = [Fault(night, "list", kind, place, 6) for kind in ON_LISTS for place in (1, 2)]
    faults += [Fault(night, "article", kind, place) for kind in ON_ARTICLES for place in (0, 12)]
    faults += [Fault(night, "feed", kind, 0, 6) for kind in ON_FEEDS]
    faults += [Fault(night, "sitemap", kind, 0, 6) for kind in ON_SITEMAPS]
    faults += [Fault(night, "robots", kind) for kind in ON_ROBOTS]
    return [alone(seed, fault) for seed, fault in enumerate(faults, start=1000 * night)]
