"""What Datasette is told about this archive: our pages, our words, our functions, and its manners as a web server."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any

from datasette import Response
from markupsafe import Markup, escape
from pluggy import HookimplMarker

from flows.outcome.wording import in_language, translated
from flows.web.article_page import article_address, citation_address
from flows.web.bounded_pages import MOST_ROWS, bound_rows
from flows.web.captured_page import captured_address
from flows.web.coverage_page import day_address
from flows.web.language import (
    COOKIE,
    day_text,
    days_text,
    decimal_text,
    detail_text,
    figure,
    full_moment_text,
    interval_text,
    language,
    lookup_name,
    messages_text,
    moment_text,
    month_text,
    period_text,
    preferred,
    reason_text,
    say,
    topic_name,
)
from flows.web.page import DATABASE, WATCHWORDS
from flows.web.questions import QUESTIONS
from flows.web.routes import all_routes
from flows.web.sql_limits import bound
from flows.web.time_budget import OutOfTime
from scraper.store import ArchiveError
from scraper.store.meanings import column_meaning, table_meaning, told
from scraper.store.search_query import SearchQuery
from scraper.text import fold
from scraper.text.sentence import Sentence, sentence_of

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request
    from jinja2 import Environment

_log = logging.getLogger(__name__)
hookimpl = HookimplMarker("datasette")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

HEADERS = {
    b"content-security-policy": b"default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self';"
    b" base-uri 'none'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
}
HOSTS = {b"127.0.0.1", b"localhost", b"[::1]"}
"""The host names that a browser on this machine uses. A page elsewhere that reaches us by its own name is refused."""

LARGEST_FORM = 4096
"""How many bytes a form may send."""


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Our pages, which come before Datasette's own."""
    return list(all_routes())


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """The words and spellings that every template uses, those of Datasette's error page too."""
    env.globals |= {
        "t": say,
        "most_rows": MOST_ROWS,
        "lang": language.get,
        "figure": figure,
        "day_text": day_text,
        "days_text": days_text,
        "month_text": month_text,
        "moment_text": moment_text,
        "full_moment_text": full_moment_text,
        "interval_text": interval_text,
        "decimal_text": decimal_text,
        "period_text": period_text,
        "topic_name": topic_name,
        "lookup_name": lookup_name,
        "reason_text": reason_text,
        "detail_text": detail_text,
        "article_address": article_address,
        "captured_address": captured_address,
        "day_address": day_address,
        "citation_address": citation_address,
        "table_meaning": lambda table: _in_language(table_meaning(table)),
        "column_meaning": lambda table, column: _in_language(column_meaning(table, column)),
        "columns_told": columns_told,
        "titles_in_view": titles_in_view,
        "columns_of_figures": columns_of_figures,
        "told_once": told_once,
        "with_code": with_code,
    }


_FIGURE = re.compile(r"(?:-?\d+(?:\.\d+)?)?")


def columns_of_figures(rows: Sequence[Sequence[object]]) -> set[int]:
    """The places of the columns in which every cell is a number or empty; they are set flush right."""
    cells = [
        [str(cell).replace("&nbsp;", "").strip("\xa0 ") for cell in column] for column in zip(*rows, strict=False)
    ]
    return {place for place, column in enumerate(cells) if any(column) and all(map(_FIGURE.fullmatch, column))}


_TWICE = re.compile(r">([^<]+)</a>&nbsp;<em>\1</em>")
_CODE = re.compile(r"`([^`]+)`")


def told_once(cell: object) -> object:
    """A cell of a table; where the row that it names has no other name than its id, Datasette gives the id twice."""
    return Markup(_TWICE.sub(r">\1</a>", str(cell))) if isinstance(cell, Markup) else cell  # noqa: S704


def with_code(meaning: str) -> Markup:
    """A text with the names that stand in it between backticks set as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(meaning))))  # noqa: S704


def titles_in_view(columns: Sequence[str]) -> list[int]:
    """The order in which a table shows its columns: day and title first, what a problem is; else as they are."""
    orders = {"title": ("day", "published_day", "title"), "detail": ("id", "site", "kind", "detail")}
    first = next((first for name, first in orders.items() if name in columns), ())
    return sorted(range(len(columns)), key=lambda place: columns[place] not in first)


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Its limits, ``fold(text)``, and Datasette's ``escape_fts(text)`` as our search understands what is typed.

    So the search box of Datasette's own tables finds ``Đảng ủy Khối`` however it is spelled.
    """
    bound(conn)
    conn.create_function("fold", 1, lambda text: None if text is None else fold(str(text)), deterministic=True)
    conn.create_function("escape_fts", 1, match_expression, deterministic=True)


def match_expression(text: object) -> str:
    """``text`` in FTS5's language; one that finds nothing where it asks for nothing that could be found."""
    question = SearchQuery.read(str(text or ""))
    return question.expression() if question.wanted else '""'


def columns_told(sql: str, columns: Sequence[str]) -> list[tuple[str, str]]:
    """What is told of the columns of a query: each as its tables and views, named in ``sql``, have it."""
    tables = [table for table in told()["meanings"] if re.search(rf"\b{table}\b", sql)]
    found = ((column, [column_meaning(table, column) for table in [*tables, ""]]) for column in columns)
    return [(column, _in_language(next(filter(None, meanings))) or "") for column, meanings in found if any(meanings)]


def _in_language(meaning: str | None) -> str | None:
    """What a table or column means, in the reader's language."""
    return translated(meaning, "field", language.get()) if meaning else None


@hookimpl
def canned_queries(database: str) -> dict[str, dict[str, Any]]:
    """The questions users ask."""
    return {question.name: question.as_canned_query() for question in QUESTIONS} if database == DATABASE else {}


@hookimpl
def render_cell(row: Any, value: Any, column: str) -> Markup | None:
    """A title or key beside its site leads to the reading page. A sentence of ours is in the reader's language."""
    names = set(row.keys())
    if value and isinstance(value, str) and (column == "detail" or (column == "reason" and "messages" in names)):
        return _sentence_cell(value, row["messages"] if column == "reason" else None)
    if column not in {"title", "key"} or not {"site", "key"} <= names or not row["key"] or not value:
        return None
    site = row["site"]["value"] if isinstance(row["site"], dict) else row["site"]
    return Markup('<a href="{}">{}</a>').format(article_address(site, row["key"]), escape(value))


def _sentence_cell(kept: str, messages: Any) -> Markup | None:
    """What is kept in English, in the reader's language; what is kept is told besides, since SQL asks for that."""
    lang = language.get()
    if lang == "en":
        return None
    said, said_in = (messages_text(messages, ""), lang) if messages else detail_text(kept)
    if not said or said_in == "en":
        return None
    return Markup('<span lang="en" title="{}"><span lang="{}">{}</span></span>').format(kept, said_in, said)


@hookimpl
async def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Response:
    """An error as a page in the reader's language. An unexpected error goes to the log, never to the page."""
    status = 503 if isinstance(exception, (ArchiveError, OutOfTime)) else getattr(exception, "status", 500)
    if status == 500:
        _log.error("%s", request.path, exc_info=exception)
    said = getattr(
        exception, "title", None
    )  # Datasette's "Invalid SQL" says less than its message, unless that is HTML
    if not said or (status != 500 and not getattr(exception, "message_is_html", False)):
        said = type(exception).__name__ if status == 500 else sentence_of(exception)
    is_ours = isinstance(said, Sentence)
    said_in = language.get() if is_ours else "en"
    said = in_language(said, language.get())
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": said, "status": status}, status=status)
    typed = request.args.get("sql") if request.path == f"/{DATABASE}" else None  # a mistake costs nobody the words
    shown = said if is_ours or status != 404 else ""  # the heading says as much as Datasette's "Table not found"
    context = {"status": status, "said": shown, "said_in": said_in, "typed_sql": typed}
    return Response.html(await datasette.render_template("error.html", context, request=request), status=status)


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Sets the reader's language, refuses requests from other machines, and adds :data:`HEADERS`."""
    default = datasette.plugin_config("tinkhoi")["lang"]

    def wrapped(app: App) -> App:
        async def answer(scope: Message, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            headers = dict(scope["headers"])
            bound_rows(scope["path"])
            language.set(
                preferred(
                    _chosen(headers.get(b"cookie", b"")),
                    headers.get(b"accept-language", b"").decode("latin-1"),
                    default,
                )
            )

            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    ours = [*HEADERS.items(), (b"content-language", language.get().encode())]
                    message["headers"] = [*message.get("headers", []), *ours]
                await send(message)

            refused = refusal(scope, headers)
            if refused is not None:
                await Response.text(refused[1], status=refused[0]).asgi_send(send_with_headers)
            else:
                await app(scope, receive, send_with_headers)

        return answer

    return wrapped


def refusal(scope: Message, headers: MutableMapping[bytes, bytes]) -> tuple[int, str] | None:
    """Why a request is not answered, as status and sentence; None if it is.

    A browser says in ``Sec-Fetch-Site`` whose page asks. A page of another site may lead here by a link, but neither
    read what stands here nor have a question in SQL asked. Only the form of watchwords may send anything, and only
    from our own page. Datasette checks the form's token besides.
    """
    host = headers.get(b"host", b"")
    if (host.rpartition(b":")[0] or host) not in HOSTS and host not in HOSTS:
        return 421, say("refused_host")
    is_form = scope["method"] == "POST" and scope["path"] == WATCHWORDS
    if scope["method"] not in {"GET", "HEAD"} and not is_form:
        return 405, say("refused_method")
    if not scope.get("raw_path", b"").isascii():
        return 400, say("refused_address")
    origin = headers.get(b"origin")
    is_foreign = headers.get(b"sec-fetch-site", b"none") in {b"cross-site", b"same-site"} or (
        origin is not None and origin.partition(b"://")[2] != host
    )
    if is_form and not _is_of_our_page(headers, host):
        return 403, say("refused_foreign")
    if is_form and not _is_small(headers.get(b"content-length", b"")):
        return 413, say("refused_size")
    is_link = headers.get(b"sec-fetch-mode") == b"navigate" and headers.get(b"sec-fetch-dest") == b"document"
    if is_foreign and (not is_link or b"sql" in scope.get("query_string", b"").lower()):
        return 403, say("refused_foreign")
    return None


def _is_of_our_page(headers: MutableMapping[bytes, bytes], host: bytes) -> bool:
    """Whether a browser says that a form stands on a page of this address.

    ``Origin`` is ``null`` there, since our pages send no referrer (:data:`HEADERS`); no page can set Sec-Fetch-Site.
    """
    return headers.get(b"sec-fetch-site") == b"same-origin" and headers.get(b"origin") in {b"null", b"http://" + host}


def _is_small(length: bytes) -> bool:
    """Whether a form says that it is at most :data:`LARGEST_FORM` bytes; a form without a length may be endless."""
    return length.isdigit() and len(length) < 9 and int(length) <= LARGEST_FORM


def _chosen(header: bytes) -> str | None:
    try:
        cookie = SimpleCookie(header.decode("latin-1"))
    except CookieError:
        return None
    return cookie[COOKIE].value if COOKIE in cookie else None
