"""The command in Vietnamese and in English: each help text, each message and each word of click in one language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.cli import run, tinkhoi
from flows.cli.spoken import contexts, language_of, options, paragraphs
from flows.outcome.exit_codes import ExitCode
from flows.outcome.wording import catalogue
from flows.storage.folder import DataFolder
from scraper.sample import SEED_KEY, SITE_ID
from tests.places import REPOSITORY

Output = pytest.CaptureFixture[str]
LETTER_OF_VIETNAMESE = re.compile("[ăâđêôơưạảãàáẹẻẽèéịỉĩìíọỏõòóụủũùúỵỷỹỳý]|[\u1ea0-\u1ef9]", re.I)


def helps() -> Iterator[str]:
    for context in contexts(tinkhoi):
        texts = [context.command.help, *(each.help for each in options(context))]
        yield from (paragraph for text in texts if text for paragraph in paragraphs(text))


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Each call of one of these functions in flows, with its file."""
    for file in sorted((REPOSITORY / "flows").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in names and node.args:
                yield file.name, node


def test_every_help_text_has_vietnamese_words() -> None:
    entries = {str(entry.id) for entry in catalogue("vi") if entry.id and entry.context == "help"}
    assert set(helps()) - entries == set()


@pytest.mark.parametrize(
    ("function", "context"), [("tell", "command"), ("in_words", "command"), ("RunError", "problem")]
)
def test_every_message_that_stands_in_the_code_has_vietnamese_words(function: str, context: str) -> None:
    entries = {str(entry.id) for entry in catalogue("vi") if entry.id and entry.context == context}
    said = {
        (file, str(node.args[0].value)) for file, node in calls(function) if isinstance(node.args[0], ast.Constant)
    }
    assert said and {(file, text) for file, text in said if text not in entries} == set()


@pytest.mark.parametrize("path", [each.command_path.split()[1:] for each in contexts(tinkhoi)], ids=" ".join)
def test_a_help_page_is_in_one_language(path: list[str], capsys: Output) -> None:
    assert run(["--lang", "vi", *path, "--help"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("Cách dùng:") and "Tuỳ chọn:" in page
    for english in ("Usage:", "[OPTIONS]", "[ARGS]", "Options:", "Commands:", "default:", "Show this message"):
        assert english not in page
    assert run(["--lang", "en", *path, "--help"]) == 0  # afterwards it is English again
    page = capsys.readouterr().out
    assert page.startswith("Usage:") and "Options:" in page
    assert "Show this message and exit." in page and "Tuỳ chọn" not in page


@pytest.mark.parametrize(
    ("arguments", "vietnamese"),
    [
        (["search"], "Lỗi: Thiếu đối số"),
        (["no-such"], "Không có lệnh 'no-such'"),
        (["search", "--no-such", "x"], "Không có tuỳ chọn '--no-such'"),
        (["search", "x", "--limit", "0"], "không nằm trong khoảng"),
        (["export", "--format", "docx"], "không phải là một trong"),
    ],
)
def test_a_wrong_call_is_told_in_the_readers_language(arguments: list[str], vietnamese: str, capsys: Output) -> None:
    assert run([*arguments, "--lang", "vi"]) == ExitCode.CONFIGURATION
    said = capsys.readouterr().err
    assert vietnamese in said and "Error" not in said and "Try" not in said
    assert run(arguments) == ExitCode.CONFIGURATION
    assert LETTER_OF_VIETNAMESE.search(capsys.readouterr().err) is None


def test_problems_and_messages_follow_the_language(demo: DataFolder, tmp_path: Path, capsys: Output) -> None:
    root = ["--data", str(demo.root), "--lang", "vi"]
    assert run([*root, "search", "x", "--site", "baomua"]) == ExitCode.CONFIGURATION
    assert capsys.readouterr().err == (
        "tinkhoi: --site 'baomua': kho không có nguồn này; `tinkhoi sites` liệt kê các nguồn\n"
    )
    assert run([*root, "status"]) == 0
    assert "Việc còn phải xem:" in capsys.readouterr().out
    assert run([*root, "show", f"{SITE_ID}/{SEED_KEY}"]) == 0
    assert "\nBản chụp: " in capsys.readouterr().out
    assert run([*root, "search", "dang uy khoi", "-o", str(tmp_path / "a.csv")]) == 0
    assert "ý nghĩa các cột" in capsys.readouterr().err


def test_the_language_may_be_asked_for_anywhere() -> None:
    assert language_of(["search", "x", "--lang", "vi"], "en") == "vi"
    assert language_of(["--lang=en", "search", "x"], "vi") == "en"
    assert language_of(["--lang", "vi", "--lang", "en"], "vi") == "en"
    assert language_of(["search", "--lang"], "en") == "en"
    assert language_of([], "vi") == "vi"
