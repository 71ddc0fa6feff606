"""Confirming: what a basket or a command changes in a confirmed order, and what it leaves in the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from store.clock import Clock
from store.distributions import Distribution, get_distribution
from store.errors import Invalid, StockShort
from store.no_longer_meant import hold_unmeant
from store.order_lines import confirmed_order, note_hidden, quantities, read_order, write_line, write_told
from store.order_records import EMPTIED, Confirmation, LateLine, OrderWarning
from store.products import Product, get_product
from store.rights import Right
from store.stock import lacking, take
from store.voucher_reckoning import follow

if TYPE_CHECKING:
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Told:
    """What another system says of a line: its amount in cents, and the weight in thousandths where it was weighed."""

    amount: int
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A product's new quantity in an order, at the price and cost frozen when it was entered.

    `promotion_id` is what made the price lower. With `told` price, cost and amount are another system's, and hold for
    a line that is there already too.
    """

    product: Product
    before: int
    after: int
    price: int
    cost: int | None
    told: Told | None = None
    promotion_id: int | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """Whose order it is, and how it came.

    `imported`: it was taken elsewhere, in time as far as we know; only what comes after our own recap is late.
    `ordered_on` is the local date of a new order, `order_channel` its channel, where they are not today and `channel`.
    """

    member_id: int
    distribution_id: int
    channel: str
    note: str | None = None
    imported: bool = False
    ordered_on: date | None = None
    order_channel: str = ""


def confirm_changes(
    t: Transaction,
    clock: Clock,
    header: Header,
    changes: Sequence[Change],
    warnings: Sequence[OrderWarning] = (),
    *,
    short: bool = False,
    basket_id: int = 0,
) -> Confirmation:
    """Bring the member's order up to date with `changes`, and say what the order is then; see `write_changes`.

    Raises `StockShort` where a line that is raised goes beyond what is there, unless `short` says that it is meant.
    `basket_id`: the basket that has reserved for it.
    """
    distribution = open_distribution(t, clock, header.distribution_id)
    shorts = short_lines(t, distribution.id, changes, basket_id=basket_id, meant=short)
    order_id, late_lines = write_changes(t, clock, distribution, header, changes)
    order = read_order(t, order_id)
    return Confirmation(order_id, order.totals, late_lines, (*warnings, *shorts), estimated=order.estimated)


def short_lines(
    t: Transaction, distribution_id: int, changes: Sequence[Change], *, basket_id: int = 0, meant: bool = False
) -> list[OrderWarning]:
    """Warnings for what the changes raise beyond what is there; raises `StockShort` unless it is `meant`.

    Asked before anything of them is written.
    """
    raised = [change for change in changes if change.after > change.before]
    missing = lacking(t, distribution_id, [(c.product, c.after - c.before) for c in raised], basket_id)
    shorts = [(c.product, c.after - missing[c.product.id]) for c in raised if c.product.id in missing]
    if shorts and not meant:
        raise StockShort(tuple((product.id, product.name, there) for product, there in shorts))
    return [OrderWarning("short", product, there) for product, there in shorts]


def write_changes(
    t: Transaction, clock: Clock, distribution: Distribution, header: Header, changes: Sequence[Change]
) -> tuple[int, tuple[LateLine, ...]]:
    """Bring the member's order up to date with `changes`, creating it when there is none; its id and what is late.

    Lateness is decided here, for each catalogue. An order that is emptied becomes a cancelled one. Needs the right on
    every catalogue concerned, and leaves a note that is not for the actor alone. Writes no journal row: the caller
    knows what happened.
    """
    order = confirmed_order(t, header.member_id, header.distribution_id)
    order_id = _new_order(t, clock, header) if order is None else int(order["id"])
    if header.note is not None and note_hidden(t, t.actor.catalogues(Right.ORDERS), order_id):
        header = replace(header, note=None)
    written = [_write_change(t, distribution, header, order_id, change) for change in changes]
    _finish(t, header, order_id)
    return order_id, tuple(late for late in written if late is not None)


def open_distribution(t: Transaction, clock: Clock, distribution_id: int) -> Distribution:
    """The distribution that is ordered for; raises `NotFound`, or `Invalid` when it is cancelled."""
    distribution = get_distribution(t, clock, distribution_id)
    if distribution.cancelled:
        raise Invalid("distribution", str(distribution_id), "cancelled")
    return distribution


def additions(t: Transaction, clock: Clock, order_id: int | None, lines: Mapping[int, int]) -> list[Change]:
    """Quantities by product as changes that add to an order; raises `Invalid` for a quantity that cannot be sold."""
    before = quantities(t, order_id)
    changes = []
    for product_id, quantity in lines.items():
        check_quantity(get_product(t, product_id), quantity)
        held = before.get(product_id, 0)
        changes.append(change_to(t, clock, product_id, held, held + quantity))
    return changes


def change_to(t: Transaction, clock: Clock, product_id: int, before: int, after: int) -> Change:
    """The change of one product at its price of today; raises `Invalid` for what cannot be sold so, or no longer."""
    from store.promotion_prices import product_on

    product = product_on(t, clock.to_wall(t.now).date(), product_id)
    check_quantity(product, after)
    if after > before and not product.active:
        raise Invalid("product", product.name, "not_offered")
    return Change(product, before, after, product.price, product.cost, promotion_id=product.promotion_id)


def check_quantity(product: Product, quantity: int) -> None:
    """Raise `Invalid` for a quantity below 0, or a broken one of what is sold whole."""
    if quantity < 0:
        raise Invalid("quantity", str(quantity), "negative")
    if product.whole_only and quantity % 1000:
        raise Invalid("quantity", product.name, "whole_only")


def _new_order(t: Transaction, clock: Clock, header: Header) -> int:
    return t.insert(
        "orders",
        member_id=header.member_id,
        distribution_id=header.distribution_id,
        state="confirmed",
        channel=header.order_channel or header.channel,
        ordered_on=(header.ordered_on or clock.to_wall(t.now).date()).isoformat(),
        created_at=t.stamp,
        created_by=t.actor.id,
        confirmed_at=t.stamp,
        confirmed_by=t.actor.id,
        version=0,
    )


def _write_change(
    t: Transaction, distribution: Distribution, header: Header, order_id: int, change: Change
) -> LateLine | None:
    """Carry out one change and keep it in the history; what is late comes back."""
    product = change.product
    t.require(Right.ORDERS, product.catalogue_id)
    catalogue = distribution.catalogue(product.catalogue_id)
    if catalogue is None:
        raise Invalid("product", product.name, "not_offered")
    after_recap = catalogue.recap_sent_at is not None
    late = after_recap if header.imported else catalogue.late
    price = _write_line(t, order_id, change, late=late)
    take(t, product, change.after - change.before)
    t.insert(
        "order_changes",
        order_id=order_id,
        distribution_id=distribution.id,
        catalogue_id=product.catalogue_id,
        product_id=product.id,
        member_id=header.member_id,
        before=change.before,
        after=change.after,
        price=price,
        late=int(late),
        after_recap=int(after_recap),
        channel=header.channel,
        at=t.stamp,
        operator_id=t.actor.id,
    )
    if not late:
        return None
    return LateLine(
        distribution_id=distribution.id,
        order_id=order_id,
        member_id=header.member_id,
        catalogue_id=product.catalogue_id,
        catalogue_name=catalogue.name,
        producer_name=catalogue.producer_name,
        product_id=product.id,
        product_name=product.name,
        before=change.before,
        after=change.after,
        after_recap=after_recap,
    )


def _write_line(t: Transaction, order_id: int, change: Change, *, late: bool) -> int:
    """Bring the line up to date, and return the price it has."""
    product, told = change.product, change.told
    given = True if late else None  # a line that was late before stays it
    price = write_line(t, order_id, product, change.after, change.price, change.cost, given, change.promotion_id)
    if told is not None:
        write_told(t, order_id, product, change.price, told.amount, change.cost, told.weight)
        price = change.price
    if change.after == 0:
        t.execute("DELETE FROM order_lines WHERE order_id = ? AND product_id = ?", (order_id, product.id))
    return price


def _finish(t: Transaction, header: Header, order_id: int) -> None:
    """Say of the order whether anything is in it, with its note and a new version, and reckon its vouchers anew.

    What says otherwise by mail is held.
    """
    filled = any(quantities(t, order_id).values())
    t.execute(
        """UPDATE orders SET filled = ?, state = ?, cancelled_reason = ?, note = coalesce(?, note),
            version = version + 1 WHERE id = ?""",
        (int(filled), "confirmed" if filled else "cancelled", "" if filled else EMPTIED, header.note, order_id),
    )
    follow(t, order_id, drop=header.imported)
    hold_unmeant(t, header.member_id, header.distribution_id, order_id)
