"""A generator of papers: articles of one truth in a markup drawn at random, with what stands around articles.

Names of classes come from one pool for all parts, so that no name tells what an element holds: ``title`` may name a
share bar and ``related`` the body. What an article says is drawn before its markup and knows nothing of it.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape

from tests.learning.truth import SECTIONS, VIETNAM, WEEKDAYS, Truth, slug, truths

CLOCK = datetime(2026, 11, 27, 8, 15, tzinfo=VIETNAM)

_NAMES = """
title sapo lead content detail body entry post main-col left right box item author byline tacgia date time
meta info caption note related more other tags keyword share social tool crumb path cate head foot clock today
license block-1 block-2 w100 mt10 clearfix c7 x1y fck ndct chitiet noidung tin bai zone region panel widget
module section-a holder wrap inner txt text-1 p1 hl
"""
NAMES = tuple(_NAMES.split())
DATE_FORMS: tuple[Callable[[datetime], str], ...] = (
    lambda d: f"{WEEKDAYS[d.weekday()]}, {d:%d/%m/%Y}, {d:%H:%M} (GMT+7)",
    lambda d: f"{d:%d/%m/%Y %H:%M}",
    lambda d: f"{WEEKDAYS[d.weekday()]}, ngày {d:%d/%m/%Y - %H:%M}",
    lambda d: f"{d:%H:%M} {d:%d/%m/%Y}",
    lambda d: f"{d:%H:%M}, {WEEKDAYS[d.weekday()]}, {d:%d/%m/%Y}",
    lambda d: f"Cập nhật: {d:%d-%m-%Y %H:%M}",
    lambda d: f"{d:%H}h{d:%M} ngày {d:%d/%m/%Y}",
    lambda d: f"{d:%d/%m/%Y} | {d:%H:%M}",
    lambda d: f"Ngày {d.day} tháng {d.month} năm {d.year}, {d:%H:%M}",
    lambda d: f"{WEEKDAYS[d.weekday()]}, {d:%d-%m-%Y} {d:%H:%M}:{d:%M}",
)
CAPTION_FORMS = ("figcaption", "table", "named", "centred", "line", "framed")


@dataclass
class Paper:
    """A paper whose markup is drawn from ``seed``."""

    seed: int
    draw: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.draw = random.Random(f"paper {self.seed}")
        self.articles = truths(self.draw, 24)
        self.home = f"http://bao{self.seed}.test/"
        self.name = f"Báo {self.draw.choice(('Ấp Mới', 'Sông Xanh', 'Đồng Lúa', 'Núi Cao'))} {self.seed}"
        self._draw_markup()

    def _draw_markup(self) -> None:
        pick, chance = self.draw.choice, self.draw.random
        names = self.draw.sample(NAMES, len(NAMES))
        self.names = iter([*names, *(f"{a}-{b}" for a, b in zip(names, names[7:], strict=False))])
        parts = [
            "page",
            "head",
            "clock",
            "menu",
            "crumb",
            "main",
            "frame",
            "kicker",
            "title",
            "date",
            "lead",
            "body",
            "author",
            "share",
            "more",
            "inside",
            "tags",
            "side",
            "foot",
            "caption",
            "picture",
            "licence",
            "list",
            "item",
            "mostread",
            "print",
            "outer",
        ]
        self.mark = {part: next(self.names) for part in parts}
        self.kind = {
            part: pick(("class", "class", "class", "id"))
            for part in ("main", "body", "title", "lead", "date", "share")
        }
        self.title_tag = pick(("h1", "h1", "h1", "h2", "div", "p"))
        self.title_is_plain = self.title_tag == "h1" and chance() < 0.4
        self.body_tag = pick(("div", "div", "section", "article", "td"))
        self.lead_form = pick(("own", "own", "own", "in-body", "bold"))
        self.lead_tag = pick(("div", "h2", "p", "h3"))
        self.date_place = pick(("above-title", "below-title", "below-title", "below-lead", "below-body"))
        self.date_form = pick(DATE_FORMS)
        self.author_place = pick(("below-title", "end", "end", "below-body", "signed"))
        self.share_places = [p for p in ("above", "inside", "below") if chance() < 0.5]
        self.more_places = [p for p in ("before", "inside", "behind") if chance() < 0.5]
        self.more_form = pick(("ul", "p", "cards"))
        self.caption_form = pick(CAPTION_FORMS)
        self.has_clock, self.has_menu_clock = chance() < 0.6, chance() < 0.3
        self.og, self.linked, self.describes = chance() < 0.7, chance() < 0.5, chance() < 0.6
        self.list_dates, self.list_leads, self.feeds = chance() < 0.7, chance() < 0.7, chance() < 0.7
        self.break_form = pick(("p", "p", "p", "br", "div"))
        self.one_line, self.broken = chance() < 0.3, chance() < 0.3
        self.has_tags, self.has_crumb, self.has_licence = chance() < 0.7, chance() < 0.8, chance() < 0.7
        self.licence_in_body = chance() < 0.3
        self.kicker_tag = pick(("p", "div", "h3"))
        self.more_words = pick(
            ("Tin liên quan", "Xem thêm", "Bài cùng chuyên mục", "Đọc nhiều", "Có thể bạn quan tâm", "Tin khác")
        )
        self.shared = chance() < 0.35  # lists beside the article use the names of its title and date
        self.paragraph_name = f' class="{next(self.names)}"' if chance() < 0.4 else ""
        self.has_counter, self.has_update, self.has_comments = chance() < 0.4, chance() < 0.3, chance() < 0.4
        self.bare_more, self.more_in_body = chance() < 0.4, chance() < 0.3
        self.body_is_bare = self.title_tag == "h1" and chance() < 0.1
        self.author_beside_date = chance() < 0.3
        self.picture_above, self.titled_boxes = chance() < 0.25, chance() < 0.3
        self.nested = self.draw.randint(0, 3)
        self.suffix = pick((" - {}", " | {}", " :: {}", ""))
        self._draw_section()
        self._draw_text()
        self._draw_surroundings()

    def _draw_section(self) -> None:
        """How the page tells the section: in some papers it does not."""
        pick, chance = self.draw.choice, self.draw.random
        self.has_crumb = chance() < 0.6
        self.crumb_form = pick(("links", "list", "text", "words", "no-home", "to-title"))
        self.separator = pick((" › ", " &gt; ", " / ", " » ", " | "))
        self.section_in_head, self.states_crumbs = chance() < 0.3, chance() < 0.2
        self.section_above = pick(("link", "words", None, None, None, None, None))
        self.shows_current = chance() < 0.3
        self.address_form = pick(("folder", "folder", "folder", "flat", "number"))
        self.list_form = pick(("/{}/", "/{}/", "/chuyen-muc/{}", "/{}.html"))
        if self.address_form == "flat" and self.list_form == "/chuyen-muc/{}":
            self.list_form = "/{}"

    def _draw_text(self) -> None:
        pick, chance = self.draw.choice, self.draw.random
        self.styled, self.blank_lines, self.bold_words = chance() < 0.25, chance() < 0.25, chance() < 0.25
        self.linked_words = chance() < 0.15
        self.lead_mark = pick(("", "", "strong", "em", "i", "b"))
        self.title_is_link, self.logo_is_heading = chance() < 0.15, chance() < 0.15
        self.date_tag = pick(("span", "span", "time", "p", "em", "div"))
        self.picture_form = pick(("plain", "plain", "lazy", "source", "large"))
        self.capitals, self.xhtml, self.remarks = chance() < 0.12, chance() < 0.15, chance() < 0.3
        self.second_doctype, self.early_end = chance() < 0.08, chance() < 0.08

    def _draw_surroundings(self) -> None:
        pick, chance = self.draw.choice, self.draw.random
        self.clock_like_date, self.views_by_date = chance() < 0.15, chance() < 0.2
        self.player, self.follow, self.rating = chance() < 0.2, chance() < 0.2, chance() < 0.2
        self.teasers_beside, self.advert = chance() < 0.3, chance() < 0.25
        self.more_heading = pick(("<h3>{}</h3>", "<p><strong>{}</strong></p>", "<div>{}:</div>", "<h4>{}</h4>"))

    @property
    def tells_section(self) -> bool:
        """Whether anything on the page tells the section."""
        told = (self.has_crumb, self.linked, self.section_in_head, self.states_crumbs, self.section_above is not None)
        return any(told) or self.shows_current or self.address_form != "flat"

    # Addresses.

    def url(self, truth: Truth) -> str:
        section, words, number = slug(truth.section), slug(truth.title), 10000 + truth.number
        if self.address_form == "flat":
            return f"{self.home}{words}-{number}.html"
        if self.address_form == "number":
            return f"{self.home}{section}/{number}-{words}.htm"
        return f"{self.home}{section}/{words}-{number}.html"

    def list_url(self, section: str) -> str:
        """The address of a section's list, without the host."""
        return self.list_form.format(slug(section))

    # Pieces.

    def element(self, part: str, inner: str, tag: str = "div", extra: str = "") -> str:
        kind = self.kind.get(part, "class")
        quote = "" if self.broken and self.draw.random() < 0.3 else '"'
        return f"<{tag} {kind}={quote}{self.mark[part]}{quote}{extra}>{inner}</{tag}>"

    def page(self, title: str, head: str, inner: str, current: str | None = None) -> str:
        """A whole page. ``current`` is the section that the menu shows as the current one."""
        beside = f"<h3>Mới nhất</h3>{self.links(self.articles[-4:], 'mostread')}"
        if self.advert:
            beside += '<div><a href="http://quang-cao.test/"><img src="/qc/1.gif" alt="Quảng cáo"></a></div>'
        if self.teasers_beside:
            beside += "".join(
                f'<div><h5><a href="{self.url(t)}">{escape(t.title)}</a></h5><p>{escape(t.lead)}</p></div>'
                for t in self.articles[-7:-4]
            )
        side = self.element("side", beside, "aside")
        if self.titled_boxes:
            newest = self.articles[-1]
            link = f'<a href="{self.url(newest)}">{escape(newest.title)}</a>'
            name = self.mark["title"] if self.shared else self.mark["mostread"]
            inner = f'<div><h4 class="{name}-1">Tiêu điểm</h4><p>{link}</p></div>' + inner
        clock = f"{WEEKDAYS[CLOCK.weekday()]}, {CLOCK:%d/%m/%Y %H:%M}"
        top = self.element("clock", clock) if self.has_clock else ""
        if self.clock_like_date and self.has_clock and self.kind["date"] == "class":
            top = f'<{self.date_tag} class="{self.mark["date"]}">{clock}</{self.date_tag}>'
        shown = ' class="active"' if self.shows_current else ""
        menu = "".join(
            f'<li{shown if s == current else ""}><a href="{self.list_url(s)}">{s}</a></li>' for s in SECTIONS
        )
        if self.draw.random() < 0.5:
            menu = f'<li><a href="/">Trang chủ</a></li>{menu}<li><a href="/lien-he">Liên hệ</a></li>'
        licence = (
            f"<p>Giấy phép số 12/GP-BTTTT cấp ngày 05/03/2020. Tổng Biên tập: Lê Văn Sáu.</p><p>© {self.name}</p>"
        )
        logo = f'<a href="/">{self.name}</a>'
        logo = f"<h1>{logo}</h1>" if self.logo_is_heading else logo
        body = (
            self.element("head", f"{logo}{top}")
            + self.element("menu", f"<ul>{menu}</ul>", "nav" if self.has_menu_clock else "div")
            + self.element("page", inner + side)
            + self.element("foot", licence if self.has_licence else f"© {self.name}")
        )
        end = "" if self.broken and self.draw.random() < 0.5 else "</body></html>"
        if self.second_doctype:
            body = "<!DOCTYPE html>" + body
        opens = f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{escape(title)}</title>{head}</head>"
        if self.early_end:
            opens = "</html>" + opens
        if self.xhtml:
            opens = opens.replace("<html>", '<html xmlns="http://www.w3.org/1999/xhtml">')
            body = re.sub(r"<(img|br)\b([^>]*)>", r"<\1\2 />", body)
        if self.capitals:
            body = re.sub(r"<(/?)(p|div|table|tr|td|span|ul|li|a|img)\b", _in_capitals, body)
        text = f"{opens}<body>\n{body}\n{end}"
        return re.sub(r">\s+<", "><", text) if self.one_line else text.replace("><", ">\n<")

    def links(self, several: Sequence[Truth], part: str) -> str:
        if self.more_form == "cards":
            cards = (
                f'<div class="{self.mark["item"]}"><a href="{self.url(t)}">'
                f'<img src="/thumb/{t.number}.jpg" alt=""></a>'
                f'<h4{self._shared("title")}><a href="{self.url(t)}">{escape(t.title)}</a></h4>'
                f"<span{self._shared('date')}>{t.published:%d/%m/%Y}</span></div>"
                for t in several
            )
            return self.element(part, "".join(cards))
        if self.more_form == "p":
            return self.element(
                part, "".join(f'<p><a href="{self.url(t)}">{escape(t.title)}</a></p>' for t in several)
            )
        items = (f'<li><a href="{self.url(t)}">{escape(t.title)}</a> ({t.published:%d/%m/%Y})' for t in several)
        closing = "" if self.broken else "</li>"
        return self.element(part, f"<ul>{closing.join(items)}{closing}</ul>")

    def _shared(self, part: str) -> str:
        is_named = self.shared and self.kind[part] == "class" and not (part == "title" and self.title_is_plain)
        return f' class="{self.mark[part]}"' if is_named else ""

    def more(self, truth: Truth, part: str = "more") -> str:
        others = self.draw.sample([t for t in self.articles if t is not truth], 3)
        heading = self.more_heading.format(self.more_words)
        return f"{heading}{self.links(others, part)}" if part == "more" else self.links(others, part)

    def share(self) -> str:
        return self.element(
            "share",
            '<a href="javascript:void(0)">Chia sẻ</a> <a href="https://facebook.com/sharer">Facebook</a>'
            ' <a href="#">In bài</a>',
        )

    def picture(self, truth: Truth, number: int, words: str) -> str:
        alt = escape(words) if self.draw.random() < 0.5 else ""
        address = f"/anh/{truth.number}-{number}.jpg"
        image = {
            "plain": f'<img src="{address}" alt="{alt}">',
            "lazy": f'<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="{address}" alt="{alt}">',
            "source": f'<picture><source srcset="{address} 800w"><img src="{address}" alt="{alt}"></picture>',
            "large": f'<a href="{address}"><img src="{address}" alt="{alt}"></a>',
        }[self.picture_form]
        text = escape(words)
        return {
            "figcaption": f"<figure>{image}<figcaption>{text}</figcaption></figure>",
            "table": f"<table><tr><td>{image}</td></tr><tr><td>{text}</td></tr></table>",
            "named": f"<p>{image}</p>{self.element('caption', text, 'p')}",
            "centred": f'<p style="text-align:center">{image}</p><p style="text-align:center"><em>{text}</em></p>',
            "line": f'<p style="text-align:center">{image}<br><em>{text}</em></p>',
            "framed": self.element("picture", image + self.element("caption", text)),
        }[self.caption_form]

    # The article's page.

    def article(self, truth: Truth) -> str:
        """The page of ``truth``."""
        inner = self.element("main", self._heading(truth) + self._body(truth) + self._below(truth))
        for _ in range(self.nested):
            inner = f"<div>{inner}</div>"
        if self.has_crumb:
            inner = self._crumb(truth) + inner
        if "before" in self.more_places:
            inner = self.element("outer", self.more(truth)) + inner
        return self.page(truth.title + self.suffix.format(self.name), self._head(truth), inner, truth.section)

    def _crumb(self, truth: Truth) -> str:
        """The path from the home page to the article."""
        home, here = '<a href="/">Trang chủ</a>', f'<a href="{self.list_url(truth.section)}">{truth.section}</a>'
        parts = {
            "links": [home, here],
            "text": [home, truth.section],
            "words": ["Trang chủ", truth.section],
            "no-home": [here, ""],
            "to-title": [home, here, escape(truth.title)],
        }
        if self.crumb_form == "list":
            return self.element("crumb", f"<li>{home}</li><li>{here}</li>", "ul")
        return self.element("crumb", self.separator.join(parts[self.crumb_form]))

    def _head(self, truth: Truth) -> str:
        head = ""
        if self.og:
            head += f'<meta property="og:title" content="{escape(truth.title)}">'
        if self.describes:
            head += f'<meta name="description" content="{escape(truth.lead)}">'
        if self.linked:
            said = {
                "@context": "https://schema.org", "@type": "NewsArticle", "headline": truth.title,
                "datePublished": truth.published.isoformat(), "articleSection": truth.section,
            }  # fmt: skip
            head += f'<script type="application/ld+json">{json.dumps(said, ensure_ascii=False)}</script>'
        if self.section_in_head:
            head += f'<meta property="article:section" content="{escape(truth.section)}">'
        if self.states_crumbs:
            steps = [
                ("Trang chủ", "/"),
                (truth.section, self.list_url(truth.section)),
                (truth.title, self.url(truth)),
            ]
            path = {
                "@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": [
                    {"@type": "ListItem", "position": n, "name": name, "item": where}
                    for n, (name, where) in enumerate(steps, 1)
                ],
            }  # fmt: skip
            head += f'<script type="application/ld+json">{json.dumps(path, ensure_ascii=False)}</script>'
        return head

    def _heading(self, truth: Truth) -> str:
        title = escape(truth.title)
        if self.title_is_link:
            title = f'<a href="{self.url(truth)}">{title}</a>'
        title = f"<h1>{title}</h1>" if self.title_is_plain else self.element("title", title, self.title_tag)
        kicker = self.element("kicker", escape(truth.kicker), self.kicker_tag) if truth.kicker else ""
        date = self._date(truth)
        author = self.element("author", truth.author, "span") if truth.author else ""
        lead = self.element("lead", self._lead(truth), self.lead_tag) if self.lead_form == "own" else ""
        made = kicker + title
        if self.section_above:
            link = f'<a href="{self.list_url(truth.section)}">{truth.section}</a>'
            made = f"<div>{link if self.section_above == 'link' else truth.section}</div>{made}"
        if self.date_place == "above-title":
            made = f"<div>{date}</div>{made}"
        if self.date_place == "below-title":
            made += f"<div>{date}</div>"
        if self.author_place == "below-title":
            beside = self.author_beside_date and self.date_place == "below-title"
            made = made[: -len("</div>")] + f" | {author}</div>" if beside else f"{made}<div>{author}</div>"
        made += self.share() if "above" in self.share_places else ""
        made += lead
        made += f"<div>{date}</div>" if self.date_place == "below-lead" else ""
        above = self.picture(truth, 99, truth.above) if self.picture_above and truth.above else ""
        return made + (above if self.lead_form == "own" else "")

    def _date(self, truth: Truth) -> str:
        extra = f' datetime="{truth.published.isoformat()}"' if self.date_tag == "time" else ""
        date = self.element("date", self.date_form(truth.published), self.date_tag, extra)
        return date + (f" <span>{self.draw.randrange(9, 900)} lượt xem</span>" if self.views_by_date else "")

    def _lead(self, truth: Truth) -> str:
        text = escape(truth.lead)
        return f"<{self.lead_mark}>{text}</{self.lead_mark}>" if self.lead_mark else text

    def _body(self, truth: Truth) -> str:
        opening = {"bold": f"<p><strong>{escape(truth.lead)}</strong></p>", "own": ""}.get(
            self.lead_form, self.element("lead", self._lead(truth), "p")
        )
        pictures = dict(truth.captions)
        made = []
        for number, paragraph in enumerate(truth.body):
            if number in pictures:
                made.append(self.picture(truth, number, pictures[number]))
            made.append(self._printed(truth, number, paragraph))
            if number == 1 and "inside" in self.more_places:
                made.append(self.more(truth, "inside") if not self.bare_more else self._bare_more(truth))
            if number == 1 and "inside" in self.share_places:
                made.append(self.share())
        if self.player:
            opening = "<div><button>Nghe đọc bài</button><span>00:00</span> / <span>02:15</span></div>" + opening
        inner = opening + "".join((*made, *self._end_of_body(truth)))
        if self.remarks:
            inner = f"<!-- Nội dung bài --><!--[if lt IE 9]><p>Cũ</p><![endif]-->{inner}<!-- Hết -->"
        if self.body_is_bare:
            return f"<div>{inner}</div>"
        if self.body_tag == "td":
            return f"<table><tr>{self.element('body', inner, 'td')}</tr></table>"
        return self.element("body", inner, self.body_tag)

    def _end_of_body(self, truth: Truth) -> list[str]:
        made = []
        if truth.author and self.author_place == "signed":
            made.append(f'<p style="text-align:right"><strong>{truth.author}</strong></p>')
        if truth.author and self.author_place == "end":
            made.append(self.element("author", truth.author, "p"))
        if self.licence_in_body:
            made.append(
                self.element("licence", f"Ghi rõ nguồn {self.name} khi phát hành lại thông tin từ trang này.", "p")
            )
        if self.follow:
            made.append(
                f'<p>Theo dõi {self.name} trên <a href="https://news.google.com/publications/x">Google News</a></p>'
            )
        if self.more_in_body and "behind" in self.more_places:
            made.append(self.more(truth))
        return made

    def paragraph(self, text: str, *, last: bool) -> str:
        if self.break_form == "br":
            return f"{text}<br><br>" if not last else f"<p>{text}</p>"
        if self.break_form == "div":
            return f"<div>{text}</div>"
        closing = "" if self.broken and self.draw.random() < 0.4 else "</p>"
        if self.blank_lines:
            closing = "</p><p>&nbsp;</p>"
        return f'<p{self.paragraph_name} style="text-align:justify">{text}{closing}'

    def _printed(self, truth: Truth, number: int, paragraph: str) -> str:
        text = self._set(truth, number, escape(paragraph))
        if number in truth.headings:
            return f"<p{self.paragraph_name}><strong>{text}</strong></p>"
        if number in truth.items:
            opens = "" if number - 1 in truth.items else "<ul>"
            return f"{opens}<li>{text}</li>" + ("" if number + 1 in truth.items else "</ul>")
        is_last = number == len(truth.body) - 1 or number + 1 in truth.items | truth.headings
        return self.paragraph(text, last=is_last)

    def _set(self, truth: Truth, number: int, text: str) -> str:
        """The paragraph's words with marks in them."""
        if number in truth.headings or text.count(" ") < 9:
            return text
        words = text.split(" ")
        if self.bold_words and number % 2:
            words[3:6] = [f"<b>{words[3]}", words[4], f"{words[5]}</b>"]
        if self.linked_words and number == 0:
            other = self.articles[truth.number % len(self.articles)]
            words[6:8] = [f'<a href="{self.url(other)}">{words[6]}', f"{words[7]}</a>"]
        if self.styled:
            half = len(words) // 2 + 4
            opens = '<span style="font-size:14pt"><font face="Arial">'
            return f"{opens}{' '.join(words[:half])} </font></span>{opens}{' '.join(words[half:])}</font></span>"
        return " ".join(words)

    def _bare_more(self, truth: Truth) -> str:
        other = self.draw.choice([t for t in self.articles if t is not truth])
        link = f'<a href="{self.url(other)}">{escape(other.title)}</a>'
        return f"<p{self.paragraph_name}>&gt;&gt; {self.more_words}: {link}</p>"

    def _below(self, truth: Truth) -> str:
        made = ""
        if self.date_place == "below-body":
            made += f"<div>{self._date(truth)}</div>"
        if self.author_place == "below-body" and truth.author:
            made += self.element("author", truth.author)
        made += self.share() if "below" in self.share_places else ""
        if self.has_tags:
            tags = ", ".join(f'<a href="/tag/{slug(tag)}/">{tag}</a>' for tag in truth.tags)
            made += self.element("tags", f"Từ khóa: {tags}")
        if self.has_counter:
            made += f"<div>Lượt xem: {self.draw.randrange(10, 9000)}</div>"
        if self.rating:
            made += f"<div>Đánh giá bài viết: {self.draw.randrange(1, 6)}/5 ({self.draw.randrange(2, 90)} lượt)</div>"
        if self.has_update:
            made += f"<p>Cập nhật lần cuối: {truth.published + timedelta(hours=30):%d/%m/%Y %H:%M}</p>"
        if "behind" in self.more_places and not self.more_in_body:
            made += self.more(truth)
        if self.has_comments:
            made += (
                "<h3>Ý kiến bạn đọc</h3><p>Bạn đọc Minh: Bài viết rất hay, mong báo có nhiều bài như thế này nữa.</p>"
            )
        return made

    # What is no article.

    def list_page(self, section: str | None = None) -> str:
        """The home page, or a section's list."""
        several = [t for t in self.articles if section in (None, t.section)]
        entries = []
        for truth in several:
            date = f"<span>{truth.published:%d/%m/%Y %H:%M}</span>" if self.list_dates else ""
            lead = f"<p>{escape(truth.lead)}</p>" if self.list_leads else ""
            heading = f'<h3><a href="{self.url(truth)}">{escape(truth.title)}</a></h3>'
            entries.append(self.element("item", heading + date + lead))
        title = section or self.name
        heading = f"<h1>{title}</h1>" if self.title_is_plain else self.element("title", title, self.title_tag)
        inner = self.element("list", heading + "".join(entries))
        return self.page(title, "", inner, section)

    def feed(self) -> bytes:
        """The newest articles as RSS."""
        items = "".join(
            f"<item><title>{escape(t.title)}</title><link>{self.url(t)}</link><description>{escape(t.lead)}</description>"
            f"<pubDate>{t.published:%a, %d %b %Y %H:%M:%S} +0700</pubDate></item>"
            for t in self.articles
        )
        return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()

    def junk(self) -> dict[str, str]:
        """Pages that are no articles, by their address."""
        missing = "Trang bạn tìm không tồn tại hoặc đã bị xóa. Mời bạn trở về trang chủ hoặc tìm kiếm bài viết khác."
        login = '<form><input name="u"><input type="password" name="p"><button>Đăng nhập</button></form>'
        found = f"Tìm thấy {len(self.articles)} kết quả cho từ khóa hội nghị. {self.links(self.articles[:6], 'list')}"

        def as_article(title: str, inner: str) -> str:
            heading = f"<h1>{title}</h1>" if self.title_is_plain else self.element("title", title, self.title_tag)
            return self.page(title, "", self.element("main", heading + self.element("body", inner, "div")))

        return {
            self.home: self.list_page(),
            f"{self.home}xay-dung-dang/": self.list_page("Xây dựng Đảng"),
            f"{self.home}kinh-te/": self.list_page("Kinh tế"),
            f"{self.home}khong-co-bai-nay-tren-bao-99999.html": as_article(
                "Không tìm thấy trang", f"<p>{missing}</p>"
            ),
            f"{self.home}dang-nhap-he-thong-quan-tri.html": as_article("Đăng nhập", login),
            f"{self.home}tim-kiem/?q=hoi-nghi": as_article("Kết quả tìm kiếm", found),
        }


def _in_capitals(tag: re.Match[str]) -> str:
    return tag.group().upper()
