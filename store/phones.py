"""Phone numbers: as typed, in the international form E.164, and as people of the group's country write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SEVERAL = re.compile(r"\s+(?:/|ou|or|o|et|e)\s+|[;,|\n]")
_TRUNK = re.compile(r"\(0\)")
_BETWEEN = dict.fromkeys(map(ord, " .-/()\t\u00a0\u202f"))
_DIGITS = re.compile(r"\d+", re.ASCII)
_FRENCH = re.compile(r"(?:0|\+33|0033)?([1-79]\d{8})", re.ASCII)
_FRENCH_MOBILE = ("6", "7")


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number. `e164` is empty and `shown` what was typed where no number could be made out."""

    typed: str
    e164: str = ""
    shown: str = ""
    is_mobile: bool = False

    @property
    def national(self) -> str:
        """The number as people of the group's country write it."""
        return self.shown


_NO_PHONE = Phone("")


def digits(text: str) -> str:
    """The digits of a typed number or of a part of one, without the 00 of an international prefix or a (0)."""
    found = "".join(_DIGITS.findall(_TRUNK.sub("", text)))
    return found.removeprefix("00")


def parse(text: str, country: str) -> Phone:
    """Read a typed number as someone in `country` (ISO code) dials it; never raises, never loses what was typed.

    Where a cell holds several numbers the first readable one counts. A number whose leading 0 a spreadsheet dropped
    is read as if it were there.
    """
    typed = " ".join(text.split())
    if not typed:
        return _NO_PHONE
    if (number := _read(typed, country)) is not None:
        return Phone(typed, *number)
    for part in _SEVERAL.split(typed):
        if (number := _read(part, country)) is not None:
            return Phone(typed, *number)
    return Phone(typed, "", typed, False)


def _read(part: str, country: str) -> tuple[str, str, bool] | None:
    """E.164, display form, and whether it is a mobile number; None when this is no number."""
    plain = _TRUNK.sub("", part).translate(_BETWEEN)
    if country == "FR" and (french := _FRENCH.fullmatch(plain)):
        # The French plan but for its special 08 numbers in one line: phonenumbers takes 100 times longer for each.
        subscriber = french[1]
        shown = " ".join((f"0{subscriber[0]}", *(subscriber[i : i + 2] for i in range(1, 9, 2))))
        return f"+33{subscriber}", shown, subscriber[0] in _FRENCH_MOBILE
    if sum(c.isdigit() for c in plain) < 4 or any(c.isalpha() for c in plain):
        return None
    return _read_anywhere(plain, country)


def _read_anywhere(plain: str, country: str) -> tuple[str, str, bool] | None:
    import phonenumbers as pn

    for tried in (plain, f"0{plain}"):
        try:
            number = pn.parse(tried, country or None)
        except pn.NumberParseException:
            continue
        if pn.is_valid_number(number):
            home = pn.region_code_for_number(number) == country
            style = pn.PhoneNumberFormat.NATIONAL if home else pn.PhoneNumberFormat.INTERNATIONAL
            mobile = pn.number_type(number) == pn.PhoneNumberType.MOBILE
            return pn.format_number(number, pn.PhoneNumberFormat.E164), pn.format_number(number, style), mobile
    return None
