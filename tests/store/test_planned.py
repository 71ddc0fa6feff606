"""Long changes are worked out while others write, and written only if the group is still as it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store import Store
from store.errors import NotAllowed
from store.exchange.members import import_members
from store.exchange.orders import import_orders
from store.exchange.products import import_products
from store.exchange.tables import ImportFile
from store.people import Member, Person
from tests.store.exchange.group_file import counts
from tests.store.exchange.shop import fill

ROWS = ImportFile(
    Path("members.csv"),
    b"first_name;last_name;email\nOdette;Marechal;odette@exemple.fr\nYves;Le Bihan;yves@exemple.fr\n",
)
SECOND = Member(people=(Person("Odette", "Maréchal", "odette@exemple.fr"),))


def waits(store: Store) -> bool:
    """Whether another program that wants to write now has to wait."""
    with closing(sqlite3.connect(store.path, timeout=0, isolation_level=None)) as conn:
        try:
            conn.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        conn.execute("ROLLBACK")
        return False


def files(store: Store) -> dict[str, object]:
    shop = fill(store)
    orders = ImportFile(
        Path("orders.csv"),
        "Nom;productName;prix TTC;Quantité;frais;total;Payé\nMARéCHAL Odette;Chou;2,40;2;;4,80;true\n".encode(),
    )
    products = ImportFile(Path("products.csv"), b"name;reference;price\nChou rouge;CHOUR;2,40\nNavet;NAV;1,20\n")
    columns = ("name", "reference", "price")
    catalogue = shop.catalogues["veg"]
    return {
        "members": lambda told: import_members(store, ROWS, progress=told),
        "orders": lambda told: import_orders(
            store, orders, distribution_id=shop.distribution, catalogue_id=catalogue, progress=told
        ),
        "products": lambda told: import_products(
            store, products, catalogue_id=catalogue, mapping=columns, progress=told
        ),
    }


@pytest.mark.parametrize("kind", ["members", "orders", "products"])
def test_nobody_waits_while_a_file_is_compared(store: Store, kind: str) -> None:
    waited: list[bool] = []
    files(store)[kind](lambda done, total: waited.append(waits(store)))  # type: ignore[operator]
    assert waited
    assert not any(waited)


def test_who_is_added_while_a_file_is_compared_is_not_added_again(store: Store) -> None:
    added: list[int] = []

    def somebody_else(done: int, total: int) -> None:
        if done == total and not added:
            added.append(store.members.add(SECOND))

    report = import_members(store, ROWS, progress=somebody_else)
    assert counts(report) == (1, 0, 1, 0, 0)
    assert [row.id for row in store.members.search("odette").rows] == added


def test_an_import_ends_also_where_others_never_rest(store: Store) -> None:
    """At last it keeps them waiting."""
    tries: list[bool] = []

    def others(done: int, total: int) -> None:
        if done == total:
            tries.append(waits(store))
            if not tries[-1]:
                store.members.add(Member(people=(Person("Luc", f"Aubert {len(tries)}"),)))

    report = import_members(store, ROWS, progress=others)
    assert counts(report) == (2, 0, 0, 0, 0)
    assert tries == [False, False, False, True]


def test_a_right_that_is_taken_away_meanwhile_is_gone(store: Store) -> None:
    taken: list[int] = []

    def admin(done: int, total: int) -> None:
        if done == total and not taken:
            with store.writing() as t:
                t.execute("DELETE FROM rights")
                t.journal("operator.described", 1)
            taken.append(1)

    with pytest.raises(NotAllowed):
        import_members(store, ROWS, progress=admin)
    with closing(sqlite3.connect(store.path)) as conn:
        assert conn.execute("SELECT count(*) FROM members").fetchone()[0] == 0
