"""What a step's words are shown on: real distributions, members and orders, whom it would concern first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from store import Store
from store.errors import NotFound
from store.promotion_records import Promotion
from store.segments import parse
from store.step_occasions import Occasion, chosen, shown_on, step_occasions
from store.workflow_records import Audience, NewStep, Place, Scope, Timing, Trigger
from tests import audience


@pytest.fixture
def group(store: Store) -> audience.Audience:
    found = audience.fill(store)
    sold, members = found.offering, found.members
    store.orders.record(members["paul"], sold.next, [(sold.products["tomatoes"], 2000)])
    store.orders.record(members["guerin"], sold.next, [(sold.products["chicken"], 1000)])
    store.orders.open_basket(members["odette"], sold.next)
    return found


def added(store: Store, trigger: Trigger, **said: object) -> int:
    workflow = next((one.id for one in store.workflows.all()), None) or store.workflows.new("Weekly")
    return store.workflows.add_step(workflow, replace(NewStep(trigger), **said)).id  # type: ignore[arg-type]


def keys(found: tuple[Occasion, ...]) -> list[str]:
    return [one.key for one in found]


def test_a_distribution_comes_first_that_is_to_come_and_of_a_catalogue_where_it_is_attached_to_one(
    store: Store, group: audience.Audience
):
    sold = group.offering
    step = added(store, Trigger.CLOSES, timing=Timing.BEFORE, days=1, hour="18:00", audience=Audience.NOT_ORDERED)
    workflow = store.workflows.of_step(step).id
    assert keys(step_occasions(store, step)) == [f"distribution:{sold.next}", f"distribution:{sold.past}"]
    veg, poultry = sold.catalogues["veg"], sold.catalogues["poultry"]
    store.workflows.attach(workflow, Place(Scope.CATALOGUE, catalogue_id=poultry))
    of_poultry = f"distribution:{sold.next}/catalogue:{poultry}"
    assert keys(step_occasions(store, step))[0] == of_poultry
    message = store.messages.get(store.workflows.step(step).message_id)
    _occasion, shown = shown_on(store, message, step, of_poultry)
    assert (shown.distribution_id, shown.catalogue_id) == (sold.next, poultry)
    left_out = {group.members["guerin"]}
    everyone = store.segments.count(parse("everyone")).members
    assert store.segments.count(shown.segment).selected == everyone - len(left_out), "who ordered vegetables is asked"
    store.distributions.cancel(sold.next, store.distributions.get(sold.next).version, "snow")
    assert of_poultry not in keys(step_occasions(store, step))
    assert chosen(step_occasions(store, step), of_poultry) is not None, "another one takes its place"
    recap = added(store, Trigger.RECAP)
    assert f"distribution:{sold.past}/catalogue:{veg}" not in keys(step_occasions(store, recap)), "attached to poultry"


def test_what_concerns_one_member_is_shown_on_the_newest_that_can_get_it(store: Store, group: audience.Audience):
    members = group.members
    thanks, left = added(store, Trigger.CONFIRMED), added(store, Trigger.BASKET)
    found = step_occasions(store, thanks)
    assert [one.member_id for one in found][:1] == [members["guerin"]]
    assert found[0].name == "Hélène Guérin"
    assert step_occasions(store, left)[0].member_id == members["odette"], "a basket before what was confirmed"
    hello = added(
        store, Trigger.REGISTRATION, timing=Timing.AFTER, days=14, hour="09:00", audience=Audience.NOT_ORDERED
    )
    message = store.messages.get(store.workflows.step(hello).message_id)
    occasion, shown = shown_on(store, message, hello, f"member:{members['guerin']}")
    assert occasion is not None
    counts = store.segments.count(shown.segment)
    assert (occasion.name, counts.selected) == ("Hélène Guérin", 1), "shown whether or not they have ordered by then"


def test_a_promotion_that_is_not_over_comes_first_and_nothing_is_nothing(store: Store, group: audience.Audience):
    step = added(store, Trigger.PROMOTION_STARTS)
    assert step_occasions(store, step) == ()
    message = store.messages.get(store.workflows.step(step).message_id)
    assert shown_on(store, message, step, "promotion:1") == (None, message)
    today, tomatoes = store.clock.today(), group.offering.products["tomatoes"]
    later = Promotion(today + timedelta(days=9), today + timedelta(days=12), tomatoes, percent=10)
    ids = [store.promotions.add(one) for one in (later, replace(later, since=today, until=today))]
    found = step_occasions(store, step)
    assert keys(found) == [f"promotion:{ids[1]}", f"promotion:{ids[0]}"]
    assert shown_on(store, message, step, found[1].key)[1].promotion_id == ids[0]
    store.promotions.cancel(ids[1])
    assert keys(step_occasions(store, step)) == [f"promotion:{ids[0]}"]
    with pytest.raises(NotFound):
        step_occasions(store, 99)
