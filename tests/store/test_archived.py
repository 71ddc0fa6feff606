"""Archived members: out of every list, but findable among themselves so that they can be brought back."""

from __future__ import annotations

import pytest

from store import Store
from store.errors import NotAllowed
from store.people import Member, Person


@pytest.fixture
def gone(store: Store) -> int:
    people = (Person("Odette", "Maréchal", phone="02 61 91 11 22"), Person("Yves", "Le Goff", "yves@exemple.fr"))
    member = store.members.add(Member(people=people, city="Orvault", tags=("bureau", "panier")))
    store.members.add(Member(people=(Person("Odile", "Maréchal"),)))
    store.members.archive(member)
    return member


@pytest.mark.parametrize("text", ["", "mare", "ODETTE marechal", "0261911122", "02 61 91", "legoff", "yves"])
def test_an_archived_member_is_found_among_the_archived(store: Store, gone: int, text: str):
    found = store.members.search(text, archived=True)
    assert [(row.id, row.name) for row in found.rows] == [(gone, "Maréchal Odette / Le Goff Yves")]
    assert found.total == 1
    assert (found.rows[0].city, found.rows[0].tags) == ("Orvault", ("bureau", "panier"))


@pytest.mark.parametrize("text", ["odile", "zzz", "x" * 1000])
def test_nobody_else_is_among_them(store: Store, gone: int, text: str):
    assert store.members.search(text, archived=True).rows == ()


def test_who_was_erased_or_merged_is_not_brought_back(store: Store, gone: int):
    with store.writing() as t:
        t.execute("UPDATE members SET erased_at = ? WHERE id = ?", (t.stamp, gone))
    assert store.members.search("", archived=True).total == 0


def test_a_producer_does_not_see_them(store: Store, gone: int, act_as):
    from store.rights import Right

    with store.writing() as t:
        t.insert("operators", login="daniel", name="Daniel")
        producer = t.insert("producers", name="Daniel")
        catalogue = t.insert("catalogues", name="Fromages", producer_id=producer, currency="EUR")
        t.insert(
            "rights",
            operator_id=t.value("SELECT id FROM operators WHERE login = 'daniel'"),
            name=Right.ORDERS.value,
            catalogue_id=catalogue,
        )
    with pytest.raises(NotAllowed):
        act_as("daniel").members.search("", archived=True)
