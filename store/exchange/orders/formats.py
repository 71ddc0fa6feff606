"""The files that orders come from: one entry of `FORMATS` is one system's file, known by its header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from store.exchange.columns import Columns, fields_of
from store.exchange.tables import Table

FIELDS = (
    *("member", "first_name", "last_name", "member_id", "email", "phone"),
    *("product", "variant", "reference", "catalogue", "quantity", "weight", "price", "total", "fees"),
    *("day", "ordered_on", "channel", "note"),
    *("cost", "product_id", "unit", "base_quantity"),
)
"""What a column can be. `price` is of one unit, `total` of the line, with `fees`; `day` is the distribution's."""


@dataclass(frozen=True, slots=True)
class OrderFormat:
    """One system's file of orders.

    `columns` maps a `header_key` to one of `FIELDS`; a file is of this format when it has all of `required`. `sources`
    are the systems whose ids of members these may be. `one_catalogue`: the file is about one and does not name it.
    `totals`: there are no members in it, only what was ordered in all. `weights`: what is weighed is ordered by weight,
    not by the piece. `sums`: some rows are sums of others. `rounded`: quantities are written to hundredths.
    """

    name: str
    required: frozenset[str]
    columns: Mapping[str, str]
    sources: tuple[str, ...] = ()
    one_catalogue: bool = False
    totals: bool = False
    weights: bool = False
    sums: bool = False
    rounded: bool = False


_CAGETTE = {
    "productname": "product",
    "reference": "reference",
    "prixttc": "price",
    "quantite": "quantity",
    "frais": "fees",
    "total": "total",
}
DAY = OrderFormat(
    "cagette-day",
    frozenset({"userid", "username", "productname", "quantite"}),
    {**_CAGETTE, "userid": "member_id", "username": "member", "catalogname": "catalogue"},
    sources=("cagette", "camap"),
    weights=True,
)
CATALOGUE = OrderFormat(
    "cagette-catalogue",
    frozenset({"nom", "productname", "quantite"}),
    {**_CAGETTE, "nom": "member"},
    sources=("cagette", "camap"),
    one_catalogue=True,
    weights=True,
    rounded=True,
)
DAY_2019 = OrderFormat(
    "cagette-2019",
    frozenset({"name", "productname", "price", "quantity"}),
    {
        "name": "member",
        "productname": "product",
        "price": "price",
        "quantity": "quantity",
        "fees": "fees",
        "total": "total",
    },
    sources=("cagette", "camap"),
    weights=True,
)
BY_PRODUCT = OrderFormat(
    "cagette-by-product",
    frozenset({"quantite", "produit", "totalttc"}),
    {
        "quantite": "quantity",
        "produit": "product",
        "reference": "reference",
        "pricettc": "price",
        "totalttc": "total",
    },
    totals=True,
    sums=True,
)
PRO = OrderFormat(
    "cagette-pro",
    frozenset({"orderid", "userid", "pname", "quantity"}),
    {
        "user": "member",
        "userid": "member_id",
        "useremail": "email",
        "contractname": "catalogue",
        "quantity": "quantity",
        "ref": "reference",
        "pname": "product",
        "pricettc": "price",
        "fees": "fees",
        "total": "total",
        "deliverydate": "day",
    },
    sources=("cagette",),
    weights=True,
)
OFN = OrderFormat(
    "ofn-orders",
    frozenset(),
    {
        **{"datedecommande": "ordered_on", "orderdate": "ordered_on"},
        **{"nomacheteur": "member", "customername": "member"},
        **{"emailacheteur": "email", "customeremail": "email"},
        **{"telacheteur": "phone", "customerphone": "phone"},
        **{"referenceproduit": "reference", "sku": "reference"},
        **{"produit": "product", "nomdelapiece": "product", "itemname": "product"},
        **{"variante": "variant", "variant": "variant"},
        **{"quantite": "quantity", "quantity": "quantity"},
        **{"cout": "total", "cost": "total"},
    },
    sources=("ofn",),
    sums=True,
)
OFN_CYCLE = OrderFormat(
    "ofn-cycle",
    frozenset(),
    {
        **{"client": "member", "customer": "member", "acheteur": "member"},
        "email": "email",
        **{"ntel": "phone", "phone": "phone"},
        **{"producteur": "catalogue", "producer": "catalogue"},
        **{"produit": "product", "product": "product"},
        **{"variante": "variant", "variant": "variant"},
        **{"quantite": "quantity", "quantity": "quantity"},
        **{"coutproduits": "total", "item": "total"},
        **{"referenceproduit": "reference", "sku": "reference"},
        "date": "ordered_on",
    },
    sources=("ofn",),
    sums=True,
)
OWN_COLUMNS = (
    *("day", "member_id", "member", "email", "phone", "catalogue", "product_id", "reference", "product"),
    *(
        "unit",
        "base_quantity",
        "quantity",
        "weight",
        "price",
        "cost",
        "amount",
        "currency",
        "channel",
        "note",
        "ordered_on",
        "vouchers",
    ),
)
OWN = OrderFormat(
    "cabas",
    frozenset({"day", "memberid", "productid", "orderedon", "quantity"}),
    {
        **{name: name for name in ("day", "member", "email", "phone", "catalogue", "reference", "product")},
        **{name: name for name in ("quantity", "weight", "price", "cost", "channel", "note")},
        **{"memberid": "member_id", "productid": "product_id", "orderedon": "ordered_on", "amount": "total"},
        **{"unit": "unit", "basequantity": "base_quantity"},
    },
    sources=("",),
)
MAPPED = OrderFormat("mapped", frozenset(), {})
FORMATS = (OWN, DAY, CATALOGUE, DAY_2019, PRO, BY_PRODUCT)
"""The formats that are known by fixed columns; those of the Open Food Network are in another language each."""

_OFN_REQUIRED = (
    (OFN, ({"emailacheteur", "produit", "quantite"}, {"customeremail", "itemname", "quantity"})),
    (OFN_CYCLE, ({"client", "produit", "variante", "quantite"}, {"customer", "product", "variant", "quantity"})),
)


def recognise_orders(keys: tuple[str, ...]) -> OrderFormat | None:
    """The format that a header's keys tell, whatever the order of its columns; None when it is none of orders."""
    there = frozenset(keys)
    for known in FORMATS:
        if known.required <= there:
            return known
    for known, headers in _OFN_REQUIRED:
        if any(header <= there for header in headers):
            return known
    return None


def columns_of(table: Table, known: OrderFormat) -> Columns:
    """The columns of a file of this format."""
    return Columns(table, fields_of(table, known.columns))


def mapped(table: Table, mapping: tuple[str, ...]) -> tuple[OrderFormat, Columns]:
    """A file whose columns a person named, in the words of `mappings.FIELDS`."""
    instead = "producer" if "catalogue" not in mapping else ""
    fields = ("catalogue" if field and field == instead else field for field in mapping)
    return MAPPED, Columns(table, tuple(field if field in FIELDS else "" for field in fields), may_be_short=True)
