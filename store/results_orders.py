"""What members ordered in the days that count for a message, in the days before, and what the whole group did.

An order counts on its `ordered_on`: confirmed, with something in it. The cost of a weighed line is that of its weight,
or of the estimate while it is not settled; lines without a known cost are in no margin. The estimate is the one that
the line's amount was reckoned with, whatever the product's has become since.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from store.result_records import Group, Span

if TYPE_CHECKING:
    import sqlite3

    from store.results_people import People
    from store.transaction import Transaction

FINE = 10**6
"""Quantities are added up in millionths of a thousandth, so that many small ones lose nothing."""
_MILLION = 10**6
UNITS = {
    "piece": ("piece", 1000),
    "kg": ("kg", 1000),
    "g": ("kg", 1),
    "l": ("l", 1000),
    "cl": ("l", 10),
    "ml": ("l", 1),
}
"""Each unit as a larger one that it can be added to, and how many thousandths of that it is."""

_CLASS = """CASE WHEN o.member_id IN (SELECT value FROM json_each(:written)) THEN 'written'
    WHEN o.member_id IN (SELECT value FROM json_each(:others)) THEN 'others' ELSE '' END"""
# State and filled word for word as in the partial index, which holds all that is asked of an order here.
_ORDERS = "FROM orders o WHERE o.state = 'confirmed' AND o.filled = 1 AND o.ordered_on BETWEEN :since AND :until"
_NEEDED = "AND (o.ordered_on >= :counts_from OR o.member_id IN (SELECT value FROM json_each(:written)))"
_WEIGHED = "l.settled_weight IS NOT NULL OR l.estimated"
_OF_PRODUCT = "l.quantity * coalesce(nullif(p.estimated_weight, 0), 1000)"
# Amounts are whole cents: what they say of the weight is less exact than a product's estimate that still fits them.
_ESTIMATE = f"""iif(abs({_OF_PRODUCT} * l.price - l.amount * {_MILLION}) <= {_MILLION}, {_OF_PRODUCT},
    (2 * l.amount * {_MILLION} + l.price) / (2 * l.price))"""
_WEIGHT = f"""CASE WHEN l.settled_weight IS NOT NULL THEN l.settled_weight * 1000
    WHEN l.estimated THEN {_ESTIMATE} ELSE l.quantity * 1000 END"""
# In the order of their ids the lines of the orders stand beside one another in the file.
_LINES = f"""WITH these AS MATERIALIZED (
        SELECT o.id, o.ordered_on, {_CLASS} AS class {_ORDERS} {_NEEDED} ORDER BY o.id),
    lines AS (
        SELECT o.class, o.ordered_on, c.currency, p.unit, l.amount, l.cost, l.estimated,
            (2 * l.cost * ({_WEIGHT}) + {_MILLION}) / (2 * {_MILLION}) AS costs,
            iif({_WEIGHED}, {_WEIGHT}, l.quantity * p.base_quantity) AS measure
        FROM these o CROSS JOIN order_lines l ON l.order_id = o.id AND l.quantity > 0
        CROSS JOIN products p ON p.id = l.product_id CROSS JOIN catalogues c ON c.id = l.catalogue_id)
    SELECT class, ordered_on, currency, unit, count(*) AS lines, sum(amount) AS turnover,
        sum(iif(cost IS NULL, amount, 0)) AS uncosted, sum(iif(estimated, amount, 0)) AS estimated,
        total(costs) AS costs, total(measure) AS measure
    FROM lines GROUP BY class, ordered_on, currency, unit"""


@dataclass(slots=True)
class Sums:
    """Cents of some lines in one currency; `costs` are those of the lines with a known cost."""

    turnover: int = 0
    uncosted: int = 0
    estimated: int = 0
    costs: int = 0

    @property
    def margin(self) -> int:
        """Turnover less costs, of the lines with a known cost."""
        return self.turnover - self.uncosted - self.costs

    def add(self, other: Sums) -> None:
        """Put other lines to these."""
        self.turnover += other.turnover
        self.uncosted += other.uncosted
        self.estimated += other.estimated
        self.costs += other.costs


def _sums() -> defaultdict[tuple[date, str], Sums]:
    return defaultdict(Sums)


@dataclass(slots=True)
class Ordered:
    """What some members ordered: by member the first day and how often, by day and currency what they came to.

    `quantities` are by day and unit, in `FINE` parts of a thousandth; `lines` count by unit.
    """

    first: dict[int, date] = field(default_factory=dict)
    orders: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    money: defaultdict[tuple[date, str], Sums] = field(default_factory=_sums)
    quantities: dict[tuple[date, str], int] = field(default_factory=lambda: defaultdict(int))
    lines: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def turnover(self) -> dict[str, int]:
        """Cents by currency, the largest first."""
        found: dict[str, int] = defaultdict(int)
        for (_day, currency), sums in self.money.items():
            found[currency] += sums.turnover
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    def as_group(self, members: int, *, with_money: bool) -> Group:
        """These as a part of so many members."""
        return Group(members, len(self.first), sum(self.orders.values()), self.turnover() if with_money else None)

    def add_order(self, row: sqlite3.Row, day: date) -> None:
        """Put one order of a day to it."""
        member = row["member_id"]
        self.first[member] = min(day, self.first.get(member, day))
        self.orders[day] += 1

    def add_lines(self, row: sqlite3.Row, day: date) -> None:
        """Put the lines of a day in one currency and unit to it."""
        sums = Sums(row["turnover"], row["uncosted"], row["estimated"], round(row["costs"]))
        self.money[day, row["currency"]].add(sums)
        unit, factor = UNITS[row["unit"]]
        self.quantities[day, unit] += round(row["measure"]) * factor
        self.lines[unit] += row["lines"]


@dataclass(frozen=True, slots=True)
class Orders:
    """What was ordered in the span by who was written to, by the other selected, and by everybody; `before`: what
    those who were written to had ordered in as many days before."""

    written: Ordered
    others: Ordered
    everybody: Ordered
    before: Ordered


def load_orders(t: Transaction, span: Span, people: People) -> Orders:
    """Read what was ordered in a span and before it."""
    found = Orders(Ordered(), Ordered(), Ordered(), Ordered())
    if not span.days:
        return found
    bound = {
        "since": span.before.isoformat(),
        "counts_from": span.since.isoformat(),
        "until": span.until.isoformat(),
        "written": json.dumps(list(people.written)),
        "others": json.dumps(list(people.others)),
    }
    days: dict[str, date] = {}
    for row in t.all(f"SELECT o.member_id, o.ordered_on, {_CLASS} AS class {_ORDERS} {_NEEDED}", bound):
        day = days.setdefault(row["ordered_on"], date.fromisoformat(row["ordered_on"]))
        for ordered in _of(found, span, row["class"], day):
            ordered.add_order(row, day)
    for row in t.all(_LINES, bound):
        day = days[row["ordered_on"]]
        for ordered in _of(found, span, row["class"], day):
            ordered.add_lines(row, day)
    return found


def first_ordered(t: Transaction) -> date | None:
    """The day of the first order that is here; None where there is none."""
    day = t.value("SELECT min(ordered_on) FROM orders WHERE state = 'confirmed' AND filled = 1")
    return date.fromisoformat(day) if day else None


def who_ordered(t: Transaction, span: Span) -> frozenset[int]:
    """The members who ordered in the span."""
    rows = t.all(
        f"SELECT DISTINCT o.member_id {_ORDERS}", {"since": span.since.isoformat(), "until": span.until.isoformat()}
    )
    return frozenset(row["member_id"] for row in rows)


def _of(found: Orders, span: Span, kind: str, day: date) -> tuple[Ordered, ...]:
    """Where what a class of members ordered on a day counts."""
    if day < span.since:
        return (found.before,) if kind == "written" else ()
    return {"written": (found.written, found.everybody), "others": (found.others, found.everybody)}.get(
        kind, (found.everybody,)
    )
