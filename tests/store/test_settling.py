"""What is weighed at pick-up is paid by its weight, before and after the distribution is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from store import Store
from store.errors import ChangedElsewhere, Invalid, NotAllowed, NotFound
from store.orders import Entry
from store.settling import weight_typed
from tests.offering import Offering


@pytest.fixture
def order(store: Store, group: Offering) -> int:
    """Two chickens, a duck and a box of eggs for Odette."""
    p = group.products
    lines = [(p["chicken"], 2000), (p["eggs"], 1000), (p["duck"], 1000)]
    return store.orders.record(group.members["odette"], group.next, lines).order_id


def test_a_weight_settles_the_line_and_can_be_taken_back(store: Store, group: Offering, order: int, hands) -> None:
    p = group.products
    hands.at = datetime(2026, 12, 24, tzinfo=UTC)
    chicken, duck = store.orders.to_settle(group.next)
    assert (chicken.member, chicken.quantity, chicken.estimated_weight, chicken.settled_weight) == (
        "Maréchal Odette",
        2000,
        3600,
        None,
    )
    assert (chicken.amount, chicken.price, duck.estimated_weight) == (4500, 1250, 2000)
    number = store.change_number()
    settled = store.orders.settle(order, {p["chicken"]: 3617, p["duck"]: 1930})
    assert store.change_number() == number + 1
    assert settled.totals == {"EUR": 4521 + 240 + 2856}
    assert not settled.estimated
    assert [line.settled_weight for line in settled.lines] == [3617, None, 1930]
    assert not store.orders.summary(group.next).estimated
    assert [w.settled_weight for w in store.orders.to_settle(group.next)] == [3617, 1930]
    back = store.orders.settle(order, {p["chicken"]: None})
    assert (back.totals, back.estimated) == ({"EUR": 4500 + 240 + 2856}, True)
    with store.reading() as t:
        assert t.value("SELECT amount FROM orders WHERE id = ?", (order,)) == 4500 + 240 + 2856


def test_the_agreed_price_holds_when_it_is_weighed(store: Store, group: Offering, order: int) -> None:
    chicken = group.products["chicken"]
    with store.writing() as t:
        t.execute("UPDATE products SET price = 9999, estimated_weight = 1000, sold = 'whole' WHERE id = ?", (chicken,))
    assert store.orders.settle(order, {chicken: 4000}).lines[0].amount == 5000
    assert chicken in {w.product.id for w in store.orders.to_settle(group.next)}


def test_another_quantity_has_to_be_weighed_again(store: Store, group: Offering, order: int) -> None:
    chicken, eggs = group.products["chicken"], group.products["eggs"]
    store.orders.settle(order, {chicken: 3617})
    assert store.orders.change(order, {eggs: 0}).totals == {"EUR": 4521 + 2960}
    store.orders.change(order, {chicken: 1000})
    line = store.orders.get(order).lines[0]
    assert (line.settled_weight, line.estimated, line.amount) == (None, True, 2250)


def test_a_change_that_was_open_meanwhile_is_shown_anew(store: Store, group: Offering, order: int) -> None:
    chicken, eggs = group.products["chicken"], group.products["eggs"]
    change = store.orders.open_basket(group.members["odette"], group.next)
    store.orders.enter(change.id, Entry("2 oe", eggs, 1000, 3000))
    store.orders.settle(order, {chicken: 3617})
    with pytest.raises(ChangedElsewhere):
        store.orders.confirm(change.id)
    again = store.orders.open_basket(group.members["odette"], group.next)
    assert store.orders.confirm(again.id).totals == {"EUR": 4521 + 720 + 2960}


def test_what_cannot_be_settled_is_refused_and_nothing_stored(store: Store, group: Offering, order: int) -> None:
    p = group.products
    before = store.orders.get(order)
    for weights, error in (
        ({p["chicken"]: 3617, p["eggs"]: 400}, Invalid),
        ({p["chicken"]: -1}, Invalid),
        ({p["tomatoes"]: 500}, NotFound),
        ({999: 500}, NotFound),
    ):
        with pytest.raises(error):
            store.orders.settle(order, weights)
    assert store.orders.get(order) == before
    with pytest.raises(NotFound):
        store.orders.settle(999, {p["chicken"]: 3617})
    store.orders.cancel(order, "ill")
    with pytest.raises(Invalid):
        store.orders.settle(order, {p["chicken"]: 3617})
    assert store.orders.to_settle(group.next) == ()


def test_a_producer_weighs_the_own_lines_only(
    store: Store, group: Offering, order: int, act_as: Callable[[str], Store]
) -> None:
    store.operators.add("gue", "Gué", "producer", catalogues=[group.catalogues["veg"]])
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[group.catalogues["poultry"]])
    store.operators.add("anne", "Anne", "writer")
    chicken, gue, rigaud = group.products["chicken"], act_as("gue"), act_as("rigaud")
    assert gue.orders.to_settle(group.next) == ()
    for other in (gue, act_as("anne")):
        with pytest.raises(NotAllowed):
            other.orders.settle(order, {chicken: 3617})
    assert [w.product.name for w in rigaud.orders.to_settle(group.next)] == ["Poulet fermier", "Canette"]
    assert rigaud.orders.settle(order, {chicken: 3617}).totals == {"EUR": 4521 + 2960}


def test_weights_are_typed_as_people_write_them(store: Store, group: Offering, order: int) -> None:
    chicken = store.catalogues.product(group.products["chicken"])
    typed = {"3,617": 3617, "3.6": 3600, " 4 ": 4000, "3617 g": 3617, "3617g": 3617, "3,617 KG": 3617, "0": 0}
    for text, weight in typed.items():
        assert weight_typed(text, chicken) == weight
    for text in ("", "heavy", "-1", "3,6174", "1,2,3", "2 l", "٣", "3 cl"):
        with pytest.raises(Invalid):
            weight_typed(text, chicken)
    (line, _duck) = store.orders.to_settle(group.next)
    assert [line.doubtful(weight) for weight in (3617, 1300, 1100, 10_000, 11_000, 0)] == [
        False,
        False,
        True,
        False,
        True,
        True,
    ]
