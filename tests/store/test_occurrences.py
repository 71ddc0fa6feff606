"""What goes out by itself: its moments, what is skipped, missed and over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from store import Store
from store.clock import Clock
from store.errors import Invalid, NotFound
from store.members import Member
from store.occurrence_moments import at_wall, moments
from store.occurrences import OccurrenceState, due_occurrences, find_occurrence, write_occurrence
from store.people import Person
from store.workflow_records import Audience, NewStep, Place, Scope, Step, Timing, Trigger
from tests.offering import Offering
from tests.store.automatic import (
    CHANGED,
    GROUP,
    LAST_CALL,
    PICK_UP,
    THANKS,
    WELCOME,
    attached,
    due,
    later,
    meant,
    of,
    went,
)
from tests.store.conftest import Hands
from tests.store.posted import household

# Moments: a step, the local moment that it is counted from and what ends it; then due and until, in UTC.
MOMENTS = {
    "the day before at six, until the closing itself":
        (("closes", "before", 1, "18:00"), "2026-11-23T20:00", None, "22T17:00", "23T19:00"),
    "two days before, over the end of summer time":
        (("distribution", "before", 2, "18:00"), "2026-10-26T18:00", None, "24T16:00", "26T17:00"),
    "an hour that does not exist moves on by an hour":
        (("distribution", "before", 1, "02:30"), "2027-03-29T18:00", None, "28T01:30", "29T16:00"),
    "an hour that there is twice is the first":
        (("distribution", "before", 1, "02:30"), "2026-10-26T18:00", None, "25T00:30", "26T17:00"),
    "a closing within the hour that there is twice":
        (("closes", "at_once", 0, ""), "2026-10-25T02:30", None, "25T00:30", "26T00:30"),
    "not before what it comes after":
        (("closes", "after", 0, "08:00"), "2026-11-23T20:00", None, "23T19:00", "24T19:00"),
    "the next morning":
        (("closes", "after", 1, "08:00"), "2026-11-23T20:00", None, "24T07:00", "25T07:00"),
    "after its closing: never":
        (("closes", "before", 0, "21:00"), "2026-11-23T20:00", None, "23T20:00", "23T19:00"),
    "an opening until the last closing":
        (("opens", "at_once", 0, ""), "2026-11-23T08:00", "2026-11-23T20:00", "23T07:00", "23T19:00"),
    "an opening for a day at most":
        (("opens", "at_once", 0, ""), "2026-11-20T08:00", "2026-11-23T20:00", "20T07:00", "21T07:00"),
    "a start until the end of the distribution":
        (("distribution", "at_once", 0, ""), "2026-11-26T18:00", "2026-11-26T19:30", "26T17:00", "26T18:30"),
    "a basket that nobody has touched for two hours, until its closing":
        (("basket", "at_once", 0, ""), "2026-11-21T21:00", "2026-11-23T20:00", "21T22:00", "23T19:00"),
}  # fmt: skip


@pytest.mark.parametrize("what", MOMENTS)
def test_a_step_is_due_at_its_moment_and_no_longer_than_it_is_of_use(what: str) -> None:
    (trigger, timing, days, hour), counted_from, ends, when, until = MOMENTS[what]
    clock = Clock("Europe/Paris")
    step = Step(Trigger(trigger), Timing(timing), days, hour)
    end = None if ends is None else datetime.fromisoformat(ends)
    found = moments(clock, step, at_wall(clock, datetime.fromisoformat(counted_from), end))
    assert [f"{one:%dT%H:%M}" for one in found] == [when, until]
    assert {one.tzinfo for one in found} == {UTC}


def test_a_step_goes_for_what_is_due_from_its_attaching_on(store: Store, offering: Offering, hands: Hands) -> None:
    hands.at = datetime(2026, 11, 25, 18, 30, tzinfo=UTC)
    other = store.distributions.add(date(2026, 12, 3), "18:00", "19:30", "Here", [offering.catalogues["veg"]])
    (step,) = attached(store, PICK_UP)
    # 26 November would have been told of at 18:00 on the 25th, half an hour ago.
    assert [one.key for one in of(store, step)] == [f"distribution:{other}"]
    store.distributions.move(offering.next, 1, date(2026, 11, 27), "18:00", "19:30", "Here")
    assert [one.key for one in of(store, step)] == [f"distribution:{offering.next}", f"distribution:{other}"]
    store.workflows.exempt(step.workflow_id, other, True)
    store.distributions.cancel(offering.next, store.distributions.get(offering.next).version, "snow")
    assert of(store, step) == []
    with pytest.raises(NotFound):
        store.occurrences.get(step.id, f"distribution:{other}")
    store.workflows.exempt(step.workflow_id, other, False)
    store.workflows.pause(step.workflow_id, True)
    assert of(store, step) == []
    hands.at = datetime(2026, 12, 2, 18, 30, tzinfo=UTC)
    store.workflows.pause(step.workflow_id, False)
    assert due(store) == []  # what was due in between does not go any more


def test_a_distribution_opens_with_its_first_catalogue_and_closes_with_its_last(
    store: Store, offering: Offering, hands: Hands
) -> None:
    day, veg, flour = offering.next, offering.catalogues["veg"], offering.catalogues["flour"]
    for catalogue, hour in ((veg, 9), (flour, 8)):
        closes = {c.catalogue_id: c.closes for c in store.distributions.get(day).catalogues}[catalogue]
        store.distributions.set_hours(day, catalogue, datetime(2026, 11, 22, hour, 0), closes)
    opens = NewStep(Trigger.OPENS, subject="Open", text="Order")
    steps = attached(store, opens, LAST_CALL)
    of_veg = attached(store, opens, LAST_CALL, place=Place(Scope.CATALOGUE, catalogue_id=veg))
    assert [f"{of(store, step)[0].due:%a %H:%M}" for step in (*steps, *of_veg)] == [
        "Sun 07:00", "Mon 17:00", "Sun 08:00", "Sun 17:00"
    ]  # fmt: skip
    # Attached both ways, the flour that closes last is spoken of once, and the vegetables by themselves.
    store.workflows.attach(steps[1].workflow_id, Place(Scope.CATALOGUE, catalogue_id=flour))
    store.workflows.attach(steps[1].workflow_id, Place(Scope.CATALOGUE, catalogue_id=veg))
    assert [one.catalogue_id for one in of(store, steps[1])] == [veg, None]


def test_of_several_changes_only_the_newest_is_told(store: Store, offering: Offering, hands: Hands) -> None:
    thanks, changed = attached(store, THANKS, CHANGED)
    eggs = [(offering.products["eggs"], 1000)]
    for _ in range(3):
        order = store.orders.record(offering.members["odette"], offering.next, eggs).order_id
        later(hands, minutes=1)
    assert [one.key for one in of(store, thanks)] == [f"order:{order}"]
    (newest,) = of(store, changed)
    states = dict(due(store)[n][:2] for n in range(3))
    assert [state for key, state in states.items() if key.startswith("change")] == ["skipped", "planned"]
    older = next(key for key, state in states.items() if state == "skipped")
    with store.writing() as t:
        found = find_occurrence(t, store.clock, changed.id, older)
        assert found is not None
        write_occurrence(t, found, found.state, reason=found.reason)
    assert older not in {key for key, _state, _reason in due(store)}
    with pytest.raises(Invalid, match="newer"):
        store.occurrences.unskip(changed.id, older)
    assert newest.key != older
    # A cancelled order has nothing to be told of.
    store.orders.cancel(order, "ill")
    assert due(store) == []


def test_what_was_ordered_elsewhere_or_merged_is_not_greeted_again(
    store: Store, offering: Offering, hands: Hands
) -> None:
    from store.exchange.order_export import export_orders
    from store.exchange.orders import import_orders
    from store.exchange.tables import ImportFile
    from store.merging import merge

    (welcome,) = attached(store, WELCOME, place=GROUP)
    first, second = (
        store.members.add(Member((Person("Zoé", "Petit", f"zoe{n}@exemple.fr"),), joined_on=date(2026, 11, 21)))
        for n in (1, 2)
    )
    with store.writing() as t:
        for one in of(store, welcome)[1:]:
            write_occurrence(t, one, OccurrenceState.QUEUED)
    merge(store, first, second)
    assert of(store, welcome) == []

    store.orders.record(offering.members["paul"], offering.next, [(offering.products["eggs"], 1000)])
    content = export_orders(store, offering.next).content.replace(b"2026-11-26", b"2026-12-03")
    later(hands, minutes=5)
    thanks, changed = attached(store, THANKS, CHANGED)
    other = store.distributions.add(date(2026, 12, 3), "18:00", "19:30", "Here", offering.catalogues.values())
    import_orders(store, ImportFile(Path("orders.csv"), content), distribution_id=other)
    assert store.orders.of_distribution(other)
    assert of(store, thanks) == of(store, changed) == []


def test_a_basket_is_spoken_of_once_it_is_left_and_while_it_can_be_ordered(
    store: Store, offering: Offering, hands: Hands
) -> None:
    from store.orders import Entry

    left, added = attached(
        store, NewStep(Trigger.BASKET, subject="Left", text="x"), NewStep(Trigger.ADDED, subject="Added", text="x")
    )
    eggs, odette = offering.products["eggs"], offering.members["odette"]
    basket = store.orders.open_basket(odette, offering.next)
    assert of(store, left) == of(store, added) == []
    store.orders.enter(basket.id, Entry("1 oe", eggs, 0, 1000))
    begun = hands.at
    later(hands, hours=1)
    store.orders.enter(basket.id, Entry("=0 oe", eggs, 1000, 0))
    assert of(store, left) == of(store, added) == [], "nothing is in it to speak of"
    store.orders.enter(basket.id, Entry("2 oe", eggs, 0, 2000))
    (one,) = of(store, left)
    assert (one.due, one.until) == (begun + timedelta(hours=3), datetime(2026, 11, 23, 19, 0, tzinfo=UTC))
    assert (one.order_id, meant(store, one)) == (basket.id, [odette])
    assert of(store, added)[0].due == begun
    store.orders.confirm(basket.id)
    assert of(store, left) == of(store, added) == []
    # Vegetables have closed: what is typed now needs no mail.
    hands.at = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    basket = store.orders.open_basket(offering.members["paul"], offering.next)
    store.orders.enter(basket.id, Entry("1 oe", eggs, 0, 1000))
    assert of(store, left) == []
    assert [one.state.value for one in of(store, added)] == ["planned"]


def test_skipped_and_missed_ones_can_be_brought_back(store: Store, offering: Offering, hands: Hands, act_as) -> None:
    (step,) = attached(store, replace(PICK_UP, audience=Audience.ALL))
    key = f"distribution:{offering.next}"
    assert store.occurrences.skip(step.id, key).state is OccurrenceState.SKIPPED
    assert store.occurrences.skip(step.id, key).by == "Marie"
    hands.at = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)
    assert due(store) == []
    assert [one.state.value for one in of(store, step)] == ["skipped"]
    assert store.occurrences.unskip(step.id, key).state is OccurrenceState.PLANNED
    assert due(store) == [(key, "planned", "")]
    hands.at = datetime(2026, 11, 26, 16, 59, 59, tzinfo=UTC)
    assert due(store) == [(key, "planned", "")]
    later(hands, seconds=1)  # as no mail in the outbox goes at its last moment either
    assert due(store) == [(key, "missed", "late")]
    assert of(store, step) == []
    assert [(one.key, one.at) for one in store.occurrences.missed()] == [(key, None)]
    with store.writing() as t:
        for one in due_occurrences(t, store.clock):
            write_occurrence(t, one, one.state, reason=one.reason)
    assert due(store) == []
    assert [(one.key, one.reason, one.at) for one in store.occurrences.missed()] == [(key, "late", hands.at)]
    store.occurrences.skip(step.id, key)
    assert store.occurrences.missed() == ()
    assert store.occurrences.unskip(step.id, key).state is OccurrenceState.MISSED
    assert [one.state.value for one in store.occurrences.past()] == ["missed"]
    with pytest.raises(Invalid, match="not_skipped"):
        store.occurrences.unskip(step.id, key)
    missed = store.occurrences.get(step.id, key)
    went(store, missed, household(store, "a@exemple.fr"))
    with pytest.raises(Invalid, match="over"):
        store.occurrences.skip(step.id, key)
    # It says what it was, also where the workflow is gone.
    store.workflows.delete(step.workflow_id)
    (told,) = store.occurrences.past()
    assert (told.workflow, told.step.subject, told.state.value, told.mails) == (
        "distributions Pick-up",
        "Pick-up",
        "queued",
        1,
    )


def test_what_can_never_go_is_said_before_and_missed_when_it_is_due(
    store: Store, offering: Offering, hands: Hands
) -> None:
    (step,) = attached(store, replace(PICK_UP, days=0, hour="19:00"))
    (one,) = of(store, step)
    assert one.until < one.due
    hands.at = one.until + timedelta(minutes=1)
    assert due(store) == []
    hands.at = one.due
    assert due(store) == [(one.key, "missed", "never")]
