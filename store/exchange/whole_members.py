"""Members with all that belongs to them, many at once, for a file that is to hold everything."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from store.addresses import address_hash
from store.exchange.own_members import OwnMember, Refused, Said
from store.household import member_of, person_of
from store.people import TEXTS, Person

if TYPE_CHECKING:
    from store.transaction import Transaction

IDS = "SELECT value AS id FROM json_each(:ids)"
EVER = "SELECT id FROM members"
"""Every member, archived ones too."""


def whole_members(t: Transaction, chosen: str, bound: Mapping[str, Any]) -> list[OwnMember]:
    """The members of a SELECT of ids by name, archived or not; who was erased or merged into another is none.

    The people have their ids here, and so has the member.
    """
    within = f"m.id IN ({chosen}) AND m.erased_at IS NULL AND m.merged_into IS NULL"
    belongings = _Belongings(t, f"FROM members m JOIN people p ON p.member_id = m.id WHERE {within}", bound)
    ids = defaultdict(list)
    for row in t.all(
        f"SELECT e.* FROM external_ids e JOIN members m ON m.id = e.member_id WHERE {within} ORDER BY 1, 2", bound
    ):
        ids[row["member_id"]].append((row["source"], row["external_id"]))
    rows = t.all(f"SELECT m.* FROM members m WHERE {within} ORDER BY m.sort_key, m.id", bound)
    return [belongings.of(row, tuple(ids.get(row["id"], ()))) for row in rows]


class _Belongings:
    """What is known of the people of all members at once: asking for each of them takes too long."""

    def __init__(self, t: Transaction, people: str, bound: Mapping[str, Any]) -> None:
        self._people: dict[int, list[Person]] = defaultdict(list)
        self._keys: dict[int | None, str] = {}
        for row in t.all(f"SELECT p.* {people} ORDER BY p.member_id, p.position", bound):
            self._people[row["member_id"]].append(person_of(row))
            self._keys[row["id"]] = row["email_key"]
        self._said: dict[int | None, list[Said]] = defaultdict(list)
        for row in t.all(
            f"""SELECT f.person_id, f.channel, f.kind, f.allowed, f.since, coalesce(o.login, '') AS login, f.source
                FROM preferences f LEFT JOIN operators o ON o.id = f.operator_id
                WHERE f.person_id IN (SELECT p.id {people}) ORDER BY f.person_id, f.channel, f.kind""",
            bound,
        ):
            person_id, *said = row
            self._said[person_id].append(Said(said[0], said[1], bool(said[2]), *said[3:]))
        self._refused = refusals(t)

    def of(self, row: sqlite3.Row, external_ids: tuple[tuple[str, str], ...]) -> OwnMember:
        people = self._people.get(row["id"], [])
        return OwnMember(
            member_of(row, people),
            external_ids,
            tuple(tuple(self._said.get(person.id, ())) for person in people),
            tuple(refused_by(self._refused, self._keys[person.id]) for person in people),
            row["archived_at"] or "",
        )


def plain_member(own: OwnMember) -> dict[str, Any]:
    """A member as JSON has it: the columns of our own file, people and what they said as lists."""
    member = own.member
    people = [
        {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": person.email,
            "email_state": person.email_state.value,
            **{name: getattr(person, name) for name in ("phone", "phone_e164", "mobile", "mobile_e164")},
            "preferences": [_plain(s, "channel", "kind", "allowed", "since", "by", "source") for s in said],
            "refused": [_plain(r, "kind", "since", "source") for r in refused],
        }
        for person, said, refused in zip(member.people, own.said, own.refused, strict=True)
    ]
    return {
        "id": member.id,
        "people": people,
        **{name: getattr(member, name) for name in TEXTS},
        "joined_on": member.joined_on.isoformat() if member.joined_on else None,
        "vip": member.vip,
        "tags": list(member.tags),
        "notes": member.notes,
        "archived": own.archived_at or None,
        "external_ids": [{"source": source, "id": i} for source, i in own.external_ids],
    }


def _plain(thing: object, *names: str) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def refusals(t: Transaction) -> Mapping[str, Sequence[Refused]]:
    """What addresses refuse for good, by the hash of each."""
    found: dict[str, list[Refused]] = defaultdict(list)
    for row in t.all("SELECT address_hash, kind, since, source FROM suppressions ORDER BY address_hash, kind"):
        found[row["address_hash"]].append(Refused(row["kind"], row["since"], row["source"]))
    return found


def refused_by(known: Mapping[str, Sequence[Refused]], email_key: str) -> tuple[Refused, ...]:
    """What one address refuses."""
    return tuple(known.get(address_hash(email_key), ())) if known and email_key else ()


def within_ids(ids: Iterable[int]) -> tuple[str, dict[str, Any]]:
    """A SELECT of these ids, for `whole_members`."""
    return IDS, {"ids": json.dumps(list(ids))}
