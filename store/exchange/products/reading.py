"""From a row of a file to a product: what it says of each field, and nothing of what it does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from store.errors import Invalid
from store.exchange.cells import cents, flag, number, rounded, thousandths
from store.exchange.columns import BadRow, Columns
from store.exchange.formulas import undefused
from store.exchange.products.formats import OWN, ProductFormat
from store.exchange.tables import Record
from store.exchange.units import unit, without_amount
from store.folding import folded_words
from store.products import Sold

_TO_KG = {"g": ("kg", Decimal("0.001")), "ml": ("l", Decimal("0.001")), "cl": ("l", Decimal("0.01"))}


@dataclass(frozen=True, slots=True)
class IncomingProduct:
    """One product of a file.

    `said` are the fields of `store.products.Product` of which the file says something, as they would be stored.
    `catalogue` is its name there, `own_id` its id and `currency` that of its price in one of our own files,
    `unknown_unit` a word for the unit that is none: it counts as piece. `unweighed`: it is weighed by the piece there,
    which nobody can weigh here; it counts as sold whole.
    """

    line: int
    said: Mapping[str, Any]
    catalogue: str = ""
    own_id: int = 0
    unknown_unit: str = ""
    currency: str = ""
    unweighed: bool = False

    @property
    def name(self) -> str:
        """The product's name."""
        return str(self.said["name"])

    @property
    def reference(self) -> str:
        """Its reference, perhaps none."""
        return str(self.said.get("reference", ""))


class ProductReader:
    """Turns the rows of one file into products, one after the other: some speak of the row above."""

    def __init__(self, columns: Columns, known: ProductFormat) -> None:
        self._columns = columns
        self._known = known
        self._above: dict[str, str] = {}
        self._heading = ""

    def read(self, record: Record) -> IncomingProduct | BadRow | None:
        """The product that a row tells of, or what is wrong with it; None for a heading or a sum."""
        try:
            given = self._columns.read(record)
            if self._known is OWN:
                given = {field: undefused(cell) for field, cell in given.items()}
                return _own(record.line, given)
            if self._known.ordered and "price" not in given:
                self._heading = given.get("name", "") or self._heading
                return None
            return self._product(record.line, self._whole(given))
        except Invalid as error:
            return BadRow(record.line, "product_name" if error.field == "name" else error.field, error.value)

    def _whole(self, given: dict[str, str]) -> dict[str, str]:
        """A row with what it has of the one above, where it is a further size of that."""
        if not self._known.sizes:
            return given
        if given.get("name"):
            self._above = {k: v for k, v in given.items() if k in ("name", "unit", "decimal")}
            if "reference" not in given and "product_reference" in given:
                given["reference"] = given["product_reference"]
        given = {**self._above, **given}
        offer, name = given.get("offer", ""), given.get("name", "")
        if offer and offer.casefold() not in name.casefold():
            given["name"] = offer if name.casefold() in offer.casefold() else f"{name} {offer}"
        return given

    def _product(self, line: int, given: Mapping[str, str]) -> IncomingProduct:
        name = _name(given)
        said: dict[str, Any] = {"name": name, "price": _price(given)}
        if "reference" in given:
            said["reference"] = given["reference"]
        if self._known.ordered:
            said["name"], base, measure = without_amount(name)
            said |= {"unit": measure, "base_quantity": base} if measure else {}
        unknown = _measure(given, said)
        unweighed = _way(given, said, self._columns.fields)
        if "cost" in given:
            said["cost"] = cents(given["cost"], "cost")
        if "stock" in given:
            said["stock"] = rounded(number(given["stock"], "stock") * 1000)
        if "active" in given:
            said["active"] = flag(given["active"])
        catalogue = given.get("catalogue", "") or given.get("producer", "") or self._heading
        return IncomingProduct(line, said, " ".join(catalogue.split()), unknown_unit=unknown, unweighed=unweighed)


def _name(given: Mapping[str, str]) -> str:
    name = " ".join(given.get("name", "").split())
    if not folded_words(name):
        raise Invalid("name", name, "empty")
    return name


def _price(given: Mapping[str, str]) -> int:
    if "net_price" in given:
        net, rate = number(given["net_price"], "price"), number(given.get("vat", "0").strip("% "), "vat")
        return cents(str(net * (100 + rate) / 100))
    return cents(given.get("price", ""))


def _measure(given: Mapping[str, str], said: dict[str, Any]) -> str:
    """Take unit and base quantity into `said`, and return a unit that is not known."""
    unknown = ""
    if "unit" in given:
        found = unit(given["unit"])
        unknown = "" if found else given["unit"]
        said["unit"] = found or "piece"
    if "base_quantity" in given:
        said["base_quantity"] = thousandths(given["base_quantity"], "base_quantity") or 1000
    return unknown


def _way(given: Mapping[str, str], said: dict[str, Any], fields: frozenset[str]) -> bool:
    """How it is sold, where the file has a column for that; whether it says that pieces are weighed.

    The price of what is weighed is one of a kilo (or litre), whatever the base quantity: that is what a piece weighs,
    unless it is just the one kilo. What is weighed by the piece has a price of one: it is sold whole.
    """
    weighed = "weighed" in fields and flag(given.get("weighed", ""))
    measure = said.get("unit", "piece")
    if weighed and measure != "piece":
        said["sold"] = Sold.WEIGHED
        base = said.pop("base_quantity", 1000)
        if measure in _TO_KG:
            measure, factor = _TO_KG[measure]
            base = rounded(base * factor)
        said |= {"unit": measure, "base_quantity": 1000}
        if base != 1000:
            said["estimated_weight"] = base
    elif {"weighed", "decimal"} & fields:
        said["sold"] = Sold.DECIMAL if flag(given.get("decimal", "")) else Sold.WHOLE
    return bool(weighed) and measure == "piece"


def _own(line: int, given: Mapping[str, str]) -> IncomingProduct:
    """A row of our own file, which says everything: an empty cell is nothing."""
    try:
        sold = Sold(given.get("sold", "whole"))
    except ValueError as error:
        raise Invalid("sold", given.get("sold", ""), "unknown") from error
    measure = given.get("unit", "piece")
    if unit(measure) != measure:
        raise Invalid("unit", measure, "unknown")
    if sold is Sold.WEIGHED and measure == "piece":
        raise Invalid("weighed_unit", given.get("unit", ""), "not_of_weight")
    kind = given.get("stock_kind", "none")
    if kind not in ("none", "all", "distribution"):
        raise Invalid("stock_kind", kind, "unknown")
    said: dict[str, Any] = {
        "name": _name(given),
        "reference": given.get("reference", ""),
        "unit": measure,
        "base_quantity": thousandths(given.get("base_quantity", "1"), "base_quantity") or 1000,
        "price": cents(given.get("price", "")),
        "cost": cents(given["cost"], "cost") if "cost" in given else None,
        "sold": sold,
        "estimated_weight": thousandths(given.get("estimated_weight", "0"), "estimated_weight") or None,
        "stock_kind": kind,
        "stock": rounded(number(given["stock"], "stock") * 1000) if "stock" in given else None,
        "active": flag(given.get("active", "yes")),
    }
    if "display_order" in given:
        said["display_order"] = int(number(given["display_order"], "display_order"))
    own_id = int(given["id"]) if given.get("id", "").isdecimal() and len(given["id"]) < 10 else 0
    return IncomingProduct(line, said, given.get("catalogue", ""), own_id, currency=given.get("currency", ""))
