"""What became of each mail: "who got it, and when?", of one mail, of a member's, and as rows to be exported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.came_back_records import CameBack, came_back_rows
from store.delivery_records import Attempt, DeliveryRow
from store.errors import NotFound
from store.people import erased_name
from store.rights import Right

if TYPE_CHECKING:
    import sqlite3

    from store.handle import Store
    from store.transaction import Transaction

TITLE = "coalesce(nullif(trim(m.label), ''), trim(m.subject), '')"
"""What a message `m` is called in a list; empty where there is none."""

_ROW = """d.id, d.message_id, d.kind, iif(d.address = '', :erased, d.name) AS name, d.address, d.state, d.reason,
    d.state_at, d.answer, d.next_at"""
_COLUMNS = DeliveryRow.__slots__


@dataclass(frozen=True, slots=True)
class DeliveryStory:
    """One mail: of which message (its title, "" for none), each attempt, to whom, and what came back of it.

    `people` are those whom it was for, by their present names.
    """

    row: DeliveryRow
    message: str
    queued_at: str
    attempts: tuple[Attempt, ...]
    people: tuple[str, ...]
    came_back: tuple[CameBack, ...]


@dataclass(frozen=True, slots=True)
class MemberMail:
    """A mail to one of a member's people: UTC stamps of when it was queued, sent (None: it was not, or nobody knows)
    and first opened (None: it was not, or the person does not want that to be known)."""

    delivery: DeliveryRow
    title: str
    queued_at: str
    sent_at: str | None
    opened_at: str | None


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One attempt of a mail, or a mail that was not tried yet (`when` and `phase` empty). `when` is a UTC stamp."""

    message: str
    name: str
    address: str
    state: str
    reason: str
    when: str
    phase: str
    code: int | None
    answer: str


def story(t: Transaction, delivery_id: int) -> DeliveryStory:
    """`Deliveries.story` inside a transaction."""
    row = t.one(
        f"""SELECT {_ROW}, {TITLE} AS title, d.queued_at
        FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id WHERE d.id = :id""",
        {"id": delivery_id, "erased": erased_name()},
    )
    if row is None:
        raise NotFound("delivery", str(delivery_id))
    attempts = t.all("SELECT at, phase, code, answer FROM attempts WHERE delivery_id = ? ORDER BY id", (delivery_id,))
    people = t.all(
        """SELECT trim(p.first_name || ' ' || p.last_name) AS name FROM delivery_people dp
        JOIN people p ON p.id = dp.person_id WHERE dp.delivery_id = ? AND name <> ''
        ORDER BY dp.member_id, p.position""",
        (delivery_id,),
    )
    return DeliveryStory(
        _delivery(row),
        row["title"],
        row["queued_at"],
        tuple(Attempt(**attempt) for attempt in attempts),
        tuple(person["name"] for person in people),
        came_back_rows(t, "c.delivery_id = :delivery", {"delivery": delivery_id}),
    )


def of_member(t: Transaction, member_id: int) -> tuple[MemberMail, ...]:
    """`Deliveries.of_member` inside a transaction."""
    rows = t.all(
        f"""SELECT {_ROW}, {TITLE} AS title, d.queued_at,
            iif(d.state IN ('sent', 'bounced'),
                (SELECT max(a.at) FROM attempts a WHERE a.delivery_id = d.id AND a.counted = 1), NULL) AS sent_at,
            (SELECT min(s.at) FROM measures s
                WHERE s.delivery_id = d.id AND s.member_id = :member AND s.what = 'opened') AS opened_at
        FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id
        WHERE d.id IN (SELECT delivery_id FROM delivery_people WHERE member_id = :member)
        ORDER BY d.queued_at DESC, d.id DESC""",
        {"member": member_id, "erased": erased_name()},
    )
    return tuple(
        MemberMail(_delivery(row), row["title"], row["queued_at"], row["sent_at"], row["opened_at"]) for row in rows
    )


def export_rows(store: Store, *, message_id: int | None = None, member_id: int | None = None) -> Iterator[ExportRow]:
    """Every attempt of a message's mails (its tests apart) or of the mails to a member's people, mail by mail.

    With neither, of all messages' mails. Needs the right `messages.see`. Who was erased has neither name nor address.
    """
    these = ["d.kind = 'message'"] if member_id is None else []
    if message_id is not None:
        these.append("d.message_id = :message")
    if member_id is not None:
        these.append("d.id IN (SELECT delivery_id FROM delivery_people WHERE member_id = :member)")
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        rows = t.all(
            f"""SELECT {TITLE} AS message, iif(d.address = '', :erased, d.name) AS name, d.address, d.state, d.reason,
                coalesce(a.at, '') AS "when", coalesce(a.phase, '') AS phase, a.code, coalesce(a.answer, '') AS answer
            FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id LEFT JOIN attempts a ON a.delivery_id = d.id
            WHERE {" AND ".join(these)} ORDER BY d.message_id, d.name, d.id, a.id""",
            {"message": message_id, "member": member_id, "erased": erased_name()},
        )
    return (ExportRow(**row) for row in rows)


def _delivery(row: sqlite3.Row) -> DeliveryRow:
    return DeliveryRow(*(row[name] for name in _COLUMNS))
