"""What a message brought, day by day and at the end."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from store.result_records import Curve, Curves, Money, Quantity, QuantityCurve
from store.results_orders import FINE, Sums

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.result_records import Span
    from store.results_orders import Ordered, Orders

_NOTHING = Sums()


def currencies(orders: Orders, own: str) -> tuple[str, ...]:
    """Those in which something was ordered, the largest turnover first; the group's `own` where nothing was."""
    mine, everybody = orders.written.turnover(), orders.everybody.turnover()
    return tuple(sorted(everybody, key=lambda one: (-mine.get(one, 0), -everybody[one], one))) or (own,)


def curves_of(orders: Orders, span: Span, known_since: date | None, money_in: tuple[str, ...] | None) -> Curves:
    """The curves over the days of a span, with money in these currencies; None: without.

    They begin with the first order of all: a span may begin centuries before it.
    """
    first = max(span.since, min(known_since or span.until, span.until))
    days = tuple(first + timedelta(days=n) for n in range((span.until - first).days + 1))
    came_back = Counter(orders.written.first.values())
    return Curves(
        days=days,
        came_back=_grown(days, lambda day: came_back[day]),
        orders=_grown(days, lambda day: orders.written.orders.get(day, 0)),
        money=None if money_in is None else tuple(_curve(orders, days, currency) for currency in money_in),
        quantities=tuple(QuantityCurve(unit, _quantity(orders.written, days, unit)) for unit in _units(orders.written)),
    )


def money_of(orders: Orders, money_in: tuple[str, ...]) -> tuple[Money, ...]:
    """What it all came to, by currency."""
    return tuple(_money(orders, currency) for currency in money_in)


def quantities_of(ordered: Ordered) -> tuple[Quantity, ...]:
    """How much it all was, by unit."""
    return tuple(
        Quantity(unit, _thousandths(sum(fine for (_day, of), fine in ordered.quantities.items() if of == unit)))
        for unit in _units(ordered)
    )


def _money(orders: Orders, currency: str) -> Money:
    mine, everybody = _total(orders.written, currency), _total(orders.everybody, currency)
    return Money(
        currency=currency,
        turnover=mine.turnover,
        margin=mine.margin,
        uncosted=mine.uncosted,
        estimated=mine.estimated,
        group_turnover=everybody.turnover,
        group_margin=everybody.margin,
        group_uncosted=everybody.uncosted,
    )


def _total(ordered: Ordered, currency: str) -> Sums:
    total = Sums()
    for (_day, of), sums in ordered.money.items():
        if of == currency:
            total.add(sums)
    return total


def _curve(orders: Orders, days: tuple[date, ...], currency: str) -> Curve:
    mine = [orders.written.money.get((day, currency), _NOTHING) for day in days]
    everybody = [orders.everybody.money.get((day, currency), _NOTHING) for day in days]
    return Curve(
        currency=currency,
        turnover=tuple(accumulate(sums.turnover for sums in mine)),
        margin=tuple(accumulate(sums.margin for sums in mine)),
        group_turnover=tuple(accumulate(sums.turnover for sums in everybody)),
        group_margin=tuple(accumulate(sums.margin for sums in everybody)),
    )


def _quantity(ordered: Ordered, days: tuple[date, ...], unit: str) -> tuple[int, ...]:
    return tuple(_thousandths(fine) for fine in _grown(days, lambda day: ordered.quantities.get((day, unit), 0)))


def _units(ordered: Ordered) -> tuple[str, ...]:
    """Those of what was ordered, the one with the most lines first."""
    return tuple(sorted(ordered.lines, key=lambda unit: (-ordered.lines[unit], unit)))


def _grown(days: tuple[date, ...], value: Callable[[date], int]) -> tuple[int, ...]:
    return tuple(accumulate(value(day) for day in days))


def _thousandths(fine: int) -> int:
    return (2 * fine + FINE) // (2 * FINE)
