"""What the command says on stderr."""

from __future__ import annotations


def one_line(text: str) -> str:
    """The one line that a command which ends badly prints. Fails where there are none or several."""
    lines = [line for line in text.splitlines() if line.startswith("tinkhoi:")]
    assert len(lines) == 1, text
    return lines[0]
