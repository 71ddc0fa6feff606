"""Messages that were sent to people, and what comes back of them, for tests of the store. Invented people only."""

from __future__ import annotations

from datetime import timedelta

from store import Store
from store.came_back_records import CameBack, Kind, Note
from store.clock import stamp
from store.deliveries import record_attempt
from store.delivery_queue import NewDelivery, insert_deliveries
from store.message_freezing import mark_queued
from store.people import Member, Person
from store.segments import EVERYONE

ODETTE, FRANCOIS = "odette.marechal@exemple.fr", "francois.petit@exemple.fr"


def household(store: Store, *addresses: str) -> Member:
    """A household with one person for each address."""
    names = (("Odette", "Maréchal"), ("François", "Petit"))
    people = tuple(Person(*name, address) for name, address in zip(names, addresses, strict=False))
    return store.members.get(store.members.add(Member(people)))


def post(store: Store, *members: Member, kind: str = "targeted", state: str = "sent", title: str = "News") -> list[int]:
    """Send one message to everybody in these households, and return its mails; `state` "ready": they wait."""
    message_id = store.messages.new(EVERYONE, title, "Hello", kind=kind)
    by_address: dict[str, list[tuple[int, int]]] = {}
    for member in members:
        for person in member.people:
            by_address.setdefault(person.email, []).append((person.id or 0, member.id or 0))
    with store.writing() as t:
        mark_queued(t, store.messages.get(message_id), {member.id or 0: "email" for member in members})
        first = t.value("SELECT coalesce(max(id), 0) FROM deliveries") + 1
        insert_deliveries(
            t,
            [
                NewDelivery(
                    kind="message",
                    message_id=message_id,
                    address=address,
                    address_key=address.lower(),
                    name="",
                    about_member=0,
                    message_ref=f"<token{message_id}x{place}.{message_id}@exemple.fr>",
                    token=f"token{message_id}x{place}",
                    envelope_from="amap@exemple.fr",
                    mime=f"To: {address}\r\nSubject: {title}\r\n\r\nHello\r\n".encode(),
                    people=tuple(people),
                )
                for place, (address, people) in enumerate(by_address.items())
            ],
        )
        ids = list(range(first, first + len(by_address)))
        if state != "ready":
            for delivery_id in ids:
                record_attempt(t, delivery_id, "dot", counted=True)
                t.execute("UPDATE deliveries SET state = ? WHERE id = ?", (state, delivery_id))
    return ids


def note(store: Store, kind: Kind, delivery_id: int | None, address: str = "", **changes: str) -> CameBack | None:
    """Note what came back of a mail a minute after now; a `digest` tells it from the others."""
    digest = changes.pop("digest", f"{kind}/{delivery_id}/{address}")
    received_at = changes.pop("received_at", stamp(store.clock.now() + timedelta(minutes=1)))
    return store.came_back.note(Note(digest, kind, received_at, address, delivery_id, **changes))


def state_of(store: Store, delivery_id: int) -> tuple[str, str]:
    """State and reason of a mail."""
    row = store.deliveries.story(delivery_id).row
    return row.state, row.reason


def email_states(store: Store, member: Member) -> list[str]:
    """What is known of the addresses of a household's people."""
    return [person.email_state.value for person in store.members.get(member.id or 0).people]
