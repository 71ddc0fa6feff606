"""The former program on a file that a newer one has brought up to date: it keeps what is typed, and no more."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from store import Store
from store.errors import FileNewer
from store.file import KEEPS_TYPED, keeping_typed
from store.members import Member, Person
from store.orders import Entry
from store.schema import LATEST
from store.segments import EVERYONE
from tests.newer import bring_up_to_date
from tests.offering import Offering

Act = Callable[[Store, Offering], object]


def rows(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(store.path)) as conn:
        tables = [name for (name,) in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: conn.execute(f"SELECT count(*) FROM [{name}]").fetchone()[0] for name in tables}


def test_everything_else_is_refused_even_where_typed_text_may_be_kept(store: Store, offering: Offering) -> None:
    basket = store.orders.open_basket(offering.members["odette"], offering.next)
    message = store.messages.new(EVERYONE, subject="Bonjour")
    acts: tuple[Act, ...] = (
        lambda s, o: s.members.add(Member(people=(Person(last_name="Neuf"),))),
        lambda s, o: s.orders.enter(basket.id, Entry("1 tom", o.products["tomatoes"], 0, 1000), version=basket.version),
        lambda s, o: s.orders.record(o.members["paul"], o.next, [(o.products["tomatoes"], 1000)]),
        lambda s, o: s.orders.drop(basket.id, version=basket.version),
        lambda s, o: s.messages.delete(message),
        lambda s, o: s.settings.set("limit", 3),
        lambda s, o: s.operators.add("paul", "Paul", "coordinator"),
        lambda s, o: s.unfinished.take("order"),
    )
    store.unfinished.keep("order", {"line": "2 oe"})
    bring_up_to_date(store.path)
    before = rows(store)
    for act in acts:
        with pytest.raises(FileNewer):
            act(store, offering)
        with keeping_typed(), pytest.raises(FileNewer):
            act(store, offering)
    with pytest.raises(FileNewer):
        store.members.get(offering.members["odette"])
    with keeping_typed(), pytest.raises(FileNewer), store.writing() as t:  # not even what leaves no row in the journal
        t.execute("DELETE FROM rights")
    assert rows(store) == before


def test_what_is_typed_is_kept_where_the_newer_program_finds_it(store: Store, offering: Offering) -> None:
    draft = store.messages.get(store.messages.new(EVERYONE, subject="Bonjour"))
    bring_up_to_date(store.path)
    assert store.version() == LATEST + 1
    with keeping_typed():
        store.unfinished.keep("form", {"name": "Duran"})
        basket = store.orders.open_basket(offering.members["odette"], offering.next)
        store.orders.keep_typed(basket.id, ["2 oe", "1 ca"])
        store.orders.note(basket.id, "à la cave")
        store.messages.save(replace(draft, text="Chers tous"))
        copy = store.messages.duplicate(draft.id or 0)
        assert store.unfinished.look("form") == {"name": "Duran"}
        found = store.orders.look(offering.members["odette"], offering.next)
        assert (found.typed, found.note) == (("2 oe", "1 ca"), "à la cave")
        assert {store.messages.get(one).text for one in (draft.id or 0, copy)} == {"Chers tous"}
    with pytest.raises(FileNewer):
        store.unfinished.look("form")
    with closing(sqlite3.connect(store.path)) as conn:
        actions = {action for (action,) in conn.execute("SELECT action FROM journal")}
    assert KEEPS_TYPED - actions <= {"message.attached"}
