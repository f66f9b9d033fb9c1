"""NukeViet, the CMS of many provincial committees, departments and party blocs: versions 3.4 to 4.6.

What is known. Pages of a 4.5.05 server that was installed and crawled (themes ``default``, ``mobile_default``), and
the templates of 3.4, 4.0.00, 4.0.29, 4.1, 4.2, 4.3, 4.4 and 4.6, as the project's public repository keeps them. Their
themes name the body ``#news-bodyhtml``, ``.bodytext`` (mobile, 3.4, 4.0.00), ``#bodytext`` (modern of 3.4) or
``.fiximg`` (mobile_nukeviet of 3.4 and 4.0.00), and print above it, in this order: the title in ``h1``, the date line
``Thứ năm - 11/07/2024 15:51``, and in either order the lead and its picture. Below it stand ``Tác giả:`` (3.4:
``Tác giả bài viết:``), ``Nguồn tin:``, ``Tags:`` or ``Từ khóa:``. The title, the date and the author are therefore
found by their place and words, and the body by those names. Nothing else relies on a theme's names.

What these servers say about their dates:

- ``article:published_time`` is ``2024-07-11+0715:51:00``: day, zone, time (PHP's ``T`` where ``\\T`` was meant). The
  zone is ``+07``, ``ICT``, or that of the visitor, such as ``EDT``. Read this way, it is right for every visitor.
- the visible line and the lists show the time in the zone of the visitor's country, and name no zone.
- ``datePublished`` of the microdata is the time of the last edit, in every version that prints it.
- the minute of an RSS ``pubDate`` is the month (up to 4.5): a feed tells what is new, not when it was published.
- the news sitemap's ``lastmod``, with its offset, was right in 46 of 46 cases.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import ClassVar
from urllib.parse import urlsplit, urlunsplit

from bs4 import Tag

from scraper.items import ListEntry, ListPage, NotAnArticle, PrintedArticle, Witness, WitnessSource
from scraper.pages.addresses import absolute
from scraper.pages.blocks import attribute, blocks, parse, words
from scraper.pages.family import Family
from scraper.pages.furniture import remove_furniture, without_furniture
from scraper.pages.nukeviet.addresses import COPIES, NOT_NEWS, NUMBERED, steps_of
from scraper.pages.nukeviet.header import (
    bare_lead,
    date_line,
    find_heading,
    lead_pictures,
    lead_words,
    marked_lead,
)
from scraper.pages.nukeviet.lists import LinkKeys, is_beside, link_title, list_date, next_page
from scraper.pages.nukeviet.nodes import nodes_between
from scraper.pages.nukeviet.statements import (
    below,
    canonical_address,
    find_author,
    find_section,
    find_tags,
    first_of,
    metas_of,
    refusal,
)
from scraper.text import unescape

_LONGEST_CATEGORY = 20  # characters of a last step that could be a category ending in a number
_PRINTS = re.compile(r"\s*window\.print\(")
_PAGE_NUMBER = re.compile(r"page-(\d+)")

_BODIES = ("#news-bodyhtml", "[itemprop=articleBody]", "#bodytext", ".bodytext", ".fiximg")
_ABOVE = 2000  # nodes between title and body; the pages of real servers have some 150


class NukeViet(Family):
    """NukeViet's news module, desktop and mobile themes."""

    name: ClassVar[str] = "nukeviet"
    trust: ClassVar[tuple[WitnessSource, ...]] = (
        WitnessSource.SITEMAP,
        WitnessSource.META,
        WitnessSource.VISIBLE,
    )

    def key(self, url: str) -> str | None:
        """The article's number, or ``<module>:<number>`` if the address names a module other than ``news``.

        Each module numbers its own articles.
        """
        steps, ends_in_html = steps_of(url)
        if len(steps) < 2 or NOT_NEWS & set(steps[:-1]) or COPIES & set(steps):
            return None
        found = NUMBERED.fullmatch(steps[-1])
        if found is None or _PAGE_NUMBER.fullmatch(steps[-1]):
            return None
        if len(steps) == 2 and (steps[0] == "news" or not (ends_in_html or len(steps[-1]) > _LONGEST_CATEGORY)):
            return None
        module = steps[-3] if len(steps) > 2 else "news"
        return found["number"] if module == "news" else f"{module}:{found['number']}"

    def fetch_url(self, url: str) -> str | None:
        """The address without query, fragment and a slash after ``.html``; None for a copy to print or to save.

        ``index.php?…`` keeps its query, because each server has its own setting for rewriting addresses.
        """
        if COPIES & set(steps_of(url)[0]):
            return None
        parts = urlsplit(url)._replace(fragment="")
        if self.key(url) is None or parts.path.endswith("index.php"):
            return urlunsplit(parts)
        path = parts.path.removesuffix("/") if parts.path.endswith(".html/") else parts.path
        return urlunsplit(parts._replace(path=path, query=""))

    def list_page(self, html: str, url: str) -> ListPage:
        """The articles of a list, without those of side blocks, and the next page.

        A server answers a page past the last one with page 1, so a next page must have a higher number than ``url``.
        """
        tree = parse(html)
        keys = LinkKeys(self, url)
        main: dict[str, ListEntry] = {}
        beside: dict[str, ListEntry] = {}
        for link in (link for region in self.list_regions(tree) for link in region.find_all("a", href=True)):
            key = keys.of(link)
            if key is None:
                continue
            address = absolute(url, attribute(link, "href"))
            entries = beside if is_beside(link) else main
            known = entries.get(key)
            if known is None or known.title is None:
                entries[key] = ListEntry(
                    url=self.fetch_url(address) or address,
                    title=link_title(link),
                    date_text=list_date(link, key, keys),
                )
        return ListPage(entries=tuple((main or beside).values()), next_url=next_page(tree, url))

    def article(self, html: str, url: str) -> PrintedArticle:
        """What an article page prints, in any of the themes. Raises NotAnArticle."""
        tree = parse(html, whole=False)
        is_copy = any(_PRINTS.match(attribute(link, "onclick")) for link in tree.find_all("a", onclick=True))
        if is_copy or COPIES & set(steps_of(url)[0]):
            raise NotAnArticle("not-an-article", "a copy to print or to save")
        metas = metas_of(tree)
        body = _first(tree, (self.select["body"],) if "body" in self.select else _BODIES)
        if body is None:
            raise refusal(tree)
        heading = find_heading(body, metas)
        if heading is None:
            raise NotAnArticle("no-title", "no h1 stands above the body, or it names the site alone")
        above = list(islice(nodes_between(heading, body), _ABOVE))
        published_text = date_line(above)
        if published_text is None:
            raise NotAnArticle("no-date", "no line as 'Thứ năm - 11/07/2024 15:51' stands between title and body")
        lead = marked_lead(above)
        pictures = lead_pictures(above, heading, lead, body, url)
        remove_furniture(body, url, self.key)
        printed = without_furniture(blocks(body, url))
        if not printed and body.find(["iframe", "video", "audio", "embed", "object"]) is None:
            raise NotAnArticle("no-body", "the body is empty")
        address = canonical_address(tree, metas, url)
        if None not in (own := self.key(url), self.key(address)) and self.key(address) != own:
            address = url
        key = self.key(address) or self.key(url)
        published, modified = first_of(metas, "article:published_time"), first_of(metas, "article:modified_time")
        below_body = below(body)
        return PrintedArticle(
            url=url,
            canonical_url=address if self.key(address) is not None else None,
            native_id=key,
            title=unescape(words(heading)),
            lead=lead_words(lead) if lead is not None else bare_lead(above),
            body=(*pictures, *printed),
            byline=find_author(below_body),
            section=find_section(tree, metas, heading, address),
            tags=find_tags(below_body, metas),
            published_text=published_text,
            updated_text=modified if modified != published else None,
            witnesses=(Witness(source=WitnessSource.META, text=published),) if published else (),
            parser=self.parser,
        )


def _first(tree: Tag, selectors: tuple[str, ...]) -> Tag | None:
    return next((found for selector in selectors for found in tree.select(selector)), None)
