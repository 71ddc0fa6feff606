"""What any kind of file says in a cell: numbers with comma or dot, days, yes and no.

A file may mix decimal commas and dots in one row (FORMATS 1.b ii), so that each cell is read by itself.
"""

from __future__ import annotations

import re
from datetime import date
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

_NO = frozenset(("", "0", "false", "no", "non", "nein", "faux", "falso", "n"))
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})\b.*", re.DOTALL)

_MONTH_NAMES = """jan january janv janvier gen gennaio, feb february fev fevr fevrier febbraio, mar march mars marzo,
    apr april avr avril aprile, may mai mag maggio, jun june juin giu giugno, jul july juil juillet lug luglio,
    aug august aou aout ago agosto, sep sept september septembre set sett settembre, oct october octobre ott ottobre,
    nov november novembre, dec december decembre dic dicembre"""
MONTHS = {name: place for place, names in enumerate(_MONTH_NAMES.split(","), 1) for name in names.split()}
"""The numbers of the months by their folded names, whole or short, in English, French and Italian."""
_NAMED_DAY = re.compile(
    rf"\b(\d{{1,2}})(?:er|st|nd|rd|th|°)?\s+(?:de\s+|of\s+)?({'|'.join(MONTHS)})\b\.?,?\s+(\d{{4}})\b"
)


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


def day(text: str) -> date:
    """A date as 2026-11-21, 21/11/2026, 21.11.2026, 21/11/26 or "21 nov. 2026", with or without an hour.

    Raises `Invalid("date", …)`.
    """
    try:
        if found := _DAY.fullmatch(text):
            year = int(found[3])
            return date(year if year > 99 else year + 2000, int(found[2]), int(found[1]))
        if found := _NAMED_DAY.search(fold(text)):
            return date(int(found[3]), MONTHS[found[2]], int(found[1]))
        return date.fromisoformat(re.split(r"[\sT]", text, maxsplit=1)[0])
    except ValueError as error:
        raise Invalid("date", text, "syntax") from error
