"""What a distribution offers, and whose the catalogues are."""

from __future__ import annotations

import pytest

from store import Store
from store.errors import NotFound
from tests.offering import Offering, fill


@pytest.fixture
def group(store: Store) -> Offering:
    """A group with members, catalogues and two distributions."""
    return fill(store)


def test_a_catalogue_is_offered_later_by_its_own_rule_and_once(store: Store, group: Offering) -> None:
    wine = store.catalogues.add_catalogue("Vins", store.catalogues.producer_called("Cave"), "EUR", 2, "20:00")
    store.distributions.offer(group.next, wine)
    store.distributions.offer(group.next, wine)
    offered = [one for one in store.distributions.get(group.next).catalogues if one.catalogue_id == wine]
    assert [one.closes.isoformat() for one in offered if one.closes] == ["2026-11-24T20:00:00"]
    with pytest.raises(NotFound):
        store.distributions.offer(group.next, wine + 1)


def test_a_producer_is_known_by_the_name_however_it_is_written(store: Store) -> None:
    first = store.catalogues.producer_called("Ferme du Gué")
    assert store.catalogues.producer_called("  FERME  du gue") == first
    assert len(store.catalogues.producers()) == 1
