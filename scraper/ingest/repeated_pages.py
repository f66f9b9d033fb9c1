"""Rejects pages that share one title or text. Each of them looks like an article, but together they are none."""

from __future__ import annotations

from scraper.items import Article, Reject
from scraper.text import fold
from scraper.text.sentence import Sentence

SAME_TITLE = 5
"""If this many addresses share a title, and they are half of a site's articles of a night, all show the same page."""

SAME_WORDS = 3
"""If this many addresses share a text under different titles, they show a template's words instead of their own."""


class RepeatedPages:
    """What the articles of a night have in common at each site. Each must be added before any is judged."""

    def __init__(self) -> None:
        self._titles: dict[str, dict[str, set[str]]] = {}
        self._keys: dict[str, set[str]] = {}
        self._words: dict[tuple[str, int], dict[str, set[str]]] = {}

    def hear(self, article: Article) -> None:
        """Takes one more article into account."""
        self._keys.setdefault(article.site, set()).add(article.key)
        self._titles.setdefault(article.site, {}).setdefault(article.title, set()).add(article.key)
        self._words.setdefault(_words(article), {}).setdefault(article.title, set()).add(article.key)

    def refusal(self, article: Article, standing_title: str | None, listed_title: str | None = None) -> Reject | None:
        """Why ``article`` is not believed, or None. ``standing_title`` is its title in the archive, if it has one.

        A title is believed on many addresses if the list has it for this one, too (``listed_title``): some columns
        appear each day under one title ("Giá vàng hôm nay").

        A new title counts less than the one in the archive: it is refused if any other address has it too.
        """
        same, all_keys = self._titles[article.site][article.title], self._keys[article.site]
        renamed = standing_title is not None and standing_title != article.title and len(same) > 1
        promised = listed_title is not None and fold(listed_title) == fold(article.title)
        if renamed or (not promised and len(same) >= SAME_TITLE and len(same) * 2 >= len(all_keys)):
            detail = Sentence(
                "{same} of {all} addresses have the title {title!r}",
                same=len(same),
                all=len(all_keys),
                title=article.title,
            )
            return Reject(reason="same-title", detail=detail, url=article.url)
        by_title = self._words[_words(article)]
        if len(by_title) >= SAME_WORDS:
            detail = Sentence("{titles} titles stand over the same words", titles=len(by_title))
            return Reject(reason="no-body", detail=detail, url=article.url)
        return None


def _words(article: Article) -> tuple[str, int]:
    return article.site, hash((article.lead, article.body))
