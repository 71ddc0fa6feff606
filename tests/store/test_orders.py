"""What an order costs, when it is late, and who may see which of its lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from store import Store
from store.errors import Invalid, NotAllowed, NotFound, StockShort
from tests.offering import Offering


def test_amounts_are_rounded_per_line_and_weighed_ones_are_estimates(store: Store, group: Offering) -> None:
    p = group.products
    done = store.orders.record(
        group.members["odette"],
        group.next,
        [(p["tomatoes"], 3000), (p["eggs"], 1000), (p["potatoes"], 1500), (p["chicken"], 1000)],
    )
    assert done.totals == {"EUR": 1170 + 240 + 285 + 2250}
    order = store.orders.get(done.order_id)
    assert [(line.product.name, line.amount, line.estimated) for line in order.lines][-1] == (
        "Poulet fermier",
        2250,
        True,
    )
    assert [line.product.unit_label for line in order.lines] == ["kg", "x6", "kg", "~1.8 kg"]


@pytest.mark.parametrize(("quantity", "cents"), [(1, 0), (2, 1), (50, 20), (126, 49), (1250, 488)])
def test_half_a_cent_is_rounded_up(store: Store, group: Offering, quantity: int, cents: int) -> None:
    assert store.catalogues.product(group.products["tomatoes"]).amount(quantity) == cents


def test_a_line_is_late_after_the_closing_and_told_apart_after_the_recap(store: Store, group: Offering) -> None:
    p = group.products
    done = store.orders.record(group.members["odette"], group.next, [(p["chicken"], 1000), (p["wheat"], 2000)])
    assert [(line.product_name, line.after_recap) for line in done.late_lines] == [("Poulet fermier", False)]
    assert store.orders.late_lines() == ()
    store.distributions.mark_recap_sent(group.next, group.catalogues["poultry"])
    done = store.orders.record(group.members["paul"], group.next, [(p["duck"], 1000)])
    assert [(line.producer_name, line.after_recap) for line in done.late_lines] == [("Volailles Rigaud", True)]
    assert [(line.product_name, line.before, line.after) for line in store.orders.late_lines()] == [
        ("Canette", 0, 1000)
    ]


def test_the_closing_is_an_hour_of_the_wall_also_when_the_clocks_change(store: Store, hands: object) -> None:
    producer = store.catalogues.add_producer("Miel")
    catalogue = store.catalogues.add_catalogue("Miel", producer, "EUR", 0, "02:30")
    # On 28 March 2027 Paris has no 02:30: the closing is an hour later by the wall, 01:30 by UTC.
    distribution = store.distributions.add(date(2027, 3, 28), "18:00", "19:00", "Treillières", [catalogue])
    hands.at = datetime(2027, 3, 28, 1, 29, tzinfo=UTC)  # type: ignore[attr-defined]
    assert not store.distributions.get(distribution).catalogues[0].closed
    hands.at = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)  # type: ignore[attr-defined]
    assert store.distributions.get(distribution).catalogues[0].closed


def test_recording_again_adds_to_the_order_and_says_so(store: Store, group: Offering) -> None:
    p, odette = group.products, group.members["odette"]
    first = store.orders.record(odette, group.next, [(p["eggs"], 2000)])
    second = store.orders.record(odette, group.next, [(p["eggs"], 3000)])
    assert second.order_id == first.order_id
    assert [w.kind for w in second.warnings] == ["added"]
    assert [line.quantity for line in store.orders.get(first.order_id).lines] == [5000]


def test_short_stock_is_refused_with_what_is_left_until_it_is_meant(store: Store, group: Offering) -> None:
    p = group.products
    assert not store.orders.record(group.members["odette"], group.next, [(p["chicken"], 8000)]).warnings
    with pytest.raises(StockShort) as told:
        store.orders.record(group.members["paul"], group.next, [(p["eggs"], 1000), (p["chicken"], 3000)])
    assert told.value.short == ((p["chicken"], "Poulet fermier", 2000),)
    assert store.orders.of_member(group.members["paul"]) == ()
    done = store.orders.record(group.members["paul"], group.next, [(p["chicken"], 3000)], short=True)
    assert [(w.kind, w.quantity) for w in done.warnings] == [("short", 2000)]
    assert [line.quantity for line in store.orders.get(done.order_id).lines] == [3000]


@pytest.mark.parametrize("quantity", [1500, -1000])
def test_a_quantity_that_cannot_be_sold_refuses_the_whole_order(store: Store, group: Offering, quantity: int) -> None:
    p = group.products
    with pytest.raises(Invalid):
        store.orders.record(group.members["odette"], group.next, [(p["tomatoes"], 1000), (p["eggs"], quantity)])
    assert store.orders.summary(group.next).orders == 0


def test_the_summary_counts_orders_baskets_and_who_has_not_ordered(store: Store, group: Offering) -> None:
    store.orders.record(group.members["odette"], group.next, [(group.products["eggs"], 1000)])
    store.orders.open_basket(group.members["paul"], group.next)
    summary = store.orders.summary(group.next)
    assert (summary.orders, summary.totals, summary.baskets, summary.not_ordered) == (1, {"EUR": 240}, 0, 2)


def test_a_producer_sees_and_sells_only_the_own_catalogue(
    store: Store, group: Offering, act_as: Callable[[str], Store]
) -> None:
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[group.catalogues["poultry"]])
    odette, p = group.members["odette"], group.products
    store.orders.record(odette, group.next, [(p["eggs"], 1000), (p["duck"], 1000)])
    rigaud = act_as("rigaud")
    (row,) = rigaud.orders.of_distribution(group.next)
    assert (row.lines, row.totals) == (1, {"EUR": 2960})
    assert [line.product.name for line in rigaud.orders.get(row.id).lines] == ["Canette"]
    assert rigaud.orders.summary(group.next).totals == {"EUR": 2960}
    assert {o.product.catalogue_name for o in rigaud.orders.offer(odette, group.next).products} == {"Volailles Rigaud"}
    with pytest.raises(NotAllowed):
        rigaud.orders.record(odette, group.next, [(p["eggs"], 1000)])
    paul = group.members["paul"]
    hidden = store.orders.record(paul, group.next, [(p["eggs"], 1000)]).order_id
    assert (rigaud.orders.history(paul), rigaud.orders.last_of(paul)) == ((0, None), None)
    assert rigaud.orders.states(group.next) == {odette: "confirmed"}
    assert store.orders.states(group.next) == {odette: "confirmed", paul: "confirmed"}
    with pytest.raises(NotFound):
        rigaud.orders.get(hidden)


def test_who_may_not_order_is_refused(store: Store, group: Offering, act_as: Callable[[str], Store]) -> None:
    store.operators.add("luc", "Luc", "writer")
    luc = act_as("luc")
    with pytest.raises(NotAllowed):
        luc.orders.record(group.members["odette"], group.next, [(group.products["eggs"], 1000)])
    with pytest.raises(NotAllowed):
        luc.orders.of_distribution(group.next)
    assert luc.orders.summary(group.next).totals == {}


def test_an_unknown_member_or_product_is_not_found(store: Store, group: Offering) -> None:
    with pytest.raises(NotFound):
        store.orders.record(999, group.next, [(group.products["eggs"], 1000)])
    with pytest.raises(NotFound):
        store.orders.record(group.members["odette"], group.next, [(999, 1000)])


def test_the_last_order_is_that_of_the_latest_distribution(store: Store, group: Offering) -> None:
    odette = group.members["odette"]
    assert store.orders.last_of(odette) is None
    store.orders.record(odette, group.next, [(group.products["eggs"], 1000)])
    store.orders.record(odette, group.past, [(group.products["wheat"], 1000)])
    last = store.orders.last_of(odette)
    assert last is not None
    assert last.distribution_id == group.next


def test_days_planned_ahead_do_not_make_the_group_forget_what_is_usual(store: Store, group: Offering) -> None:
    eggs = group.products["eggs"]
    store.orders.record(group.members["odette"], group.past, [(eggs, 1000)])
    for day in range(1, 13):
        store.distributions.add(date(2027, 1, day), "18:00", "19:30", "Treillières", [group.catalogues["veg"]])
    usual = {o.product.id: o.group_usual for o in store.orders.offer(group.members["paul"], group.next).products}
    assert (usual[eggs], sum(usual.values())) == (1, 1)


def test_cancelling_takes_every_line_out_and_keeps_the_reason(store: Store, group: Offering) -> None:
    done = store.orders.record(group.members["odette"], group.next, [(group.products["eggs"], 1000)])
    order = store.orders.cancel(done.order_id, "moved away")
    assert (order.state, order.lines) == ("cancelled", ())
    assert order.cancelled_reason == "moved away"
    assert store.orders.summary(group.next).orders == 0
    assert store.orders.of_member(group.members["odette"]) == ()
    (row,) = store.orders.of_member(group.members["odette"], cancelled=True)
    assert (row.id, row.state, row.lines) == (order.id, "cancelled", 0)
    again = store.orders.record(group.members["odette"], group.next, [(group.products["eggs"], 2000)])
    assert again.order_id != done.order_id


def test_every_change_of_an_order_is_kept_with_who_and_how(store: Store, group: Offering) -> None:
    odette, eggs = group.members["odette"], group.products["eggs"]
    store.orders.record(odette, group.next, [(eggs, 1000)], channel="web")
    store.orders.record(odette, group.next, [(eggs, 2000)])
    with store.reading() as t:
        rows = t.all("SELECT before, after, channel, late, operator_id FROM order_changes ORDER BY id")
    assert [tuple(row) for row in rows] == [(0, 1000, "web", 0, 1), (1000, 3000, "phone", 0, 1)]


def test_next_and_last_distribution_turn_over_at_its_end(store: Store, group: Offering, hands: object) -> None:
    resolve = store.distributions.resolve
    assert (resolve("next"), resolve("last"), resolve("2026-11-12")) == (group.next, group.past, group.past)
    hands.at = datetime(2026, 11, 26, 18, 29, tzinfo=UTC)  # type: ignore[attr-defined]
    assert resolve("next") == group.next
    hands.at = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)  # type: ignore[attr-defined]
    assert resolve("last") == group.next
    assert store.distributions.next() is None
    with pytest.raises(NotFound):
        resolve("next")
