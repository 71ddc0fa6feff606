"""Settling at pick-up: what was ordered by the piece is paid by the weight that the scales say."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from store import member_search
from store.errors import Ambiguous, ChangedElsewhere, Invalid, NotFound
from store.order_lines import OWN
from store.order_lists import within
from store.order_records import Weighed, to_pay
from store.products import COLUMNS, TABLES, Product, amount, get_product, product_of, reference_key
from store.rights import Right
from store.voucher_reckoning import follow, order_totals, taken_off_each

if TYPE_CHECKING:
    from store.transaction import Transaction

# A product that is sold otherwise by now still has lines that were ordered to be weighed.
_WEIGHED = "(p.sold = 'weighed' OR l.estimated = 1 OR l.settled_weight IS NOT NULL)"


def to_settle(t: Transaction, own: OWN, distribution_id: int) -> tuple[Weighed, ...]:
    """The lines of a distribution that are weighed, settled or not, by member."""
    rows = t.all(
        f"""SELECT l.order_id, o.member_id, o.version AS order_version, l.quantity, l.settled_weight, l.amount,
            l.price AS line_price, {COLUMNS}
        FROM {TABLES} JOIN order_lines l ON l.product_id = p.id JOIN orders o ON o.id = l.order_id
        JOIN members m ON m.id = o.member_id
        WHERE o.distribution_id = ? AND o.state = 'confirmed' AND l.quantity > 0 AND {_WEIGHED}
            AND {within(own, "l.catalogue_id")}
        ORDER BY m.sort_key, m.id, l.id""",
        (distribution_id,),
    )
    members = member_search.rows(t, list({row["member_id"] for row in rows}), names_only=own is not None)
    names = {member.id: member.name for member in members}
    off = {} if own is not None else taken_off_each(t, list({row["order_id"] for row in rows}))
    found = [_weighed(row, names[row["member_id"]]) for row in rows]
    return tuple(_with_voucher(t, one, off[one.order_id]) if one.order_id in off else one for one in found)


def _with_voucher(t: Transaction, found: Weighed, off: Mapping[str, int]) -> Weighed:
    left = to_pay(order_totals(t, found.order_id), off)
    estimated = "SELECT EXISTS (SELECT 1 FROM order_lines WHERE order_id = ? AND quantity > 0 AND estimated = 1)"
    return replace(found, to_pay=left, estimated=bool(t.value(estimated, (found.order_id,))))


def _weighed(row: sqlite3.Row, member: str) -> Weighed:
    product = product_of(row)
    return Weighed(
        order_id=row["order_id"],
        member_id=row["member_id"],
        member=member,
        product=product,
        quantity=row["quantity"],
        estimated_weight=estimated_weight(product, row["quantity"]),
        settled_weight=row["settled_weight"],
        amount=row["amount"],
        price=row["line_price"],
        currency=product.currency,
        version=row["order_version"],
    )


def estimated_weight(product: Product, quantity: int) -> int:
    """What a quantity should weigh, in thousandths of the product's unit."""
    return quantity if not product.estimated_weight else (quantity * product.estimated_weight + 500) // 1000


_SIZES = {"kg": 1000, "g": 1, "l": 1000, "cl": 10, "ml": 1}
_TYPED = re.compile(r"([0-9]{1,5})(?:[.,]([0-9]{1,3}))?\s*(kg|g|l|cl|ml)?", re.IGNORECASE | re.ASCII)


def weight_typed(text: str, product: Product) -> int:
    """A weight as one types it ("3,617", "3617 g") in thousandths of the product's unit, which is meant where none is
    said. Raises `Invalid` for what is no weight, or is in a unit that does not fit.
    """
    match = _TYPED.fullmatch(text.strip())
    unit = (match[3] or product.unit).lower() if match else ""
    volume, own_volume = unit in ("l", "cl", "ml"), product.unit in ("l", "cl", "ml")
    if match is None or (unit != product.unit and (product.unit not in _SIZES or volume != own_volume)):
        raise Invalid("weight", text, "not_a_weight")
    weight = int(match[1]) * 1000 + int((match[2] or "").ljust(3, "0"))
    if unit == product.unit:
        return weight
    return (2 * weight * _SIZES[unit] + _SIZES[product.unit]) // (2 * _SIZES[product.unit])


def weights_typed(texts: Iterable[str], products: Sequence[Product]) -> dict[int, int | None]:
    """What "POUL=3,617" says of the products of an order, by product id; None where nothing follows the sign.

    The reference or the whole name stands before the sign. Raises `NotFound`, `Ambiguous` and `Invalid`.
    """
    typed: dict[int, int | None] = {}
    for text in texts:
        name, _sign, weight = text.rpartition("=")
        key = reference_key(name)
        found = [p for p in products if key and key in (reference_key(p.reference), reference_key(p.name))]
        if len(found) > 1:
            raise Ambiguous("product", name, tuple(f"{p.name} ({p.catalogue_name})" for p in found))
        if not found:
            raise NotFound("product", name or text)
        typed[found[0].id] = weight_typed(weight, found[0]) if weight.strip() else None
    return typed


Seen = Mapping[int, int | None]
"""Weights by product id, as the operator saw them."""


def settle(t: Transaction, order_id: int, weights: Mapping[int, int | None], seen: Seen | None = None) -> None:
    """Write what lines weigh, by product id and in thousandths of the product's unit; None: not weighed after all.

    Vouchers take no more off than the order comes to then. All stay on it, also below their minimum or where it comes
    to 0: a weight may be corrected.
    Needs the right on each product's catalogue. Raises `ChangedElsewhere` where somebody has weighed otherwise since it
    was `seen`, `NotFound` for an order, or a product that is not in it, and `Invalid` for an order that is not
    confirmed, a product that is not weighed or a weight below 0.
    """
    state = t.value("SELECT state FROM orders WHERE id = ? AND state <> 'basket'", (order_id,))
    if state is None:
        raise NotFound("order", str(order_id))
    if state != "confirmed":
        raise Invalid("order", str(order_id), "not_confirmed")
    for product_id, weight in weights.items():
        if seen is not None and _weighed_since(t, order_id, product_id) not in (seen.get(product_id), weight):
            raise ChangedElsewhere("weight", order_id)
        _settle_line(t, order_id, get_product(t, product_id), weight)
    follow(t, order_id)
    t.execute("UPDATE orders SET version = version + 1 WHERE id = ?", (order_id,))


def _weighed_since(t: Transaction, order_id: int, product_id: int) -> int | None:
    """What a line weighs as it is stored now; None for an estimate."""
    weight: int | None = t.value(
        "SELECT settled_weight FROM order_lines WHERE order_id = ? AND product_id = ?", (order_id, product_id)
    )
    return weight


def _settle_line(t: Transaction, order_id: int, product: Product, weight: int | None) -> None:
    t.require(Right.ORDERS, product.catalogue_id)
    line = t.one(
        """SELECT quantity, price, estimated OR settled_weight IS NOT NULL AS weighed FROM order_lines
        WHERE order_id = ? AND product_id = ? AND quantity > 0""",
        (order_id, product.id),
    )
    if line is None:
        raise NotFound("product", product.name)
    if not (line["weighed"] or product.estimated):
        raise Invalid("weight", product.name, "not_weighed")
    if weight is not None and weight < 0:
        raise Invalid("weight", str(weight), "negative")
    by_estimate = amount(estimated_weight(product, line["quantity"]), line["price"])
    t.execute(
        """UPDATE order_lines SET settled_weight = ?, estimated = ?, amount = ?
        WHERE order_id = ? AND product_id = ?""",
        (
            weight,
            int(weight is None),
            by_estimate if weight is None else amount(weight, line["price"]),
            order_id,
            product.id,
        ),
    )
