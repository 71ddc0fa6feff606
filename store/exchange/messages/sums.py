"""What old mailings brought in, as their file writes it: amounts and quantities that cannot be read in two ways."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache

from store.errors import Invalid
from store.exchange.cells import number, rounded
from store.folding import fold

_SIGNS = (
    ("EUR", re.compile(r"€|\beur(?:os?)?\b")),
    ("CHF", re.compile(r"\bchf\b|\bs?fr\b")),
    ("GBP", re.compile(r"£|\bgbp\b")),
)
_CAPITALS = re.compile(r"\b[A-Z]{3}\b", re.ASCII)
DOLLARS = "$"
_IN_DOLLARS = frozenset(("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "XCD"))
"""The sign means the group's own currency where that is one of these."""

_NOT_DIGITS = re.compile(r"[^\d.,]")
_THREE_AFTER = re.compile(r"[1-9]\d{0,2}([.,])\d{3}", re.ASCII)
_DECIMAL = re.compile(r"(?:\d{1,3}(?:([.,])\d{3})+(?!\1)|\d*)([.,])\d+", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3})+", re.ASCII)
_OTHER = {",": ".", ".": ","}


def decimal_sign(cells: Iterable[str]) -> str:
    """Whether a file writes its decimals after a comma or a dot; "" where no cell says it, or some say otherwise.

    A cell such as "1,234" says nothing: that can be a thousand, or one and a bit.
    """
    said = set()
    for cell in cells:
        plain = _NOT_DIGITS.sub("", cell)
        if _THREE_AFTER.fullmatch(plain):
            continue
        if found := _THOUSANDS.fullmatch(plain):
            said.add(_OTHER[found[1]])
        elif found := _DECIMAL.fullmatch(plain):
            said.add(found[2])
    return said.pop() if len(said) == 1 else ""


def unmistakable(cell: str, field: str, decimals: str, *, whole_cents: bool) -> Decimal:
    """The number in a cell of a file with this `decimal_sign`.

    Raises `Invalid` where it is none, and `Invalid("two_ways", …)` where it can be two: "1,234" in a file that does not
    say what its commas are, and as an amount also where they are decimal ones: no amount has three.
    """
    plain = cell.replace("−", "-")
    found = _THREE_AFTER.fullmatch(_NOT_DIGITS.sub("", plain))
    if found is None:
        return number(plain, field)
    if not decimals or (whole_cents and decimals == found[1]):
        raise Invalid("two_ways", cell, "ambiguous")
    return number(plain if decimals == found[1] else plain.replace(found[1], ""), field)


def cents(cell: str, decimals: str, *, may_be_negative: bool) -> int:
    """An amount in cents; raises as `unmistakable`, and for one below 0."""
    code = _in_words(cell)
    try:
        value = rounded(unmistakable(cell.replace(code, ""), "total", decimals, whole_cents=True) * 100)
    except Invalid as error:
        raise Invalid(error.field, cell, error.reason) from error
    if value < 0 and not may_be_negative:
        raise Invalid("total", cell, "negative")
    return value


def currency_of(cell: str, column: str, heading: str, own: str) -> str:
    """The currency of an amount: as its cell says, else the row's column of currencies, the heading, or the group's.

    Raises `Invalid("which_currency", …)` for a column that names none, for two that differ, and for dollars, of which
    there are many, where neither the column nor the group says which.
    """
    said, in_heading = (_in_words(text) or _named(text, own) for text in (cell, heading))
    in_column = _named(column, own) or _code(column)
    if column.strip() and in_column in ("", DOLLARS):
        raise Invalid("which_currency", column, "unknown")
    if said not in ("", DOLLARS) and in_column not in ("", said):
        raise Invalid("which_currency", f"{cell}, {column}", "two")
    found = in_column or said or in_heading or own
    if found == DOLLARS:
        raise Invalid("which_currency", cell if said else heading, "unknown")
    return found


def _named(text: str, own: str) -> str:
    """The currency whose sign or name stands in a text, `DOLLARS` where that can be several; "" for none."""
    plain = fold(text)
    found = next((code for code, sign in _SIGNS if sign.search(plain)), "")
    return found or ("" if DOLLARS not in plain else own if own in _IN_DOLLARS else DOLLARS)


def _code(text: str) -> str:
    """The code that a text is, in capitals or not."""
    code = text.strip().upper()
    return code if code in _codes() else ""


def _in_words(text: str) -> str:
    """The code among the words of a text, as in "Ventes (USD)" and "12,50 USD"; "TTC" and the like are none."""
    return next((word for word in _CAPITALS.findall(text) if word in _codes()), "")


@cache
def _codes() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies())
