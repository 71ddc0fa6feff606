"""What was over and has a moment to come again, what was on its way and goes on, and what cannot be planned at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from store import Store
from store.errors import Invalid
from store.occurrences import OccurrenceState, due_occurrences, write_occurrence
from store.promotion_records import Promotion
from store.workflow_records import Audience, NewStep, Timing, Trigger
from tests.offering import Offering
from tests.store.automatic import EVERY, GROUP, LAST_CALL, PICK_UP, attached, due, of
from tests.store.conftest import Hands

REMINDED = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)
"""After the hour at which the pick-up of Thursday 26 November is told of."""


def tick(store: Store, becomes: OccurrenceState | None = None) -> None:
    """Write down what is due: as it is, or as what becomes of what can go."""
    with store.writing() as t:
        for one in due_occurrences(t, store.clock):
            goes = one.state in (OccurrenceState.PLANNED, OccurrenceState.WITHDRAWN)
            write_occurrence(t, one, (becomes or one.state) if goes else one.state, reason=one.reason)


def move(store: Store, distribution_id: int, day: date) -> None:
    version = store.distributions.get(distribution_id).version
    store.distributions.move(distribution_id, version, day, "18:00", "19:30", "Here")


def test_what_found_nobody_is_due_again_where_its_moment_lies_ahead(
    store: Store, offering: Offering, hands: Hands
) -> None:
    (step,) = attached(store, PICK_UP)
    hands.at = REMINDED
    tick(store, OccurrenceState.NOBODY)
    assert (of(store, step), due(store)) == ([], [])
    move(store, offering.next, date(2026, 12, 3))
    (again,) = of(store, step)
    assert (again.due.day, again.state, again.reason) == (2, OccurrenceState.PLANNED, "")
    assert store.occurrences.get(step.id, again.key) == again
    hands.at += timedelta(days=7)
    assert due(store) == [(again.key, "planned", "")]
    tick(store, OccurrenceState.NOBODY)
    assert due(store) == []
    assert store.occurrences.get(step.id, again.key).state is OccurrenceState.NOBODY


def test_a_clock_that_was_wrong_for_a_tick_heals(store: Store, offering: Offering, hands: Hands) -> None:
    pick_up, starts = attached(store, PICK_UP, place=EVERY) + attached(
        store, NewStep(Trigger.PROMOTION_STARTS, Timing.AFTER, 0, "09:00", subject="New", text="x"), place=GROUP
    )
    eggs = offering.products["eggs"]
    made = store.promotions.add(Promotion(date(2026, 11, 23), date(2026, 11, 29), product_id=eggs, percent=10))
    keys = {f"distribution:{offering.next}", f"promotion:{made}"}
    right, hands.at = hands.at, hands.at + timedelta(days=31)
    tick(store)
    assert {one.key for one in store.occurrences.missed(60)} == keys
    hands.at = right
    assert {one.key for one in store.occurrences.coming()} == keys
    assert store.occurrences.missed() == ()
    (again,) = of(store, starts)
    assert again.state is OccurrenceState.PLANNED
    # What went, or may have gone from another file, does not go again.
    tick(store)
    with store.writing() as t:
        t.execute("UPDATE occurrences SET reason = 'restored'")
    assert store.occurrences.coming() == ()
    assert store.occurrences.get(pick_up.id, f"distribution:{offering.next}").state is OccurrenceState.MISSED


def test_what_is_on_its_way_goes_on_whatever_is_changed_about_its_workflow(
    store: Store, offering: Offering, hands: Hands
) -> None:
    (step,) = attached(store, replace(PICK_UP, audience=Audience.ALL))
    hands.at = REMINDED
    tick(store, OccurrenceState.WITHDRAWN)
    hands.at += timedelta(minutes=5)
    store.workflows.pause(step.workflow_id, True)
    assert due(store) == []
    store.workflows.pause(step.workflow_id, False)
    assert due(store) == [(f"distribution:{offering.next}", "withdrawn", "")]
    store.workflows.save_step(replace(store.workflows.step(step.id), hour="18:10"))
    assert due(store) == [(f"distribution:{offering.next}", "withdrawn", "")]
    store.workflows.detach(step.workflow_id, EVERY)
    assert due(store) == []
    store.workflows.attach(step.workflow_id, EVERY)
    assert due(store) == [(f"distribution:{offering.next}", "withdrawn", "")]


def test_one_step_that_cannot_be_planned_keeps_no_other_from_going(
    store: Store, offering: Offering, hands: Hands
) -> None:
    attached(store, NewStep(Trigger.PROMOTION_ENDS, subject="Over", text="x"), place=GROUP)
    (last_call,) = attached(store, LAST_CALL)
    today, eggs = store.clock.today(), offering.products["eggs"]
    made = store.promotions.add(Promotion(today, today + timedelta(days=7), product_id=eggs, percent=10))
    for until in (date(9999, 12, 31), date(2200, 1, 1)):
        with pytest.raises(Invalid, match="out_of_range"):
            store.promotions.add(Promotion(today, until, product_id=eggs, percent=10))
    catalogue = offering.catalogues["veg"]
    with pytest.raises(Invalid, match="out_of_range"):
        store.distributions.set_hours(offering.next, catalogue, datetime(1, 1, 1), datetime(2026, 11, 23, 20, 0))
    with store.writing() as t:
        t.execute("UPDATE promotions SET until = '9999-12-31' WHERE id = ?", (made,))
    assert [one.step.id for one in store.occurrences.coming()] == [last_call.id]
    with store.writing() as t:
        t.execute("UPDATE promotions SET until = 'nobody knows' WHERE id = ?", (made,))
    assert [one.step.id for one in store.occurrences.coming()] == [last_call.id]
    hands.at = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    faults: list[Exception] = []
    with store.reading() as t:
        found = due_occurrences(t, store.clock, faults)
    assert ([one.step.id for one in found], [type(one) for one in faults]) == ([last_call.id], [ValueError])


def test_what_was_missed_of_a_workflow_that_is_gone_can_be_taken_off(
    store: Store, offering: Offering, hands: Hands
) -> None:
    (step,) = attached(store, PICK_UP)
    hands.at = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
    tick(store)
    store.workflows.delete(step.workflow_id)
    (missed,) = store.occurrences.missed()
    assert store.occurrences.skip(step.id, missed.key).state is OccurrenceState.SKIPPED
    assert store.occurrences.missed() == ()
