"""What a command tells of a run while it goes on."""

from __future__ import annotations

import logging
import threading

import click
import pytest
from click.testing import CliRunner

from flows.cli.options import language_option
from flows.cli.run_and_report import show_progress
from flows.runs.steps import in_words


def test_progress_told_by_another_thread_is_in_the_language_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefect follows each crawl in a thread that does not know the command. No site has answered yet."""
    logger = logging.getLogger("tinkhoi")
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logger, "propagate", True)
    told = in_words({"requests": 2, "responses": 0, "site": None})

    @click.command()
    @language_option
    def command() -> None:
        show_progress()
        thread = threading.Thread(target=logger.info, args=("%s: %s", "shard-1", told))
        thread.start()
        thread.join()

    shown = CliRunner().invoke(command, ["--lang", "vi"], catch_exceptions=False)
    assert shown.stderr == "… shard-1: yêu cầu 2 · trả lời 0\n"
