"""The files that products come from: one entry of `FORMATS` is one system's file, known by its header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from store.exchange.columns import Columns
from store.exchange.tables import Table


@dataclass(frozen=True, slots=True)
class ProductFormat:
    """One system's file of products.

    `columns` maps a `header_key` to one of `FIELDS`; a file is of this format when it has all of `required`. `sizes`:
    a row without a name is a further size of the product above. `ordered`: it tells what was ordered, with names that
    end in a size, headings and sums.
    """

    name: str
    required: frozenset[str]
    columns: Mapping[str, str]
    sizes: bool = False
    ordered: bool = False


FIELDS = (
    *("name", "reference", "price", "unit", "base_quantity", "catalogue", "producer", "cost", "stock"),
    *("weighed", "decimal", "active"),
    *("net_price", "vat", "offer", "product_reference"),
    *("id", "sold", "estimated_weight", "stock_kind", "display_order", "currency"),
)
"""What a column can be: those of `mappings.FIELDS`; a price without tax, an offer's name; those of our own file."""

_IMPORT = {
    "nomduproduit": "name",
    "prixttc": "price",
    "referenceunique": "reference",
    "vrac": "decimal",
    "prixvariableselonpesee": "weighed",
    "quantitesavirgule": "decimal",
    "stock": "stock",
}
CAMAP = ProductFormat("camap-products", frozenset({"nomduproduit", "prixttc", "prixvariableselonpesee"}), _IMPORT)
CAGETTE = ProductFormat("cagette-products", frozenset({"nomduproduit", "prixttc", "quantitesavirgule"}), _IMPORT)
PRO = ProductFormat(
    "cagette-pro-products",
    frozenset({"nomduproduit", "nomoffre", "prixht"}),
    {
        "nomduproduit": "name",
        "ref": "product_reference",
        "unite": "unit",
        "qtavirgule": "decimal",
        "nomoffre": "offer",
        "referenceunique": "reference",
        "quantite": "base_quantity",
        "prixht": "net_price",
        "tauxdetva": "vat",
        "actif": "active",
    },
    sizes=True,
)
_EXPORT = {
    "nom": "name",
    "prixttc": "price",
    "reference": "reference",
    "quantite": "base_quantity",
    "unit": "unit",
    "bulk": "decimal",
    "prixvariableselonpesee": "weighed",
    "actif": "active",
}
CAMAP_EXPORT = ProductFormat("camap-products-export", frozenset({"nom", "prixttc", "unit", "bulk"}), _EXPORT)
CAGETTE_EXPORT = ProductFormat("cagette-products-export", frozenset({"nom", "prixttc", "unit", "catalogid"}), _EXPORT)
BY_PRODUCT = ProductFormat(
    "cagette-by-product",
    frozenset({"produit", "pricettc", "totalttc"}),
    {"produit": "name", "reference": "reference", "pricettc": "price"},
    ordered=True,
)
OWN_COLUMNS = (
    *("id", "catalogue", "producer", "reference", "name", "unit", "base_quantity", "price", "currency", "cost"),
    *("sold", "estimated_weight", "stock_kind", "stock", "display_order", "active"),
)
OWN = ProductFormat(
    "cabas",
    frozenset({"catalogue", "name", "basequantity", "stockkind", "displayorder"}),
    {name.replace("_", ""): name for name in OWN_COLUMNS},
)
MAPPED = ProductFormat("mapped", frozenset(), {})
FORMATS = (OWN, PRO, CAMAP, CAGETTE, CAMAP_EXPORT, CAGETTE_EXPORT, BY_PRODUCT)
"""Every known format, the more demanding first."""

# Cagette's import files say in the header of these two which units there are, each version others.
_BEGINNINGS = (("quantitedanslunite", "base_quantity"), ("unitepiece", "unit"))


def recognise_products(keys: tuple[str, ...]) -> ProductFormat | None:
    """The format that a header's keys tell, whatever the order of its columns; None when it is none of products."""
    there = frozenset(keys)
    return next((known for known in FORMATS if known.required <= there), None)


def columns_of(table: Table, known: ProductFormat) -> Columns:
    """The columns of a file of this format."""
    fields = []
    for key in table.keys:
        field = known.columns.get(key, "")
        if not field and known in (CAMAP, CAGETTE):
            field = next((name for beginning, name in _BEGINNINGS if key.startswith(beginning)), "")
        fields.append(field)
    return Columns(table, tuple(fields), may_be_short=known is CAGETTE or known is CAMAP)


def mapped(table: Table, mapping: tuple[str, ...]) -> tuple[ProductFormat, Columns]:
    """A file whose columns a person named, in the words of `mappings.FIELDS`."""
    return MAPPED, Columns(table, tuple(f if f in FIELDS else "" for f in mapping), may_be_short=True)
