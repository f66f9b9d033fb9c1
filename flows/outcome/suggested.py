"""Commands that messages suggest, as they can be typed where the program is installed."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def suggested(program: str = "tinkhoi") -> str:
    """``program`` by its name where the shell finds it, else with the folder from which this one was started."""
    typed = Path(sys.argv[0])
    on_path = [Path(folder).absolute() for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    if not typed.name.startswith("tinkhoi") or typed.parent.absolute() in on_path:
        return program
    return str(typed.parent / program)
