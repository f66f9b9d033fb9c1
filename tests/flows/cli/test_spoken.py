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
from flows.outcome.wording import catalogue, reason
from flows.schedule.doctor import QUESTIONS
from flows.storage.folder import DataFolder
from scraper.items import Precision
from scraper.pages.recognise import CLUES
from scraper.sample import SEED_KEY, SITE_ID
from tests.places import REPOSITORY

Output = pytest.CaptureFixture[str]
LETTER_OF_VIETNAMESE = re.compile("[ăâđêôơưạảãàáẹẻẽèéịỉĩìíọỏõòóụủũùúỵỷỹỳý]|[\u1ea0-\u1ef9]", re.I)


def helps() -> Iterator[str]:
    for context in contexts(tinkhoi):
        texts = [context.command.help, *(each.help for each in options(context))]
        yield from (paragraph for text in texts if text for paragraph in paragraphs(text))


MESSAGES = {
    "tell": "command", "in_words": "command", "tell_row": "command", "RunError": "problem", "Sentence": "problem",
    "NotAnArticle": "problem",
}  # fmt: skip
"""The functions one of whose arguments is words for a reader, and the context of these words in the catalogue."""

PLACE = {"NotAnArticle": 1}
"""Which argument it is, where it is not the first."""

OF_DETAILS = frozenset({"Problem", "Reject", "Decision", "Refused", "Undone", "Decoded"})
"""What keeps words for a reader in some argument: they are sentences, or names that all languages have."""

TOLD = frozenset({"SiteError", "ArchiveUnusable", "ArchiveDamaged", "ArchiveLocked", "ArchiveNewer", "VisitFailed"})
"""Errors that end a command with their words."""

LOGS = frozenset({"log", "crawl_log", "_log", "logger"})
OWN_WORDS = {
    "precisions": [each.value for each in Precision],
    "checks of the doctor": [*QUESTIONS, "schedule", "versions", "database", "schema", "search", "captures"],
    "parts of an import": [
        "read",
        "known",
        "not pages",
        "not ours",
        "left out",
        "unreadable",
        "cannot be read",
        "remarks",
    ],
    "reasons of a revision": ["first", "edited", "parser"],
    "states of an article": ["gone", "redirected"],
    "rows of a table": ["lines", "days", "words"],
    "fates of an article of a corpus": ["missing", "differs", "forgotten"],
    "verdicts on a run": [*(code.name.lower() for code in ExitCode), "recovered"],
}
"""Names of ours that a command shows in words."""

SAME = re.compile(r"\{[^{}]*\}|%(?:\.\d+)?[sdf]|tinkhoi|captures/|[\d\W_]")
"""What is the same in every language: values, the program's name, marks."""

BARE = frozenset({"echo", "print", "prompt", "confirm", "secho", "BadParameter", "UsageError", "ClickException"})
"""What prints a text as it is. Words of ours reach them through the functions of MESSAGES alone."""

OTHERWISE = {
    "flows/cli/sites.py": "a table of ids, names and statuses as files have them",
    "flows/cli/schedule.py": "lines of a crontab, and what the system itself said",
}
"""Files whose literal texts are no words, and why."""


def code(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    for room in rooms:
        for file in sorted((REPOSITORY / room).rglob("*.py")):
            yield file.relative_to(REPOSITORY).as_posix(), ast.parse(file.read_text(encoding="utf-8"))


def called(node: ast.Call) -> str:
    return str(getattr(node.func, "id", None) or getattr(node.func, "attr", ""))


def literal_words(node: ast.expr) -> list[str]:
    """Texts with letters in an expression, but for those that an inner call of MESSAGES words."""
    if isinstance(node, ast.Call) and called(node) in MESSAGES:
        return []
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and SAME.sub("", node.value) else []
    if isinstance(node, ast.FormattedValue):  # a format's letters are no words
        return literal_words(node.value)
    if isinstance(node, ast.Subscript):  # the names of columns and keys
        return literal_words(node.value)
    return [
        text for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr) for text in literal_words(child)
    ]


def said() -> Iterator[tuple[str, str, str]]:
    """Every message that stands in the code: its file, its context, its English words."""
    for file, tree in code("flows", "scraper"):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or len(node.args) <= PLACE.get(called(node), 0):
                continue
            name = called(node)
            first = node.args[PLACE.get(name, 0)]
            if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                continue
            if name in MESSAGES and (name in {"Sentence", "NotAnArticle"} or file.startswith("flows/")):
                for text in first.value.split("\t"):
                    yield file, MESSAGES[name], text
            elif name in {"info", "warning", "error"} and ast.unparse(node.func).partition(".")[0] in LOGS:
                yield file, "progress", first.value


def test_filters_stand_in_the_help_from_site_to_days() -> None:
    for name in ("search", "export", "freeze"):
        shown = [parameter.name for parameter in tinkhoi.commands[name].params]
        filters = ["site", "province", "section", "topic", "author", "since", "until"]
        assert [each for each in shown if each in filters] == filters


def test_every_help_text_has_vietnamese_words() -> None:
    entries = {str(entry.id) for entry in catalogue("vi") if entry.id and entry.context == "help"}
    assert set(helps()) - entries == set()


def test_every_message_that_stands_in_the_code_has_vietnamese_words() -> None:
    entries = {(entry.context, str(entry.id)) for entry in catalogue("vi") if entry.id}
    found = {(file, context, text) for file, context, text in said() if SAME.sub("", text)}
    assert {each for each in found if (each[1], each[2]) not in entries} == set()
    assert len(found) > 500
    named = {(about, word) for about, words in OWN_WORDS.items() for word in words}
    assert {each for each in named if ("command", each[1]) not in entries} == set()
    assert {clue.says for clue in CLUES} <= {text for context, text in entries if context == "problem"}


def test_every_message_that_a_table_holds_has_vietnamese_words() -> None:
    entries = {str(entry.id) for entry in catalogue("vi") if entry.id and entry.context == "problem"}
    found = {
        value.value
        for _, tree in code("flows")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) == "RunError" and node.args
        if isinstance(node.args[0], ast.Subscript) and isinstance(node.args[0].value, ast.Name)
        for table in ast.walk(tree)
        if isinstance(table, ast.Assign) and ast.unparse(table.targets[0]) == node.args[0].value.id
        for value in ast.walk(table.value)
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and " " in value.value
    }
    assert len(found) >= 9
    assert found - entries == set()


def test_what_the_system_says_of_a_file_or_a_date_is_told_in_vietnamese(tmp_path: Path, capsys: Output) -> None:
    nowhere = tmp_path / "nowhere" / "page.html"
    for words in (
        ["parse", str(nowhere), "--url", "http://bao.vn/", "--site", "baoapbac"],
        ["restore", str(nowhere)],
    ):
        assert run([*words, "--data", str(tmp_path), "--lang", "vi"]) == ExitCode.CONFIGURATION
        said = capsys.readouterr().err
        assert "No such file" not in said and "không có tệp" in said
    assert run(["date", "30/02/2024", "--lang", "vi"]) == ExitCode.DATA
    assert "out of range" not in capsys.readouterr().out


def test_every_entry_of_the_catalogue_is_said_somewhere() -> None:
    spoken = {(context, text) for _, context, text in said()}
    spoken |= {("command", word) for words in OWN_WORDS.values() for word in words}
    spoken |= {("problem", clue.says) for clue in CLUES}
    literals = {
        node.value
        for _, tree in code("flows", "scraper")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for entry in catalogue("vi"):
        if entry.id and entry.context in {"command", "problem", "progress"}:
            assert (entry.context, entry.id) in spoken or entry.id in literals, entry.id


def test_a_message_is_words_and_values_and_is_not_put_together_before_it_is_worded() -> None:
    flattened = [
        f"{file}:{node.lineno}"
        for file, tree in code("flows", "scraper")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in {*MESSAGES, *TOLD}
        for words in node.args[PLACE.get(called(node), 0) :][:1]
        if isinstance(words, ast.JoinedStr) and literal_words(words)
    ]
    assert flattened == []


def test_what_is_kept_of_a_page_or_a_problem_is_a_sentence_that_the_catalogue_has() -> None:
    bare = [
        f"{file}:{node.lineno}: {text}"
        for file, tree in code("scraper")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in OF_DETAILS
        for value in (*node.args, *(keyword.value for keyword in node.keywords))
        for text in literal_words(value)
        if " " in text.strip()  # a word alone is the name of a kind
    ]
    assert bare == []


def test_every_kind_of_problem_has_a_vietnamese_name() -> None:
    kinds = {
        str(keyword.value.value)
        for _, tree in code("scraper")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) == "Problem"
        for keyword in node.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }
    assert {"weekday", "shrunk", "parser"} <= kinds
    assert {kind for kind in kinds if reason(kind, "vi") == kind} == set()


def test_no_command_prints_words_that_only_one_language_has() -> None:
    bare = [
        (file, text)
        for file, tree in code("flows")
        if file not in OTHERWISE and not file.startswith("flows/web/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in BARE and node.args
        for text in literal_words(node.args[0])
    ]
    assert bare == []


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


@pytest.mark.parametrize("path", [each.command_path.split()[1:] for each in contexts(tinkhoi)], ids=" ".join)
def test_the_language_may_stand_after_every_command(path: list[str], capsys: Output) -> None:
    assert run([*path, "--lang", "vi", "--help"]) == 0
    assert capsys.readouterr().out.startswith("Cách dùng:")


def test_a_command_without_an_archive_speaks_the_language_that_stands_after_it(capsys: Output) -> None:
    assert run(["date", "no date", "--lang", "vi"]) == ExitCode.DATA
    assert "không đọc được" in capsys.readouterr().out


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
