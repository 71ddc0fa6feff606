"""What is half typed when the line drops is there for whoever typed it, once, and goes with whom it names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from store import Store
from store.erasing import erase
from store.errors import NotAllowed
from store.members import Member, Person


def test_it_is_given_back_once_and_to_nobody_else(store: Store, act_as: Callable[[str], Store]) -> None:
    store.operators.add("paul", "Paul", "phone_desk")
    paul = act_as("paul")
    store.unfinished.keep("caller", {"name": "Durand Pau", "phone": " ", "email": "pau@exemple.fr"})
    paul.unfinished.keep("caller", {"name": "Le Bi"})
    assert store.unfinished.take("form") == {}
    assert store.unfinished.take("caller") == {"name": "Durand Pau", "email": "pau@exemple.fr"}
    number = store.change_number()
    assert store.unfinished.take("caller") == {}
    assert store.change_number() == number
    assert paul.unfinished.take("caller") == {"name": "Le Bi"}


def test_the_last_one_counts_and_nothing_typed_is_nothing_kept(store: Store, act_as: Callable[[str], Store]) -> None:
    store.unfinished.keep("caller", {"name": "Dur"})
    store.unfinished.keep("caller", {"name": "Durand"})
    assert store.unfinished.take("caller") == {"name": "Durand"}
    store.unfinished.keep("caller", {"name": "Dur"})
    store.unfinished.keep("caller", {"name": ""})
    assert store.unfinished.take("caller") == {}
    with pytest.raises(NotAllowed):
        act_as("automatic").unfinished.keep("caller", {"name": "Dur"})


def test_it_goes_with_whom_it_names_and_after_a_month(store: Store, hands) -> None:
    member = store.members.add(Member((Person("Odette", "Maréchal", phone="06 39 98 00 01"),)))
    named = [{"name": "marechal o"}, {"phone": "06.39.98.00.01"}, {"phone": "0033639980001"}]
    for number, typed in enumerate([*named, {"name": "Le Bihan"}]):
        store.unfinished.keep(f"caller {number}", typed)
    for form in (f"member {member}", f"member_preferences {member}"):
        store.unfinished.keep(form, {"notes": "deaf"})
    erase(store, member)
    assert store.unfinished.take(f"member {member}") == store.unfinished.take(f"member_preferences {member}") == {}
    assert [store.unfinished.take(f"caller {n}") for n in range(4)] == [{}, {}, {}, {"name": "Le Bihan"}]
    store.unfinished.keep("old", {"name": "Le Bihan"})
    hands.at += timedelta(days=31)
    store.unfinished.keep("new", {"name": "Le Bihan"})
    assert store.unfinished.take("old") == {}
