"""The fields of an order are offered where everybody has one at the distribution that the message speaks of."""

from __future__ import annotations

import pytest

from screens.compose_around import fits
from store import Store
from store.segments import parse
from tests import offering


@pytest.mark.parametrize(
    ("words", "of_next", "of_past"),
    [
        ("next", True, False),
        ("last", False, False),
        ("{next}", True, False),
        ("{past}", False, True),
        ("{day}", True, False),
    ],
)
def test_an_order_for_another_distribution_is_none(store: Store, words: str, of_next: bool, of_past: bool):
    sold = offering.fill(store)
    coming, past = store.distributions.get(sold.next), store.distributions.get(sold.past)
    named = words.format(next=sold.next, past=sold.past, day=coming.day.isoformat())
    segment = parse(f"nobody + ordered(distribution={named})")
    for spoken_of, fitting in ((coming, of_next), (past, of_past), (None, False)):
        found = {fit.field.name: fit.fits for fit in fits(segment, spoken_of, coming=coming)}
        assert (found["order.lines"], found["order.total"]) == (fitting, fitting)
        assert found["last_order"]
