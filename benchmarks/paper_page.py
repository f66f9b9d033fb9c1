"""What stands on a generated newspaper's pages around the story: head, menus, teasers with pictures, footer, scripts.

How much of each was counted on real pages: on 258 whole articles of newspapers of many countries (the parser tests of
fundus; first quartile, median, third quartile), on four whole articles of national Vietnamese papers of 2025 and 2026
(least … most), and on seven of Vietnamese provincial papers of 2026 whose menus, lists and scripts had been cut (the
same). Of those seven papers eight whole pages are known by their size alone: 77 to 159 thousand characters, half of
them above 125. A generated story is kept within these bounds, as tests/benchmarks tells:

                              generated    258 articles     four national   seven provincial, cut
    KB                              130    139  254  419      255 … 508         24 … 44
    KB gzipped                       27     30   50   75       54 … 198          6 … 9
    elements                        781    707 1021 1386      405 … 1746       287 … 489
    links                           184    108  172  257       49 … 316         18 … 45
    links around a picture           26      4   10   23        2 … 26           3 … 9
    pictures                         33     10   17   33        4 … 33           5 … 10
    paragraphs                       38     16   26   44        8 … 99          12 … 29
    meta elements                    26     28   34   44       31 … 76          13 … 30
    scripts and styles               22     20   32   50       22 … 52           9 … 27
    svg and their paths              30      3   40   98       21 … 191          0 … 2
    comments                         22      3   12   38        7 … 39           2 … 37
    deepest element                  14     15   18   21       14 … 21          15 … 20
    mean depth                      9.2    7.9  9.1 10.5      4.7 … 11.2       8.1 … 10.5
    attributes an element           1.7    1.6  1.8  2.1      1.9 … 2.2        1.2 … 1.5
    KB in scripts and styles         62     26   74  206       34 … 275           –
    KB of text                       12      7   10   14        3 … 18            –

og:image stood on 256 of the 258 and on all eleven others, JSON-LD on 242 and ten, article:published_time on 134 and
six, pictures that load late on 217 and eight. So a story has all four, and its pictures are there for those who ask
for them. Of Báo Ấp Bắc's own pages only the article's part is known, which is newspaper.py's.
"""

from __future__ import annotations

import json
import random
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

SYLLABLES = (  # noqa: SIM905
    "ban bảo bí các cán cấp chi chính chương công cơ của cường cuộc dân diễn doanh đã đại đảng đạo đẩy điều đoàn "
    "đồng đơn được giám giao hành hiện hội huyện hướng khai khối kiểm kinh kỷ lãnh lần lực mạnh mới nâng năm nghị "
    "nghiệp nguồn nhân nhiệm nông phát phong quan quả quốc quyết sát sản sơ sở sự tác tại tăng tập tế thành thi "
    "thông thực tiến tỉnh tổ tổng trình trung truyền trưởng tuyên tư ủy văn viên vụ vực xã xây xuất yêu ý"
).split()

ICON = (
    '<svg class="icon" width="16" height="16" viewBox="0 0 24 24" aria-hidden="true">'
    '<path d="M4 4h16v16H4z M8 9h8 M8 13h8" fill="none" stroke="currentColor"></path></svg>'
)


def words(chance: random.Random, count: int) -> str:
    """So many syllables, the first with a capital."""
    return " ".join(chance.choices(SYLLABLES, k=count)).capitalize()


def prose(chance: random.Random, count: int) -> str:
    """So many syllables in sentences with commas, as a paragraph of a story has them."""
    sentences = []
    while count > 0:
        length = min(count, chance.randint(14, 30))
        clauses = [chance.choices(SYLLABLES, k=length // 2), chance.choices(SYLLABLES, k=length - length // 2)]
        sentences.append(", ".join(" ".join(clause) for clause in clauses if clause).capitalize() + ".")
        count -= length
    return " ".join(sentences)


class Teaser(NamedTuple):
    """A story as other pages announce it."""

    path: str
    title: str
    picture: str
    day: str


class Told(NamedTuple):
    """What a story's head says of it."""

    url: str
    title: str
    lead: str
    picture: str
    published: str  # ISO 8601
    section: str


def picture() -> bytes:
    """A picture of 480 by 320 points that does not pack, 77 KB: for those who ask how large it is."""
    chance = random.Random(0)
    lines = b"".join(b"\0" + chance.randbytes(240) for _ in range(320))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 480, 320, 4, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def teaser(one: Teaser, kind: str) -> str:
    """A teaser with its picture, which is loaded late."""
    return f"""
                <div class="story story--{kind} clearfix" data-kind="{kind}">
                    <div class="story__thumb">
                        <a class="story__link" href="{one.path}" title="{one.title}">
                            <img class="lazy img-fluid" src="/images/blank.gif" data-src="{one.picture}"
                                alt="{one.title}" width="240" height="160" loading="lazy">
                        </a>
                    </div>
                    <div class="story__text">
                        <h3 class="story__title"><a href="{one.path}" title="{one.title}">{one.title}</a></h3>
                        <div class="story__meta"><span class="story__day">{one.day}</span></div>
                    </div>
                </div>"""


def box(title: str, kind: str, inner: str) -> str:
    """A box of teasers or links with its heading."""
    return f"""
            <!-- {kind} -->
            <div class="box box--{kind}" id="box-{kind}">
                <div class="box__head"><h2 class="box__title"><span>{title}</span></h2>{ICON}</div>
                <div class="box__body">{inner}
                </div>
            </div>
            <!-- /{kind} -->"""


def ranking(stories: Sequence[Teaser]) -> str:
    """Stories one below the other, without pictures."""
    entries = "".join(
        f"""
                    <li class="ranked"><span class="ranked__place">{place}</span>
                        <a href="{one.path}" title="{one.title}">{one.title}</a></li>"""
        for place, one in enumerate(stories, start=1)
    )
    return f"""
                <ul class="ranking">{entries}
                </ul>"""


def script(chance: random.Random) -> str:
    """A script of some kilobytes: short functions, and settings that are long and of no meaning."""
    lines = [
        f'  var s{n} = function (a, b) {{ return document.getElementById("z{chance.randrange(1 << 20):x}") || b; }};'
        for n in range(30)
    ]
    lines += [f'  window.paper["{chance.choice(SYLLABLES)}{n}"] = "{chance.randbytes(24).hex()}";' for n in range(35)]
    chance.shuffle(lines)
    text = "\n".join(lines)
    return f"\n    <script>\n{text}\n    </script>"


@cache
def theme() -> str:
    """The styles, icons and scripts that a head names, and those that it has in itself: the software's."""
    chance = random.Random("theme")
    sheets = "".join(
        f'\n    <link rel="stylesheet" type="text/css" href="/themes/paper/css/part{n}.min.css?v=20260{n}">'
        for n in range(9)
    )
    icons = "".join(
        f'\n    <link rel="apple-touch-icon" sizes="{n * 19}x{n * 19}" href="/images/icon-{n}.png">'
        for n in range(3, 9)
    )
    scripts = "".join(
        f'\n    <script type="text/javascript" src="/themes/paper/js/lib{n}.min.js?v=3.{n}" defer></script>'
        for n in range(8)
    )
    style = "\n".join(
        f".box--{n} .story__title{{margin:{chance.randrange(40)}px;padding:{n % 7}px;"
        f"top:{chance.randrange(4096)}px;color:#{chance.randrange(1 << 24):06x}}}"
        for n in range(200)
    )
    own = "".join(script(chance) for _ in range(4))
    return f'{sheets}{icons}{scripts}\n    <style type="text/css">\n{style}\n    </style>{own}'


@cache
def scripts_below() -> str:
    """The scripts at a page's end, and those that count its readers."""
    chance = random.Random("scripts")
    trackers = "".join(
        f"""
    <script async src="https://so-lieu.example/tag{n}.js"></script>
    <noscript><img height="1" width="1" alt="" src="https://so-lieu.example/p{n}.gif"></noscript>"""
        for n in range(3)
    )
    return "".join(script(chance) for _ in range(5)) + trackers


@dataclass(frozen=True)
class Surroundings:
    """The parts that all pages of one paper share; their words are drawn by its host."""

    host: str

    @cached_property
    def sections(self) -> list[tuple[str, str]]:
        """Addresses and names of the paper's sections."""
        chance = random.Random(f"{self.host} sections")
        return [(f"/chuyen-muc-{number}/", words(chance, 2)) for number in range(14)]

    @cached_property
    def top(self) -> str:
        """What stands above the page's own part: the menu, and once more as narrow screens show it."""
        chance = random.Random(f"{self.host} top")
        links = "".join(
            f"""
                        <li class="top__item">
                            <a href="/tien-ich-{n}/">{ICON}<span>{words(chance, 2)}</span></a></li>"""
            for n in range(5)
        )
        narrow = "".join(
            f"""
                <li class="panel__item"><a href="{path}">{name}</a></li>"""
            for path, name in self.sections
        )
        wide = "".join(
            f"""
                    <li class="menu__item has-parts">
                        <a class="menu__link" href="{path}" title="{name}"><span>{name}</span></a>
                        <ul class="menu__parts" role="menu">{self._parts(chance, path)}
                        </ul>
                    </li>"""
            for path, name in self.sections
        )
        return f"""
<div id="wrapper" class="page page--detail">
    <!-- header -->
    <header class="header" id="header">
        <div class="header__top d-none d-md-block">
            <div class="container">
                <div class="row">
                    <div class="col-md-4 header__logo"><a href="/" title="Trang chủ"><img src="/images/logo.png"
                        alt="Báo {self.host}" width="300" height="80"></a></div>
                    <div class="col-md-8 header__links"><ul class="top">{links}
                    </ul></div>
                </div>
                <form class="search" action="/tim-kiem/" method="get">
                    <input class="search__words" type="text" name="q" placeholder="Tìm kiếm">
                    <button class="search__go" type="submit" aria-label="Tìm">{ICON}</button>
                </form>
            </div>
        </div>
        <div class="panel d-md-none" id="panel"><button class="panel__open" aria-label="Menu">{ICON}</button>
            <ul class="panel__items">{narrow}
            </ul>
        </div>
        <!-- menu -->
        <nav class="menu" id="menu" role="navigation">
            <div class="container">
                <ul class="menu__items">{wide}
                </ul>
            </div>
        </nav>
        <!-- /menu -->
    </header>
    <!-- /header -->"""

    def _parts(self, chance: random.Random, path: str) -> str:
        named = [(f"{path}phan-{part}/", words(chance, 2)) for part in range(4)]
        return "".join(
            f"""
                            <li class="menu__part"><a href="{address}" title="{name}">{name}</a></li>"""
            for address, name in named
        )

    @cached_property
    def bottom(self) -> str:
        """What stands below the page's own part."""
        chance = random.Random(f"{self.host} bottom")
        sections = "".join(
            f"""
                    <li class="footer__item"><a href="{path}">{name}</a></li>"""
            for path, name in self.sections
        )
        about = "".join(
            f"""
                    <p class="footer__line">{words(chance, 14)}</p>"""
            for _ in range(5)
        )
        advertisements = "".join(
            f"""
            <!-- banner {n} -->
            <div class="banner banner--{n}" data-zone="{n}">
                <a href="https://quang-cao.example/{n}" target="_blank" rel="nofollow">
                    <img class="lazy" data-src="/images/banner/{n}.png" alt="" width="300" height="250"></a></div>"""
            for n in range(4)
        )
        return f"""
    <div class="container banners">{advertisements}
    </div>
    <!-- footer -->
    <footer class="footer" id="footer">
        <div class="container">
            <div class="row">
                <div class="col-md-6"><ul class="footer__items">{sections}
                </ul></div>
                <div class="col-md-6 footer__about">{about}
                    <div class="footer__social"><a href="https://mang-xa-hoi.example/bao" rel="nofollow">{ICON}</a>
                    <a href="https://video.example/bao" rel="nofollow">{ICON}</a></div>
                </div>
            </div>
        </div>
    </footer>
    <!-- /footer -->
</div>"""

    def told(self, story: Told) -> str:
        """The elements of a story's head that tell of it."""
        properties = {
            "og:site_name": f"Báo {self.host}", "og:type": "article", "og:title": story.title,
            "og:description": story.lead, "og:url": story.url, "og:image": story.picture, "og:image:width": "480",
            "og:image:height": "320", "og:locale": "vi_VN", "article:published_time": story.published,
            "article:section": story.section,
        }  # fmt: skip
        names = {
            "description": story.lead, "keywords": ", ".join(story.title.lower().split()[:6]),
            "news_keywords": story.title.lower(), "robots": "index,follow", "author": f"Báo {self.host}",
            "viewport": "width=device-width, initial-scale=1", "copyright": self.host, "generator": "Báo điện tử",
            "theme-color": "#b00", "format-detection": "telephone=no", "twitter:card": "summary_large_image",
            "twitter:title": story.title, "twitter:description": story.lead, "twitter:image": story.picture,
        }  # fmt: skip
        logo = {"@type": "ImageObject", "url": "/images/logo.png"}
        paper = {"@type": "Organization", "name": f"Báo {self.host}", "logo": logo}
        linked = {
            "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title,
            "description": story.lead, "mainEntityOfPage": {"@type": "WebPage", "@id": story.url},
            "image": {"@type": "ImageObject", "url": story.picture, "width": 480, "height": 320},
            "datePublished": story.published, "dateModified": story.published, "author": paper, "publisher": paper,
        }  # fmt: skip
        lines = [f'<meta property="{name}" content="{value}">' for name, value in properties.items()]
        lines += [f'<meta name="{name}" content="{value}">' for name, value in names.items()]
        lines.append(f'<link rel="canonical" href="{story.url}">')
        lines.append('<script type="application/ld+json">')
        lines += [json.dumps(linked, ensure_ascii=False, indent=2), "</script>"]
        return "".join(f"\n    {line}" for line in lines)

    def page(self, title: str, main: str, beside: Sequence[Teaser] = (), told: str = "") -> str:
        """A whole page: its own part, the stories announced beside it, and what stands around both."""
        boxes = "".join(
            (
                box("Tin mới", "latest", "".join(teaser(one, "latest") for one in beside[:10])),
                box("Đọc nhiều", "read", ranking(beside[10:20])),
                box("Cùng chuyên mục", "more", "".join(teaser(one, "more") for one in beside[20:25])),
                *(
                    box(name, f"section-{place}", ranking(beside[25 + place * 5 : 30 + place * 5]))
                    for place, (_, name) in enumerate(self.sections[:3])
                ),
            )
        )
        return f"""<!DOCTYPE html>
<html lang="vi">
<head>
    <meta charset="utf-8">
    <title>{title}</title>{told}{theme()}
</head>
<body class="body body--detail">{self.top}
    <main class="main" id="main">
        <div class="container">
            <div class="row">
                <div class="col-md-8 main__left"><div class="main__inner"><div class="main__part">
{main}
                </div></div></div>
                <div class="col-md-4 main__right"><div class="aside" id="aside">{boxes if beside else ""}
                </div></div>
            </div>
        </div>
    </main>{self.bottom}{scripts_below()}
</body>
</html>
"""
