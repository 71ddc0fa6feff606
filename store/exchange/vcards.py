"""Cards for the address book of a phone or a mail program, one for each person.

vCard 3.0 (RFC 2426): Android, iPhones, Outlook, Thunderbird and webmails all read it; 4.0 is refused by Outlook.
Operators' notes stay here: an address book is shared with more programs than one knows.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

from store.people import EmailState, Member, Person

_LINE = 75
"""Octets of a line before it goes on below (RFC 2426, 2.6)."""


def cards(members: Iterable[Member], group: str) -> tuple[str, int, int]:
    """The text of the file, how many cards it has, and how many people have neither phone nor address."""
    written: list[str] = []
    left_out = 0
    for member in members:
        for person in member.people:
            if not (person.phone or person.mobile or _mail(person)):
                left_out += 1
                continue
            written += (folded for line in _card(person, member, group) for folded in _folded(line))
    return "".join(f"{line}\r\n" for line in written), written.count("BEGIN:VCARD"), left_out


def _card(person: Person, member: Member, group: str) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    # The same each time, so that a program that looks at it brings its card up to date instead of adding another.
    yield f"UID:{uuid.uuid5(uuid.NAMESPACE_URL, f'cabas:{group}:{person.id}')}"
    yield f"N:{_escaped(person.last_name)};{_escaped(person.first_name)};;;"
    yield f"FN:{_escaped(person.name or person.listed)}"
    if person.phone:
        kind = "CELL" if person.has_mobile and not person.mobile else "HOME"
        yield f"TEL;TYPE={kind}:{_escaped(person.phone_e164 or person.phone)}"
    if person.mobile:
        yield f"TEL;TYPE=CELL:{_escaped(person.mobile_e164 or person.mobile)}"
    if mail := _mail(person):
        yield f"EMAIL;TYPE=INTERNET:{_escaped(mail)}"
    place = (member.address2, member.address1, member.city, "", member.postal_code, member.country)
    if any(place):
        yield f"ADR;TYPE=HOME:;{';'.join(map(_escaped, place))}"
    yield f"CATEGORIES:{_escaped(group)}"
    yield "END:VCARD"


def _mail(person: Person) -> str:
    return person.email if person.email_state is EmailState.HAS else ""


def _escaped(text: str) -> str:
    if text.isalnum():
        return text
    for char, written in (("\\", "\\\\"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n"), (",", "\\,"), (";", "\\;")):
        text = text.replace(char, written)
    return text


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of `_LINE` octets at most, no character cut in two."""
    if len(line.encode()) <= _LINE:
        yield line
        return
    piece, octets = "", 0
    for char in line:
        size = len(char.encode())
        if octets + size > _LINE:
            yield piece
            piece, octets = " ", 1
        piece += char
        octets += size
    yield piece
