"""Products as our own file: everything that is stored of them, to be imported again without loss."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from store.exchange.export_folder import Export
from store.exchange.export_notes import note_export
from store.exchange.own_files import ENCODING, decimal_text, own_table
from store.exchange.products.formats import OWN_COLUMNS
from store.order_lines import own_catalogues
from store.products import Product, list_products
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store


def export_products(store: Store, catalogue_ids: Iterable[int] | None = None) -> Export:
    """The products of these catalogues, or of all that the actor takes orders for, in the order of display.

    Those no longer sold too. Needs the right `orders`, for named catalogues on each of them.
    """
    wanted = None if catalogue_ids is None else frozenset(catalogue_ids)
    with store.reading() as t:
        own = own_catalogues(t)
        for catalogue_id in wanted or ():
            t.require(Right.ORDERS, catalogue_id)
        products = list_products(t, own if wanted is None else wanted, active=False)
        orders = {row["id"]: row["display_order"] for row in t.all("SELECT id, display_order FROM products")}
    rows = [_cells(product, orders[product.id]) for product in products]
    of = {} if wanted is None else {"catalogues": sorted(wanted)}
    note_export(store, "products", "csv", len(rows), detail=of)
    name = f"products-{store.clock.today().isoformat()}.csv"
    return Export(name, own_table(OWN_COLUMNS, rows).encode(ENCODING), len(rows))


def _cells(product: Product, display_order: int) -> tuple[str, ...]:
    return (
        str(product.id),
        product.catalogue_name,
        product.producer_name,
        product.reference,
        product.name,
        product.unit,
        decimal_text(product.base_quantity, 3),
        decimal_text(product.price, 2),
        product.currency,
        decimal_text(product.cost, 2),
        product.sold.value,
        decimal_text(product.estimated_weight, 3),
        product.stock_kind,
        decimal_text(product.stock, 3),
        str(display_order),
        "yes" if product.active else "no",
    )
