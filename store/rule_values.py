"""Reading, checking and writing the values of a rule's parameters.

Text that stands in quotes is never a number: `subscribers(12)` is the catalogue with the id 12, `subscribers("12")` the
one that is called 12.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, DecimalException
from unicodedata import category

from store.rule_subjects import LAST, NEXT, Kind
from store.segment_steps import Value

LARGEST = 2**53
"""Beyond it JSON readers lose digits and SQLite overflows."""

PLAIN = re.compile(r"[^\W_][\w.:/@’'+*-]*")
"""Text that needs no quotes."""

_NUMBER = re.compile(r"[0-9]{1,16}")


def from_words(kind: Kind, text: str, *, quoted: bool) -> Value:
    """The value that words stand for; raises ValueError."""
    if kind is Kind.MONEY:
        return checked(kind, _cents(text))
    number = not quoted and _NUMBER.fullmatch(text) is not None
    if number and kind not in (Kind.DATE, Kind.TAG, Kind.CITY, Kind.LANGUAGE, Kind.PREFIX):
        return checked(kind, (int(text),) if kind is Kind.MEMBERS else int(text))
    return checked(kind, text)


def to_words(kind: Kind, value: Value) -> str:
    """The words that `from_words` reads as this value."""
    if isinstance(value, tuple):
        return ", ".join(str(id_) for id_ in value)
    if kind is Kind.MONEY:
        return f"{int(value) // 100}.{int(value) % 100:02}"
    if isinstance(value, int):
        return str(value)
    if PLAIN.fullmatch(value) and not (kind in _REFERENCES and _NUMBER.fullmatch(value)):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def checked(kind: Kind, value: Value) -> Value:
    """The value as a rule keeps it; raises ValueError where the kind cannot take it."""
    return _CHECKS[kind](value)


def _cents(text: str) -> int:
    try:
        amount = Decimal(text.strip().replace(",", ".")) * 100
    except DecimalException as error:
        raise ValueError(text) from error
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise ValueError(text)
    return int(amount)


def _number(smallest: int, largest: int = LARGEST) -> Callable[[Value], Value]:
    def check(value: Value) -> Value:
        if not isinstance(value, int) or not smallest <= value <= largest:
            raise ValueError(value)
        return value

    return check


def _text(value: Value) -> Value:
    if not isinstance(value, str) or not value.strip() or any(category(c) in ("Cc", "Cs") for c in value):
        raise ValueError(value)
    return value.strip()


def _day(value: Value) -> Value:
    return date.fromisoformat(str(_text(value))).isoformat()


def _reference(value: Value) -> Value:
    return _number(1)(value) if isinstance(value, int) else _text(value)


def _distribution(value: Value) -> Value:
    return value if value in (NEXT, LAST) else _reference(value) if isinstance(value, int) else _day(value)


def _members(value: Value) -> Value:
    if not isinstance(value, tuple) or not value:
        raise ValueError(value)
    for id_ in value:
        _number(1)(id_)
    return tuple(sorted(set(value)))


_REFERENCES = (Kind.CATALOGUE, Kind.PRODUCT, Kind.MESSAGE)
_CHECKS: dict[Kind, Callable[[Value], Value]] = {
    Kind.MONTHS: _number(1, 1200),
    Kind.NUMBER: _number(1),
    Kind.MONEY: _number(1),
    Kind.DATE: _day,
    Kind.DISTRIBUTION: _distribution,
    Kind.MEMBERS: _members,
    Kind.CATALOGUE: _reference,
    Kind.PRODUCT: _reference,
    Kind.MESSAGE: _reference,
    Kind.TAG: _text,
    Kind.CITY: _text,
    Kind.LANGUAGE: _text,
    Kind.PREFIX: _text,
}
