from __future__ import annotations

import re
import signal
import threading
from contextlib import suppress

import pytest

from scraper.time_limit import TooSlow, time_limit


def test_a_loop_without_end_is_ended() -> None:
    with pytest.raises(TooSlow, match=r"more than 0\.05 s"), time_limit(0.05):
        while True:
            pass


def test_a_regular_expression_without_end_is_ended() -> None:
    with pytest.raises(TooSlow), time_limit(0.05):
        re.fullmatch("(a|aa)+b", "a" * 60)


def test_what_is_quick_is_left_alone_and_nothing_stays_behind() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    with time_limit(5):
        done = sum(range(1000))
    assert done == 499500
    assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0
    assert signal.getsignal(signal.SIGVTALRM) == before
    with suppress(KeyError), time_limit(5):
        raise KeyError
    assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0


def test_in_another_thread_the_block_runs_without_a_bound() -> None:
    ran: list[int] = []

    def work() -> None:
        with time_limit(0.01):
            ran.append(sum(range(10)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ran == [45]
