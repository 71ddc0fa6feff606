"""What waits for a workflow, a step, a promotion, a basket or an order that is none any more, and does not go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from mail.automatic import queue_automatic
from store import Store
from store.occurrence_records import Occurrence, OccurrenceState
from store.order_records import Entry
from store.promotion_records import Promotion
from store.workflow_records import Audience, NewStep, Trigger
from tests.mail.flows import ALL, GROUP, SUNDAY_EVENING, Week, at_once, last_call, mails
from tests.store.conftest import Hands


def sent(store: Store, *addresses: str) -> None:
    """Let these mails have arrived, or all that wait."""
    with store.writing() as t:
        for address in addresses or [row["address"] for row in t.all("SELECT address FROM deliveries")]:
            t.execute("UPDATE deliveries SET state = 'sent' WHERE state = 'ready' AND address = ?", (address,))


def ready(store: Store) -> list[str]:
    return [address for address, state, _reason in mails(store) if state == "ready"]


def queued(week: Week, hands: Hands, *steps: NewStep) -> Occurrence:
    """The last call to all four, in the outbox."""
    week.attach(*(steps or (last_call(audience=Audience.ALL),)))
    hands.at = SUNDAY_EVENING
    (went,) = queue_automatic(week.store)
    assert len(ready(week.store)) == 4
    return went.occurrence


@pytest.mark.parametrize("how", ["paused", "detached", "exempt", "deleted", "step", "trigger"])
def test_what_waits_does_not_go_once_its_workflow_is_not_to(week: Week, hands: Hands, how: str) -> None:
    store = week.store
    occurrence = queued(week, hands)
    sent(store, "p0@exemple.fr")
    workflow, step = occurrence.step.workflow_id, occurrence.step
    acts: dict[str, Callable[[], object]] = {
        "paused": lambda: store.workflows.pause(workflow, True),
        "detached": lambda: store.workflows.detach(workflow, ALL),
        "exempt": lambda: store.workflows.exempt(workflow, week.day, True),
        "deleted": lambda: store.workflows.delete(workflow),
        "step": lambda: store.workflows.remove_step(step.id),
        "trigger": lambda: store.workflows.save_step(
            replace(store.workflows.step(step.id), trigger=Trigger.DISTRIBUTION)
        ),
    }
    acts[how]()
    assert [(state, reason) for _a, state, reason in mails(store)] == [("sent", ""), *[("held", "withdrawn")] * 3]
    (over,) = store.occurrences.past()
    assert (over.state, over.reason) == (OccurrenceState.SKIPPED, "step" if how == "trigger" else how)
    assert (queue_automatic(store), store.deliveries.release("all")) == ((), 0)
    if how == "paused":
        store.workflows.pause(workflow, False)
        assert queue_automatic(store) == (), "somebody said no to it"
        assert store.occurrences.unskip(step.id, occurrence.key).state is OccurrenceState.WITHDRAWN
        assert [one.mails for one in queue_automatic(store)] == [3]


def test_a_step_that_comes_at_something_else_has_done_nothing_of_it_yet(week: Week, hands: Hands) -> None:
    store = week.store
    occurrence = queued(week, hands)
    sent(store)
    step = store.workflows.step(occurrence.step.id)
    changed = store.workflows.save_step(replace(step, trigger=Trigger.DISTRIBUTION))
    (coming,) = store.occurrences.coming()
    assert (coming.key, coming.state) == (occurrence.key, OccurrenceState.PLANNED)
    store.workflows.save_step(replace(changed, trigger=Trigger.CLOSES))
    assert store.occurrences.coming() == ()
    assert store.occurrences.get(step.id, occurrence.key).state is OccurrenceState.QUEUED


def test_of_a_promotion_that_is_another_one_the_old_words_do_not_go(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(at_once(Trigger.PROMOTION_STARTS), place=GROUP)
    today = store.clock.today()
    one = store.promotions.add(Promotion(today + timedelta(days=1), today + timedelta(days=9), week.product, percent=9))
    hands.at = SUNDAY_EVENING
    assert [went.mails for went in queue_automatic(store)] == [4]
    store.promotions.edit(replace(store.promotions.get(one), percent=20))
    assert [went.mails for went in queue_automatic(store)] == [4]
    assert len(ready(store)) == 4
    later = replace(store.promotions.get(one), since=today + timedelta(days=4))
    store.promotions.edit(later)
    assert queue_automatic(store) == ()
    assert [one.due.day for one in store.occurrences.coming()] == [24]
    hands.at += timedelta(days=3)
    assert [went.mails for went in queue_automatic(store)] == [4]
    store.promotions.cancel(one)
    assert (ready(store), queue_automatic(store)) == ([], ())
    assert store.occurrences.past()[0].reason == "promotion"


def test_a_promotion_whose_start_was_missed_is_told_when_it_starts_later(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(at_once(Trigger.PROMOTION_STARTS), place=GROUP)
    today = store.clock.today()
    one = store.promotions.add(Promotion(today + timedelta(days=1), today + timedelta(days=9), week.product, percent=9))
    hands.at += timedelta(days=3)
    assert [went.occurrence.state for went in queue_automatic(store)] == [OccurrenceState.MISSED]
    store.promotions.edit(replace(store.promotions.get(one), since=today + timedelta(days=4)))
    assert (store.occurrences.missed(), len(store.occurrences.coming())) == ((), 1)


def test_a_basket_that_is_confirmed_is_not_said_to_wait(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(at_once(Trigger.BASKET), at_once(Trigger.ADDED))
    hands.at += timedelta(minutes=1)
    baskets = [store.orders.open_basket(member, week.day).id for member in week.members[:2]]
    for basket in baskets:
        store.orders.enter(basket, Entry("car", week.product, 0, 1000))
    hands.at += timedelta(hours=3)
    assert len(queue_automatic(store)) == 4
    store.orders.confirm(baskets[0])
    store.orders.drop(baskets[1])
    assert ready(store) == []
    assert {one.reason for one in store.occurrences.past()} == {"basket"}
    # What is typed into an order that stands is no basket that was left open.
    again = store.orders.open_basket(week.members[0], week.day).id
    store.orders.enter(again, Entry("car", week.product, 1000, 2000))
    hands.at += timedelta(hours=3)
    assert queue_automatic(store) == ()


def test_a_newer_change_takes_the_older_one_back_that_still_waits(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(at_once(Trigger.CHANGED))
    hands.at += timedelta(minutes=1)
    order = store.orders.record(week.members[0], week.day, [(week.product, 1000)]).order_id
    for quantity in (2000, 3000):
        hands.at += timedelta(minutes=5)
        store.orders.change(order, {week.product: quantity})
        assert [one.mails for one in queue_automatic(store)] == [1]
    assert [(state, reason) for _a, state, reason in mails(store)] == [("held", "withdrawn"), ("ready", "")]
    assert {one.reason for one in store.occurrences.past()} == {"newer", ""}


@pytest.mark.parametrize("told", [False, True])
def test_an_order_that_is_moved_before_it_was_thanked_for_is_thanked_for_where_it_is(
    week: Week, hands: Hands, told: bool
) -> None:
    store = week.store
    week.attach(at_once(Trigger.CONFIRMED))
    later = store.distributions.add(date(2026, 12, 3), "18:00", "19:30", "Treillières", [week.catalogue])
    hands.at += timedelta(minutes=1)
    order = store.orders.record(week.members[0], week.day, [(week.product, 1000)]).order_id
    hands.at += timedelta(minutes=1)
    if told:
        assert len(queue_automatic(store)) == 1
    store.orders.move(order, later)
    assert [(one.mails, one.occurrence.distribution_id) for one in queue_automatic(store)] == [(1, later)]
    assert len(ready(store)) == 1
    sent(store)
    hands.at += timedelta(minutes=1)
    store.orders.move(store.orders.of_member(week.members[0])[0].id, week.day)
    assert queue_automatic(store) == (), "it was thanked for"
