"""Products: what can be ordered, how it is sold, and what a quantity of it costs."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from store.errors import Ambiguous, Invalid, NotFound
from store.folding import fold, folded, folded_words
from templates.words import _
from templates.words.money import quantity as quantity_text

if TYPE_CHECKING:
    from store.promotion_records import Promotion
    from store.transaction import Transaction

UNITS = ("piece", "kg", "g", "l", "cl", "ml")
STOCK_KINDS = ("none", "all", "distribution")
LARGEST = 10**9
"""Ten million euros, or a million of anything: beyond this a number was mistyped."""


class Sold(StrEnum):
    """How a product is sold: whole, in decimals, or by a weight that is only known at pick-up."""

    WHOLE = "whole"
    DECIMAL = "decimal"
    WEIGHED = "weighed"


@dataclass(frozen=True, slots=True)
class Product:
    """One product of a catalogue.

    `price` and `cost` are cents for one `base_quantity` (thousandths of `unit`); of a weighed product, for one unit.
    `estimated_weight` is thousandths of the unit in one piece of a weighed product; without it the weight is ordered.
    The unit of a weighed product is never the piece.

    In an offer, and as `Catalogues` tells of it, `price` is what is asked today: where a `promotion` makes it lower,
    `usual` is the own price. Everywhere else `price` is the own one.
    """

    id: int
    catalogue_id: int
    catalogue_name: str
    producer_name: str
    reference: str
    name: str
    unit: str
    base_quantity: int
    price: int
    cost: int | None
    sold: Sold
    estimated_weight: int | None
    stock_kind: str
    stock: int | None
    active: bool
    currency: str
    version: int
    display_order: int = 0
    promotion: Promotion | None = None
    usual: int | None = None

    @property
    def usual_price(self) -> int:
        """What it costs without a promotion, in cents."""
        return self.price if self.usual is None else self.usual

    @property
    def promotion_id(self) -> int | None:
        """The promotion that makes `price` lower, if any."""
        return None if self.promotion is None else self.promotion.id

    @property
    def own_price(self) -> Product:
        """The same at its own price, whatever is asked today: what a form or a file says of it."""
        return replace(self, price=self.usual_price, usual=None, promotion=None)

    @property
    def unit_label(self) -> str:
        """What one of it is: "kg", "1 kg", "x6", "500 g", "~1,8 kg"; "each" for a single piece."""
        if self.sold is Sold.WEIGHED and self.estimated_weight:
            return f"~{quantity_text(self.estimated_weight)} {self.unit}"
        if self.unit == "piece":
            return _("each") if self.base_quantity == 1000 else f"x{quantity_text(self.base_quantity)}"
        if self.base_quantity == 1000 and self.sold is not Sold.WHOLE:
            return self.unit
        return f"{quantity_text(self.base_quantity)} {self.unit}"

    @property
    def whole_only(self) -> bool:
        """Whether only whole numbers of it can be ordered."""
        return self.sold is Sold.WHOLE or (self.sold is Sold.WEIGHED and bool(self.estimated_weight))

    @property
    def estimated(self) -> bool:
        """Whether its amount is an estimate until it is weighed."""
        return self.sold is Sold.WEIGHED

    def amount(self, quantity: int, price: int | None = None) -> int:
        """Cents for a quantity in thousandths, half a cent rounded up; `price` where another one was agreed."""
        return amount(
            quantity, self.price if price is None else price, self.estimated_weight if self.estimated else None
        )


def amount(quantity: int, price: int, weight: int | None = None) -> int:
    """Cents for `quantity` (thousandths) at `price`, of pieces that weigh `weight` thousandths where given.

    Half a cent is rounded up.
    """
    total, scale = quantity * price, 1000
    if weight:
        total, scale = total * weight, scale * 1000
    return (2 * total + scale) // (2 * scale)


COLUMNS = """p.id, p.catalogue_id, c.name AS catalogue_name, pr.name AS producer_name, p.reference, p.name, p.unit,
    p.base_quantity, p.price, p.cost, p.sold, p.estimated_weight, p.stock_kind, p.stock, p.active, c.currency,
    p.version, p.display_order"""
TABLES = "products p JOIN catalogues c ON c.id = p.catalogue_id JOIN producers pr ON pr.id = c.producer_id"
_STORED = tuple(name for name in Product.__dataclass_fields__ if name not in ("promotion", "usual"))


def product_of(row: sqlite3.Row) -> Product:
    """The product that a row of `COLUMNS` describes."""
    values = {name: row[name] for name in _STORED}
    values["sold"] = Sold(values["sold"])
    values["active"] = bool(values["active"])
    return Product(**values)


def get_product(t: Transaction, product_id: int) -> Product:
    """One product; raises `NotFound`."""
    row = t.one(f"SELECT {COLUMNS} FROM {TABLES} WHERE p.id = ?", (product_id,))
    if row is None:
        raise NotFound("product", str(product_id))
    return product_of(row)


def list_products(t: Transaction, catalogue_ids: frozenset[int] | None = None, *, active: bool = True) -> list[Product]:
    """Products by catalogue and order of display; of the named catalogues where given.

    `active`: only what can be ordered, of catalogues that are in use.
    """
    rows = t.all(
        f"""SELECT {COLUMNS} FROM {TABLES} WHERE p.active >= :active AND c.active >= :active
        ORDER BY c.name, p.display_order, p.folded, p.id""",
        {"active": int(active)},
    )
    return [product_of(row) for row in rows if catalogue_ids is None or row["catalogue_id"] in catalogue_ids]


def resolve_product(t: Transaction, text: str, catalogue_id: int | None = None) -> int:
    """The id of the product meant by its reference, its id, its name or a unique beginning of that.

    Of one catalogue where it is named. Raises `NotFound`, or `Ambiguous` with what answers.
    """
    products = list_products(t, None if catalogue_id is None else frozenset((catalogue_id,)), active=False)
    key, wanted = reference_key(text), folded(text)
    for found in (
        [p for p in products if key and reference_key(p.reference) == key],
        [p for p in products if str(p.id) == text.strip()],
        [p for p in products if wanted and folded(p.name) == wanted],
        [p for p in products if wanted and folded(p.name).startswith(wanted)],
    ):
        if len(found) == 1:
            return found[0].id
        if found:
            raise Ambiguous("product", text, tuple(f"{p.id}: {p.name} ({p.catalogue_name})" for p in found))
    raise NotFound("product", text)


def insert_product(
    t: Transaction,
    catalogue_id: int,
    name: str,
    price: int,
    *,
    reference: str = "",
    unit: str = "piece",
    base_quantity: int = 1000,
    cost: int | None = None,
    sold: Sold | str = Sold.WHOLE,
    estimated_weight: int | None = None,
    stock_kind: str = "none",
    stock: int | None = None,
    display_order: int | None = None,
) -> int:
    """Store a product and return its id; raises `Invalid` for nonsense or a reference that is taken."""
    name, reference = " ".join(name.split()), reference.strip()
    values = {
        "reference": reference,
        "name": name,
        "unit": unit,
        "base_quantity": base_quantity,
        "price": price,
        "cost": cost,
        "sold": str(sold),
        "estimated_weight": estimated_weight,
        "stock_kind": stock_kind,
        "stock": stock,
    }
    check_product(values)
    key = reference_key(reference)
    if key and t.one("SELECT 1 FROM products WHERE catalogue_id = ? AND reference_key = ?", (catalogue_id, key)):
        raise Invalid("reference", reference, "taken")
    if display_order is None:
        display_order = t.value(
            "SELECT coalesce(max(display_order), 0) + 1 FROM products WHERE catalogue_id = ?", (catalogue_id,)
        )
    more = {"reference_key": key, "folded": folded(name), "display_order": display_order}
    return t.insert("products", catalogue_id=catalogue_id, **values, **more)


def check_product(values: Mapping[str, Any]) -> None:
    """Raise `Invalid` for nonsense in what is to be stored of a product."""
    numbers = {name: values[name] for name in ("price", "cost", "base_quantity", "estimated_weight", "stock")}
    for field, number in numbers.items():
        if number is not None and abs(number) > LARGEST:
            raise Invalid(field, str(number), "too_large")
    price, cost, weight = values["price"], values["cost"], values["estimated_weight"]
    problems = (
        ("name", values["name"], not folded_words(values["name"]), "empty"),
        ("price", str(price), price < 0, "negative"),
        ("cost", str(cost), cost is not None and cost < 0, "negative"),
        ("unit", values["unit"], values["unit"] not in UNITS, "unknown"),
        ("unit", values["unit"], values["unit"] == "piece" and values["sold"] == Sold.WEIGHED, "not_of_weight"),
        ("base_quantity", str(values["base_quantity"]), values["base_quantity"] <= 0, "not_positive"),
        ("sold", values["sold"], values["sold"] not in set(Sold), "unknown"),
        ("estimated_weight", str(weight), weight is not None and weight <= 0, "not_positive"),
        ("stock_kind", values["stock_kind"], values["stock_kind"] not in STOCK_KINDS, "unknown"),
    )
    for field, value, wrong, reason in problems:
        if wrong:
            raise Invalid(field, value, reason)


def reference_key(reference: str) -> str:
    """A reference as it is compared: folded, without spaces."""
    return "".join(fold(reference).split())
