"""The commands that messages suggest, in a form that can be typed on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def suggested(program: str = "tinkhoi") -> str:
    """The name of ``program`` if the shell finds it, else its path in the folder of the running program."""
    typed = Path(sys.argv[0])
    on_path = [Path(folder).absolute() for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    if not typed.name.startswith("tinkhoi") or typed.parent.absolute() in on_path:
        return program
    return str(typed.parent / program)
