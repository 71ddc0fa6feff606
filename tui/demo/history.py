"""What happened in the example group: which distributions there were, who ordered what, when and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from tui.demo.households import NEW_DAYS
from tui.demo.offer import CATALOGUES, Offered

PAST = 12
"""Distributions that are over."""

EVERY = timedelta(days=14)
OPENS_DAYS_BEFORE = 13
OPENS_AT = "08:00"
RECAP_AFTER = timedelta(minutes=45)
"""A catalogue's recap goes to its producer this long after its closing."""

COMING_SHARE = 0.45
"""How many of the members have ordered for the coming distribution: enough to see, and enough left to remind."""

SHARES = (0.85, 0.7, 0.55, 0.35, 0.35, 0.45)
"""How many of the households order from each of `CATALOGUES`."""

Line = tuple[str, int]
"""A product's reference, and a quantity in thousandths."""


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """One order of the example: `member` is a place in the list of households, `at` a wall time."""

    member: int
    day: date
    at: datetime
    channel: str
    lines: tuple[Line, ...]


def distribution_days(today: date) -> list[date]:
    """Thirteen Thursdays, two weeks apart; the last one is three to nine days away.

    So the poultry, which closes ten days before, is always closed, and the other catalogues are always open.
    """
    soonest = today + timedelta(days=3)
    coming = soonest + timedelta(days=(3 - soonest.weekday()) % 7)
    return [coming - EVERY * back for back in range(PAST, -1, -1)]


def closing(day: date, catalogue: int) -> datetime:
    """The wall time at which one of `CATALOGUES` closes for the distribution of that day."""
    offered = CATALOGUES[catalogue]
    return datetime.combine(day - timedelta(days=offered.closes_days_before), time.fromisoformat(offered.closes_at))


def opening(day: date) -> datetime:
    """The wall time at which ordering begins."""
    return datetime.combine(day - timedelta(days=OPENS_DAYS_BEFORE), time.fromisoformat(OPENS_AT))


class History:
    """Draws every order of the group; `joined` says since when each household is a member.

    `callers` are places of households without e-mail: they order by phone only. `silent` are those of regular ones
    that have not ordered for the coming distribution yet.
    """

    def __init__(
        self, random: Random, today: date, joined: Sequence[date], callers: Sequence[int], silent: Sequence[int]
    ) -> None:
        self._random = random
        self._today = today
        self._joined = joined
        self._callers = frozenset(callers)
        self._silent = frozenset(silent)
        self._days = distribution_days(today)
        self._zeal = [self._draw_zeal(member) for member in range(len(joined))]
        self._tastes = [self._draw_tastes() for _ in joined]
        self._usual = [self._draw_usual(tastes) for tastes in self._tastes]

    def _draw_zeal(self, member: int) -> tuple[float, int]:
        """How likely a household orders, and until which of the distributions it did."""
        kind = self._random.random()
        if member in self._silent:
            return 0.95, PAST
        new = (self._today - self._joined[member]).days < NEW_DAYS
        if kind < (0.6 if new else 0.09):
            return 0.0, 0
        if kind < 0.24:
            return 0.6, self._random.randint(3, PAST - 6)
        return (0.82 if kind < 0.6 else 0.4), PAST

    def _draw_tastes(self) -> frozenset[str]:
        """The names of the catalogues from which a household orders."""
        liked = [c.name for c, share in zip(CATALOGUES, SHARES, strict=True) if self._random.random() < share]
        return frozenset(liked or [CATALOGUES[0].name])

    def _draw_usual(self, tastes: frozenset[str]) -> frozenset[str]:
        """The references of the products that a household orders again and again."""
        products = [product for catalogue in CATALOGUES if catalogue.name in tastes for product in catalogue.products]
        return frozenset(product.reference for product in self._random.sample(products, min(7, len(products))))

    def orders(self) -> list[PlannedOrder]:
        """Every order, in the order in which they were confirmed."""
        past = [order for index, day in enumerate(self._days[:-1]) for order in self._past(index, day)]
        return sorted([*past, *self._coming()], key=lambda order: (order.at, order.member))

    def _past(self, index: int, day: date) -> Iterator[PlannedOrder]:
        for member, (zeal, until) in enumerate(self._zeal):
            if self._joined[member] < opening(day).date() and index <= until and self._random.random() < zeal:
                yield self._order(member, day, closing(day, 0))

    def _coming(self) -> Iterator[PlannedOrder]:
        day = self._days[-1]
        may = [
            member
            for member, (zeal, until) in enumerate(self._zeal)
            if zeal and until == PAST and member not in self._silent and self._joined[member] < opening(day).date()
        ]
        wanted = round(len(self._joined) * COMING_SHARE)
        midnight = datetime.combine(self._today, time())
        for member in self._random.sample(may, wanted):
            yield self._order(member, day, midnight - timedelta(hours=2))

    def _order(self, member: int, day: date, until: datetime) -> PlannedOrder:
        """An order somewhere between the opening and `until`, about one in four by phone."""
        random = self._random
        by_phone = random.random() < 0.15 or member in self._callers
        spread = (until.date() - opening(day).date()).days
        on = opening(day).date() + timedelta(days=random.randint(0, spread))
        hour = random.randint(9, 18) if by_phone else random.randint(9, 21)
        at = min(datetime.combine(on, time(hour, random.randint(0, 59), random.randint(0, 59))), until)
        open_products = [
            product
            for index, catalogue in enumerate(CATALOGUES)
            if catalogue.name in self._tastes[member] and at < closing(day, index)
            for product in catalogue.products
        ]
        lines = self._lines(member, open_products or list(CATALOGUES[0].products))
        return PlannedOrder(member, day, at, "phone" if by_phone else "web", lines)

    def _lines(self, member: int, products: list[Offered]) -> tuple[Line, ...]:
        random = self._random
        usual = [product for product in products if product.reference in self._usual[member]]
        chosen = [product for product in usual if random.random() < 0.5]
        chosen += random.sample(products, random.randint(1, min(3, len(products))))
        return tuple({product.reference: self._quantity(product) for product in chosen}.items())

    def _quantity(self, product: Offered) -> int:
        if product.sold == "decimal":
            return self._random.choice((500, 1000, 1000, 1500, 2000, 3000))
        if product.unit == "g" and product.base_quantity <= 125_000:  # yoghurts go by the half dozen
            return self._random.choice((4000, 6000, 12_000))
        return self._random.choice((1000, 1000, 1000, 2000, 3000))

    def late(self, members: Sequence[int]) -> list[PlannedOrder]:
        """Phone orders for the poultry the evening its recap went out, one for each of these households."""
        day = self._days[-1]
        poultry = next(index for index, catalogue in enumerate(CATALOGUES) if catalogue.name == "Volailles Rigaud")
        recap = closing(day, poultry) + RECAP_AFTER
        orders = []
        for number, member in enumerate(members, start=1):
            at = recap + timedelta(minutes=15 * number)
            lines = (("POUL", 1000), ("CAR", 1000 * number))
            orders.append(PlannedOrder(member, day, at, "phone", lines))
        return orders
