"""What a row of a file changes in a product that is known: what it says counts, the rest stays as it is."""

from __future__ import annotations

from typing import Any

from store.exchange.products.reading import IncomingProduct
from store.exchange.report import FieldChange
from store.folding import folded, folded_words
from store.products import Product, Sold, reference_key
from store.transaction import Transaction
from templates.words.money import plain_amount
from templates.words.money import quantity as quantity_text

_CENTS = ("price", "cost")
_THOUSANDTHS = ("base_quantity", "estimated_weight", "stock")


def changed(known: Product, row: IncomingProduct, display_order: int, *, exact: bool) -> dict[str, Any]:
    """The fields that the row changes, as they will be stored; not `exact`: a name that is spelt otherwise stays.

    What is weighed here stays so for a system that only knows decimals.
    """
    values = dict(row.said)
    if not exact:
        _keep_what_is_finer(known, values)
    found: dict[str, Any] = {}
    for field, new in values.items():
        old = display_order if field == "display_order" else getattr(known, field)
        if new != old and not (not exact and _alike(field, old, new)):
            found[field] = new
    return found


def _keep_what_is_finer(known: Product, values: dict[str, Any]) -> None:
    if known.sold is Sold.WEIGHED and values.get("sold") in (Sold.DECIMAL, Sold.WHOLE):
        del values["sold"]
        values.pop("base_quantity", None)
        values.pop("unit", None)
    elif known.sold is Sold.WEIGHED and values.get("unit") == "piece":
        del values["unit"]  # the file says nothing of the way it is sold
        values.pop("base_quantity", None)
    if "reference" in values and not values["reference"]:
        del values["reference"]
    if "stock" in values and known.stock_kind == "none":
        values["stock_kind"] = "all"


def _alike(field: str, old: Any, new: Any) -> bool:
    if field == "name":
        return folded_words(old) == folded_words(new)
    if field == "reference":
        return reference_key(old) == reference_key(new)
    return False


def field_changes(known: Product, display_order: int, values: dict[str, Any]) -> tuple[FieldChange, ...]:
    """The same as one writes it; that a stock is kept at all goes without saying where there is a number."""
    said = [field for field in values if field != "stock_kind" or values.get("stock") is None]
    old = {field: display_order if field == "display_order" else getattr(known, field) for field in said}
    return tuple(FieldChange(field, written(field, old[field]), written(field, values[field])) for field in said)


def written(field: str, value: Any) -> str:
    """A field's value as one writes it; empty for none."""
    if value is None:
        return ""
    if field in _CENTS:
        return plain_amount(value)
    if field in _THOUSANDTHS:
        return quantity_text(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def write_changes(t: Transaction, product_id: int, values: dict[str, Any]) -> None:
    """Write changed fields of a product."""
    stored = {name: _stored(value) for name, value in values.items()}
    if "reference" in stored:
        stored["reference_key"] = reference_key(str(stored["reference"]))
    if "name" in stored:
        stored["folded"] = folded(str(stored["name"]))
    # Column names come from our own fields, never from data.
    assignments = ", ".join(f"{name} = :{name}" for name in stored)
    t.execute(f"UPDATE products SET {assignments}, version = version + 1 WHERE id = :id", {**stored, "id": product_id})


def _stored(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else str(value) if isinstance(value, Sold) else value
