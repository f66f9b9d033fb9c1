"""Packages that libraries import when they find them, and that cost us much at the start of each process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def left_out(package: str) -> Iterator[None]:
    """Imports inside the block find no ``package``, as if it were not installed, unless it is imported already.

    warcio imports fsspec (0.15 CPU seconds) to open files by address, and sqlite-utils imports pandas (0.35 CPU
    seconds) to write its columns; we use neither.
    """
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        sys.modules.pop(package, None)
