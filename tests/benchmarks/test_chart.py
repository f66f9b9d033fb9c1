"""Charts say what was measured, in the form that Mermaid reads."""

from __future__ import annotations

import re

import pytest

from tests.benchmarks.loading import benchmark

chart = benchmark("chart")


def test_bars_have_a_name_and_a_length_each() -> None:
    drawn = chart.bars("An article", "ms", {"tinkhoi": 8.25, "scrapy+bs4": 13.0, "bare": 0.5}).splitlines()
    assert drawn[0] == "```mermaid" and drawn[-1] == "```"
    assert drawn[2] == "xychart-beta horizontal"
    assert '    title "An article"' in drawn
    assert '    x-axis ["tinkhoi", "scrapy+bs4", "bare"]' in drawn
    assert "    bar [8.25, 13, 0.5]" in drawn


def test_the_longest_bar_fits() -> None:
    for longest in (0.004, 3.0, 2_480.0, 1_234_567.0):
        drawn = chart.bars("t", "s", {"a": longest / 2, "b": longest})
        assert "e+" not in drawn, "Mermaid reads no exponents"
        axis = re.search(r'y-axis "s" 0 --> (\S+)', drawn)
        assert axis and longest <= float(axis[1]) <= 1.2 * longest


def test_a_value_below_nothing_is_drawn_as_nothing() -> None:
    """A difference of two short runs may be less than nothing, which no bar can show."""
    drawn = chart.bars("t", "ms", {"a": -10.1, "b": 2.0})
    assert "bar [0, 2]" in drawn


def test_nothing_to_show_is_a_chart_still() -> None:
    assert 'y-axis "ms" 0 --> 1\n' in chart.bars("t", "ms", {"a": 0.0})


def test_lines_are_told_apart_by_the_colours_of_the_title() -> None:
    drawn = chart.lines("Memory", "MB", ["100", "1000"], {"crawl": [91.0, 135.0], "storing": [69.0, 85.0]})
    assert '    title "Memory: blue crawl, orange storing"' in drawn
    assert '    x-axis ["100", "1000"]' in drawn
    shown = [line.strip() for line in drawn.splitlines() if line.strip().startswith("line")]
    assert shown == ["line [91, 135]", "line [69, 85]"]
    palette = re.search(r"'plotColorPalette': '([^']*)'", drawn)
    assert palette and len(palette[1].split(", ")) == 3


def test_a_fourth_line_has_no_colour_and_is_refused() -> None:
    rows = {name: [1.0] for name in "abcd"}
    with pytest.raises(ValueError, match="4 lines"):
        chart.lines("t", "s", ["1"], rows)
