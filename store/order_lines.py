"""Reading and writing the lines of baskets and orders inside a transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from store.clock import unstamp
from store.errors import NotAllowed, NotFound
from store.order_records import REASONS, Basket, Order, OrderLine, totals_of
from store.products import COLUMNS, TABLES, Product, product_of
from store.rights import Right
from store.stock import standings
from store.voucher_reckoning import of_basket, of_order, vouchers_change

if TYPE_CHECKING:
    from store.transaction import Transaction

OWN = frozenset[int] | None
"""The catalogues whose lines an operator may see; None: all."""


def own_catalogues(t: Transaction) -> OWN:
    """The catalogues whose lines the actor may see and change; raises `NotAllowed` where there are none."""
    own = t.actor.catalogues(Right.ORDERS)
    if own is not None and not own:
        raise NotAllowed(Right.ORDERS.value)
    return own


def read_lines(t: Transaction, order_id: int, own: OWN = None) -> list[OrderLine]:
    """The lines of a basket or order in the order in which they were entered."""
    return lines_of(t, (order_id,), own).get(order_id, [])


def lines_of(t: Transaction, order_ids: Iterable[int], own: OWN = None) -> dict[int, list[OrderLine]]:
    """The lines of several baskets or orders by order, as `read_lines`; one without any is left out."""
    rows = t.all(
        f"""SELECT l.order_id, l.quantity, l.price AS line_price, l.amount, l.estimated,
            l.settled_weight, l.late, l.promotion_id,
            o.name AS entered_by, {COLUMNS}
        FROM {TABLES} JOIN order_lines l ON l.product_id = p.id
        LEFT JOIN operators o ON o.id = l.operator_id
        WHERE l.order_id IN (SELECT value FROM json_each(?)) ORDER BY l.order_id, l.id""",
        (json.dumps(list(order_ids)),),
    )
    found: dict[int, list[OrderLine]] = {}
    for row in rows:
        if own is None or row["catalogue_id"] in own:
            found.setdefault(row["order_id"], []).append(_line(row))
    return found


def _line(row: sqlite3.Row) -> OrderLine:
    return OrderLine(
        product=product_of(row),
        quantity=row["quantity"],
        price=row["line_price"],
        amount=row["amount"],
        estimated=bool(row["estimated"]),
        late=bool(row["late"]),
        entered_by=row["entered_by"],
        settled_weight=row["settled_weight"],
        promotion_id=row["promotion_id"],
    )


def write_line(
    t: Transaction,
    order_id: int,
    product: Product,
    quantity: int,
    price: int,
    cost: int | None,
    late: bool | None = None,
    promotion_id: int | None = None,
) -> int:
    """Set a product's line and return the price it has; `late` is kept where it is None.

    `price` and `cost` hold for a new line; one that is there keeps its own, unless the `price` of a promotion is lower:
    who orders more, or less, while it runs has all of it at that price, and keeps it when the promotion is over.
    What was weighed stays so while the quantity is the same.
    """
    kept = t.one("SELECT * FROM order_lines WHERE order_id = ? AND product_id = ?", (order_id, product.id))
    lowered = kept is not None and promotion_id is not None and price < kept["price"]
    if kept is not None and not lowered:
        price, promotion_id = kept["price"], kept["promotion_id"]
    t.execute(
        """INSERT INTO order_lines (order_id, product_id, catalogue_id, quantity, price, cost, amount, estimated, late,
            operator_id, entered_at, promotion_id)
        VALUES (:order, :product, :catalogue, :quantity, :price, :cost, :amount, :estimated, :late, :operator, :at,
            :promotion)
        ON CONFLICT (order_id, product_id) DO UPDATE SET quantity = excluded.quantity, price = excluded.price,
            promotion_id = excluded.promotion_id,
            amount = iif(quantity = excluded.quantity AND NOT :lowered, amount, excluded.amount),
            estimated = iif(quantity = excluded.quantity, estimated, excluded.estimated),
            settled_weight = iif(quantity = excluded.quantity, settled_weight, NULL),
            late = coalesce(:late_given, late), operator_id = excluded.operator_id, entered_at = excluded.entered_at""",
        {
            "order": order_id,
            "product": product.id,
            "catalogue": product.catalogue_id,
            "quantity": quantity,
            "price": price,
            "cost": cost,
            "amount": product.amount(quantity, price),
            "estimated": int(product.estimated),
            "late": int(bool(late)),
            "late_given": None if late is None else int(late),
            "operator": t.actor.id,
            "at": t.stamp,
            "promotion": promotion_id,
            "lowered": int(lowered),
        },
    )
    return price


def write_told(
    t: Transaction, order_id: int, product: Product, price: int, amount: int, cost: int | None, weight: int | None
) -> None:
    """Give a line what another system says of it: price and amount in cents, and the weight (thousandths of the unit)
    where it was weighed there; a `cost` of None leaves the one it has. Another price is no promotion of ours."""
    t.execute(
        """UPDATE order_lines SET price = ?, amount = ?, cost = coalesce(?, cost), settled_weight = ?, estimated = ?,
            promotion_id = iif(price = ?, promotion_id, NULL)
        WHERE order_id = ? AND product_id = ?""",
        (price, amount, cost, weight, int(product.estimated and weight is None), price, order_id, product.id),
    )


def as_ordered(t: Transaction, basket_id: int, order_id: int, product_id: int) -> None:
    """Give a basket's line what the order that the basket changes has, whatever was entered in between."""
    t.execute(
        """UPDATE order_lines SET (quantity, price, cost, amount, estimated, settled_weight, promotion_id) =
            (SELECT quantity, price, cost, amount, estimated, settled_weight, promotion_id FROM order_lines
            WHERE order_id = :order AND product_id = :product)
        WHERE order_id = :basket AND product_id = :product""",
        {"order": order_id, "basket": basket_id, "product": product_id},
    )


def quantities(t: Transaction, order_id: int | None) -> dict[int, int]:
    """The quantity of each product in a basket or order; nothing where there is none."""
    rows = t.all("SELECT product_id, quantity FROM order_lines WHERE order_id = ? ORDER BY id", (order_id,))
    return {row["product_id"]: row["quantity"] for row in rows}


def basket_row(t: Transaction, basket_id: int) -> sqlite3.Row:
    """The row of an open basket; raises `NotFound` for one that was confirmed or dropped."""
    row = t.one("SELECT * FROM orders WHERE id = ? AND state = 'basket'", (basket_id,))
    if row is None:
        raise NotFound("basket", str(basket_id))
    return row


def own_entries(t: Transaction, basket_id: int) -> list[sqlite3.Row]:
    """The entries of a basket for the catalogues that are the actor's, in their order."""
    own = own_catalogues(t)
    rows = t.all(
        """SELECT e.*, p.catalogue_id FROM basket_entries e JOIN products p ON p.id = e.product_id
        WHERE e.order_id = ? ORDER BY e.id""",
        (basket_id,),
    )
    return [row for row in rows if own is None or row["catalogue_id"] in own]


def read_basket(t: Transaction, basket_id: int) -> Basket:
    """An open basket as the actor may see it, with what it would change and the stock that is left."""
    row = basket_row(t, basket_id)
    own = own_catalogues(t)
    changed, hidden = row["changes_order_id"], note_hidden(t, own, basket_id)
    before = quantities(t, changed)
    lines = [replace(line, before=before.get(line.product.id, 0)) for line in read_lines(t, basket_id, own)]
    stock = standings(t, row["distribution_id"], [line.product for line in lines])
    lines = [
        replace(line, left=stock[line.product.id].left_of(basket_id)) if line.product.id in stock else line
        for line in lines
    ]
    return Basket(
        id=basket_id,
        member_id=row["member_id"],
        distribution_id=row["distribution_id"],
        changes_order_id=changed if sees(t, own, changed) else None,
        channel=row["channel"],
        note="" if hidden else row["note"],
        lines=tuple(lines),
        totals=totals_of(lines),
        version=row["version"],
        created_at=unstamp(row["created_at"]),
        created_by=operator_name(t, row["created_by"]),
        changes_version=row["changes_version"],
        entries=len(own_entries(t, basket_id)),
        typed=tuple(row["typed"].splitlines()) if own is None or row["typed_by"] == t.actor.id else (),
        note_hidden=hidden,
        vouchers=of_basket(t, basket_id) if own is None else (),
        vouchers_changed=own is None and vouchers_change(t, basket_id),
    )


# A change of the note or the vouchers alone has no line: only the journal knows who made it.
_CHANGED_BY = """SELECT operator_id FROM (
        SELECT at, 0 AS told, id, operator_id FROM order_changes WHERE order_id = o.id
        UNION ALL SELECT at, 1, id, operator_id FROM journal WHERE subject_id = o.id AND at >= o.created_at
            AND action IN ('order.confirmed', 'order.recorded', 'order.changed')
    ) ORDER BY at DESC, told DESC, id DESC LIMIT 1"""


def read_order(t: Transaction, order_id: int) -> Order:
    """A confirmed or cancelled order as the actor may see it; raises `NotFound`."""
    row = t.one(
        f"""SELECT o.*, d.day, ({_CHANGED_BY}) AS last
        FROM orders o JOIN distributions d ON d.id = o.distribution_id WHERE o.id = ? AND o.state <> 'basket'""",
        (order_id,),
    )
    if row is None:
        raise NotFound("order", str(order_id))
    own = own_catalogues(t)
    lines = tuple(read_lines(t, order_id, own))
    hidden = note_hidden(t, own, order_id)
    return Order(
        id=order_id,
        member_id=row["member_id"],
        distribution_id=row["distribution_id"],
        day=date.fromisoformat(row["day"]),
        state=row["state"],
        channel=row["channel"],
        note="" if hidden else row["note"],
        lines=lines,
        totals=totals_of(lines),
        ordered_on=None if row["ordered_on"] is None else date.fromisoformat(row["ordered_on"]),
        confirmed_at=None if row["confirmed_at"] is None else unstamp(row["confirmed_at"]),
        confirmed_by=operator_name(t, row["confirmed_by"]),
        changed_by=operator_name(t, row["last"]),
        cancelled_reason="" if hidden and row["cancelled_reason"] not in REASONS else row["cancelled_reason"],
        version=row["version"],
        vouchers=of_order(t, order_id) if own is None else (),
    )


def sees(t: Transaction, own: OWN, order_id: int | None) -> bool:
    """Whether an actor sees anything of an order: a line of their catalogues that is in it, or was confirmed in it."""
    if own is None or order_id is None:
        return own is None
    mine = f"order_id = :order AND catalogue_id IN ({', '.join(map(str, sorted(own)))})"
    found = f"EXISTS (SELECT 1 FROM order_lines WHERE {mine}) OR EXISTS (SELECT 1 FROM order_changes WHERE {mine})"
    return bool(t.value(f"SELECT {found}", {"order": order_id}))


def shared(own: OWN, order: str) -> str:
    """The SQL condition that an order, or the one that a basket changes, holds or held lines that are not the actor's:
    its note is not for them. `order` is its id in SQL."""
    if own is None:
        return "0"
    mine = f"({', '.join(map(str, sorted(own)))})"
    these = f"({order}, (SELECT changes_order_id FROM orders WHERE id = {order}))"
    return f"""(EXISTS (SELECT 1 FROM order_lines h WHERE h.order_id IN {these} AND h.catalogue_id NOT IN {mine})
        OR EXISTS (SELECT 1 FROM order_changes h WHERE h.order_id IN {these} AND h.catalogue_id NOT IN {mine}))"""


def note_hidden(t: Transaction, own: OWN, order_id: int) -> bool:
    """Whether what was written about a basket or order is not for the actor: it is, or was, about others' lines too."""
    return own is not None and bool(t.value(f"SELECT {shared(own, ':order')}", {"order": order_id}))


def operator_name(t: Transaction, operator_id: int | None) -> str | None:
    """The name of an operator; None for what happened by itself."""
    name: str | None = t.value("SELECT name FROM operators WHERE id = ?", (operator_id,))
    return name


def confirmed_order(t: Transaction, member_id: int, distribution_id: int) -> sqlite3.Row | None:
    """The row of the member's confirmed order for a distribution, or None."""
    return t.one(
        "SELECT * FROM orders WHERE member_id = ? AND distribution_id = ? AND state = 'confirmed'",
        (member_id, distribution_id),
    )
