"""Charts in Markdown, as Mermaid draws them where the documents are shown: text that a diff shows too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_COLOURS = {"blue": "#2b6cb0", "orange": "#c05621", "green": "#2f855a"}
_LOOK = "%%{init: {'themeVariables': {'xyChart': {'plotColorPalette': '" + ", ".join(_COLOURS.values()) + "'}}}}%%"


def bars(title: str, unit: str, values: Mapping[str, float]) -> str:
    """A bar for each name, one below the other."""
    return _chart("xychart-beta horizontal", title, unit, tuple(values), [("bar", tuple(values.values()))])


def lines(title: str, unit: str, places: Sequence[str], rows: Mapping[str, Sequence[float]]) -> str:
    """A line for each of at most three rows. Mermaid names no lines, so the title tells their colours."""
    told = ", ".join(f"{colour} {name}" for colour, name in zip(_COLOURS, rows, strict=False))
    return _chart("xychart-beta", f"{title}: {told}", unit, places, [("line", row) for row in rows.values()])


def _chart(
    kind: str, title: str, unit: str, places: Sequence[str], drawn: Sequence[tuple[str, Sequence[float]]]
) -> str:
    top = max(value for _, row in drawn for value in row)
    named = ", ".join(f'"{place}"' for place in places)
    shapes = (f"    {shape} [{', '.join(f'{value:.3g}' for value in row)}]" for shape, row in drawn)
    return "\n".join(
        (
            "```mermaid",
            _LOOK,
            kind,
            f'    title "{title}"',
            f"    x-axis [{named}]",
            f'    y-axis "{unit}" 0 --> {top * 1.1:.3g}',
            *shapes,
            "```",
        )
    )
