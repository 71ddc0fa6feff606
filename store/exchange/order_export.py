"""A distribution's orders as our own file: one row a line, to be imported again without loss."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from store import member_search
from store.distributions import get_distribution
from store.exchange.export_folder import Export
from store.exchange.export_notes import note_export
from store.exchange.list_export import vouchers_note
from store.exchange.orders.formats import OWN_COLUMNS
from store.exchange.own_files import ENCODING, decimal_text, own_table
from store.lists.day import vouchers_of_day
from store.order_lines import own_catalogues, shared
from store.order_lists import within
from store.products import COLUMNS, TABLES, product_of
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction


def export_orders(store: Store, distribution_id: int) -> Export:
    """The confirmed orders of a distribution, as far as the actor may see them; needs the right `orders`.

    E-mails and phones go with them where the actor may see members, costs where they may see margins, notes where the
    order is of their catalogues alone. What vouchers take off an order is noted at each of its lines, and not read
    again. Open baskets and what is late are not in it. Raises `NotFound`.
    """
    with store.reading() as t:
        own = own_catalogues(t)
        day = get_distribution(t, store.clock, distribution_id).day.isoformat()
        lines = t.all(
            f"""SELECT o.member_id, o.channel, iif({shared(own, "o.id")}, '', o.note) AS note, o.ordered_on,
                l.quantity, l.settled_weight, l.price AS line_price, l.cost AS line_cost, l.amount, {COLUMNS}
            FROM {TABLES} JOIN order_lines l ON l.product_id = p.id JOIN orders o ON o.id = l.order_id
            JOIN members m ON m.id = o.member_id
            WHERE o.distribution_id = ? AND o.state = 'confirmed' AND {within(own, "l.catalogue_id")}
            ORDER BY m.sort_key, m.id, l.id""",
            (distribution_id,),
        )
        names = _members(t, {row["member_id"] for row in lines}, names_only=own is not None)
        vouchers = vouchers_of_day(t, own, distribution_id)
        with_cost = t.actor.may(Right.RESULTS_MONEY)
    rows = []
    for row in lines:
        beside = vouchers_note(vouchers.get(row["member_id"], {}))
        rows.append((*_cells(day, row, names.get(row["member_id"], ("", "", "")), with_cost), beside))
    note_export(store, "orders", "csv", len(rows), distribution_id)
    return Export(f"orders-{day}.csv", own_table(OWN_COLUMNS, rows).encode(ENCODING), len(rows))


def _members(t: Transaction, ids: set[int], *, names_only: bool) -> dict[int, tuple[str, str, str]]:
    """Name, e-mail and phone of each member, the last two where the actor may see them."""
    shown = t.actor.may(Right.MEMBERS)
    rows = member_search.rows(t, list(ids), names_only=names_only)
    return {row.id: (row.name, row.email if shown else "", row.phone or row.mobile if shown else "") for row in rows}


def _cells(day: str, row: sqlite3.Row, member: tuple[str, str, str], with_cost: bool) -> tuple[str, ...]:
    product = product_of(row)
    told: dict[str, Any] = {
        "day": day,
        "member_id": row["member_id"],
        "member": member[0],
        "email": member[1],
        "phone": member[2],
        "catalogue": product.catalogue_name,
        "product_id": product.id,
        "reference": product.reference,
        "product": product.name,
        "unit": product.unit,
        "base_quantity": decimal_text(product.base_quantity, 3),
        "quantity": decimal_text(row["quantity"], 3),
        "weight": decimal_text(row["settled_weight"], 3),
        "price": decimal_text(row["line_price"], 2),
        "cost": decimal_text(row["line_cost"], 2) if with_cost else "",
        "amount": decimal_text(row["amount"], 2),
        "currency": product.currency,
        "channel": row["channel"],
        "note": row["note"],
        "ordered_on": row["ordered_on"] or "",
    }
    return tuple(str(told[name]) for name in OWN_COLUMNS if name != "vouchers")
