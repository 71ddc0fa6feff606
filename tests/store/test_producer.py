"""What the operator of one producer sees: members by name and phone, own lines, and nothing of anybody's e-mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from store.errors import Invalid, NotAllowed, NotFound
from store.exchange.order_export import export_orders
from store.exchange.orders import import_orders
from store.exchange.tables import ImportFile
from store.members import Member, Person
from store.orders import Entry
from store.rules import make
from store.segments import NOBODY, Verb


@pytest.fixture
def farm(store):
    """Rigaud's catalogue with one product, and somebody else's."""
    ids = []
    for producer, product in (("Rigaud", "Poulet"), ("Daniel", "Comté")):
        catalogue = store.catalogues.add_catalogue(producer, store.catalogues.add_producer(producer), "EUR")
        ids += [catalogue, store.catalogues.add_product(catalogue, product, 1000)]
    return tuple(ids)


@pytest.fixture
def rigaud(store, farm, act_as):
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[farm[0]])
    return act_as("rigaud")


@pytest.fixture
def thursday(store, farm):
    return store.distributions.add(date(2026, 11, 26), "18:00", "19:00", "Halle", [farm[0], farm[2]])


@pytest.fixture
def nameless(store):
    return store.members.add(Member((Person(email="odette@exemple.fr"),)))


def test_no_list_calls_a_nameless_member_by_the_e_mail(store, rigaud, nameless, thursday, farm):
    store.orders.record(nameless, thursday, [(farm[1], 1000), (farm[3], 1000)])
    (row,) = rigaud.orders.of_distribution(thursday)
    assert row.member == ""
    assert row.totals == {"EUR": 1000}
    assert [found.name for found in rigaud.members.search("").rows] == [""]
    assert [found.name for found in store.members.search("").rows] == ["odette@exemple.fr"]


def test_whose_an_e_mail_is_stays_unknown(store, rigaud, nameless):
    asked = Member((Person("Odette", "Maréchal", email="odette@exemple.fr"),))
    assert rigaud.members.alike(asked) == ()
    assert len(store.members.alike(asked)) == 1


def test_members_are_not_read_out_of_a_segment(rigaud, nameless):
    with pytest.raises(NotAllowed):
        rigaud.segments.sentences(NOBODY.then(Verb.ADD, make("member", ids=(nameless,))))


def test_a_cancelled_order_of_others_stays_unknown(store, rigaud, nameless, thursday, farm):
    theirs = store.orders.record(nameless, thursday, [(farm[3], 1000)]).order_id
    store.orders.cancel(theirs, "ill")
    with pytest.raises(NotFound):
        rigaud.orders.get(theirs)
    own = store.orders.record(nameless, thursday, [(farm[1], 1000)]).order_id
    store.orders.cancel(own, "ill")
    assert rigaud.orders.get(own).state == "cancelled"


def test_is_given_catalogues_that_exist(store, farm):
    with pytest.raises(Invalid):
        store.operators.add("paul", "Paul", "producer")
    with pytest.raises(NotFound):
        store.operators.add("paul", "Paul", "producer", catalogues=[99])
    store.operators.add("paul", "Paul", "producer", catalogues=[farm[0], farm[0]])


def test_who_takes_no_orders_looks_at_no_basket(store, act_as, nameless, thursday):
    store.operators.add("anne", "Anne", "writer")
    with pytest.raises(NotAllowed):
        act_as("anne").orders.look(nameless, thursday)


def test_what_a_colleague_typed_stays_with_the_colleague(store, rigaud, nameless, thursday, farm):
    basket = store.orders.open_basket(nameless, thursday)
    store.orders.keep_typed(basket.id, ["2 comté"])
    seen = rigaud.orders.basket(basket.id)
    assert seen.typed == ()
    rigaud.orders.enter(basket.id, Entry("1 poulet", farm[1], 0, 1000))
    assert store.orders.basket(basket.id).typed == ("2 comté",)
    rigaud.orders.keep_typed(basket.id, ["3 poulet"])
    assert rigaud.orders.basket(basket.id).typed == ()
    assert store.orders.basket(basket.id).typed == ("2 comté", "3 poulet")


def test_what_the_producer_typed_is_kept_for_the_producer(store, rigaud, nameless, thursday):
    basket = rigaud.orders.open_basket(nameless, thursday)
    rigaud.orders.keep_typed(basket.id, ["3 poulet"])
    assert rigaud.orders.basket(basket.id).typed == store.orders.basket(basket.id).typed == ("3 poulet",)


@pytest.fixture
def order(store, nameless, thursday, farm):
    """A chicken and a cheese for one member, with a note."""
    basket = store.orders.open_basket(nameless, thursday)
    for product in (farm[1], farm[3]):
        store.orders.enter(basket.id, Entry("1", product, 0, 1000))
    store.orders.note(basket.id, "in hospital")
    return store.orders.confirm(basket.id).order_id


def test_a_note_that_goes_with_others_lines_is_not_for_the_producer(store, rigaud, nameless, thursday, farm, order):
    assert rigaud.orders.look(nameless, thursday).note == ""
    assert rigaud.orders.get(order).note == ""
    assert rigaud.orders.last_of(nameless).note == ""
    assert b"hospital" in export_orders(store, thursday).content
    assert b"hospital" not in export_orders(rigaud, thursday).content
    change = rigaud.orders.open_basket(nameless, thursday)
    assert change.note == ""
    with pytest.raises(Invalid):
        rigaud.orders.note(change.id, "by bike")
    rigaud.orders.enter(change.id, Entry("+1", farm[1], 1000, 2000))
    rigaud.orders.confirm(change.id)
    store.orders.change(order, {farm[3]: 0})
    assert (store.orders.get(order).note, rigaud.orders.get(order).note) == ("in hospital", "")
    store.orders.cancel(order, "died")
    assert (store.orders.get(order).cancelled_reason, rigaud.orders.get(order).cancelled_reason) == ("died", "")


def test_the_note_of_an_order_of_theirs_alone_is_theirs_too(store, rigaud, nameless, thursday, farm):
    basket = rigaud.orders.open_basket(nameless, thursday)
    rigaud.orders.enter(basket.id, Entry("1", farm[1], 0, 1000))
    assert rigaud.orders.note(basket.id, "no feet").note == "no feet"
    order = rigaud.orders.confirm(basket.id).order_id
    assert (store.orders.get(order).note, rigaud.orders.get(order).note) == ("no feet", "no feet")
    assert rigaud.orders.cancel(order, "ill").cancelled_reason == "ill"


def test_over_an_order_of_others_alone_it_is_a_new_one_and_goes_into_theirs(store, rigaud, nameless, thursday, farm):
    theirs = store.orders.record(nameless, thursday, [(farm[3], 1000)]).order_id
    seen = rigaud.orders.look(nameless, thursday)
    begun = rigaud.orders.open_basket(nameless, thursday)
    assert [(b.changes_order_id, b.note_hidden, b.changes_version) for b in (seen, begun)] == [(None, True, 1)] * 2
    assert rigaud.orders.enter(begun.id, Entry("2", farm[1], 0, 2000)).changes_order_id is None
    (row,) = (row for row in rigaud.orders.of_distribution(thursday) if row.state == "basket")
    assert row.changes_order_id is None
    assert store.orders.basket(begun.id).changes_order_id == theirs
    assert rigaud.orders.confirm(begun.id).order_id == theirs
    assert rigaud.orders.look(nameless, thursday).changes_order_id == theirs
    store.orders.change(theirs, {farm[1]: 0})
    assert rigaud.orders.look(nameless, thursday).changes_order_id == theirs


def test_what_a_colleague_noted_meanwhile_waits_for_the_colleague(store, rigaud, nameless, thursday, farm, order):
    change = store.orders.open_basket(nameless, thursday)
    store.orders.note(change.id, "back home")
    rigaud.orders.enter(change.id, Entry("+1", farm[1], 1000, 2000))
    rigaud.orders.confirm(change.id)
    assert store.orders.get(order).note == "in hospital"
    again = store.orders.open_basket(nameless, thursday)
    assert [(line.before, line.quantity) for line in again.lines] == [(2000, 2000), (1000, 1000)]
    assert again.note == "back home"
    rigaud.orders.drop(again.id)
    store.orders.confirm(again.id)
    assert store.orders.get(order).note == "back home"


def test_what_a_colleague_typed_outlasts_what_the_producer_does(store, rigaud, nameless, thursday, farm):
    basket = store.orders.open_basket(nameless, thursday)
    store.orders.keep_typed(basket.id, ["2 comté"])
    rigaud.orders.enter(basket.id, Entry("1", farm[1], 0, 1000))
    order = rigaud.orders.confirm(basket.id).order_id
    again = store.orders.open_basket(nameless, thursday)
    assert (again.changes_order_id, again.typed) == (order, ("2 comté",))
    rigaud.orders.drop(again.id)
    assert store.orders.basket(again.id).typed == ("2 comté",)


def test_no_file_brings_a_note_over_a_colleague_s(store, rigaud, nameless, thursday, farm, order):
    store.members.save(replace(store.members.get(nameless), people=(Person("Odette", "Maréchal"),)))
    header, line = export_orders(rigaud, thursday).content.decode("utf-8-sig").splitlines()
    cells = dict(zip(header.split(";"), line.split(";"), strict=True)) | {"quantity": "2", "note": "by bike"}
    text = f"{header}\n{';'.join(cells.values())}\n"
    report = import_orders(rigaud, ImportFile(Path("orders.csv"), text.encode()), distribution_id=thursday)
    assert (report.changed, store.orders.get(order).lines[0].quantity) == (1, 2000)
    assert store.orders.get(order).note == "in hospital"


def test_who_has_not_ordered_is_counted_for_the_own_catalogue(store, rigaud, nameless, thursday, farm):
    store.orders.record(nameless, thursday, [(farm[3], 1000)])
    assert (store.orders.summary(thursday).not_ordered, rigaud.orders.summary(thursday).not_ordered) == (0, 1)
    assert rigaud.orders.states(thursday) == {}
    with pytest.raises(NotAllowed):
        rigaud.orders.record(nameless, thursday, [(farm[1], 1000), (farm[3], 1000)])
    assert rigaud.orders.states(thursday) == {}


def test_a_right_taken_away_is_gone_in_the_middle_of_an_order(store, rigaud, nameless, thursday, farm):
    basket = rigaud.orders.open_basket(nameless, thursday)
    rigaud.orders.enter(basket.id, Entry("1", farm[1], 0, 1000))
    with store.writing() as t:
        t.execute("UPDATE rights SET catalogue_id = ? WHERE catalogue_id = ?", (farm[2], farm[0]))
    assert rigaud.orders.basket(basket.id).lines == ()
    for act in (
        lambda: rigaud.orders.enter(basket.id, Entry("2", farm[1], 1000, 2000)),
        lambda: rigaud.orders.confirm(basket.id),
        lambda: rigaud.orders.undo(basket.id),
    ):
        with pytest.raises((NotAllowed, Invalid)):
            act()
    assert store.orders.basket(basket.id).entries == 1
