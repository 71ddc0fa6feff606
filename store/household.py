"""A household between the file and its dataclass: reading, checking and writing it inside a transaction."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Sequence
from datetime import date

from store import member_search, phones
from store.addresses import email_key, is_placeholder
from store.errors import ChangedElsewhere, Invalid, NotFound
from store.people import EmailState, Member, Person, household_name
from store.settings import load_group
from store.transaction import Transaction

_TEXTS = ("address1", "address2", "postal_code", "city", "country", "language", "pickup_place")


def load_member(t: Transaction, member_id: int) -> Member:
    """The member with its people, archived or not; raises `NotFound`."""
    row = t.one("SELECT * FROM members WHERE id = ?", (member_id,))
    if row is None:
        raise NotFound("member", str(member_id))
    people = t.all("SELECT * FROM people WHERE member_id = ? ORDER BY position", (member_id,))
    return Member(
        people=tuple(_person(p) for p in people),
        **{name: row[name] for name in _TEXTS},
        joined_on=date.fromisoformat(row["joined_on"]) if row["joined_on"] else None,
        vip=bool(row["vip"]),
        tags=tuple(json.loads(row["tags"])),
        notes=row["notes"],
        id=row["id"],
        version=row["version"],
        archived=row["archived_at"] is not None,
    )


def _person(row: sqlite3.Row) -> Person:
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
        address1=_line(member.address1),
        address2=_line(member.address2),
        postal_code=_line(member.postal_code),
        city=_line(member.city),
        country=_line(member.country),
        language=_line(member.language),
        pickup_place=_line(member.pickup_place),
        joined_on=member.joined_on,
        vip=member.vip,
        tags=tuple(dict.fromkeys(tag for tag in map(_line, member.tags) if tag)) if member.tags else (),
        notes=_text(member.notes),
        id=member.id,
        version=member.version,
        archived=member.archived,
    )


def checked_person(person: Person, country: str) -> Person:
    """The person as it will be stored; raises `Invalid("email", …)`."""
    phone = phones.parse(_line(person.phone), country)
    mobile = phones.parse(_line(person.mobile), country)
    email = "".join(_line(person.email).split())
    return Person(
        first_name=_line(person.first_name),
        last_name=_line(person.last_name),
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
    if not email:
        return EmailState.NONE if said is EmailState.NONE else EmailState.UNKNOWN
    email_key(email)
    if said in (EmailState.HAS, EmailState.BOUNCED):
        return said
    return EmailState.PLACEHOLDER if is_placeholder(email) else EmailState.HAS


def _line(text: str) -> str:
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
    lines = ("".join(c for c in line if c == "\t" or not _is_control(c)) for line in text.splitlines())
    return "\n".join(lines).strip()


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
        f"UPDATE members SET {assignments}, version = version + 1 WHERE id = ? AND version = ?",
        (*_values(member), member.id, member.version),
    )
    if changed.rowcount == 0:
        load_member(t, member.id)
        raise ChangedElsewhere("member", member.id)
    _update_people(t, member.id, member.people)
    member_search.forget_member(t, member.id)
    member_search.index_members(t, [(member.id, member)])


def _update_people(t: Transaction, member_id: int, people: tuple[Person, ...]) -> None:
    known = {
        row["id"]: row["position"] for row in t.all("SELECT id, position FROM people WHERE member_id = ?", (member_id,))
    }
    kept = {person.id for person in people if person.id in known}
    for person_id in known.keys() - kept:
        t.execute("DELETE FROM people WHERE id = ?", (person_id,))
    if len(kept) == 2 and known[people[0].id] == 2:
        raise Invalid("people", household_name(people), "order")
    # One who becomes the first takes the place before the newcomer takes theirs.
    for position, person in sorted(enumerate(people, 1), key=lambda item: item[1].id not in kept):
        if person.id not in kept:
            t.execute(_INSERT_PERSON, (member_id, position, *_person_values(person)))
            continue
        assignments = ", ".join(f"{name} = ?" for name in _PERSON_COLUMNS)
        t.execute(
            f"UPDATE people SET position = ?, {assignments} WHERE id = ?",
            (position, *_person_values(person), person.id),
        )


_COLUMNS = (*_TEXTS, "joined_on", "vip", "tags", "notes", "sort_key")
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
    usable = person.email and person.email_state is not EmailState.PLACEHOLDER
    return (
        person.first_name,
        person.last_name,
        person.email,
        email_key(person.email) if usable else "",
        person.email_state.value,
        person.phone,
        person.phone_e164,
        person.phone_shown,
        person.mobile,
        person.mobile_e164,
        person.mobile_shown,
        int(person.has_mobile),
    )


def _inserting(table: str, *columns: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


_INSERT_MEMBER = _inserting("members", "id", "archived_at", *_COLUMNS)
_INSERT_PERSON = _inserting("people", "member_id", "position", *_PERSON_COLUMNS)
