"""Saves a page as a person does: in a window of Chromium, by Ctrl+S, as "Webpage, Complete".

No protocol of the browser reaches this command, and no headless browser has it. The window stands on a display that
Xvfb holds in memory, and xdotool presses the keys.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "Xvfb", "xdotool")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
"""The programs that are not installed."""

_QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
_NO_TITLES = ("Untitled", "New Tab", "about:", "127.0.0.1", "localhost", "Chromium")
_SAVE_BUTTON = (49, 23)  # its middle, in pixels from the right and the bottom of GTK's dialog


def save_page_as(url: str, folder: Path, *, within: float = 300.0) -> Path:
    """Saves the page at ``url`` with its pictures and styles in ``folder`` and returns the HTML file.

    Raises TimeoutError, with what the browser's windows are called, if it is not there ``within`` that many seconds.
    """
    folder.mkdir()
    with _display() as display, _browser(url, folder, display) as screen:
        ends = time.monotonic() + within
        window = screen.wait_for("Chromium", ends)
        _until(lambda: screen.shows_a_page(window), ends)
        dialog = ""
        while not dialog:
            screen.do("windowfocus", window)
            screen.do("key", "ctrl+s")
            dialog = screen.wait_for("Save File", min(time.monotonic() + 10, ends), or_none=time.monotonic() < ends)
        while not (saved := sorted(folder.glob("*.html"))):
            size = dict(line.split("=") for line in screen.do("getwindowgeometry", "--shell", dialog).split())
            if size:  # gone once the button was pressed
                right, bottom = _SAVE_BUTTON
                place = str(int(size["WIDTH"]) - right), str(int(size["HEIGHT"]) - bottom)
                screen.do("mousemove", "--window", dialog, *place, "click", "1")
            _until(lambda: any(folder.glob("*.html")), min(time.monotonic() + 15, ends))
            if time.monotonic() > ends:
                raise TimeoutError(f"nothing was saved; the windows are {screen.names()}")
        _until(lambda: not any(folder.rglob("*.crdownload")), ends)
        return saved[0]


class _Screen:
    def __init__(self, display: str) -> None:
        self._environment = {**os.environ, "DISPLAY": display}

    def do(self, *command: str) -> str:
        done = subprocess.run(["xdotool", *command], env=self._environment, capture_output=True, text=True)
        return done.stdout.strip()

    def names(self) -> list[str]:
        windows = self.do("search", "--onlyvisible", "--name", "").split()
        return [self.do("getwindowname", window) for window in windows]

    def shows_a_page(self, window: str) -> bool:
        """Whether the window bears a page's title. Until then it bears the address, or that of an empty page."""
        return not self.do("getwindowname", window).startswith(_NO_TITLES)

    def wait_for(self, name: str, ends: float, *, or_none: bool = False) -> str:
        """The window whose title has these words, once it shows."""
        while True:
            found = self.do("search", "--onlyvisible", "--name", name).split()
            if found:
                return found[0]
            if time.monotonic() > ends:
                if or_none:
                    return ""
                raise TimeoutError(f"no window {name!r} shows; the windows are {self.names()}")
            time.sleep(0.2)


@contextmanager
def _display() -> Iterator[str]:
    told, tells = os.pipe()
    command = ["Xvfb", "-displayfd", str(tells), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(tells,), **_QUIET)
    os.close(tells)
    try:
        with os.fdopen(told) as numbers:
            yield f":{numbers.readline().strip()}"
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def _browser(url: str, folder: Path, display: str) -> Iterator[_Screen]:
    profile = folder.with_name(f"{folder.name}-profile")
    (profile / "Default").mkdir(parents=True)
    wishes = {"savefile": {"default_directory": str(folder), "type": 1}}  # 1: "Webpage, Complete"
    (profile / "Default" / "Preferences").write_text(json.dumps(wishes))
    command = ["chromium", "--no-sandbox", "--no-first-run", "--disable-gpu", "--password-store=basic"]
    command += ["--no-proxy-server", f"--user-data-dir={profile}", "--window-size=1000,700", "--lang=en-US", url]
    environment = {**os.environ, "DISPLAY": display, "LANG": "C.UTF-8"}
    browser = subprocess.Popen(command, env=environment, **_QUIET)
    try:
        yield _Screen(display)
    finally:
        browser.terminate()
        browser.wait(120)


def _until(done: Callable[[], bool], ends: float) -> None:
    while not done() and time.monotonic() < ends:
        time.sleep(0.2)
