"""Charts in Markdown, as Mermaid draws them where the documents are shown: text that a diff shows too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def bars(title: str, unit: str, values: Mapping[str, float]) -> str:
    """A bar for each name."""
    return _chart(title, unit, tuple(values), [("bar", tuple(values.values()))])


def lines(title: str, unit: str, places: Sequence[str], rows: Sequence[Sequence[float]]) -> str:
    """A line for each row, all with the same places. Mermaid names no lines, so the title must tell them apart."""
    return _chart(title, unit, places, [("line", row) for row in rows])


def _chart(title: str, unit: str, places: Sequence[str], drawn: Sequence[tuple[str, Sequence[float]]]) -> str:
    top = max(value for _, row in drawn for value in row)
    named = ", ".join(f'"{place}"' for place in places)
    shapes = (f"    {shape} [{', '.join(f'{value:.3g}' for value in row)}]" for shape, row in drawn)
    return "\n".join(
        (
            "```mermaid",
            "xychart-beta",
            f'    title "{title}"',
            f"    x-axis [{named}]",
            f'    y-axis "{unit}" 0 --> {top * 1.1:.3g}',
            *shapes,
            "```",
        )
    )
