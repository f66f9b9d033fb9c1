"""Tries whether a storage keeps the conditions of writes, on which the claims rest.

Some services take the headers and ignore them, some keep them only as long as writers come one after another. With
those, two workers could own a host.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flows.cluster.objects import Objects, Version
from flows.outcome.exit_codes import ExitCode, RunError

WRITERS = 8


def need_conditions(objects: Objects) -> None:
    """Lets several writers create one object and replace one version of it: one may win each time.

    Raises RunError if more do, or none; StorageError.
    """
    key = f"conditions/{secrets.token_hex(8)}"
    try:
        first = _only_winner(lambda content: objects.create(key, content))
        second = _only_winner(lambda content: objects.replace(key, content, first))
        if objects.replace(key, b"too late", first) is not None or first == second:
            raise _refusal()
    finally:
        objects.delete(key)


def _only_winner(write: Callable[[bytes], Version | None]) -> Version:
    with ThreadPoolExecutor(WRITERS) as pool:
        won = [version for version in pool.map(write, (secrets.token_bytes(16) for _ in range(WRITERS))) if version]
    if len(won) != 1:
        raise _refusal()
    return won[0]


def _refusal() -> RunError:
    return RunError(
        "the storage does not keep the conditions of writes (If-None-Match, If-Match), so that two workers could ask"
        " one host: choose another, or a newer version of it",
        ExitCode.CONFIGURATION,
    )
