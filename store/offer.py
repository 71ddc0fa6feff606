"""What can be ordered at a distribution, with what ranks it for one member: loaded once for each order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.entry_line import Offer, Offered
from store.order_lines import OWN
from store.products import list_products
from store.stock import left_after

if TYPE_CHECKING:
    from store.clock import Clock
    from store.transaction import Transaction

_RECENT = """(SELECT d.id FROM distributions d WHERE d.cancelled_at IS NULL AND EXISTS (
    SELECT 1 FROM orders r WHERE r.distribution_id = d.id AND r.state = 'confirmed') ORDER BY d.day DESC LIMIT 10)"""
"""The group's usual is what is ordered lately: a count over all years would slow a large group's phone down. Days that
are planned ahead, and that nobody has ordered for, tell nothing."""


def load_offer(t: Transaction, clock: Clock, member_id: int, distribution_id: int, own: OWN) -> Offer:
    """The active products of the distribution's catalogues that the operator may sell, at the prices of today."""
    from store.promotion_prices import at_price_of

    rows = t.all("SELECT catalogue_id FROM distribution_catalogues WHERE distribution_id = ?", (distribution_id,))
    catalogues = frozenset(row["catalogue_id"] for row in rows)
    listed = list_products(t, catalogues if own is None else catalogues & own)
    products = at_price_of(t, clock.to_wall(t.now).date(), listed)
    mine = _counts(t, "o.member_id = ?", (member_id,))
    group = _counts(t, f"o.distribution_id IN {_RECENT}", ())
    left = left_after(t, distribution_id, products)
    return Offer(
        Offered(
            product=product,
            member_usual=mine.get(product.id, 0),
            group_usual=group.get(product.id, 0),
            largest=t.value("SELECT coalesce(max(quantity), 0) FROM order_lines WHERE product_id = ?", (product.id,)),
            left=left.get(product.id),
        )
        for product in products
    )


def _counts(t: Transaction, where: str, parameters: tuple[int, ...]) -> dict[int, int]:
    """In how many confirmed orders each product is."""
    rows = t.all(
        f"""SELECT l.product_id, count(*) AS orders FROM orders o JOIN order_lines l ON l.order_id = o.id
        WHERE o.state = 'confirmed' AND o.filled = 1 AND l.quantity > 0 AND {where} GROUP BY l.product_id""",
        parameters,
    )
    return {row["product_id"]: row["orders"] for row in rows}
