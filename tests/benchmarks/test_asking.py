"""What a page of a large archive may cost: no error is cheap, a bound allows growth and no more than the limit."""

from __future__ import annotations

from tests.benchmarks.loading import benchmark

asking = benchmark("asking")


def broken(costs: dict[str, list[tuple[float, int]]]) -> list[str]:
    return [each.measured for each in asking.verdict(costs)]


def test_what_holds() -> None:
    usual = [(10.0, 200), (30.0, 200)]
    little = [(1.0, 200), (17.0, 200)]  # grows, but costs next to nothing
    assert broken({"home": usual, "bytes_by_night": little}) == ["0 of 2", "0 of 2", "0 of 2"]


def test_a_page_that_fails_is_not_a_cheap_one() -> None:
    assert broken({"home": [(10.0, 200), (0.1, 500)]}) == ["1 of 1: home", "0 of 1", "0 of 1"]


def test_a_page_that_grows_must_name_its_bound() -> None:
    growing = [(10.0, 200), (100.0, 200)]
    assert broken({"home": growing, "results: a topic": growing}) == ["0 of 2", "0 of 2", "1 of 2: home"]


def test_a_bound_does_not_make_a_page_dearer_than_the_limit() -> None:
    dear = [(100.0, 200), (150.1, 200)]
    assert broken({"table: moves": dear, "moved": dear}) == ["0 of 2", "2 of 2: table: moves, moved", "0 of 2"]
    assert broken({asking.FILES[0]: dear}) == ["0 of 1", "0 of 1", "0 of 1"], "a file has no limit"
