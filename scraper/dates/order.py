"""The order of day and month that a site's own dates prove: a number above 12 can only be a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scraper.dates.readings import Order
from scraper.dates.shapes import DAY_FIRST


@dataclass(frozen=True, slots=True)
class Proof:
    """An order, and a printed date that is a date only in this order."""

    order: Order
    text: str


def proved_order(texts: Iterable[str]) -> Proof | None:
    """The order that ``texts`` prove; None if each fits both orders, or if they contradict each other."""
    proofs: dict[Order, Proof] = {}
    for text in texts:
        for found in DAY_FIRST.finditer(text):
            first, second = int(found[1]), int(found[2])
            if 12 < first <= 31 and 1 <= second <= 12:
                proofs.setdefault("dmy", Proof("dmy", text))
            elif 12 < second <= 31 and 1 <= first <= 12:
                proofs.setdefault("mdy", Proof("mdy", text))
    return next(iter(proofs.values())) if len(proofs) == 1 else None
