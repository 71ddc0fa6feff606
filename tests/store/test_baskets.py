"""A basket keeps what is typed, reserves stock, and changes nothing of an order until it is confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from store import Store
from store.errors import ChangedElsewhere, Invalid, NotAllowed, NotFound
from store.orders import Basket, Entry
from tests.offering import Offering


def put(store: Store, basket: Basket, product_id: int, after: int, text: str = "") -> Basket:
    line = store.orders.basket(basket.id).line(product_id)
    before = 0 if line is None else line.quantity
    return store.orders.enter(basket.id, Entry(text or str(after), product_id, before, after))


def held(basket: Basket) -> list[tuple[int, int, int]]:
    return [(line.product.id, line.before, line.quantity) for line in basket.lines]


@pytest.fixture
def basket(store: Store, group: Offering) -> Basket:
    return store.orders.open_basket(group.members["odette"], group.next)


def test_what_is_entered_is_there_when_the_file_is_opened_again(
    store: Store, group: Offering, basket: Basket, act_as: Callable[[str], Store]
) -> None:
    put(store, basket, group.products["eggs"], 2000)
    again = act_as("marie").orders.open_basket(group.members["odette"], group.next)
    assert again.id == basket.id
    assert held(again) == [(group.products["eggs"], 0, 2000)]
    assert again.totals == {"EUR": 480}


def test_looking_at_an_order_leaves_no_trace(store: Store, group: Offering) -> None:
    before = store.change_number()
    looked = store.orders.look(group.members["odette"], group.next)
    assert (looked.id, looked.lines) == (0, ())
    assert store.change_number() == before


def test_every_write_leaves_one_row_in_the_journal(store: Store, group: Offering, basket: Basket) -> None:
    before = store.change_number()
    put(store, basket, group.products["eggs"], 2000)
    store.orders.note(basket.id, "leave it with Paul")
    store.orders.confirm(basket.id)
    assert store.change_number() == before + 3


def test_confirming_makes_the_order_and_ends_the_basket(store: Store, group: Offering, basket: Basket) -> None:
    put(store, basket, group.products["eggs"], 2000)
    store.orders.note(basket.id, "  leave it\nwith Paul ")
    done = store.orders.confirm(basket.id)
    order = store.orders.get(done.order_id)
    assert (order.state, order.note, order.totals) == ("confirmed", "leave it with Paul", {"EUR": 480})
    with pytest.raises(NotFound):
        store.orders.basket(basket.id)


def test_an_empty_basket_cannot_be_confirmed(store: Store, basket: Basket) -> None:
    with pytest.raises(Invalid):
        store.orders.confirm(basket.id)


def test_undo_and_take_back_go_entry_by_entry(store: Store, group: Offering, basket: Basket) -> None:
    eggs, wheat = group.products["eggs"], group.products["wheat"]
    put(store, basket, eggs, 1000, "1 oeufs")
    put(store, basket, eggs, 3000, "+2 oeufs")
    put(store, basket, wheat, 2000, "2 far")
    taken, text = store.orders.take_back(basket.id)
    assert (text, held(taken)) == ("2 far", [(eggs, 0, 3000)])
    assert held(store.orders.undo(basket.id)) == [(eggs, 0, 1000)]
    assert held(store.orders.undo(basket.id)) == []
    with pytest.raises(Invalid):
        store.orders.undo(basket.id)


def test_as_last_time_adds_what_is_offered_and_is_undone_at_once(store: Store, group: Offering, basket: Basket) -> None:
    eggs, tomatoes, wheat = (group.products[name] for name in ("eggs", "tomatoes", "wheat"))
    lines = [(tomatoes, 1500), (wheat, 1000), (eggs, 1000), (eggs, 1000)]
    store.orders.record(group.members["odette"], group.past, lines)
    with store.writing() as t:
        t.execute("UPDATE products SET active = 0 WHERE id = ?", (wheat,))
    put(store, basket, eggs, 1000)
    assert held(store.orders.repeat_last(basket.id)) == [(eggs, 0, 3000), (tomatoes, 0, 1500)]
    assert held(store.orders.undo(basket.id)) == [(eggs, 0, 1000)]


def test_without_a_last_order_there_is_nothing_to_repeat(store: Store, basket: Basket) -> None:
    with pytest.raises(Invalid):
        store.orders.repeat_last(basket.id)


def test_a_change_leaves_the_order_as_it_was_until_it_is_confirmed(store: Store, group: Offering) -> None:
    odette, eggs, wheat = group.members["odette"], group.products["eggs"], group.products["wheat"]
    first = store.orders.record(odette, group.next, [(eggs, 3000), (wheat, 1000)])
    change = store.orders.open_basket(odette, group.next)
    assert change.changes_order_id == first.order_id
    assert not change.touched
    change = put(store, change, eggs, 2000)
    change = put(store, change, wheat, 0)
    assert held(change) == [(eggs, 3000, 2000), (wheat, 1000, 0)]
    assert [line.quantity for line in store.orders.get(first.order_id).lines] == [3000, 1000]
    assert store.orders.summary(group.next).totals == first.totals
    done = store.orders.confirm(change.id)
    assert done.order_id == first.order_id
    assert [(line.product.id, line.quantity) for line in store.orders.get(first.order_id).lines] == [(eggs, 2000)]
    with store.reading() as t:
        rows = t.all("SELECT product_id, before, after FROM order_changes ORDER BY id")
    assert [tuple(row) for row in rows][2:] == [(eggs, 3000, 2000), (wheat, 1000, 0)]


def test_a_forgotten_change_leaves_the_order_alone(store: Store, group: Offering) -> None:
    odette, eggs = group.members["odette"], group.products["eggs"]
    first = store.orders.record(odette, group.next, [(eggs, 3000)])
    change = put(store, store.orders.open_basket(odette, group.next), eggs, 1000)
    store.orders.drop(change.id)
    assert [line.quantity for line in store.orders.get(first.order_id).lines] == [3000]
    assert store.orders.open_baskets() == ()


def test_an_order_that_a_change_empties_is_cancelled(store: Store, group: Offering) -> None:
    odette, eggs = group.members["odette"], group.products["eggs"]
    first = store.orders.record(odette, group.next, [(eggs, 3000)])
    store.orders.confirm(put(store, store.orders.open_basket(odette, group.next), eggs, 0).id)
    assert store.orders.get(first.order_id).state == "cancelled"
    assert store.orders.last_of(odette) is None
    assert store.orders.open_basket(odette, group.next).changes_order_id is None


def test_a_price_is_frozen_when_the_line_is_entered(store: Store, group: Offering, basket: Basket) -> None:
    eggs = group.products["eggs"]
    put(store, basket, eggs, 1000)
    with store.writing() as t:
        t.execute("UPDATE products SET price = 999 WHERE id = ?", (eggs,))
    done = store.orders.confirm(put(store, basket, eggs, 2000).id)
    assert done.totals == {"EUR": 480}
    change = store.orders.open_basket(group.members["odette"], group.next)
    change = put(store, put(store, change, eggs, 0), eggs, 3000)
    assert store.orders.confirm(change.id).totals == {"EUR": 720}


def test_lateness_is_decided_when_the_order_is_confirmed(
    store: Store, group: Offering, basket: Basket, hands: object
) -> None:
    put(store, basket, group.products["eggs"], 1000)
    put(store, basket, group.products["wheat"], 1000)
    hands.at = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)  # type: ignore[attr-defined]  # the hour of closing itself
    done = store.orders.confirm(basket.id)
    assert [line.catalogue_name for line in done.late_lines] == ["Légumes du Gué"]
    assert [line.late for line in store.orders.get(done.order_id).lines] == [True, False]


def test_a_change_after_the_recap_is_told_until_it_is_undone_again(store: Store, group: Offering) -> None:
    odette, duck = group.members["odette"], group.products["duck"]
    store.orders.record(odette, group.next, [(duck, 2000)])
    store.distributions.mark_recap_sent(group.next, group.catalogues["poultry"])
    store.orders.confirm(put(store, store.orders.open_basket(odette, group.next), duck, 1000).id)
    assert [(line.before, line.after) for line in store.orders.late_lines()] == [(2000, 1000)]
    store.orders.confirm(put(store, store.orders.open_basket(odette, group.next), duck, 2000).id)
    assert store.orders.late_lines() == ()


def test_a_basket_reserves_stock_until_it_is_dropped(store: Store, group: Offering, basket: Basket) -> None:
    chicken, paul = group.products["chicken"], group.members["paul"]
    assert put(store, basket, chicken, 8000).lines[0].left == 2000
    other = store.orders.open_basket(paul, group.next)
    assert put(store, other, chicken, 3000).lines[0].left == -1000
    assert {o.product.id: o.left for o in store.orders.offer(paul, group.next).products}[chicken] == -1000
    store.orders.drop(basket.id)
    assert store.orders.basket(other.id).lines[0].left == 7000


def test_stock_for_all_is_taken_when_confirmed_and_given_back(store: Store, group: Offering) -> None:
    odette = group.members["odette"]
    honey = store.catalogues.add_product(
        group.catalogues["flour"], "Miel", 700, reference="MIEL", stock_kind="all", stock=5000
    )
    store.orders.record(odette, group.past, [(honey, 2000)])
    change = store.orders.open_basket(odette, group.next)
    assert put(store, change, honey, 1000).lines[0].left == 2000
    store.orders.confirm(change.id)
    assert store.catalogues.product(honey).stock == 2000
    store.orders.confirm(put(store, store.orders.open_basket(odette, group.next), honey, 0).id)
    assert store.catalogues.product(honey).stock == 3000


def test_what_is_not_offered_is_refused(store: Store, group: Offering, basket: Basket) -> None:
    producer = store.catalogues.add_producer("Rucher")
    other = store.catalogues.add_catalogue("Rucher", producer, "EUR")
    honey = store.catalogues.add_product(other, "Miel", 700)
    with pytest.raises(Invalid):
        put(store, basket, honey, 1000)
    with pytest.raises(Invalid):
        put(store, basket, group.products["eggs"], 1500)


def test_two_at_one_basket_do_not_undo_each_other(store: Store, group: Offering, basket: Basket) -> None:
    eggs = group.products["eggs"]
    seen = put(store, basket, eggs, 1000)
    put(store, basket, eggs, 2000)
    with pytest.raises(ChangedElsewhere):
        store.orders.enter(basket.id, Entry("x", eggs, 1000, 5000))
    with pytest.raises(ChangedElsewhere):
        store.orders.confirm(basket.id, version=seen.version)
    assert held(store.orders.basket(basket.id)) == [(eggs, 0, 2000)]


def test_a_change_of_an_order_that_changed_meanwhile_is_shown_before_it_counts(store: Store, group: Offering) -> None:
    odette, eggs, wheat = group.members["odette"], group.products["eggs"], group.products["wheat"]
    store.orders.record(odette, group.next, [(eggs, 3000)])
    change = put(store, store.orders.open_basket(odette, group.next), eggs, 2000)
    store.orders.record(odette, group.next, [(wheat, 1000), (eggs, 1000)])
    with pytest.raises(ChangedElsewhere):
        store.orders.confirm(change.id)
    again = store.orders.open_basket(odette, group.next)
    assert again.id == change.id
    assert held(again) == [(eggs, 4000, 3000), (wheat, 1000, 1000)]
    store.orders.confirm(again.id)


def test_a_basket_becomes_a_change_when_an_order_came_meanwhile(store: Store, group: Offering, basket: Basket) -> None:
    eggs, wheat = group.products["eggs"], group.products["wheat"]
    put(store, basket, eggs, 1000)
    store.orders.record(group.members["odette"], group.next, [(wheat, 1000)])
    again = store.orders.open_basket(group.members["odette"], group.next)
    assert held(again) == [(wheat, 1000, 1000), (eggs, 0, 1000)]
    assert store.orders.confirm(again.id).totals == {"EUR": 215 + 240}


def test_a_producer_confirms_the_own_lines_and_leaves_the_others_open(
    store: Store, group: Offering, basket: Basket, act_as: Callable[[str], Store]
) -> None:
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[group.catalogues["poultry"]])
    rigaud = act_as("rigaud")
    eggs, duck = group.products["eggs"], group.products["duck"]
    put(store, basket, eggs, 1000)
    shared = rigaud.orders.open_basket(group.members["odette"], group.next)
    assert held(shared) == []
    shared = rigaud.orders.enter(shared.id, Entry("1 can", duck, 0, 1000))
    with pytest.raises(NotAllowed):
        rigaud.orders.enter(shared.id, Entry("1 oeu", eggs, 1000, 2000))
    put(store, basket, eggs, 2000)
    assert held(rigaud.orders.undo(shared.id)) == []
    with pytest.raises(Invalid):
        rigaud.orders.undo(shared.id)
    put(store, basket, eggs, 1000)
    rigaud.orders.enter(shared.id, Entry("1 can", duck, 0, 1000))
    done = rigaud.orders.confirm(shared.id)
    assert done.totals == {"EUR": 2960}
    left_open = store.orders.open_basket(group.members["odette"], group.next)
    assert left_open.changes_order_id == done.order_id
    assert held(left_open) == [(duck, 1000, 1000), (eggs, 0, 1000)]
    assert store.orders.confirm(left_open.id).totals == {"EUR": 2960 + 240}


def test_a_producer_forgets_only_the_own_lines(
    store: Store, group: Offering, basket: Basket, act_as: Callable[[str], Store]
) -> None:
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[group.catalogues["poultry"]])
    rigaud = act_as("rigaud")
    put(store, basket, group.products["eggs"], 1000)
    rigaud.orders.enter(basket.id, Entry("1 can", group.products["duck"], 0, 1000))
    rigaud.orders.drop(basket.id)
    assert held(store.orders.basket(basket.id)) == [(group.products["eggs"], 0, 1000)]


def test_a_cancelled_distribution_takes_no_order(store: Store, group: Offering) -> None:
    with store.writing() as t:
        t.execute("UPDATE distributions SET cancelled_at = ? WHERE id = ?", (t.stamp, group.next))
    with pytest.raises(Invalid):
        store.orders.open_basket(group.members["odette"], group.next)


def test_totals_are_per_currency(store: Store, group: Offering, basket: Basket) -> None:
    producer = store.catalogues.add_producer("Brasserie")
    catalogue = store.catalogues.add_catalogue("Brasserie", producer, "Sol-Violette")
    beer = store.catalogues.add_product(catalogue, "Bière", 300)
    with store.writing() as t:
        t.insert("distribution_catalogues", distribution_id=group.next, catalogue_id=catalogue)
    put(store, basket, beer, 2000)
    assert put(store, basket, group.products["eggs"], 1000).totals == {"Sol-Violette": 600, "EUR": 240}


def test_what_was_typed_and_not_entered_is_kept_until_the_next_entry(
    store: Store, group: Offering, basket: Basket
) -> None:
    put(store, basket, group.products["eggs"], 1000)
    store.orders.keep_typed(basket.id, ["2 fa", "1 poul"])
    assert store.orders.open_basket(group.members["odette"], group.next).typed == ("2 fa", "1 poul")
    assert put(store, basket, group.products["eggs"], 2000).typed == ()
