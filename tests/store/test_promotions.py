"""Promotions: what is asked on which day, which one wins, and what a line that was ordered at one keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from store import Store
from store.errors import ChangedElsewhere, Invalid, NotAllowed, NotFound
from store.integrity import look_through
from store.orders import Basket, Entry, OrderLine
from store.promotions import Promotion, PromotionState
from tests.offering import Offering
from tests.store.conftest import Hands

TODAY, SUNDAY = date(2026, 11, 21), date(2026, 11, 29)
AFTER = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
"""Monday 30 November, 00:30 in Paris."""


def on(group: Offering, key: str, *, percent: int | None = None, price: int | None = None) -> Promotion:
    """A promotion of a product, or (the name of a catalogue) of a whole catalogue, from today to Sunday week."""
    product_id, catalogue_id = group.products.get(key), group.catalogues.get(key)
    return Promotion(TODAY, SUNDAY, product_id, catalogue_id, percent, price)


def costs(store: Store, group: Offering, key: str) -> tuple[int, int]:
    """What a product costs today, and what else."""
    product = store.catalogues.product(group.products[key])
    return product.price, product.usual_price


def put(store: Store, basket: Basket, product_id: int, after: int) -> OrderLine:
    held = basket.line(product_id) if (basket := store.orders.basket(basket.id)) else None
    before = 0 if held is None else held.quantity
    line = store.orders.enter(basket.id, Entry(str(after), product_id, before, after)).line(product_id)
    assert line is not None
    return line


# -- what is asked


def test_the_price_of_today_is_the_lowest_and_everywhere_the_same(store: Store, group: Offering, hands: Hands) -> None:
    assert costs(store, group, "tomatoes") == (390, 390)
    mild = store.promotions.add(on(group, "veg", percent=15))
    assert costs(store, group, "tomatoes") == (332, 390), "331,5 is rounded up"
    best = store.promotions.add(on(group, "tomatoes", price=300))
    assert costs(store, group, "tomatoes") == (300, 390)
    assert costs(store, group, "potatoes") == (162, 190), "of a whole catalogue"
    assert costs(store, group, "wheat") == (215, 215), "of another one"
    offered = store.orders.offer(group.members["odette"], group.next).get(group.products["tomatoes"])
    assert offered is not None
    assert offered.product.promotion is not None
    assert (offered.product.price, offered.product.promotion.id) == (300, best)
    store.promotions.cancel(best)
    assert costs(store, group, "tomatoes") == (332, 390)
    product = store.catalogues.product(group.products["tomatoes"])
    store.catalogues.edit_product(product.id, product.version, price=200)
    assert costs(store, group, "tomatoes") == (170, 200)
    hands.at = AFTER
    assert costs(store, group, "tomatoes") == (200, 200), "it ends with the day in the group's zone"
    assert store.promotions.get(mild).state(store.clock.today()) is PromotionState.OVER
    hands.at = datetime(2026, 11, 29, 22, 59, tzinfo=UTC)
    assert costs(store, group, "tomatoes") == (170, 200), "23:59 in Paris"


def test_a_product_that_became_cheaper_than_its_promotion_costs_its_own_price(store: Store, group: Offering) -> None:
    store.promotions.add(on(group, "eggs", price=200))
    eggs = store.catalogues.product(group.products["eggs"])
    store.catalogues.edit_product(eggs.id, eggs.version, price=180)
    now = store.catalogues.product(eggs.id)
    assert (now.price, now.promotion) == (180, None)


# -- what is ordered


def test_what_is_ordered_while_it_runs_keeps_its_price_and_says_why(
    store: Store, group: Offering, hands: Hands
) -> None:
    eggs, chicken, tomatoes = (group.products[name] for name in ("eggs", "chicken", "tomatoes"))
    number = store.promotions.add(on(group, "eggs", price=200))
    store.promotions.add(on(group, "poultry", percent=20))
    store.promotions.add(on(group, "tomatoes", percent=10))
    basket = store.orders.open_basket(group.members["odette"], group.next)
    line = put(store, basket, eggs, 2000)
    assert (line.price, line.amount, line.promotion_id, line.instead_of) == (200, 400, number, 240)
    line = put(store, basket, chicken, 1000)
    assert (line.price, line.amount, line.estimated) == (1000, 1800, True), "1,8 kg at 10,00"
    line = put(store, basket, tomatoes, 1500)
    assert (line.price, line.amount) == (351, 527)
    assert store.orders.basket(basket.id).totals == {"EUR": 400 + 1800 + 527}
    hands.at = AFTER
    done = store.orders.confirm(basket.id)
    order = store.orders.get(done.order_id)
    assert [(one.price, one.instead_of) for one in order.lines] == [(200, 240), (1000, 1250), (351, 390)]
    store.orders.settle(order.id, {chicken: 2000})
    assert store.orders.get(order.id).lines[1].amount == 2000, "what it weighs, at the price it was ordered at"
    changed = store.orders.change(order.id, {eggs: 3000})
    assert changed.totals == {"EUR": 600 + 2000 + 527}, "who orders more later has it at the price they were told"
    with store.reading() as t:
        costs = t.all("SELECT price, before, after FROM order_changes WHERE product_id = ? ORDER BY id", (eggs,))
    assert [tuple(row) for row in costs] == [(200, 0, 2000), (200, 2000, 3000)], "the producer is told the same"


def test_a_line_from_before_costs_less_as_soon_as_more_of_it_is_ordered(store: Store, group: Offering) -> None:
    odette, eggs, wheat = group.members["odette"], group.products["eggs"], group.products["wheat"]
    order_id = store.orders.record(odette, group.next, [(eggs, 2000), (wheat, 1000)]).order_id
    number = store.promotions.add(on(group, "eggs", price=200))
    store.promotions.add(on(group, "wheat", percent=50))
    basket = store.orders.open_basket(odette, group.next)
    before = basket.line(eggs)
    assert before is not None
    assert (before.price, before.instead_of) == (240, None), "what was ordered before stays as it was"
    assert (put(store, basket, eggs, 3000).amount, store.orders.basket(basket.id).totals) == (600, {"EUR": 815})
    store.orders.undo(basket.id)
    again = store.orders.basket(basket.id).line(eggs)
    assert again is not None
    assert (again.quantity, again.price, again.promotion_id) == (2000, 240, None), "undone is as it was ordered"
    put(store, basket, eggs, 3000)
    store.orders.confirm(basket.id)
    first, second = store.orders.get(order_id).lines
    assert (first.price, first.amount, first.promotion_id) == (200, 600, number)
    assert (second.price, second.promotion_id) == (215, None), "nobody touched it"
    assert look_through(store) == (), "what orders come to is kept right"


def test_a_basket_that_follows_a_changed_order_keeps_what_was_told(store: Store, group: Offering, hands: Hands) -> None:
    odette, eggs, wheat = group.members["odette"], group.products["eggs"], group.products["wheat"]
    order_id = store.orders.record(odette, group.next, [(wheat, 1000)]).order_id
    number = store.promotions.add(on(group, "eggs", price=200))
    basket = store.orders.open_basket(odette, group.next)
    put(store, basket, eggs, 2000)
    store.orders.change(order_id, {wheat: 2000})
    hands.at = AFTER
    again = store.orders.open_basket(odette, group.next)
    assert [(one.product.id, one.quantity, one.price) for one in again.lines] == [(wheat, 2000, 215), (eggs, 2000, 200)]
    line = again.line(eggs)
    assert line is not None
    assert line.promotion_id == number


def test_a_line_goes_to_another_day_and_member_with_its_promotion(store: Store, group: Offering, hands: Hands) -> None:
    from store.merging import merge

    eggs, later = group.products["eggs"], store.distributions.add(
        date(2026, 12, 3), "18:00", "19:30", "Treillières", list(group.catalogues.values())
    )  # fmt: skip
    number = store.promotions.add(on(group, "eggs", price=200))
    order_id = store.orders.record(group.members["odette"], group.next, [(eggs, 1000)]).order_id
    hands.at = AFTER
    moved = store.orders.move(order_id, later)
    assert moved.order_id is not None
    line = store.orders.get(moved.order_id).lines[0]
    assert (line.price, line.promotion_id) == (200, number)
    store.orders.record(group.members["paul"], later, [(eggs, 1000)])
    merge(store, group.members["odette"], group.members["paul"])
    line = store.orders.get(moved.order_id).lines[0]
    assert (line.quantity, line.amount, line.price, line.promotion_id) == (2000, 440, 200, number)


# -- making and ending one


def test_nonsense_is_refused(store: Store, group: Offering) -> None:
    good = on(group, "eggs", price=200)
    wrong = {
        "promotion product_or_catalogue": (replace(good, product_id=None), replace(good, catalogue_id=1)),
        "price percent_or_price": (replace(good, price=None), replace(good, percent=10)),
        "price not_lower": (replace(good, price=240), replace(good, price=999)),
        "price negative": (replace(good, price=-1),),
        "price of_catalogue": (on(group, "veg", price=100),),
        "percent percent": (on(group, "veg", percent=0), on(group, "eggs", percent=101)),
        "since past": (replace(good, since=date(2026, 11, 20)),),
        "until before_since": (replace(good, since=SUNDAY, until=TODAY),),
        "name too_long": (replace(good, name="x" * 61),),
    }
    for said, promotions in wrong.items():
        for promotion in promotions:
            with pytest.raises(Invalid) as caught:
                store.promotions.add(promotion)
            assert f"{caught.value.field} {caught.value.reason}" == said
    with pytest.raises(NotFound):
        store.promotions.add(replace(good, product_id=999))
    assert store.promotions.all(over=True) == ()
    assert store.promotions.add(on(group, "eggs", price=0)), "something given away"


def test_one_that_was_ordered_at_stays_what_it_was(store: Store, group: Offering, hands: Hands) -> None:
    number = store.promotions.add(replace(on(group, "eggs", price=200), name="  Semaine des  œufs "))
    known = store.promotions.get(number)
    assert (known.name, known.what, known.catalogue_name, known.usual) == (
        "Semaine des œufs", "Œufs plein air", "Légumes du Gué", 240,
    )  # fmt: skip
    moved = store.promotions.edit(replace(known, product_id=group.products["wheat"], price=150))
    with pytest.raises(ChangedElsewhere):
        store.promotions.edit(known)
    known = store.promotions.edit(replace(moved, product_id=known.product_id, price=200))
    store.orders.record(group.members["odette"], group.next, [(group.products["eggs"], 1000)])
    with pytest.raises(Invalid, match="ordered"):
        store.promotions.edit(replace(known, product_id=group.products["wheat"], price=150))
    known = store.promotions.edit(replace(known, until=date(2026, 12, 6), price=210))
    assert costs(store, group, "eggs") == (210, 240), "what comes now costs that"
    hands.at = datetime(2026, 12, 7, 8, tzinfo=UTC)
    for act in (lambda: store.promotions.edit(known), lambda: store.promotions.cancel(number)):
        with pytest.raises(Invalid, match="over"):
            act()


def test_they_are_listed_by_day_and_ended_ones_when_asked_for(store: Store, group: Offering) -> None:
    later = store.promotions.add(replace(on(group, "veg", percent=10), since=SUNDAY))
    first = store.promotions.add(on(group, "wheat", percent=10))
    ended = store.promotions.add(on(group, "eggs", percent=10))
    store.promotions.cancel(ended)
    assert [one.id for one in store.promotions.all()] == [first, later]
    assert [one.id for one in store.promotions.all(over=True)] == [first, later, ended]
    assert [one.id for one in store.promotions.all(over=True, catalogue_id=group.catalogues["veg"])] == [later, ended]
    with pytest.raises(Invalid, match="cancelled"):
        store.promotions.cancel(ended)


def test_a_producer_makes_them_for_the_own_catalogue(
    store: Store, group: Offering, act_as: Callable[[str], Store]
) -> None:
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[group.catalogues["poultry"]])
    rigaud = act_as("rigaud").promotions
    number = rigaud.add(on(group, "poultry", percent=10))
    foreign = store.promotions.add(on(group, "eggs", percent=10))
    known = rigaud.get(number)
    for act in (
        lambda: rigaud.add(on(group, "veg", percent=10)),
        lambda: rigaud.cancel(foreign),
        lambda: rigaud.edit(replace(rigaud.get(foreign), percent=20)),
        lambda: rigaud.edit(replace(known, catalogue_id=None, product_id=group.products["eggs"])),
    ):
        with pytest.raises(NotAllowed):
            act()
    rigaud.edit(replace(known, catalogue_id=None, product_id=group.products["duck"]))
    assert [one.id for one in rigaud.all()] == [number], "another producer's concern nobody but them"
    assert {one.id for one in store.promotions.all()} == {number, foreign}
    store.operators.add("lucie", "Lucie", "writer")
    assert len(act_as("lucie").promotions.all()) == 2


def test_what_is_saved_as_it_was_is_no_change(store: Store, group: Offering) -> None:
    known = store.promotions.get(store.promotions.add(on(group, "tomatoes", percent=10)))
    before = store.journal.count()
    assert store.promotions.edit(known) == known
    assert store.journal.count() == before


def test_imports_and_the_form_of_a_product_know_its_own_price(store: Store, group: Offering) -> None:
    from store.exchange.product_export import export_products

    store.promotions.add(on(group, "eggs", price=100))
    assert "2.40" in export_products(store).content.decode() or "2,40" in export_products(store).content.decode()
    product = store.catalogues.product(group.products["eggs"])
    changed = store.catalogues.edit_product(product.id, product.version, name="Œufs")
    assert (changed.price, changed.own_price.price) == (240, 240)
    assert store.catalogues.product(product.id).own_price == replace(changed, version=changed.version)
