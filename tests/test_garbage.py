"""The garbage collector works rarely while much is read, and as before afterwards."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from scraper.garbage import rarely_collected, uncollected

CYCLE = """
import atexit, gc
from scraper.garbage import uncollected_at_exit

class Told:
    def __del__(self):
        print("looked at")

atexit.register(print, "what is registered is called")
{call}
one = Told()
one.itself = one
del one
"""


def test_it_works_as_before_after_the_block() -> None:
    gc.unfreeze()  # a test before this one may have frozen what it imported
    before = gc.get_threshold()
    with pytest.raises(KeyError), rarely_collected():
        assert gc.get_threshold()[0] > before[0]
        assert gc.get_freeze_count() > 0
        with rarely_collected():
            pass
        assert gc.get_freeze_count() > 0
        raise KeyError
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_a_collector_that_is_off_stays_off() -> None:
    before = gc.get_threshold()
    gc.set_threshold(0)
    try:
        with rarely_collected():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)


def test_what_a_block_makes_is_not_looked_at_later() -> None:
    try:
        with pytest.raises(KeyError), uncollected():
            assert not gc.isenabled()
            raise KeyError
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


def test_what_was_imported_stays_so_where_much_is_read() -> None:
    try:
        with uncollected():
            pass
        frozen = gc.get_freeze_count()
        with rarely_collected():
            assert gc.get_threshold()[0] > 700
        assert gc.get_freeze_count() >= frozen > 0
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("call", ["", "uncollected_at_exit()", "uncollected_at_exit()\nuncollected_at_exit()"])
def test_a_process_ends_without_a_last_look(call: str) -> None:
    done = subprocess.run([sys.executable, "-c", CYCLE.format(call=call)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["what is registered is called", *([] if call else ["looked at"])]
