"""``tinkhoi browse``: the archive as web pages on this machine, a Datasette with pages of our own.

Nothing is written but watchwords, nothing is asked of the network, and the server listens on 127.0.0.1 only.
"""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from flows.outcome.exit_codes import ExitCode, RunError, archive_failures
from flows.outcome.messages import Lang
from flows.storage.folder import DataFolder

if TYPE_CHECKING:
    from datasette.app import Datasette

HOST = "127.0.0.1"
_HERE = Path(__file__).parent

METADATA = {
    "title": "Tin Khối",
    "databases": {
        "tinkhoi": {
            "tables": {
                "articles": {
                    "fts_table": "articles_fts",
                    "fts_pk": "id",
                    "sort_desc": "id",
                    "label_column": "title",
                    "facets": ["site", "state"],
                },
                "reading": {"fts_table": "articles_fts", "fts_pk": "id", "sort_desc": "id"},
                "citations": {"fts_table": "articles_fts", "fts_pk": "id", "sort_desc": "id"},
                "runs": {"sort_desc": "started"},
                "captures": {"sort_desc": "id"},
                "listed": {"facets": ["outcome"]},
                **{
                    name: {"hidden": True}
                    for name in (
                        "_sqlite_migrations",
                        "about",
                        "articles_places",
                        "articles_terms",
                        "known_changes",
                        *(f"kept_{name}" for name in ("days", "months", "topics", "sections")),
                        *(f"kept_{name}" for name in ("origins", "captures", "links", "moves", "authors")),
                        "shingles",
                        "uncompared",
                    )
                },
            }
        }
    },
}
SETTINGS = {
    "default_page_size": 50,
    "sql_time_limit_ms": 3000,
    "suggest_facets": False,
    "allow_download": False,
    "allow_csv_stream": False,
    "truncate_cells_html": 160,
}


def pages_of(database: Path, lang: Lang) -> Datasette:
    """The archive at ``database`` as a Datasette; ``lang`` is for a browser that prefers neither language.

    The file is opened read-only, and not as immutable: a run may write to it meanwhile.
    """
    from datasette.plugins import pm

    from flows.web import datasette_plugin
    from flows.web.bounded_pages import COUNTING_MS, MOST_ROWS, BoundedDatabase, BoundedPages
    from flows.web.page import DATABASE

    if not pm.is_registered(datasette_plugin):
        pm.register(datasette_plugin, "tinkhoi")
        # It prints every missing page with its local variables to the terminal; our plugin answers in its place.
        pm.unregister(name="datasette.handle_exception")
    pages = BoundedPages(
        [str(database)],
        metadata={**METADATA, "plugins": {"tinkhoi": {"lang": lang}}},
        settings={**SETTINGS, "max_returned_rows": MOST_ROWS, "facet_time_limit_ms": COUNTING_MS},
        template_dir=str(_HERE / "templates"),
        static_mounts=[("giao-dien", str(_HERE / "static"))],
    )
    pages.remove_database(DATABASE)
    pages.add_database(BoundedDatabase(pages, str(database)), name=DATABASE)
    return pages


def serve(
    data: DataFolder, *, port: int, open_browser: bool, lang: Lang, say: Callable[[str], None] = lambda _: None
) -> None:
    """Serves the archive of ``data`` on 127.0.0.1 until it is stopped; ``port`` 0 takes any that is free.

    Raises RunError where there is no archive to read, or the port is taken.
    """
    from scraper.store import open_reader

    with archive_failures():
        open_reader(data.database).close()
    import uvicorn

    from flows.web.sql_limits import bound_heap

    pages = pages_of(data.database, lang)
    try:
        listener = socket.create_server((HOST, port))
    except OSError as error:
        raise RunError(
            "port {port} cannot be used: {error}; choose another with --port",
            ExitCode.CONFIGURATION,
            port=port,
            error=error.strerror,
        ) from error
    with listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}/"
        say(address)
        if open_browser:
            webbrowser.open(address)
        bound_heap(str(data.database))
        server = uvicorn.Server(uvicorn.Config(pages.app(), log_level="warning", access_log=False))
        server.run(sockets=[listener])
