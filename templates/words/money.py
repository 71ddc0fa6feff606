"""Money, quantities and numbers in the language spoken now: "1 284,50 €", "1,5", "1 284".

Spaces inside are no-break spaces one cell wide (U+00A0): the narrow one that the CLDR gives French
(U+202F) is missing from many terminal fonts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from templates.words import language
from templates.words.names import NAMES, NBSP

# The same in every language that cabas speaks; Babel is asked for the others.
SIGNS = {"EUR": "€", "CHF": "CHF"}


def money(cents: int, currency: str = "EUR") -> str:
    """An amount of integer cents: "1 284,50 €" in French, "€1,284.50" in English.

    `currency` is an ISO code, or the name of a local currency, which is then shown as it is.
    """
    names = NAMES[language()]
    sign = SIGNS.get(currency) or _sign(currency, names.locale)
    amount = f"{_grouped(abs(cents) // 100)}{names.decimal}{abs(cents) % 100:02}"
    if names.money.endswith("{amount}") and sign[-1:].isalpha():
        sign += NBSP
    return names.money.format(minus="-" if cents < 0 else "", sign=sign, amount=amount)


def sums(amounts: Mapping[str, int], *, estimated: bool = False) -> str:
    """Amounts in cents by currency, one after the other: "12,00 € + 3,00 CHF"; empty for none.

    "~" stands before them where something is still to be weighed.
    """
    text = " + ".join(money(cents, currency) for currency, cents in amounts.items())
    return f"~{text}" if estimated else text


def plain_amount(cents: int) -> str:
    """An amount without its sign, for a column of them: "1 284,50"."""
    minus = "-" if cents < 0 else ""
    return f"{minus}{_grouped(abs(cents) // 100)}{NAMES[language()].decimal}{abs(cents) % 100:02}"


def quantity(thousandths: int) -> str:
    """A quantity of integer thousandths, without idle zeros: 1500 is "1,5" and 2000 is "2"."""
    whole, rest = divmod(abs(thousandths), 1000)
    minus = "-" if thousandths < 0 else ""
    decimals = f"{NAMES[language()].decimal}{rest:03}".rstrip("0") if rest else ""
    return f"{minus}{_grouped(whole)}{decimals}"


def number(value: int) -> str:
    """A whole number with its thousands apart: "1 284"."""
    return ("-" if value < 0 else "") + _grouped(abs(value))


def _grouped(value: int) -> str:
    return f"{value:,}".replace(",", NAMES[language()].group)


@cache
def _sign(currency: str, locale: str) -> str:
    from babel.numbers import get_currency_symbol

    return get_currency_symbol(currency, locale)
