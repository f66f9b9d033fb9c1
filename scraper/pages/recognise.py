"""Recognises the family of a site from what its server sends, with evidence, and finds where its lists may be.

Everything here is pure: it turns a page and its headers into a :class:`Recognition` and sends no request.
``scrapy newsite`` tries what is usual for a family (:func:`usual_feeds`, :func:`usual_sitemaps`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from scraper.pages import load_family
from scraper.pages.blocks import attribute, parse
from scraper.pages.metadata import meta
from scraper.text import fold, squeeze
from scraper.text.sentence import Sentence

ENOUGH = 3
"""How many points a family needs to be believed. With fewer, the site is ``generic``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A list page that the site's own menu names."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """What one page tells about its site."""

    family: str  # a key of scraper.pages.FAMILIES
    points: Mapping[str, int]  # points of every family for which there is evidence
    evidence: tuple[str, ...]  # the evidence for ``family``, one line each
    name: str | None  # the site's own name
    feeds: tuple[str, ...]  # feeds that the page names
    sections: tuple[Section, ...]  # candidates, in the menu's order


@dataclass(frozen=True, slots=True)
class _Clue:
    family: str
    points: int
    pattern: re.Pattern[str]
    says: str


def _clues(flags: int, *rows: tuple[str, int, str, str]) -> tuple[_Clue, ...]:
    return tuple(
        _Clue(family, points, re.compile(pattern, flags), Sentence(says)) for family, points, pattern, says in rows
    )


_GENERATORS = _clues(
    re.I,
    ("nukeviet", 10, r"nukeviet", "generator says NukeViet"),
    ("wordpress", 10, r"wordpress(?!\.com)", "generator says WordPress"),
    ("joomla", 10, r"joomla", "generator says Joomla"),
    ("sharepoint", 10, r"sharepoint", "generator says SharePoint"),
    ("liferay", 10, r"liferay", "generator says Liferay"),
    ("generic", 10, r"drupal", "generator says Drupal, which has no family of its own"),
)
_HEADERS = _clues(
    re.I,
    ("wordpress", 5, r"api\.w\.org|x-pingback:.*xmlrpc\.php", "a header names WordPress's API"),
    ("sharepoint", 5, r"microsoftsharepointteamservices|sprequestguid", "a header of SharePoint"),
    ("liferay", 5, r"liferay-portal", "a header of Liferay"),
    ("nukeviet", 5, r"x-powered-by:.*nukeviet|set-cookie:.*\bnv\d?[a-z]*_", "a header of NukeViet"),
    ("generic", 5, r"x-generator:.*drupal|x-drupal-", "a header of Drupal, which has no family of its own"),
)
_MARKUP = _clues(
    0,
    ("nukeviet", 4, r"\bnv_base_siteurl\b|\bnv_lang_data\b|var nv_|nv_module_name", "scripts of NukeViet (nv_…)"),
    ("nukeviet", 4, r'id="news-bodyhtml"|class="[^"]*\bhometext\b', "the article markup of NukeViet"),
    ("wordpress", 3, r"/wp-(?:content|includes)/(?:themes|plugins|js|css)/", "themes or scripts under /wp-content/"),
    ("wordpress", 3, r'<body[^>]*class="[^"]*\b(?:postid-\d+|wp-(?:embed|custom))', "WordPress's body classes"),
    ("joomla", 4, r"/media/(?:jui|system)/js/|option=com_content|/components/com_", "paths of Joomla (com_…)"),
    ("sharepoint", 4, r"_spPageContextInfo|/_layouts/15/|/_layouts/1033/|DispForm\.aspx", "scripts of SharePoint"),
    ("liferay", 4, r"Liferay\.(?:ThemeDisplay|Portlet|Loader)|p_p_id=", "scripts or addresses of Liferay (p_p_id)"),
    ("generic", 4, r"Drupal\.settings|data-drupal-|/sites/default/files/", "scripts or files of Drupal"),
    ("sc", 4, r"/(?:sc_)?service/api/article/list|scUnitMapId", "the list service of sc"),
    ("sc", 4, r'class="[^"]*\b(?:head_title|content-detail)\b', "the article markup of sc (head_title)"),
    ("maincontent", 5, r'class="[^"]*\bb-maincontent\b|\bsc-longform-header-title\b', "the markup b-maincontent"),
    ("cmsbody", 5, r'class="[^"]*\b(?:zce-content-body|cms-body|onecms__tags)\b', "the markup cms-body"),
    ("anumber", 5, r'id="newscontents"|class="[^"]*\bbreadcrumb-news-detail\b', "the markup newscontents"),
    ("apbac", 2, r"/dataimages/\d{6}/", "pictures under /dataimages/yyyymm/"),
)  # fmt: skip
_ADDRESSES = _clues(
    0,
    ("cmsbody", 4, r"/[^/]+-post\d+\.(?:html|amp)$", "addresses /…-post123.html"),
    ("anumber", 4, r"/[^/]+-a\d+\.html$", "addresses /…-a123.html"),
    ("sc", 5, r"/(?:19|20)\d{4}/[^/]+-(?=\d*[a-f])[0-9a-f]{7}/?$", "addresses /yyyymm/…-<7 hex>"),
    ("apbac", 4, r"/(?:19|20)\d{4}/[^/]+-\d{5,7}/(?:index\.htm)?$", "addresses /yyyymm/…-123456/"),
    ("nukeviet", 2, r"^/(?:[a-z]{2}/)?(?:[\w-]+/){1,2}[\w-]+-\d+\.html$", "addresses /section/…-123.html"),
    ("liferay", 3, r"/-/(?:asset_publisher|journal_content)/|/web/[\w-]+/", "addresses of Liferay (/web/, /-/)"),
    ("sharepoint", 3, r"/(?:Pages|Lists|SitePages)/[^?]*\.aspx$", "addresses of SharePoint (/Pages/….aspx)"),
    ("joomla", 2, r"/(?:index\.php/)?[\w/-]+/\d+-[\w-]+(?:\.html)?$", "addresses /section/123-…"),
)  # fmt: skip
CLUES = (*_GENERATORS, *_HEADERS, *_MARKUP, *_ADDRESSES)
"""Everything that speaks for a family."""

_FEWEST_ADDRESSES = 3

_USUAL_FEEDS = {
    "nukeviet": ("/rss/", "/news/rss/"),
    "wordpress": ("/feed/",),
    "apbac": ("/chinh-tri/index.rss", "/thoi-su/index.rss"),
    "joomla": ("/?format=feed&type=rss",),
}
_USUAL_SITEMAPS = {
    "nukeviet": ("/sitemap-vi.news.xml", "/sitemap.xml"),
    "wordpress": ("/wp-sitemap.xml", "/sitemap_index.xml"),
}
_MENUS = (
    "nav a[href], header a[href], #menu a[href], .menu a[href], .menu-item a[href], [class*=navbar] a[href],"
    " [id*=menu] a[href], [class*=main-menu] a[href], [role=navigation] a[href]"
)
_CATEGORY_LINKS = "a[rel~=category][href], .taxonomy-category a[href], [class*=cat-links] a[href]"
_NOT_SECTIONS = {
    "about", "admin", "albums", "anh", "author", "banners", "contact", "content", "dang-ky", "dang-nhap", "download",
    "feed", "feeds", "gioi-thieu", "home", "index", "lien-he", "login", "page", "photo", "register", "rss", "search",
    "seek", "sitemap", "statistics", "tac-gia", "tag", "thu-vien-anh", "tim-kiem", "trang-chu", "users", "van-ban",
    "video", "voting", "laws", "siteterms", "so-do-site", "wp-login.php", "wp-admin",
}  # fmt: skip
_FILE = re.compile(r"\.(?:xml|rss|jpe?g|png|gif|pdf|docx?|xlsx?|zip|rar|mp[34])$", re.I)
_NAME_PARTS = re.compile(r"\s+(?:[|»–—-]|::)\s+")
_HOME_NAMES = {"trang chu", "trang nhat", "home"}
_LONGEST_SECTION_NAME = 8  # words
_COMMENTS = re.compile(r"/comments/|phan hoi|binh luan|comments", re.I)


def recognise(html: str, url: str, headers: Sequence[tuple[str, str]] = ()) -> Recognition:
    """What the page ``html``, served at ``url`` with ``headers``, tells about its site."""
    page = parse(html)
    evidence = _evidence(page, html, url, headers)
    points: dict[str, int] = {}
    for clue in evidence:
        points[clue.family] = points.get(clue.family, 0) + clue.points
    best = max(points, key=lambda family: points[family], default="generic")
    family = best if points.get(best, 0) >= ENOUGH else "generic"
    feeds = _feeds(page, url)
    return Recognition(
        family=family,
        points=points,
        evidence=tuple(dict.fromkeys(clue.says for clue in evidence if clue.family == family)),
        name=_name(page, url),
        feeds=feeds,
        sections=_sections(page, url, family, feeds),
    )


def usual_feeds(family: str, url: str) -> tuple[str, ...]:
    """Where sites of ``family`` usually have a feed of everything."""
    return tuple(urljoin(url, path) for path in _USUAL_FEEDS.get(family, ("/rss/home.rss", "/rss", "/feed")))


def usual_sitemaps(family: str, url: str) -> tuple[str, ...]:
    """Where sites of ``family`` usually have a sitemap of their news."""
    return tuple(urljoin(url, p) for p in _USUAL_SITEMAPS.get(family, ("/sitemap-news.xml", "/sitemap.xml")))


def robots_sitemaps(robots: str, url: str) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names, absolute."""
    found = re.findall(r"^\s*sitemap\s*:\s*(\S+)", robots, re.I | re.M)
    return tuple(dict.fromkeys(urljoin(url, address) for address in found))


def _evidence(page: BeautifulSoup, html: str, url: str, headers: Sequence[tuple[str, str]]) -> list[_Clue]:
    generators = " ".join(
        attribute(tag, "content") for tag in page.find_all("meta", attrs={"name": re.compile("^generator$", re.I)})
    )
    head = "\n".join(f"{name}: {value}" for name, value in headers)
    found = [clue for clue in _GENERATORS if clue.pattern.search(generators)]
    found += [clue for clue in _HEADERS if clue.pattern.search(head)]
    found += [clue for clue in _MARKUP if clue.pattern.search(html)]
    paths = {unquote(urlsplit(address).path) for address in _links(page, url)}
    for clue in _ADDRESSES:
        if sum(1 for path in paths if clue.pattern.search(path)) >= _FEWEST_ADDRESSES:
            found.append(clue)
    return found


def _links(page: BeautifulSoup, url: str) -> set[str]:
    addresses = set()
    for link in page.find_all("a", href=True):
        if address := _own(attribute(link, "href"), url):
            addresses.add(address)
    return addresses


def _own(address: str, url: str) -> str | None:
    """``address`` made absolute, if it is on the host of ``url``."""
    try:
        absolute = urljoin(url, address.strip())
        parts = urlsplit(absolute)
    except ValueError:
        return None
    here = urlsplit(url).netloc.lower().removeprefix("www.")
    is_own = parts.scheme in {"http", "https"} and parts.netloc.lower().removeprefix("www.") == here
    return absolute.partition("#")[0] if is_own else None


def _name(page: BeautifulSoup, url: str) -> str | None:
    """``og:site_name``, else the part of the home page's title that does not name the page itself."""
    stated = meta(page, "og:site_name", "application-name")
    if stated:
        return stated
    title = squeeze(page.title.get_text()) if page.title is not None else ""
    parts = [
        part for part in _NAME_PARTS.split(title) if part and fold(part) not in {"trang chu", "trang nhat", "home"}
    ]
    if not parts:
        return None
    return parts[0] if urlsplit(url).path in {"", "/"} else parts[-1]


def _feeds(page: BeautifulSoup, url: str) -> tuple[str, ...]:
    """The feeds that the page's head names, except those of comments."""
    found = []
    for link in page.find_all("link", rel="alternate", type=re.compile(r"^application/(?:rss|atom)\+xml$")):
        address = _own(attribute(link, "href"), url)
        if address and not _COMMENTS.search(address) and not _COMMENTS.search(fold(attribute(link, "title"))):
            found.append(address)
    return tuple(dict.fromkeys(found))


def _sections(page: BeautifulSoup, url: str, family: str, feeds: Sequence[str]) -> tuple[Section, ...]:
    """Links of the menus (and of categories) to pages that are not articles of the family.

    NukeViet names a feed for each section of its news and none for its other modules, so there the feeds decide.
    """
    key = load_family(family).key
    found: dict[str, Section] = {}
    for link in [*page.select(_MENUS), *page.select(_CATEGORY_LINKS)]:
        address = _own(attribute(link, "href"), url)
        name = squeeze(attribute(link, "title")) or squeeze(link.get_text(" "))
        if not 0 < len(name.split()) <= _LONGEST_SECTION_NAME or link.find_parent(class_="post-navigation"):
            continue
        if address and address not in found and _may_be_section(link, address, url, family, key(address)):
            found[address] = Section(name=name, url=address)
    if family == "nukeviet":
        fed = {urlsplit(feed).path.replace("rss/", "", 1).rstrip("/") for feed in feeds} - {""}
        with_feed = tuple(s for s in found.values() if urlsplit(s.url).path.rstrip("/") in fed)
        return with_feed or tuple(found.values())
    return tuple(found.values())


def _may_be_section(link: Tag, address: str, url: str, family: str, key: str | None) -> bool:
    parts = urlsplit(address)
    segments = [s for s in unquote(parts.path).lower().split("/") if s]
    if not segments or address.rstrip("/") == url.rstrip("/") or _FILE.search(parts.path):
        return False
    if _NOT_SECTIONS & {s.removesuffix(".html").removesuffix(".aspx") for s in segments}:
        return False
    # A WordPress section may have an address like an article's, so there a menu's short path is enough.
    return key is None or (family == "wordpress" and len(segments) <= 2 and not link.find_parent("article"))
