"""What members order in a year, on the phone: each act in the group's file, and in the diary."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from random import Random

from store import Store
from store.order_records import Entry
from tests.real.plain_reading import Reading
from tests.real.year_facts import Basket, Day, Diary, Household, Order, local


class Orders:
    """The hands that take orders; `done` counts what was done. An act that cannot be done just now returns False."""

    def __init__(self, store: Store, reading: Reading, random: Random) -> None:
        self.store, self.reading, self.random = store, reading, random
        self.done: Counter[str] = Counter()
        self._joined = 0

    @property
    def diary(self) -> Diary:
        return self.reading.diary

    @property
    def now(self) -> datetime:
        return self.store.clock.now()

    def _member(self) -> Household:
        return self.random.choice([one for one in self.diary.members.values() if not one.archived])

    def _coming(self, *, ours: bool = True) -> list[Day]:
        """The distributions that take place and are not over; those of the year where they are to be changed."""
        wall, first = local(self.now), min(self.diary.days)
        return [
            day for day in self.diary.days.values()
            if not day.cancelled and day.at(day.ends) > wall and not (ours and day.id == first)
        ]  # fmt: skip

    def _open(self) -> Day | None:
        """One for which one can order, mostly the next."""
        wall = local(self.now)
        found = [day for day in self._coming(ours=False) if any(o.opens <= wall for o in day.offers.values())]
        found.sort(key=lambda day: day.day)
        return None if not found else found[0] if self.random.random() < 0.7 else self.random.choice(found)

    def _product(self, day: Day) -> int:
        wall = local(self.now)
        there = [c for c, o in day.offers.items() if o.closes > wall] or [*day.offers]
        if self.random.random() < 0.1:
            there = [*day.offers]  # late, and perhaps after the recap
        return self.random.choice([p for p, c in self.diary.catalogue_of.items() if c in there])

    def order(self) -> bool:
        """Order a few things, or add them to what is ordered."""
        day, member = self._open(), self._member()
        if day is None or (member.id, day.id) in self.diary.baskets:
            return False
        wanted = {self._product(day): 1000 * self.random.randint(1, 3) for _ in range(self.random.randint(1, 3))}
        order_id = self.store.orders.record(member.id, day.id, [*wanted.items()], short=True).order_id
        held = self.diary.order_of(member.id, day.id)
        self._ordered(
            member.id, day.id, order_id, {p: n + (held.lines.get(p, 0) if held else 0) for p, n in wanted.items()}
        )
        return True

    def _ordered(self, member: int, day: int, order_id: int, lines: dict[int, int]) -> None:
        """Keep what is ordered now of these products."""
        order = self.diary.orders.get(order_id)
        if order is None:
            order = self.diary.orders[order_id] = Order(order_id, member, day, self.now, {})
        else:
            order.changes.append((self.store.change_number(), self.now))
        for product, quantity in lines.items():
            self.diary.change(day, member, product, quantity - order.lines.get(product, 0))
            order.lines[product] = quantity
        if not any(order.lines.values()):
            del self.diary.orders[order_id]
        self.reading.ordered(member, day, order_id)

    def leave(self) -> bool:
        """Type something and leave it open."""
        day, member = self._open(), self._member()
        return day is not None and (member.id, day.id) not in self.diary.baskets and self._type(member.id, day)

    def _type(self, member: int, day: Day, quantity: int | None = None) -> bool:
        basket = self.store.orders.open_basket(member, day.id)
        fact = self.diary.baskets.get((member, day.id))
        if fact is None:
            assert basket.created_at is not None
            order = self.diary.order_of(member, day.id)
            fact = Basket(basket.id, member, day.id, basket.created_at, dict(order.lines) if order else {})
            self.diary.baskets[member, day.id] = fact
        product = self._product(day)
        if quantity == 0:
            product = self.random.choice([p for p, n in fact.lines.items() if n])
        held = fact.lines.get(product, 0)
        after = held + 1000 * self.random.randint(1, 2) if quantity is None else quantity
        self.store.orders.enter(basket.id, Entry("x", product, held, after))
        fact.entries.append((self.now, held, after))
        fact.lines[product] = after
        return True

    def _basket(self) -> Basket | None:
        found = [
            basket for basket in self.diary.baskets.values()
            if not self.diary.days[basket.day].cancelled and not self.diary.members[basket.member].archived
            and self.diary.days[basket.day] in self._coming(ours=False)
        ]  # fmt: skip
        return self.random.choice(found) if found else None

    def touch(self) -> bool:
        """Type more into a basket that was left open."""
        basket = self._basket()
        return basket is not None and self._type(basket.member, self.diary.days[basket.day])

    def empty(self) -> bool:
        """Take everything out of a basket again, and leave it."""
        basket = self._basket()
        while basket is not None and any(basket.lines.values()):
            self._type(basket.member, self.diary.days[basket.day], 0)
        return basket is not None

    def confirm(self) -> bool:
        """Confirm what was typed."""
        basket = self._basket()
        if basket is None:
            return False
        order = self.diary.order_of(basket.member, basket.day)
        held = order.lines if order else {}
        changed = {p: n for p, n in basket.lines.items() if n != held.get(p, 0)}
        if not changed:
            return False
        self.store.orders.open_basket(basket.member, basket.day)  # its order may have been away and come back
        order_id = self.store.orders.confirm(basket.id, short=True).order_id
        self._ordered(basket.member, basket.day, order_id, changed)
        self._gone(basket)
        return True

    def _gone(self, basket: Basket) -> None:
        del self.diary.baskets[basket.member, basket.day]
        self.reading.stop(lambda one: one.order_id == basket.id, "basket")

    def drop(self) -> bool:
        """Forget a basket."""
        basket = self._basket()
        if basket is not None:
            self.store.orders.drop(basket.id)
            self._gone(basket)
        return basket is not None

    def _changeable(self) -> Order | None:
        coming = {day.id for day in self._coming()}
        found = [
            order for order in self.diary.orders.values()
            if order.day in coming and (order.member, order.day) not in self.diary.baskets and order.at is not None
            and not self.diary.members[order.member].archived
        ]  # fmt: skip
        return self.random.choice(found) if found else None

    def change(self) -> bool:
        """Set another quantity in an order, perhaps a second one at once."""
        order = self._changeable()
        if order is None:
            return False
        product = self.random.choice([p for p, n in order.lines.items() if n])
        for _again in range(self.random.choice((1, 1, 2))):
            wanted = {product: order.lines[product] + 1000}
            self.store.orders.change(order.id, wanted, short=True)
            self._ordered(order.member, order.day, order.id, wanted)
        return True

    def cancel_order(self) -> bool:
        """Cancel an order."""
        order = self._changeable()
        if order is not None:
            self.store.orders.cancel(order.id, "absent")
            for product, quantity in order.lines.items():
                self.diary.change(order.day, order.member, product, -quantity)
            del self.diary.orders[order.id]
            self.reading.ordered(order.member, order.day, order.id)
        return order is not None
