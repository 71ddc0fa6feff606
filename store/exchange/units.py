"""Units as other systems write them, and how much of something a product is."""

from __future__ import annotations

import re

from store.exchange.cells import thousandths
from store.folding import fold

_UNITS = {
    "piece": ("piece", "pieces", "pc", "pcs", "pce", "pz", "pezzo", "pezzi", "stuck", "stk", "unite", "unites", "each"),
    "kg": ("kg", "kilo", "kilos", "kilogram", "kilograms", "kilogramme", "kilogrammes", "chilo", "chili"),
    "g": ("g", "gr", "gram", "grams", "gramme", "grammes", "grammo", "grammi"),
    "l": ("l", "lt", "litre", "litres", "liter", "liters", "litro", "litri"),
    "cl": ("cl", "centilitre", "centilitres", "centiliter", "centilitro", "centilitri"),
    "ml": ("ml", "millilitre", "millilitres", "milliliter", "millilitro", "millilitri"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}

_AMOUNT = re.compile(
    rf"(?:^|\s)(\d+(?:[.,]\d+)?)\s?({'|'.join(sorted(_UNIT_OF, key=len, reverse=True))})\.?\s*$", re.ASCII
)
_SCALE = {"kg": ("g", 1000), "l": ("ml", 1000), "cl": ("ml", 10)}


def unit(text: str) -> str | None:
    """One of `store.products.UNITS` for a word as other systems write it; None for one that is not known."""
    return _UNIT_OF.get(fold(text).strip().rstrip("."))


def without_amount(name: str) -> tuple[str, int, str]:
    """A name without the base quantity and unit that Cagette writes after it, with these: `Œufs 6 pièces`, `Jus 75 cl.`

    The quantity is in thousandths; 0 and "" where the name ends with none.
    """
    folded = fold(name)
    found = _AMOUNT.search(folded)
    if found is None or not folded[: found.start()].strip():
        return name, 0, ""
    words = name.split()
    # Folding may change the number of letters (œ), never that of words.
    kept = words[: len(folded[: found.start()].split())]
    return " ".join(kept), thousandths(found[1]), _UNIT_OF[found[2]]


def same_amount(quantity: int, measure: str, other_quantity: int, other_measure: str) -> bool:
    """Whether two base quantities (thousandths) are as much: 0.5 kg is 500 g."""
    return _basic(quantity, measure) == _basic(other_quantity, other_measure)


def comparable(measure: str, other: str) -> bool:
    """Whether two units measure the same: grams and kilos do, pieces and kilos do not."""
    return _basic(1, measure)[1] == _basic(1, other)[1]


def _basic(quantity: int, measure: str) -> tuple[int, str]:
    basic, factor = _SCALE.get(measure, (measure, 1))
    return quantity * factor, basic
