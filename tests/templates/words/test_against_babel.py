"""The small tables of templates.words against Babel, which knows the CLDR."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from templates.words import LANGUAGES, dates, money, use
from templates.words.names import NAMES, NBSP

NARROW = "\u202f"
YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("ours", "pattern"),
    [
        (dates.day, "EEE d MMM"),
        (dates.day_long, "EEEE d MMMM"),
        (dates.day_number, "d MMM"),
        (dates.month, "MMMM y"),
    ],
)
def test_every_day_of_a_year_reads_as_babel_writes_it(language, ours, pattern):
    use(language)
    locale = NAMES[language].locale
    # The CLDR's pattern has no ordinal; French says "1er" for the first of a month, and only for that.
    first_of_month = language == "fr" and "d" in pattern
    for when in YEAR:
        expected = format_date(when, pattern, locale=locale)
        if first_of_month and when.day == 1:
            expected = expected.replace("1 ", "1er ", 1)
        assert ours(when) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cents", [0, 5, 99, 100, 3945, 128450, 123456789, -350, -123456])
@pytest.mark.parametrize("currency", ["EUR", "CHF", "GBP", "USD"])
def test_money_reads_as_babel_writes_it(language, cents, currency):
    use(language)
    expected = format_currency(cents / 100, currency, locale=NAMES[language].locale)
    # The CLDR wants a space between letters and a figure; Babel does not put it.
    expected = expected.replace("CHF", f"CHF{NBSP}") if language == "en" else expected
    assert money.money(cents, currency) == expected.replace(NARROW, NBSP)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("thousandths", [0, 1, 250, 1000, 1500, 12340, 1234567, 9876543210, -500])
def test_quantities_read_as_babel_writes_them(language, thousandths):
    use(language)
    expected = format_decimal(thousandths / 1000, locale=NAMES[language].locale)
    assert money.quantity(thousandths) == expected.replace(NARROW, NBSP)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", [0, 7, 999, 1284, 1234567, -4321])
def test_numbers_read_as_babel_writes_them(language, value):
    use(language)
    expected = format_decimal(value, locale=NAMES[language].locale)
    assert money.number(value) == expected.replace(NARROW, NBSP)
