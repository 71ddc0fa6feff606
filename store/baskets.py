"""Baskets: what is entered is kept at once, and changes nothing of a confirmed order until it is confirmed.

Every function works inside somebody's transaction. The first remaining entry of a product says what the order held
when it was touched, so that a basket knows what it changes even when the order was changed meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from store.clock import Clock
from store.confirming import Change, Header, check_quantity, confirm_changes, open_distribution
from store.errors import ChangedElsewhere, Invalid, NotFound
from store.order_lines import (
    OWN,
    as_ordered,
    basket_row,
    confirmed_order,
    note_hidden,
    own_catalogues,
    own_entries,
    quantities,
    write_line,
)
from store.order_records import Confirmation, Entry
from store.products import get_product
from store.rights import Right
from store.voucher_reckoning import vouchers_change
from store.withdrawing import BASKET, stop_order

if TYPE_CHECKING:
    from store.transaction import Transaction


def find_basket(t: Transaction, member_id: int, distribution_id: int) -> int | None:
    """The id of the member's open basket for a distribution, or None."""
    found: int | None = t.value(
        "SELECT id FROM orders WHERE member_id = ? AND distribution_id = ? AND state = 'basket'",
        (member_id, distribution_id),
    )
    return found


def open_basket(t: Transaction, clock: Clock, member_id: int, distribution_id: int, channel: str) -> tuple[int, bool]:
    """The member's open basket and whether it had to be made, or changed because the order had changed.

    Where a confirmed order exists the basket is a change that starts with its lines.
    """
    own_catalogues(t)
    open_distribution(t, clock, distribution_id)
    order = confirmed_order(t, member_id, distribution_id)
    found = find_basket(t, member_id, distribution_id)
    if found is None:
        if t.one("SELECT 1 FROM members WHERE id = ?", (member_id,)) is None:
            raise NotFound("member", str(member_id))
        found = t.insert(
            "orders",
            member_id=member_id,
            distribution_id=distribution_id,
            state="basket",
            channel=channel,
            created_at=t.stamp,
            created_by=t.actor.id,
        )
    elif is_current(t, found):
        return found, False
    changes, told = touched(t, found), _told(t, found)
    _start_from(t, found, None if order is None else int(order["id"]))
    for product_id, (before, after) in changes.items():
        held = quantities(t, found).get(product_id, 0)
        _set_quantity(t, clock, found, product_id, max(0, held + after - before), told.get(product_id))
    return found, True


Asked = tuple[int, int | None]
"""A price in cents, and the promotion that makes it."""


def _told(t: Transaction, basket_id: int) -> dict[int, Asked]:
    """The prices of promotions that were told when the basket's lines were entered; they hold when it starts anew."""
    rows = t.all(
        "SELECT product_id, price, promotion_id FROM order_lines WHERE order_id = ? AND promotion_id IS NOT NULL",
        (basket_id,),
    )
    return {row["product_id"]: (row["price"], row["promotion_id"]) for row in rows}


def is_current(t: Transaction, basket_id: int) -> bool:
    """Whether the order that a basket changes is still the one it was made from."""
    row = basket_row(t, basket_id)
    order = confirmed_order(t, row["member_id"], row["distribution_id"])
    if order is None:
        return row["changes_order_id"] is None
    return bool(row["changes_order_id"] == order["id"] and row["changes_version"] == order["version"])


def touched(t: Transaction, basket_id: int) -> dict[int, tuple[int, int]]:
    """What the entries of a basket change: by product, the quantity before the first of them and now."""
    now = quantities(t, basket_id)
    rows = t.all(
        """SELECT product_id, before FROM basket_entries WHERE order_id = ? GROUP BY product_id HAVING id = min(id)
        ORDER BY id""",
        (basket_id,),
    )
    return {row["product_id"]: (row["before"], now.get(row["product_id"], 0)) for row in rows}


def _start_from(t: Transaction, basket_id: int, order_id: int | None) -> None:
    """Make the basket a change of an order, with the order's lines as they are now."""
    t.execute("DELETE FROM order_lines WHERE order_id = ?", (basket_id,))
    t.execute(
        """INSERT INTO order_lines (order_id, product_id, catalogue_id, quantity, price, cost, amount, estimated,
            settled_weight, late, operator_id, entered_at, promotion_id)
        SELECT ?, product_id, catalogue_id, quantity, price, cost, amount, estimated, settled_weight, late, operator_id,
            entered_at, promotion_id
        FROM order_lines WHERE order_id = ? ORDER BY id""",
        (basket_id, order_id),
    )
    t.execute(
        """UPDATE orders SET changes_order_id = ?, version = version + 1,
            note = CASE WHEN note = '' THEN coalesce((SELECT note FROM orders WHERE id = ?), '') ELSE note END,
            changes_version = coalesce((SELECT version FROM orders WHERE id = ?), 0)
        WHERE id = ?""",
        (order_id, order_id, order_id, basket_id),
    )


def enter(t: Transaction, clock: Clock, basket_id: int, entry: Entry, batch: int = 0) -> int:
    """Take one entry into the basket, at the price of today, and return its number.

    Raises `ChangedElsewhere` when the basket does not hold what the operator saw, and `Invalid` for a product that is
    not offered at this distribution or a quantity that cannot be sold.
    """
    row = basket_row(t, basket_id)
    product = get_product(t, entry.product_id)
    t.require(Right.ORDERS, product.catalogue_id)
    check_quantity(product, entry.after)
    offered = t.one(
        """SELECT d.cancelled_at FROM distribution_catalogues c JOIN distributions d ON d.id = c.distribution_id
        WHERE c.distribution_id = ? AND c.catalogue_id = ?""",
        (row["distribution_id"], product.catalogue_id),
    )
    if offered is not None and offered["cancelled_at"] is not None:
        raise Invalid("distribution", str(row["distribution_id"]), "cancelled")
    before = quantities(t, basket_id).get(entry.product_id, 0)
    if entry.after > before and (offered is None or not product.active):
        raise Invalid("product", product.name, "not_offered")
    if before != entry.before:
        raise ChangedElsewhere("basket", basket_id)
    number = t.insert(
        "basket_entries",
        order_id=basket_id,
        text=entry.text,
        batch=batch,
        product_id=entry.product_id,
        before=before,
        after=entry.after,
        at=t.stamp,
        operator_id=t.actor.id,
    )
    _set_quantity(t, clock, basket_id, entry.product_id, entry.after)
    return number


def _set_quantity(
    t: Transaction, clock: Clock, basket_id: int, product_id: int, quantity: int, told: Asked | None = None
) -> None:
    """Write a line, keeping the price it was entered at (see `write_line`); one that comes to nothing goes, unless the
    order has it, and one that is as it was ordered costs what it did."""
    from store.promotion_prices import product_on

    product = product_on(t, clock.to_wall(t.now).date(), product_id)
    changed = t.value("SELECT changes_order_id FROM orders WHERE id = ?", (basket_id,))
    in_order = quantities(t, changed)
    asked: Asked = (product.price, product.promotion_id)
    price, promotion_id = asked if told is None or told[0] >= asked[0] else told
    write_line(t, basket_id, product, quantity, price, product.cost, promotion_id=promotion_id)
    if changed is not None and in_order.get(product_id) == quantity:
        as_ordered(t, basket_id, changed, product_id)
    if quantity == 0 and product_id not in in_order:
        t.execute("DELETE FROM order_lines WHERE order_id = ? AND product_id = ?", (basket_id, product_id))
    t.execute(
        """UPDATE orders SET version = version + 1, typed = CASE WHEN ? OR typed_by IS ? THEN '' ELSE typed END,
            filled = EXISTS (SELECT 1 FROM order_lines WHERE order_id = orders.id AND quantity > 0) WHERE id = ?""",
        (t.actor.may(Right.ORDERS), t.actor.id, basket_id),
    )


def undo(t: Transaction, clock: Clock, basket_id: int, *, one: bool = False) -> str:
    """Take the last entry back and return its text; all that one key entered together, unless `one` is asked for.

    Entries for other catalogues than the actor's stay. Raises `Invalid` when nothing was entered.
    """
    basket_row(t, basket_id)
    found = own_entries(t, basket_id)
    last = found[-1] if found else None
    if last is None:
        raise Invalid("basket", "", "nothing_to_undo")
    together = [entry for entry in found if last["batch"] and entry["batch"] == last["batch"]]
    for entry in [last] if one or not together else reversed(together):
        _set_quantity(t, clock, basket_id, entry["product_id"], entry["before"])
        t.execute("DELETE FROM basket_entries WHERE id = ?", (entry["id"],))
    return str(last["text"])


def repeat(t: Transaction, clock: Clock, basket_id: int, lines: Sequence[tuple[int, int]]) -> int:
    """Add products and quantities to the basket as one act, leaving out what is not offered; returns how many."""
    row = basket_row(t, basket_id)
    rows = t.all(
        "SELECT catalogue_id FROM distribution_catalogues WHERE distribution_id = ?", (row["distribution_id"],)
    )
    offered = {r["catalogue_id"] for r in rows}
    batch = added = 0
    for product_id, quantity in lines:
        product = get_product(t, product_id)
        broken = product.whole_only and quantity % 1000
        if not product.active or product.catalogue_id not in offered or broken:
            continue
        before = quantities(t, basket_id).get(product_id, 0)
        entry = Entry(f"{quantity / 1000:g} {product.reference or product.name}", product_id, before, before + quantity)
        number = enter(t, clock, basket_id, entry, batch)
        if not batch:
            batch = number
            t.execute("UPDATE basket_entries SET batch = ? WHERE id = ?", (batch, number))
        added += 1
    return added


def drop(t: Transaction, clock: Clock, basket_id: int) -> None:
    """Forget what was entered; of a basket shared with other catalogues' operators, only what is the actor's own."""
    own = own_catalogues(t)
    changes = touched(t, basket_id)
    foreign = [p for p in changes if own is not None and get_product(t, p).catalogue_id not in own]
    if not foreign and not _of_colleagues(t, basket_id, own):
        delete_basket(t, basket_id)
        return
    for product_id, (before, _after) in changes.items():
        if product_id not in foreign:
            _set_quantity(t, clock, basket_id, product_id, before)
            t.execute("DELETE FROM basket_entries WHERE order_id = ? AND product_id = ?", (basket_id, product_id))


def _of_colleagues(t: Transaction, basket_id: int, own: OWN) -> bool:
    """Whether a basket keeps a note, vouchers, or lines typed and not entered, that the actor may not see."""
    row = basket_row(t, basket_id)
    typed = bool(row["typed"]) and own is not None and row["typed_by"] != t.actor.id
    given = own is not None and vouchers_change(t, basket_id)
    return typed or given or (note_hidden(t, own, basket_id) and _noted(t, basket_id))


def _noted(t: Transaction, basket_id: int) -> bool:
    """Whether the note of a basket is another one than that of the order it changes."""
    row = basket_row(t, basket_id)
    note = t.value("SELECT note FROM orders WHERE id = ?", (row["changes_order_id"],))
    return bool(row["note"] != (note or ""))


def delete_basket(t: Transaction, basket_id: int) -> None:
    """Remove a basket with its lines and entries; the order it changes stays as it is."""
    basket_row(t, basket_id)
    stop_order(t, basket_id, BASKET)
    t.execute("DELETE FROM orders WHERE id = ?", (basket_id,))


def confirm(
    t: Transaction, clock: Clock, basket_id: int, *, short: bool = False, vouchers_off: bool = False
) -> Confirmation:
    """Carry the basket's changes into the member's order, and redeem its vouchers.

    What belongs to other catalogues than the actor's stays in the basket, and so does a note that is not for the actor,
    and all vouchers for who may not redeem any. Raises `ChangedElsewhere` when the order was changed since the basket
    was made from it, `Invalid` when there is nothing to confirm, `StockShort` unless `short` says that it is meant, and
    `VouchersOff` where one does not hold any more unless `vouchers_off` says so.
    """
    from store.voucher_use import hold, redeem

    row = basket_row(t, basket_id)
    open_distribution(t, clock, row["distribution_id"])
    if not is_current(t, basket_id):
        raise ChangedElsewhere("order", int(row["changes_order_id"] or basket_id))
    own = own_catalogues(t)
    changes, foreign = _changes(t, row, own)
    hidden = note_hidden(t, own, basket_id)
    beside = (not hidden and _noted(t, basket_id)) or (own is None and vouchers_change(t, basket_id))
    if not changes and (row["changes_order_id"] is None or not beside):
        raise Invalid("basket", "", "empty")
    note = None if hidden else row["note"]
    foreign = foreign or _of_colleagues(t, basket_id, own)
    header = Header(row["member_id"], row["distribution_id"], row["channel"], note)
    confirmation = confirm_changes(t, clock, header, changes, short=short, basket_id=basket_id)
    if own is None:
        order_id = confirmation.order_id
        confirmation = replace(confirmation, vouchers=redeem(t, clock, basket_id, order_id, meant=vouchers_off))
    else:
        hold(t, confirmation.order_id)
    if not foreign:
        delete_basket(t, basket_id)
        return confirmation
    for change in changes:
        t.execute("DELETE FROM basket_entries WHERE order_id = ? AND product_id = ?", (basket_id, change.product.id))
    open_basket(t, clock, row["member_id"], row["distribution_id"], row["channel"])
    return confirmation


def _changes(t: Transaction, basket: sqlite3.Row, own: OWN) -> tuple[list[Change], bool]:
    """What a basket changes in the actor's catalogues, and whether it changes something in others."""
    before = quantities(t, basket["changes_order_id"])
    changes, foreign = [], False
    for line in t.all("SELECT * FROM order_lines WHERE order_id = ? ORDER BY id", (basket["id"],)):
        held = before.get(line["product_id"], 0)
        if line["quantity"] == held:
            continue
        if own is not None and line["catalogue_id"] not in own:
            foreign = True
            continue
        product = get_product(t, line["product_id"])
        values = (line["quantity"], line["price"], line["cost"])
        changes.append(Change(product, held, *values, promotion_id=line["promotion_id"]))
    return changes, foreign
