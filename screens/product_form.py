"""A product as the fields of a form, and back: prices, units and weights as people type them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from screens.form import Problem
from screens.member_form import Fields
from store.catalogues import Catalogue
from store.errors import Invalid
from store.exchange.cells import number
from store.exchange.units import unit as unit_called
from store.folding import fold, folded, folded_words
from store.products import LARGEST, Product, Sold, reference_key
from templates.words import N_, _, language, ngettext
from templates.words.money import money
from templates.words.names import NAMES

LABELS = {
    "name": N_("Name"),
    "price": N_("Price"),
    "unit": N_("One is"),
    "sold": N_("Sold"),
    "weight": N_("A piece weighs"),
    "reference": N_("Reference"),
    "cost": N_("Cost"),
    "stock_kind": N_("Stock"),
    "stock": N_("How many"),
    "active": N_("On offer"),
}
SOLD = {"whole": N_("whole"), "decimal": N_("in parts too"), "weighed": N_("weighed at pick-up")}
"""How a product is sold."""
STOCK = {"none": N_("not counted"), "distribution": N_("each time"), "all": N_("in all")}
"""How its stock is kept: never, the same number at every distribution, or what is there now."""

_UNIT = re.compile(r"(?:(?:x ?)?(\d+(?:[.,]\d+)?|\d+/\d+))? ?([^\W\d_]+\.?)?", re.ASCII)
_PARTS = {("kg", "g"): 1000, ("l", "ml"): 1000, ("l", "cl"): 100}
"""How many of the second are in one of the first."""

EMPTY: Fields = {
    "name": "",
    "price": "",
    "unit": "",
    "sold": "whole",
    "weight": "",
    "reference": "",
    "cost": "",
    "stock_kind": "none",
    "stock": "",
    "active": True,
}


# -- what is typed


def cents_of(text: str) -> int:
    """A price as typed, "3,90" or "3.9 €", in cents; raises `Invalid` for what is none, or has parts of a cent."""
    found = _exact(text, 100, "price", "not_a_price")
    if found < 0:
        raise Invalid("price", text, "negative")
    return found


def thousandths_of(text: str) -> int:
    """A quantity as typed, "1,8" or "12", in thousandths; raises `Invalid`."""
    return _exact(text, 1000, "quantity", "not_a_number")


def _exact(text: str, scale: int, field: str, reason: str) -> int:
    try:
        found = number(text.strip(), field) * scale
    except Invalid as error:
        raise Invalid(field, text, reason) from error
    if found != int(found):
        raise Invalid(field, text, reason)
    if abs(found) > LARGEST:
        raise Invalid(field, text, "too_large")
    return int(found)


def unit_of(text: str) -> tuple[int, str]:
    """What one of a product is, "kg", "500 g", "6" (pieces): how much (thousandths) of what; nothing is a piece.

    Raises `Invalid("unit", …)`.
    """
    found = _UNIT.fullmatch(" ".join(fold(text).split()))
    if found is None:
        raise Invalid("unit", text, "unknown")
    many, called = found.groups()
    unit = unit_called(called) if called else "piece"
    if unit is None:
        raise Invalid("unit", text, "unknown")
    if not many:
        return 1000, unit
    part, _slash, whole = many.partition("/")
    if whole and not int(whole):
        raise Invalid("unit", text, "unknown")
    quantity = thousandths_of(part) if not whole else 1000 * int(part) // int(whole)
    if quantity <= 0:
        raise Invalid("unit", text, "unknown")
    return quantity, unit


def weight_of(text: str, unit: str) -> int | None:
    """What a piece weighs, "1,8", "1,8 kg" or "1800 g", in thousandths of `unit`; None for nothing.

    Raises `Invalid("weight", …)`.
    """
    typed = " ".join(text.split())
    if not typed:
        return None
    digits = typed.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ. ")
    said = typed[len(digits) :].strip()
    called = unit_called(said) if said else unit
    parts = 1 if called == unit else _PARTS.get((unit, called or ""))
    try:
        found = thousandths_of(digits) / Decimal(parts or 0)
    except (Invalid, ArithmeticError) as error:
        raise Invalid("weight", text, "not_a_weight") from error
    if found <= 0 or found != int(found):
        raise Invalid("weight", text, "not_a_weight")
    return int(found)


# -- what is shown


def cents_text(cents: int | None) -> str:
    """An amount as one would type it: without signs between thousands."""
    return "" if cents is None else f"{cents // 100}{NAMES[language()].decimal}{cents % 100:02}"


def thousandths_text(quantity: int | None) -> str:
    """A quantity as one would type it: without signs between thousands, which could be read as a decimal one."""
    if quantity is None:
        return ""
    whole, rest = divmod(abs(quantity), 1000)
    decimals = f"{NAMES[language()].decimal}{rest:03}".rstrip("0") if rest else ""
    return f"{'-' if quantity < 0 else ''}{whole}{decimals}"


def unit_text(quantity: int, unit: str) -> str:
    """What one of a product is, as one would type it: "kg", "500 g", "6 pieces"."""
    if unit == "piece":
        whole = quantity // 1000
        if quantity == 1000:
            return _("piece")
        return ngettext("{n} piece", "{n} pieces", whole).format(n=thousandths_text(quantity))
    return unit if quantity == 1000 else f"{thousandths_text(quantity)} {unit}"


def fields_of(product: Product) -> Fields:
    """What the form shows of a product."""
    return {
        "name": product.name,
        "price": cents_text(product.usual_price),
        "unit": unit_text(product.base_quantity, product.unit),
        "sold": str(product.sold),
        "weight": thousandths_text(product.estimated_weight),
        "reference": product.reference,
        "cost": cents_text(product.cost),
        "stock_kind": product.stock_kind,
        "stock": thousandths_text(product.stock),
        "active": product.active,
    }


def price_words(product: Product) -> str:
    """The price and what it is for: "3,90 € for 1 kg"."""
    price = money(product.price, product.currency)
    if product.unit == "piece" and product.base_quantity == 1000:
        return _("{price} each").format(price=price)
    many = 1000 if product.estimated else product.base_quantity
    one = unit_text(many, product.unit) if product.unit == "piece" else f"{thousandths_text(many)} {product.unit}"
    return _("{price} for {unit}").format(price=price, unit=one)


# -- what the form tells of


def values_of(fields: Fields) -> dict[str, Any]:
    """The fields of `store.products.Product` that the form tells of; raises `Invalid` for the first that is wrong."""
    typed = {name: str(value).strip() for name, value in fields.items()}
    quantity, unit = unit_of(typed["unit"])
    weighed = typed["sold"] == Sold.WEIGHED
    counted = typed["stock_kind"] != "none"
    return {
        "name": " ".join(typed["name"].split()),
        "price": cents_of(typed["price"]),
        "unit": unit,
        "base_quantity": quantity,
        "sold": Sold(typed["sold"]),
        "estimated_weight": weight_of(typed["weight"], unit) if weighed else None,
        "reference": typed["reference"],
        "cost": cents_of(typed["cost"]) if typed["cost"] else None,
        "stock_kind": typed["stock_kind"],
        "stock": thousandths_of(typed["stock"]) if counted and typed["stock"] else None,
        "active": bool(fields["active"]),
    }


def product_of(fields: Fields, catalogue: Catalogue) -> Product | None:
    """The product that the form tells of, as far as it can be shown; None where price or unit say nothing."""
    try:
        values = values_of({**fields, "cost": "", "stock_kind": "none", "name": fields["name"] or "…"})
    except Invalid:
        return None
    return Product(
        id=0,
        catalogue_id=catalogue.id,
        catalogue_name=catalogue.name,
        producer_name=catalogue.producer_name,
        currency=catalogue.currency,
        version=0,
        **values,
    )


# -- what is wrong with it


def problems(fields: Fields, others: Iterable[Product], words: Callable[[Invalid], str]) -> list[Problem]:
    """What cannot be stored; `others` are the catalogue's other products, `words` says what the store would."""
    typed = {name: str(value).strip() for name, value in fields.items()}
    found = [
        *_name(typed["name"]),
        *_missing("price", typed["price"], _("A price is needed: 3,90, or 0 for what is given away.")),
        *_said("price", lambda: cents_of(typed["price"] or "0"), words),
        *_unit(typed, words),
        *_reference(typed["reference"], others),
        *_said("cost", lambda: cents_of(typed["cost"] or "0"), words),
        *_stock(typed, words),
    ]
    return found


def _name(name: str) -> list[Problem]:
    if not name:
        return [Problem("name", _("The product needs a name."), at_save=True)]
    return [] if folded_words(name) else [Problem("name", _("The name needs a letter or a digit."))]


def _missing(field: str, text: str, sentence: str) -> list[Problem]:
    return [] if text else [Problem(field, sentence, at_save=True)]


def _said(field: str, read: Callable[[], object], words: Callable[[Invalid], str]) -> list[Problem]:
    try:
        read()
    except Invalid as error:
        return [Problem(field, words(error))]
    return []


def _unit(typed: dict[str, str], words: Callable[[Invalid], str]) -> list[Problem]:
    try:
        quantity, unit = unit_of(typed["unit"])
    except Invalid as error:
        return [Problem("unit", words(error))]
    if typed["sold"] != Sold.WEIGHED:
        return []
    if unit not in ("kg", "l") or quantity != 1000:
        return [Problem("unit", _("What is weighed has a price for 1 kg (or 1 l): write kg."))]
    return _said("weight", lambda: weight_of(typed["weight"], unit), words)


def _reference(reference: str, others: Iterable[Product]) -> list[Problem]:
    key = reference_key(reference)
    same = next((other for other in others if key and reference_key(other.reference) == key), None)
    if same is None:
        return []
    sentence = _("“{value}” is the reference of {name} already: type another one.")
    return [Problem("reference", sentence.format(value=reference, name=same.name))]


def _stock(typed: dict[str, str], words: Callable[[Invalid], str]) -> list[Problem]:
    if typed["stock_kind"] == "none":
        return []
    if not typed["stock"]:
        sentence = _("How many are there? A number is needed, or choose “{choice}”.").format(choice=_(STOCK["none"]))
        return [Problem("stock", sentence, at_save=True)]
    return _said("stock", lambda: thousandths_of(typed["stock"]), words)


def called_alike(name: str, others: Iterable[Product]) -> Product | None:
    """Another product of the same name, case and accents apart."""
    wanted = folded(name)
    return next((other for other in others if wanted and folded(other.name) == wanted), None)
