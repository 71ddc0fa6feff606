"""A household between the file and its dataclass: reading, checking and writing it inside a transaction."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from dataclasses import replace
from datetime import date
from typing import Any

from store import member_search, phones
from store.addresses import email_key, is_placeholder
from store.errors import ChangedElsewhere, Invalid, NotFound
from store.people import EmailState, Member, Person, household_name
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
    return str(json.loads(t.value("SELECT value FROM settings WHERE key = 'group'") or "{}").get("country", ""))


def checked(member: Member, country: str) -> Member:
    """The member as it will be stored: trimmed, phones read, e-mail states worked out.

    Raises `Invalid`: "email" for an address that cannot be one, "name" for a household without name, e-mail and phone,
    "people" for more than two.
    """
    people = [person for person in (checked_person(p, country) for p in member.people) if person.listed]
    if not people:
        raise Invalid("name", "", "empty")
    if len(people) > 2:
        raise Invalid("people", str(len(people)), "more than two")
    tags = tuple(dict.fromkeys(tag for tag in (_line(tag) for tag in member.tags) if tag))
    texts: dict[str, Any] = {name: _line(getattr(member, name)) for name in _TEXTS}
    return replace(member, people=tuple(people), tags=tags, notes=_text(member.notes), **texts)


def checked_person(person: Person, country: str) -> Person:
    """The person as it will be stored; raises `Invalid("email", …)`."""
    phone = phones.parse(_line(person.phone), country)
    mobile = phones.parse(_line(person.mobile), country)
    email = "".join(_line(person.email).split())
    return replace(
        person,
        first_name=_line(person.first_name),
        last_name=_line(person.last_name),
        email=email,
        email_state=_state(email, person.email_state),
        phone=phone.typed,
        phone_e164=phone.e164,
        phone_shown=phone.shown,
        mobile=mobile.typed,
        mobile_e164=mobile.e164,
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
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(" " if c.isspace() else c for c in text if not _is_control(c)).split())


def _text(text: str) -> str:
    if text.isprintable():
        return text.strip()
    return "".join(c for c in text.replace("\r\n", "\n") if c in "\n\t" or not _is_control(c)).strip()


def _is_control(char: str) -> bool:
    return not char.isspace() and unicodedata.category(char) in ("Cc", "Cs")


def insert_member(t: Transaction, member: Member) -> int:
    """Write a `checked` member with its people and its words to search for; the caller writes the journal."""
    member_id = t.insert("members", **_columns(member), archived_at=t.stamp if member.archived else None)
    for position, person in enumerate(member.people, 1):
        t.insert("people", member_id=member_id, position=position, **_person_columns(person))
    member_search.index_member(t, member_id, member, known=False)
    return member_id


def update_member(t: Transaction, member: Member) -> None:
    """Write a `checked` member over the stored one; people keep their ids, so preferences stay theirs.

    Raises `NotFound`, and `ChangedElsewhere` when the stored version is not the member's.
    """
    assert member.id is not None
    columns = {**_columns(member), "id": member.id, "version": member.version}
    assignments = ", ".join(f"{name} = :{name}" for name in columns if name not in ("id", "version"))
    changed = t.execute(
        f"UPDATE members SET {assignments}, version = version + 1 WHERE id = :id AND version = :version", columns
    )
    if changed.rowcount == 0:
        load_member(t, member.id)
        raise ChangedElsewhere("member", member.id)
    _update_people(t, member.id, member.people)
    member_search.index_member(t, member.id, member)


def _update_people(t: Transaction, member_id: int, people: tuple[Person, ...]) -> None:
    known = {row["id"] for row in t.all("SELECT id FROM people WHERE member_id = ?", (member_id,))}
    kept = {person.id for person in people if person.id in known}
    for person_id in known - kept:
        t.execute("DELETE FROM people WHERE id = ?", (person_id,))
    if len(kept) == 2 and people[0].id is not None and people[0].id > (people[1].id or 0):
        raise Invalid("people", household_name(people), "order")
    # One who becomes the first takes the place before the newcomer takes theirs.
    for position, person in sorted(enumerate(people, 1), key=lambda item: item[1].id not in kept):
        columns = {**_person_columns(person), "position": position}
        if person.id not in kept:
            t.insert("people", member_id=member_id, **columns)
            continue
        assignments = ", ".join(f"{name} = :{name}" for name in columns)
        t.execute(f"UPDATE people SET {assignments} WHERE id = :id", {**columns, "id": person.id})


def _columns(member: Member) -> dict[str, Any]:
    return {
        **{name: getattr(member, name) for name in _TEXTS},
        "joined_on": member.joined_on.isoformat() if member.joined_on else None,
        "vip": int(member.vip),
        "tags": json.dumps(member.tags, ensure_ascii=False),
        "notes": member.notes,
        "sort_key": member_search.sort_key(member),
    }


def _person_columns(person: Person) -> dict[str, Any]:
    usable = person.email and person.email_state is not EmailState.PLACEHOLDER
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "email_key": email_key(person.email) if usable else "",
        "email_state": person.email_state.value,
        "phone": person.phone,
        "phone_e164": person.phone_e164,
        "phone_shown": person.phone_shown,
        "mobile": person.mobile,
        "mobile_e164": person.mobile_e164,
        "mobile_shown": person.mobile_shown,
        "has_mobile": int(person.has_mobile),
    }
