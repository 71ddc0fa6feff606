"""An order goes to another day as it was agreed, and comes back as it was when its day takes place after all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from store import Store, order_lists
from store.erasing import erase
from store.errors import ChangedElsewhere, Invalid, NotFound, StockShort
from store.merging import merge
from store.orders import Entry
from tests.offering import Offering


@pytest.fixture
def later(store: Store, group: Offering) -> int:
    """A distribution a week later, without flour."""
    offered = [group.catalogues["veg"], group.catalogues["poultry"]]
    return store.distributions.add(date(2026, 12, 3), "18:00", "19:30", "Treillières", offered)


def lines(store: Store, order_id: int) -> dict[int, tuple[int, int]]:
    """Quantity and amount by product."""
    return {line.product.id: (line.quantity, line.amount) for line in store.orders.get(order_id).lines}


def changes(store: Store, distribution_id: int) -> list[tuple[int, int, int, int]]:
    with store.reading() as t:
        rows = t.all(
            "SELECT before, after, late, after_recap FROM order_changes WHERE distribution_id = ? ORDER BY id",
            (distribution_id,),
        )
    return [tuple(row) for row in rows]


def call(store: Store, distribution_id: int, *, on: bool) -> int:
    with store.writing() as t:
        t.execute("UPDATE distributions SET cancelled_at = ? WHERE id = ?", (None if on else t.stamp, distribution_id))
        found = (order_lists.call_on if on else order_lists.call_off)(t, store.clock, distribution_id)
        t.journal("distribution.restored" if on else "distribution.cancelled", distribution_id)
        return found


def test_what_is_offered_there_goes_at_the_agreed_price(store: Store, group: Offering, later: int, hands) -> None:
    odette, p = group.members["odette"], group.products
    order = store.orders.record(odette, group.next, [(p["eggs"], 2000), (p["wheat"], 1000)], channel="web").order_id
    with store.writing() as t:
        t.execute("UPDATE products SET price = 999 WHERE id = ?", (p["eggs"],))
        t.execute("UPDATE orders SET note = 'by bike' WHERE id = ?", (order,))
    hands.at = datetime(2026, 11, 24, 8, tzinfo=UTC)  # vegetables have closed, their recap has gone
    store.distributions.mark_recap_sent(group.next, group.catalogues["veg"])
    number = store.change_number()
    moved = store.orders.move(order, later)
    assert store.change_number() == number + 1
    assert (moved.lines, [line.product.name for line in moved.stayed]) == (1, ["Farine T80 blé"])
    assert moved.order_id is not None
    there = store.orders.get(moved.order_id)
    assert (lines(store, there.id), there.channel, there.note) == ({p["eggs"]: (2000, 480)}, "web", "by bike")
    assert there.ordered_on == date(2026, 11, 21)
    assert lines(store, order) == {p["wheat"]: (1000, 215)}
    assert [(late.distribution_id, late.before, late.after) for late in moved.confirmation.late_lines] == [
        (group.next, 2000, 0)
    ]
    assert [(late.before, late.after) for late in store.orders.late_lines()] == [(2000, 0)]
    assert changes(store, later) == [(0, 2000, 0, 0)]
    nothing = store.orders.move(order, later)
    assert (nothing.order_id, nothing.lines, len(nothing.stayed)) == (None, 0, 1)


def test_a_whole_order_leaves_a_moved_one_behind_and_joins_what_is_there(
    store: Store, group: Offering, later: int
) -> None:
    odette, p = group.members["odette"], group.products
    here = store.orders.record(odette, group.next, [(p["eggs"], 2000), (p["chicken"], 1000)]).order_id
    store.orders.settle(here, {p["chicken"]: 1700})
    with store.writing() as t:
        t.execute("UPDATE products SET price = 300 WHERE id = ?", (p["eggs"],))
    there = store.orders.record(odette, later, [(p["eggs"], 1000), (p["chicken"], 1000)]).order_id
    moved = store.orders.move(here, later)
    assert (moved.order_id, [w.kind for w in moved.confirmation.warnings]) == (there, ["added"])
    assert lines(store, there) == {p["eggs"]: (3000, 780), p["chicken"]: (2000, 2125 + 2250)}
    assert store.orders.get(there).lines[1].settled_weight is None
    assert moved.confirmation.totals == {"EUR": 780 + 4375}
    gone = store.orders.get(here)
    assert (gone.state, gone.cancelled_reason, gone.lines) == ("cancelled", "moved", ())
    with pytest.raises(Invalid):
        store.orders.move(here, later)


def test_stock_moves_along_and_short_stock_is_asked_about(store: Store, group: Offering, later: int) -> None:
    odette, p = group.members["odette"], group.products
    honey = store.catalogues.add_product(group.catalogues["veg"], "Miel", 700, stock_kind="all", stock=3000)
    order = store.orders.record(odette, group.next, [(honey, 4000), (p["chicken"], 3000)], short=True).order_id
    store.orders.record(group.members["paul"], later, [(p["chicken"], 8000)])
    with pytest.raises(StockShort) as told:
        store.orders.move(order, later)
    assert told.value.short == ((p["chicken"], "Poulet fermier", 2000),)
    assert lines(store, order)
    moved = store.orders.move(order, later, short=True)
    assert [(w.kind, w.quantity) for w in moved.confirmation.warnings] == [("short", 2000)]
    assert store.catalogues.product(honey).stock == -1000
    assert store.orders.offer(odette, group.next).get(p["chicken"]).left == 10_000  # type: ignore[union-attr]


def test_who_has_seen_another_order_than_there_is_looks_again(store: Store, group: Offering, later: int) -> None:
    odette, eggs = group.members["odette"], group.products["eggs"]
    order = store.orders.record(odette, group.next, [(eggs, 2000)]).order_id
    seen = store.orders.get(order).version
    store.orders.change(order, {eggs: 3000}, version=seen)
    for act in (
        lambda: store.orders.change(order, {eggs: 1000}, version=seen),
        lambda: store.orders.move(order, later, version=seen),
        lambda: store.orders.cancel(order, "ill", version=seen),
    ):
        with pytest.raises(ChangedElsewhere):
            act()
    assert lines(store, order) == {eggs: (3000, 720)}


def test_an_order_that_somebody_is_changing_stays(store: Store, group: Offering, later: int) -> None:
    odette, eggs = group.members["odette"], group.products["eggs"]
    order = store.orders.record(odette, group.next, [(eggs, 2000)]).order_id
    change = store.orders.open_basket(odette, group.next)
    for distribution in (later, group.next, 999):
        with pytest.raises((Invalid, NotFound)):
            store.orders.move(order, distribution)
    store.orders.drop(change.id)
    basket = store.orders.open_basket(odette, later)
    store.orders.enter(basket.id, Entry("1 oeuf", eggs, 0, 1000))
    store.orders.move(order, later)
    again = store.orders.open_basket(odette, later)
    assert [(line.before, line.quantity) for line in again.lines] == [(2000, 3000)]


def test_a_producer_moves_the_own_lines_and_no_note(
    store: Store, group: Offering, later: int, act_as: Callable[[str], Store]
) -> None:
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[group.catalogues["poultry"]])
    odette, p, rigaud = group.members["odette"], group.products, act_as("rigaud")
    order = store.orders.record(odette, group.next, [(p["eggs"], 2000), (p["duck"], 1000)]).order_id
    with store.writing() as t:
        t.execute("UPDATE orders SET note = 'ill' WHERE id = ?", (order,))
    moved = rigaud.orders.move(order, later)
    assert moved.order_id is not None
    assert (moved.lines, moved.stayed) == (1, ())
    assert (lines(store, order), lines(store, moved.order_id)) == (
        {p["eggs"]: (2000, 480)},
        {p["duck"]: (1000, 2960)},
    )
    assert (store.orders.get(order).note, store.orders.get(moved.order_id).note) == ("ill", "")
    hidden = store.orders.record(group.members["paul"], group.next, [(p["eggs"], 1000)]).order_id
    for act in (
        lambda: rigaud.orders.move(hidden, later),
        lambda: rigaud.orders.change(hidden, {p["duck"]: 1000}),
        lambda: rigaud.orders.settle(hidden, {}),
        lambda: rigaud.orders.cancel(hidden, "ill"),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_day_called_off_and_on_again_is_as_it_was(store: Store, group: Offering) -> None:
    odette, p = group.members["odette"], group.products
    honey = store.catalogues.add_product(group.catalogues["veg"], "Miel", 700, stock_kind="all", stock=3000)
    order = store.orders.record(odette, group.next, [(honey, 2000), (p["chicken"], 1000)]).order_id
    store.orders.settle(order, {p["chicken"]: 1700})
    ill = store.orders.record(group.members["paul"], group.next, [(p["eggs"], 1000)]).order_id
    store.orders.cancel(ill, "ill")
    change = store.orders.open_basket(odette, group.next)
    store.orders.enter(change.id, Entry("1 miel", honey, 2000, 3000))
    store.distributions.mark_recap_sent(group.next, group.catalogues["poultry"])
    before = lines(store, order)

    assert call(store, group.next, on=False) == 1
    off = store.orders.get(order)
    assert (off.state, off.cancelled_reason, lines(store, order)) == ("cancelled", "called_off", before)
    assert store.catalogues.product(honey).stock == 3000
    assert store.orders.summary(group.next).orders == 0
    assert [row.state for row in store.orders.of_distribution(group.next)] == ["cancelled", "basket"]
    assert [(late.product_name, late.before, late.after) for late in store.orders.late_lines()] == [
        ("Poulet fermier", 1000, 0)
    ]
    assert store.orders.last_of(odette) is None
    with pytest.raises(Invalid):
        store.orders.confirm(change.id)

    assert call(store, group.next, on=True) == 1
    on = store.orders.get(order)
    assert (on.state, on.cancelled_reason, lines(store, order)) == ("confirmed", "", before)
    assert on.lines[1].settled_weight == 1700
    assert store.catalogues.product(honey).stock == 1000
    assert store.orders.late_lines() == ()
    assert store.orders.get(ill).state == "cancelled"
    again = store.orders.open_basket(odette, group.next)
    assert [(line.before, line.quantity) for line in again.lines] == [(2000, 3000), (1000, 1000)]
    assert call(store, group.past, on=True) == 0


def test_a_called_off_order_can_go_to_another_day(store: Store, group: Offering, later: int) -> None:
    odette, p = group.members["odette"], group.products
    honey = store.catalogues.add_product(group.catalogues["veg"], "Miel", 700, stock_kind="all", stock=3000)
    order = store.orders.record(odette, group.next, [(honey, 2000), (p["wheat"], 1000)]).order_id
    call(store, group.next, on=False)
    pauls = store.orders.record(group.members["paul"], later, [(honey, 2000)]).order_id
    with pytest.raises(StockShort) as told:
        store.orders.move(order, later)
    assert told.value.short == ((honey, "Miel", 1000),)
    store.orders.cancel(pauls, "ill")
    moved = store.orders.move(order, later)
    assert moved.order_id is not None
    assert (lines(store, moved.order_id), len(moved.stayed)) == ({honey: (2000, 1400)}, 1)
    assert store.catalogues.product(honey).stock == 1000
    call(store, group.next, on=True)
    assert lines(store, order) == {p["wheat"]: (1000, 215)}
    assert changes(store, group.next)[2:] == [(2000, 0, 0, 0), (1000, 0, 0, 0), (0, 1000, 0, 0)]
    assert store.catalogues.product(honey).stock == 1000


def test_what_others_took_meanwhile_comes_back_only_when_it_is_meant(store: Store, group: Offering) -> None:
    odette, paul, p = group.members["odette"], group.members["paul"], group.products
    honey = store.catalogues.add_product(group.catalogues["veg"], "Miel", 700, stock_kind="all", stock=3000)
    order = store.orders.record(odette, group.next, [(honey, 2000), (p["chicken"], 10_000)]).order_id
    basket = store.orders.open_basket(paul, group.next)
    store.orders.enter(basket.id, Entry("1 poul", p["chicken"], 0, 1000))
    store.distributions.cancel(group.next, 1, "strike")
    store.orders.record(paul, group.past, [(honey, 2000)])
    with pytest.raises(StockShort) as told:
        store.distributions.restore(group.next)
    assert told.value.short == ((honey, "Miel", 1000),)
    assert store.distributions.get(group.next).cancelled
    assert store.distributions.restore(group.next, short=True) == 1
    assert store.orders.get(order).state == "confirmed"
    assert store.catalogues.product(honey).stock == -1000


def test_called_off_orders_of_merged_members_come_back_as_one(store: Store, group: Offering) -> None:
    odette, paul, p = group.members["odette"], group.members["paul"], group.products
    kept = store.orders.record(odette, group.next, [(p["eggs"], 2000), (p["duck"], 1000)]).order_id
    store.orders.record(paul, group.next, [(p["eggs"], 1000), (p["wheat"], 1000)])
    store.distributions.mark_recap_sent(group.next, group.catalogues["veg"])
    call(store, group.next, on=False)
    merge(store, odette, paul)
    assert [(late.before, late.after) for late in store.orders.late_lines()] == [(3000, 0)]
    assert call(store, group.next, on=True) == 2
    assert (store.orders.late_lines(), store.distributions.rows()[0].untold) == ((), 0), "the producer knows of 3"
    assert lines(store, kept) == {p["eggs"]: (3000, 720), p["duck"]: (1000, 2960), p["wheat"]: (1000, 215)}
    assert [row.lines for row in store.orders.of_member(odette, cancelled=True)] == [3]


def test_an_erased_household_s_order_comes_back_without_a_name(store: Store, group: Offering) -> None:
    order = store.orders.record(group.members["odette"], group.next, [(group.products["eggs"], 2000)]).order_id
    call(store, group.next, on=False)
    erase(store, group.members["odette"])
    assert call(store, group.next, on=True) == 1
    assert store.orders.get(order).state == "confirmed"


def test_no_typed_reason_means_something_to_the_program(store: Store, group: Offering) -> None:
    order = store.orders.record(group.members["odette"], group.next, [(group.products["eggs"], 2000)]).order_id
    assert store.orders.cancel(order, "merged").cancelled_reason == "“merged”"
    assert [row.id for row in store.orders.of_member(group.members["odette"], cancelled=True)] == [order]
