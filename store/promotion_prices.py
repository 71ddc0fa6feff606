"""What promotions take off: the price that is asked for a product on a local day."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from store.errors import NotFound
from store.products import Product, get_product
from store.promotion_records import Promotion

if TYPE_CHECKING:
    from store.transaction import Transaction

COLUMNS = """m.id, m.name, m.product_id, m.catalogue_id, m.percent, m.price, m.since, m.until, m.cancelled_at,
    m.version, coalesce(p.name, c.name) AS what, c.currency, p.price AS usual,
    c.name AS catalogue_name, c.id AS offered_in"""
TABLES = """promotions m LEFT JOIN products p ON p.id = m.product_id
    JOIN catalogues c ON c.id = coalesce(m.catalogue_id, p.catalogue_id)"""


def promotion_of(row: sqlite3.Row) -> Promotion:
    """The promotion that a row of `COLUMNS` describes."""
    return Promotion(
        since=date.fromisoformat(row["since"]),
        until=date.fromisoformat(row["until"]),
        product_id=row["product_id"],
        catalogue_id=row["catalogue_id"],
        percent=row["percent"],
        price=row["price"],
        name=row["name"],
        what=row["what"],
        currency=row["currency"],
        cancelled=row["cancelled_at"] is not None,
        version=row["version"],
        id=row["id"],
        usual=row["usual"],
        catalogue_name=row["catalogue_name"],
        offered_in=row["offered_in"],
    )


def get_promotion(t: Transaction, promotion_id: int) -> Promotion:
    """One promotion; raises `NotFound`."""
    row = t.one(f"SELECT {COLUMNS} FROM {TABLES} WHERE m.id = ?", (promotion_id,))
    if row is None:
        raise NotFound("promotion", str(promotion_id))
    return promotion_of(row)


def only_promotion(t: Transaction, day: date) -> Promotion | None:
    """The one that runs on a local day, or else the one to come; None where there are several, or none."""
    rows = t.all(
        f"SELECT {COLUMNS} FROM {TABLES} WHERE m.until >= ? AND m.cancelled_at IS NULL ORDER BY m.id",
        (day.isoformat(),),
    )
    still = [promotion_of(row) for row in rows]
    meant = [one for one in still if one.since <= day] or still
    return meant[0] if len(meant) == 1 else None


def price_at(promotion: Promotion, usual: int) -> int:
    """What a product costs while a promotion runs: cents, half a cent rounded up, and never more than `usual`."""
    if promotion.percent is None:
        return usual if promotion.price is None else min(promotion.price, usual)
    return (2 * usual * (100 - promotion.percent) + 100) // 200


def running(t: Transaction, day: date) -> Mapping[int, tuple[Promotion, int]]:
    """By product id, the promotion that holds on a local day and the price that it makes.

    Where several do, the lowest price wins, and of equal ones the older promotion. A product whose own price is as low
    is left out; so is what was cancelled, at once.
    """
    rows = t.all(
        f"""SELECT {COLUMNS} FROM {TABLES}
        WHERE m.until >= :day AND m.since <= :day AND m.cancelled_at IS NULL ORDER BY m.id""",
        {"day": day.isoformat()},
    )
    found: dict[int, tuple[Promotion, int]] = {}
    for promotion in map(promotion_of, rows):
        for product in _products(t, promotion):
            price = price_at(promotion, product["price"])
            best = found.get(product["id"])
            if price < (product["price"] if best is None else best[1]):
                found[product["id"]] = (promotion, price)
    return found


def _products(t: Transaction, promotion: Promotion) -> list[sqlite3.Row]:
    column = "id" if promotion.catalogue_id is None else "catalogue_id"
    wanted = promotion.product_id if promotion.catalogue_id is None else promotion.catalogue_id
    return t.all(f"SELECT id, price FROM products WHERE {column} = ?", (wanted,))


def at_price_of(t: Transaction, day: date, products: Iterable[Product]) -> list[Product]:
    """The products with the price that is asked for them on a local day (see `Product.promotion`)."""
    lower = running(t, day)
    if not lower:
        return list(products)
    return [product if product.id not in lower else _lowered(product, *lower[product.id]) for product in products]


def product_on(t: Transaction, day: date, product_id: int) -> Product:
    """One product with the price that is asked for it on a local day; raises `NotFound`."""
    return at_price_of(t, day, [get_product(t, product_id)])[0]


def _lowered(product: Product, promotion: Promotion, price: int) -> Product:
    return replace(product, price=price, usual=product.price, promotion=promotion)
