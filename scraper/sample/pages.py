"""The sample newspaper's pages: what its articles look like as HTML and RSS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from scraper.items import Block, Paragraph
from scraper.sample.articles import SECTIONS, SampleArticle

TOP_SECTIONS = tuple(section for section in SECTIONS if "/" not in section)
PAGE_LENGTH = 8  # articles of a list page


def desktop(
    article: SampleArticle, related: Sequence[SampleArticle], popular: Sequence[SampleArticle], now: datetime
) -> str:
    """The desktop page of an article: date line, lone dot, kicker, title, lead, body, byline, related articles."""
    main = _fill(
        "desktop",
        section=article.section,
        section_name=SECTIONS[article.section],
        date=article.published_text,
        kicker=_raw("h3", article.kicker),
        title=article.title,
        updated=_raw("div", article.updated_text),
        lead=article.lead,
        body=_Html(_body(article)),
        author=article.author,
        related=_Html("\n".join(f"<li>{_link(other)} <i>({other.published:%d/%m/%Y})</i></li>" for other in related)),
        popular=_Html(_beside(popular)),
    )
    return _page(article.title, main, now, canonical=article.path(), mobile=article.path(mobile=True))


def mobile(article: SampleArticle, related: Sequence[SampleArticle], now: datetime) -> str:
    """The mobile page of an article: lone dot, kicker, title, date line, lead, body, byline."""
    main = _fill(
        "mobile",
        kicker=_raw("h4", article.kicker),
        title=article.title,
        date=article.mobile_text,
        lead=article.lead,
        body=_Html(_body(article)),
        author=article.author,
        related=_Html("\n".join(f"<div>{_link(other)}<br>{other.mobile_text}</div>" for other in related)),
        desktop=article.path(),
    )
    return _page(article.title, main, now, canonical=article.path())


def list_page(
    name: str, path: str, shown: Sequence[SampleArticle], popular: Sequence[SampleArticle], number: int, now: datetime
) -> str:
    """Page ``number`` of the list at ``path``. The economy's list also leads to another paper's article."""
    entries = [
        _fill(
            "entry",
            address=article.path(),
            thumbnail=article.pictures[0].src if article.pictures else "/dataimages/logo.jpg",
            title=article.title,
            date=article.published_text,
            lead=article.lead,
        )
        for article in shown[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH]
    ]
    if path == "/kinh-te/" and number == 1 and entries:
        entries.insert(
            2,
            _fill(
                "entry",
                address="https://bao-khac.example/kinh-te/gia-lua-tuan-nay-77123.htm",
                thumbnail="/dataimages/logo.jpg",
                title="Giá lúa tuần này (theo báo bạn)",
                date=shown[1].published_text,
                lead="Bài của báo bạn.",
            ),
        )
    main = _fill(
        "list",
        name=name,
        entries=_Html("\n".join(entries) or "<p>Chuyên mục đang được cập nhật.</p>"),
        pager=_Html(_pager(path, number, pages(shown))),
        popular=_Html(_beside(popular)),
    )
    return _page(name, main, now)


def pages(shown: Sequence[SampleArticle]) -> int:
    """The number of pages of a list."""
    return max(1, -(-len(shown) // PAGE_LENGTH))


def missing(now: datetime) -> str:
    """The page that says that there is no such article."""
    return _page("Báo Mẫu", _fill("missing"), now)


def feed(section: str, shown: Iterable[SampleArticle], base: str) -> str:
    """The section's RSS feed. ``base`` is the server's address without a slash at its end."""
    items = "\n".join(
        f"<item><title>{escape(article.title)}</title><link>{base}{article.path()}</link>"
        f"<guid>{base}{article.path()}</guid><pubDate>{format_datetime(article.published)}</pubDate>"
        f"<description>{escape(article.lead)}</description></item>"
        for article in shown
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>Báo Mẫu - {escape(SECTIONS[section])}</title><link>{base}/{section}/</link>"
        f"<description>Tờ báo mẫu</description>\n{items}\n</channel></rss>\n"
    )


class _Html(str):
    """Words that are HTML already."""

    __slots__ = ()


@cache
def _template(name: str) -> Template:
    return Template(files("scraper.sample").joinpath(f"templates/{name}.html").read_text(encoding="utf-8"))


def _fill(template: str, /, **words: str) -> _Html:
    safe = {key: word if isinstance(word, _Html) else escape(word) for key, word in words.items()}
    return _Html(_template(template).substitute(safe))


def _raw(tag: str, text: str | None) -> _Html:
    return _Html(f"<{tag}>{escape(text)}</{tag}>" if text else "")


def _page(title: str, main: str, now: datetime, canonical: str | None = None, mobile: str | None = None) -> str:
    menu = " ".join(f'<a href="/{section}/">{escape(SECTIONS[section])}</a>' for section in TOP_SECTIONS)
    head = f'<link rel="canonical" href="{escape(canonical)}">' if canonical else ""
    if mobile:
        head += f'\n<link rel="alternate" media="only screen and (max-width: 640px)" href="{escape(mobile)}">'
    return _fill("page", title=title, head=_Html(head), clock=clock(now), menu=_Html(menu), main=_Html(main))


def clock(now: datetime) -> str:
    """The page clock, which is no article's date: a weekday in figures, the minute unpadded."""
    weekday = "Chủ nhật" if now.weekday() == 6 else f"Thứ {now.weekday() + 2}"
    return f"{weekday}, {now:%d/%m/%Y}, {now.hour}:{now.minute}"


def _link(article: SampleArticle) -> str:
    return f'<a href="{article.path()}">{escape(article.title)}</a>'


def _beside(popular: Iterable[SampleArticle]) -> str:
    return "\n".join(f"<p>{_link(other)}<br>{other.published_text}</p>" for other in popular)


def _body(article: SampleArticle) -> str:
    printed: list[Block] = list(article.body)
    if article.repeats_lead:
        printed.insert(0, Paragraph(text=article.lead))
    return "\n<p>&nbsp;</p>\n".join(_block(block) for block in printed)


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return f"<p>{escape(block.text)}</p>"
    return (
        f'<table class="image center"><tr><td><img src="{block.src}" alt="{escape(block.alt or "")}"></td></tr>'
        f'<tr><td class="desc">{escape(block.caption) if block.caption else "&nbsp;"}</td></tr></table>'
    )


def _pager(path: str, number: int, last: int) -> str:
    links = [
        str(page) if page == number else f'<a href="{path}?page={page}">{page}</a>' for page in range(1, last + 1)
    ]
    if number < last:
        links.append(f'<a rel="next" href="{path}?page={number + 1}">Trang sau</a>')
    return " ".join(links)
