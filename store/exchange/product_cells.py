"""Cells that say how much and how dear: numbers with comma or dot, units in words, flags.

A file may mix decimal commas and dots in one row (FORMATS 1.b ii), so that each cell is read by itself.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from store.errors import Invalid
from store.folding import fold

LARGEST = Decimal(10_000_000)
"""Nothing that a group orders or pays is larger; more digits are a phone number in the wrong column."""

_MONEY_SIGNS = re.compile(r"(?:€|\$|£|chf|eur|fr\.?)", re.IGNORECASE)
_SPACES = dict.fromkeys(map(ord, " \t\u00a0\u202f'’"))
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)", re.ASCII)
_GROUPED = re.compile(
    r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?!\1)[.,]\d+|[+-]?\d{1,3}([.,])\d{3}(?:\2\d{3})+", re.ASCII
)

_UNITS = {
    "piece": ("piece", "pieces", "pc", "pcs", "pce", "pz", "pezzo", "pezzi", "stuck", "stk", "unite", "unites", "each"),
    "kg": ("kg", "kilo", "kilos", "kilogram", "kilograms", "kilogramme", "kilogrammes", "chilo", "chili"),
    "g": ("g", "gr", "gram", "grams", "gramme", "grammes", "grammo", "grammi"),
    "l": ("l", "lt", "litre", "litres", "liter", "liters", "litro", "litri"),
    "cl": ("cl", "centilitre", "centilitres", "centiliter", "centilitro", "centilitri"),
    "ml": ("ml", "millilitre", "millilitres", "milliliter", "millilitro", "millilitri"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_NO = frozenset(("", "0", "false", "no", "non", "nein", "faux", "falso", "n"))

_AMOUNT = re.compile(
    rf"(?:^|\s)(\d+(?:[.,]\d+)?)\s?({'|'.join(sorted(_UNIT_OF, key=len, reverse=True))})\.?\s*$", re.ASCII
)
_SCALE = {"kg": ("g", 1000), "l": ("ml", 1000), "cl": ("ml", 10)}


def number(text: str, field: str) -> Decimal:
    """The number in a cell; raises `Invalid(field, text, "not_a_number")`.

    Money signs and spaces between thousands do not count. One comma or dot is a decimal one, whatever follows it
    ("1,500" is 1.5); of two kinds the last one is.
    """
    plain = _MONEY_SIGNS.sub("", text).translate(_SPACES)
    if _GROUPED.fullmatch(plain):
        whole, decimals = plain, ""
        last = max(plain.rfind(","), plain.rfind("."))
        if plain.count(plain[last]) == 1:
            whole, decimals = plain[:last], plain[last + 1 :]
        plain = f"{whole.replace(',', '').replace('.', '')}.{decimals}"
    elif not _NUMBER.fullmatch(plain):
        raise Invalid(field, text, "not_a_number")
    found = Decimal(plain.replace(",", "."))
    if abs(found) > LARGEST:
        raise Invalid(field, text, "not_a_number")
    return found


def thousandths(text: str, field: str = "quantity") -> int:
    """A quantity in thousandths, half of one rounded up; raises `Invalid` for none, or one below 0."""
    found = rounded(number(text, field) * 1000)
    if found < 0:
        raise Invalid(field, text, "negative")
    return found


def cents(text: str, field: str = "price") -> int:
    """An amount in cents, half a cent rounded up; raises `Invalid` for none, or one below 0."""
    found = rounded(number(text, field) * 100)
    if found < 0:
        raise Invalid(field, text, "negative")
    return found


def rounded(value: Decimal) -> int:
    """The whole number next to `value`, half of one rounded up."""
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def flag(text: str) -> bool:
    """Whether a cell says yes: anything but nothing, 0 and no."""
    return fold(text).strip() not in _NO


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
