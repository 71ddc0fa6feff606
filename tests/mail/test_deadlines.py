"""A last call goes out before the closing that it speaks of, or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from mail.deadlines import default_send_before
from store import Store
from store.message_records import Message
from store.segments import EVERYONE
from tests.offering import Offering, fill

VEGETABLES, FLOUR = datetime(2026, 11, 23, 20, 0), datetime(2026, 11, 24, 12, 0)
TUESDAY = datetime(2026, 11, 24, 9, 0)


@pytest.fixture
def store(timed_store: Store) -> Store:
    return timed_store


@pytest.fixture
def offering(store: Store) -> Offering:
    return fill(store)


def last_call(text: str = "Les commandes ferment {{ closes() }}", **rest: Any) -> Message:
    return Message(EVERYONE, text=text, **{"kind": "last_call", **rest})


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("{{ closes() }}", None, VEGETABLES),  # the poultry is closed
        ("rien", None, VEGETABLES),
        ('{{ closes("farine") }}', None, VEGETABLES),  # no catalogue is called so: told when the mails are made
        ('{{ closes("moulin") }}', None, FLOUR),
        ("{{ closes( 'Moulin d' ) }}", None, FLOUR),
        ('{{ closes("moulin") }} {{ closes("legumes") }}', None, VEGETABLES),
        ('{{ closes("volailles") }}', None, VEGETABLES),
        ("{{ closes() }}", TUESDAY, FLOUR),
        ("{{ closes() }}", FLOUR, None),
    ],
)
def test_it_is_the_first_closing_to_come_that_the_text_speaks_of(
    store: Store, offering: Offering, text: str, at: datetime | None, expected: datetime | None
) -> None:
    assert default_send_before(store, last_call(text), at) == expected
    assert default_send_before(store, last_call(text, send_at=at)) == expected
    assert default_send_before(store, last_call(text, distribution_id=offering.next), at) == expected


def test_no_other_message_has_one_and_none_without_closings(store: Store, offering: Offering) -> None:
    assert default_send_before(store, last_call(kind="targeted")) is None
    assert default_send_before(store, last_call(distribution_id=offering.past)) is None
    for found in store.distributions.rows():
        if not found.over:
            distribution = store.distributions.get(found.id)
            store.distributions.cancel(distribution.id, distribution.version, "neige")
    assert default_send_before(store, last_call()) is None
