"""``tinkhoi sites check``: compares site files with the live sites. Scrapy runs in a child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from flows.cli.options import archive_options, data_folder, echo_json
from flows.cli.spoken import tell
from flows.outcome.exit_codes import ExitCode, RunError
from flows.storage.folder import DataFolder
from scraper.clock import vietnam_today
from scraper.text.sentence import Sentence, from_data
from scraper.whole_files import write_whole

_ROOT = Path(__file__).resolve().parents[2]


@click.command()
@click.argument("site_ids", nargs=-1, metavar="[SITE…]")
@click.option("--write", is_flag=True, help="Write the line `checked` into the files of the sites that answered.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each point.")
@archive_options
def check(site_ids: tuple[str, ...], write: bool, as_json: bool) -> int:
    """Compares site files with the live sites: home, robots.txt, lists, feeds, sitemaps, one article.

    It sends about a dozen requests to each site, as politely as a crawl. Without SITE, it checks the sites that a
    night would crawl. The exit code is 8 if a line is no longer right, and 2 if a site gave no answer.
    """
    from flows.runs.request import NightRequest, choose_sites

    data = data_folder()
    chosen = choose_sites(NightRequest(data=data, sites=site_ids))
    points: list[dict[str, Any]] = []
    for point in _points(data, list(chosen)):
        points.append(point)
        if as_json:
            echo_json({name: value for name, value in point.items() if name != "words"})
        elif not point["holds"] or site_ids:
            tell("{what}", what=_line(point))
    for site in chosen:
        own = [point for point in points if point["site"] == site]
        if not own:
            raise RunError("{site}: the check ended before its end", ExitCode.CRASH, site=site)
        if not as_json:
            tell("{site}: {what}", site=site, what=summary(own))
        if write and all(point["reached"] for point in own):
            tell("wrote {path}", err=True, path=_write(data, site, summary(own)))
    if any(point["reached"] and not point["holds"] for point in points):
        return ExitCode.DATA
    return ExitCode.OK if all(point["reached"] for point in points) else ExitCode.SITES_FAILED


def summary(points: Sequence[dict[str, Any]]) -> str:
    """What a check found, in one line: which lines of the file are right, and which are not."""
    lists = [point for point in points if point["what"] in {"section", "feed", "sitemap"}]
    wrong = [Sentence.row([point["what"], point["url"], _said(point)], " ") for point in points if not point["holds"]]
    whole = sum(point["holds"] for point in lists)
    reads = any(point["what"] == "article" and point["holds"] for point in points)
    if not lists:
        held = Sentence("nothing else was looked at")
    elif reads:
        held = Sentence("{some} of {all} lists, an article reads", some=whole, all=len(lists))
    else:
        held = Sentence("{some} of {all} lists, no article read", some=whole, all=len(lists))
    return Sentence.row([held, *wrong])


def _said(point: dict[str, Any]) -> str:
    return from_data(point["words"]["said"])


def _line(point: dict[str, Any]) -> str:
    mark = "✓" if point["holds"] else "✗" if point["reached"] else "?"
    said = Sentence.row([f"  {mark} {point['what']} {point['url']}", _said(point)], ": ")
    return Sentence.row([said, from_data(point["words"]["change"])], " → ") if point["change"] else said


def _points(data: DataFolder, chosen: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What ``scrapy checksite`` says, point by point as it says it."""
    environment = {
        **os.environ,
        "PYTHONUTF8": "1",
        "SCRAPY_SETTINGS_MODULE": "scraper.settings",
        "TINKHOI_SITES": os.pathsep.join(str(folder) for folder in data.site_folders),
        "TINKHOI_CONTACT": data.settings().contact or "",
    }
    command = [sys.executable, "-m", "scrapy", "checksite", "--json", *chosen]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=_ROOT, env=environment, encoding="utf-8") as child:
        assert child.stdout is not None  # noqa: S101 - asked for above
        try:
            for said in child.stdout:
                if not said.startswith("{"):
                    raise RunError(said.strip(), ExitCode.CRASH)
                yield json.loads(said)
        except BaseException:
            child.terminate()
            raise


def _write(data: DataFolder, site: str, found: str) -> Path:
    from scraper.sites.checked import site_path, with_checked

    path = site_path(site, data.site_folders)
    today = vietnam_today().isoformat()
    try:
        text = with_checked(path.read_text(encoding="utf-8"), f"{today}: {found}")
        write_whole(path.resolve(), text)  # a link to the file stays one
    except (OSError, ValueError) as error:
        raise RunError("{path}: {error}", ExitCode.CONFIGURATION, path=path, error=error) from error
    return path
