"""What is left of products whose stock is kept.

A stock "for all" is what is there now: confirming takes from it. A stock per distribution is counted against that
distribution's orders. Open baskets reserve what they hold more than the order they change, entry by entry: whoever
entered first is served first, when entering and when confirming. Nothing is kept for baskets of a cancelled
distribution, which cannot be confirmed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.products import Product

if TYPE_CHECKING:
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Reserved:
    """What one entry into a basket reserves of a product, in thousandths."""

    basket_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A product's stock in thousandths: `there` after all that is confirmed, and what baskets reserve of it, the
    earliest entry first."""

    there: int
    reserved: tuple[Reserved, ...]

    @property
    def left(self) -> int:
        """What is left for an entry made now; below 0 when more is reserved than there is."""
        return self.there - sum(step.quantity for step in self.reserved)

    def held(self, basket_id: int) -> int:
        """What a basket reserves."""
        return sum(step.quantity for step in self.reserved if step.basket_id == basket_id)

    def lacking(self, basket_id: int) -> int:
        """How much of what a basket reserves is not there for it: what others entered earlier is theirs."""
        left, lacking = self.there, 0
        for step in self.reserved:
            if step.basket_id == basket_id:
                lacking += min(step.quantity, max(0, step.quantity - left))
            left -= step.quantity
        return lacking

    def left_of(self, basket_id: int) -> int:
        """What is left after a basket's line and what was entered before it; below 0 what the line lacks."""
        if lacking := self.lacking(basket_id):
            return -lacking
        last = max((i for i, step in enumerate(self.reserved) if step.basket_id == basket_id), default=None)
        return self.left if last is None else self.there - sum(s.quantity for s in self.reserved[: last + 1])


def standings(t: Transaction, distribution_id: int, products: Iterable[Product]) -> dict[int, Standing]:
    """How each product whose stock is kept stands at a distribution, by product id."""
    kept = {product.id: product for product in products if product.stock_kind != "none"}
    if not kept:
        return {}
    ids = json.dumps(list(kept))
    here = _stock_here(t, distribution_id, ids)
    confirmed = _confirmed(t, distribution_id, ids)
    reserved = _reserved(t, ids)
    found = {}
    for product in kept.values():
        steps = reserved.get(product.id, [])
        if product.stock_kind == "distribution":
            stock = here.get(product.id, product.stock)
            there = None if stock is None else stock - confirmed.get(product.id, 0)
            steps = [(place, step) for place, step in steps if place == distribution_id]
        else:
            there = product.stock
        if there is not None:
            found[product.id] = Standing(there, tuple(step for _place, step in steps))
    return found


def left_after(t: Transaction, distribution_id: int, products: Iterable[Product]) -> dict[int, int]:
    """What is left of each product whose stock is kept, after all orders and baskets; below 0 when it is short."""
    return {product_id: found.left for product_id, found in standings(t, distribution_id, products).items()}


def lacking(
    t: Transaction, distribution_id: int, raised: Iterable[tuple[Product, int]], basket_id: int = 0
) -> dict[int, int]:
    """What is missing to raise orders by so much of each product, where something is.

    What the basket has reserved for it counts from when it was entered, the rest from now.
    """
    wanted = list(raised)
    found = standings(t, distribution_id, [product for product, _more in wanted])
    missing = {}
    for product, more in wanted:
        if standing := found.get(product.id):
            beyond = max(0, more - standing.held(basket_id))
            missing[product.id] = standing.lacking(basket_id) + min(beyond, max(0, beyond - standing.left))
    return {product_id: short for product_id, short in missing.items() if short}


def take(t: Transaction, product: Product, quantity: int) -> None:
    """Take a confirmed quantity (below 0: give it back) from a stock that is kept for all distributions."""
    if product.stock_kind == "all" and product.stock is not None:
        t.execute("UPDATE products SET stock = stock - ? WHERE id = ?", (quantity, product.id))


def _stock_here(t: Transaction, distribution_id: int, ids: str) -> dict[int, int]:
    rows = t.all(
        """SELECT product_id, stock FROM distribution_stock
        WHERE distribution_id = ? AND product_id IN (SELECT value FROM json_each(?))""",
        (distribution_id, ids),
    )
    return {row["product_id"]: row["stock"] for row in rows}


def _confirmed(t: Transaction, distribution_id: int, ids: str) -> dict[int, int]:
    rows = t.all(
        """SELECT l.product_id, sum(l.quantity) AS quantity FROM orders o CROSS JOIN order_lines l ON l.order_id = o.id
        WHERE o.distribution_id = ? AND o.state = 'confirmed' AND l.product_id IN (SELECT value FROM json_each(?))
        GROUP BY l.product_id""",
        (distribution_id, ids),
    )
    return {row["product_id"]: row["quantity"] for row in rows}


def _reserved(t: Transaction, ids: str) -> dict[int, list[tuple[int, Reserved]]]:
    """By product, what the entries of open baskets reserve and at which distribution, in the order of entry.

    An entry reserves what it raised the line by, above what the order held when the product was first touched; a later
    entry that lowers it gives back what came last.
    """
    rows = t.all(
        """SELECT e.id, e.order_id, e.product_id, e.before, e.after, b.distribution_id
        FROM orders b CROSS JOIN basket_entries e ON e.order_id = b.id
        JOIN distributions d ON d.id = b.distribution_id AND d.cancelled_at IS NULL
        WHERE b.state = 'basket' AND e.product_id IN (SELECT value FROM json_each(?)) ORDER BY e.id""",
        (ids,),
    )
    ordered: dict[tuple[int, int], int] = {}
    steps: dict[tuple[int, int], list[list[int]]] = {}
    places: dict[int, int] = {}
    for row in rows:
        key = (row["product_id"], row["order_id"])
        places[row["order_id"]] = row["distribution_id"]
        base = ordered.setdefault(key, row["before"])
        own = steps.setdefault(key, [])
        more = max(0, row["after"] - base) - max(0, row["before"] - base)
        if more > 0:
            own.append([row["id"], more])
        while more < 0 and own:
            given = min(own[-1][1], -more)
            own[-1][1] -= given
            more += given
            if not own[-1][1]:
                own.pop()
    queue = sorted((number, *key, quantity) for key, own in steps.items() for number, quantity in own)
    found: dict[int, list[tuple[int, Reserved]]] = {}
    for _number, product_id, basket_id, quantity in queue:
        found.setdefault(product_id, []).append((places[basket_id], Reserved(basket_id, quantity)))
    return found
