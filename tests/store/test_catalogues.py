"""Changing catalogues, producers and products: who may, what stays as it was ordered, and what others see of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from store import Store
from store.catalogues import ProducerForm
from store.errors import ChangedElsewhere, Invalid, NotAllowed, NotFound
from store.orders import Entry
from tests.offering import Offering
from tests.store.conftest import Hands


def test_a_new_rule_holds_where_the_old_one_did_and_is_still_ahead(store: Store, group: Offering) -> None:
    flour, veg = group.catalogues["flour"], group.catalogues["veg"]
    plan = store.distributions
    later = plan.add(date(2026, 12, 3), "18:00", "19:30", "Treillières", [flour, veg])
    own = plan.add(date(2026, 12, 10), "18:00", "19:30", "Treillières", [flour])
    told = plan.add(date(2026, 12, 17), "18:00", "19:30", "Treillières", [flour])
    plan.set_hours(own, flour, None, datetime(2026, 12, 9, 9))
    plan.mark_recap_sent(told, flour)
    assert store.catalogues.following(flour) == 2
    known = store.catalogues.get(flour)
    changed = store.catalogues.edit_catalogue(flour, known.version, closes_days_before=1, closes_at="21:30")
    assert changed.version == known.version + 1

    def closes(distribution: int) -> datetime | None:
        offered = plan.get(distribution).catalogue(flour)
        assert offered is not None
        return offered.closes

    assert closes(group.past) == datetime(2026, 11, 10, 12)
    assert closes(group.next) == datetime(2026, 11, 25, 21, 30)
    assert closes(later) == datetime(2026, 12, 2, 21, 30)
    assert closes(own) == datetime(2026, 12, 9, 9)
    assert closes(told) == datetime(2026, 12, 15, 12)
    plan.follow_rule(own, flour)
    assert closes(own) == datetime(2026, 12, 9, 21, 30)
    store.catalogues.edit_catalogue(flour, changed.version, closes_days_before=None, closes_at=None)
    assert closes(later) is None


def test_somebody_elses_change_of_a_catalogue_product_or_producer_is_not_written_over(
    store: Store, group: Offering, act_as: Callable[[str], Store]
) -> None:
    store.operators.add("paul", "Paul", "phone_desk")
    paul = act_as("paul").catalogues
    catalogue = paul.get(group.catalogues["veg"])
    product = paul.product(group.products["eggs"])
    producer = paul.producer(catalogue.producer_id)
    store.catalogues.edit_catalogue(catalogue.id, catalogue.version, name="Légumes 2027")
    store.catalogues.edit_product(product.id, product.version, price=250)
    store.catalogues.edit_producer(producer.id, producer.version, phone="06 39 98 11 11")
    with pytest.raises(ChangedElsewhere):
        paul.edit_catalogue(catalogue.id, catalogue.version, active=False)
    with pytest.raises(ChangedElsewhere):
        paul.edit_product(product.id, product.version, price=260)
    with pytest.raises(ChangedElsewhere):
        paul.edit_producer(producer.id, producer.version, email="gue@exemple.fr")
    assert store.catalogues.get(catalogue.id).name == "Légumes 2027"
    assert store.catalogues.product(product.id).price == 250
    assert store.catalogues.producer(producer.id).email == ""


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"name": " moulin  d'ANCENIS "}, "name", "taken"),
        ({"name": " "}, "name", "empty"),
        ({"closes_at": None}, "closes_at", "not_an_hour"),
        ({"closes_at": "24:00"}, "closes_at", "not_an_hour"),
        ({"closes_days_before": -1}, "closes_days_before", "out_of_range"),
        ({"opens_days_before": 2, "opens_at": "08:00"}, "opens_at", "after_close"),
        ({"currency": " "}, "currency", "empty"),
        ({"currency": "CHF"}, "currency", "ordered"),
    ],
)
def test_nonsense_about_a_catalogue_is_refused(
    store: Store, group: Offering, values: dict[str, object], field: str, reason: str
) -> None:
    veg = store.catalogues.get(group.catalogues["veg"])
    store.orders.record(group.members["odette"], group.next, [(group.products["eggs"], 1000)])
    with pytest.raises(Invalid) as refused:
        store.catalogues.edit_catalogue(veg.id, veg.version, **values)
    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert store.catalogues.get(veg.id) == veg
    store.catalogues.edit_catalogue(veg.id, veg.version, name="LÉGUMES du gué")


def test_a_currency_can_change_until_something_is_ordered(store: Store, group: Offering) -> None:
    flour = store.catalogues.get(group.catalogues["flour"])
    assert store.catalogues.edit_catalogue(flour.id, flour.version, currency=" chf ").currency == "CHF"


@pytest.mark.parametrize("currency", ["12", "EUR2", "!", "a name that is too long"])
def test_what_cannot_stand_beside_a_sum_is_no_currency(store: Store, group: Offering, currency: str) -> None:
    flour = store.catalogues.get(group.catalogues["flour"])
    with pytest.raises(Invalid) as refused:
        store.catalogues.edit_catalogue(flour.id, flour.version, currency=currency)
    assert refused.value.field == "currency"
    named = store.catalogues.edit_catalogue(flour.id, flour.version, currency="Gonette")
    assert named.currency == "Gonette"


def test_a_new_price_leaves_what_is_ordered_as_it_was_agreed(store: Store, group: Offering) -> None:
    eggs, odette = group.products["eggs"], group.members["odette"]
    order = store.orders.record(odette, group.next, [(eggs, 2000)]).order_id
    basket = store.orders.open_basket(group.members["paul"], group.next)
    store.orders.enter(basket.id, Entry("1 6oe", eggs, 0, 1000))
    store.catalogues.edit_product(eggs, 1, price=999, cost=500)
    assert store.orders.get(order).totals == {"EUR": 480}
    assert store.orders.basket(basket.id).totals == {"EUR": 240}
    done = store.orders.record(odette, group.next, [(eggs, 1000)])
    assert done.totals == {"EUR": 720}
    assert store.orders.record(group.members["yves"], group.next, [(eggs, 1000)]).totals == {"EUR": 999}


def test_what_one_of_a_product_is_stays_while_it_is_ordered(store: Store, group: Offering, hands: Hands) -> None:
    eggs = group.products["eggs"]
    store.orders.record(group.members["odette"], group.next, [(eggs, 2000)])
    with pytest.raises(Invalid) as refused:
        store.catalogues.edit_product(eggs, 1, base_quantity=12_000, price=480)
    assert refused.value.reason == "ordered"
    assert store.catalogues.product(eggs).price == 240
    used = store.catalogues.usage(eggs)
    assert (used.coming, used.quantity, used.past) == (1, 2000, 0)
    hands.at = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)
    assert store.catalogues.usage(eggs).past == 1
    assert store.catalogues.edit_product(eggs, 1, base_quantity=12_000, price=480).unit_label == "x12"


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"name": "--"}, "name", "empty"),
        ({"reference": "tom cb"}, "reference", "taken"),
        ({"price": -1}, "price", "negative"),
        ({"price": 10**12}, "price", "too_large"),
        ({"cost": -1}, "cost", "negative"),
        ({"unit": "lb"}, "unit", "unknown"),
        ({"base_quantity": 0}, "base_quantity", "not_positive"),
        ({"sold": "sometimes"}, "sold", "unknown"),
        ({"sold": "weighed", "unit": "piece", "estimated_weight": 1000}, "unit", "not_of_weight"),
        ({"estimated_weight": 0}, "estimated_weight", "not_positive"),
        ({"stock_kind": "some"}, "stock_kind", "unknown"),
        ({"stock": -1000}, "stock", "negative"),
    ],
)
def test_nonsense_about_a_product_is_refused(
    store: Store, group: Offering, values: dict[str, object], field: str, reason: str
) -> None:
    known = store.catalogues.product(group.products["eggs"])
    with pytest.raises(Invalid) as refused:
        store.catalogues.edit_product(known.id, known.version, **values)
    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert store.catalogues.product(known.id) == known


def test_every_field_of_a_product_can_change(store: Store, group: Offering) -> None:
    values = {
        "reference": " bœuf 5 ", "name": "Colis  de bœuf", "unit": "kg", "base_quantity": 1000, "price": 1390,
        "cost": 1100, "sold": "weighed", "estimated_weight": 5000, "stock_kind": "all", "stock": 12_000,
        "display_order": 7, "active": False,
    }  # fmt: skip
    changed = store.catalogues.edit_product(group.products["eggs"], 1, **values)
    assert {name: getattr(changed, name) for name in values} == {
        **values,
        "name": "Colis de bœuf",
        "reference": "bœuf 5",
    }
    assert store.catalogues.resolve_product("BŒUF5") == changed.id
    assert store.catalogues.resolve_product("colis de") == changed.id


def test_a_stock_that_was_sold_from_meanwhile_is_not_set_back(store: Store, group: Offering) -> None:
    eggs = group.products["eggs"]
    known = store.catalogues.edit_product(eggs, 1, stock_kind="all", stock=10_000)
    store.orders.record(group.members["odette"], group.next, [(eggs, 3000)])
    with pytest.raises(ChangedElsewhere):
        store.catalogues.edit_product(eggs, known.version, stock=20_000, stock_was=known.stock)
    assert store.catalogues.edit_product(eggs, known.version, price=250).stock == 7000
    assert store.catalogues.edit_product(eggs, known.version + 1, stock=27_000, stock_was=7000).stock == 27_000


def test_products_that_are_offered_no_longer_stay_where_they_are_ordered(store: Store, group: Offering) -> None:
    eggs, potatoes = group.products["eggs"], group.products["potatoes"]
    order = store.orders.record(group.members["odette"], group.next, [(eggs, 2000)]).order_id
    assert store.catalogues.set_active([eggs, potatoes, eggs], False) == 2
    assert store.catalogues.set_active([eggs], False) == 0
    offered = {found.product.id for found in store.orders.offer(group.members["odette"], group.next).products}
    assert group.products["tomatoes"] in offered
    assert not {eggs, potatoes} & offered
    assert [line.product.id for line in store.orders.get(order).lines] == [eggs]
    (veg,) = (row for row in store.catalogues.rows() if row.id == group.catalogues["veg"])
    assert veg.products == 1
    with pytest.raises(NotFound):
        store.catalogues.set_active([potatoes, 999], True)
    assert not store.catalogues.product(potatoes).active
    store.catalogues.edit_catalogue(veg.id, veg.version, active=False)
    assert not store.catalogues.products([veg.id])
    assert len(store.catalogues.products([veg.id], inactive=True)) == 3
    offered = {found.product.id for found in store.orders.offer(group.members["odette"], group.next).products}
    assert group.products["tomatoes"] not in offered
    assert store.orders.get(order).lines


def test_products_are_moved_one_place_at_a_time(store: Store, group: Offering) -> None:
    def names() -> list[str]:
        return [p.reference for p in store.catalogues.products([group.catalogues["flour"]])]

    assert names() == ["FT80", "FPE", "FSA", "5CER", "7HE"]
    assert store.catalogues.move_product(group.products["cereals"], -1)
    assert names() == ["FT80", "FPE", "5CER", "FSA", "7HE"]
    assert store.catalogues.move_product(group.products["wheat"], 1)
    assert names() == ["FPE", "FT80", "5CER", "FSA", "7HE"]
    assert not store.catalogues.move_product(group.products["herbs"], 1)
    assert names() == ["FPE", "FT80", "5CER", "FSA", "7HE"]


def speak(store: Store, catalogue_id: int, members: list[int]) -> None:
    """Say who speaks for a catalogue, and nothing else of it."""
    seen = store.catalogues.get(catalogue_id)
    store.catalogues.save_catalogue(catalogue_id, seen.version, ProducerForm(seen.producer_id), {}, members)


def test_who_speaks_for_a_catalogue_is_said_anew_or_not_at_all(store: Store, group: Offering) -> None:
    veg, odette, paul = group.catalogues["veg"], group.members["odette"], group.members["paul"]
    speak(store, veg, [odette, odette])
    with pytest.raises(NotFound):
        speak(store, veg, [paul, 999])
    assert store.catalogues.contacts(veg) == (odette,)
    assert {row.id: row.contacts for row in store.catalogues.rows()}[veg] == 1
    speak(store, veg, [])
    assert store.catalogues.contacts(veg) == ()


def test_a_contact_who_is_archived_since_stays_one(store: Store, group: Offering) -> None:
    veg, odette, paul = group.catalogues["veg"], group.members["odette"], group.members["paul"]
    speak(store, veg, [odette])
    store.members.archive(odette)
    store.members.archive(paul)
    speak(store, veg, [odette, group.members["yves"]])
    with pytest.raises(NotFound):
        speak(store, veg, [odette, paul])
    assert store.catalogues.contacts(veg) == (odette, group.members["yves"])


def test_a_catalogue_is_saved_with_its_producer_and_contacts_or_not_at_all(store: Store, group: Offering) -> None:
    offer, yves = store.catalogues, group.members["yves"]
    new = ProducerForm(values={"name": "Rucher du Lac", "email": "miel@exemple.fr"})
    with pytest.raises(Invalid):
        offer.save_catalogue(None, 0, new, {"name": "Miel", "currency": ""}, [yves])
    with pytest.raises(NotFound):
        offer.save_catalogue(None, 0, new, {"name": "Miel", "currency": "EUR"}, [999])
    assert len(offer.producers()) == len(offer.rows()) == 3
    honey = offer.get(offer.save_catalogue(None, 0, new, {"name": "Miel", "currency": "EUR"}, [yves]))
    assert (honey.producer_name, honey.closes_at, honey.active, offer.contacts(honey.id)) == (
        "Rucher du Lac", None, True, (yves,),
    )  # fmt: skip
    same = ProducerForm(honey.producer_id)
    offer.save_catalogue(honey.id, honey.version, same, {"name": "Miel", "active": True})
    assert offer.get(honey.id) == honey
    store.distributions.offer(group.next, honey.id)
    phone = ProducerForm(honey.producer_id, 1, {"phone": "06 39 98 33 33"})
    rule = {"closes_days_before": 1, "closes_at": "09:00"}
    with pytest.raises(ChangedElsewhere):
        offer.save_catalogue(honey.id, honey.version + 1, phone, rule)
    assert offer.producer(honey.producer_id).phone == ""
    offer.save_catalogue(honey.id, honey.version, phone, rule)
    assert offer.producer(honey.producer_id).phone == "06 39 98 33 33"
    offered = store.distributions.get(group.next).catalogue(honey.id)
    assert offered is not None
    assert offered.closes == datetime(2026, 11, 25, 9)


def test_a_producers_address_is_checked_and_the_name_is_free(store: Store, group: Offering) -> None:
    producer = store.catalogues.producers()[0]
    with pytest.raises(Invalid) as refused:
        store.catalogues.edit_producer(producer.id, producer.version, email="rigaud@")
    assert refused.value.field == "email"
    with pytest.raises(Invalid) as refused:
        store.catalogues.edit_producer(producer.id, producer.version, name="volailles  RIGAUD")
    assert refused.value.reason == "taken"
    with pytest.raises(NotFound):
        store.catalogues.edit_producer(producer.id, producer.version, member_id=999)
    changed = store.catalogues.edit_producer(
        producer.id, producer.version, email=" gue@exemple.fr ", member_id=group.members["yves"]
    )
    assert (changed.email, changed.member_id) == ("gue@exemple.fr", group.members["yves"])


def test_a_producer_keeps_the_own_products_and_no_others(
    store: Store, group: Offering, act_as: Callable[[str], Store]
) -> None:
    veg, poultry = group.catalogues["veg"], group.catalogues["poultry"]
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[poultry])
    rigaud = act_as("rigaud")
    chicken, eggs = group.products["chicken"], group.products["eggs"]
    assert [row.id for row in rigaud.catalogues.rows()] == [poultry]
    assert rigaud.catalogues.edit_product(chicken, 1, price=1300, cost=900).cost == 900
    assert rigaud.catalogues.set_active([chicken], False) == 1
    assert rigaud.catalogues.move_product(chicken, 1)
    for act in (
        lambda: rigaud.catalogues.edit_product(eggs, 1, price=1),
        lambda: rigaud.catalogues.set_active([chicken, eggs], False),
        lambda: rigaud.catalogues.move_product(eggs, 1),
        lambda: rigaud.catalogues.usage(eggs),
        lambda: rigaud.catalogues.edit_catalogue(poultry, 1, name="Rigaud"),
        lambda: speak(rigaud, poultry, []),
        lambda: rigaud.catalogues.edit_producer(1, 1, phone=""),
        lambda: rigaud.distributions.set_hours(group.next, veg, None, None),
        lambda: rigaud.distributions.set_stock(group.next, eggs, 1000),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert store.catalogues.product(eggs).active


def test_costs_and_producers_addresses_are_for_those_whom_they_concern(
    store: Store, group: Offering, act_as: Callable[[str], Store]
) -> None:
    chicken, eggs = group.products["chicken"], group.products["eggs"]
    for product in (chicken, eggs):
        store.catalogues.edit_product(product, 1, cost=100)
    for producer in store.catalogues.producers():
        store.catalogues.edit_producer(producer.id, 1, email="mail@exemple.fr", phone="06 39 98 22 22")
    store.operators.add("anne", "Anne", "writer", email="anne@exemple.fr")
    store.operators.add("lucie", "Lucie", "treasurer", email="lucie@exemple.fr")
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[group.catalogues["poultry"]])

    def costs(login: str) -> dict[int, int | None]:
        return {p.id: p.cost for p in act_as(login).catalogues.products() if p.id in (chicken, eggs)}

    assert costs("anne") == {chicken: None, eggs: None}
    assert act_as("anne").catalogues.product(eggs).cost is None
    assert costs("lucie") == {chicken: 100, eggs: 100}
    assert costs("rigaud") == {chicken: 100, eggs: None}
    assert {p.email for p in act_as("anne").catalogues.producers()} == {""}
    assert sorted(p.phone for p in act_as("rigaud").catalogues.producers()) == ["", "", "06 39 98 22 22"]
    emails = {o.login: o.email for o in act_as("anne").operators.all()}
    assert emails == {"anne": "anne@exemple.fr", "lucie": None, "marie": None, "rigaud": None}
    assert {o.login: o.email for o in store.operators.all()}["lucie"] == "lucie@exemple.fr"
