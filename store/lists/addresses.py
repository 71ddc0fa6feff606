"""Where a mail to a producer goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.addresses import email_key
from store.errors import Invalid
from store.people import EmailState

if TYPE_CHECKING:
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who is told for a catalogue; `person_id` and `member_id` are None for the producer's own address."""

    name: str
    address: str
    address_key: str
    person_id: int | None = None
    member_id: int | None = None


_PEOPLE = """SELECT p.id, p.member_id, p.first_name, p.last_name, p.email, p.email_key FROM people p
    JOIN members m ON m.id = p.member_id AND m.archived_at IS NULL
    WHERE p.email_state = ? AND p.email_key <> '' AND p.member_id IN ({members}) ORDER BY p.member_id, p.position"""
_PRODUCER = """SELECT r.member_id FROM catalogues c JOIN producers r ON r.id = c.producer_id
    WHERE c.id = ? AND r.member_id IS NOT NULL"""
_CONTACTS = "SELECT member_id FROM catalogue_contacts WHERE catalogue_id = ?"


def addressees(t: Transaction, catalogue_id: int) -> tuple[Addressee, ...]:
    """The producer's own address; without one, the addresses of the member who is the producer, or of the contacts.

    Nobody where there is no address at all. One address is told once.
    """
    row = t.one(
        "SELECT r.name, r.email FROM catalogues c JOIN producers r ON r.id = c.producer_id WHERE c.id = ?",
        (catalogue_id,),
    )
    if row is not None and row["email"].strip():
        try:
            return (Addressee(row["name"], row["email"].strip(), email_key(row["email"])),)
        except Invalid:  # written down before addresses were checked
            return ()
    for members in (_PRODUCER, _CONTACTS):
        people = t.all(_PEOPLE.format(members=members), (EmailState.HAS, catalogue_id))
        found: dict[str, Addressee] = {}
        for person in people:
            name = f"{person['first_name']} {person['last_name']}".strip()
            one = Addressee(name, person["email"], person["email_key"], person["id"], person["member_id"])
            found.setdefault(one.address_key, one)
        if found:
            return tuple(found.values())
    return ()
