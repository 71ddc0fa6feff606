"""What becomes of the mails of workflows when something changes that they speak of, or that they come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mail.automatic import queue_automatic
from mail.automatic_look import beyond_limits
from store import Store
from store.settings import Group
from tests.mail.flows import MONDAY_CLOSED, SATURDAY, Week, last_call
from tests.mail.outgoing import set_mailbox
from tests.store.conftest import Hands


@pytest.fixture
def hands() -> Hands:
    return Hands(SATURDAY)


@pytest.fixture
def store(tmp_path: Path, hands: Hands) -> Iterator[Store]:
    opened = Store.create(tmp_path / "group.cabas", Group("AMAP des Oiseaux"), "marie", "Marie", now=hands)
    set_mailbox(opened, 25)
    yield opened
    opened.close()


@pytest.fixture
def week(store: Store) -> Week:
    return Week(store)


def test_how_many_come_too_late_by_the_limits_is_known_before(week: Week, hands: Hands) -> None:
    store = week.store
    settings = store.mailbox.get()
    assert settings is not None
    store.mailbox.set(replace(settings, per_hour=50, per_day=1000))
    week.attach(last_call(days=0, hour="19:00"))
    (soon,) = store.occurrences.coming()
    assert [beyond_limits(store, soon, mails) for mails in (50, 120)] == [0, 70]
    assert beyond_limits(store, replace(soon, until=soon.until + timedelta(minutes=1)), 120) == 20
    assert beyond_limits(store, replace(soon, until=soon.until + timedelta(days=3)), 3000) == 0
    assert beyond_limits(store, replace(soon, until=soon.due), 120) == 0, "it can never go at all"
    hands.at = MONDAY_CLOSED - timedelta(hours=1)
    queue_automatic(store)
    assert beyond_limits(store, soon, 50) == 4, "what waits goes before"
