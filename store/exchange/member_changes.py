"""What an imported row changes in a member that is known: filled cells count, empty ones take nothing away."""

from __future__ import annotations

from dataclasses import replace

from store.addresses import email_key
from store.folding import fold
from store.people import EmailState, Member, Person
from store.phones import digits

_TEXTS = (
    "address1",
    "address2",
    "postal_code",
    "city",
    "country",
    "language",
    "pickup_place",
    "notes",
)


def merged(known: Member, incoming: Member) -> tuple[Member, tuple[str, ...], bool]:
    """The member with what the row says, the names of the fields that change, and whether one of them held a value.

    Text that differs in case or accents only stays as it is here. "people" among the fields is a second person.
    """
    changes: dict[str, object] = {}
    overwrites = False
    for name in _TEXTS:
        new, old = getattr(incoming, name), getattr(known, name)
        if new and not _alike(new, old):
            changes[name] = new
            overwrites |= bool(old)
    if incoming.joined_on and incoming.joined_on != known.joined_on:
        changes["joined_on"] = incoming.joined_on
        overwrites |= known.joined_on is not None
    if new_tags := [tag for tag in incoming.tags if tag not in known.tags]:
        changes["tags"] = (*known.tags, *new_tags)
    people, fields, over = _people(known.people, incoming.people)
    result = replace(known, people=people, **changes)  # type: ignore[arg-type]
    return result, (*changes, *fields), overwrites or over


def _people(known: tuple[Person, ...], incoming: tuple[Person, ...]) -> tuple[tuple[Person, ...], list[str], bool]:
    people = list(known)
    fields: list[str] = []
    overwrites = False
    free = list(range(len(people)))
    for position, person in enumerate(incoming):
        place = _place(person, position, people, free)
        if place is None:
            people.append(person)
            fields.append("people")
            continue
        free.remove(place)
        people[place], changed, over = _person(people[place], person)
        fields += [name if place == 0 else f"{name}2" for name in changed]
        overwrites |= over
    return tuple(people), fields, overwrites


def _place(person: Person, position: int, people: list[Person], free: list[int]) -> int | None:
    """Which of the household's people this is: by first name, else by e-mail, else by position; None: a new one."""
    for i in free:
        if _alike(person.first_name, people[i].first_name):
            return i
    for i in free:
        if person.email and people[i].email and email_key(person.email) == email_key(people[i].email):
            return i
    if position in free or len(people) >= 2:
        return position if position in free else free[0]
    return None


def _person(known: Person, incoming: Person) -> tuple[Person, list[str], bool]:
    changes: dict[str, object] = {}
    overwrites = False
    for name in ("first_name", "last_name"):
        new, old = getattr(incoming, name), getattr(known, name)
        if new and not _alike(new, old):
            changes[name] = new
            overwrites |= bool(old)
    for name in ("phone", "mobile"):
        new, old = getattr(incoming, name), getattr(known, name)
        if new and not _same_phone(known, incoming, name):
            changes[name] = new
            overwrites |= bool(old)
    if _brings_email(known, incoming):
        changes |= {"email": incoming.email, "email_state": incoming.email_state}
        overwrites |= known.email_state in (EmailState.HAS, EmailState.BOUNCED)
    fields = [name for name in changes if name != "email_state"]
    return replace(known, **changes), fields, overwrites  # type: ignore[arg-type]


def _brings_email(known: Person, incoming: Person) -> bool:
    """Whether the row has an address that counts more: never a made-up one in the place of anything known."""
    if not incoming.email:
        return False
    if incoming.email_state is EmailState.PLACEHOLDER:
        return known.email_state is EmailState.UNKNOWN and not known.email
    return not known.email or email_key(known.email) != email_key(incoming.email)


def _same_phone(known: Person, incoming: Person, name: str) -> bool:
    """Whether the number is known already, in either place: systems do not agree on which is the mobile one."""
    e164 = getattr(incoming, f"{name}_e164")
    if e164:
        return e164 in (known.phone_e164, known.mobile_e164)
    return digits(getattr(incoming, name)) in (digits(known.phone), digits(known.mobile))


def _alike(one: str, other: str) -> bool:
    return one == other or " ".join(fold(one).split()) == " ".join(fold(other).split())
