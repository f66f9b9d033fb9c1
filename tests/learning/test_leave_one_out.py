"""Leave one out: what twelve pages of a real server teach, on its other pages and on those that are no articles."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from tests.places import SHARED

ROOT = Path(__file__).resolve().parents[2]
needs_shared = pytest.mark.skipif(not (SHARED / "realpages2").is_dir(), reason="the folder shared is not there")
LEAST = {"title": 0.99, "minute": 0.98, "lead": 0.95, "body": 0.92, "author": 0.95, "captions": 0.95}


@cache
def benchmark() -> ModuleType:
    """The command that shows it, which stays in benchmarks/."""
    spec = importlib.util.spec_from_file_location("leave_one_out", ROOT / "benchmarks" / "learning.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "name"),
    [
        pytest.param("realpages", "nukeviet", marks=needs_shared),
        pytest.param("realpages", "wordpress", marks=needs_shared),
        pytest.param("realpages2", "jml1", marks=needs_shared),
        (None, "sample"),
    ],
)
def test_pages_that_were_left_out_are_read(folder: str | None, name: str) -> None:
    module = benchmark()
    server = module.sample() if folder is None else module.load(SHARED, folder, name)
    done = module.left_out(server, 12, range(2))
    shares = {field: done.right[field] / done.of[field] for field in LEAST}
    assert all(shares[field] >= least for field, least in LEAST.items()), done.wrong
    assert done.junk > 0 and done.junk_read == []
    assert done.silent == []
