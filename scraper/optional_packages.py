"""Packages that libraries import at their start, and that cost us much at the start of each process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


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


def when_asked(module: str, *callables: str) -> None:
    """Puts a stand-in in the place of ``module``, which imports it once something of it is asked for.

    That holds for ``import module``. What ``from module import …`` names is asked for at once, unless it is one of
    ``callables``: they import the module when they are called. What is imported already stays.
    """
    if module in sys.modules:
        return
    stand_in = ModuleType(module)

    def attribute(name: str) -> Any:
        if name.startswith("__") and (callables or name != "__path__"):  # asked by whoever looks through all modules
            raise AttributeError(name)
        if sys.modules.get(module) is stand_in:
            del sys.modules[module]
        return getattr(import_module(module), name)

    def deferred(name: str) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            return attribute(name)(*arguments, **named)

        return call

    vars(stand_in).update({name: deferred(name) for name in callables}, __getattr__=attribute)
    sys.modules[module] = stand_in
