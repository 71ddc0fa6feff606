"""The file of members that Cagette and CAMAP can load: twelve columns in a fixed order (FORMATS 1.a).

Both refuse the whole file for a row without names or e-mail, CAMAP also for a phone, a postal code or a part of an
address that it cannot read, and neither keeps two accounts with one address. So a member without a usable e-mail or
without names has no place in it, and what of a row could get the file refused is left empty.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from store.addresses import email_key
from store.exchange.formulas import defused
from store.people import EmailState, Member, Person

HEADER = (
    *("prénom", "nom", "E-mail", "téléphone portable"),
    *("prénom conjoint", "nom conjoint", "E-mail conjoint", "téléphone portable conjoint"),
    *("adresse1", "adresse2", "code postal", "ville"),
)

# What their columns hold at most (FORMATS 1.d).
_NAME, _EMAIL, _PHONE, _ADDRESS, _CITY = 32, 64, 19, 64, 25
_POSTAL_CODE = re.compile(r"\d{4,5}", re.ASCII)


def cagette_file(members: Iterable[Member]) -> tuple[str, int, int]:
    """The text of the file, how many members are in it, and how many Cagette would refuse."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(HEADER)
    rows = left_out = 0
    taken: set[str] = set()
    for member in members:
        row = _row(member, taken)
        if row is None:
            left_out += 1
            continue
        writer.writerow(map(defused, row))
        rows += 1
    return text.getvalue(), rows, left_out


def _row(member: Member, taken: set[str]) -> tuple[str, ...] | None:
    """The cells of a member, the one with an address first; None where Cagette would take none of them."""
    family = next((person.last_name for person in member.people if person.last_name), "")
    ready = [p for p in member.people if _mail(p, taken) and p.first_name and (p.last_name or family)]
    if not ready:
        return None
    first = ready[0]
    taken.add(email_key(first.email))
    cells = _person(first, first.email, family)
    other = next((person for person in member.people if person is not first), None)
    if other is None:
        cells += ("", "", "", "")
    else:
        mail = _mail(other, taken)
        if mail:
            taken.add(email_key(mail))
        cells += _person(other, mail, family)
    return (*cells, *_address(member))


def _person(person: Person, mail: str, family: str) -> tuple[str, ...]:
    return (person.first_name[:_NAME], (person.last_name or family)[:_NAME], mail, _phone(person))


def _mail(person: Person, taken: set[str]) -> str:
    if person.email_state is not EmailState.HAS or len(person.email) > _EMAIL:
        return ""
    return "" if email_key(person.email) in taken else person.email


def _phone(person: Person) -> str:
    """A number as they read one: ten digits from 0, or 00 and the country; the mobile one where there are two."""
    for e164, shown in ((person.mobile_e164, person.mobile_shown), (person.phone_e164, person.phone_shown)):
        if e164:
            number = shown if re.fullmatch(r"0[\d .]+", shown) else f"00{e164[1:]}"
            return number if len(number) <= _PHONE else ""
    return ""


def _address(member: Member) -> tuple[str, ...]:
    if not (member.address1 and member.city and _POSTAL_CODE.fullmatch(member.postal_code)):
        return ("", "", "", "")
    return (member.address1[:_ADDRESS], member.address2[:_ADDRESS], member.postal_code, member.city[:_CITY])
