"""How the fault newspaper lies: one function a profile, and what a night must then end with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.newspaper import FaultNewspaper, Page, Profile, Reply, article_html, html, shell

SPAM = (
    "Daftar situs judi terpercaya dengan bonus deposit besar setiap hari dan layanan pelanggan siap membantu. " * 12
)
SPAM_TITLE = "Agen Permainan Online Terbaik"
RUSSIAN = (
    "Лучшие предложения и самые выгодные цены на товары для дома с доставкой по всей стране без предоплаты. " * 9
)


@dataclass(frozen=True)
class Lie:
    """A profile: what it plays, which pages it plays it on, and the exit codes that a bad night may have."""

    what: str
    play: Profile
    everywhere: bool = False  # on list pages too, not on article pages alone
    codes: frozenset[int] = frozenset({8})


def on_articles(make: Callable[[Page], Reply]) -> Profile:
    """``make`` in place of every article page, those that are new and those that are known."""
    return lambda paper, page: make(page) if page.kind == "article" else page.good


def everywhere(make: Callable[[Page], Reply]) -> Profile:
    """``make`` in place of every page but robots.txt."""
    return lambda paper, page: page.good if page.kind == "robots" else make(page)


def words(title: str, text: str, status: int = 200) -> Callable[[Page], Reply]:
    """A page that says ``text`` and nothing else."""
    return lambda page: html(shell(title, f"<h1>{title}</h1><p>{text}</p>"), status)


def dressed(title: str, text: str) -> Callable[[Page], Reply]:
    """The same as an article: the page's own date line stays, so that only its words betray it."""

    def make(page: Page) -> Reply:
        assert page.story is not None
        heading = f'<h1 class="title">{title} {page.story.number}</h1>'
        main = f'<div class="date">{page.story.date_line}</div>\n<div>.</div>\n{heading}\n<p>{text}</p>'
        return html(shell(title, main))

    return make


def recoded(page: Page, encoding: str, announced: str) -> Reply:
    """The page in ``encoding``, announced as ``announced`` in header and page."""
    text = page.good.body.decode().replace('charset="utf-8"', f'charset="{announced}"')
    return html(text.encode(encoding, "xmlcharrefreplace"), charset=announced)


def mojibake(page: Page) -> Reply:
    """UTF-8 read as Latin and written as UTF-8 again, as a broken proxy or import does."""
    return html(page.good.body.decode("latin-1"))


def home(page: Page) -> Reply:
    return Reply(302, b"", {"Location": "/"})


def to_login(paper: FaultNewspaper, page: Page) -> Reply:
    if page.kind == "article":
        return Reply(302, b"", {"Location": "/dang-nhap/"})
    if page.path == "/dang-nhap/":
        return words("Đăng nhập", "Vui lòng đăng nhập để tiếp tục.")(page)
    return page.good


def home_everywhere(paper: FaultNewspaper, page: Page) -> Reply:
    if page.kind == "robots" or page.path == "/":
        return page.good
    return home(page)


def the_home_page(paper: FaultNewspaper, page: Page) -> Reply:
    return paper.page_of("/").good if page.kind == "article" else page.good


def short(page: Page) -> Reply:
    """The connection closes before the announced length."""
    half = page.good.body[: len(page.good.body) * 6 // 10]
    return Reply(200, half, page.good.headers, announced=len(page.good.body))


def cut(page: Page) -> Reply:
    """No length is announced and the page ends in the middle of a paragraph."""
    return Reply(200, page.good.body[: len(page.good.body) * 7 // 10], page.good.headers, announced=-1)


def wrong_length(page: Page) -> Reply:
    """A Content-Length shorter than the page: what is read ends early, and looks whole."""
    half = len(page.good.body) * 7 // 10
    return Reply(200, page.good.body[:half], page.good.headers)


def chunk_cut(page: Page) -> Reply:
    """A chunked answer whose connection closes between two chunks."""

    def send(handler: object) -> None:
        half = page.good.body[: len(page.good.body) // 2]
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
            + f"{len(half):x}\r\n".encode()
            + half
            + b"\r\n"
        )

    return Reply(raw=send)


def layout(**change: object) -> Callable[[Page], Reply]:
    def make(page: Page) -> Reply:
        assert page.story is not None
        return html(article_html(page.story, **change))  # type: ignore[arg-type]

    return make


NOT_FOUND = words("Thông báo", "Xin lỗi, trang bạn yêu cầu không tồn tại hoặc đã bị xóa.")
LOGIN = words("Đăng nhập", "Vui lòng đăng nhập để xem nội dung này.")
MAINTENANCE = words("Thông báo", "Hệ thống đang được bảo trì, nâng cấp. Mời bạn đọc quay lại sau.")
PARKED = words("Domain", "This domain is for sale. Buy this domain today.")
CAPTCHA = words("Just a moment...", "Checking your browser before accessing the site.")
FLOOD = words("Thông báo", "Bạn đã truy cập quá nhiều lần. Vui lòng chờ 60 giây rồi thử lại.")

LIES: dict[str, Lie] = {
    "soft-404": Lie("article pages say 'không tồn tại' with status 200", on_articles(NOT_FOUND)),
    "login": Lie("article pages ask to log in, status 200", on_articles(LOGIN)),
    "login-redirect": Lie("article pages lead to the login page", to_login),
    "login-everywhere": Lie("every page asks to log in", everywhere(LOGIN), True),
    "maintenance": Lie("every page says 'bảo trì', status 200", everywhere(MAINTENANCE), True),
    "maintenance-articles": Lie("article pages say 'bảo trì', status 200", on_articles(MAINTENANCE)),
    "parked": Lie("every page offers the domain for sale", everywhere(PARKED), True),
    "hacked": Lie(
        "article pages hold spam in Latin letters, date line intact", on_articles(dressed(SPAM_TITLE, SPAM))
    ),
    "hacked-script": Lie("article pages hold spam in another script", on_articles(dressed("Распродажа", RUSSIAN))),
    "captcha-200": Lie("every page is a browser check, status 200", everywhere(CAPTCHA), True, frozenset({2, 8})),
    "captcha-403": Lie(
        "every page is refused, status 403",
        everywhere(words("Forbidden", "Access denied.", 403)),
        True,
        frozenset({2}),
    ),
    "blocked-articles": Lie(
        "article pages are refused, status 403",
        on_articles(words("Forbidden", "Access denied.", 403)),
        codes=frozenset({2}),
    ),
    "flood-200": Lie("article pages are a flood blocker's, status 200", on_articles(FLOOD)),
    "flood-everywhere": Lie("every page is a flood blocker's, status 200", everywhere(FLOOD), True),
    "same-title": Lie("every article page has the same title", on_articles(layout(title="Tin mới trong ngày"))),
    "home-redirect": Lie("article pages lead to the home page", on_articles(home)),
    "home-redirect-everywhere": Lie("every page leads to the home page", home_everywhere, True, frozenset({2, 8})),
    "home-200": Lie("article addresses show the home page, status 200", the_home_page),
    "no-title": Lie("a new layout: the title is gone", on_articles(layout(title=""))),
    "no-body": Lie("a new layout: lead and body are gone", on_articles(layout(body=False))),
    "no-date": Lie("a new layout: the date is gone", on_articles(layout(date=False))),
    "list-empty": Lie(
        "a new layout: list pages show no article",
        lambda paper, page: (
            html(shell("Xây dựng Đảng", "<div id='app'></div>")) if page.kind == "list" else page.good
        ),
        True,
    ),
    "short-body": Lie("article pages end before their Content-Length", on_articles(short), codes=frozenset({2})),
    "chunk-cut": Lie("chunked article pages break off", on_articles(chunk_cut), codes=frozenset({2})),
    "cut": Lie("article pages are cut in mid-HTML, no length announced", on_articles(cut)),
    "wrong-length": Lie("article pages' Content-Length is too short", on_articles(wrong_length)),
    "utf8-as-1258": Lie(
        "UTF-8 announced as windows-1258 (must be read right)",
        on_articles(lambda page: recoded(page, "utf-8", "windows-1258")),
        codes=frozenset({0}),
    ),
    "latin-announced": Lie(
        "UTF-8 announced as ISO-8859-1 (must be read right)",
        on_articles(lambda page: recoded(page, "utf-8", "iso-8859-1")),
        codes=frozenset({0}),
    ),
    "mojibake": Lie("article pages are mojibake (right or refused)", on_articles(mojibake), codes=frozenset({0, 8})),
    "empty-200": Lie("every page is empty, status 200", everywhere(lambda page: html("")), True),
    "empty-articles": Lie("article pages are empty, status 200", on_articles(lambda page: html(""))),
    "500": Lie("every page fails with 500", everywhere(words("Error", "Internal error", 500)), True, frozenset({2})),
    "500-articles": Lie(
        "article pages fail with 500", on_articles(words("Error", "Internal error", 500)), codes=frozenset({2})
    ),
    "404": Lie("every page answers 404", everywhere(words("404", "Not found", 404)), True),
    "404-articles": Lie("article pages answer 404", on_articles(words("404", "Not found", 404))),
    "410-articles": Lie("article pages answer 410", on_articles(words("410", "Gone", 410))),
}
