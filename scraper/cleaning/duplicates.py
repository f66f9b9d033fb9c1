"""Pages that share one title or one text: each reads like an article, but together they are not articles."""

from __future__ import annotations

from scraper.items import Article, Reject

SAME_TITLE = 5
"""So many addresses with one title, being half of a site's articles of a night, are one page shown everywhere."""

SAME_WORDS = 3
"""So many addresses with one text under different titles show a template's words in place of their own."""


class RepeatedPages:
    """What the articles of a night have in common, site by site; they are told to it before they are judged."""

    def __init__(self) -> None:
        self._titles: dict[str, dict[str, set[str]]] = {}
        self._words: dict[tuple[str, int], dict[str, set[str]]] = {}

    def hear(self, article: Article) -> None:
        """Takes one more article into account."""
        self._titles.setdefault(article.site, {}).setdefault(article.title, set()).add(article.key)
        self._words.setdefault(_words(article), {}).setdefault(article.title, set()).add(article.key)

    def refusal(self, article: Article, standing_title: str | None) -> Reject | None:
        """Why ``article`` is not believed, or None. ``standing_title`` is what the archive holds of it, if anything.

        A new title is worth less than the one that stands: it is refused where any other address bears it too.
        """
        titles = self._titles[article.site]
        same, all_keys = titles[article.title], {key for keys in titles.values() for key in keys}
        renamed = standing_title is not None and standing_title != article.title and len(same) > 1
        if renamed or (len(same) >= SAME_TITLE and len(same) * 2 >= len(all_keys)):
            detail = f"{len(same)} of {len(all_keys)} addresses have the title {article.title!r}"
            return Reject(reason="same-title", detail=detail, url=article.url)
        by_title = self._words[_words(article)]
        if len(by_title) >= SAME_WORDS:
            detail = f"{len(by_title)} titles stand over the same words"
            return Reject(reason="no-body", detail=detail, url=article.url)
        return None


def _words(article: Article) -> tuple[str, int]:
    return article.site, hash((article.lead, article.body))
