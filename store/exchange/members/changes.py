"""What an imported row changes in a member that is known: filled cells count, empty ones take nothing away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from store.addresses import email_key
from store.exchange.report import FieldChange
from store.folding import fold
from store.people import TEXTS, EmailState, Member, Person
from store.phones import digits


@dataclass(slots=True)
class _Changes:
    """What a row changes: the new values, the changes as one reads them, and whether one of them held a value."""

    values: dict[str, object] = field(default_factory=dict)
    fields: list[FieldChange] = field(default_factory=list)
    overwrites: bool = False

    def put(self, name: str, old: object, new: object, *, shown: str = "") -> None:
        """Note a change of the field `name`, listed as `shown` where that is another name."""
        self.values[name] = new
        self.fields.append(FieldChange(shown or name, _text(old), _text(new)))
        self.overwrites |= bool(old)


def merged(
    known: Member, incoming: Member, *, joining: bool = False, exact: bool = False
) -> tuple[Member, tuple[FieldChange, ...], bool]:
    """The member with what the row says, what changes by it, and whether one of the changed fields held a value.

    Text that differs in case or accents only stays as it is here, and notes are added to those that are there, unless
    the row has it `exact`. A change of "people" is a second person; the fields of the second person end with a 2.
    `joining`: who has another first name is another person; ask `has_room` before.
    """
    changes = _Changes()
    alike = _equal if exact else _alike
    for name in TEXTS:
        new, old = getattr(incoming, name), getattr(known, name)
        if new and not alike(new, old):
            changes.put(name, old, new)
    if (
        incoming.notes
        and (notes := incoming.notes if exact else _with_notes(known.notes, incoming.notes)) != known.notes
    ):
        changes.put("notes", known.notes, notes)
        changes.overwrites &= exact
    if incoming.vip and not known.vip:
        changes.put("vip", "", "yes")
        changes.values["vip"] = True
    if incoming.joined_on and incoming.joined_on != known.joined_on:
        changes.put("joined_on", known.joined_on, incoming.joined_on)
    if new_tags := [tag for tag in incoming.tags if tag not in known.tags]:
        changes.values["tags"] = (*known.tags, *new_tags)
        changes.fields.append(FieldChange("tags", ", ".join(known.tags), ", ".join((*known.tags, *new_tags))))
    people = _people(known.people, incoming.people, changes, joining, alike)
    if not changes.fields:
        return known, (), False
    result = replace(known, people=people, **changes.values)  # type: ignore[arg-type]
    return result, tuple(changes.fields), changes.overwrites


def has_room(known: Member, incoming: Member) -> bool:
    """Whether the row's people are of the household, or have a place in it."""
    there = places(incoming.people, known.people, joining=True)
    return len(known.people) + sum(place is None for place in there) <= 2


def _with_notes(known: str, new: str) -> str:
    there = {fold(line) for line in known.splitlines()}
    return "\n".join([*([known] if known else []), *(line for line in new.splitlines() if fold(line) not in there)])


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _people(
    known: tuple[Person, ...], incoming: tuple[Person, ...], changes: _Changes, joining: bool, alike: _Alike
) -> tuple[Person, ...]:
    people = list(known)
    for person, place in zip(incoming, places(incoming, known, joining=joining), strict=True):
        if place is None:
            people.append(person)
            changes.fields.append(FieldChange("people", "", person.listed))
            continue
        theirs = _person(people[place], person, "" if place == 0 else "2", alike)
        if not theirs.values:
            continue
        people[place] = replace(people[place], **theirs.values)  # type: ignore[arg-type]
        changes.fields += theirs.fields
        changes.overwrites |= theirs.overwrites
    return tuple(people)


def places(incoming: Sequence[Person], people: Sequence[Person], *, joining: bool = False) -> list[int | None]:
    """Which of the household's people each one is: by name, else by e-mail, else by position; None: a new one."""
    found: list[int | None] = [None] * len(incoming)
    free = list(range(len(people)))
    for same in (_same_in_all, _same_name, _same_first_name, _same_email, _same_last_name):
        for index, person in enumerate(incoming):
            fitting = (i for i in free if same(person, people[i]) and not (joining and _are_two(person, people[i])))
            if found[index] is None and (place := next(fitting, None)) is not None:
                found[index] = place
                free.remove(place)
    for index, person in enumerate(incoming):
        if found[index] is None:
            fitting = (i for i in free if not (joining and _are_two(person, people[i])))
            place = index if index in free and not joining else next(fitting, None)
            # Without a place of their own they are a newcomer, as long as the household is of one.
            if place is not None and (place == index or joining or len(people) > 1):
                found[index] = place
                free.remove(place)
    return found


def _same_in_all(one: Person, other: Person) -> bool:
    """Father and son may have the same name."""
    numbers = {other.phone_e164, other.mobile_e164} - {""}
    return _same_name(one, other) and (_same_email(one, other) or bool(numbers & {one.phone_e164, one.mobile_e164}))


def _same_name(one: Person, other: Person) -> bool:
    return _same_first_name(one, other) and _alike(one.last_name, other.last_name)


def _same_first_name(one: Person, other: Person) -> bool:
    return bool(one.first_name) and _alike(one.first_name, other.first_name)


def _same_last_name(one: Person, other: Person) -> bool:
    return not one.first_name and not other.first_name and _alike(one.last_name, other.last_name)


def _same_email(one: Person, other: Person) -> bool:
    return bool(one.email and other.email) and email_key(one.email) == email_key(other.email)


def _are_two(one: Person, other: Person) -> bool:
    return bool(one.first_name and other.first_name) and not _alike(one.first_name, other.first_name)


def _person(known: Person, incoming: Person, suffix: str, alike: _Alike) -> _Changes:
    changes = _Changes()
    for name in ("first_name", "last_name"):
        new, old = getattr(incoming, name), getattr(known, name)
        if new and not alike(new, old):
            changes.put(name, old, new, shown=name + suffix)
    for name in ("phone", "mobile"):
        new, old = getattr(incoming, name), getattr(known, name)
        if new and not _same_phone(known, incoming, name):
            changes.put(name, old, new, shown=name + suffix)
            changes.values[f"{name}_e164"] = getattr(incoming, f"{name}_e164")
    if _brings_email(known, incoming):
        changes.values |= {"email": incoming.email, "email_state": incoming.email_state}
        changes.fields.append(FieldChange(f"email{suffix}", known.email, incoming.email))
        changes.overwrites |= known.email_state in (EmailState.HAS, EmailState.BOUNCED)
    elif incoming.email_state is EmailState.NONE and known.email_state is EmailState.UNKNOWN:
        changes.values["email_state"] = EmailState.NONE
        changes.fields.append(FieldChange(f"email_state{suffix}", EmailState.UNKNOWN.value, EmailState.NONE.value))
    return changes


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


_Alike = Callable[[str, str], bool]


def _equal(one: str, other: str) -> bool:
    return one == other


def _alike(one: str, other: str) -> bool:
    return one == other or " ".join(fold(one).split()) == " ".join(fold(other).split())
