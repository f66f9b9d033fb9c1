"""Lets the garbage collector work rarely while much is read or stored.

Most of what is made for a page is freed without it. By default it looks after every 700 new objects, and again and
again at all that was imported, which takes up to a fifth of a night's CPU.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 20_000
"""How many objects are made, less those that are freed, until it looks at them."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Around the import of a large package: nothing is looked at in the block, nor what it made at any later time.

    Importing Prefect's server makes a million objects that stay. Looking for garbage among them takes a sixth of
    the CPU of its start, and as much again until it ends.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()


def uncollected_at_exit() -> None:
    """Lets this process end without looking for garbage among all that it holds.

    Python does so when it ends, several times. After Scrapy was imported that takes a fifth of a second of CPU, after
    Prefect half a second. Files that were left open are then not closed by it: what is written must be flushed.
    """
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)


@contextmanager
def rarely_collected() -> Iterator[None]:
    """In the block, what was there before is not looked at, and the rest more rarely."""
    before, is_frozen = gc.get_threshold(), gc.get_freeze_count() > 0
    if before[0] in {0, _OBJECTS}:  # off, or in another such block
        yield
        return
    if not is_frozen:  # by a block of uncollected, which holds nearly all that there is
        gc.freeze()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not is_frozen:
            gc.unfreeze()
