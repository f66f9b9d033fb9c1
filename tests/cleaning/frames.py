"""Pages of newspapers around a title and a text of two sentences, one for each way in which pages are read."""

from __future__ import annotations

import html
from collections.abc import Callable

from scraper.sites import Site

DATE = "11/07/2024 15:51"


def main_content(title: str, text: str) -> str:
    """A page of OneCMS, the CMS of several provincial papers."""
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><div class='l-content'>"
        f"<h1 class='sc-longform-header-title block-sc-title'>{title}</h1>"
        f"<span class='sc-longform-header-date block-sc-publish-time'>{DATE}</span>"
        f"<div class='b-maincontent'><p>{text}</p></div></div></body></html>"
    )


def wordpress(title: str, text: str) -> str:
    """A post of a classic WordPress theme."""
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body class='single single-post postid-6'><main>"
        f"<article id='post-6' class='post-6 post hentry'><h1 class='entry-title'>{title}</h1>"
        f"<time class='entry-date published' datetime='2024-07-11T15:51:00+07:00'>{DATE}</time>"
        f"<div class='entry-content'><p>{text}</p></div></article></main></body></html>"
    )


def nukeviet(title: str, text: str) -> str:
    """An article of NukeViet's default theme."""
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><div class='news_column'>"
        f"<h1 class='title'>{title}</h1><span class='h5'>Thứ năm - {DATE}</span>"
        f"<div id='news-bodyhtml' class='bodytext'><p>{text}</p></div></div></body></html>"
    )


def apbac(title: str, text: str) -> str:
    """A page of Báo Ấp Bắc's family, which is read by the order of its lines alone."""
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><div>Thứ Năm, 11/07/2024, 15:51 (GMT+7)</div>"
        f"<h2>{title}</h2><p>{text}</p><p>.</p></body></html>"
    )


def unknown(title: str, text: str) -> str:
    """A page of software that nobody described."""
    return (
        f"<!DOCTYPE html><html><head><title>{title} - Báo Thử</title></head><body><div id='top'>"
        f"<a href='/'>Trang chủ</a><a href='/thoi-su'>Thời sự</a></div>"
        f"<div class='chi-tiet'><h1>{title}</h1><div class='ngay'>{DATE}</div>"
        f"<div class='noi-dung'><p>{text}</p></div></div><div id='chan'>Cơ quan chủ quản: Tỉnh ủy</div></body></html>"
    )


def login_beside(title: str, text: str) -> str:
    """An article beside a login box, as Drupal's side bar has one, and without its optional end tags."""
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><aside><form action='/user/login'>"
        "<label>Tên truy nhập</label><input name='name'><input type='password' name='pass'>"
        "<p>Vui lòng đăng nhập để bình luận.</p></form></aside><div class='l-content'>"
        f"<h1 class='sc-longform-header-title block-sc-title'>{title}</h1>"
        f"<span class='sc-longform-header-date block-sc-publish-time'>{DATE}</span>"
        f"<div class='b-maincontent'><p>{text}</p></div></div>"
    )


def _site(family: str) -> Site:
    return Site(
        id="thu",
        name="Báo Thử",
        kind="newspaper",
        province="Tiền Giang",
        family=family,
        home="https://thu.example.vn/",
    )


FRAMES: dict[str, tuple[Callable[[str, str], str], Site, str]] = {
    "maincontent": (main_content, _site("maincontent"), "https://thu.example.vn/bai-viet-3140001.html"),
    "wordpress": (wordpress, _site("wordpress"), "https://thu.example.vn/tin-tuc/bai-viet-cua-bao/"),
    "nukeviet": (nukeviet, _site("nukeviet"), "https://thu.example.vn/news/tin-tuc/bai-viet-cua-bao-12.html"),
    "apbac": (apbac, _site("apbac"), "https://thu.example.vn/chinh-tri/202407/bai-viet-1015551/"),
    "generic": (unknown, _site("generic"), "https://thu.example.vn/tin-tuc/bai-viet-cua-bao-100012.html"),
    "login box, no end tags": (login_beside, _site("maincontent"), "https://thu.example.vn/bai-viet-3140001.html"),
}
"""By name: the frame, the site whose page it is, and its address."""


def page(frame: str, title: str, text: str) -> tuple[bytes, str, Site]:
    """The bytes, the address and the site of a page of that frame."""
    make, site, url = FRAMES[frame]
    return make(html.escape(title, quote=False), html.escape(text, quote=False)).encode(), url, site
