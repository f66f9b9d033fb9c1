"""Learns the template of a new site whose pages no family reads, from a dozen of its articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from scraper.commands.polite_visits import Answer, Ask
from scraper.items import NotAnArticle
from scraper.learning import Captured, Label, TooFewPages, labels_of_feed, labels_of_list, learn, merged
from scraper.learning.site_lines import site_data, site_lines
from scraper.pages.family import Family
from scraper.pages.feeds import looks_like_feed, looks_like_sitemap
from scraper.pages.learned import LearnedPages
from scraper.sites.learned import LearnedPart

MOST_PAGES = 12
"""How many articles are asked for. Fewer than five teach nothing, and more than a dozen teach little."""

_LEAST_READ = 0.8  # of the pages that taught it must be read, else the template is not believed


@dataclass(frozen=True, kw_only=True)
class Taught:
    """A template that was learned: the lines of the site file, and how many of its pages are read with it."""

    lines: tuple[str, ...]
    article: Answer  # one of the pages that are read with it
    read: int
    pages: int


async def learn_new_site(
    ask: Ask, pages: Family, addresses: Iterable[str], lists: Sequence[Answer], today: date
) -> Taught | None:
    """What the articles at ``addresses`` teach, together with what the ``lists`` and feeds say of them.

    None where they teach too little, or where what they teach does not read them.
    """
    answers: list[Answer] = []
    for url in dict.fromkeys(pages.fetch_url(each) or each for each in addresses):
        answer = await ask(url) if len(answers) < MOST_PAGES else None
        if answer is not None and answer.status == 200:
            answers.append(answer)
    return _taught(pages, answers, lists, today)


def _taught(pages: Family, answers: Sequence[Answer], lists: Sequence[Answer], today: date) -> Taught | None:
    fed = [answer for answer in lists if looks_like_feed(answer.body) or looks_like_sitemap(answer.body)]
    shown = [Captured(answer.url, answer.text) for answer in lists if answer not in fed]
    labels: dict[str, Label] = merged(
        [*(labels_of_feed(answer.body) for answer in fed), *(labels_of_list(each.html, each.url) for each in shown)]
    )
    try:
        learned = learn([Captured(answer.url, answer.text) for answer in answers], labels, shown)
    except TooFewPages:
        return None
    if not {"title", "body"} <= learned.fields.keys():
        return None
    data = site_data(learned, today)
    reader = LearnedPages(pages, data["select"], LearnedPart.model_validate(data["learned"]))
    read = [answer for answer in answers if _reads(reader, answer)]
    if len(read) < _LEAST_READ * len(answers):
        return None
    lines = tuple(site_lines(learned, today))
    return Taught(lines=lines, article=read[0], read=len(read), pages=len(answers))


def _reads(reader: LearnedPages, answer: Answer) -> bool:
    try:
        return reader.article(answer.text, answer.url).parser == reader.parser
    except NotAnArticle:
        return False
