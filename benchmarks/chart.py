"""Charts in Markdown, as Mermaid draws them where the documents are shown: text that a diff shows too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_COLOURS = {"blue": "#2b6cb0", "orange": "#c05621", "green": "#2f855a"}
_LOOK = "%%{init: {'themeVariables': {'xyChart': {'plotColorPalette': '" + ", ".join(_COLOURS.values()) + "'}}}}%%"


def bars(title: str, unit: str, values: Mapping[str, float]) -> str:
    """A bar for each name, one below the other."""
    return _chart("xychart-beta horizontal", title, unit, tuple(values), [("bar", tuple(values.values()))])


def lines(title: str, unit: str, places: Sequence[str], rows: Mapping[str, Sequence[float]]) -> str:
    """A line for each row. Mermaid names no lines, so the title tells their colours, of which there are three.

    Raises ValueError for more rows than colours.
    """
    if len(rows) > len(_COLOURS):
        raise ValueError(f"{len(rows)} lines, and {len(_COLOURS)} colours")
    told = ", ".join(f"{colour} {name}" for colour, name in zip(_COLOURS, rows, strict=False))
    return _chart("xychart-beta", f"{title}: {told}", unit, places, [("line", row) for row in rows.values()])


def _chart(
    kind: str, title: str, unit: str, places: Sequence[str], drawn: Sequence[tuple[str, Sequence[float]]]
) -> str:
    top = max((value for _, row in drawn for value in row), default=0.0)
    named = ", ".join(f'"{place}"' for place in places)
    shapes = (f"    {shape} [{', '.join(map(_figure, row))}]" for shape, row in drawn)
    return "\n".join(
        (
            "```mermaid",
            _LOOK,
            kind,
            f'    title "{title}"',
            f"    x-axis [{named}]",
            f'    y-axis "{unit}" 0 --> {_figure(top * 1.1) if top > 0 else 1}',
            *shapes,
            "```",
        )
    )


def _figure(value: float) -> str:
    """Three figures and no exponent; nothing for less than nothing, which no bar shows."""
    return f"{max(value, 0):.0f}" if value >= 100 else f"{max(value, 0):.3g}"
