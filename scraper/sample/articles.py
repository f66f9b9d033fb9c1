"""What the sample newspaper has published by each of its three nights: the seed article and composed ones."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

from scraper.clock import VIETNAM
from scraper.items import Block, Paragraph, Picture
from scraper.text import fold

NIGHTS = (1, 2, 3)
SECTIONS = {
    "xay-dung-dang": "Xây dựng Đảng",
    "xay-dung-dang/kiem-tra-giam-sat": "Kiểm tra, giám sát",
    "chinh-tri": "Chính trị",
    "kinh-te": "Kinh tế",
    "van-hoa": "Văn hóa",
    "van-hoa/giao-duc": "Giáo dục",
}
_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_MASTHEAD = re.compile(r"\((BM)\) |(BM) - ")
_MINUTES_A_NUMBER = 18  # Báo Ấp Bắc went from 1006431 (26/3/2024) to 1016437 (24/7/2024): some 80 numbers a day
_MUST_FOLLOW = date(2025, 10, 10)  # the stories with a date of their own end in September 2025


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleArticle:
    """One article as it stands on one night. ``body`` has neither lead nor byline; pictures stand in their places."""

    number: int
    section: str  # a key of SECTIONS
    published: datetime
    title: str
    kicker: str | None
    lead: str
    masthead: str | None
    body: tuple[Block, ...]
    author: str
    repeats_lead: bool = False  # the page prints the lead again as the first paragraph of the body
    mobile_minutes: int = 0  # how much later the mobile page says it was published
    updated: datetime | None = None  # the moment of an edit that the page admits
    since: int = 1  # the night on which it is first shown
    gone: bool = False
    soft_404: bool = False  # lists show it, its page says with status 200 that it does not exist
    former_sections: tuple[str, ...] = ()  # where it lay before it was moved

    @property
    def slug(self) -> str:
        """The title as its address spells it."""
        return "-".join(re.findall(r"[a-z0-9]+", fold(self.title)))

    def path(self, *, mobile: bool = False, section: str | None = None) -> str:
        """The path of its desktop or mobile address."""
        tail = "index.htm" if mobile else ""
        return f"/{section or self.section}/{self.published:%Y%m}/{self.slug}-{self.number}/{tail}"

    @property
    def published_text(self) -> str:
        """The date line of the desktop page."""
        return f"{_WEEKDAYS[self.published.weekday()]}, {self.published:%d/%m/%Y, %H:%M} (GMT+7)"

    @property
    def mobile_text(self) -> str:
        """The date line of the mobile page."""
        moment = self.updated or self.published + timedelta(minutes=self.mobile_minutes)
        return f"Cập nhật: {moment:%H:%M, %d/%m/%Y} (GMT+7)"

    @property
    def updated_text(self) -> str | None:
        """The line of an edit that the desktop page admits."""
        return f"Cập nhật: {self.updated:%H:%M, %d/%m/%Y} (GMT+7)" if self.updated else None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body without its pictures."""
        return tuple(block.text for block in self.body if isinstance(block, Paragraph))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures of the body."""
        return tuple(block for block in self.body if isinstance(block, Picture))


@dataclass(frozen=True, slots=True)
class _Story:
    """An article as first published, and what becomes of it."""

    article: SampleArticle
    fate: dict[str, Any]


def articles(today: date) -> dict[int, tuple[SampleArticle, ...]]:
    """For each night, all articles published so far, the newest first; those taken down since are marked gone.

    The first night is that of ``today`` (in Vietnam), its newest articles are of the first hour. None is dated more
    than two days after the start of ``today``: a page of such a date is not believed, whenever today it is crawled.
    Raises ValueError for a day before October 2025.
    """
    if today < _MUST_FOLLOW:
        raise ValueError(f"the sample newspaper begins on {_MUST_FOLLOW}, not on {today}")
    stories = _numbered([*_composed(today), _Story(_soft_404(today), {})])
    stories.append(_Story(_seed(), {}))
    stories.sort(key=lambda story: story.article.number, reverse=True)
    return {
        night: tuple(_on(night, story, today) for story in stories if story.article.since <= night)
        for night in NIGHTS
    }


def _on(night: int, story: _Story, today: date) -> SampleArticle:
    article, fate = story.article, story.fate
    if night >= fate.get("edit_night", 9):
        first, *rest = article.body
        moment = datetime.combine(today + timedelta(days=fate["edit_night"] - 1), time(0, 55), VIETNAM)
        article = replace(
            article,
            lead=article.lead.removesuffix(".") + " (đã đính chính).",
            body=(first, Paragraph(text=_ADDED.format(n=fate["n"])), *rest),
            updated=None if fate.get("edit_silent") else moment,
        )
    if night >= fate.get("move_night", 9):
        article = replace(article, section=fate["move_to"], former_sections=(article.section,))
    if night >= fate.get("gone_night", 9):
        article = replace(article, gone=True)
    return article


_ADDED = "Tòa soạn đính chính: con số {n} nêu trong tin là số liệu tạm tính, số chính thức sẽ được công bố sau."


def _numbered(stories: list[_Story]) -> list[_Story]:
    """The stories with the numbers their moments give, each greater than that of the one before."""
    seed = _seed()
    number = seed.number
    out = []
    for story in sorted(stories, key=lambda story: story.article.published):
        minutes = (story.article.published - seed.published).total_seconds() / 60
        number = max(number + 1, seed.number + int(minutes // _MINUTES_A_NUMBER))
        body = tuple(
            replace(
                block, src=f"/dataimages/{story.article.published:%Y%m}/original/images{number * 2 + place}_bm.jpg"
            )
            if isinstance(block, Picture)
            else block
            for place, block in enumerate(story.article.body)
        )
        out.append(replace(story, article=replace(story.article, number=number, body=body)))
    return out


def _seed() -> SampleArticle:
    data = _read("seed.toml")
    body = tuple(
        Paragraph(text=item)
        if isinstance(item, str)
        else Picture(src=f"/dataimages/202407/original/images19512{place:02}_hn.jpg", **item)
        for place, item in enumerate(data.pop("body"))
    )
    return SampleArticle(**data, body=body)


def _soft_404(today: date) -> SampleArticle:
    return SampleArticle(
        number=0,
        section="chinh-tri",
        published=datetime.combine(today - timedelta(days=2), time(8, 0), VIETNAM),
        title="Bài viết chờ duyệt lại",
        kicker=None,
        lead="Nội dung đang được cập nhật.",
        masthead=None,
        body=(),
        author="",
        soft_404=True,
    )


def _composed(today: date) -> Iterator[_Story]:
    data = _read("stories.toml")
    stock: dict[str, list[str]] = data["stock"]
    for form in data["form"]:
        for story in form["story"]:
            day = story.get("date") or today - timedelta(days=story["ago"])
            moment = datetime.combine(day, time.fromisoformat(story["time"]), VIETNAM)
            filled = {**story, "when": _when(moment), "day": f"{day.day}-{day.month}"}
            chance = random.Random(f"{form['title']}{story['time']}")  # noqa: S311 - the same choice at each start
            own = [text.format(**filled) for text in form["body"]]
            general = chance.sample(stock[form["section"].split("/")[0]], 3)
            lead = form["lead"].format(**filled)
            masthead = _MASTHEAD.match(lead)
            yield _Story(
                SampleArticle(
                    number=0,
                    section=form["section"],
                    published=moment,
                    title=form["title"].format(**filled),
                    kicker=form["kicker"].format(**filled) if "kicker" in form else None,
                    lead=lead,
                    masthead=next(filter(None, masthead.groups())) if masthead else None,
                    body=tuple(_body([*own, *general], [[t.format(**filled) for t in f] for f in form["figures"]])),
                    author=form["author"],
                    repeats_lead=form.get("repeats_lead", False),
                    mobile_minutes=story.get("mobile_minutes", 0),
                    since=story.get("night", 1),
                ),
                story,
            )


def _body(paragraphs: list[str], figures: list[list[str]]) -> Iterator[Block]:
    for place, text in enumerate(paragraphs):
        yield Paragraph(text=text)
        if place < len(figures):
            alt, caption = figures[place]
            yield Picture(src="", alt=alt, caption=caption or None)


def _when(moment: datetime) -> str:
    """The event's day as a report of that moment names it, without a year."""
    event = moment if moment.hour >= 7 else moment - timedelta(days=1)
    part = "Sáng" if 7 <= moment.hour < 13 else "Chiều"
    return f"{part} {event.day}-{event.month}"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("scraper.sample").joinpath(name).read_text(encoding="utf-8"))
