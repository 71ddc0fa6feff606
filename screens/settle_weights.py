"""Weights as one types them at the scales: "1,83", "1830g", "1,8+1,95" for two pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.errors import Invalid
from store.settling import weight_typed
from templates.words import _
from templates.words.money import quantity

if TYPE_CHECKING:
    from store.orders import Weighed
    from store.products import Product

ESTIMATE = "-"
"""What is typed instead of a weight to go back to the estimate."""


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
    try:
        return Weight(sum(weight_typed(part, product) for part in text.removeprefix("=").split("+")))
    except Invalid:
        sentence = _("“{text}” is no weight. Type {example} and Enter; for two pieces {pieces}.")
        example, pieces = f"{quantity(1835)} {product.unit}", f"{quantity(1800)}+{quantity(1950)}"
        return Weight(None, sentence.format(text=text, example=example, pieces=pieces))


def doubt(value: int | None, found: Weighed) -> str:
    """The question before a weight is taken that is far from the estimate; empty where it is not."""
    if value is None or not found.doubtful(value):
        return ""
    said = _("{weight} {unit}? About {expected} {unit} was expected. Enter again takes it.").format(
        weight=quantity(value), unit=found.product.unit, expected=quantity(found.estimated_weight)
    )
    smaller = {"kg": "g", "l": "ml"}.get(found.product.unit)
    if smaller is None or value % 1000 or found.doubtful(value // 1000):
        return said
    return said + " " + _("In {unit}: {example}").format(unit=smaller, example=f"{value // 1000}{smaller}")
