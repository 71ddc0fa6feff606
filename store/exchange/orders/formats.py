"""The files that orders come from: one entry of `FORMATS` is one system's file, known by its header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from store.errors import Invalid
from store.exchange.cells import cents, day, thousandths
from store.exchange.columns import BadRow, Columns, fields_of
from store.exchange.formulas import undefused
from store.exchange.tables import Record, Table

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


@dataclass(frozen=True, slots=True)
class IncomingLine:
    """One row of a file of orders: who, what, how much.

    `quantity` and `weight` are thousandths, `price` (of one) and `total` (of the line, without fees) cents; None where
    the file does not say. `catalogue` is its name there, `day` the distribution's; `product_id` is one of ours.
    """

    line: int
    member: str
    member_id: str
    email: str
    phone: str
    product: str
    variant: str
    reference: str
    catalogue: str
    quantity: int
    weight: int | None
    price: int | None
    total: int | None
    cost: int | None = None
    product_id: int = 0
    day: date | None = None
    ordered_on: date | None = None
    channel: str = ""
    note: str = ""


class OrderReader:
    """Turns the rows of one file into lines."""

    def __init__(self, columns: Columns, known: OrderFormat) -> None:
        self._columns = columns
        self._known = known

    def read(self, record: Record) -> IncomingLine | BadRow | None:
        """The line that a row tells of, or what is wrong with it; None for the row of a sum."""
        try:
            given = self._columns.read(record)
            if self._known is OWN:
                given = {field: undefused(cell) for field, cell in given.items()}
            return self._line(record.line, given)
        except Invalid as error:
            return BadRow(record.line, error.field, error.value)

    def _line(self, line: int, given: Mapping[str, str]) -> IncomingLine | None:
        member = given.get("member", "") or " ".join(
            part for part in (given.get("last_name", ""), given.get("first_name", "")) if part
        )
        if "quantity" not in given:
            if self._known.totals and "product" in given and "total" not in given:
                return _heading(line, given["product"])
            if self._known.sums and ("product" not in given or self._known.totals):
                return None
            raise Invalid("quantity", "", "empty")
        quantity = thousandths(given["quantity"])
        if not (given.get("product") or given.get("reference")):
            raise Invalid("product", "", "empty")
        if not self._known.totals and not (
            member or given.get("member_id") or given.get("email") or given.get("phone")
        ):
            raise Invalid("member", "", "empty")
        variant, product_id = given.get("variant", ""), given.get("product_id", "")
        if self._known is OWN and "unit" in given:
            variant = f"{given.get('base_quantity', '1')} {given['unit']}"
        total, fees = _amount(given, "total"), _amount(given, "fees") or 0
        total = total if total is None else max(0, total - fees)
        price = _amount(given, "price")
        if price is None and total is not None and quantity:
            price = (2 * total * 1000 + quantity) // (2 * quantity)
        return IncomingLine(
            line=line,
            member=" ".join(member.split()),
            member_id=given.get("member_id", ""),
            email=given.get("email", ""),
            phone=given.get("phone", ""),
            product=" ".join(given.get("product", "").split()),
            variant=" ".join(variant.split()),
            reference=given.get("reference", ""),
            catalogue=" ".join(given.get("catalogue", "").split()),
            quantity=quantity,
            weight=thousandths(given["weight"], "weight") if "weight" in given else None,
            price=price,
            total=total,
            cost=_amount(given, "cost"),
            product_id=int(product_id) if product_id.isdecimal() and len(product_id) < 10 else 0,
            day=day(given["day"]) if "day" in given else None,
            ordered_on=day(given["ordered_on"]) if "ordered_on" in given else None,
            channel=given.get("channel", ""),
            note=" ".join(given.get("note", "").split()),
        )


def _heading(line: int, name: str) -> IncomingLine:
    """A row with nothing but a name: the catalogue of the rows below it."""
    return IncomingLine(line, "", "", "", "", "", "", "", " ".join(name.split()), 0, None, None, None)


def _amount(given: Mapping[str, str], field: str) -> int | None:
    return cents(given[field], field) if field in given else None
