"""The one or two people of a row: whose name, e-mail and phone is which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from store import phones
from store.exchange.members.cells import emails, phone_numbers
from store.exchange.members.names import Name, shared_names, whole_names
from store.folding import folded_words
from store.people import EmailState, Person

SECOND = ("first_name2", "last_name2", "name2", "email2", "phone2", "mobile2")


def plain(given: Mapping[str, str], suffix: str) -> Person:
    """A person whose cells hold one thing each, as most do."""
    return Person(
        first_name=given.get(f"first_name{suffix}", ""),
        last_name=given.get(f"last_name{suffix}", ""),
        email=given.get(f"email{suffix}", ""),
        phone=given.get(f"phone{suffix}", ""),
        mobile=given.get(f"mobile{suffix}", ""),
    )


@dataclass(slots=True)
class Household:
    """The people of a row, what has no place in them (for the notes), and phone numbers that are damaged."""

    people: list[Person]
    rest: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    def place(self, wanted: int) -> int:
        """The place of a person, made where the row names nobody there."""
        if wanted >= len(self.people):
            self.people.append(Person())
        return min(wanted, len(self.people) - 1)

    def put(self, wanted: int, **values: Any) -> None:
        """Write something of the person at a place."""
        place = self.place(wanted)
        self.people[place] = replace(self.people[place], **values)


def household(given: Mapping[str, str], country: str, *, couples: bool, last_first: bool) -> Household:
    """The people of a row, out of cells that may hold more than one thing.

    `couples`: two people may share cells. The second of two addresses or mobile phones in a cell is the second
    person's; where there is one person only, the second address makes a second one, without a name.
    """
    found = Household([Person(first_name=f, last_name=last) for f, last in _names(given, couples, last_first)])
    for wanted, suffix in enumerate(("", "2")):
        if cell := given.get(f"email{suffix}"):
            _put_emails(found, cell, wanted)
        numbers, mobiles = (_numbers(found, given.get(f"{name}{suffix}", ""), country) for name in ("phone", "mobile"))
        if len(mobiles) == 1:
            found.put(wanted, mobile=mobiles.pop())
        if numbers or mobiles:
            _put_phones(found, numbers + mobiles, wanted, country)
    return found


def _numbers(found: Household, cell: str, country: str) -> list[str]:
    typed, lost = phone_numbers(cell, country) if cell else ((), "")
    if lost:
        found.damaged.append(lost)
    return list(typed)


def _names(given: Mapping[str, str], couples: bool, last_first: bool) -> list[Name]:
    first, last = given.get("first_name", ""), given.get("last_name", "")
    if first or last:
        names = shared_names(first, last) if couples else [(first, last)]
    else:
        names = whole_names(given["name"], last_first=last_first) if "name" in given else [("", "")]
    if len(names) == 1 and any(field in given for field in SECOND):
        second = (given.get("first_name2", ""), given.get("last_name2", ""))
        if "name2" in given and not any(second):
            second = whole_names(given["name2"], last_first=last_first)[0]
        names.append(second)
    return names


def _put_emails(found: Household, cell: str, wanted: int) -> None:
    addresses, none = emails(cell)
    if none:
        found.put(wanted, email_state=EmailState.NONE)
    for place, address in enumerate(_by_name(addresses, found.people), wanted):
        if place > 1:
            found.rest.append(address)
        else:
            found.put(place, email=address)


def _by_name(addresses: tuple[str, ...], people: list[Person]) -> tuple[str, ...]:
    """Two addresses of two people, turned round where the first one has only the second person's first name in it."""
    if len(people) == 2 == len(addresses):
        firsts = ["".join(folded_words(person.first_name)) for person in people]
        local = "".join(folded_words(addresses[0].partition("@")[0]))
        if firsts[1] and firsts[1] in local and not (firsts[0] and firsts[0] in local):
            return addresses[::-1]
    return addresses


def _put_phones(found: Household, numbers: list[str], wanted: int, country: str) -> None:
    """One number is the phone; of several a landline is the phone and a mobile the mobile one."""
    if len(numbers) == 1:
        found.put(wanted, phone=numbers[0])
        return
    mobiles = [number for number in numbers if phones.parse(number, country).is_mobile]
    others = [number for number in numbers if number not in mobiles]
    if wanted == 0 and len(found.people) == 2 and len(mobiles) == 2:
        found.put(1, phone=mobiles.pop())
    phone = others.pop(0) if others else mobiles.pop(0)
    place = found.place(wanted)
    mobile = found.people[place].mobile or next(iter(mobiles + others), "")
    found.put(place, phone=phone, mobile=mobile)
    found.rest += [number for number in mobiles + others if number != mobile]
