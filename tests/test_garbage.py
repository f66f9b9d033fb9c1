"""The garbage collector works rarely while much is read, and as before afterwards."""

from __future__ import annotations

import gc

import pytest

from scraper.garbage import rarely_collected, uncollected


def test_it_works_as_before_after_the_block() -> None:
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
