"""The stock of one distribution: what its products have left, and a number set for that day alone. Thousandths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.distribution_records import Distribution
from store.distribution_rows import DayStock
from store.errors import Invalid
from store.order_lines import OWN
from store.products import LARGEST, get_product, list_products
from store.rights import Right
from store.stock import left_after

if TYPE_CHECKING:
    from store.transaction import Transaction


def day_stock(t: Transaction, distribution: Distribution, own: OWN) -> list[DayStock]:
    """The products of a distribution whose stock is kept, by catalogue and order of display."""
    offered = frozenset(c.catalogue_id for c in distribution.catalogues)
    products = list_products(t, offered if own is None else offered & own, active=False)
    named = (distribution.id,)
    here = {
        row["product_id"]: row["stock"]
        for row in t.all("SELECT product_id, stock FROM distribution_stock WHERE distribution_id = ?", named)
    }
    ordered = {
        row["product_id"]: row["quantity"]
        for row in t.all(
            """SELECT l.product_id, sum(l.quantity) AS quantity FROM orders o JOIN order_lines l ON l.order_id = o.id
            WHERE o.distribution_id = ? AND o.state = 'confirmed' GROUP BY l.product_id""",
            named,
        )
    }
    kept = [p for p in products if p.stock_kind != "none" and (p.active or ordered.get(p.id))]
    left = left_after(t, distribution.id, kept)
    return [
        DayStock(
            product=product,
            stock=here.get(product.id) if product.stock_kind == "distribution" else None,
            usual=product.stock,
            ordered=ordered.get(product.id, 0),
            left=left.get(product.id),
        )
        for product in kept
    ]


def set_stock(t: Transaction, distribution: Distribution, product_id: int, stock: int | None) -> None:
    """Set the stock of a product for one distribution; None: the usual one again. See `Distributions.set_stock`."""
    product = get_product(t, product_id)
    t.require(Right.ORDERS, product.catalogue_id)
    if distribution.catalogue(product.catalogue_id) is None:
        raise Invalid("product", product.name, "not_offered")
    if product.stock_kind != "distribution":
        raise Invalid("stock", product.name, "not_per_distribution")
    if stock is None:
        t.execute(
            "DELETE FROM distribution_stock WHERE distribution_id = ? AND product_id = ?", (distribution.id, product_id)
        )
        return
    if not 0 <= stock <= LARGEST:
        raise Invalid("stock", str(stock), "negative" if stock < 0 else "too_large")
    if product.whole_only and stock % 1000:
        raise Invalid("stock", product.name, "whole_only")
    t.execute(
        """INSERT INTO distribution_stock (distribution_id, product_id, stock) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET stock = excluded.stock""",
        (distribution.id, product_id, stock),
    )
