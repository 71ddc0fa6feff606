"""A household between the file and its dataclass: reading, checking and writing it inside a transaction."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from store import member_search, phones
from store.addresses import email_key, is_placeholder
from store.errors import ChangedElsewhere, Invalid, NotFound
from store.people import TEXTS, EmailState, Member, Person
from store.preferences import keep_refusals
from store.settings import load_group
from store.transaction import Transaction


def load_member(t: Transaction, member_id: int) -> Member:
    """The member with its people, archived or not; raises `NotFound`."""
    row = t.one("SELECT * FROM members WHERE id = ?", (member_id,))
    if row is None:
        raise NotFound("member", str(member_id))
    return member_of(row, _people(t, member_id))


def _people(t: Transaction, member_id: int) -> tuple[Person, ...]:
    return tuple(map(person_of, t.all("SELECT * FROM people WHERE member_id = ? ORDER BY position", (member_id,))))


def load_members(t: Transaction) -> dict[int, Member]:
    """Every member, archived or not, by id: reading one at a time takes too long for who needs most of them."""
    people = defaultdict(list)
    for row in t.all("SELECT * FROM people ORDER BY member_id, position"):
        people[row["member_id"]].append(person_of(row))
    return {row["id"]: member_of(row, people[row["id"]]) for row in t.all("SELECT * FROM members ORDER BY id")}


def member_of(row: sqlite3.Row, people: Iterable[Person]) -> Member:
    """The member of a row of `members`."""
    return Member(
        people=tuple(people),
        **{name: row[name] for name in TEXTS},
        joined_on=date.fromisoformat(row["joined_on"]) if row["joined_on"] else None,
        vip=bool(row["vip"]),
        tags=tuple(json.loads(row["tags"])),
        notes=row["notes"],
        id=row["id"],
        version=row["version"],
        archived=row["archived_at"] is not None,
        erased=row["erased_at"] is not None,
    )


def person_of(row: sqlite3.Row) -> Person:
    """The person of a row of `people`."""
    return Person(
        first_name=row["first_name"],
        last_name=row["last_name"],
        email=row["email"],
        email_state=EmailState(row["email_state"]),
        phone=row["phone"],
        mobile=row["mobile"],
        phone_e164=row["phone_e164"],
        mobile_e164=row["mobile_e164"],
        id=row["id"],
        phone_shown=row["phone_shown"],
        mobile_shown=row["mobile_shown"],
        has_mobile=bool(row["has_mobile"]),
    )


def group_country(t: Transaction) -> str:
    """The ISO code of the country whose phone numbers need no prefix."""
    return load_group(t).country


def checked(member: Member, country: str) -> Member:
    """The member as it will be stored: trimmed, phones read, e-mail states worked out.

    Raises `Invalid`: "email" for an address that cannot be one, "name" for a household without name, e-mail and phone,
    "people" for more than two.
    """
    people = tuple(person for person in (checked_person(p, country) for p in member.people) if person.listed)
    if not people:
        raise Invalid("name", "", "empty")
    if len(people) > 2:
        raise Invalid("people", str(len(people)), "more than two")
    return Member(
        people=people,
        address1=one_line(member.address1),
        address2=one_line(member.address2),
        postal_code=one_line(member.postal_code),
        city=one_line(member.city),
        country=one_line(member.country),
        language=one_line(member.language),
        pickup_place=one_line(member.pickup_place),
        joined_on=member.joined_on,
        vip=member.vip,
        tags=tuple(dict.fromkeys(tag for tag in map(one_line, member.tags) if tag)) if member.tags else (),
        notes=_text(member.notes),
        id=member.id,
        version=member.version,
        archived=member.archived,
    )


def checked_person(person: Person, country: str) -> Person:
    """The person as it will be stored; raises `Invalid("email", …)`."""
    phone = phones.parse(one_line(person.phone), country)
    mobile = phones.parse(one_line(person.mobile), country)
    email = "".join(one_line(person.email).split())
    if person.email_state is EmailState.NONE and is_placeholder(email):
        email = ""
    return Person(
        first_name=one_line(person.first_name),
        last_name=one_line(person.last_name),
        email=email,
        email_state=_state(email, person.email_state),
        phone=phone.typed,
        mobile=mobile.typed,
        phone_e164=phone.e164,
        mobile_e164=mobile.e164,
        id=person.id,
        phone_shown=phone.shown,
        mobile_shown=mobile.shown,
        has_mobile=bool(mobile.typed) or phone.is_mobile,
    )


def _state(email: str, said: EmailState) -> EmailState:
    """What is known of an address; `HAS` is somebody's word for one that looks made up."""
    if not email:
        return EmailState.NONE if said is EmailState.NONE else EmailState.UNKNOWN
    email_key(email)
    if said in (EmailState.HAS, EmailState.BOUNCED):
        return said
    return EmailState.PLACEHOLDER if is_placeholder(email) else EmailState.HAS


def knowing(stored: Member, member: Member) -> Member:
    """The member to save, with what is known of an address that stays: that it came back, or was vouched for.

    Only where nothing is said of it (`UNKNOWN`). That an address came back says nothing of the one put in its place.
    """
    known = {person.id: person for person in stored.people}
    people = []
    for person in member.people:
        before = known.get(person.id, Person())
        if person.email.strip().lower() == before.email.lower():
            if person.email and person.email_state is EmailState.UNKNOWN:
                person = replace(person, email_state=before.email_state)
        elif before.email_state is person.email_state is EmailState.BOUNCED:
            person = replace(person, email_state=EmailState.UNKNOWN)
        people.append(person)
    return replace(member, people=tuple(people))


def one_line(text: str) -> str:
    """One line without control characters, so that data cannot move a terminal's cursor or break a mail header."""
    if not text:
        return ""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(" " if c.isspace() else c for c in text if not _is_control(c)).split())


def _text(text: str) -> str:
    if text.isprintable():
        return text.strip()
    # Whatever ends a line, the form feed and the separators of Unicode too, is one end of a line to all who read it.
    return "\n".join(line if line.isprintable() else _legible(line) for line in text.splitlines()).strip()


def _legible(line: str) -> str:
    """Without control characters: what parts words becomes a space, but a tab stays one."""
    parts = (" " if c == "\x1f" else c for c in line)
    return "".join(c for c in parts if c == "\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _is_control(char: str) -> bool:
    return not char.isspace() and unicodedata.category(char) in ("Cc", "Cs")


def insert_member(t: Transaction, member: Member) -> int:
    """Write a `checked` member with its people and its words to search for; the caller writes the journal."""
    return insert_members(t, (member,))[0]


def insert_members(t: Transaction, members: Sequence[Member]) -> list[int]:
    """Write many `checked` members as `insert_member` does, and return their ids."""
    first = int(t.value("SELECT coalesce(max(id), 0) FROM members")) + 1
    numbered = list(enumerate(members, first))
    t.execute_many(_INSERT_MEMBER, ((i, t.stamp if m.archived else None, *_values(m)) for i, m in numbered))
    t.execute_many(
        _INSERT_PERSON,
        ((i, place, *_person_values(p)) for i, m in numbered for place, p in enumerate(m.people, 1)),
    )
    member_search.index_members(t, numbered)
    return [i for i, _member in numbered]


def update_member(t: Transaction, member: Member) -> None:
    """Write a `checked` member over the stored one; people keep their ids, so preferences stay theirs.

    Raises `NotFound`, and `ChangedElsewhere` when the stored version is not the member's.
    """
    if member.id is None:
        raise NotFound("member", "")
    assignments = ", ".join(f"{name} = ?" for name in _COLUMNS)
    changed = t.execute(
        f"UPDATE members SET {assignments}, version = version + 1 WHERE id = ? AND version = ? AND erased_at IS NULL",
        (*_values(member), member.id, member.version),
    )
    if changed.rowcount == 0:
        load_member(t, member.id)
        raise ChangedElsewhere("member", member.id)
    _update_people(t, member.id, member.people)
    member_search.index_again(t, member.id, member)


def _update_people(t: Transaction, member_id: int, people: tuple[Person, ...]) -> None:
    known = _people(t, member_id)
    if people == known:
        return
    stored = {p.id: p for p in known}
    people = _following_their_addresses(tuple(stored.values()), people)
    kept = {person.id: person for person in people if person.id in stored}
    for person_id, before in stored.items():
        person = kept.get(person_id)
        if person_id is not None and (person is None or _numbers(person) != _numbers(before)):
            keep_refusals(t, person_id)
        if person_id is not None and person is None:
            _remove_person(t, person_id, next(iter(kept), None))
    places = {i: (member_id, place) for place, p in enumerate(people, 1) if (i := p.id) is not None and i in kept}
    if [*places] != [*stored]:
        place_people(t, places)
    assignments = ", ".join(f"{name} = ?" for name in _PERSON_COLUMNS)
    for position, person in enumerate(people, 1):
        if person.id not in kept:
            t.execute(_INSERT_PERSON, (member_id, position, *_person_values(person)))
        else:
            t.execute(f"UPDATE people SET {assignments} WHERE id = ?", (*_person_values(person), person.id))
            _no_longer_bounced(t, kept[person.id], stored[person.id])


def _no_longer_bounced(t: Transaction, person: Person, before: Person) -> None:
    """Where an address from which mail came back works after all, forget that it did; what waits for it goes.

    Where another one takes its place, what waits for the former one is held for that.
    """
    if before.email_state is not EmailState.BOUNCED:
        return
    if mail_key(person) != mail_key(before):
        from store.refusals import ask_again

        ask_again(t, mail_key(before))
    elif person.email_state is EmailState.HAS:
        from store.came_back_steps import vouch

        vouch(t, mail_key(person))


def _following_their_addresses(stored: tuple[Person, ...], people: tuple[Person, ...]) -> tuple[Person, ...]:
    """The people; where somebody typed each into the other's place, each is the one whose address (or name) it is."""
    if len(stored) != 2 or [p.id for p in people] != [p.id for p in stored]:
        return people
    before, now = [mail_key(p) for p in stored], [mail_key(p) for p in people]
    if before == now and before[0] == before[1]:
        before, now = [p.name for p in stored], [p.name for p in people]
    if before == now or before != now[::-1]:
        return people
    return replace(people[0], id=stored[1].id), replace(people[1], id=stored[0].id)


def _remove_person(t: Transaction, person_id: int, other_id: int | None) -> None:
    """Delete a person; what the household was sent stays known, by the other one."""
    if other_id is not None:
        t.execute("UPDATE OR IGNORE delivery_people SET person_id = ? WHERE person_id = ?", (other_id, person_id))
    t.execute("DELETE FROM people WHERE id = ?", (person_id,))


def place_people(t: Transaction, places: Mapping[int, tuple[int, int]]) -> None:
    """Put people, by id, into their member and position; two may change places."""
    moving = {
        person_id: place
        for person_id, place in places.items()
        if tuple(t.one("SELECT member_id, position FROM people WHERE id = ?", (person_id,)) or ()) != place
    }
    # A place is taken until its person has left: meanwhile each is alone in a household of its own.
    apart = []
    for person_id in moving:
        apart.append(t.insert("members", joined_on=None))
        t.execute("UPDATE people SET member_id = ? WHERE id = ?", (apart[-1], person_id))
    for person_id, (member_id, position) in moving.items():
        t.execute("UPDATE people SET member_id = ?, position = ? WHERE id = ?", (member_id, position, person_id))
    for member_id in apart:
        t.execute("DELETE FROM members WHERE id = ?", (member_id,))


_COLUMNS = (*TEXTS, "joined_on", "vip", "tags", "notes", "sort_key")
_PERSON_COLUMNS = (
    *("first_name", "last_name", "email", "email_key", "email_state"),
    *("phone", "phone_e164", "phone_shown", "mobile", "mobile_e164", "mobile_shown", "has_mobile"),
)


def _values(member: Member) -> tuple[object, ...]:
    """What `_COLUMNS` hold."""
    return (
        member.address1,
        member.address2,
        member.postal_code,
        member.city,
        member.country,
        member.language,
        member.pickup_place,
        member.joined_on.isoformat() if member.joined_on else None,
        int(member.vip),
        json.dumps(member.tags, ensure_ascii=False) if member.tags else "[]",
        member.notes,
        member_search.sort_key(member),
    )


def _person_values(person: Person) -> tuple[object, ...]:
    """What `_PERSON_COLUMNS` hold."""
    return (
        person.first_name,
        person.last_name,
        person.email,
        mail_key(person),
        person.email_state.value,
        person.phone,
        person.phone_e164,
        person.phone_shown,
        person.mobile,
        person.mobile_e164,
        person.mobile_shown,
        int(person.has_mobile),
    )


def mail_key(person: Person) -> str:
    """The form of a person's address under which mail finds it; empty for a made-up one."""
    return email_key(person.email) if person.email and person.email_state is not EmailState.PLACEHOLDER else ""


def _numbers(person: Person) -> tuple[str, ...]:
    """What refusals are kept for."""
    return mail_key(person), person.phone_e164, person.mobile_e164


def _inserting(table: str, *columns: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


_INSERT_MEMBER = _inserting("members", "id", "archived_at", *_COLUMNS)
_INSERT_PERSON = _inserting("people", "member_id", "position", *_PERSON_COLUMNS)
