"""Moving an order to another distribution: what is offered there goes, at the prices it was ordered at."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from store.clock import Clock
from store.confirming import Change, Header, Told, open_distribution, short_lines, write_changes
from store.distributions import Distribution, get_distribution
from store.errors import Invalid, NotFound
from store.order_lines import confirmed_order, note_hidden, own_catalogues, read_lines, read_order
from store.order_records import CALLED_OFF, MERGED, MOVED, Confirmation, LateLine, Moved, Order, OrderLine, OrderWarning
from store.voucher_reckoning import set_aside, take_again
from store.voucher_use import hold
from store.withdrawing import ORDER_MOVED, stop_order

if TYPE_CHECKING:
    from store.transaction import Transaction

_COSTS = "SELECT product_id, cost FROM order_lines WHERE order_id = ?"


@dataclass(frozen=True, slots=True)
class _Way:
    """An order and where it goes; `there` is the order that the member has there already."""

    order: sqlite3.Row
    target: Distribution
    there: Order | None

    @property
    def called_off(self) -> bool:
        """Whether the order's distribution was cancelled: it takes nothing out of an order that counts."""
        return bool(self.order["state"] == "cancelled")


def move(
    t: Transaction,
    clock: Clock,
    order_id: int,
    distribution_id: int,
    *,
    short: bool = False,
    vouchers_off: bool = False,
) -> Moved:
    """Take an order's lines over to another distribution; what is not offered there, and others' lines, stay.

    Its vouchers go along where all of it does, else they stay with it. An order of a cancelled distribution can be
    moved too. Raises `NotFound`, `StockShort` unless `short`, `VouchersOff` where one does not hold any more unless
    `vouchers_off`, `Invalid` for an order that is not confirmed, one that somebody is changing, and the distribution
    it is at.
    """
    way = _way(t, clock, order_id, distribution_id)
    own = own_catalogues(t)
    lines = read_lines(t, order_id, own)
    going = [line for line in lines if line.quantity and _offered(way.target, line)]
    stayed = tuple(line for line in lines if line.quantity and line not in going)
    if not going:
        nothing = Confirmation(order_id, read_order(t, order_id).totals, (), ())
        return Moved(None, 0, stayed, nothing)
    whole = not stayed and len(lines) == len(read_lines(t, order_id))
    arriving = _arriving(t, order_id, going, way.there)
    # What is kept for all distributions only changes its day, unless it was given back when its own was cancelled.
    asked = [change for change in arriving if way.called_off or change.product.stock_kind != "all"]
    shorts = short_lines(t, distribution_id, asked, meant=short)
    note = "" if note_hidden(t, own, order_id) else way.order["note"]
    if whole:
        stop_order(t, order_id, ORDER_MOVED)
        set_aside(t, order_id)
    left = _leave(t, clock, way, going, whole=whole)
    new_id, late = _arrive(t, clock, way, arriving, note)
    if whole:
        take_again(t, new_id, order_id)
    elif not way.called_off:
        hold(t, order_id, meant=vouchers_off)
    kept = hold(t, new_id, meant=vouchers_off)
    added = () if way.there is None else (OrderWarning("added"),)
    new = read_order(t, new_id)
    done = Confirmation(new_id, new.totals, (*left, *late), (*added, *shorts), kept, new.estimated)
    return Moved(new_id, len(going), stayed, done)


def _way(t: Transaction, clock: Clock, order_id: int, distribution_id: int) -> _Way:
    row = t.one("SELECT * FROM orders WHERE id = ? AND state <> 'basket'", (order_id,))
    if row is None:
        raise NotFound("order", str(order_id))
    if row["state"] != "confirmed" and row["cancelled_reason"] != CALLED_OFF:
        raise Invalid("order", str(order_id), "not_confirmed")
    target = open_distribution(t, clock, distribution_id)
    if row["distribution_id"] == distribution_id:
        raise Invalid("distribution", str(distribution_id), "same")
    basket = """SELECT 1 FROM orders b WHERE b.state = 'basket' AND b.member_id = ? AND b.distribution_id = ?
        AND (b.changes_order_id = ? OR EXISTS (SELECT 1 FROM basket_entries e WHERE e.order_id = b.id))"""
    if t.one(basket, (row["member_id"], row["distribution_id"], order_id)):
        raise Invalid("order", str(order_id), "basket_open")
    found = confirmed_order(t, row["member_id"], distribution_id)
    return _Way(row, target, None if found is None else read_order(t, found["id"]))


def _offered(target: Distribution, line: OrderLine) -> bool:
    return line.product.active and target.catalogue(line.product.catalogue_id) is not None


def come_back(t: Transaction, clock: Clock, order: sqlite3.Row, distribution: Distribution) -> bool:
    """Put a called-off order into the one that its member has at the distribution, where merging two members left them
    with one each; whether there was such an order. The emptied one stays behind as one that was merged."""
    there = confirmed_order(t, order["member_id"], distribution.id)
    if there is None:
        return False
    way = _Way(order, distribution, read_order(t, there["id"]))
    lines = [line for line in read_lines(t, order["id"]) if line.quantity]
    arriving = _arriving(t, order["id"], lines, way.there)
    _leave(t, clock, way, lines, whole=False)
    _arrive(t, clock, way, arriving, order["note"])
    t.execute("UPDATE orders SET cancelled_reason = ? WHERE id = ?", (MERGED, order["id"]))
    take_again(t, there["id"], order["id"])
    return True


def _arriving(t: Transaction, order_id: int, going: Sequence[OrderLine], there: Order | None) -> list[Change]:
    """What the lines come to at the other distribution, together with those that are there already.

    What each was ordered at is still owed: the price of the line that is there stays, and the amounts are added up.
    """
    known = {} if there is None else {line.product.id: line for line in there.lines}
    costs = {row["product_id"]: row["cost"] for row in t.all(_COSTS, (order_id,))}
    changes = []
    for line in going:
        met = known.get(line.product.id)
        before = 0 if met is None else met.quantity
        both = line.amount + (0 if met is None else met.amount)
        weights = [found.settled_weight for found in (line, met) if found is not None and found.quantity]
        weight = sum(w for w in weights if w is not None) if None not in weights else None
        price = line.price if met is None else met.price
        cost = costs[line.product.id] if met is None else None
        at = line.promotion_id if met is None else met.promotion_id
        changes.append(Change(line.product, before, before + line.quantity, price, cost, Told(both, weight), at))
    return changes


def _leave(t: Transaction, clock: Clock, way: _Way, going: Sequence[OrderLine], *, whole: bool) -> tuple[LateLine, ...]:
    """Take the lines out of the order; one that was called off loses them without telling its producers again."""
    order_id = int(way.order["id"])
    if way.called_off:
        for line in going:
            t.execute("DELETE FROM order_lines WHERE order_id = ? AND product_id = ?", (order_id, line.product.id))
        t.execute("UPDATE orders SET version = version + 1 WHERE id = ?", (order_id,))
        late: tuple[LateLine, ...] = ()
    else:
        source = get_distribution(t, clock, way.order["distribution_id"])
        header = Header(way.order["member_id"], source.id, way.order["channel"])
        taken = [Change(line.product, line.quantity, 0, line.price, None) for line in going]
        _id, late = write_changes(t, clock, source, header, taken)
    if whole:
        t.execute("UPDATE orders SET cancelled_reason = ? WHERE id = ?", (MOVED, order_id))
    return late


def _arrive(
    t: Transaction, clock: Clock, way: _Way, arriving: Sequence[Change], note: str
) -> tuple[int, tuple[LateLine, ...]]:
    """Write the lines where they go; a new order is of the day on which it was ordered, not on which it moved."""
    there = way.there
    if there is not None and note_hidden(t, own_catalogues(t), there.id):
        note = ""
    elif there is not None:
        note = "" if note in there.note else f"{there.note} / {note}" if there.note else note
    ordered_on = way.order["ordered_on"]
    header = Header(
        way.order["member_id"],
        way.target.id,
        way.order["channel"],
        note=note or None,
        ordered_on=None if ordered_on is None else date.fromisoformat(ordered_on),
    )
    return write_changes(t, clock, way.target, header, arriving)
