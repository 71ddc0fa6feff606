"""Several at once on one file, as processes of their own: no order is lost, no crate sold twice, nobody locked out."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, timedelta

import pytest

from store import Store
from store.distribution_planning import insert_distribution
from store.errors import ChangedElsewhere, StockShort
from store.household import insert_member
from store.orders import Basket, Entry
from store.people import Member, Person
from tests.offering import Offering

OPERATORS, ORDERS = 4, 200
DAYS, CRATES = 20, 500


@pytest.fixture
def group(store: Store, offering: Offering) -> Offering:
    offering.products["crates"] = store.catalogues.add_product(
        offering.catalogues["veg"], "Pommes", 900, stock_kind="all", stock=CRATES * 1000
    )
    return offering


def in_processes(*works: Callable[[], None]) -> None:
    """Carry out each in a process of its own, all at the same time; fails when one of them does."""
    sys.stdout.flush()
    children = []
    for work in works:
        child = os.fork()
        if child == 0:
            ended = 1
            try:
                work()
                ended = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(ended)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * len(children)


def test_four_take_two_hundred_orders_each(store: Store, group: Offering) -> None:
    crates, eggs = group.products["crates"], group.products["eggs"]
    with store.writing() as t:
        members = [insert_member(t, Member((Person(f"Ada {n}", "Durand"),))) for n in range(OPERATORS * ORDERS // DAYS)]
        days = [
            insert_distribution(t, date(2027, 1, 7) + timedelta(days=n), "18:00", "19:00", "Halle", [1])
            for n in range(DAYS)
        ]
    wanted = [(member, day) for member in members for day in days]

    def take(place: int) -> None:
        mine = Store(store.path, "marie")
        for number, (member, day) in enumerate(wanted[place::OPERATORS]):
            try:
                if number % 50:
                    mine.orders.record(member, day, [(crates, 1000)])
                else:
                    basket = mine.orders.open_basket(member, day)
                    basket = mine.orders.enter(basket.id, Entry("1 pom", crates, 0, 1000), version=basket.version)
                    mine.orders.confirm(basket.id, version=basket.version)
            except StockShort:
                mine.orders.record(member, day, [(eggs, 1000)])
        mine.close()

    in_processes(*(lambda place=place: take(place) for place in range(OPERATORS)))  # type: ignore[misc]
    with store.reading() as t:
        ordered = t.all("SELECT member_id, distribution_id FROM orders WHERE state = 'confirmed' AND filled = 1")
        sold = t.value(
            """SELECT sum(l.quantity) FROM order_lines l JOIN orders o ON o.id = l.order_id
            WHERE l.product_id = ? AND o.state = 'confirmed'""",
            (crates,),
        )
        journal = t.value("SELECT count(*) FROM journal WHERE action IN ('order.recorded', 'order.confirmed')")
    assert sorted(tuple(row) for row in ordered) == sorted(wanted)
    assert journal == len(wanted)
    assert sold == CRATES * 1000
    assert store.catalogues.product(crates).stock == 0


def test_two_take_the_last_two_crates(store: Store, group: Offering) -> None:
    crates = group.products["crates"]
    days = [
        store.distributions.add(date(2027, 1, 7) + timedelta(days=n), "18:00", "19:00", "Halle", [1]) for n in range(8)
    ]
    with store.writing() as t:
        t.execute("UPDATE products SET stock_kind = 'distribution', stock = 2000 WHERE id = ?", (crates,))
    begin = time.time() + 0.1

    def take(name: str) -> None:
        mine = Store(store.path, "marie")
        time.sleep(max(0.0, begin - time.time()))
        for day in days:
            basket = mine.orders.open_basket(group.members[name], day)
            basket = mine.orders.enter(basket.id, Entry("2 pom", crates, 0, 2000))
            served = basket.lines[0].left == 0
            assert served or basket.lines[0].left == -2000
            with nullcontext() if served else pytest.raises(StockShort):
                mine.orders.confirm(basket.id)
        mine.close()

    in_processes(lambda: take("odette"), lambda: take("paul"))
    for day in days:
        rows = store.orders.of_distribution(day)
        assert sorted(row.state for row in rows) == ["basket", "confirmed"]


def test_two_type_into_one_order_and_nothing_of_either_is_lost(store: Store, group: Offering) -> None:
    eggs, own = group.products["eggs"], {"marie": group.products["wheat"], "paul": group.products["spelt"]}
    store.operators.add("paul", "Paul", "phone_desk")
    store.orders.record(group.members["odette"], group.next, [(eggs, 1000)])

    def type_in(login: str) -> None:
        mine = Store(store.path, login)
        seen = mine.orders.open_basket(group.members["odette"], group.next)
        for number in range(20):
            product = own[login] if number % 2 else eggs
            while True:
                line = seen.line(product)
                before = line.quantity if line else 0
                entry = Entry(f"{login} {number}", product, before, before + 1000)
                try:
                    seen = mine.orders.enter(seen.id, entry, version=seen.version)
                    break
                except ChangedElsewhere:
                    seen = mine.orders.basket(seen.id)
        mine.close()

    in_processes(lambda: type_in("marie"), lambda: type_in("paul"))
    basket = store.orders.open_basket(group.members["odette"], group.next)
    assert basket.entries == 40
    assert [line.quantity for line in basket.lines] == [21_000, 10_000, 10_000]
    with store.reading() as t:
        texts = [row["text"] for row in t.all("SELECT text FROM basket_entries ORDER BY id")]
    for login in own:
        assert [text for text in texts if text.startswith(login)] == [f"{login} {n}" for n in range(20)]
    assert store.orders.confirm(basket.id, version=basket.version).totals == {"EUR": 21 * 240 + 10 * (215 + 340)}


def test_what_is_entered_survives_kill_9(store: Store, group: Offering) -> None:
    products = [p for name, p in group.products.items() if name not in ("crates", "chicken")]
    chance = random.Random(4)

    def enter(pipe: int) -> None:
        mine = Store(store.path, "marie")
        basket = mine.orders.open_basket(group.members["odette"], group.next)
        for number in range(10_000):
            product = products[number % len(products)]
            line = basket.line(product)
            before = line.quantity if line else 0
            basket = mine.orders.enter(basket.id, Entry(f"{number}", product, before, before + 1000))
            os.write(pipe, number.to_bytes(2, "big"))

    for _time in range(4):
        reads, writes = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                enter(writes)
            finally:
                os._exit(1)
        os.close(writes)
        answered = os.read(reads, 2)
        time.sleep(chance.uniform(0, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while more := os.read(reads, 65536):
            answered += more
        os.close(reads)
        basket = store.orders.open_basket(group.members["odette"], group.next)
        assert len(answered) // 2 <= basket.entries <= len(answered) // 2 + 1
        assert sum(line.quantity for line in basket.lines) == basket.entries * 1000
        assert _undone(store, basket).lines == ()
        store.orders.drop(basket.id)
    with store.reading() as t:
        assert t.value("PRAGMA integrity_check") == "ok"


def _undone(store: Store, basket: Basket) -> Basket:
    """The basket with every entry taken back, one by one."""
    for _entry in range(basket.entries):
        basket = store.orders.undo(basket.id)
    return basket
