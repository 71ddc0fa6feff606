"""Writing an order, or a change of one, without a basket: all of it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from store.confirming import Change, Header, additions, change_to, confirm_changes
from store.errors import Invalid, NotFound
from store.order_lines import confirmed_order, quantities
from store.order_records import Confirmation, Order, OrderWarning
from store.voucher_use import hold, take

if TYPE_CHECKING:
    from store.clock import Clock
    from store.transaction import Transaction

Beside = tuple[Sequence[str], Sequence[str], bool]
"""Codes of vouchers to be taken off the order and not to be any more, and whether one that no longer holds may go."""


def record(
    t: Transaction,
    clock: Clock,
    header: Header,
    lines: Sequence[tuple[int, int]],
    *,
    short: bool = False,
    beside: Beside = ((), (), False),
) -> Confirmation:
    """Confirm an order of product ids and quantities; what is there already is added to.

    Raises `Invalid` when there are no lines or one cannot be taken, `NotFound` for the member, `StockShort` where there
    is not enough, unless `short` says that it is meant, and what `take` and `hold` raise of vouchers.
    """
    wanted: dict[int, int] = {}
    for product_id, quantity in lines:
        wanted[product_id] = wanted.get(product_id, 0) + quantity
    wanted = {product_id: quantity for product_id, quantity in wanted.items() if quantity}
    if not wanted:
        raise Invalid("basket", "", "empty")
    member_id = header.member_id
    if t.one("SELECT 1 FROM members WHERE id = ? AND archived_at IS NULL", (member_id,)) is None:
        raise NotFound("member", str(member_id))
    order = confirmed_order(t, member_id, header.distribution_id)
    changes = additions(t, clock, None if order is None else order["id"], wanted)
    warnings = () if order is None else (OrderWarning("added"),)
    return _confirmed(t, clock, header, changes, warnings, short, beside)


def change(
    t: Transaction,
    clock: Clock,
    order: Order,
    wanted: Mapping[int, int],
    *,
    short: bool = False,
    beside: Beside = ((), (), False),
) -> Confirmation:
    """Set the quantities of products in a confirmed order, by product id; 0 takes a line out.

    A basket that is open on the order stays, and follows when it is opened. Raises `StockShort` unless `short`,
    `Invalid` for an order that is not confirmed, or where nothing changes, and what `take` and `hold` raise.
    """
    if order.state != "confirmed":
        raise Invalid("order", str(order.id), "not_confirmed")
    held = quantities(t, order.id)
    changes = [
        change_to(t, clock, product_id, held.get(product_id, 0), quantity)
        for product_id, quantity in wanted.items()
        if quantity != held.get(product_id, 0)
    ]
    if not changes and not beside[0] and not beside[1]:
        raise Invalid("basket", "", "empty")
    header = Header(order.member_id, order.distribution_id, order.channel)
    return _confirmed(t, clock, header, changes, (), short, beside)


def _confirmed(
    t: Transaction,
    clock: Clock,
    header: Header,
    changes: Sequence[Change],
    warnings: Sequence[OrderWarning],
    short: bool,
    beside: Beside,
) -> Confirmation:
    codes, without, meant = beside
    confirmation = confirm_changes(t, clock, header, changes, warnings, short=short)
    take(t, clock, confirmation.order_id, codes, without)
    return replace(confirmation, vouchers=hold(t, confirmation.order_id, meant=meant))
