"""Changing products inside a transaction: what is ordered already keeps the price and cost it was entered at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.errors import ChangedElsewhere, Invalid
from store.folding import folded
from store.order_records import CALLED_OFF
from store.products import Product, Sold, check_product, get_product, reference_key
from store.rights import Right

if TYPE_CHECKING:
    from store.transaction import Transaction

FIELDS = (
    "reference", "name", "unit", "base_quantity", "price", "cost", "sold", "estimated_weight", "stock_kind", "stock",
    "display_order", "active",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Usage:
    """Where a product is ordered: `coming` and `past` count orders, `baskets` what is open, `quantity` thousandths at
    distributions that are not over."""

    coming: int
    baskets: int
    past: int
    quantity: int


def usage(t: Transaction, wall: str, product_id: int) -> Usage:
    """Where a product is ordered, at the local moment `wall`; what was cancelled does not count."""
    row = t.one(
        """SELECT coalesce(sum(o.state = 'confirmed' AND ahead), 0) AS coming,
            coalesce(sum(o.state = 'basket'), 0) AS baskets,
            coalesce(sum(o.state = 'confirmed' AND NOT ahead), 0) AS past,
            coalesce(sum(iif(o.state = 'confirmed' AND ahead, l.quantity, 0)), 0) AS quantity
        FROM order_lines l JOIN orders o ON o.id = l.order_id
        JOIN (SELECT id, day || 'T' || ends_at > ? AS ahead FROM distributions) d ON d.id = o.distribution_id
        WHERE l.product_id = ? AND l.quantity > 0 AND o.state <> 'cancelled'""",
        (wall, product_id),
    )
    assert row is not None  # an aggregate always has its one row
    return Usage(**row)


def change_product(
    t: Transaction, wall: str, product_id: int, version: int, stock_was: int | None, values: dict[str, Any]
) -> Product:
    """Change what is given of a product (see `Catalogues.edit_product`)."""
    if unknown := set(values) - set(FIELDS):
        raise TypeError(f"cannot be changed: {', '.join(sorted(unknown))}")
    now = get_product(t, product_id)
    t.require(Right.ORDERS, now.catalogue_id)
    if now.version != version or ("stock" in values and stock_was is not None and now.stock != stock_was):
        raise ChangedElsewhere("product", product_id)
    row = t.one("SELECT * FROM products WHERE id = ?", (product_id,))
    assert row is not None  # `get_product` has found it
    wanted = {name: row[name] for name in FIELDS} | values
    wanted["sold"], wanted["active"] = str(wanted["sold"]), int(wanted["active"])
    wanted["name"], wanted["reference"] = " ".join(wanted["name"].split()), wanted["reference"].strip()
    check_product(wanted)
    if wanted["stock"] != now.stock and (wanted["stock"] or 0) < 0:
        raise Invalid("stock", str(wanted["stock"]), "negative")
    if resized(now, wanted) and product_id in ordered_ahead(t, wall):
        raise Invalid("unit", now.name, "ordered")
    key = reference_key(wanted["reference"])
    taken = "SELECT name FROM products WHERE catalogue_id = ? AND reference_key = ? AND id <> ?"
    if key and t.one(taken, (now.catalogue_id, key, product_id)):
        raise Invalid("reference", wanted["reference"], "taken")
    wanted |= {"reference_key": key, "folded": folded(wanted["name"])}
    fields = ", ".join(f"{name} = :{name}" for name in wanted)
    t.execute(f"UPDATE products SET {fields}, version = version + 1 WHERE id = :id", {**wanted, "id": product_id})
    return get_product(t, product_id)


def resized(product: Product, values: Mapping[str, Any]) -> bool:
    """Whether new `values` make one of a product something else: who has ordered "2" of it would get another thing."""
    size = (product.unit, product.base_quantity, product.sold is Sold.WEIGHED)
    unit, base_quantity = (values.get(name, getattr(product, name)) for name in ("unit", "base_quantity"))
    return size != (unit, base_quantity, values.get("sold", product.sold) == Sold.WEIGHED)


def ordered_ahead(t: Transaction, wall: str) -> frozenset[int]:
    """The products that are ordered, or in a basket, for distributions that are not over at the local moment `wall`.

    Those of a cancelled distribution too: restoring it brings back what was ordered.
    """
    rows = t.all(
        """SELECT DISTINCT l.product_id FROM distributions d CROSS JOIN orders o ON o.distribution_id = d.id
        CROSS JOIN order_lines l ON l.order_id = o.id
        WHERE d.day >= substr(:wall, 1, 10) AND d.day || 'T' || d.ends_at > :wall AND l.quantity > 0
            AND (o.state <> 'cancelled' OR o.cancelled_reason = :called_off)""",
        {"wall": wall, "called_off": CALLED_OFF},
    )
    return frozenset(row["product_id"] for row in rows)


def set_active(t: Transaction, product_ids: Iterable[int], on: bool) -> int:
    """Offer products or no longer, and say how many were changed; needs the right on each catalogue."""
    changed = 0
    for product_id in dict.fromkeys(product_ids):
        product = get_product(t, product_id)
        t.require(Right.ORDERS, product.catalogue_id)
        if product.active != on:
            t.execute("UPDATE products SET active = ?, version = version + 1 WHERE id = ?", (int(on), product_id))
            changed += 1
    return changed


def move_product(t: Transaction, product_id: int, step: int) -> bool:
    """Move a product up (below 0) or down in its catalogue's order of display; False where it cannot go further."""
    product = get_product(t, product_id)
    t.require(Right.ORDERS, product.catalogue_id)
    rows = t.all(
        "SELECT id, display_order FROM products WHERE catalogue_id = ? ORDER BY display_order, folded, id",
        (product.catalogue_id,),
    )
    ids = [row["id"] for row in rows]
    at = ids.index(product_id)
    to = min(max(at + step, 0), len(ids) - 1)
    if to == at:
        return False
    ids.insert(to, ids.pop(at))
    kept = {row["id"]: row["display_order"] for row in rows}
    moved = [(place, i) for place, i in enumerate(ids, start=1) if kept[i] != place]
    # No new version: what somebody else types into one of the others' forms stays good.
    t.execute_many("UPDATE products SET display_order = ? WHERE id = ?", moved)
    return True
