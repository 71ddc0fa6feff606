"""What waits in the outbox when an order is confirmed, emptied, cancelled or moved, and would say what is not so."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from mail.automatic import queue_automatic
from store import Store
from store.errors import NotFound
from store.people import Member, Person
from store.workflow_records import Audience, Place, Scope, Timing, Trigger
from tests.mail.flows import SUNDAY_EVENING, Week, at_once, last_call, mails, states
from tests.store.conftest import Hands

WAITS = ("ready", "")
HELD = ("held", "unmeant")
PICK_UP = {
    "trigger": Trigger.DISTRIBUTION,
    "timing": Timing.BEFORE,
    "days": 4,
    "hour": "18:00",
    "audience": Audience.ORDERED,
}
"""Due with the last call."""


def waiting(store: Store) -> list[tuple[str, str]]:
    return [(state, reason) for _address, state, reason in mails(store)]


def test_who_orders_while_the_last_call_waits_does_not_get_it(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(last_call())
    hands.at = SUNDAY_EVENING
    queue_automatic(store)
    week.order(week.members[1])
    store.orders.record(week.members[2], week.day, [(week.product, 1000)])
    assert waiting(store) == [WAITS, HELD, HELD, WAITS]
    assert list(states(store).values()) == ["queued"]
    assert store.deliveries.release("all") == 0
    with pytest.raises(NotFound):
        store.deliveries.release(store.deliveries.of_message(store.messages.all(automatic=True)[0].id, "held")[0].id)
    assert queue_automatic(store) == ()


def test_whose_order_is_none_any_more_does_not_hear_that_it_waits(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(last_call(**PICK_UP), title="Retrait")
    later = store.distributions.add(date(2026, 12, 3), "18:00", "19:30", "Treillières", [week.catalogue])
    for member in week.members:
        week.order(member)
    hands.at = SUNDAY_EVENING
    queue_automatic(store)
    cancelled, emptied, moved, less = (store.orders.of_member(member)[0].id for member in week.members)
    store.orders.cancel(cancelled, "malade")
    store.orders.change(emptied, {week.product: 0})
    store.orders.move(moved, later)
    store.orders.change(less, {week.product: 1000})
    assert waiting(store) == [HELD, HELD, HELD, WAITS]


def test_an_order_that_is_cancelled_at_once_is_neither_thanked_for_nor_told_as_changed(
    week: Week, hands: Hands
) -> None:
    store = week.store
    week.attach(at_once(Trigger.CONFIRMED), at_once(Trigger.CHANGED))
    week.order(week.members[0])
    week.order(week.members[1])
    hands.at += timedelta(minutes=5)
    first, second = (store.orders.of_member(member)[0].id for member in week.members[:2])
    store.orders.change(first, {week.product: 1000})
    hands.at += timedelta(minutes=5)
    queue_automatic(store)
    assert waiting(store) == [WAITS] * 3
    store.orders.change(second, {week.product: 500})
    assert waiting(store) == [WAITS] * 3, "it was confirmed, and it stands"
    store.orders.cancel(first, "")
    assert [address for address, state, _r in mails(store) if state == "ready"] == ["p1@exemple.fr"]
    assert waiting(store).count(HELD) == 2


def test_a_mail_to_two_households_goes_while_it_is_meant_for_one(week: Week, hands: Hands) -> None:
    store = week.store
    other = store.members.add(Member((Person("Zoé", "Petit", "p0@exemple.fr"),), joined_on=date(2020, 1, 1)))
    week.attach(last_call("Bonjour"))
    hands.at = SUNDAY_EVENING
    queue_automatic(store)
    week.order(week.members[0])
    assert waiting(store) == [WAITS] * 4
    week.order(other)
    assert {address: state for address, state, _r in mails(store)}["p0@exemple.fr"] == "held"


def test_of_a_catalogue_only_its_own_lines_count(week: Week, hands: Hands) -> None:
    store = week.store
    producer = store.catalogues.add_producer("Fromages", email="fromages@exemple.fr")
    cheese = store.catalogues.add_catalogue("Fromages", producer, "EUR", 3, "20:00")
    tome = store.catalogues.add_product(cheese, "Tome", 900)
    store.distributions.offer(week.day, cheese)
    week.attach(last_call(), place=Place(Scope.CATALOGUE, catalogue_id=cheese))
    hands.at = SUNDAY_EVENING
    queue_automatic(store)
    week.order(week.members[0])
    store.orders.record(week.members[1], week.day, [(tome, 1000)])
    assert waiting(store) == [WAITS, HELD, WAITS, WAITS]


def test_what_is_not_meant_any_more_is_written_anew_where_it_is_again(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(last_call())
    hands.at = SUNDAY_EVENING
    queue_automatic(store)
    week.order(week.members[0])
    store.orders.cancel(store.orders.of_member(week.members[0])[0].id, "")
    assert waiting(store)[0] == HELD
    week.another_place()
    (went,) = queue_automatic(store)
    assert went.mails == 4


@pytest.mark.parametrize("crash", ["inside", "after"])
def test_killed_while_it_is_confirmed_both_are_so_or_neither(crash: str, week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(last_call())
    hands.at = SUNDAY_EVENING
    queue_automatic(store)
    script = f"""
import os, sys, datetime, pathlib
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from store import Store, confirming
real = confirming.hold_unmeant
if {crash == "inside"}:
    confirming.hold_unmeant = lambda *given: (real(*given), os._exit(137))
moment = datetime.datetime.fromisoformat({SUNDAY_EVENING.isoformat()!r})
store = Store(pathlib.Path({str(store.path)!r}), "marie", lambda: moment)
store.orders.record({week.members[0]}, {week.day}, [({week.product}, 1000)])
os._exit(137)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 137
    assert len(store.orders.of_member(week.members[0])) == (crash == "after")
    assert waiting(store)[0] == (HELD if crash == "after" else WAITS)
