"""From a row of a file of orders to a line: who, what, how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from store.errors import Invalid
from store.exchange.cells import cents, day, thousandths
from store.exchange.columns import BadRow, Columns
from store.exchange.formulas import undefused
from store.exchange.orders.formats import OWN, OrderFormat
from store.exchange.tables import Record


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
