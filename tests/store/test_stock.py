"""Who may take the last crates: whoever entered first, when entering and when confirming; and nobody goes below zero
without saying so."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import Store
from store.errors import ChangedElsewhere, Invalid, StockShort
from store.orders import Basket, Entry
from tests.offering import Offering


@pytest.fixture
def group(store: Store, offering: Offering) -> Offering:
    """Two crates of apples "for all"; ten chickens for each distribution."""
    offering.products["apples"] = store.catalogues.add_product(
        offering.catalogues["veg"], "Pommes", 900, reference="POM", stock_kind="all", stock=2000
    )
    return offering


def put(store: Store, basket: Basket, product_id: int, after: int) -> Basket:
    line = store.orders.basket(basket.id).line(product_id)
    return store.orders.enter(basket.id, Entry(str(after), product_id, line.quantity if line else 0, after))


def left(store: Store, basket: Basket, product_id: int) -> int | None:
    line = store.orders.basket(basket.id).line(product_id)
    assert line is not None
    return line.left


def opened(store: Store, group: Offering, name: str) -> Basket:
    return store.orders.open_basket(group.members[name], group.next)


def test_of_two_who_take_the_last_two_each_is_told_the_truth(store: Store, group: Offering) -> None:
    apples = group.products["apples"]
    odette, paul = opened(store, group, "odette"), opened(store, group, "paul")
    assert left(store, put(store, odette, apples, 2000), apples) == 0
    assert left(store, put(store, paul, apples, 2000), apples) == -2000
    assert left(store, odette, apples) == 0
    with pytest.raises(StockShort) as told:
        store.orders.confirm(paul.id)
    assert told.value.short == ((apples, "Pommes", 0),)
    assert not store.orders.confirm(odette.id).warnings
    with pytest.raises(StockShort):
        store.orders.confirm(paul.id)
    assert store.catalogues.product(apples).stock == 0
    (warning,) = store.orders.confirm(paul.id, short=True).warnings
    assert (warning.kind, warning.quantity) == ("short", 0)
    assert store.catalogues.product(apples).stock == -2000


def test_who_was_served_is_told_when_somebody_took_it_knowingly(store: Store, group: Offering) -> None:
    apples = group.products["apples"]
    odette = put(store, opened(store, group, "odette"), apples, 2000)
    store.orders.confirm(put(store, opened(store, group, "paul"), apples, 2000).id, short=True)
    assert left(store, odette, apples) == -2000
    with pytest.raises(StockShort):
        store.orders.confirm(odette.id)


def test_raising_a_line_keeps_the_place_of_what_was_entered_before(store: Store, group: Offering) -> None:
    chicken = group.products["chicken"]
    odette, paul = opened(store, group, "odette"), opened(store, group, "paul")
    put(store, odette, chicken, 8000)
    put(store, paul, chicken, 2000)
    put(store, odette, chicken, 9000)
    assert (left(store, odette, chicken), left(store, paul, chicken)) == (-1000, 0)
    with pytest.raises(StockShort) as told:
        store.orders.confirm(odette.id)
    assert told.value.short == ((chicken, "Poulet fermier", 8000),)
    store.orders.undo(odette.id)
    assert left(store, odette, chicken) == 2000
    put(store, paul, chicken, 1000)
    put(store, odette, chicken, 9000)
    store.orders.confirm(paul.id)
    store.orders.confirm(odette.id)


def test_a_change_reserves_what_it_raises_and_asks_only_for_that(store: Store, group: Offering) -> None:
    chicken, eggs, odette = group.products["chicken"], group.products["eggs"], group.members["odette"]
    first = store.orders.record(odette, group.next, [(chicken, 12_000)], short=True).order_id
    change = put(store, opened(store, group, "odette"), eggs, 1000)
    assert not store.orders.confirm(change.id).warnings
    change = put(store, opened(store, group, "odette"), chicken, 11_000)
    assert not store.orders.confirm(change.id).warnings
    for raised in ({chicken: 12_000}, {chicken: 11_500}):
        with pytest.raises((StockShort, Invalid)):
            store.orders.change(first, raised)
    assert [(line.product.id, line.quantity) for line in store.orders.get(first).lines] == [
        (chicken, 11_000),
        (eggs, 1000),
    ]
    assert store.orders.change(first, {chicken: 12_000}, short=True).warnings[0].quantity == 11_000
    store.orders.change(first, {chicken: 4000})
    paul = put(store, opened(store, group, "paul"), chicken, 6000)
    change = put(store, opened(store, group, "odette"), chicken, 5000)
    assert (left(store, paul, chicken), left(store, change, chicken)) == (0, -1000)
    store.orders.drop(paul.id)
    assert left(store, change, chicken) == 5000


def test_what_is_recorded_comes_after_every_basket(store: Store, group: Offering) -> None:
    chicken = group.products["chicken"]
    put(store, opened(store, group, "odette"), chicken, 9000)
    with pytest.raises(StockShort) as told:
        store.orders.record(group.members["paul"], group.next, [(chicken, 2000)])
    assert told.value.short[0][2] == 1000
    assert not store.orders.record(group.members["paul"], group.past, [(chicken, 10_000)]).warnings


def test_a_basket_of_a_cancelled_distribution_holds_nothing_back(store: Store, group: Offering) -> None:
    apples = group.products["apples"]
    put(store, opened(store, group, "odette"), apples, 2000)
    with store.writing() as t:
        t.execute("UPDATE distributions SET cancelled_at = ? WHERE id = ?", (t.stamp, group.next))
    assert not store.orders.record(group.members["paul"], group.past, [(apples, 2000)]).warnings


def test_a_producer_is_told_what_colleagues_reserved(
    store: Store, group: Offering, act_as: Callable[[str], Store]
) -> None:
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[group.catalogues["poultry"]])
    chicken = group.products["chicken"]
    put(store, opened(store, group, "odette"), chicken, 9000)
    rigaud = act_as("rigaud")
    offered = rigaud.orders.offer(group.members["paul"], group.next).get(chicken)
    assert offered is not None
    assert offered.left == 1000
    with pytest.raises(StockShort):
        rigaud.orders.record(group.members["paul"], group.next, [(chicken, 2000)])


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["odette", "paul"]),
        st.sampled_from(["enter", "enter", "enter", "undo", "confirm", "short", "drop", "cancel", "change"]),
        st.integers(0, 4),
    ),
    max_size=25,
)


@pytest.fixture(scope="module")
def stocked(
    offering_file: tuple[Path, Offering], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Offering, int]:
    """A filled group's file to be copied, with five crates of apples."""
    filled, found = offering_file
    path = Path(shutil.copy(filled, tmp_path_factory.mktemp("stocked") / "group.cabas"))
    store = Store(path, "marie")
    apples = store.catalogues.add_product(found.catalogues["veg"], "Pommes", 900, stock_kind="all", stock=5000)
    store.close()
    return path, found, apples


@settings(max_examples=25)
@given(acts=ACTS)
def test_stock_and_orders_always_add_up(
    stocked: tuple[Path, Offering, int], tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str, int]]
) -> None:
    """Whatever two do in whatever order: stock falls by what is confirmed, and below zero only for who said so."""
    path, found, apples = stocked
    store = Store(Path(shutil.copy(path, tmp_path_factory.mktemp("stock") / "group.cabas")), "marie")
    before = 5000
    for name, act, n in acts:
        with suppress(Invalid, StockShort, ChangedElsewhere):
            _act(store, found, apples, name, act, n)
        with store.reading() as t:
            stock = t.value("SELECT stock FROM products WHERE id = ?", (apples,))
            confirmed = t.value(
                """SELECT coalesce(sum(l.quantity), 0) FROM order_lines l JOIN orders o ON o.id = l.order_id
                WHERE o.state = 'confirmed'"""
            )
        assert stock + confirmed == 5000
        assert act == "short" or stock >= min(0, before)
        before = stock
    store.close()


def _act(store: Store, found: Offering, apples: int, name: str, act: str, n: int) -> None:
    basket = store.orders.open_basket(found.members[name], found.next)
    order = basket.changes_order_id
    if act == "enter":
        put(store, basket, apples, n * 1000)
    elif act == "undo":
        store.orders.undo(basket.id)
    elif act == "drop":
        store.orders.drop(basket.id)
    elif act == "cancel" and order is not None:
        store.orders.cancel(order, "ill")
    elif act == "change" and order is not None:
        store.orders.change(order, {apples: n * 1000})
    elif act in ("confirm", "short"):
        lacks = (left(store, basket, apples) or 0) < 0 if basket.line(apples) else False
        line = basket.line(apples)
        raised = line is not None and line.quantity > line.before
        try:
            store.orders.confirm(basket.id, short=act == "short")
            assert act == "short" or not (lacks and raised)
        except StockShort:
            assert lacks
            assert raised
            raise
