"""``tinkhoi date``: what a printed date means, and how it was read."""

from __future__ import annotations

import json

import pytest

from flows.cli import run
from flows.outcome.exit_codes import ExitCode

Output = pytest.CaptureFixture[str]


def test_date_prints_the_moment_and_how_it_was_read(capsys: Output) -> None:
    assert run(["date", "Cập nhật: 09:13, 24/07/2024 (GMT+7)"]) == 0
    assert capsys.readouterr().out.startswith("2024-07-24T09:13:00+07:00\t")
    assert run(["date", "31/02/2024", "--json"]) == ExitCode.DATA
    assert json.loads(capsys.readouterr().out)["means"] is None


def test_date_says_precision_interval_zone_and_what_else_it_could_mean(capsys: Output) -> None:
    base = ["--base", "2024-07-14 01:30", "--json"]
    assert run(["date", "3 giờ trước", *base]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["precision"], said["day"]) == ("hour", "2024-07-13")
    assert (said["earliest"], said["latest"]) == ("2024-07-13T21:30:00+07:00", "2024-07-13T23:00:00+07:00")
    assert run(["date", "08:51 Giờ Phối hợp Quốc tế, 11/07/2024", *base]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["means"], said["zone"]) == ("2024-07-11T15:51:00+07:00", "Giờ Phối hợp Quốc tế")
    assert run(["date", "12 giờ đêm 21/07/2023", "--base", "2024-07-14"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("2023-07-21\t") and "precision: day" in text and "ambiguous: " in text
    assert run(["date", "15:51 giờ địa phương 11/07/2024"]) == ExitCode.DATA
    assert "no known zone" in capsys.readouterr().out


def test_date_says_when_the_weekday_contradicts_the_date(capsys: Output) -> None:
    assert run(["date", "Thứ Hai, 11/07/2024", "Thứ Năm, 11/07/2024", "11/07/2024"]) == 0
    wrong, right, without = capsys.readouterr().out.splitlines()
    assert wrong.startswith("2024-07-11\t")
    assert wrong.endswith("; the weekday contradicts the date: 2024-07-11 is a Thursday, not a Monday")
    assert "contradicts" not in right + without
    assert run(["date", "Thứ Hai, 11/07/2024", "--lang", "vi"]) == 0
    assert "thứ trái với ngày: 2024-07-11 là thứ Năm, không phải thứ Hai" in capsys.readouterr().out
    assert run(["date", "Thứ Sáu, 11/07/2024 23:30 GMT"]) == 0  # a Thursday there, and the next day here
    assert capsys.readouterr().out.endswith("2024-07-12 is a Friday, not a Saturday\n")
    assert run(["date", "Thứ Hai, 11/07/2024", "Thứ Năm, 11/07/2024", "11/07/2024", "--json"]) == 0
    told = [json.loads(line)["weekday_agrees"] for line in capsys.readouterr().out.splitlines()]
    assert told == [False, True, None]
