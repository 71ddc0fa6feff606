"""Two households as one: which of their people are the same, and which value of each field stays.

What the kept one says stays, what is empty there is filled. Nothing here reads or writes the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from store.addresses import email_key
from store.errors import Invalid
from store.exchange.report import FieldChange
from store.folding import fold
from store.people import EmailState, Member, Person

ADDRESS = ("address1", "address2", "postal_code", "city", "country")
ALONE = ("language", "pickup_place")
NUMBERS = ("phone", "mobile")
PERSON = ("first_name", "last_name", "email", *NUMBERS)
CLOSE = 0.75
"""How alike two first names with the same e-mail have to be, to be one person's ("Odete", "Odette")."""

_WORTH = {EmailState.HAS: 3, EmailState.BOUNCED: 2, EmailState.PLACEHOLDER: 1}


@dataclass(frozen=True, slots=True)
class Joined:
    """One person of the merged household, and who that is in the other one where both know them."""

    person: Person
    other: Person | None = None

    @property
    def id(self) -> int:
        """The id that stays."""
        return self.person.id or 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The household as it will be, its people, and those of both who are none of them any more."""

    becomes: Member
    staying: tuple[Joined, ...]
    leaving: tuple[Person, ...]
    everybody: tuple[Joined, ...]


def plan_merge(keep: Member, other: Member, people: Sequence[int] | None = None) -> Plan:
    """Put the other household into the one that is kept.

    `people` are the ids of the two who stay, where they are more than two; without it the first two do. Raises
    `Invalid("people", …, "choice")` for ids that are not two of them.
    """
    everybody = join_people(keep.people, other.people)
    staying = everybody[:2]
    if people is not None:
        staying = tuple(j for j in everybody if j.id in people)
        if len(staying) != len(set(people)) or not 1 <= len(staying) <= 2 or len(staying) < min(2, len(everybody)):
            raise Invalid("people", ", ".join(j.person.name for j in everybody), "choice")
    becomes = replace(
        keep,
        people=tuple(_joined_person(j) for j in staying),
        **_address(keep, other),  # type: ignore[arg-type]
        **{name: getattr(keep, name) or getattr(other, name) for name in ALONE},
        joined_on=min((day for day in (keep.joined_on, other.joined_on) if day), default=None),
        vip=keep.vip or other.vip,
        tags=(*keep.tags, *(tag for tag in other.tags if fold(tag) not in {fold(known) for known in keep.tags})),
        notes=both(keep.notes, other.notes),
    )
    leaving = tuple(j.person for j in everybody if j not in staying)
    return Plan(becomes, staying, leaving, everybody)


def both(one: str, other: str) -> str:
    """Two texts under each other; one that says what the other says once."""
    if not other or other in one:
        return one
    return f"{one}\n{other}" if one and one not in other else other


def join_people(keep: Sequence[Person], other: Sequence[Person]) -> tuple[Joined, ...]:
    """The different people of two households; those of the kept one first."""
    joined = [Joined(person) for person in keep]
    rest = list(other)
    for same in (_same_name, _same_address):
        for place, known in enumerate(joined):
            found = next((person for person in rest if same(known.person, person)), None)
            if known.other is None and found is not None:
                joined[place] = Joined(known.person, found)
                rest.remove(found)
    return (*joined, *(Joined(person) for person in rest))


def _same_name(one: Person, other: Person) -> bool:
    return bool(one.first_name) and _folded(one.first_name) == _folded(other.first_name)


def _same_address(one: Person, other: Person) -> bool:
    """The same e-mail or phone says so where it does not stand with two first names: a couple may share one."""
    names = _folded(one.first_name), _folded(other.first_name)
    if not all(names):
        numbers = {one.phone_e164, one.mobile_e164} & {other.phone_e164, other.mobile_e164} - {""}
        last = _folded(one.last_name), _folded(other.last_name)
        return _same_email(one, other) or bool(numbers) or (bool(last[0]) and last[0] == last[1])
    return _same_email(one, other) and SequenceMatcher(None, *names).ratio() >= CLOSE


def _same_email(one: Person, other: Person) -> bool:
    return bool(one.email and other.email) and email_key(one.email) == email_key(other.email)


def _joined_person(joined: Joined) -> Person:
    kept, other = joined.person, joined.other
    if other is None:
        return kept
    email, state = _email(kept, other)
    return replace(
        kept,
        first_name=kept.first_name or other.first_name,
        last_name=kept.last_name or other.last_name,
        email=email,
        email_state=state,
        has_mobile=kept.has_mobile or other.has_mobile,
        **_joined_numbers(kept, other),  # type: ignore[arg-type]
    )


Number = tuple[str, str, str]
"""A phone number as typed, in E.164 and as it is shown."""


def _number(person: Person, name: str) -> Number:
    if name == "phone":
        return person.phone, person.phone_e164, person.phone_shown
    return person.mobile, person.mobile_e164, person.mobile_shown


def _same_number(one: Number, other: Number) -> bool:
    return one[0] == other[0] or (bool(one[1]) and one[1] == other[1])


def _joined_numbers(kept: Person, other: Person) -> dict[str, str]:
    """The kept one's numbers; one that is new takes a place that is free, a mobile number either of them."""
    places = {name: _number(kept, name) for name in NUMBERS}
    for name in NUMBERS:
        number = _number(other, name)
        if not number[0] or any(_same_number(number, known) for known in places.values()):
            continue
        anywhere = name == "mobile" or (other.has_mobile and not other.mobile)
        free = next((n for n in (name, *NUMBERS) if not places[n][0] and (n == name or anywhere)), None)
        if free:
            places[free] = number
    return {
        f"{name}{suffix}": value
        for name, number in places.items()
        for suffix, value in zip(("", "_e164", "_shown"), number, strict=True)
    }


def _email(kept: Person, other: Person) -> tuple[str, EmailState]:
    """The address that mail goes to rather: one that came back or is made up gives way to one that works."""
    if _same_email(kept, other):
        states = (kept.email_state, other.email_state)
        for state in (EmailState.BOUNCED, EmailState.HAS):
            if state in states:
                return kept.email, state
        return kept.email, kept.email_state
    if EmailState.NONE in (kept.email_state, other.email_state) and EmailState.HAS not in (
        kept.email_state,
        other.email_state,
    ):
        return (kept.email, kept.email_state) if kept.email else ("", EmailState.NONE)
    if _WORTH.get(other.email_state, 0) > _WORTH.get(kept.email_state, 0):
        return other.email, other.email_state
    return kept.email, kept.email_state


def _address(keep: Member, other: Member) -> dict[str, str]:
    """The kept one's address; what is empty there is filled, unless the other one lives elsewhere."""
    mine = {name: str(getattr(keep, name)) for name in ADDRESS}
    theirs = {name: str(getattr(other, name)) for name in ADDRESS}
    elsewhere = any(mine[n] and theirs[n] and _folded(mine[n]) != _folded(theirs[n]) for n in ADDRESS)
    return mine if elsewhere else {name: mine[name] or theirs[name] for name in ADDRESS}


def changes(keep: Member, becomes: Member) -> tuple[FieldChange, ...]:
    """The fields of the kept member that change."""
    found = [
        FieldChange(name, before, after)
        for (name, before), (_name, after) in zip(_household(keep), _household(becomes), strict=True)
        if before != after
    ]
    known = {person.id: person for person in keep.people}
    for place, person in enumerate(becomes.people):
        before = known.pop(person.id, None)
        if before is None:
            found.append(FieldChange("people", "", person.listed))
            continue
        found += [
            FieldChange(_field(name, place), getattr(before, name), getattr(person, name))
            for name in PERSON
            if getattr(before, name) != getattr(person, name)
        ]
    return (*found, *(FieldChange("people", person.listed, "") for person in known.values()))


def left_out(other: Member, plan: Plan) -> tuple[FieldChange, ...]:
    """What the other member says differently and what is not taken over; who leaves is among `changes`, or here."""
    found = [
        FieldChange(name, stays, lost)
        for (name, stays), (_name, lost) in zip(_household(plan.becomes), _household(other), strict=True)
        if lost and name not in ("vip", "tags", "notes", "joined_on") and _folded(lost) != _folded(stays)
    ]
    for place, (joined, person) in enumerate(zip(plan.staying, plan.becomes.people, strict=True)):
        for lost in (joined.person, *((joined.other,) if joined.other else ())):
            found += [
                FieldChange(_field(name, place), getattr(person, name), value)
                for name in PERSON
                if (value := getattr(lost, name)) and not _says(person, name, lost)
            ]
    mine = {person.id for person in other.people}
    return (*found, *(FieldChange("people", "", p.listed) for p in plan.leaving if p.id in mine))


def _says(person: Person, name: str, lost: Person) -> bool:
    """Whether the person has this value, a number in whichever of the two places."""
    if name in NUMBERS:
        return any(_same_number(_number(person, place), _number(lost, name)) for place in NUMBERS)
    return _folded(getattr(person, name)) == _folded(getattr(lost, name))


def _household(member: Member) -> Iterator[tuple[str, str]]:
    for name in (*ADDRESS, *ALONE):
        yield name, str(getattr(member, name))
    yield "joined_on", member.joined_on.isoformat() if member.joined_on else ""
    yield "vip", "★" if member.vip else ""
    yield "tags", ", ".join(member.tags)
    yield "notes", member.notes


def _field(name: str, place: int) -> str:
    return f"{name}2" if place else name


def _folded(text: str) -> str:
    return " ".join(fold(text).split())
