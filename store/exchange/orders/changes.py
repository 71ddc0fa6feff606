"""What lines of a file change in a distribution's orders: their sum is set, not added to what is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from store.confirming import Change, Told
from store.exchange.orders.formats import OWN, OrderFormat
from store.exchange.orders.reading import IncomingLine
from store.exchange.report import FieldChange
from store.products import Product, amount
from store.transaction import Transaction
from templates.words.money import plain_amount
from templates.words.money import quantity as quantity_text

ROUNDED = 5
"""Thousandths by which a quantity written to hundredths may be off."""


@dataclass(frozen=True, slots=True)
class LineState:
    """A line as it is or should be: quantity and weight in thousandths, price and amount in cents.

    `weight` is None where nothing was weighed yet.
    """

    quantity: int
    price: int
    amount: int
    weight: int | None = None
    cost: int | None = None


def stored_lines(t: Transaction, distribution_id: int) -> dict[tuple[int, int], LineState]:
    """The lines of a distribution's confirmed orders, by member and product."""
    rows = t.all(
        """SELECT o.member_id, l.product_id, l.quantity, l.price, l.amount, l.settled_weight, l.cost
        FROM orders o JOIN order_lines l ON l.order_id = o.id
        WHERE o.distribution_id = ? AND o.state = 'confirmed'""",
        (distribution_id,),
    )
    return {
        (r["member_id"], r["product_id"]): LineState(
            r["quantity"], r["price"], r["amount"], r["settled_weight"], r["cost"]
        )
        for r in rows
    }


def wanted(product: Product, lines: Sequence[IncomingLine], known: OrderFormat, before: LineState | None) -> LineState:
    """What the lines of one member and product come to; what is stored where the file only rounds it."""
    after = _told(product, lines, known, before)
    if not known.rounded or before is None or not _rounds_to(before.quantity, after.quantity, len(lines)):
        return after
    if not _rounds_to(before.weight or 0, after.weight or 0, len(lines)):
        return after
    amounts = before.amount if after.price == before.price else after.amount
    return replace(after, quantity=before.quantity, weight=before.weight, amount=amounts)


def _rounds_to(stored: int, told: int, lines: int) -> bool:
    return abs(stored - told) <= ROUNDED * lines


def _told(product: Product, lines: Sequence[IncomingLine], known: OrderFormat, before: LineState | None) -> LineState:
    """What the file says of the lines.

    What Cagette weighs it orders by weight, so that its quantity (1.835 kg) is the weight that was settled there; of a
    product that is ordered by the piece here, each row is so many pieces as its weight comes nearest to, one at least.
    Elsewhere only a quantity with decimals is a weight. The amount is the file's where it differs from quantity times
    price by no more than a rounded quantity explains.
    """
    kept = product.price if before is None else before.price
    price = next((line.price for line in lines if line.price is not None), kept)
    quantity = sum(line.quantity for line in lines)
    cost = next((line.cost for line in lines if line.cost is not None), None)
    if not product.estimated:
        return LineState(quantity, price, product.amount(quantity, price), cost=cost)
    if known is OWN:
        weights = [line.weight for line in lines if line.weight is not None]
        if not weights:
            return LineState(quantity, price, product.amount(quantity, price), cost=cost)
        return LineState(quantity, price, _amount(lines, sum(weights), price), sum(weights), cost)
    if not known.weights and product.whole_only and quantity % 1000 == 0:
        return _pieces(product, lines, quantity, kept)
    pieces = sum(_nearest(line.quantity, product.estimated_weight) for line in lines)
    return LineState(pieces, price, _amount(lines, quantity, price), quantity, cost)


def _pieces(product: Product, lines: Sequence[IncomingLine], quantity: int, kept: int) -> LineState:
    """So many pieces, not weighed yet: a price that goes with a total is one of the piece, not of the weight."""
    of_weight = next((line.price for line in lines if line.price is not None and line.total is None), kept)
    return LineState(quantity, of_weight, product.amount(quantity, of_weight))


def _nearest(weight: int, piece: int | None) -> int:
    if not piece:
        return weight
    return max(1, (2 * weight + piece) // (2 * piece)) * 1000 if weight else 0


def _amount(lines: Sequence[IncomingLine], weight: int, price: int) -> int:
    """Cents: the file's totals where they fit, for a weight in it may be rounded to hundredths."""
    computed = amount(weight, price)
    totals = [line.total for line in lines if line.total is not None]
    told = sum(totals)
    near = len(lines) * (price * 5 // 1000 + 1)
    return told if len(totals) == len(lines) and abs(told - computed) <= near else computed


def changes_of(before: LineState | None, after: LineState) -> tuple[FieldChange, ...]:
    """What is not as it was, as one writes it; nothing where there was no line and none is wanted."""
    if before is None:
        return (FieldChange("quantity", "", quantity_text(after.quantity)),) if after.quantity else ()
    if not after.quantity:
        return (FieldChange("quantity", quantity_text(before.quantity), "0"),)
    found = []
    if after.quantity != before.quantity:
        found.append(FieldChange("quantity", quantity_text(before.quantity), quantity_text(after.quantity)))
    if after.price != before.price:
        found.append(FieldChange("price", plain_amount(before.price), plain_amount(after.price)))
    if after.weight != before.weight and after.weight is not None:
        was = "" if before.weight is None else quantity_text(before.weight)
        found.append(FieldChange("weight", was, quantity_text(after.weight)))
    if not found and after.weight is not None and after.amount != before.amount:
        found.append(FieldChange("amount", plain_amount(before.amount), plain_amount(after.amount)))
    return tuple(found)


def change(product: Product, before: LineState | None, after: LineState) -> Change:
    """The change that brings a line from `before` to `after`."""
    weight = after.weight
    if weight is None and before is not None and before.quantity == after.quantity:
        weight = before.weight
    paid = amount(weight, after.price) if weight is not None and after.weight is None else after.amount
    return Change(
        product,
        0 if before is None else before.quantity,
        after.quantity,
        after.price,
        product.cost if before is None and after.cost is None else after.cost,
        Told(paid, weight),
    )
