"""Weights as one types them at the scales: "1,83", "1830g", "1,8+1,95" for two pieces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates.words import _
from templates.words.money import quantity

if TYPE_CHECKING:
    from store.orders import Weighed
    from store.products import Product

ESTIMATE = "-"
"""What is typed instead of a weight to go back to the estimate."""
SIZES = {"kg": ("mass", 1000), "g": ("mass", 1), "l": ("volume", 1000), "cl": ("volume", 10), "ml": ("volume", 1)}

_ONE = re.compile(r"(?P<whole>[0-9]{1,6})(?:[.,](?P<decimals>[0-9]{1,3}))? ?(?P<unit>kg|g|cl|ml|l)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Weight:
    """What a typed text says: thousandths of the product's unit, or the sentence that says why it is no weight."""

    value: int | None
    problem: str = ""


def is_weight(text: str) -> bool:
    """Whether a text is meant as a weight, and not as a name to look for."""
    return text[:1].isdigit() or text[:1] in (",", ".", "+", "=", ESTIMATE)


def read_weight(text: str, product: Product) -> Weight:
    """Read a weight, or several with "+" between them: those of the pieces. "-" is the estimate: a value of None."""
    text = " ".join(text.split())
    if text == ESTIMATE:
        return Weight(None)
    total = 0
    for part in text.removeprefix("=").split("+"):
        match = _ONE.fullmatch(part.strip())
        if match is None:
            return Weight(None, _no_weight(text, product))
        weight = _in_unit_of(product, match)
        if weight is None:
            problem = _("{name} is weighed in {unit}, not in {typed}.")
            return Weight(
                None, problem.format(name=product.name, unit=product.unit, typed=(match["unit"] or "").lower())
            )
        total += weight
    return Weight(total)


def _no_weight(text: str, product: Product) -> str:
    sentence = _("“{text}” is no weight. Type {example} and Enter; for two pieces {pieces}.")
    pieces = f"{quantity(1800)}+{quantity(1950)}"
    return sentence.format(text=text, example=f"{quantity(1835)} {product.unit}", pieces=pieces)


def _in_unit_of(product: Product, match: re.Match[str]) -> int | None:
    """Thousandths of the product's unit, half of one rounded up; None where the typed unit measures something else."""
    typed = int(match["whole"]) * 1000 + int((match["decimals"] or "").ljust(3, "0"))
    unit = (match["unit"] or product.unit).lower()
    if unit == product.unit:
        return typed
    if unit not in SIZES or product.unit not in SIZES:
        return None
    (kind, size), (own_kind, own_size) = SIZES[unit], SIZES[product.unit]
    return (2 * typed * size + own_size) // (2 * own_size) if kind == own_kind else None


def doubt(value: int | None, found: Weighed) -> str:
    """The question before a weight is taken that is far from the estimate; empty where it is not."""
    if value is None or not found.doubtful(value):
        return ""
    said = _("{weight} {unit}? About {expected} {unit} was expected. Enter again takes it.").format(
        weight=quantity(value), unit=found.product.unit, expected=quantity(found.estimated_weight)
    )
    smaller = {"kg": "g", "l": "ml"}.get(found.product.unit)
    if smaller is None or found.doubtful(value // 1000):
        return said
    return said + " " + _("In {unit}: {example}").format(unit=smaller, example=f"{quantity(value)}{smaller}")
