"""A message kept for an hour goes with the first run after it, to whoever is meant then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mail.refused import TextRefused
from mail.schedule import queue_due
from store import Store
from store.errors import Invalid, NotAllowed
from store.message_records import MessageState
from store.people import EmailState, Member, Person
from store.segments import parse
from store.settings import Group
from tests.audience import fill
from tests.store.conftest import Hands

SIX_IN_THE_EVENING = datetime(2026, 11, 22, 18, 0)


@pytest.fixture
def store(tmp_path: Path, hands: Hands) -> Iterator[Store]:
    opened = Store.create(tmp_path / "group.cabas", Group("AMAP des Oiseaux"), "marie", "Marie", now=hands)
    fill(opened)
    yield opened
    opened.close()


@pytest.fixture
def hands() -> Hands:
    """Saturday 21 November 2026, 21:04 in Paris."""
    return Hands(datetime(2026, 11, 21, 20, 4, tzinfo=UTC))


def keep(store: Store, text: str = "Bonjour {{ first_name }}") -> int:
    message_id = store.messages.new(parse("everyone"), "Sujet", text)
    store.messages.schedule(message_id, SIX_IN_THE_EVENING)
    return message_id


def test_it_waits_for_its_hour_in_the_groups_zone_and_is_counted_then(store: Store, hands: Hands) -> None:
    message_id = keep(store)
    hands.at = datetime(2026, 11, 22, 16, 59, tzinfo=UTC)
    assert queue_due(store) == ()
    assert store.messages.get(message_id).state is MessageState.SCHEDULED
    before = store.segments.count(parse("everyone")).mails
    store.members.add(Member((Person("Tard", "Venu", "tard@exemple.fr", EmailState.HAS),)))

    hands.at = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    (done,) = queue_due(store)
    assert (done.message.id, done.mails, done.error) == (message_id, before + 1, None)
    assert store.messages.get(message_id).state is MessageState.QUEUED
    assert store.deliveries.counts(message_id).ready == before + 1

    assert queue_due(store) == ()
    assert store.deliveries.counts(message_id).ready == before + 1


def test_who_may_not_send_any_more_sends_nothing_and_it_is_said(store: Store, hands: Hands) -> None:
    store.operators.add("paul", "Paul", "writer")
    paul = Store(store.path, "paul", hands)
    message_id = keep(paul)
    paul.close()
    with store.writing() as t:
        t.execute("DELETE FROM rights WHERE operator_id = 2 AND name = 'messages.send'")
    hands.at = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    (missed,) = queue_due(store)
    assert (missed.message.id, missed.message.login) == (message_id, "paul")
    assert isinstance(missed.error, NotAllowed)
    assert store.deliveries.counts().total == 0


def test_one_that_cannot_be_made_stops_no_other(store: Store, hands: Hands) -> None:
    broken = keep(store, "Bonjour {{ nickname }}")
    fine = keep(store)
    hands.at = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    missed, done = queue_due(store)
    assert (missed.message.id, type(missed.error), done.error) == (broken, TextRefused, None)
    assert store.messages.get(broken).state is MessageState.SCHEDULED
    assert store.messages.get(fine).state is MessageState.QUEUED


def test_an_hour_that_has_passed_is_refused(store: Store) -> None:
    message_id = store.messages.new(parse("everyone"), "Sujet", "Texte")
    with pytest.raises(Invalid):
        store.messages.schedule(message_id, datetime(2026, 11, 21, 21, 0))
