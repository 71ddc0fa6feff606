"""An order as one says it on the phone: "3 kilos of tomatoes, 6 eggs: 39 euros 45"."""

from __future__ import annotations

from collections.abc import Sequence

from store.orders import OrderLine
from store.products import Product
from templates.words import N_, _, ngettext
from templates.words.money import money, quantity


def spoken_line(line: OrderLine) -> str:
    """A line as one says it on the phone."""
    product, n = line.product, line.quantity
    name = product.name[:1].lower() + product.name[1:] if product.name[1:2].islower() else product.name
    if product.estimated and product.estimated_weight:
        weight = f"{quantity(product.estimated_weight)} {product.unit}"
        if n == 1000:
            return _("one {name} (about {weight})").format(name=name, weight=weight)
        return _("{n} {name} (about {weight} each)").format(n=quantity(n), name=name, weight=weight)
    if product.unit == "piece":
        pieces = n * product.base_quantity // 1000
        text = _("one {name}") if pieces == 1000 else _("{n} {name}")
        return text.format(n=quantity(pieces), name=name)
    if product.whole_only and n == 1000:
        return _("{pack} of {name}").format(pack=product.unit_label, name=name)
    if product.whole_only:
        return _("{n} times {pack} of {name}").format(n=quantity(n), pack=product.unit_label, name=name)
    return _measured(product, n * (1000 if product.estimated else product.base_quantity) // 1000, name)


def _measured(product: Product, n: int, name: str) -> str:
    texts = {
        ("kg", 500): N_("half a kilo of {name}"),
        ("kg", 1000): N_("one kilo of {name}"),
        ("kg", 1500): N_("one and a half kilos of {name}"),
        ("l", 500): N_("half a litre of {name}"),
        ("l", 1000): N_("one litre of {name}"),
    }
    plural = {"kg": N_("{n} kilos of {name}"), "l": N_("{n} litres of {name}")}
    if product.unit == "kg" and n < 1000 and n not in (500,):
        return _("{n} grams of {name}").format(n=quantity(n * 1000), name=name)
    text = texts.get((product.unit, n)) or plural.get(product.unit) or N_("{n} {unit} of {name}")
    return _(text).format(n=quantity(n), unit=product.unit, name=name)


def spoken_money(cents: int, currency: str) -> str:
    """An amount as one says it: "39 euros 45"."""
    if currency != "EUR":
        return money(cents, currency)
    euros = ngettext("{n} euro", "{n} euros", cents // 100).format(n=cents // 100)
    return f"{euros} {cents % 100:02}" if cents % 100 else euros


def read_back(lines: Sequence[OrderLine], totals: dict[str, int]) -> str:
    """The order in one sentence, with its total."""
    spoken = ", ".join(spoken_line(line) for line in lines if line.quantity)
    if not spoken:
        return _("Nothing is ordered.")
    total = " + ".join(spoken_money(cents, currency) for currency, cents in totals.items())
    if any(line.estimated and line.quantity for line in lines):
        return _("{lines}: about {total}.").format(lines=spoken, total=total)
    return _("{lines}: {total}.").format(lines=spoken, total=total)
