"""The deliveries of the outbox: queueing them, counting them, and what people decide about them.

What the runner does with them while it sends is in `store.ledger`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from store import home
from store.enclosures import keep_tail
from store.errors import Invalid, NotFound
from store.people import erased_name
from store.reach import TO_CALL
from store.rights import Right

if TYPE_CHECKING:
    import sqlite3

    from store.handle import Store
    from store.transaction import Transaction

RELEASED = "released"
"""The reason of a mail that a person let go, late or in spite of a changed address."""
MERGED = "merged"
"""The reason of a mail held for good: its household was merged with another one, which gets the same mail."""
FOR_GOOD = ("opted_out", "cancelled", MERGED)
"""The reasons of mails that stay held, whoever releases the others."""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """One message to one address, complete but for its Date.

    `kind` is "message", "test", "recap" or "supplement". `mime` is the whole mail with CRLF line ends, or all before
    the tail that it shares with others (`store.enclosures`), `message_ref` its Message-ID. `about_member` is the member
    whom the text is about where there is one mail a member, else 0.
    `people` are (person id, member id) pairs. After `send_before` (a UTC stamp) it is held instead of sent.
    """

    kind: str
    message_id: int | None
    address: str
    address_key: str
    name: str
    about_member: int
    message_ref: str
    token: str
    envelope_from: str
    mime: bytes
    people: tuple[tuple[int, int], ...] = ()
    send_before: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """How many deliveries are in each state."""

    ready: int = 0
    sending: int = 0
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    held: int = 0
    bounced: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.ready + self.unfinished + self.sent + self.failed + self.held + self.bounced

    @property
    def unfinished(self) -> int:
        """Those whose end is not known: being sent, or in doubt."""
        return self.sending + self.unknown


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery in a list. `state_at` is a UTC stamp; `reason` a short code, `answer` the server's own words."""

    id: int
    message_id: int | None
    kind: str
    name: str
    address: str
    state: str
    reason: str
    state_at: str
    answer: str
    next_at: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One step of a delivery: when (UTC stamp), which ("dot", "answer", "rcpt", "again", …), the server's answer.

    For a person's decision (`DECISIONS`) `answer` is the login.
    """

    at: str
    phase: str
    code: int | None
    answer: str


@dataclass(frozen=True, slots=True)
class Run:
    """A sending: from when to when (UTC stamps), by whom, how it was started, how it ended ("" while it goes on)."""

    started_at: str
    ended_at: str | None
    operator: str
    how: str
    outcome: str
    answer: str
    sent: int


@dataclass(frozen=True, slots=True)
class Due:
    """What waits to be sent: how many could go now, and the UTC stamp of the earliest (None: nothing waits)."""

    now: int
    next_at: str | None


DECISIONS = ("again", "sent", "held")
"""The phases of what a person decided about a mail: the answer is their login."""

_ROW = "id, message_id, kind, name, address, state, reason, state_at, answer, next_at"
GOING = """state = 'ready' AND NOT (kind = 'message' AND EXISTS (
    SELECT 1 FROM messages WHERE messages.id = deliveries.message_id AND messages.paused = 1))"""
"""The condition of what goes as soon as its time comes; a paused message waits, its tests do not."""

_NO_ADDRESS = re.compile(r"[<>\s]")
_TOLD_ANEW = """EXISTS (SELECT 1 FROM recap_deliveries rd JOIN recaps r ON r.id = rd.recap_id
    JOIN recaps later USING (distribution_id, catalogue_id)
    WHERE rd.delivery_id = deliveries.id AND later.id > r.id AND (later.kind = 'recap' OR (r.kind = 'supplement'
        AND NOT EXISTS (SELECT 1 FROM order_changes h WHERE h.recap_id = r.id))))"""
"""The condition of a mail to a producer who has been told the same since, or what holds now instead."""


def insert_deliveries(t: Transaction, deliveries: Iterable[NewDelivery], *, tail: bytes = b"") -> int:
    """Put mails into the outbox and return how many; part of the transaction that freezes the message.

    `tail` is what all of them end with: their files. The journal row is the caller's. Raises `Invalid` for an address
    that could break out of its line.
    """
    people: list[tuple[int, int, int]] = []
    count = 0
    enclosure_id = keep_tail(t, tail) if tail else None
    for new in deliveries:
        for address in (new.address, new.envelope_from):
            if not address or _NO_ADDRESS.search(address) or not address.isprintable():
                raise Invalid("email", address, "address")
        delivery_id = t.insert(
            "deliveries",
            kind=new.kind,
            message_id=new.message_id,
            address=new.address,
            address_key=new.address_key,
            name=new.name,
            about_member=new.about_member,
            message_ref=new.message_ref,
            token=new.token,
            envelope_from=new.envelope_from,
            mime=new.mime,
            enclosure_id=enclosure_id,
            next_at=t.stamp,
            send_before=new.send_before,
            queued_at=t.stamp,
            state_at=t.stamp,
        )
        people += ((delivery_id, person_id, member_id) for person_id, member_id in dict.fromkeys(new.people))
        count += 1
    t.execute_many("INSERT INTO delivery_people (delivery_id, person_id, member_id) VALUES (?, ?, ?)", people)
    if count:
        home.settle_in(t)
    return count


def hold_waiting(t: Transaction, message_id: int) -> int:
    """Hold what of a cancelled message still waits and return how many; the journal is the caller's."""
    return t.execute(
        "UPDATE deliveries SET state = 'held', reason = 'cancelled', state_at = ?"
        " WHERE kind = 'message' AND message_id = ? AND state = 'ready'",
        (t.stamp, message_id),
    ).rowcount


class Deliveries:
    """Seeing needs the right `messages.see`, deciding `messages.send`; counts are open to all."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def counts(self, message_id: int | None = None) -> DeliveryCounts:
        """How many are in each state: of one message (its tests apart), or in the whole outbox."""
        with self._store.reading() as t:
            return delivery_counts(t, message_id)

    def due(self) -> Due:
        """What waits to be sent, paused messages apart."""
        with self._store.reading() as t:
            return due(t)

    def of_message(self, message_id: int, state: str | None = None) -> tuple[DeliveryRow, ...]:
        """The deliveries of a message by name, or those in one state."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            rows = t.all(
                f"SELECT {_ROW} FROM deliveries WHERE kind = 'message' AND message_id = ?"
                " AND (? IS NULL OR state = ?) ORDER BY name, id",
                (message_id, state, state),
            )
        return tuple(_row(row) for row in rows)

    def unknown(self) -> tuple[DeliveryRow, ...]:
        """Those of which nobody can know whether they arrived, the oldest first."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            rows = t.all(f"SELECT {_ROW} FROM deliveries WHERE state = 'unknown' ORDER BY state_at, id")
        return tuple(_row(row) for row in rows)

    def phone(self, delivery_id: int) -> str:
        """A phone of whom a delivery is for, as the group's country writes it; empty when none is known.

        Of a recap to a producer's own address, the producer's, as it was typed.
        """
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            found = t.value(
                f"SELECT {TO_CALL} FROM delivery_people dp JOIN people p ON p.id = dp.person_id"
                " WHERE dp.delivery_id = ? AND p.phone || p.mobile <> '' ORDER BY p.position LIMIT 1",
                (delivery_id,),
            ) or t.value(
                "SELECT pr.phone FROM recap_deliveries rd JOIN recaps r ON r.id = rd.recap_id"
                " JOIN catalogues c ON c.id = r.catalogue_id JOIN producers pr ON pr.id = c.producer_id"
                " WHERE rd.delivery_id = ?",
                (delivery_id,),
            )
        return str(found or "")

    def attempts(self, delivery_id: int) -> tuple[Attempt, ...]:
        """Everything that was tried for a delivery, the oldest first: the answer to "who got it, and when?"."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            rows = t.all(
                "SELECT at, phase, code, answer FROM attempts WHERE delivery_id = ? ORDER BY id", (delivery_id,)
            )
        return tuple(Attempt(**row) for row in rows)

    def last_answers(self, message_id: int | None = None, limit: int = 5) -> tuple[DeliveryRow, ...]:
        """The last answers about deliveries (of a message), the newest first; `state_at` is the answer's moment."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            rows = t.all(
                "SELECT d.id, d.message_id, d.kind, d.name, d.address, d.state, d.reason, a.at AS state_at, a.answer,"
                " d.next_at FROM attempts a JOIN deliveries d ON d.id = a.delivery_id WHERE a.phase <> 'dot'"
                " AND (? IS NULL OR (d.kind = 'message' AND d.message_id = ?)) ORDER BY a.id DESC LIMIT ?",
                (message_id, message_id, limit),
            )
        return tuple(_row(row) for row in rows)

    def last_run(self) -> Run | None:
        """The run that goes on, or the last one."""
        with self._store.reading() as t:
            row = t.one(
                "SELECT r.started_at, r.ended_at, coalesce(o.name, '') AS operator, r.how, r.outcome, r.answer, r.sent"
                " FROM runs r LEFT JOIN operators o ON o.id = r.operator_id ORDER BY r.id DESC LIMIT 1"
            )
        return None if row is None else Run(**row)

    def resolve(self, which: int | Literal["all"], as_: str) -> int:
        """Settle what is in doubt, one or all: count it as "sent", or send the same mail "again". Returns how many.

        Raises `NotFound` for a delivery that is not in doubt, `Invalid` for another word.
        """
        if as_ not in ("sent", "again"):
            raise Invalid("resolution", as_, "unknown")
        return self._decide(which, "unknown", "sent" if as_ == "sent" else "ready", "", f"delivery.{as_}")

    def retry(self, which: int | Literal["all"], message_id: int | None = None) -> int:
        """Try what failed again, one or all (of a message); returns how many. What a producer was told anew stays."""
        return self._decide(which, "failed", "ready", "", "delivery.retried", message_id)

    def hold(self, which: int | Literal["all"], message_id: int | None = None) -> int:
        """Keep what waits from being sent, one or all (of a message); returns how many."""
        return self._decide(which, "ready", "held", "operator", "delivery.held", message_id)

    def release(self, which: int | Literal["all"], message_id: int | None = None) -> int:
        """Let what is held go, one or all (of a message), late or not; returns how many.

        What is held because the person refused or was erased, or because the message was cancelled, stays, and what a
        producer was told anew.
        """
        return self._decide(which, "held", "ready", RELEASED, "delivery.released", message_id)

    def pause(self, message_id: int) -> None:
        """Send no more of a message until `resume`; the mail under way is finished."""
        self._set_paused(message_id, 1)

    def resume(self, message_id: int) -> None:
        """Go on with a paused message."""
        self._set_paused(message_id, 0)

    def _set_paused(self, message_id: int, paused: int) -> None:
        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            if not t.execute("UPDATE messages SET paused = ? WHERE id = ?", (paused, message_id)).rowcount:
                raise NotFound("message", str(message_id))
            t.journal("message.paused" if paused else "message.resumed", message_id)

    def _decide(
        self,
        which: int | Literal["all"],
        from_: str,
        to: str,
        reason: str,
        action: str,
        message_id: int | None = None,
    ) -> int:
        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            rows = t.all(
                "SELECT id FROM deliveries WHERE state = :state AND (:one IS NULL OR id = :one)"
                " AND (:message IS NULL OR message_id = :message)"
                " AND NOT (state = 'held' AND reason IN (SELECT value FROM json_each(:for_good)))"
                # The text of a mail to somebody who was erased is gone.
                " AND (:to <> 'ready' OR length(mime) > 0)"
                f" AND NOT (:to = 'ready' AND state <> 'unknown' AND {_TOLD_ANEW})",
                {
                    "state": from_,
                    "one": None if which == "all" else which,
                    "message": message_id,
                    "for_good": json.dumps(FOR_GOOD),
                    "to": to,
                },
            )
            if not rows and which != "all":
                raise NotFound("delivery", str(which))
            for row in rows:
                t.execute(
                    "UPDATE deliveries SET state = ?, reason = ?, state_at = ?, next_at = ?, tries = 0,"
                    " send_before = CASE WHEN ? = 'released' THEN NULL ELSE send_before END WHERE id = ?",
                    (to, reason, t.stamp, t.stamp, reason, row["id"]),
                )
                record_attempt(t, row["id"], "again" if to == "ready" else to, answer=t.actor.login)
            if rows:
                t.journal(action, None if which == "all" else which, count=len(rows))
        return len(rows)


def delivery_counts(t: Transaction, message_id: int | None = None) -> DeliveryCounts:
    """`Deliveries.counts` inside a transaction."""
    where, values = ("", ()) if message_id is None else ("WHERE kind = 'message' AND message_id = ?", (message_id,))
    rows = t.all(f"SELECT state, count(*) FROM deliveries {where} GROUP BY state", values)
    return DeliveryCounts(**{row[0]: row[1] for row in rows})


def due(t: Transaction) -> Due:
    """`Deliveries.due` inside a transaction."""
    now = t.value(f"SELECT count(*) FROM deliveries WHERE {GOING} AND next_at <= ?", (t.stamp,))
    return Due(now, t.value(f"SELECT min(next_at) FROM deliveries WHERE {GOING}"))


def record_attempt(
    t: Transaction,
    delivery_id: int | None,
    phase: str,
    code: int | None = None,
    answer: str = "",
    *,
    counted: bool = False,
) -> int:
    """Write down one step of a mail, or of the mailbox (None), and return its number; `counted` uses up the limits.

    What a server says of somebody who was erased meanwhile is not kept: it would name the address.
    """
    if (
        answer
        and phase not in DECISIONS
        and t.value("SELECT length(mime) = 0 FROM deliveries WHERE id = ?", (delivery_id,))
    ):
        answer = ""
    return t.insert(
        "attempts", delivery_id=delivery_id, at=t.stamp, phase=phase, code=code, answer=answer, counted=int(counted)
    )


def _row(row: sqlite3.Row) -> DeliveryRow:
    return DeliveryRow(**{**row, "name": row["name"] if row["address"] else erased_name()})
