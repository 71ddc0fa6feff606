"""French numbers are read without phonenumbers, which is a hundred times slower: it has to agree."""

from __future__ import annotations

import phonenumbers as pn
from hypothesis import given
from hypothesis import strategies as st

from store.phones import parse

VALID = st.from_regex(r"0[1-79][0-9]{8}", fullmatch=True, alphabet="0123456789")


@given(VALID)
def test_french_numbers_are_read_as_phonenumbers_reads_them(typed):
    number = pn.parse(typed, "FR")
    phone = parse(typed, "FR")
    assert phone.e164 == pn.format_number(number, pn.PhoneNumberFormat.E164)
    if pn.is_valid_number(number):
        assert phone.shown == pn.format_number(number, pn.PhoneNumberFormat.NATIONAL)
        assert phone.is_mobile == (pn.number_type(number) == pn.PhoneNumberType.MOBILE)
