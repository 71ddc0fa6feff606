"""Whatever is done with orders and vouchers, in any order: each comes off one order at most, and no money twice.

A plain oracle keeps beside the store which voucher is where, from what was asked and what was answered alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from store import Store
from store.errors import Invalid, MergeChanged, StoreError, VoucherRefused, VouchersOff
from store.merging import merge, undo_merge
from store.orders import Entry
from tests.offering import Offering
from tests.store.giving import give
from tests.store.test_orders_at_once import in_processes

STEPS = 150


@dataclass
class Given:
    """What the oracle knows of a voucher: where it is ("" free, "cancelled", or a basket or order)."""

    id: int
    code: str
    member: int
    amount: int
    minimum: int
    at: tuple[str, int] = ("", 0)


@dataclass
class Storm:
    """Random acts on one group, each followed by the oracle's comparison."""

    store: Store
    group: Offering
    chance: random.Random
    days: list[int] = field(default_factory=list)
    given: dict[int, Given] = field(default_factory=dict)

    def begin(self) -> None:
        offered = list(self.group.catalogues.values())
        later = self.store.distributions.add(date(2026, 12, 17), "18:00", "19:30", "Halle", offered)
        self.days = [self.group.next, later]
        for _again in range(8):
            self.give()

    def give(self) -> None:
        member = self.chance.choice(self.members)
        amount, minimum = self.chance.choice((100, 300, 500, 2000)), self.chance.choice((0, 0, 700))
        made = give(self.store, member, amount, minimum=minimum)
        self.given[made.id] = Given(made.id, made.code, member, amount, minimum)

    @property
    def members(self) -> list[int]:
        return list(self.group.members.values())

    def live(self) -> int:
        """A step; how many vouchers are on orders then."""
        often = (self.type, self.type, self.put_on, self.put_on, self.put_on, self.confirm, self.confirm, self.give)
        seldom = (self.take_off, self.drop, self.change, self.cancel, self.move, self.call_off, self.annul, self.merge)
        acts = (*often, *often, *seldom)
        act: Callable[[], None] = self.chance.choice(acts)
        try:
            act()
        except (VoucherRefused, VouchersOff):
            raise
        except StoreError:
            pass  # nothing was stored, and so nothing may be different
        return self.compare()

    def orders(self, state: str) -> dict[int, tuple[int, int]]:
        rows = [row for day in self.days for row in self.store.orders.of_distribution(day) if row.state == state]
        return {row.id: (row.member_id, row.distribution_id) for row in rows}

    def one(self, state: str) -> int:
        found = sorted(self.orders(state))
        if not found:
            raise Invalid("order", "", "none")
        return self.chance.choice(found)

    def type(self) -> None:
        basket = self.store.orders.open_basket(self.chance.choice(self.members), self.chance.choice(self.days))
        product = self.group.products[self.chance.choice(("eggs", "herbs", "chicken"))]
        line = basket.line(product)
        held = 0 if line is None else line.quantity
        self.store.orders.enter(basket.id, Entry("x", product, held, self.chance.choice((0, 1, 2, 4)) * 1000))

    def put_on(self) -> None:
        basket = self.store.orders.basket(self.one("basket"))
        theirs = [one for one in self.given.values() if one.member == basket.member_id]
        voucher = self.chance.choice(theirs if theirs and self.chance.random() < 0.8 else list(self.given.values()))
        on = [self.given[one.id] for one in basket.vouchers]
        expected = self.refusal(voucher, basket.id, basket.member_id, basket.changes_order_id, on)
        total = sum(line.amount for line in basket.lines if line.quantity)
        if not expected:
            expected = "nothing" if not total else "minimum" if total < voucher.minimum else ""
            expected = expected or ("nothing_left" if sum(taken(total, on)) >= total else "")
        assert refusal(self.store, basket.id, voucher.code) == expected
        if not expected and voucher.at[0] != "order":
            voucher.at = ("basket", basket.id)

    def refusal(self, one: Given, basket: int, member: int, order: int | None, on: list[Given]) -> str:
        if one.member != member:
            return "other_member"
        if one.at[0] == "cancelled":
            return "cancelled"
        if one.at[0] == "order":
            return "used" if one.at[1] != order else "on_already" if one in on else ""
        if one.at[0] == "basket":
            return "on_already" if one.at[1] == basket else "elsewhere"
        return ""

    def take_off(self) -> None:
        basket = self.store.orders.basket(self.one("basket"))
        if basket.vouchers:
            voucher = self.given[self.chance.choice(basket.vouchers).id]
            self.store.vouchers.take_off(basket.id, voucher.id)
            if voucher.at[0] == "basket":
                voucher.at = ("", 0)

    def confirm(self) -> None:
        basket = self.store.orders.basket(self.one("basket"))
        on = [self.given[one.id] for one in basket.vouchers]
        total = sum(line.amount for line in basket.lines if line.quantity)
        used = taken(total, on)
        keeps = {one.code for one, cents in zip(on, used, strict=True) if cents}
        off: set[str] = set()
        try:
            done = self.store.orders.confirm(basket.id)
        except VouchersOff as error:
            off = {one.code for one in error.refused}
            done = self.store.orders.confirm(basket.id, vouchers_off=True)
        assert not off & keeps
        assert done.to_pay.get("EUR", 0) == total - sum(used)
        for one in self.given.values():
            if one.at in (("basket", basket.id), ("order", done.order_id)):
                one.at = ("", 0)
        for one, cents in zip(on, used, strict=True):
            one.at = ("order", done.order_id) if cents else ("", 0)

    def drop(self) -> None:
        basket = self.one("basket")
        self.store.orders.drop(basket)
        self.leave("basket", basket)

    def change(self) -> None:
        order = self.one("confirmed")
        product = self.group.products[self.chance.choice(("eggs", "chicken"))]
        wanted = {product: self.chance.choice((0, 1, 3)) * 1000}
        try:
            self.store.orders.change(order, wanted)
        except VouchersOff as off:
            self.store.orders.change(order, wanted, vouchers_off=True)
            codes = {one.code for one in off.refused}
            self.leave("order", order, codes)
        if self.store.orders.get(order).state == "cancelled":
            self.leave("order", order)

    def cancel(self) -> None:
        order = self.one("confirmed")
        self.store.orders.cancel(order, "ill")
        self.leave("order", order)

    def move(self) -> None:
        order = self.one("confirmed")
        there = next(day for day in self.days if day != self.orders("confirmed")[order][1])
        moved = self.store.orders.move(order, there, vouchers_off=True)
        assert moved.order_id is not None
        kept = {one.code for one in moved.confirmation.vouchers}
        for one in self.given.values():
            if one.at in (("order", order), ("order", moved.order_id)):
                one.at = ("order", moved.order_id) if one.code in kept else ("", 0)

    def call_off(self) -> None:
        day = self.chance.choice(self.days)
        gone = [
            (kind, order)
            for kind, state in (("order", "confirmed"), ("basket", "basket"))
            for order, (_member, where) in self.orders(state).items()
            if where == day
        ]
        was = {one.id: one.at for one in self.given.values()}
        self.store.distributions.cancel(day, self.store.distributions.get(day).version, "snow")
        for kind, order in gone:
            self.leave(kind, order)
        self.compare()
        self.store.distributions.restore(day)
        for one in self.given.values():
            one.at = was[one.id]

    def annul(self) -> None:
        voucher = self.chance.choice(list(self.given.values()))
        if self.chance.random() < 0.2:
            self.store.vouchers.cancel(voucher.id)
            voucher.at = ("cancelled", 0)

    def merge(self) -> None:
        """Two members become one and two again: nothing is different, but for what is on the way."""
        keep, gone = self.chance.sample(self.members, 2)
        before = {one.id: (one.member_id, one.order_id, one.used) for one in self.store.vouchers.all()}
        merge_id = merge(self.store, keep, gone)
        try:
            undo_merge(self.store, merge_id)
        except MergeChanged as error:
            raise AssertionError from error
        assert {one.id: (one.member_id, one.order_id, one.used) for one in self.store.vouchers.all()} == before

    def leave(self, kind: str, where: int, codes: set[str] | None = None) -> None:
        for one in self.given.values():
            if one.at == (kind, where) and (codes is None or one.code in codes):
                one.at = ("", 0)

    def compare(self) -> int:
        """That every voucher is where the oracle has it, and that each order takes off no more than it comes to."""
        orders, baskets = self.orders("confirmed"), self.orders("basket")
        for voucher in self.store.vouchers.all():
            kind, where = self.given[voucher.id].at
            assert (voucher.state, voucher.in_basket) == (
                {"order": "redeemed", "cancelled": "cancelled"}.get(kind, "open"),
                kind == "basket",
            )
            assert voucher.order_id == (where or None)
            assert not where or (orders | baskets)[where][0] == voucher.member_id
        for order_id in orders:
            order = self.store.orders.get(order_id)
            on = [one for one in self.given.values() if one.at == ("order", order_id)]
            total = sum(line.amount for line in order.lines if line.quantity)
            assert [one.id for one in order.vouchers] == [one.id for one in on]
            assert order.to_pay.get("EUR", 0) == total - sum(min_taken(total, on)) >= 0
        return sum(one.at[0] == "order" for one in self.given.values())


def refusal(store: Store, basket_id: int, code: str) -> str:
    """Why a voucher is not put on a basket; "" where it is."""
    try:
        store.vouchers.put_on(basket_id, code)
    except VoucherRefused as refused:
        return refused.reason
    return ""


def taken(total: int, on: list[Given]) -> list[int]:
    """What each takes off an order of so much, in the order in which they were made."""
    return min_taken(total, [one if total >= one.minimum else Given(0, "", 0, 0, 0) for one in on])


def min_taken(total: int, on: list[Given]) -> list[int]:
    found = []
    for one in on:
        found.append(min(one.amount, total))
        total -= found[-1]
    return found


@pytest.mark.parametrize("seed", range(3))
def test_a_voucher_comes_off_one_order_whatever_happens(store: Store, group: Offering, seed: int) -> None:
    storm = Storm(store, group, random.Random(seed))
    storm.begin()
    assert max(storm.live() for _step in range(STEPS)) > 1


def test_of_all_who_redeem_it_at_once_one_does(store: Store, group: Offering) -> None:
    """Two processes put the same vouchers on baskets of their own and confirm them."""
    odette, eggs = group.members["odette"], group.products["eggs"]
    vouchers = [give(store, odette, 100) for _again in range(15)]
    offered = list(group.catalogues.values())
    days = [
        store.distributions.add(date(2026, 12, 3) + timedelta(days=n), "18:00", "19:30", "Halle", offered)
        for n in range(2)
    ]

    def redeem(day: int) -> None:
        mine = Store(store.path, "marie")
        for voucher in vouchers:
            basket = mine.orders.open_basket(odette, day)
            line = basket.line(eggs)
            held = 0 if line is None else line.quantity
            basket = mine.orders.enter(basket.id, Entry("1", eggs, held, held + 1000))
            assert refusal(mine, basket.id, voucher.code) in ("", "elsewhere", "used")
            mine.orders.confirm(basket.id)
        mine.close()

    in_processes(*(lambda day=day: redeem(day) for day in days))  # type: ignore[misc]
    orders = [row for day in days for row in store.orders.of_distribution(day)]
    assert sum(row.totals["EUR"] - row.to_pay["EUR"] for row in orders) == 1500
    assert {one.state for one in store.vouchers.all()} == {"redeemed"}
