"""From addresses to rows, as other programs do it: ``python -I peer_crawls.py TOOL JOB.json OUT.db``.

It imports nothing of this project. JOB names the newspaper's ``base`` and the ``urls`` of its articles. Each tool
fetches all articles, reads them, and writes title, date, author and text to one table of OUT. Each is used as the
first example of its own README has it, with that example's defaults, from fetching to reading; what is told to a tool
beyond that stands with it. Nobody waits between two requests, and nobody but us keeps what the server sent.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

Row = tuple[str, str | None, str | None, str | None, str]
"""Address, title, date, author, text."""

_DATE = re.compile(r"\d{2}/\d{2}/\d{4}, \d{2}:\d{2}")


def trafilatura(job: dict[str, Any]) -> Iterator[Row]:
    """trafilatura: ``fetch_url`` and ``bare_extraction``, with metadata, since a row needs title and date."""
    from trafilatura import bare_extraction, fetch_url

    for url in job["urls"]:
        found = bare_extraction(fetch_url(url), url=url, with_metadata=True)
        yield url, found.title, found.date, found.author, found.text


def newspaper4k(job: dict[str, Any]) -> Iterator[Row]:
    """newspaper4k: ``newspaper.article``, which downloads and parses.

    It takes the language from the page. By default it asks for the picture that the page names as its own, and reads
    of it what tells its size. ``nlp``, the README's next call, makes keywords and a summary, for which no other tool
    here has a row; it is not called.
    """
    import newspaper

    for url in job["urls"]:
        article = newspaper.article(url)
        yield url, article.title, str(article.publish_date), ", ".join(article.authors), article.text


def news_please(job: dict[str, Any]) -> Iterator[Row]:
    """news-please: ``NewsPlease.from_url``, one address after the other.

    By default it too asks for the page's picture, through newspaper4k. ``from_urls`` would read in as many processes
    as the machine has cores, which changes no CPU time but the start's.
    """
    from newsplease import NewsPlease

    for url in job["urls"]:
        article = NewsPlease.from_url(url)
        yield url, article.title, str(article.date_publish), ", ".join(article.authors or ()), article.maintext or ""


def paper_parser() -> Any:
    """A parser of fundus for the generated paper."""
    from datetime import datetime

    from fundus.parser import ArticleBody, BaseParser, ParserProxy, attribute
    from fundus.parser.utility import extract_article_body_with_selector
    from lxml.cssselect import CSSSelector

    class PaperParser(ParserProxy):  # type: ignore[misc]
        class V1(BaseParser):  # type: ignore[misc]
            _paragraphs = CSSSelector("div.content > p")
            _lead = CSSSelector("div.lead")
            _title = CSSSelector("h1.title")
            _day = CSSSelector("div.date")

            @attribute  # type: ignore[untyped-decorator]
            def body(self) -> ArticleBody | None:
                return extract_article_body_with_selector(
                    self.precomputed.doc, summary_selector=self._lead, paragraph_selector=self._paragraphs
                )

            @attribute  # type: ignore[untyped-decorator]
            def publishing_date(self) -> datetime | None:
                told = _DATE.search(self._day(self.precomputed.doc)[0].text_content())
                return datetime.strptime(told[0] + " +0700", "%d/%m/%Y, %H:%M %z") if told else None

            @attribute  # type: ignore[untyped-decorator]
            def title(self) -> str | None:
                return str(self._title(self.precomputed.doc)[0].text_content())

    return PaperParser()


def fundus(job: dict[str, Any]) -> Iterator[Row]:
    """fundus: its crawler on the paper's sitemap, with a parser written for the paper, which fundus has for each."""
    from fundus import Crawler, Sitemap
    from fundus.publishers.base_objects import Publisher

    paper = Publisher(
        name="Replica",
        domain=job["base"],
        parser=type(paper_parser()),
        sources=[Sitemap(job["base"] + "/sitemap.xml")],
    )
    # Without a delay of its own it waits a second after each article; tinkhoi too is told to wait for nothing here.
    for article in Crawler(paper, ignore_robots=True, delay=0.0).crawl(
        max_articles=len(job["urls"]), only_complete=False
    ):
        yield article.html.requested_url, article.title, str(article.publishing_date), None, str(article.body)


def scrapy_bs4(job: dict[str, Any]) -> Iterator[Row]:
    """Scrapy with its default settings, and Beautiful Soup on the whole page."""
    import scrapy
    from bs4 import BeautifulSoup
    from scrapy.crawler import CrawlerProcess

    rows: list[Row] = []

    class Spider(scrapy.Spider):
        name = "paper"
        start_urls = job["urls"]

        def parse(self, response: Any) -> None:
            soup = BeautifulSoup(response.text, "lxml")
            said = [soup.select_one(each) for each in ("h1.title", "div.date", "div.lead", "div.content")]
            title, day, lead, body = (each.get_text(" ", strip=True) if each else "" for each in said)
            rows.append((response.url, title, day, None, f"{lead}\n{body}"))

    process = CrawlerProcess({"LOG_LEVEL": "WARNING"})
    process.crawl(Spider)
    process.start()
    yield from rows


def bare(job: dict[str, Any]) -> Iterator[Row]:
    """The floor: aiohttp and lxml, with no regard for anything that may go wrong."""
    import asyncio

    import aiohttp
    from lxml import html

    rows: list[Row] = []

    async def fetch() -> None:
        queue = list(job["urls"])
        async with aiohttp.ClientSession() as session:

            async def work() -> None:
                while queue:
                    url = queue.pop()
                    async with session.get(url) as answer:
                        page = html.fromstring(await answer.text())
                    said = (
                        page.xpath(f"string(//*[@class='{name}'])") for name in ("title", "date", "lead", "content")
                    )
                    title, day, lead, body = said
                    rows.append((url, title, day, None, f"{lead}\n{body}"))

            await asyncio.gather(*(work() for _ in range(4)))

    asyncio.run(fetch())
    yield from rows


TOOLS: dict[str, Callable[[dict[str, Any]], Iterable[Row]]] = {
    "fundus": fundus,
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
    "news-please": news_please,
    "scrapy+bs4": scrapy_bs4,
    "bare": bare,
}


def main(tool: str, job: str, out: str) -> None:
    """Fetches, reads and writes all articles of the job."""
    warnings.simplefilter("ignore")
    database = sqlite3.connect(out)
    database.execute("CREATE TABLE articles (url PRIMARY KEY, title, date, author, text)")
    for row in TOOLS[tool](json.loads(Path(job).read_text(encoding="utf-8"))):
        database.execute("INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?)", row)
        database.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
