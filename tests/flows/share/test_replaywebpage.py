"""ReplayWeb.page, in Chromium and without a network, shows what a WACZ of ours holds."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode
from flows.storage.folder import DataFolder
from scraper.sample import SEED_KEY
from scraper.store import open_reader
from tests.places import REPLAYWEBPAGE

CHROMIUM = shutil.which("chromium")
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><script src="/ui.js"></script></head><body>
<replay-web-page source="/corpus.wacz" url="{url}" ts="{at}" replayBase="/replay/" embed="replayonly">
</replay-web-page>
</body></html>"""


# The program opens its frame once its service worker is registered, not once it is active: on a first visit the frame
# sometimes asks the server instead, which knows no such page. So the worker is made active beforehand.
MAKE_WORKER_ACTIVE = """async () => {
    const registration = await navigator.serviceWorker.register("/replay/sw.js?serveIndex=1", {scope: "/replay/"});
    while (!registration.active || registration.active.state !== "activated")
        await new Promise(resolve => setTimeout(resolve, 20));
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    if not (REPLAYWEBPAGE / "ui.js").exists():
        pytest.skip(f"ReplayWeb.page is not in {REPLAYWEBPAGE}: npm pack replaywebpage@2.4.6, and unpack it there")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", OFFLINE])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def home(demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A folder on loopback with the program, the demo's WACZ and a page for each capture to be shown."""
    folder = tmp_path_factory.mktemp("replay")
    output = folder / "corpus.wacz"
    assert run(["--data", str(demo.root), "export", "--format", "wacz", "--output", str(output)]) == ExitCode.OK
    shutil.copy(REPLAYWEBPAGE / "ui.js", folder)
    (folder / "first.html").write_text("<!DOCTYPE html><title>first</title>", encoding="utf-8")
    (folder / "replay").mkdir()
    (folder / "replay" / "sw.js").write_text('importScripts("/sw.js");', encoding="utf-8")
    shutil.copy(REPLAYWEBPAGE / "sw.js", folder)
    for name, (url, at) in captures_to_show(demo).items():
        (folder / f"{name}.html").write_text(PAGE.format(url=url, at=at), encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def captures_to_show(demo: DataFolder) -> dict[str, tuple[str, str]]:
    """Address and moment of the article, a list that shows it, and a page that was not found."""
    with open_reader(demo.database) as archive:
        queries = {
            "article": ("url = (SELECT url FROM articles WHERE key = ?) AND status = 200", SEED_KEY),
            "list": ("url = (SELECT min(source) FROM listed WHERE key = ?) AND status = 200", SEED_KEY),
            "gone": ("status = ? AND kind = 'error'", 404),
        }
        found = {}
        for name, (where, value) in queries.items():
            url, at = archive.rows(f"SELECT url, fetched_at FROM captures WHERE {where} ORDER BY id", (value,))[0]
            found[name] = (url, "".join(figure for figure in at[:19] if figure.isdigit()))
    return found


def shown(browser: Any, address: str, words: str) -> str:
    """The text that the replay shows once ``words`` are there."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address.rpartition("/")[0] + "/first.html")
    page.evaluate(MAKE_WORKER_ACTIVE)
    page.goto(address)
    frame = page.frame_locator("replay-web-page iframe").frame_locator("iframe")
    frame.get_by_text(words).first.wait_for(timeout=60_000)
    text: str = frame.locator("body").inner_text()
    context.close()
    return text


def test_the_article(browser: Any, home: str) -> None:
    text = shown(browser, f"{home}/article.html", "Thứ Năm, 11/07/2024, 15:51 (GMT+7)")
    assert "Bí thư Đảng ủy Khối Thải Ngọc Bảo Trâm phát biểu tại hội nghị." in text


def test_its_list(browser: Any, home: str) -> None:
    shown(browser, f"{home}/list.html", "Quyết tâm hoàn thành và vượt các chỉ tiêu")


def test_a_page_that_was_not_found(browser: Any, home: str) -> None:
    shown(browser, f"{home}/gone.html", "Bài viết bạn tìm không tồn tại hoặc đã bị gỡ bỏ.")
