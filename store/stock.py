"""What is left of products whose stock is kept.

A stock "for all" is what is there now: confirming takes from it. A stock per distribution is counted against that
distribution's orders. Open baskets reserve what they hold more than the order they change.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from store.products import Product

if TYPE_CHECKING:
    from store.transaction import Transaction

_RESERVED = """SELECT coalesce(sum(max(0, l.quantity - coalesce(k.quantity, 0))), 0)
    FROM order_lines l JOIN orders b ON b.id = l.order_id AND b.state = 'basket'
    LEFT JOIN order_lines k ON k.order_id = b.changes_order_id AND k.product_id = l.product_id
    WHERE l.product_id = :product"""
_CONFIRMED = """SELECT coalesce(sum(l.quantity), 0) FROM order_lines l JOIN orders o ON o.id = l.order_id
    WHERE l.product_id = :product AND o.distribution_id = :distribution AND o.state = 'confirmed'"""


def left_after(t: Transaction, distribution_id: int, products: Iterable[Product]) -> dict[int, int]:
    """What is left of each product whose stock is kept, after all orders and baskets; below 0 when it is short."""
    return {p.id: left for p in products if (left := _left(t, distribution_id, p)) is not None}


def _left(t: Transaction, distribution_id: int, product: Product) -> int | None:
    named = {"product": product.id, "distribution": distribution_id}
    if product.stock_kind == "all" and product.stock is not None:
        return product.stock - int(t.value(_RESERVED, named))
    if product.stock_kind == "distribution":
        here = t.value(
            "SELECT stock FROM distribution_stock WHERE distribution_id = :distribution AND product_id = :product",
            named,
        )
        stock = product.stock if here is None else int(here)
        if stock is not None:
            reserved = t.value(f"{_RESERVED} AND b.distribution_id = :distribution", named)
            return stock - int(reserved) - int(t.value(_CONFIRMED, named))
    return None


def take(t: Transaction, product: Product, quantity: int) -> None:
    """Take a confirmed quantity (below 0: give it back) from a stock that is kept for all distributions."""
    if product.stock_kind == "all" and product.stock is not None:
        t.execute("UPDATE products SET stock = stock - ? WHERE id = ?", (quantity, product.id))
