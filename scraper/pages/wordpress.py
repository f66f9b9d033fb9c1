"""WordPress, from classic themes to block themes.

Every theme has what WordPress itself adds: the classes of ``body`` (``single``, ``postid-6``, ``error404``), of a
post (``hentry``, ``post-6``, ``post-password-required``), ``rel`` of its links (``category tag``, ``tag``,
``author``) and ``time[datetime]``, which was right on 25 of 25 pages of a real server (6.1.9). The rest is the
microformat that themes follow, the shape of a text, and the classes of themes common in Vietnam: the default ones
(Twenty Ten to Twenty Twenty-Five), Flatsome, Newspaper, JNews, GeneratePress, Astra, Genesis, Elementor, Divi.

Sources of oddities: ``wptexturize`` prints curly quotes and en dashes where plain ones were typed; a lead kept only
as excerpt is not printed on the article page; ``lastmod`` of a sitemap is the last edit, so it is no witness of
publication; the account that uploaded an article ("Quản trị", "admin") is printed where an author would be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import parse_qs, unquote, urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag

from scraper.items import Block, ListEntry, ListPage, NotAnArticle, Picture, PrintedArticle, Witness
from scraper.items import WitnessSource as Source
from scraper.pages.addresses import absolute, same_host
from scraper.pages.blocks import attribute, blocks, parse, words
from scraper.pages.family import Family
from scraper.pages.furniture import remove_furniture, without_furniture
from scraper.pages.images import picture_address
from scraper.pages.leads import italic_lead, split_lead
from scraper.pages.metadata import breadcrumbs, canonical, linked_article, meta, person
from scraper.pages.post_links import (
    AUTHOR,
    SECTION,
    TAG,
    further_pages,
    last_folder,
    links_to,
    may_go_on,
    only_heading,
    post_number,
    section_of,
    tags_of_classes,
    whole_address,
)
from scraper.pages.tree import rename
from scraper.text import fold, squeeze
from scraper.text.sentence import Sentence

_NOT_ARTICLES = {
    "author", "category", "comments", "feed", "page", "search", "tag", "type", "wp-admin", "wp-content",
    "wp-includes", "wp-json", "wp-login.php", "wp-sitemap.xml", "xmlrpc.php",
    "chuyen-muc", "danh-muc", "tac-gia", "the", "tu-khoa",
}  # fmt: skip
_FRONTS = frozenset({"page", "category", "tag", "author"})  # perhaps behind the front of a site's permalinks
_COPIES = {"embed", "feed", "trackback", "print", "amp", "attachment", "rdf", "atom", "rss", "rss2"}
_NEVER_FETCHED = re.compile(
    r"/(?:wp-json|wp-admin|wp-login\.php|xmlrpc\.php|wp-includes|comments/feed)(?:/|$)|/(?:embed|trackback|print)/?$"
    r"|/wp-sitemap-(?:taxonomies|users|posts-page)-[^/]*\.xml$|/(?:page|category|post_tag|author)-sitemap\d*\.xml$"
)
_FILE = re.compile(r"\.(?:xml|rss|php|jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|pptx?|zip|rar|mp[34]|css|js|txt)$")
_DATE_ARCHIVE = re.compile(r"(?:.*/)?(?:19|20)\d\d(?:/\d\d){0,2}")
_PAGE = re.compile(r"/page/(\d+)/?$")
_FEWEST_LETTERS = 40  # of a content that only its shape tells
_BODY_OF_LISTS = {"archive", "search", "blog", "home", "page", "attachment", "author", "category", "tag"}

_BESIDE_TAGS = {"nav", "aside"}
_BESIDE_CLASSES = {
    "widget", "widget-area", "sidebar", "comments-area", "comment-respond", "wp-block-comments", "wp-block-query",
    "wp-block-latest-posts", "related", "related-posts", "yarpp-related", "jp-relatedposts", "td_block_related_posts",
    "td-related-row", "jnews_related_post_container", "post-navigation", "author-description",
    "author-bio-description",
}  # fmt: skip
_BESIDE_IDS = {"sidebar", "secondary", "comments"}
_NOT_PROSE = (
    ".page-links, .post-page-numbers, .sharedaddy, .addtoany_share_save_container, .heateor_sss_sharing_container,"
    " .essb_links, .blog-share, .share-buttons, .social-share, .jp-relatedposts, .yarpp-related, .related-posts,"
    " .post-views, .kk-star-ratings, .rmp-widgets-container, #toc_container, #ez-toc-container, .ez-toc-container,"
    " .lwptoc, .code-block, .td-a-rec, .jeg_ad, .entry-footer, .author-box, .saboxplugin-wrap, .more-link,"
    " .wp-block-file__button, .post-nav-links, .crp_related, [class*=related], [id*=related], [class*=read-more],"
    " .screen-reader-text, .post-tags, .td-post-source-tags, .jeg_post_tags, .fb-like, .zalo-share-button"
)
_TITLE = (
    "h1.entry-title", "h1.wp-block-post-title", "h1.jeg_post_title", "h1.tdb-title-text", "h1.post-title",
    ".elementor-widget-theme-post-title .elementor-heading-title", "h1[itemprop=headline]", ".entry-header h1",
    "article h1", "main h1", ".entry-title",
)  # fmt: skip
_CONTENT = (
    ".wp-block-post-content", ".td-post-content", ".tdb_single_content .tdb-block-inner", ".tdb_single_content",
    ".elementor-widget-theme-post-content > .elementor-widget-container", ".elementor-widget-theme-post-content",
    ".et_pb_post_content", ".content-inner", ".entry-content", "[itemprop=articleBody]", ".post-content",
    ".single-content", ".the-content", ".post-entry", ".article-content",
)  # fmt: skip
_LEAD = (
    ".intro-text", ".td-post-sub-title", ".jeg_post_subtitle", ".tdb_single_subtitle", ".entry-subtitle",
    ".post-subtitle", ".wp-block-post-excerpt", ".entry-summary", ".sapo", ".post-excerpt",
    ".elementor-widget-theme-post-excerpt",
)  # fmt: skip
_FEATURED = (
    ".post-thumbnail", ".wp-block-post-featured-image", ".featured-media", ".td-post-featured-image", ".jeg_featured",
    ".tdb_single_featured_image", ".elementor-widget-theme-post-featured-image",
    ".entry-image", ".featured-image", ".post-image", ".entry-thumbnail",
)  # fmt: skip
_AUTHOR = (
    ".wp-block-post-author-name", ".wp-block-post-author__name", ".td-post-author-name a", ".tdb-author-name",
    ".jeg_meta_author a", ".byline .fn", ".author.vcard .fn", ".entry-author-name", ".author-name", ".vcard .fn",
    ".elementor-post-info__item--type-author", ".byline a",
    ".post-author .meta-text a", ".author-title", "a[rel~=author]", ".entry-author", ".byline",
)  # fmt: skip
_TIME = (
    "time.published[datetime]", "time.entry-date[datetime]", "time[itemprop=datePublished][datetime]",
    ".wp-block-post-date:not(.wp-block-post-date__modified-date) time[datetime]", "time.entry-time[datetime]",
    ".posted-on time[datetime]", "time[datetime]:not(.updated):not(.entry-modified-time)",
)  # fmt: skip
_UPDATED = (
    "time.updated[datetime]:not(.published)", "time.entry-modified-time[datetime]",
    ".wp-block-post-date__modified-date time[datetime]",
)  # fmt: skip
_DATE = (
    ".jeg_meta_date", ".post-date .meta-text", ".posted-on .published", ".posted-on", ".entry-date", ".post-date",
    ".td-post-date", ".elementor-post-info__item--type-date", ".meta-date", ".published", "header .date",
    ".entry-meta .date", ".post-meta .date",
)  # fmt: skip
_SECTION = ("a[rel~=category]", ".taxonomy-category a", ".td-category a", ".tdb-category a", ".jeg_meta_category a",
            ".entry-category a", ".cat-links a", ".entry-categories a", ".post-categories a")  # fmt: skip
_TAGS = ("a[rel~=tag]:not([rel~=category])", ".tags-links a", ".td-tags a[href*='/tag/']", ".jeg_post_tags a",
         ".entry-tags a", ".tdb-tags a")  # fmt: skip
_SECTION_LINKS = "nav a[href], .menu-item a[href], a[rel~=category], a[rel~=tag], .taxonomy-category a"
_BESIDE_LISTS = (
    "aside, .widget-area, .sidebar, #sidebar, #secondary, nav, .comments-area, .site-footer, body > footer"
)
_ENTRY_TITLE = (
    "h1 a, h2 a, h3 a, h4 a, h5 a, .entry-title a, .wp-block-post-title a, .post-title a, .jeg_post_title a,"
    " .td-module-title a, a.wp-block-latest-posts__post-title, a:has(> h2, > h3, > h4, > h5, > .post-title)"
)
_ENTRY = ".hentry, .type-post, .wp-block-post, .td_module_wrap, .jeg_post, .post-item, article"


class WordPress(Family):
    """Page objects of WordPress."""

    name = "wordpress"
    divides = True
    trust = (Source.MICRODATA, Source.VISIBLE, Source.JSONLD, Source.META, Source.FEED, Source.LIST)

    def key(self, url: str) -> str | None:
        """The path, decoded and in lower case, because WordPress puts no number into it. ``?p=6`` has ``p=6``.

        An address with one segment may be an article or a section. Only a list page or the page itself tells which.
        """
        parts = urlsplit(url)
        path = unquote(parts.path).lower().strip("/").removeprefix("index.php").strip("/")
        query = parse_qs(parts.query)
        if not path:
            number = query.get("p", [""])[0]
            return f"p={number}" if number.isdecimal() else None
        segments = path.split("/")
        is_numbered_part = len(segments) > 1 and segments[-1].isdecimal() and segments[-2] != "archives"
        if (
            segments[0] in _NOT_ARTICLES
            or segments[-1] in _COPIES
            or not _FRONTS.isdisjoint(segments[:-1])
            or is_numbered_part
            or _FILE.search(path)
            or _DATE_ARCHIVE.fullmatch(path)
            or {"s", "feed", "attachment_id"} & query.keys()
        ):
            return None
        return path

    def fetch_url(self, url: str) -> str | None:
        """The address without its query (``?utm…``, ``?replytocom=``); None for what is never requested."""
        parts = urlsplit(url)
        if _NEVER_FETCHED.search(parts.path.lower()) or "rest_route" in parts.query:
            return None
        if self.key(url) is None or parts.path in {"", "/"}:
            return urlunsplit(parts._replace(fragment=""))
        return urlunsplit(parts._replace(query="", fragment=""))

    def further_pages(self, html: str, url: str) -> tuple[str, ...]:
        """See Family. Its editors write ``<!--nextpage-->`` where a post is to go on at ``…/2/``."""
        if not may_go_on(html):
            return ()
        whole = whole_address(url) if self.key_of_part(url) else None
        return further_pages(parse(html), whole or url)

    def key_of_part(self, url: str) -> str | None:
        """See Family. Lists and comments have pages too, at addresses of their own."""
        whole = whole_address(url)
        if whole is None or self.key(url) is not None or urlsplit(whole).path.endswith("/page"):
            return None
        return self.key(whole)

    def list_page(self, html: str, url: str) -> ListPage:
        """The posts whose titles are links outside the page's sidebars, in order."""
        page = parse(html)
        next_url = _next_page(page, url)
        sections = {self.key(absolute(url, attribute(a, "href"))) for a in page.select(_SECTION_LINKS)}
        for noise in page.select(_BESIDE_LISTS):
            noise.decompose()
        entries: dict[str, ListEntry] = {}
        for link in page.select(_ENTRY_TITLE):
            address = absolute(url, attribute(link, "href"))
            key = self.key(address)
            if key is None or key in entries or key in sections or not same_host(address, url):
                continue
            if title := words(link):
                entries[key] = _entry(link, address, title)
        return ListPage(entries=tuple(entries.values()), next_url=next_url)

    def article(self, html: str, url: str) -> PrintedArticle:
        """What a single post prints. Pages, archives, searches and posts behind a password are not articles."""
        page = parse(html, whole=False)
        number = post_number(page)
        linked = linked_article(page)
        _refuse(page, is_stated=linked is not None or meta(page, "og:type") == "article")
        menu = [last_folder(link) for link in page.select("nav a[href]")]
        for beside in page.marked(_BESIDE_TAGS, _BESIDE_CLASSES, _BESIDE_IDS):
            beside.decompose()
        for other in page.select(".hentry, .wp-block-post"):
            if number and not _is_post(other, number):
                other.decompose()
        root = _root(page, number)

        title = self._words("title", (root, page), _TITLE) or only_heading(page)
        if not title:
            raise NotAnArticle("no-title", "no entry title on the page")
        content = self._tag("body", (root, page), _CONTENT) or _content_by_shape(root)
        if content is None:
            raise NotAnArticle("no-body", "no entry content on the page")
        further = further_pages(root, whole_address(url) or url if self.key_of_part(url) else url)
        lead = self._lead(root, content)
        featured = list(_featured(root, page, content, url, self.key))
        body = _body(content, url, self.key)
        if lead is None:
            lead, body = split_lead(body)
            if lead is None:
                lead, body = italic_lead(body)
        if not lead and not body:
            raise NotAnArticle("no-body", "the entry content is empty")
        content.extract()

        time = self._tag("date", (root, page), _TIME)
        visible = words(time) if time is not None else self._words("date", (root, page), _DATE)
        updated = self._tag("updated", (root, page), _UPDATED)
        witnesses = (
            (Source.MICRODATA, attribute(time, "datetime") if time is not None else None),
            (Source.META, meta(page, "article:published_time")),
            (Source.JSONLD, linked.published if linked else None),
        )
        return PrintedArticle(
            url=url,
            canonical_url=self._canonical(page, url),
            native_id=number,
            title=title,
            lead=lead,
            body=(*featured, *body),
            byline=self._byline(root, page) or person(linked.author if linked else None),
            section=self._section(root, page, url, menu)
            or meta(page, "article:section")
            or (linked.section if linked else None),
            tags=self._tags(root, page) or tags_of_classes(root, [title, lead or "", *_texts(body)]),
            published_text=visible,
            updated_text=(attribute(updated, "datetime") if updated is not None and updated is not time else None)
            or meta(page, "article:modified_time")
            or (linked.modified if linked else None),
            witnesses=tuple(Witness(source, text) for source, text in witnesses if text),
            further_pages=further,
            parser=self.parser,
        )

    def _canonical(self, page: Tag, url: str) -> str | None:
        """The canonical address, if it is this post's. Some sites state one address for all of their pages."""
        stated, own = canonical(page, url), self.key(url)
        is_own = own is None or own.startswith("p=") or (stated is not None and self.key(stated) == own)
        return stated if is_own else None

    def _tags(self, root: Tag, page: Tag) -> tuple[str, ...]:
        links = self._all("tags", (root, page), _TAGS) or links_to(TAG, root)
        found = (words(a).removeprefix("#") for a in links if not a.find_parent(class_="taxonomy-category"))
        return tuple(dict.fromkeys(tag for tag in found if tag))

    def _section(self, root: Tag, page: Tag, url: str, menu: Sequence[str]) -> str | None:
        """The category that the page's path to the home page names, else the one that ``section_of`` chooses."""
        printed = self._all("section", (root, page), _SECTION) or links_to(SECTION, root)[:1]
        links = [link for link in printed if words(link)]
        names = {words(link) for link in links}
        steps = breadcrumbs(page) if len(names) > 1 else []
        return next((name for name in reversed(steps) if name in names), None) or section_of(links, menu, url)

    def _byline(self, root: Tag, page: Tag) -> str | None:
        named = self._words("author", (root, page), _AUTHOR)
        return person(named or next((words(link) for link in links_to(AUTHOR, root)), None))

    def _lead(self, root: Tag, content: Tag) -> str | None:
        """A lead that the theme or the editor marks. It is removed from the page, so that the body starts after it.

        An excerpt that WordPress cut from the body itself is no lead.
        """
        tag = self._tag("lead", (root,), _LEAD)
        if tag is None or tag is content or content in tag.descendants:
            return None
        text = words(tag.extract())
        is_cut = text.endswith(("[…]", "[...]", "…", "..."))
        if is_cut and fold(words(content)).startswith(fold(text.rstrip(" […].").removesuffix("…"))):
            return None
        return text or None

    def _all(self, field: str, scopes: Sequence[Tag], usual: Sequence[str]) -> list[Tag]:
        selectors = [self.select[field]] if field in self.select else usual
        for scope in scopes:
            for selector in selectors:
                if found := scope.select(selector):
                    return list(found)
        return []

    def _tag(self, field: str, scopes: Sequence[Tag], usual: Sequence[str]) -> Tag | None:
        return next(iter(self._all(field, scopes, usual)), None)

    def _words(self, field: str, scopes: Sequence[Tag], usual: Sequence[str]) -> str | None:
        tag = self._tag(field, scopes, usual)
        return (words(tag) or None) if tag is not None else None


def _refuse(page: BeautifulSoup, *, is_stated: bool) -> None:
    """Raise NotAnArticle unless the page is a single post whose words are shown."""
    classes = set(attribute(page.body, "class").split()) if page.body is not None else set()
    if "error404" in classes:
        raise NotAnArticle("soft-404", "the body's class is error404")
    if page.select_one(".wp-embed") is not None:
        raise NotAnArticle("not-an-article", "the embedded copy of a post")
    is_single = "single" in classes or any(name.startswith("postid-") for name in classes)
    if is_single and {"attachment", "single-attachment", "single-product", "single-page"} & classes:
        raise NotAnArticle("not-an-article", "a picture's or product's own page")
    if not is_single and (_BODY_OF_LISTS & classes or not is_stated):
        raise NotAnArticle(
            "not-an-article", "the body's class is {names}", names=" ".join(sorted(classes)) or Sentence("empty")
        )
    if page.select_one("form.post-password-form") is not None:
        raise NotAnArticle("password", "the post asks for its password")


def _is_post(tag: Tag, number: str) -> bool:
    names = attribute(tag, "class").split()
    return f"post-{number}" in names or not any(re.fullmatch(r"post-\d+", name) for name in names)


def _root(page: BeautifulSoup, number: str | None) -> Tag:
    """The smallest part of the page that holds the whole post, as far as the theme marks it."""
    for selector in (f"#post-{number}", f".post-{number}", "main", "#main", "#content"):
        if (found := page.select_one(selector)) is not None:
            return found
    return page


def _content_by_shape(root: Tag) -> Tag | None:
    """The element whose own paragraphs hold the most words. Themes use countless names for it, but one shape."""
    weights: dict[int, int] = {}
    parents: dict[int, Tag] = {}
    for paragraph in root.find_all("p"):
        if (parent := paragraph.parent) is not None:
            weights[id(parent)] = weights.get(id(parent), 0) + len(paragraph.get_text())
            parents[id(parent)] = parent
    best = max(weights, key=lambda place: weights[place], default=None)
    return parents[best] if best is not None and weights[best] >= _FEWEST_LETTERS else None


def _featured(root: Tag, page: Tag, content: Tag, url: str, key: Callable[[str], str | None]) -> Iterator[Picture]:
    """The post's own picture, which themes print outside the content, with its caption. One that leads to another
    post is that post's.
    """
    own = key(url)
    for scope in (root, page):
        for selector in (*_FEATURED, "img.wp-post-image"):
            if selector == "img.wp-post-image" and scope is page:
                continue  # a slider of other posts
            for frame in scope.select(selector):
                image = frame if frame.name == "img" else frame.find("img")
                if not isinstance(image, Tag) or content in image.parents:
                    continue
                link = image.find_parent("a", href=True)
                if link is not None and key(absolute(url, attribute(link, "href"))) not in {None, own}:
                    continue
                src = picture_address(image)
                caption = frame.select_one("figcaption, .wp-caption-text")
                if src:
                    yield Picture(
                        src=urljoin(url, src),
                        alt=squeeze(attribute(image, "alt")) or None,
                        caption=(words(caption) or None) if caption is not None else None,
                    )
                    return


def _body(content: Tag, url: str, key: Callable[[str], str | None]) -> tuple[Block, ...]:
    for noise in content.select(_NOT_PROSE):
        noise.decompose()
    remove_furniture(content, url, key)
    # Before HTML5 captions (theme support since 3.9) WordPress wrote div.wp-caption and dl.gallery-item.
    for frame in content.select("div.wp-caption, dl.gallery-item, dl.wp-caption"):
        rename(frame, "figure")
    return without_furniture(blocks(content, url))


def _texts(body: Sequence[Block]) -> Iterator[str]:
    for block in body:
        yield (block.caption or "") if isinstance(block, Picture) else block.text


def _next_page(page: Tag, url: str) -> str | None:
    """The link to the page after this one, by its address: ``/page/2/`` or ``?paged=2``."""
    here = urlsplit(url)
    found = _PAGE.search(here.path)
    query = parse_qs(here.query)
    number = (
        int(found.group(1)) if found else int(query["paged"][0]) if query.get("paged", [""])[0].isdecimal() else 1
    )
    base = _PAGE.sub("", here.path).rstrip("/")
    for link in page.select("a[href], link[rel~=next][href]"):
        address = absolute(url, attribute(link, "href"))
        parts = urlsplit(address)
        by_path = parts.path.rstrip("/") == f"{base}/page/{number + 1}"
        by_query = parts.path.rstrip("/") == base and parse_qs(parts.query).get("paged") == [str(number + 1)]
        if (by_path or by_query) and same_host(address, url):
            return urlunsplit(parts._replace(fragment=""))
    return None


def _entry(link: Tag, address: str, title: str) -> ListEntry:
    frame = next((p for p in link.parents if isinstance(p, Tag) and p.css.match(_ENTRY)), None)
    if frame is None or len({attribute(a, "href") for a in frame.select(_ENTRY_TITLE)}) > 1:
        return ListEntry(url=address, title=title)
    time = frame.select_one("time.published[datetime], time[datetime]:not(.updated)") or frame.select_one(
        "time[datetime]"
    )
    date = frame.select_one(", ".join(_DATE))
    lead = frame.select_one(
        ".wp-block-post-excerpt__excerpt, .entry-summary, .entry-content, .td-excerpt, .jeg_post_excerpt,"
        " .from_the_blog_excerpt, .post-excerpt"
    )
    for more in lead.select(".more-link, .screen-reader-text") if lead is not None else ():
        more.decompose()
    return ListEntry(
        url=address,
        title=title,
        date_text=attribute(time, "datetime")
        if time is not None
        else (words(date) or None)
        if date is not None
        else None,
        lead=(words(lead) or None) if lead is not None else None,
    )
