"""Phone numbers as volunteers and other systems type them."""

from __future__ import annotations

import pytest

from store.phones import digits, parse


@pytest.mark.parametrize(
    ("typed", "e164", "shown", "is_mobile"),
    [
        ("06 39 98 01 02", "+33639980102", "06 39 98 01 02", True),
        ("06.39.98.01.02", "+33639980102", "06 39 98 01 02", True),
        ("06/39/98/01/02", "+33639980102", "06 39 98 01 02", True),
        ("06-39-98-01-02", "+33639980102", "06 39 98 01 02", True),
        ("+33 6 39 98 01 02", "+33639980102", "06 39 98 01 02", True),
        ("+33 (0)6 39 98 01 02", "+33639980102", "06 39 98 01 02", True),
        ("0033 6 39 98 01 02", "+33639980102", "06 39 98 01 02", True),
        ("02.40.11.22.33", "+33240112233", "02 40 11 22 33", False),
        ("+46 70 123 45 67", "+46701234567", "+46 70 123 45 67", True),
        ("0039 06 12345678", "+390612345678", "+39 06 1234 5678", False),
    ],
)
def test_every_style_is_one_number(typed, e164, shown, is_mobile):
    phone = parse(typed, "FR")
    assert (phone.typed, phone.e164, phone.shown, phone.is_mobile) == (typed, e164, shown, is_mobile)


def test_the_zero_that_a_spreadsheet_dropped_comes_back():
    assert parse("639980102", "FR").shown == "06 39 98 01 02"
    assert parse("612345678", "IT").e164 == "+390612345678"
    assert parse("612345678", "IT").shown.startswith("06")


def test_what_is_no_number_is_kept_as_typed():
    for typed in ("ask the neighbour", "12", "06 39", "0639980102x7", "—"):
        phone = parse(typed, "FR")
        assert (phone.typed, phone.e164, phone.shown, phone.is_mobile) == (typed, "", typed, False)
    assert parse("  ", "FR").typed == ""


def test_the_first_of_two_numbers_in_a_cell_counts():
    phone = parse("06 39 98 03 04 / 02 40 55 66 77", "FR")
    assert phone.e164 == "+33639980304"
    assert phone.typed == "06 39 98 03 04 / 02 40 55 66 77"


def test_a_group_in_italy_reads_italian_numbers():
    phone = parse("339 123 4567", "IT")
    assert (phone.e164, phone.is_mobile) == ("+393391234567", True)


def test_digits_of_a_part_of_a_number():
    assert digits("+33 (0)2 40.1") == "332401"
    assert digits("0033 2") == "332"
    assert digits("Odette") == ""
