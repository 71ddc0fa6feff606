"""Letters and rows of a message that somebody hands on: whom they are for, where they go, and that it was done.

Like the words of a call they are filled when they are asked for, also once the message has gone out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.channels import SMS_NUMBER, texts
from store.errors import Invalid
from store.message_records import Message, MessageState
from store.message_rows import load_message
from store.reach import MEMBER_TO_CALL, Reach, Recipient
from store.rights import Right
from store.rule_conditions import Scope
from store.rule_messages import takes
from store.settings import load_group

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

HANDED = ("letter", "csv")
"""The channels of which somebody takes a file."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A member as a letter or another tool writes to them.

    `lines` are names and address as they stand on an envelope, but for the `country`, which is told of who lives in
    another one than the group's; `name` and `first_name` are the first person's, `email` and `mobile` (E.164) those of
    the first who has one that this kind of message may go to.
    """

    member_id: int
    lines: tuple[str, ...]
    name: str = ""
    first_name: str = ""
    email: str = ""
    mobile: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""


def to_hand_on(t: Transaction, message: Message, channel: str) -> tuple[Recipient, ...]:
    """Whom a message that went out reaches by letter or row, by name; nobody who has left the group since.

    Raises `Invalid("message_state", …, "cancelled")` for one that was cancelled.
    """
    if message.state is MessageState.CANCELLED:
        raise Invalid("message_state", message.state.value, "cancelled")
    return tuple(
        Recipient(
            member_id=row["id"],
            person_id=row["person_id"],
            address="",
            address_key="",
            first_name=row["first_name"],
            last_name=row["last_name"],
            language=row["language"],
            reach=Reach.UNREACHABLE,
            phone=row["phone"],
            channel=channel,
        )
        for row in t.all(
            f"""SELECT m.id, m.language, p.id AS person_id, coalesce(p.first_name, '') AS first_name,
                coalesce(p.last_name, '') AS last_name, {MEMBER_TO_CALL} AS phone
            FROM recipients r JOIN members m ON m.id = r.member_id AND m.archived_at IS NULL
            LEFT JOIN people p ON p.member_id = m.id
                AND p.position = (SELECT min(position) FROM people WHERE member_id = m.id)
            WHERE r.message_id = ? AND r.channel = ? ORDER BY m.sort_key, m.id""",
            (message.id, channel),
        )
    )


def not_handed(t: Transaction, message_id: int) -> frozenset[int]:
    """Whose letter or row of a message is in no file yet; nobody who has left the group since."""
    rows = t.all(
        """SELECT r.member_id FROM recipients r JOIN members m ON m.id = r.member_id AND m.archived_at IS NULL
        WHERE r.message_id = ? AND r.channel IN (SELECT value FROM json_each(?)) AND r.handed_at IS NULL""",
        (message_id, json.dumps(HANDED)),
    )
    return frozenset(row["member_id"] for row in rows)


def contacts(t: Transaction, message: Message, members: Iterable[int]) -> dict[int, Contact]:
    """Names, addresses and numbers of members, by id, as a message of this kind may use them."""
    scope = Scope(t)
    service = bool(message.service_reason)
    sms = texts(scope, message.kind, service=service)
    mail = takes(scope, message.kind, service=service)
    these = scope.bind(json.dumps(sorted(set(members))))
    home = load_group(t).country
    people: dict[int, list[dict[str, str]]] = {}
    for row in t.all(
        f"""SELECT m.id AS member_id, m.address1, m.address2, m.postal_code, m.city, m.country,
            coalesce(p.first_name, '') AS first_name, coalesce(p.last_name, '') AS last_name,
            iif(coalesce({mail}, 0), p.email, '') AS email,
            coalesce(iif({sms}, {SMS_NUMBER}, ''), '') AS mobile
        FROM members m LEFT JOIN people p ON p.member_id = m.id
        WHERE m.id IN (SELECT value FROM json_each({these})) ORDER BY m.id, p.position""",
        scope.bound,
    ):
        people.setdefault(row["member_id"], []).append(dict(row))
    return {member_id: _contact(member_id, rows, home) for member_id, rows in people.items()}


def _contact(member_id: int, people: list[dict[str, str]], home: str) -> Contact:
    first = people[0]
    names = (f"{person['first_name']} {person['last_name']}".strip() for person in people)
    town = f"{first['postal_code']} {first['city']}".strip()
    abroad = first["country"] if first["country"].casefold() not in ("", home.casefold()) else ""
    lines = (*dict.fromkeys(names), first["address1"], first["address2"], town)
    return Contact(
        member_id=member_id,
        lines=tuple(line.strip() for line in lines if line.strip()),
        name=first["last_name"],
        first_name=first["first_name"],
        email=next((person["email"] for person in people if person["email"]), ""),
        mobile=next((person["mobile"] for person in people if person["mobile"]), ""),
        postal_code=first["postal_code"],
        city=first["city"],
        country=abroad,
    )


def hand_over(store: Store, message_id: int, channel: str) -> int:
    """Write down that the letters or rows of a message are in a file now, and return how many there were.

    What was handed over before keeps its moment; of a draft nothing is written down. Needs the right `messages.send`.
    """
    with store.writing() as t:
        t.require(Right.MESSAGES_SEND)
        message = load_message(t, message_id)
        if message.queued_at is None:
            return 0
        whom = [one.member_id for one in to_hand_on(t, message, channel)]
        t.execute(
            """UPDATE recipients SET handed_at = ?, handed_by = ? WHERE message_id = ? AND channel = ?
                AND handed_at IS NULL AND member_id IN (SELECT value FROM json_each(?))""",
            (t.stamp, t.actor.id, message_id, channel, json.dumps(whom)),
        )
        if channel == "letter":
            t.journal("export.message_letters", message_id, form="html", rows=len(whom))
        else:
            t.journal("export.message_rows", message_id, form="csv", rows=len(whom))
    return len(whom)
