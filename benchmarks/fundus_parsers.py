"""Parsers of fundus for the servers of ``tests/servers.py``: what a user of fundus writes for each, selectors alone.

fundus has one parser a publisher. Each server here is a row of selectors for one such parser, so each costs fewer
than ten lines. It imports nothing of this project and runs in the environment of ``benchmarks/peers.lock``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from fundus.parser import ArticleBody, BaseParser, attribute
from fundus.parser.utility import extract_article_body_with_selector
from lxml.cssselect import CSSSelector

SERVERS: dict[str, Mapping[str, str]] = {
    "astra": {
        "title": "h1.entry-title", "body": "div.entry-content > p", "author": ".author-name",
        "section": ".entry-header a[rel~=category]", "tags": ".tags-links a",
    },
    "colormag": {
        "title": "h1.cm-entry-title", "body": "div.cm-entry-summary > p:not(:first-child)",
        "lead": "div.cm-entry-summary > p:first-child", "date": "time.entry-date", "author": ".cm-author a",
        "section": ".cm-post-categories a", "tags": ".cm-tag-links a",
    },
    "t25": {
        "title": "h1.wp-block-post-title", "body": "div.wp-block-post-content > p",
        "author": "a.wp-block-post-author-name__link", "section": ".taxonomy-category a",
        "tags": ".taxonomy-post_tag a",
    },
    "egovm": {
        "title": "h1[itemprop=headline]", "lead": "#hometext [itemprop=description]", "date": "em.time",
        "body": "#news-bodyhtml p", "author": "p.h5.text-right", "section": ".breadcrumb a",
        "tags": ".keywords a, a[href*='/tag/']",
    },
    "jml1": {
        "title": ".item-page h1", "lead": ".com-content-article__body > p:first-child",
        "body": ".com-content-article__body > p:not(:first-child)", "date": "dd.published time",
        "author": "dd.createdby span:not([class])", "section": "dd.category-name a", "tags": "ul.tags a",
    },
    "baoangiang": {
        "title": ".detail-title h1", "lead": ".detail-desc", "body": ".content-fck p", "date": ".pubdate",
        "author": "p.author", "section": "h2.catename-h1 a", "tags": ".detail-tag a.tag_item",
    },
    "baocantho": {
        "title": "h1.margintopbot10", "lead": "h4.sapo", "body": ".content-fck p", "date": ".pubdate",
        "section": ".titlecate a", "tags": ".tags a",
    },
    "baotayninh": {
        "title": "h1.name", "lead": "#content-detail p.sapo", "body": "#content-detail p:not(.sapo)",
        "date": ".content-article .date", "author": ".content-article .author", "section": ".breadcrumbs a",
        "tags": ".tags a",
    },
    "phuyen.baodaklak": {
        "title": ".title-background h1.title", "lead": "p.reply", "body": "#content p", "date": ".group-time time",
        "section": ".group-category a.link", "tags": ".tag_list a",
    },
}  # fmt: skip
ONECMS: Mapping[str, str] = {
    "title": ".sc-longform-header-title", "lead": ".sc-longform-header-sapo", "body": "div.b-maincontent p",
    "date": ".sc-longform-header-date", "author": ".sc-longform-header-author",
    "section": ".sc-longform-header .block-sc-cate-name", "tags": ".onecms__tags a",
}  # fmt: skip
SERVERS |= dict.fromkeys(("baodanang", "baohaiphong", "baonghean"), ONECMS)

NATIONAL: Mapping[str, str] = {
    "title": "h1.detail-title", "lead": "h2.detail-sapo", "body": "div.detail-content > p",
    "date": "[data-role=publishdate]", "author": "[data-role=author]", "section": "[data-role=cate-name]",
}  # fmt: skip
SERVERS |= dict.fromkeys(("baochinhphu.vn", "nld.com.vn", "tuoitre.vn"), NATIONAL)
SERVERS |= {
    "vnexpress.net": {
        "title": "h1.title-detail", "lead": "p.description", "body": "article.fck_detail > p.Normal:not([style])",
        "date": "span.date", "author": "article.fck_detail > p[style*=right]", "section": "ul.breadcrumb li a",
    }
}  # fmt: skip

VIETNAM = timezone(timedelta(hours=7))
_DAY = re.compile(r"(?P<d>\d{1,2})[/-](?P<m>\d{1,2})[/-](?P<y>\d{4})")
_TIME = re.compile(r"(?P<h>\d{1,2}):(?P<n>\d{2})")


class _Parser(BaseParser):  # type: ignore[misc]
    """A parser of selectors, as fundus' own parsers are."""

    select: Mapping[str, str] = {}

    def _said(self, name: str) -> list[Any]:
        found = CSSSelector(self.select[name])(self.precomputed.doc) if name in self.select else []
        return list(found)

    def _words(self, name: str) -> list[str]:
        return [" ".join(each.text_content().split()) for each in self._said(name)]

    @attribute  # type: ignore[untyped-decorator]
    def title(self) -> str | None:
        return next(iter(self._words("title")), None)

    @attribute  # type: ignore[untyped-decorator]
    def body(self) -> ArticleBody | None:
        lead = CSSSelector(self.select["lead"]) if "lead" in self.select else None
        return extract_article_body_with_selector(
            self.precomputed.doc, summary_selector=lead, paragraph_selector=CSSSelector(self.select["body"])
        )

    @attribute  # type: ignore[untyped-decorator]
    def publishing_date(self) -> datetime | None:
        for element, text in zip(self._said("date"), self._words("date"), strict=True):
            if stated := element.get("datetime"):
                return datetime.fromisoformat(stated)
            if (day := _DAY.search(text)) and (time := _TIME.search(text)):
                numbers = (int(each) for each in (day["y"], day["m"], day["d"], time["h"], time["n"]))
                return datetime(*numbers, tzinfo=VIETNAM)
        return None

    @attribute  # type: ignore[untyped-decorator]
    def authors(self) -> list[str]:
        return [name for name in self._words("author") if name]

    @attribute  # type: ignore[untyped-decorator]
    def topics(self) -> list[str]:
        return self._words("tags")


def read(server: str, html: str) -> dict[str, Any]:
    """What a parser for ``server`` reads, in this project's names of fields."""
    parser = type("V1", (_Parser,), {"select": SERVERS[server], "__annotations__": {}})()
    told = parser.parse(html, error_handling="suppress")
    body = told.get("body")
    published = told.get("publishing_date")
    sections = [" ".join(e.text_content().split()) for e in parser._said("section")]
    return {
        "title": told.get("title"),
        "lead": " ".join(body.summary) or None if body else None,
        "body": [text for part in body.sections for text in part.paragraphs] if body else [],
        "minute": published.isoformat()[:16] if published else None,
        "author": ", ".join(told.get("authors") or ()) or None,
        "section": sections[-1] if sections else None,
        "tags": sorted(told.get("topics") or ()),
    }
