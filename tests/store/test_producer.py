"""What the operator of one producer sees: members by name and phone, own lines, and nothing of anybody's e-mail."""

from __future__ import annotations

from datetime import date

import pytest

from store.errors import Invalid, NotAllowed, NotFound
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
